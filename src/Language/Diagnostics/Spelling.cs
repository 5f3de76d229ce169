namespace CoherenceCheck.Language.Diagnostics;

/// <summary>Finds the name that was probably meant.</summary>
public static class Spelling
{
    // Longer lists would make a file full of errors slow, and help nobody.
    private const int MostCandidates = 2000;

    /// <summary>The candidate nearest to a name, or <see langword="null"/> where none is near.</summary>
    public static string? Closest(string name, IEnumerable<string> candidates)
    {
        var allowed = Math.Max(1, name.Length / 3);
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

    /// <summary>The Levenshtein distance, blind to case.</summary>
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                (row[j], diagonal) = (Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + cost), row[j]);
            }
        }

        return row[b.Length];
    }
}
