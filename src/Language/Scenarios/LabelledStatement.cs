using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>A statement with a label.</summary>
/// <param name="Label">The label.</param>
/// <param name="Span">Where the statement stands.</param>
/// <param name="InPolicy">Whether it is a policy's, not a program's or task's.</param>
/// <param name="Around">The labels of the statements that it stands in, within its handler, procedure, program or task.</param>
public sealed record LabelledStatement(string Label, SourceSpan Span, bool InPolicy, ImmutableArray<string> Around)
{
    /// <summary>Those of a policy, of procedures that nobody calls too.</summary>
    public static IEnumerable<LabelledStatement> Of(Policy policy) =>
        policy.Hooks.SelectMany(hook => In(hook.Body, true, [])).Concat(policy.Procedures.SelectMany(procedure => In(procedure.Body, true, [])));

    /// <summary>Those of the programs and tasks of a scenario.</summary>
    public static IEnumerable<LabelledStatement> Of(Scenario scenario) =>
        scenario.Vcpus.SelectMany(vcpu => In(vcpu.Program ?? [], false, [])).Concat(scenario.Tasks.SelectMany(task => In(task.Body, false, [])));

    /// <summary>Whether it is left out where some labels are.</summary>
    public bool IsWithout(IReadOnlySet<string> labels) => labels.Contains(Label) || Around.Any(labels.Contains);

    private static IEnumerable<LabelledStatement> In(ImmutableArray<Stmt> body, bool inPolicy, ImmutableArray<string> around)
    {
        foreach (var statement in body)
        {
            if (statement.Label is { } label)
            {
                yield return new LabelledStatement(label, statement.Span, inPolicy, around);
            }

            var within = statement.Label is { } own ? around.Add(own) : around;
            foreach (var inner in statement.Bodies.SelectMany(inner => In(inner, inPolicy, within)))
            {
                yield return inner;
            }
        }
    }
}
