using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests;

/// <summary>What traces say of single steps.</summary>
public sealed class NarratorTests
{
    private const string Everything =
        """
        scenario "every operation" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 ; reading nc_fetch_point = poc_only }
          frame code { x = old }
          vm guest { page code = code RWX wb
            vcpu A on {P0} { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } { msr SCTLR_EL1.I, 1 ; isb }
            vcpu B on {P1} { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish } }
          task all { dc cvac, x ; dc civac, x ; ic iallu ; ic ialluis ; tlbi vmalle1is ; dsb ish }
          expect fresh_fetch { bare_metal : unstated }
        }
        """;

    private readonly CellCase _cell = Assert.Single(Specs.Cells(Everything));

    [Fact]
    public void Everything_that_hardware_does_by_itself_has_words_of_its_own()
    {
        var state = new Interpreter(_cell.Model.System, _cell.Frozen).InitialStates().First().State!;
        var rules = _cell.Model.System.Rules.Where(rule => rule.Label.Agent == "hardware").ToList();
        var said = rules.ToDictionary(rule => rule.Name, rule => Narrate((null, state), (RuleInstance.Of(rule).First(), state)).Steps[1].Action, StringComparer.Ordinal);
        Assert.Contains("hw.pend.tlbi", said.Keys);
        Assert.All(said, pair => Assert.Equal(pair.Key.Contains("tlbi", StringComparison.Ordinal), pair.Value.StartsWith("tlbi", StringComparison.Ordinal)));
        Assert.All(said, pair => Assert.Equal(pair.Key.Contains("civac", StringComparison.Ordinal), pair.Value.StartsWith("dc civac", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_hardware_does_and_nobody_has_words_for_is_an_error()
    {
        var state = new Interpreter(_cell.Model.System, _cell.Frozen).InitialStates().First().State!;
        var rule = _cell.Model.System.Rules.First(rule => rule.Label.Agent == "hardware");
        Assert.ThrowsAny<Exception>(() => Narrate((null, state), (new RuleInstance(rule with { Name = "hw.unheard_of" }, [.. rule.Parameters.Select(_ => 0)]), state)));
    }

    /// <summary>A has written I = 1 and not synchronised it: old still comes from the PoC, new from the PoU.</summary>
    [Fact]
    public void What_enters_an_I_cache_is_explained_by_the_values_in_force_not_by_the_last_written()
    {
        var interpreter = new Interpreter(_cell.Model.System, _cell.Frozen);
        var steps = new List<(RuleInstance? Instance, Valuation State)> { (null, interpreter.InitialStates().First().State!) };
        foreach (var name in new[] { "A.0.msr", "B.0.str", "B.1.dc cvau", "hw.pend.cvau", "B.2.dsb", "B.3.ic ivau", "hw.pend.ivau" })
        {
            var (instance, next) = _cell.Model.System.Rules.Where(rule => rule.Name.StartsWith(name, StringComparison.Ordinal)).SelectMany(RuleInstance.Of)
                .Select(instance => (Instance: instance, Next: interpreter.Apply(steps[^1].State, instance)?.State)).First(pair => pair.Next is not null);
            steps.Add((instance, next!));
        }

        var note = Assert.Single(Narrate([.. steps]).Steps[^1].Notes, note => note.Text.StartsWith("PE-A I-cache", StringComparison.Ordinal));
        Assert.IsType<Refilled>(note);
        Assert.EndsWith("refilled from the PoU or the PoC by A (MMU off or MMU off, I = 1)", note.Text, StringComparison.Ordinal);
    }

    private NarratedTrace Narrate(params (RuleInstance? Instance, Valuation State)[] trace) => _cell.Model.Narrate(_cell.Cell, trace, property: null);
}
