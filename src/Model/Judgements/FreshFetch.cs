using CoherenceCheck.Model.Machine.ICache;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Judgements;

/// <summary>No fetch delivers what bare metal could not (docs/model.md, Stale).</summary>
internal sealed class FreshFetch(Sorts sorts, Declarations declarations, Pipeline pipeline) : Judgement
{
    /// <summary>Its name.</summary>
    public const string Name = "fresh_fetch";

    private readonly Variable _isStale = declarations.Ghost(Section.Judged, "stale", [], Sorts.Truth);

    public override Property Property => new(Name, PropertyKind.Invariant, Ex.Eq(Ex.Read(_isStale), 0));

    public override IEnumerable<Statement> OnFetch(Expr vcpu, Expr p, Expr x, Expr? version)
    {
        var allowed = pipeline.Promised(vcpu, x);
        return [Ex.When(version is null ? Ex.Eq(allowed, 0) : Ex.Not(Ex.Contains(allowed, version)), Ex.Assign(_isStale, Ex.True))];
    }

    public override IEnumerable<Note> Notes(TraceContext context, StepView step)
    {
        if (step.Before[_isStale, 0] != 0 || step.After[_isStale, 0] == 0)
        {
            yield break;
        }

        var line = step.Line!.Value;
        var allowed = pipeline.PromisedIn(step.After, step.Vcpu!.Value, line);
        var names = sorts.IsTracked ? [context.Versions.Name(1)] : context.Versions.Names(allowed);
        var since = context.Since(line);
        yield return new Judged(
            "the stale fetch",
            $"STALE: {(since is { IsPublished: true } ? "the promise allows" : "bare metal could deliver")} only {string.Join(" or ", names)}",
            since,
            new(IcacheWords.PanelName, sorts.NumberOfIcache(step.Pe!.Value)));
    }
}
