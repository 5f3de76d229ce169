using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("CoherenceCheck.Explorer.Tests")]
