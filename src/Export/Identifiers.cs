using System.Text;

namespace CoherenceCheck.Export;

/// <summary>Makes identifiers of names: letters, digits and underscores, unique even where case is not told apart.</summary>
/// <remarks>A prefix keeps them clear of the keywords of the targets, and of the macros of the C code that tools generate.</remarks>
internal sealed class Identifiers
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>An identifier for a name, a new one at every call.</summary>
    public string For(string prefix, string name)
    {
        var text = new StringBuilder(prefix);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                text.Append(c);
            }
            else if (text[^1] != '_')
            {
                text.Append('_');
            }
        }

        var stem = text.ToString().TrimEnd('_');
        var result = stem;
        for (var number = 2; !_taken.Add(result); number++)
        {
            result = FormattableString.Invariant($"{stem}_{number}");
        }

        return result;
    }
}
