using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Judgements;

/// <summary>No load delivers what bare metal could not (translation.md 5.4, J4). What is another owner's is <see cref="Isolation"/>'s.</summary>
internal sealed class FreshData(Declarations declarations, WriterGhost writer) : NotedJudgement
{
    /// <summary>Its name.</summary>
    public const string Name = "fresh_data";

    private readonly Variable _isStale = declarations.Ghost(Section.Judged, "stale.data", [], Sorts.Truth);

    protected override Variable Noted => _isStale;

    protected override string Title => "the stale load";

    protected override string Sentence(TraceContext context, StepView step) => $"STALE: bare metal could not deliver {context.Versions.Name(0)} to this load, only what was stored or promised since";

    public override Property Property => new(Name, PropertyKind.Invariant, Ex.Eq(Ex.Read(_isStale), 0));

    public override Expr Excludes(IReadOnlyList<Route> ways, int vm, Expr isUnpromised) => Ex.And(isUnpromised, writer.IsOf(vm));

    public override IEnumerable<Statement> OnUnpromised(int vm, bool isFetch, Expr isDelivered) =>
        isFetch ? [] : [Ex.When(Ex.And(isDelivered, writer.IsOf(vm)), Ex.Assign(_isStale, Ex.True))];
}

/// <summary>No fetch does, where accesses go by address.</summary>
internal sealed class FreshFetchByAddress(Declarations declarations, WriterGhost writer) : NotedJudgement
{
    private readonly Variable _isStale = declarations.Ghost(Section.Judged, "stale", [], Sorts.Truth);

    protected override Variable Noted => _isStale;

    protected override string Title => "the stale fetch";

    protected override PanelPlace? From(TraceContext context, StepView step) => FetchedFrom(context, step);

    protected override string Sentence(TraceContext context, StepView step) => $"STALE: bare metal could not deliver {context.Versions.Name(0)} to this fetch, only what was stored or promised since";

    public override Property Property => new(FreshFetch.Name, PropertyKind.Invariant, Ex.Eq(Ex.Read(_isStale), 0));

    public override Expr Excludes(IReadOnlyList<Route> ways, int vm, Expr isUnpromised) => Ex.And(isUnpromised, writer.IsOf(vm));

    public override IEnumerable<Statement> OnUnpromised(int vm, bool isFetch, Expr isDelivered) =>
        isFetch ? [Ex.When(Ex.And(isDelivered, writer.IsOf(vm)), Ex.Assign(_isStale, Ex.True))] : [];
}
