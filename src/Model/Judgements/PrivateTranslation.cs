using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Judgements;

/// <summary>No access uses a translation that bare metal could not, nor one that the host has withdrawn (translation.md 5.4, J1 and J3).</summary>
internal sealed class PrivateTranslation(Declarations declarations, Stage1Ghost stage1, PromiseGhost promise) : NotedJudgement
{
    /// <summary>Its name.</summary>
    public const string Name = "private_translation";

    private readonly Variable _isWrong = declarations.Ghost(Section.Judged, "withdrawn", [], Sorts.Truth);

    protected override Variable Noted => _isWrong;

    protected override string Title => "the withdrawn translation";

    protected override string Sentence => "WITHDRAWN: a private machine could not use it: the guest's own tables never gave it or it was invalidated, or the host relies on its being gone";

    public override Property Property => new(Name, PropertyKind.Invariant, Ex.Eq(Ex.Read(_isWrong), 0));

    public override Expr Excludes(IReadOnlyList<Route> ways, int vm, Expr isUnpromised) => Ex.Or([.. ways.Select(way => Ex.Not(IsAllowed(way)))]);

    private Expr IsAllowed(Route way) => Ex.And(
        Ex.Or([.. stage1.MeaningsOf(way.Vcpu, way.Va).Where(meaning => meaning.Asid == way.Asid && meaning.Leaf1 == way.Leaf1).Select(meaning => stage1.May(meaning))]),
        promise.MayReach(way.Page, way.Leaf2));

    public override IEnumerable<Statement> OnAccess(Expr p, Route way)
    {
        var allowed = IsAllowed(way);
        return allowed is Expr.Const { Value: not 0 } ? [] : [Ex.When(Ex.Not(allowed), Ex.Assign(_isWrong, Ex.True))];
    }
}
