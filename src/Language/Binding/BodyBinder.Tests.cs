using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;

namespace CoherenceCheck.Language.Binding;

internal sealed partial class BodyBinder
{
    /// <summary>Binds a test: its operands may have labels, the only one too.</summary>
    public SpecExpr? BindTest(ExpressionSyntax syntax)
    {
        _mayHaveLabel = true;
        var bound = BindCondition(syntax);
        _mayHaveLabel = false;
        return bound;
    }

    private SpecExpr? BindLabelled(LabelledSyntax syntax)
    {
        if (!_mayHaveLabel)
        {
            diagnostics.ReportLabelOfNoOperand(syntax.Label.Span, syntax.Label.Text);
        }

        return BindCondition(syntax.Operand) is { } operand ? new LabelledExpr(operand, syntax.Label.Text, syntax.Text, syntax.Span) : null;
    }

    private SpecExpr? ReportNothingLeft(NothingLeftSyntax syntax)
    {
        diagnostics.ReportNothingLeft(syntax.Span);
        return null;
    }

    private AtExpr? BindAt(AtSyntax syntax)
    {
        if (Scenario is null || syntax.Agent is not NameExpressionSyntax { Name: var agent })
        {
            diagnostics.ReportStatementNotHere(syntax.Span, syntax.IsPast ? "`past`" : "`at`", Where, "it speaks of a vCPU or task of a scenario by name");
            return null;
        }

        var isVcpu = Scenario.Vcpus.TryGetValue(agent.Text, out var number);
        if (!isVcpu && !Scenario.Tasks.TryGetValue(agent.Text, out number))
        {
            diagnostics.ReportUnknownName(agent.Span, "vCPU or task", agent.Text, Scenario.Vcpus.Keys.Concat(Scenario.Tasks.Keys));
            return null;
        }

        var labels = Scenario.LabelsOfAgent.GetValueOrDefault(agent.Text);
        if (labels is null || ((syntax.IsPast || syntax.Label.Text != "end") && !labels.Contains(syntax.Label.Text)))
        {
            var owner = labels is null ? $"the `any` guest {agent.Text}, which never ends," : agent.Text;
            diagnostics.ReportUnknownLabel(syntax.Label.Span, syntax.Label.Text, owner, labels ?? []);
            return null;
        }

        if (!syntax.IsPast && syntax.Label.Text == "end" && labels.Contains("end"))
        {
            diagnostics.ReportAmbiguousName(syntax.Label.Span, "end", $"the end of {agent.Text}", $"a label of {agent.Text}", "rename the label");
            return null;
        }

        return new AtExpr(isVcpu ? number : null, isVcpu ? null : number, syntax.Label.Text == "end" && !syntax.IsPast ? null : syntax.Label.Text, syntax.Span) { IsPast = syntax.IsPast };
    }
}
