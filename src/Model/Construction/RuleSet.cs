using System.Collections.Immutable;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>The rules of a system as they are made, each with what it is about.</summary>
internal sealed class RuleSet
{
    private readonly List<Rule> _rules = [];
    private readonly Dictionary<string, RuleInfo> _infos = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, RuleInfo> Infos => _infos;

    public ImmutableArray<Rule> ToImmutable() => [.. _rules];

    public void Add(string name, RuleInfo info, ImmutableArray<Parameter> parameters, Expr guard, IEnumerable<Statement> body, string? label = null)
    {
        var agent = info.Kind switch
        {
            StepKind.Guest => "guest",
            StepKind.Hardware => "hardware",
            StepKind.Task => "task",
            _ => "host",
        };
        _rules.Add(new Rule(name, parameters, guard, [.. body], new RuleLabel(agent, info.Text, info.Span is { } span ? Printable.Of(span.FileAndLine) : null, label)));
        _infos.Add(name, info);
    }

    /// <summary>Where control goes: a number, or a choice among numbers where labels can be switched off.</summary>
    /// <exception cref="ModelRefusalException">Without some labels there is a loop in which nothing is done.</exception>
    public static Expr Location(Flows.FlowTarget target, Translator translator)
    {
        return Resolve(target, 0);

        Expr Resolve(Flows.FlowTarget current, int hops)
        {
            var resolved = current.Resolve();
            if (resolved is null || hops > 100)
            {
                throw new ModelRefusalException("a loop in which, without the labels that a row switches off, nothing is done", resolved?.Step?.Span);
            }

            if (resolved.Step is not { } step)
            {
                return Ex.Const(resolved.Fixed!.Value);
            }

            var enabled = translator.Enabled(step.Labels);

            // Without the step, control goes where it would go after it; a test or a fork is then passed by its last branch.
            return enabled is Expr.Const { Value: 1 }
                ? Ex.Const(step.Location)
                : Ex.If(enabled, Ex.Const(step.Location), Resolve(step.Next[^1], hops + 1));
        }
    }
}
