using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Judgements;

/// <summary>
/// No access is made for which a TLB may hold two translations with the same tags that differ in frame or memory type: who changes either takes the old one away before
/// (Arm ARM D8.16.1, break-before-make). It judges under reading <c>bbm = flag</c> alone: what such an access does is UNPREDICTABLE, and no other property says anything of it.
/// </summary>
/// <remarks>Where the guest's own stores and TLBIs leave both of its leaves, bare metal has them, too: that is the guest's fault and not judged. Of one leaf of the guest
/// there may be two of stage 2 by the host's fault alone.</remarks>
internal sealed class BreakBeforeMake(Declarations declarations, AddressSpace space, TlbEntriesPart tlb, Stage1Ghost stage1) : NotedJudgement
{
    /// <summary>Its name.</summary>
    public const string Name = "break_before_make";

    private readonly Variable _isFlagged = declarations.Ghost(Section.Judged, "conflict", [], Sorts.Truth);
    private readonly Expr _flags = Ex.Read(declarations.Frozen.Truth("bbm.flag", CellFacts.Reads("bbm", "flag")));

    protected override Variable Noted => _isFlagged;

    protected override string Title => "the access to an address with two translations";

    protected override string Sentence(TraceContext context, StepView step) => "NO BREAK BEFORE MAKE: the TLB may hold another translation under the same tags, with another frame or type: what this access does is UNPREDICTABLE";

    public override Property Property => new(Name, PropertyKind.Invariant, Ex.Eq(Ex.Read(_isFlagged), 0));

    public override IEnumerable<Statement> OnAccess(Expr p, Route way)
    {
        Expr[] conflicts = [.. tlb.RoutesOf(way.Vcpu, way.Va).Where(other => Differ(way, other)).Select(other => Ex.And(tlb.MayGo(p, other), Ex.Not(IsGuests(way, other))))];
        return conflicts.Length == 0 ? [] : [Ex.When(Ex.And(_flags, Ex.Or(conflicts)), Ex.Assign(_isFlagged, Ex.True))];
    }

    public override Expr Excludes(IReadOnlyList<Route> ways, int vm, Expr isUnpromised) =>
        Ex.And(_flags, Ex.Or([.. ways.SelectMany((way, i) => ways.Skip(i + 1).Where(other => Differ(way, other)).Select(other => Ex.Not(IsGuests(way, other))))]));

    /// <summary>Whether two entries have the same tags, and lead to another frame or have another type. Permissions alone may be changed without a break.</summary>
    private bool Differ(Route way, Route other) => way.Asid == other.Asid && (space.Leaves2[way.Leaf2].Frame != space.Leaves2[other.Leaf2].Frame
        || space.Leaves2[way.Leaf2].Type != space.Leaves2[other.Leaf2].Type || TypeOf(way) != TypeOf(other));

    private Language.Scenarios.PageType TypeOf(Route way) => way.Leaf1 is { } leaf ? space.Leaves1[leaf].Type : Language.Scenarios.PageType.WriteBack;

    /// <summary>Whether the guest itself has brought both stage-1 leaves about, so that a private TLB may hold both.</summary>
    private Expr IsGuests(Route way, Route other) => way.Leaf1 == other.Leaf1 ? Ex.False : Ex.And(MayHold(way), MayHold(other));

    private Expr MayHold(Route way) => Ex.Or([.. stage1.MeaningsOf(way.Vcpu, way.Va).Where(meaning => meaning.Asid == way.Asid && meaning.Leaf1 == way.Leaf1).Select(meaning => stage1.May(meaning))]);
}
