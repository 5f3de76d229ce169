using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Renamings that leave a bound system and what is asked of it as they are.</summary>
/// <param name="Renamings">All but the identity, in an order that depends on the system alone.</param>
/// <param name="Generators">Those from which the others come.</param>
/// <param name="RuleOrbits">For each rule the first one that it may be renamed to: rules of one orbit fire alike.</param>
/// <param name="IsWhole">Whether all are there that come of the generators.</param>
internal sealed record SymmetryGroup(ImmutableArray<Renaming> Renamings, ImmutableArray<Renaming> Generators, ImmutableArray<int> RuleOrbits, bool IsWhole)
{
    /// <summary>The most renamings that are used. Any part of a group is sound; more cost more than they save.</summary>
    public const int MaxOrder = 240;

    // Pairs of exchanges are tried only where there are few: more sorts that change together are rare.
    private const int MaxPairs = 400;

    /// <summary>The number of renamings with the identity.</summary>
    public int Order => Renamings.Length + 1;

    /// <summary>Finds renamings that exchange two elements of a sort, or of two sorts at once, and what comes of them together.</summary>
    /// <param name="system">A system without frozen variables.</param>
    /// <param name="properties">The names of the properties that are asked for.</param>
    public static SymmetryGroup Of(TransitionSystem system, IReadOnlyCollection<string> properties)
    {
        var finder = new SymmetryFinder(system, properties);
        var exchanges = system.Sorts.Where(finder.IsUsed).SelectMany(Exchanges).ToList();
        var generators = exchanges.Where(finder.IsSymmetry).ToList();
        var others = exchanges.Except(generators).ToList();
        if (others.Count * others.Count <= MaxPairs)
        {
            var pairs = others.SelectMany((first, i) => others.Skip(i + 1).Select(second => second.After(first))).Where(pair => !exchanges.Contains(pair));
            generators.AddRange(pairs.Where(finder.IsSymmetry));
        }

        var (renamings, isWhole) = Closure(generators);
        return new SymmetryGroup(renamings, [.. generators], finder.Orbits, isWhole);
    }

    private static IEnumerable<Renaming> Exchanges(Sort sort) =>
        from first in Enumerable.Range(0, sort.Size)
        from second in Enumerable.Range(first + 1, sort.Size - first - 1)
        select Renaming.Identity.With(sort, Permutation.Swap(first, second));

    private static (ImmutableArray<Renaming> Renamings, bool IsWhole) Closure(List<Renaming> generators)
    {
        var found = new List<Renaming> { Renaming.Identity };
        var known = new HashSet<Renaming>(found);
        var isWhole = true;
        for (var i = 0; i < found.Count; i++)
        {
            foreach (var next in generators.Select(generator => generator.After(found[i])).Where(next => !known.Contains(next)))
            {
                isWhole &= found.Count < MaxOrder;
                if (found.Count < MaxOrder)
                {
                    known.Add(next);
                    found.Add(next);
                }
            }
        }

        return ([.. found.Skip(1)], isWhole);
    }
}
