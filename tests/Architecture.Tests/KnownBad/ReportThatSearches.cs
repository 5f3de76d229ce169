using CoherenceCheck.Explorer;

namespace CoherenceCheck.Architecture.Tests.KnownBad;

/// <summary>No report may know how its results were found.</summary>
internal static class ReportThatSearches
{
    public static SearchRequest Again(string property) => SearchRequest.For(property);
}
