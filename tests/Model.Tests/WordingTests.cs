using System.Text;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>What diagnostics of cells and models say, each kind at least once. <c>UPDATE_GOLDEN=1</c> writes it anew.</summary>
public sealed class WordingTests
{
    private static readonly string Golden = Path.GetFullPath(Path.Combine(Specs.Folder, "..", "..", "tests", "Model.Tests", "diagnostics.txt"));

    private static readonly IReadOnlyCollection<Diagnostic> All =
    [
        .. Planned("CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC = 1", "kvm when DIC = 0 : holds"),
        .. Planned("CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC = 1 ; reading dic_snoops_nc = at_store", "kvm when DIC = 0 : holds"),
        .. Planned("CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC = 1", "kvm : holds\n kvm when DIC = 0 : violated"),
        .. Planned("CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC = 1", "kvm : holds\n kvm when DIC = 0 : holds needless sw, ic"),
        .. Planned("CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1", "kvm when DIC = 0 : holds\n kvm when DIC = 1 : holds"),
        .. Planned("CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 0", "kvm : holds"),
        .. Planned("CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 0 ; legal", "kvm : holds"),
        .. Planned(Open, "kvm : holds", pages: 1),
        .. Planned(Open, "kvm : holds", pages: 8),
        .. LeftOut("kvm : holds", "ic"),
        // No spec is known that comes to that: a loop in which nothing is done is refused by the language before (CC0406, CC0512). So the rules are made by hand.
        ModelDiagnostics.ForRefusal(Assert.Throws<ModelRefusalException>(RulesThatGoInCircles), Loaded("CTR_EL0.DIC = 0", "kvm : holds").Machine.Span),
        ModelDiagnostics.ForModelError(Loaded("CTR_EL0.DIC = 0", "kvm : holds").Machine.Span, "vcpu_load: n = n + 1", "n is given a value outside 0..1"),
    ];

    // What makes many configurations, with vCPUs that leave all of SCTLR_EL1 open.
    private const string Open = "legal ; CLIDR_EL1.LoC in any ; CLIDR_EL1.LoUU in any";

    [Fact]
    public void Diagnostics_say_what_is_written_down()
    {
        var text = new StringBuilder();
        foreach (var kind in ModelDiagnostics.All)
        {
            text.Append(kind.Code).Append(' ').Append(kind.Title).Append('\n');
            foreach (var (message, hint) in All.Where(one => one.Code == kind.Code).Select(one => (one.Message, one.Hint)).Distinct())
            {
                text.Append("  ").Append(message).Append('\n').Append(hint is null ? "" : $"    hint: {hint}\n");
            }
        }

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Golden, text.ToString());
        }

        Assert.Equal(File.ReadAllText(Golden), text.ToString());
    }

    [Fact]
    public void Every_kind_says_something() => Assert.Empty(ModelDiagnostics.All.Select(kind => kind.Code).Except(All.Select(one => one.Code)));

    private static void RulesThatGoInCircles()
    {
        var circle = new FlowTarget();
        circle.Bind(circle);
        RuleSet.Location(circle, translator: null!);
    }

    private static List<Diagnostic> Planned(string machine, string rows, int pages = 0)
    {
        var diagnostics = new List<Diagnostic>();
        var scenario = Loaded(machine, rows, pages);
        if (CellPlan.CanBeCounted(scenario, diagnostics))
        {
            Specs.Plan([]).Of(scenario, scenario.Expectations[0], diagnostics, TestContext.Current.CancellationToken);
        }

        return diagnostics;
    }

    private static List<Diagnostic> LeftOut(string row, string label)
    {
        var diagnostics = new List<Diagnostic>();
        var scenario = Loaded("CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0", row, own: label);
        CellPlan.CanBeLeftOut(scenario, scenario.Expectations[0].Rows[0], [label], diagnostics);
        return diagnostics;
    }

    private static Scenario Loaded(string machine, string rows, int pages = 0, string own = "own")
    {
        var numbers = Enumerable.Range(0, pages).ToList();
        return Assert.Single(Specs.Load(Specs.Kvm + $$"""
            scenario "cells" {
              machine { pcpu P0 ; {{machine}} }
              frame code { x = old }
              {{string.Join("\n  ", numbers.Skip(1).Select(i => $"frame f{i} {{ x{i} = old }}"))}}
              vm guest {
                page code = code RWX {{(pages == 0 ? "wb" : "MemAttr any XN any")}}
                {{string.Join("\n    ", numbers.Skip(1).Select(i => $"page p{i} = f{i} RWX MemAttr any XN any"))}}
                {{(pages == 0 ? $"vcpu A {{ SCTLR_EL1.M = 1 }} {{ isb @{own} ; exec x }}" : string.Join("\n    ", Enumerable.Range(0, 6).Select(i => $"vcpu A{i} {{ SCTLR_EL1.M in any ; SCTLR_EL1.C in any ; SCTLR_EL1.I in any }} {{ exec x }}")))}}
              }
              expect fresh_fetch {
                {{rows}}
              }
            }
            """).Scenarios);
    }
}
