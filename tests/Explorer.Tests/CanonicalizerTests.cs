using System.Collections.Immutable;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>The least image of packed states of several words, compared with the images of the states themselves, word by word.</summary>
public sealed unsafe class CanonicalizerTests
{
    private const int States = 3_000;

    private static readonly Sort Cpu = new("cpu", ["A", "B", "C"]);
    private static readonly Sort Line = new("line", ["X", "Y"]);

    /// <summary>Ranges of more bits than a lookup takes, cells that stand in different words, elements and sets.</summary>
    private static readonly ImmutableArray<Variable> Variables =
    [
        new("wide", [Cpu], new Domain.Range(-5, 1L << 40), Role.State),
        new("long", [Cpu, Line], new Domain.Range(0, (1L << 19) - 1), Role.State),
        new("last", [Line], new Domain.Element(Cpu, OrNone: true), Role.State),
        new("set", [Line], new Domain.Subset(Cpu), Role.State),
        new("lines", [Cpu], new Domain.Subset(Line), Role.Ghost),
        new("bit", [Cpu], new Domain.Range(0, 1), Role.State),
    ];

    [Fact]
    public void A_state_becomes_the_least_of_its_images_word_by_word()
    {
        var system = Anything();
        var group = SymmetryGroup.Of(system, []);
        Assert.Equal(12, group.Order);
        var layout = new Layout(system);
        Assert.True(layout.Words > 3);
        using var canonicalizer = new Canonicalizer(group, layout, system);
        var random = new Random(1);
        var (changed, late) = (0, 0);
        for (var n = 0; n < States; n++)
        {
            var state = Random(random);
            var own = Packed(layout, state);
            var images = group.Renamings.Select(renaming => Packed(layout, renaming.Of(state))).Append(own).ToList();
            var least = images.Aggregate((a, b) => a.AsSpan().SequenceCompareTo(b) <= 0 ? a : b);
            var packed = own.ToArray();
            fixed (ulong* words = packed)
            {
                Assert.Equal(images.Select(image => string.Join(' ', image)).Distinct().Count(), canonicalizer.Orbit(words));
                Assert.Equal(!own.SequenceEqual(least), canonicalizer.Replace(words));
            }

            Assert.Equal(least, packed);
            changed += own.SequenceEqual(least) ? 0 : 1;

            // A later word of the least image may well be greater than the state's.
            late += Enumerable.Range(0, least.Length).Any(word => least[word] > own[word]) ? 1 : 0;
        }

        Assert.True(changed > States / 2 && late > States / 4, $"{changed} changed, {late} of them with a word that became greater");
    }

    // Few numbers, some of them large, so that words are often equal.
    private static Valuation Random(Random random)
    {
        var state = new Valuation(Variables);
        foreach (var variable in Variables)
        {
            for (var cell = 0; cell < variable.CellCount; cell++)
            {
                var (min, max) = (variable.Domain.Min, variable.Domain.Max);
                state[variable, cell] = random.Next(4) switch { 0 => min, 1 => max, 2 => min + ((max - min) / 3), _ => random.NextInt64(min, max + 1) };
            }
        }

        return state;
    }

    private static ulong[] Packed(Layout layout, Valuation state)
    {
        var words = new ulong[layout.Words];
        layout.Pack(state, words);
        return words;
    }

    // A system without steps: nothing tells its elements apart.
    private static TransitionSystem Anything() => new(
        "anything", [Cpu, Line], Variables,
        [new InitialState("none", [Ex.ForEach("x", Line, Ex.Assign(Variables[2], [Ex.Local("x")], Ex.None(Cpu)))])], [], [], null, Ex.True, []);
}
