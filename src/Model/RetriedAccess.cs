using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model;

/// <summary>An access of a guest that stage 2 may forbid, so that handlers are asked and it is tried again: a livelock where it is never let through.</summary>
/// <param name="Vcpu">The vCPU's name.</param>
/// <param name="Text">The access, as written.</param>
/// <param name="Handler">Where the first handler of the fault is written.</param>
/// <param name="Watch">What to watch for to know whether it is let through.</param>
/// <param name="Labels">The labels without any of which the access is not there.</param>
/// <param name="Faults">The names of the rules by which it faults.</param>
/// <param name="Passes">The names of those by which it is done.</param>
public sealed record RetriedAccess(string Vcpu, string Text, SourceSpan Handler, Watch Watch, ImmutableArray<string> Labels, ImmutableArray<string> Faults, ImmutableArray<string> Passes)
{
    /// <summary>Those of a system; the same access in several rounds of a loop is one.</summary>
    internal static IEnumerable<RetriedAccess> In(SystemBuilder builder)
    {
        if (builder.Shape.Policy.Hooks.FirstOrDefault(hook => hook.Event == HookEvent.Stage2Fault) is not { } handler)
        {
            yield break;
        }

        var accesses = builder.Infos.Where(pair => pair.Value is { Kind: StepKind.Guest, Operation: not null, Vcpu.Fixed: not null, Span: not null })
            .GroupBy(pair => new Watch.Passes(pair.Value.Vcpu!.Fixed!.Value, pair.Value.Text, pair.Value.Span!.Value));
        foreach (var access in accesses)
        {
            var isFault = access.ToLookup(rule => rule.Value.Raises == HookEvent.Stage2Fault, rule => rule.Key);
            if (isFault[true].Any())
            {
                var first = access.First().Value;
                yield return new RetriedAccess(first.Speaker!, first.Text, handler.Span, access.Key, first.Step?.Labels ?? [], [.. isFault[true]], [.. isFault[false]]);
            }
        }
    }
}
