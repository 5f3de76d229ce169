using System.Collections.Immutable;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>The rules of a system as they are made, each with what it is about.</summary>
internal sealed class RuleSet
{
    private readonly List<Rule> _rules = [];
    private readonly Dictionary<string, StepInfo> _infos = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, StepInfo> Infos => _infos;

    public ImmutableArray<Rule> ToImmutable() => [.. _rules];

    public void Add(string name, StepInfo info, ImmutableArray<Parameter> parameters, Expr guard, IEnumerable<Statement> body, string? label = null)
    {
        _rules.Add(new Rule(name, parameters, guard, [.. body], new RuleLabel(info.Agent.ToString().ToLowerInvariant(), info.Text, info.Span is { } span ? Printable.Of(span.FileAndLine) : null, label)));
        _infos.Add(name, info);
    }

    /// <summary>Where control goes: a number, or a choice among numbers where labels can be switched off.</summary>
    /// <param name="target">The target.</param>
    /// <param name="translator">Knows the switches.</param>
    /// <param name="enters">What a location outside the flow becomes: the ERET, where nothing is left to do before it.</param>
    /// <exception cref="ModelRefusalException">There is a loop in which nothing is done.</exception>
    public static Expr Location(FlowTarget target, Translator translator, Func<int, int>? enters = null)
    {
        var (open, passed) = (new HashSet<FlowTarget>(), new HashSet<FlowTarget>());
        return Resolve(target, [], []);

        // What is known to be on, or off, on the way to a target keeps the choice as small as the number of labels.
        Expr Resolve(FlowTarget current, ImmutableHashSet<string> on, ImmutableHashSet<string> off)
        {
            var resolved = current.Resolve() ?? throw new ModelRefusalException("a loop in which nothing is done", null);
            if (resolved is { Step: null, Pass: null })
            {
                return Ex.Const(enters is null ? resolved.Fixed!.Value : enters(resolved.Fixed!.Value));
            }

            // Without the step, control goes where it would go after it; a test or a fork is then passed by its last branch.
            var (labels, without) = resolved.Step is { } step ? (step.Labels, step.Next[^1]) : (resolved.Pass!.Labels, resolved.Pass.Without);
            ImmutableArray<string> unknown = [.. labels.Where(label => !on.Contains(label))];
            Expr With()
            {
                if (resolved.Step is { } reached)
                {
                    return Ex.Const(reached.Location);
                }

                if (!passed.Add(resolved))
                {
                    throw new ModelRefusalException("a loop in which nothing is done", null);
                }

                var place = Resolve(resolved.Pass!.With, on.Union(labels), off);
                passed.Remove(resolved);
                return place;
            }

            if (unknown.IsEmpty)
            {
                return With();
            }

            // A loop of which nothing is left: no text has it (Deletion), so that control never comes here where it is so.
            if (!open.Add(resolved))
            {
                return Ex.Const(resolved.Step?.Location ?? 0);
            }

            var otherwise = Resolve(without, on, unknown.Length == 1 ? off.Add(unknown[0]) : off);
            open.Remove(resolved);
            return unknown.Any(off.Contains) ? otherwise : Ex.If(translator.Enabled(unknown), With(), otherwise);
        }
    }
}
