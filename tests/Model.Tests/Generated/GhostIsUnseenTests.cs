using CoherenceCheck.Generated;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;
using Statement = CoherenceCheck.Transitions.Statement;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>The machine never looks at the ghost, in any system that is built: else it would be compared with itself.</summary>
public sealed class GhostIsUnseenTests(ITestOutputHelper output)
{
    private const string Small = """
        policy p { state n : 0..1 = 0 ; on vcpu_load(v, p) { n = 1 ; ic iallu ; dsb nsh } }
        scenario "small" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame code { x = old }
          vm guest { page code = code RWX wb
            vcpu A { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvau, x ; dsb ish ; exec x } }
          expect fresh_fetch { p : unstated }
        }
        """;

    [Fact]
    public void What_binds_is_built_or_refused_with_a_place_and_no_generated_machine_looks_at_its_ghost() =>
        LawRun.Try(output, usually: 600, seed => new BuildLaw(SpecMaker.MakeSpec(seed)));

    [Fact]
    public void No_shipped_machine_looks_at_its_ghost()
    {
        var systems = Directory.GetFiles(Specs.Folder, "*.coh").SelectMany(file => Specs.LoadFile(Path.GetFileName(file)).Scenarios).SelectMany(Specs.Cells)
            .Select(cell => cell.Model.System).Distinct(ReferenceEqualityComparer.Instance).Cast<TransitionSystem>().ToList();
        Assert.NotEmpty(systems);
        Assert.Empty(systems.SelectMany(system => GhostReads.Of(system).Select(found => $"{system.Name}: {found}")));
    }

    [Theory]
    [InlineData("guard", "the guard of")]
    [InlineData("value", "gives n a value")]
    [InlineData("index", "gives I a value")]
    [InlineData("test", "gives n a value")]
    [InlineData("let", "gives n a value")]
    [InlineData("initial", "initial state")]
    [InlineData("fill", "the fill 'fill.I'")]
    [InlineData("fail", "fails where")]
    [InlineData("terminal", "the terminal states")]
    public void A_machine_that_looks_at_its_ghost_is_caught(string where, string found)
    {
        var system = Assert.Single(Specs.Cells(Small)).Model.System;
        Assert.Empty(GhostReads.Of(system));
        var ghost = Ex.Read(system.Find("stale"));
        var (n, cached) = (system.Find("n"), system.Find("I"));
        var rule = system.Rules[0];
        var broken = where switch
        {
            "guard" => system.Change(r => r == rule, r => r with { Guard = Ex.And(r.Guard, ghost) }),
            "value" => With(Ex.Assign(n, [], Ex.Not(ghost))),
            "index" => With(Ex.Assign(cached, [Ex.Const(0), ghost], Ex.Const(1))),
            "test" => With(Ex.When(ghost, Ex.Assign(n, [], Ex.Const(1)))),
            "let" => With(Ex.Let("seen", ghost), Ex.Let("again", Ex.Local("seen")), Ex.Assign(n, [], Ex.Local("again"))),
            "initial" => system with { InitialStates = [system.InitialStates[0] with { Body = [Ex.Assign(n, [], ghost)] }] },
            "fill" => system with { Fills = [.. system.Fills.Select(fill => fill.Name == "fill.I" ? fill with { When = Ex.Or(fill.When, ghost) } : fill)] },
            "fail" => With(Ex.Fail(ghost, "it is stale")),
            _ => system with { Terminal = Ex.Or(system.Terminal, ghost) },
        };
        Assert.Contains(found, Assert.Single(GhostReads.Of(broken)), StringComparison.Ordinal);

        TransitionSystem With(params Statement[] statements) => system.Change(r => r == rule, r => r with { Body = [.. r.Body, .. statements] });
    }

    [Fact]
    public void A_ghost_that_looks_at_itself_or_at_the_machine_is_none_of_it()
    {
        var system = Assert.Single(Specs.Cells(Small)).Model.System;
        var stale = system.Find("stale");
        var rule = system.Rules[0];
        Statement[] fair = [Ex.Let("seen", Ex.Read(stale)), Ex.Let("seen", Ex.Read(system.Find("n"))), Ex.Assign(system.Find("n"), [], Ex.Local("seen")), Ex.When(Ex.Read(stale), Ex.Assign(stale, [], Ex.Const(0)))];
        Assert.Empty(GhostReads.Of(system.Change(r => r == rule, r => r with { Body = [.. r.Body, .. fair] })));
    }
}
