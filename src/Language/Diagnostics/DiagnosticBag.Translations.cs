using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Diagnostics;

internal sealed partial class DiagnosticBag
{
    public void ReportWrongSort(SourceSpan span, string expected, SpecType found, string? hint) =>
        Report(DiagnosticKinds.TypeMismatch, span, $"expected {expected}, found {Display(found)}", hint);

    public void ReportSeveralLines(SourceSpan span, string page, IEnumerable<string> lines) =>
        Report(DiagnosticKinds.AmbiguousName, span, $"{Quote(page)} is a page of several lines", $"name one: {List(lines)}");

    public void ReportWithNothing(SourceSpan span) =>
        Report(DiagnosticKinds.WithNothing, span, "`with` stands around no statement", "write what is to be done in that context: `with v.mmu { tlbi vmalle1is ; dsb ish }`");

    public void ReportNoSuchAsid(SourceSpan span, long asid, IEnumerable<int> known) =>
        Report(DiagnosticKinds.NoSuchAsid, span, $"no mapping has ASID {asid}", $"ASIDs of mappings: {List(known.Order().Select(number => number == 0 ? "0 (none is written)" : $"{number}"))}; `map a -> g asid {asid}` makes one");

    public void ReportPageOfOther(SourceSpan span, string page, string owner, string vm) =>
        Report(DiagnosticKinds.PageOfOther, span, $"{Quote(page)} is a page of VM {Quote(owner)}", $"VM {Quote(vm)} reaches a frame by a page of its own: `page … = FRAME`");

    public void ReportMmuOfOther(SourceSpan span, string page, IReadOnlyCollection<string> own) =>
        Report(DiagnosticKinds.MmuOfOther, span, $"this is not a stage-2 context of the VM of page {Quote(page)}", $"its contexts: {List(own)}");

    public void ReportMmuOfOtherVm(SourceSpan span, IReadOnlyCollection<string> own) =>
        Report(DiagnosticKinds.MmuOfOther, span, own.Count > 1 ? "a guest goes on under the stage-2 contexts of its own VM alone" : "there is no other stage-2 context under which the guest could go on", own.Count > 1 ? $"its VM has {List(own)}" : "give its VM several: `mmu m0 m1`");

    public void ReportNotPreemptible(SourceSpan span, string what, string where, string hint) =>
        Report(DiagnosticKinds.NotPreemptible, span, $"{what} {where}", hint);

    public void ReportNoPlaceTaken(SourceSpan span) =>
        Report(DiagnosticKinds.NoPlaceTaken, span, "no operation of this alphabet names an address", "leave out `at {…}`, or add an operation to which it applies: `ldr`, `str`, `exec`, `dc`, `ic`, `vae1`, `remap`");

    public void ReportWhichMmu(SourceSpan span, string page, IReadOnlyCollection<string> own) =>
        Report(DiagnosticKinds.WhichMmu, span, $"the VM of page {Quote(page)} has several stage-2 contexts", $"say in which: `in {own.FirstOrDefault()}`; its contexts: {List(own)}");
}
