using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Diagnostics;

internal sealed partial class DiagnosticBag
{
    /// <summary>Adds what another bag was told.</summary>
    public void Add(Diagnostic diagnostic) =>
        Report(DiagnosticKinds.All.First(kind => kind.Code == diagnostic.Code), diagnostic.Span!.Value, diagnostic.Message, diagnostic.Hint);

    public void ReportLabelOfProgram(SourceSpan span, string label, string where, string owner, string scenario) =>
        Report(DiagnosticKinds.UnknownLabel, span, $"{where} has no label {Quote(label)}", $"it is one of {owner} in {Quote(scenario)}: only a row of that scenario can edit it");

    public void ReportEditRefused(SourceSpan span, Diagnostic refusal) =>
        Report(DiagnosticKinds.DeletionRefused, span, $"edited so, the text would be refused at {refusal.Span}: {refusal.Message} ({refusal.Code})", "edit what uses it as well, or put it elsewhere");

    public void ReportLabelOfTwo(SourceSpan span, string label) =>
        Report(DiagnosticKinds.LabelOfTwo, span, $"{Quote(label)} may be the label of the last operand or of the statement", "put the condition in parentheses: what stands in them is the operands'");

    public void ReportLabelOfNoOperand(SourceSpan span, string label) =>
        Report(DiagnosticKinds.LabelOfNoOperand, span, $"{Quote("@" + label)} labels no operand of a test that could be left out", "labels stand on operands of `||` and `&&` in the test of `if`, `await` or `assert`, with nothing but these and parentheses around");

    public void ReportNothingLeft(SourceSpan span) =>
        Report(DiagnosticKinds.ExpectedExpression, span, "nothing is left of the test");

    public void ReportSecondOtherwise(SourceSpan span, string policy, SourceSpan first) =>
        Report(DiagnosticKinds.SecondOtherwise, span, $"two rows say what {Quote(policy)} does otherwise", First(first));

    public void ReportOtherwiseWithConditions(SourceSpan span) =>
        Report(DiagnosticKinds.OtherwiseWithConditions, span, "`otherwise` stands for the conditions of a row: all cells that no other row of the policy matches", "leave out `when` and its conditions, or `otherwise`");
}
