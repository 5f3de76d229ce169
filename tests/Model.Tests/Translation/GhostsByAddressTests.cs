using CoherenceCheck.Model.Tests.Reference.Translation;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>
/// The law of ghosts where accesses go by address. The machine does not look at its ghosts. Ghosts look at what guests do, and at what the host has where it says something
/// of it (translation.md 5.2); hardware does nothing to them, and which of an instruction's ways the machine went is one to them.
/// </summary>
public sealed class GhostsByAddressTests(ITestOutputHelper output)
{
    /// <summary>What a guest's program knows: registers as it wrote them, what may be in force as far as it can tell, which vCPUs are there, and which version is followed.</summary>
    private static readonly string[] OfPrograms = ["sctlr", "inforce.own", "ttbr", "ttbr.own", "followed", "it.free", "there"];

    private const string Settles = """
        policy p { on guest_exit(v, p) { dsb ish } }
        scenario "settles" {
          machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 }
          frame f { x = old }
          vm guest { page g = f RWX ; vcpu A { SCTLR_EL1.M = 1 } { str new, [g] ; exec g } }
          task host { clear g ; dsb ishst ; tlbi vmalls12e1is ; dsb ish ; settle g }
          expect isolation { p : unstated }
        }
        """;

    private static readonly Lazy<IReadOnlyList<CellCase>> All = new(() =>
    [
        .. Enumerable.Range(1, 12).SelectMany(seed => Specs.Cells(Specs.Load(RandomScenario.Of(seed, isRight: seed % 2 == 0).Text).Scenarios[0])),
        .. from seed in Enumerable.Range(1, 6) from policy in new[] { "bare_metal", "none" } from property in new[] { PrivateSetsCheck.Contents, PrivateSetsCheck.Translations }
           select Assert.Single(Specs.Cells(Private(seed).Spec.ToText(policy, property))),
        .. Shipped().SelectMany(Specs.Cells).DistinctBy(cell => cell.Model),
    ]);

    [Fact]
    public void Machines_do_not_look_at_ghosts() => Assert.Empty(All.Value.SelectMany(cell => GhostReads.Of(cell.Model.System).Select(found => $"{cell}: {found}")));

    [Fact]
    public void Ghosts_look_at_what_guests_do_and_hosts_say()
    {
        var found = All.Value.SelectMany(cell => Offences(cell.Model.System)).Distinct().ToList();
        output.WriteLine($"{All.Value.Count} systems; {string.Join(", ", All.Value.SelectMany(cell => SystemHalf.ReadsOfGhost(cell.Model.System)).Select(read => $"{read.Rule?.Label.Agent ?? "fill"} {read.Variable}").Distinct().Order(StringComparer.Ordinal))}");
        Assert.Empty(found);
    }

    [Fact]
    public void Every_way_of_an_instruction_is_one_to_ghosts()
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            Assert.Null(PrivateSetsCheck.DifferingWay(seed, seed % 2 == 0 ? "none" : "bare_metal", system => system));
        }
    }

    [Fact]
    public void Each_half_does_alone_what_it_does_in_the_whole()
    {
        var steps = 0;
        foreach (var (cell, seed) in All.Value.Where((_, i) => i % 3 == 0).Select((cell, seed) => (cell, seed)))
        {
            var walk = new HalvesWalk(cell.Bound, cell.Bound, seed);
            Assert.True(walk.Run(15) is null, $"{cell}: {walk.Difference}");
            steps += walk.Steps;
        }

        output.WriteLine($"{steps} steps");
        Assert.True(steps > 300);
    }

    [Theory]
    [InlineData("fill", "fill 'fill.gI")]
    [InlineData("guest", "rule 'A.")]
    [InlineData("hardware", "pend")]
    [InlineData("let", "rule 'A.")]
    [InlineData("task", "settle g' reads T2")]
    [InlineData("contents", "settle g' reads coh")]
    public void A_ghost_that_looks_at_the_machine_is_caught(string where, string found)
    {
        var system = where is "task" or "contents" ? Assert.Single(Specs.Cells(Settles)).Model.System : Private(3).Cell.Model.System;
        Assert.Empty(Offences(system));
        var cached = Ex.Read(system.Find("I"), Ex.False, Ex.False);
        var holds = system.Find("gH");
        var guest = system.Rules.First(rule => rule.Label.Agent == "guest");
        Rule Settle() => system.Rules.First(rule => rule.Name.Contains("settle", StringComparison.Ordinal));
        var hardware = system.Rules.First(rule => rule.Label.Agent == "hardware");
        var clears = Ex.Assign(holds, [Ex.False], Ex.False);
        var broken = where switch
        {
            "fill" => system with { Fills = [.. system.Fills.Select(fill => fill.Target.Name == "gI" ? fill with { When = Ex.And(fill.When, cached) } : fill)] },
            "guest" => With(guest, Ex.When(cached, clears)),
            "task" => With(Settle(), Ex.When(Ex.Read(system.Find("T2"), Ex.False, Ex.False, Ex.False), clears)),
            "contents" => With(Settle(), Ex.When(Ex.Read(system.Find("coh"), Ex.False), clears)),
            "let" => With(guest, Ex.Let("seen", cached), Ex.Assign(holds, [Ex.False], Ex.Local("seen"))),
            _ => With(hardware, clears),
        };
        Assert.Contains(Offences(broken), offence => offence.Contains(found, StringComparison.Ordinal));

        TransitionSystem With(Rule rule, params Statement[] statements) => system.Change(r => r == rule, r => r with { Body = [.. r.Body, .. statements] });
    }

    [Fact]
    public void A_machine_that_waits_for_its_ghost_is_caught()
    {
        var system = Private(3).Cell.Model.System;
        Assert.DoesNotContain(SystemHalf.OfMachine(system).Variables, variable => variable.Role == Role.Ghost);
        var broken = system.Change(rule => rule.Label.Agent == "guest", rule => rule with { Guard = Ex.And(rule.Guard, Ex.Ne(Ex.Read(system.Find("gH"), Ex.False), 0)) });
        Assert.Contains("reads the ghost", Assert.Single(GhostReads.Of(broken).Take(1)), StringComparison.Ordinal);
        Assert.Contains(SystemHalf.OfMachine(broken).Variables, variable => variable.Name == "gH");
    }

    [Fact]
    public void A_way_by_which_the_ghost_goes_another_is_caught() => Assert.Contains(Enumerable.Range(1, 6), seed => PrivateSetsCheck.DifferingWay(
        seed, "bare_metal", system => system.Change(rule => rule.Does("str") && rule.Name.EndsWith(".off.f0 RWX", StringComparison.Ordinal), rule => rule.WithoutAssigning("gH"))) is not null);

    /// <summary>A whole whose ghost hardware touches does not go as its half does.</summary>
    [Fact]
    public void A_half_that_does_not_go_as_the_whole_is_caught()
    {
        var system = Private(3).Cell.Bound;
        var holds = system.Find("gH");
        var broken = system.Change(rule => rule.Label.Agent == "guest", rule => rule with { Body = [.. rule.Body, Ex.Assign(holds, [Ex.False], Ex.False)] });
        Assert.Contains("gH", new HalvesWalk(broken, system, 1).Run(15), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Offences(TransitionSystem system)
    {
        var ofHardware = SystemHalf.OfHardware(system);
        foreach (var (rule, where, variable) in SystemHalf.ReadsOfGhost(system))
        {
            // What a frame holds becomes the page's contents where the host says so, and there alone.
            var isOfHost = rule?.Label.Agent is "host" or "task" && (variable.Name == "coh" ? rule.Name.Contains("publish", StringComparison.Ordinal)
                : !ofHardware.Contains(variable) && variable.Name is not ("S1" or "S2" or "poc" or "ds"));
            var isAllowed = OfPrograms.Contains(variable.Name) || isOfHost;
            if (!isAllowed)
            {
                yield return $"{where} reads {variable}";
            }
        }

        foreach (var rule in SystemHalf.OfGhost(system with { Rules = [.. system.Rules.Where(rule => rule.Label.Agent == "hardware")] }).Rules.Where(rule => !rule.Body.IsEmpty))
        {
            yield return $"hardware rule '{rule.Name}' changes a ghost";
        }
    }

    private static (PrivateSpec Spec, CellCase Cell) Private(int seed)
    {
        var spec = PrivateSpec.InAnyOrder(new PrivateGenerator(seed, asSpec: true).Programs(3, 10));
        return (spec, Assert.Single(Specs.Cells(spec.ToText("bare_metal", PrivateSetsCheck.Contents))));
    }

    private static IEnumerable<Language.Scenarios.Scenario> Shipped() => Directory.GetFiles(Path.Combine(Specs.Folder, "..", "translation"), "*.coh")
        .SelectMany(file => Specs.LoadFile(Path.Combine("..", "translation", Path.GetFileName(file))).Scenarios);
}
