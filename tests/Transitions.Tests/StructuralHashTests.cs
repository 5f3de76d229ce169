namespace CoherenceCheck.Transitions.Tests;

public sealed class StructuralHashTests
{
    [Fact]
    public void Names_that_a_search_does_not_see_do_not_matter()
    {
        var system = Systems.Colouring();
        var renamed = system with
        {
            Name = "other",
            Rules = [system.Rules[0] with { Label = new RuleLabel("host", "looks", "elsewhere:1") }],
        };
        Assert.Equal(StructuralHash.Of(system), StructuralHash.Of(renamed));
        Assert.Equal(StructuralHash.Of(system), StructuralHash.Of(Systems.Colouring()));
    }

    [Fact]
    public void Every_part_matters()
    {
        var system = Systems.Colouring();
        var (rule, fill) = (system.Rules[0], system.Fills[0]);
        TransitionSystem[] others =
        [
            system,
            system with { Sorts = [] },
            system with { Variables = [.. system.Variables.Reverse()] },
            system with { InitialStates = [new InitialState("nothing", [])] },
            system with { InitialStates = [system.InitialStates[0] with { Name = "start" }] },
            system with { Rules = [] },
            system with { Rules = [rule, rule with { Name = "look" }] },
            system with { Rules = [rule with { Name = "look" }, rule] },
            system with { Rules = [rule with { Guard = Ex.True }] },
            system with { Rules = [rule with { Body = [] }] },
            system with { Rules = [rule with { Parameters = [] }] },
            system with { Fills = [] },
            system with { Fills = [fill with { When = Ex.True }] },
            system with { Fills = [fill with { Value = Ex.Const(1) }] },
            system with { Fills = [fill with { Index = [Ex.Const(1)] }] },
            system with { Fills = [fill with { Target = Systems.Seen }] },
            system with { Cut = Ex.False },
            system with { Cut = Ex.True },
            system with { Terminal = Ex.False },
            system with { Properties = [] },
            system with { Properties = [system.Properties[0] with { Kind = PropertyKind.Cover }] },
        ];
        Assert.Equal(others.Length, others.Select(StructuralHash.Of).Distinct().Count());
    }

    [Fact]
    public void Hashes_are_equal_if_and_only_if_the_texts_are()
    {
        var hashes = new Dictionary<StructuralHash, string>();
        var texts = new HashSet<string>();
        for (var seed = 0; seed < 1_000; seed++)
        {
            var system = RandomSystem.Make(seed).System;
            var (hash, text) = (StructuralHash.Of(system), StructuralHash.CanonicalText(system));
            Assert.Equal(hash, StructuralHash.Of(RandomSystem.Make(seed).System));
            Assert.True(!hashes.TryGetValue(hash, out var other) || other == text, $"seed {seed}");
            hashes[hash] = text;
            texts.Add(text);
        }

        Assert.Equal(texts.Count, hashes.Count);
    }

    [Fact]
    public void Names_with_separators_in_them_are_told_apart()
    {
        static TransitionSystem With(params string[] elements) => Systems.Counter() with { Sorts = [new Sort("s", [.. elements])] };
        Assert.NotEqual(StructuralHash.CanonicalText(With("a 1:b")), StructuralHash.CanonicalText(With("a", "b")));
    }
}
