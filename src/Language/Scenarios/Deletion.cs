using System.Collections.Immutable;
using CoherenceCheck.Language.Binding;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>What <c>without</c> means: the text with the labelled statements deleted.</summary>
/// <remarks>A model may leave statements out by switches of its own; what this class says is what they must come to. A text that the
/// binder would refuse after the deletion is refused for the row, too: nothing else would be an answer about that text.</remarks>
public static class Deletion
{
    /// <summary>Why the text that is left would be refused; <see langword="null"/> where it is a legal spec.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="labels">The labels of what is deleted; those of settings, and unknown ones, delete no statement.</param>
    public static Diagnostic? Refusal(Policy policy, IReadOnlySet<string> labels)
    {
        var deleted = new DeletedText(labels);
        foreach (var hook in policy.Hooks)
        {
            deleted.Check(hook.Body);
        }

        foreach (var procedure in policy.Procedures)
        {
            deleted.Check(procedure.Body);
        }

        return deleted.Refusal;
    }

    /// <summary>The same for the programs and tasks of a scenario.</summary>
    /// <param name="vms">The VMs, with the programs of their vCPUs.</param>
    /// <param name="tasks">The tasks.</param>
    /// <param name="labels">The labels of what is deleted.</param>
    public static Diagnostic? Refusal(ImmutableArray<Vm> vms, ImmutableArray<HostTask> tasks, IReadOnlySet<string> labels)
    {
        var deleted = new DeletedText(labels);
        foreach (var vcpu in vms.SelectMany(vm => vm.Vcpus).Where(vcpu => vcpu.Program is not null))
        {
            deleted.CheckProgram(vcpu.Program!.Value);
        }

        foreach (var task in tasks)
        {
            deleted.Check(task.Body);
        }

        return deleted.Refusal;
    }

    /// <summary>The same for a policy and a scenario at once.</summary>
    public static Diagnostic? Refusal(Policy policy, Scenario scenario, IReadOnlySet<string> labels) =>
        labels.Count == 0 ? null : Refusal(policy, labels) ?? Refusal(scenario.Vms, scenario.Tasks, labels);
}

/// <summary>Deletes statements, and checks again what the binder checked of the whole: names, loops for ever, cacheability.</summary>
internal sealed class DeletedText(IReadOnlySet<string> labels)
{
    private readonly DiagnosticBag _diagnostics = new();
    private readonly Dictionary<Procedure, Procedure> _procedures = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Symbol> _deletedNames = [];

    /// <summary>The first thing that is wrong with what was checked so far.</summary>
    public Diagnostic? Refusal => _diagnostics.ToSorted().FirstOrDefault(diagnostic => diagnostic.Severity == Severity.Error);

    public void Check(ImmutableArray<Stmt> body) => CheckLeft(Delete(body));

    public void CheckProgram(ImmutableArray<Stmt> program)
    {
        var left = Delete(program);
        CheckLeft(left);
        CacheabilityCheck.Run(left, _diagnostics);
    }

    private void CheckLeft(ImmutableArray<Stmt> body)
    {
        foreach (var statement in body)
        {
            foreach (var symbol in StatementNames.UsedBy(statement).Where(_deletedNames.Contains))
            {
                _diagnostics.ReportUnknownName(statement.Span, "variable or parameter", symbol.Name, []);
            }

            if (StatementNames.ExpressionsOf(statement).SelectMany(StatementNames.All).OfType<AtExpr>().FirstOrDefault(at => at.Label is { } place && labels.Contains(place)) is { } at)
            {
                _diagnostics.ReportUnknownLabel(at.Span, at.Label!, "what is left of the programs and tasks", []);
            }

            if (statement is ForeverStmt forever && StatementFacts.PassesWithoutStep(forever.Body))
            {
                _diagnostics.ReportForeverWithoutStep(forever.Span);
            }

            foreach (var inner in statement.Bodies)
            {
                CheckLeft(inner);
            }
        }
    }

    private ImmutableArray<Stmt> Delete(ImmutableArray<Stmt> body)
    {
        var left = ImmutableArray.CreateBuilder<Stmt>(body.Length);
        foreach (var statement in body)
        {
            if (statement.Label is { } label && labels.Contains(label))
            {
                if (statement.Declares is { } name)
                {
                    _deletedNames.Add(name);
                }
            }
            else
            {
                left.Add(Inside(WithoutOperands(statement)));
            }
        }

        return left.ToImmutable();
    }

    private Stmt WithoutOperands(Stmt statement)
    {
        if (statement.Test is not { } test || !LabelledExpr.In(test).Any(operand => labels.Contains(operand.Label)))
        {
            return statement;
        }

        if (LabelledExpr.Without(test, labels) is { } left)
        {
            return statement.WithTest(left);
        }

        _diagnostics.ReportNothingLeft(test.Span);
        return statement;
    }

    private Stmt Inside(Stmt statement) =>
        statement is CallStmt call ? call with { Procedure = Inside(call.Procedure) } : statement.WithBodies([.. statement.Bodies.Select(Delete)]);

    // Each procedure once: procedures that call one another many times would be walked exponentially often.
    private Procedure Inside(Procedure procedure)
    {
        if (!_procedures.TryGetValue(procedure, out var left))
        {
            left = procedure with { Body = Delete(procedure.Body) };
            _procedures.Add(procedure, left);
        }

        return left;
    }
}
