namespace CoherenceCheck.Language.Diagnostics;

/// <summary>Finds the name that was probably meant.</summary>
public static class Spelling
{
    // Longer lists would make a file full of errors slow, and help nobody.
    private const int MostCandidates = 2000;

    /// <summary>The candidate nearest to a name, or <see langword="null"/> where none is near.</summary>
    public static string? Closest(string name, IEnumerable<string> candidates)
    {
        // One letter is near to any other: only its case may differ.
        var allowed = name.Length < 2 ? 0 : Math.Max(1, name.Length / 3);
        string? best = null;
        var bestDistance = allowed + 1;
        foreach (var candidate in candidates.Take(MostCandidates))
        {
            if (Math.Abs(candidate.Length - name.Length) >= bestDistance)
            {
                continue;
            }

            var distance = Distance(name, candidate);
            if (distance < bestDistance || (distance == bestDistance && string.CompareOrdinal(candidate, best) < 0))
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return bestDistance <= allowed ? best : null;
    }

    /// <summary>The number of edits between two words, blind to case: a letter more, less, or another, or two that changed places (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        var next = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            next[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = IsSame(a[i - 1], b[j - 1]) ? 0 : 1;
                next[j] = Math.Min(Math.Min(next[j - 1] + 1, row[j] + 1), row[j - 1] + cost);
                if (i > 1 && j > 1 && IsSame(a[i - 1], b[j - 2]) && IsSame(a[i - 2], b[j - 1]))
                {
                    next[j] = Math.Min(next[j], before[j - 2] + 1);
                }
            }

            (before, row, next) = (row, next, before);
        }

        return row[b.Length];
    }

    private static bool IsSame(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
