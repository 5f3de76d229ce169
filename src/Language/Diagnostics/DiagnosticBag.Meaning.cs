using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Diagnostics;

internal sealed partial class DiagnosticBag
{
    public void ReportSettingNotHere(SourceSpan span, string what, string where, string? hint = null) =>
        Report(DiagnosticKinds.SettingNotHere, span, $"{what} cannot be set in {where}", hint);

    public void ReportCycle(SourceSpan span, string what, string name) =>
        Report(DiagnosticKinds.Cycle, span, $"{what} {Quote(name)} builds on itself");

    public void ReportRecursiveProcedure(SourceSpan span, string name) =>
        Report(DiagnosticKinds.RecursiveProcedure, span, $"{Quote(name)} calls itself");

    public void ReportMoveBetweenBodies(SourceSpan span, string label, string target) =>
        Report(DiagnosticKinds.MoveBetweenBodies, span, $"{Quote(label)} and {Quote(target)} do not stand in the same body");

    public void ReportNothingToMove(SourceSpan span, string label) =>
        Report(DiagnosticKinds.NothingToMove, span, $"{Quote(label)} names no statement", "`with LABEL:` and `move` change statements; `without` also leaves out settings and operands of tests");

    public void ReportForeverWithoutStep(SourceSpan span) =>
        Report(DiagnosticKinds.ForeverWithoutStep, span, "the loop takes no step");

    public void ReportNotAtomic(SourceSpan span, string what) =>
        Report(DiagnosticKinds.NotAtomic, span, $"{what} cannot be part of a single step");

    public void ReportWaitsInAtomic(SourceSpan span, string text) =>
        Report(DiagnosticKinds.NotAtomic, span, $"{Quote(text)} may wait, and only the first statement of `atomic` may");

    public void ReportWrongHookParameters(SourceSpan span, HookRow hook)
    {
        var told = hook.Parameters;
        var count = told.Length switch { 1 => "one parameter", 2 => "two parameters", var many => $"{hook.FewestParameters} to {many} parameters" };
        Report(
            DiagnosticKinds.WrongHookParameters, span, $"{Quote(hook.Name)} has {count}, {string.Join(told.Length == 2 ? " and " : ", ", told.Select(one => one.What))}",
            $"write `on {hook.Name}({string.Join(", ", told.Select(one => one.Name))})`");
    }

    public void ReportStatementNotHere(SourceSpan span, string what, string where, string? hint = null) =>
        Report(DiagnosticKinds.StatementNotHere, span, $"{what} cannot stand in {where}", hint);

    public void ReportOperationNotHere(SourceSpan span, string operation, string where, string? hint = null) =>
        Report(DiagnosticKinds.OperationNotHere, span, $"{Quote(operation)} cannot be executed in {where}", hint);

    public void ReportWrongOperands(SourceSpan span, string operation, string form) =>
        Report(DiagnosticKinds.WrongOperands, span, $"wrong operands of {Quote(operation)}", $"write `{form}`");

    public void ReportIncompleteScenario(SourceSpan span, string what) =>
        Report(DiagnosticKinds.IncompleteScenario, span, what);

    public void ReportAccessNotPermitted(SourceSpan span, string line, string page, string right) =>
        Report(DiagnosticKinds.AccessNotPermitted, span, $"{Quote(line)} is in page {Quote(page)}, which has no {right}", "this would be a stage-2 fault, and no policy has a handler of `s2_fault`");

    public void ReportLineNotMapped(SourceSpan span, string line, string vm) =>
        Report(DiagnosticKinds.LineNotMapped, span, $"VM {Quote(vm)} has no page with line {Quote(line)}", $"add a page to VM {Quote(vm)}: `page … = FRAME RWX wb`");

    public void ReportCacheabilityUndecided(SourceSpan span, string text) =>
        Report(DiagnosticKinds.CacheabilityUndecided, span, $"{Quote(text)} may follow a write of SCTLR_EL1 that is not yet in force: its cacheability is undecided", "put an `isb` first");

    public void ReportFetchWithoutIsb(SourceSpan span) =>
        Report(DiagnosticKinds.FetchWithoutIsb, span, "an alphabet that fetches without isb is never stale: fresh_fetch holds vacuously", "add `isb`");

    public void ReportDeletionRefused(SourceSpan span, IEnumerable<string> labels, Diagnostic refusal) =>
        Report(
            DiagnosticKinds.DeletionRefused,
            span,
            $"without {List(labels.Select(label => "@" + label))} the text would be refused at {refusal.Span}: {refusal.Message} ({refusal.Code})",
            "leave out more, or put another statement in its place: `with LABEL: stmt`");

    public void ReportCachesStayOff(SourceSpan span, string text, string vcpu) =>
        Report(
            DiagnosticKinds.CachesStayOff,
            span,
            $"{Quote(text)} turns the MMU on while C and I stay 0: data accesses stay Non-cacheable",
            $"write `msr SCTLR_EL1.C, 1 ; msr SCTLR_EL1.I, 1` beside it; or, where this is meant, say `SCTLR_EL1.C = 0` in the settings of vCPU {Quote(vcpu)}");

    public void ReportRowsContradict(SourceSpan span, SourceSpan first) =>
        Report(DiagnosticKinds.RowsContradict, span, "an equal row has another verdict", First(first));

    public void ReportWrongOwner(SourceSpan span, string message, string hint) =>
        Report(DiagnosticKinds.WrongOwner, span, message, hint);

    public void ReportStateNotInPolicy(SourceSpan span, string state, string policy) =>
        Report(DiagnosticKinds.StateNotInPolicy, span, $"policy {Quote(policy)}, which a row names, has no such state {Quote(state)}", "every policy of the rows must declare it, with the same type");

    public void ReportCoverExpected(SourceSpan span, string name) =>
        Report(DiagnosticKinds.CoverExpected, span, $"{Quote(name)} is a cover, not a property", "covers are checked with every row; they have none of their own");

    public void ReportNobodyJudges(SourceSpan span, string name, string reading, string value) =>
        Report(DiagnosticKinds.NobodyJudges, span, $"{Quote(name)} is judged under reading {Quote(reading)} = {Quote(value)} alone, and no cell has it", $"write `reading {reading} = {value}` in the machine");

    public void ReportNeverExpected(SourceSpan span, string name) =>
        Report(DiagnosticKinds.NeverExpected, span, $"no expect block names the property {Quote(name)}: it is not checked", $"add `expect {name} {{ … }}`");

    public void ReportProfilesDisagree(SourceSpan span, string name, SourceSpan first) =>
        Report(DiagnosticKinds.ProfilesDisagree, span, $"profiles set {Quote(name)} differently", $"{First(first)}; set it in `machine` itself to decide");

    public void ReportLimitExceeded(SourceSpan span, int most, string what) =>
        Report(DiagnosticKinds.LimitExceeded, span, $"at most {most} {what}");

    public void ReportMachineNotModelled(SourceSpan span, string what) =>
        Report(DiagnosticKinds.MachineNotModelled, span, $"{what} not modelled yet");

    public void ReportOperationNotModelled(SourceSpan span, string operation, string why) =>
        Report(DiagnosticKinds.OperationNotModelled, span, $"{Quote(operation)} is not modelled yet: {why}");

    public void ReportForeignOperationNotModelled(SourceSpan span, string operation, string hint) =>
        Report(DiagnosticKinds.OperationNotModelled, span, $"{Quote(operation)} is not modelled yet", hint);

    public void ReportValueNotModelled(SourceSpan span, string value, string of, string why) =>
        Report(DiagnosticKinds.ValueNotModelled, span, $"{Quote(value)} of {of} is not modelled yet: {why}");
}
