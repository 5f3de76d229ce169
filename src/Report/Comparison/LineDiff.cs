using System.Collections.Immutable;

namespace CoherenceCheck.Report.Comparison;

/// <summary>Compares two texts line by line: what is not in their longest common subsequence.</summary>
internal static class LineDiff
{
    /// <summary>The places where the texts differ: the lines that are gone there, and those that came.</summary>
    public static IEnumerable<(ImmutableArray<string> Gone, ImmutableArray<string> Added)> Of(ImmutableArray<string> before, ImmutableArray<string> after)
    {
        var common = Lengths(before, after);
        var (i, j) = (0, 0);
        while (i < before.Length || j < after.Length)
        {
            var (gone, added) = (i, j);
            while ((i < before.Length || j < after.Length) && !(i < before.Length && j < after.Length && before[i] == after[j]))
            {
                if (j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
                {
                    i++;
                }
                else
                {
                    j++;
                }
            }

            if (i > gone || j > added)
            {
                yield return ([.. before[gone..i]], [.. after[added..j]]);
            }

            // The line that both have.
            (i, j) = (i + 1, j + 1);
        }
    }

    /// <summary>For each pair of places the length of the longest common subsequence of what follows.</summary>
    private static int[,] Lengths(ImmutableArray<string> before, ImmutableArray<string> after)
    {
        var lengths = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                lengths[i, j] = before[i] == after[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
            }
        }

        return lengths;
    }
}
