using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model;

/// <summary>Something without which a verdict says little: that a vCPU executes, that a page is fetched, that handlers begin.</summary>
/// <param name="Missing">What there is to say where it never happens.</param>
/// <param name="Span">Where it is written.</param>
/// <param name="Watch">What to watch for to know whether it happens.</param>
/// <param name="Rules">The names of rules of which one fires when it happens, each with the labels without any of which it is not there.</param>
public sealed record Occurrence(string Missing, SourceSpan Span, Watch Watch, ImmutableArray<(string Name, ImmutableArray<string> Labels)> Rules)
{
    /// <summary>The rules that are there where labels are left out; none where all of it is left out.</summary>
    public IEnumerable<string> RulesWithout(IReadOnlySet<string> labels) => Rules.Where(rule => !rule.Labels.Any(labels.Contains)).Select(rule => rule.Name);

    /// <summary>Whether it is a fetch.</summary>
    public bool IsFetch => Watch is Watch.Fetches || IsJudged;

    /// <summary>Whether a vCPU that executes makes accesses that the property judges, where accesses go by address.</summary>
    public bool IsJudged { get; private init; }

    /// <summary>What is expected to happen in a system.</summary>
    internal static IEnumerable<Occurrence> In(SystemBuilder builder)
    {
        (string, ImmutableArray<string>) WithLabels(string rule) => (rule, builder.Infos[rule].Step?.Labels ?? []);
        var guests = builder.Infos.Where(pair => pair.Value.Kind == StepKind.Guest).ToList();
        foreach (var vcpu in builder.Shape.Scenario.Vcpus)
        {
            var own = guests.Where(pair => pair.Value.Vcpu is { Fixed: { } number } && number == vcpu.Number && pair.Value.Operation is not null).Select(pair => pair.Key).ToImmutableArray();
            if (!own.IsEmpty)
            {
                yield return new Occurrence($"{vcpu.Name} never executes an instruction", vcpu.Span, new Watch.Runs(vcpu.Number), [.. own.Select(WithLabels)])
                {
                    IsJudged = builder.Parts is AddressParts && own.Any(rule => AddressSights.IsJudged(builder.Shape.Scenario.Asked, builder.Infos[rule].Operation!.Kind)),
                };
            }
        }

        var fetches = guests.Where(pair => pair.Value is { Operation.Kind: OperationKind.Execute, Line.Fixed: not null }).ToLookup(pair => builder.Shape.PageOfLine[pair.Value.Line!.Fixed!.Value], pair => pair.Key);
        foreach (var page in fetches.Where(page => page.Key is not null))
        {
            yield return new Occurrence($"page {page.Key!.Name} is never fetched", page.Key.Span, new Watch.Fetches(page.Key.Name), [.. page.Select(WithLabels)]);
        }

        foreach (var handlers in builder.Agents.Where(agent => agent.Through is Watch.Handlers))
        {
            var happens = ((Watch.Handlers)handlers.Through).Event;
            yield return new Occurrence($"no handler of {handlers.Name} is ever reached", handlers.Span, new Watch.Begins(happens), [.. handlers.Steps.SelectMany(step => step.Rules).Select(WithLabels)]);
        }
    }
}
