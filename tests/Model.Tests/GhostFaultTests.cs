using CoherenceCheck.Model.Tests.Reference;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests;

/// <summary>Faults of the ghost, each found by the comparison with the subset construction, at the set that is wrong.</summary>
public sealed class GhostFaultTests(ITestOutputHelper output)
{
    [Fact]
    public void A_fault_of_judging_an_ic_when_it_completes_is_caught_by_a_version_missing_in_gI() =>
        Finds("gI", missing: true, system => system.Change(Full, rule => rule.Replacing(a =>
            a.Variable.Name == "gI" ? [a with { Value = Ex.False }] : [a])));

    [Fact]
    public void A_fault_of_closing_gJ_to_fills_since_its_issue_is_caught_by_a_version_missing_in_gI() =>
        Finds("gI", missing: true, system => system.WithoutFill("fill.gJ"));

    [Fact]
    public void A_fault_of_never_opening_an_ic_is_caught_by_gI_being_larger() =>
        Finds("gI", missing: false, system => system.Change(rule => rule.Does("ic"), rule => rule.WithoutAssigning("gJ")));

    [Fact]
    public void A_fault_of_never_narrowing_gI_is_caught_by_gI_being_larger() =>
        Finds("gI", missing: false, system => system.Change(Full, rule => rule.WithoutAssigning("gI")));

    [Fact]
    public void A_fault_of_forgetting_stores_after_a_dc_is_caught_by_a_version_missing_in_gF() =>
        Finds("gF", missing: true, system => system.Change(rule => rule.Does("str"), rule => rule.WithoutAssigning("gD")), [
            Program([On], new(0, Op.Str, 0, 1), new(0, Op.Cvau), new(0, Op.Str, 0, 0), new(0, Op.DsbIsh))]);

    [Fact]
    public void A_fault_of_forgetting_that_a_dc_is_pending_is_caught_by_a_version_missing_in_gF() =>
        Finds("gF", missing: true, system => system.Change(rule => rule.Does("dc cvau"), rule => rule with
        {
            Body = [.. rule.Body, Ex.Assign(system.Find("gF"), [Index(rule, "gD")], Ex.Read(system.Find("gC"), Index(rule, "gD")))],
        }));

    [Fact]
    public void A_fault_of_an_isb_without_a_pipeline_flush_is_caught_by_gQ_being_larger() =>
        Finds("gQ", missing: false, system => system.Change(rule => rule.Does("isb"), rule => rule.WithoutAssigning("gQ")));

    [Fact]
    public void A_fault_of_an_ic_that_empties_the_pipeline_is_caught_by_a_version_missing_in_gQ() =>
        Finds("gQ", missing: true, system => system.Change(Full, rule => rule.Replacing(a =>
            a.Variable.Name == "gI" ? [a, new Statement.Assign(system.Find("gQ"), a.Index, Ex.False)] : [a])));

    [Fact]
    public void A_fault_of_attributes_that_switch_at_once_is_caught_by_a_version_missing() =>
        Finds("g", missing: true, system => system.Change(rule => rule.Does("msr"), rule => rule.Replacing(a =>
            a.Variable.Name == "inforce.own" ? [a with { Value = Ex.Singleton(Ex.Local("mode")) }] : [a])));

    [Fact]
    public void A_fault_of_sharing_the_machines_attributes_is_caught_under_a_host_by_a_version_missing() =>
        Finds("g", missing: true, policy: "kvm", programs: Enumerable.Repeat(
            Program([Off, On], new(1, Op.Str, 0, 1), new(1, Op.Cvau), new(1, Op.DsbIsh), new(0, Op.MsrI, 0, 1), new(0, Op.Iallu), new(0, Op.DsbIsh)), 100), change: system => system with
            {
                Fills = [.. system.Fills.Select(fill => fill.Name.StartsWith("fill.g", StringComparison.Ordinal)
                ? fill with { Value = Mutation.Map(fill.Value, r => r.Variable.Name == "inforce.own" ? r with { Variable = system.Find("inforce") } : r) }
                : fill)],
            });

    [Fact]
    public void A_fault_of_a_dsb_nsh_that_closes_ics_elsewhere_is_caught_by_a_version_missing_in_gI() =>
        Finds("gI", missing: true, system => system.Change(rule => rule.Does("dsb nsh"), rule => new WithoutConditions().Apply(rule)));

    [Fact]
    public void A_fault_of_bare_metal_that_does_not_complete_dcs_by_dsb_nsh_is_caught_by_gF_being_larger() =>
        Finds("gF", missing: false, system => system.Change(rule => rule.Does("dsb nsh"), rule => rule.WithoutAssigning("gF")));

    [Fact]
    public void A_fault_of_bare_metal_that_completes_dcs_by_dsb_nsh_where_all_is_limited_is_caught_by_a_version_missing_in_gF() =>
        Finds("gF", missing: true, change: Completing("dsb nsh"), programs: [
            Program([On], new(0, Op.Str, 0, 1), new(0, Op.Cvau), new(0, Op.DsbNsh))]);

    [Fact]
    public void A_fault_of_bare_metal_that_completes_dcs_by_dsb_nshld_is_caught_by_a_version_missing_in_gF() =>
        Finds("gF", missing: true, change: Completing("dsb nshld"), programs: [
            Program([On], new(0, Op.Str, 0, 1), new(0, Op.Cvau), new(0, Op.DsbNshld))]);

    private static Func<TransitionSystem, TransitionSystem> Completing(string operation) => system => system.Change(rule => rule.Does(operation), rule => rule with
    {
        Body = [.. rule.Body, Ex.Assign(system.Find("gF"), [Ex.Const(0)], Ex.Read(system.Find("gC"), Ex.Const(0)))],
    });

    private static Sctlr On => new(true, true, true);

    private static Sctlr Off => new(false, false, false);

    private static GuestProgram Program(Sctlr[] sctlr, params Instruction[] instructions) =>
        new(new Hardware(Idc: false, Dic: false, Snoops.No, IcIsNop: false, NcAtEither: false, WtAtEither: false, OneInstant: false, NshLimitsDc: true), 1, sctlr, instructions);

    private static bool Full(Rule rule) => rule.Label.Operation is "dsb ish" or "dsb nsh";

    private static Expr Index(Rule rule, string variable) =>
        rule.Body.OfType<Statement.If>().SelectMany(i => i.Then).OfType<Statement.Assign>().First(a => a.Variable.Name == variable).Index[1];

    /// <summary>Runs programs until one shows the fault; the same program must show nothing without it.</summary>
    private void Finds(string set, bool missing, Func<TransitionSystem, TransitionSystem> change, IEnumerable<GuestProgram>? programs = null, string policy = "bare_metal")
    {
        var seed = 0;
        foreach (var program in programs ?? Enumerable.Range(1, 1000).Select(n => GuestProgram.Random(n, StoreKind.Cacheable)))
        {
            seed++;
            var result = GhostCheck.Run(program, policy, seed, change);
            if (result.Difference is null)
            {
                continue;
            }

            output.WriteLine($"seed {seed}: {result.Difference}\n{program}");
            Assert.Contains($": {set}", result.Difference, StringComparison.Ordinal);
            Assert.Equal(missing ? result.Difference : null, result.Missing);
            Assert.Null(GhostCheck.Run(program, policy, seed, system => system).Difference);
            return;
        }

        Assert.Fail("no program shows the fault");
    }

    /// <summary>Takes the conditions within loops away, those on hardware apart: what is done for some is done for all.</summary>
    private sealed class WithoutConditions
    {
        public Rule Apply(Rule rule) => rule with { Body = [.. rule.Body.SelectMany(Apply)] };

        private IEnumerable<Statement> Apply(Statement statement) => statement switch
        {
            Statement.ForEach f => [f with { Body = [.. f.Body.SelectMany(Apply)] }],
            Statement.If { Condition: not Expr.Read { Variable.Role: Role.Frozen } } i => i.Then.SelectMany(Apply),
            _ => [statement],
        };
    }
}
