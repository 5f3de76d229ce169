using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Judgements;

/// <summary>No access uses a translation that bare metal could not, nor one that the host has withdrawn (translation.md 5.4, J1 and J3).</summary>
internal sealed class PrivateTranslation(Declarations declarations, AddressSpace space, Sorts sorts, Stage1Ghost stage1, PromiseGhost promise, VttbrPart vttbr) : NotedJudgement
{
    /// <summary>Its name.</summary>
    public const string Name = "private_translation";

    private readonly Variable _isWrong = declarations.Ghost(Section.Judged, "withdrawn", [], Sorts.Truth);

    protected override Variable Noted => _isWrong;

    protected override string Title => "the withdrawn translation";

    protected override PanelPlace? From(TraceContext context, StepView step) => new(TlbWords.PanelName, sorts.NumberOfTlb(step.Pe!.Value));

    /// <inheritdoc/>
    /// <remarks>The stage that says so, since when, and what TLBIs there were since.</remarks>
    protected override string Sentence(TraceContext context, StepView step)
    {
        var way = step.Info.Way!;
        var vcpu = context.Sorts.Vcpu.Elements[way.Vcpu];
        var history = context.Translations;
        if (context.Interpreter.Evaluate(promise.MayReach(vttbr.MeantFor(Ex.Const(step.Pe!.Value), way), way.Page, way.Leaf2), step.Before, step.Instance) == 0)
        {
            var withdrawn = history.Replaced(way.Page, way.Leaf2);
            var settled = history.WhenSettled(way.Page) is { } since ? $", and the host relies on that since {since}" : "";
            return $"WITHDRAWN: {space.PageName(way.Page)} -> {space.Leaf2Sort.Elements[way.Leaf2]} "
                + (withdrawn is var (at, after) ? $"was {How(way.Leaf2, after)} at {at}{settled}; {Invalidated(context, step, at)}" : $"is no translation of this page{settled}");
        }

        var arrow = space.Arrow(way.Vm, way.Va, way.Leaf1, way.Asid);
        var (table, name) = (stage1.TableOf(way), sorts.Tlb.Elements[sorts.NumberOfTlb(step.Pe!.Value)]);
        if (table is null || (history.LastStored1(table.Value, way.Va) is null && space.InitialLeaf(table.Value, way.Va) != way.Leaf1))
        {
            var walk = way is { Asid: { } asid, Leaf1: { } leaf } ? history.WalkOf((sorts.NumberOfTlb(step.Pe!.Value), asid, way.Va, leaf)) : null;
            return $"WITHDRAWN: no table of {vcpu} ever said {arrow}: the entry in the TLB of {name} is {(walk is null ? "another vCPU's with the same tag" : $"of {walk}")}";
        }

        var stored = history.LastStored1(table.Value, way.Va);
        return $"WITHDRAWN: {vcpu}'s table says {arrow} no longer{(stored is { } at1 ? $", since {at1}" : "")}"
            + (history.WhenCompleted(way.Vcpu, way.Asid!.Value, way.Va) is { } done ? $", and the guest's own TLBI was complete at {done}" : "") + $"; {Invalidated(context, step, stored ?? 0)}";
    }

    private string How(int leaf, long after) => after >= space.Leaves2.Length ? "unmapped"
        : space.Leaves2[leaf].Frame != space.Leaves2[(int)after].Frame ? $"replaced by {space.Leaf2Sort.Elements[(int)after]}"
        : $"changed to {space.Leaf2Sort.Elements[(int)after]}";

    /// <summary>The TLBIs that took effect since a step: on the TLB that was used, or on others only.</summary>
    private string Invalidated(TraceContext context, StepView step, int since)
    {
        var used = sorts.NumberOfTlb(step.Pe!.Value);
        var name = sorts.Tlb.Elements[used];
        var tlbis = context.Translations.Since(since).ToList();
        var own = tlbis.Where(tlbi => tlbi.Tlb == used).Select(tlbi => $"{tlbi.Words} at {tlbi.Step}").ToList();
        var others = tlbis.Where(tlbi => tlbi.Tlb != used).GroupBy(tlbi => tlbi.Tlb).Select(group => $"{sorts.Tlb.Elements[group.Key]} ({string.Join(", ", group.Select(tlbi => $"at {tlbi.Step}"))})").ToList();
        return own.Count > 0 ? $"the TLB of {name} holds it all the same, behind {string.Join(" and ", own)}"
            : others.Count > 0 ? $"TLBIs took effect on {string.Join(", ", others)} only, and {name} holds it"
            : $"no TLBI has taken effect on {name} since";
    }

    public override Property Property => new(Name, PropertyKind.Invariant, Ex.Eq(Ex.Read(_isWrong), 0));

    public override Expr Excludes(IReadOnlyList<Route> ways, int vm, Expr isUnpromised) => Ex.Or([.. ways.SelectMany(way => vttbr.ContextsOf(way.Vm).Select(mmu => Ex.Not(IsAllowed(way, mmu))))]);

    private Expr IsAllowed(Route way, Expr mmu) => Ex.And(
        Ex.Or([.. stage1.MeaningsOf(way.Vcpu, way.Va).Where(meaning => meaning.Asid == way.Asid && meaning.Leaf1 == way.Leaf1).Select(meaning => stage1.May(meaning))]),
        promise.MayReach(mmu, way.Page, way.Leaf2));

    public override IEnumerable<Statement> OnAccess(Expr p, Route way)
    {
        var allowed = IsAllowed(way, vttbr.MeantFor(p, way));
        return allowed is Expr.Const { Value: not 0 } ? [] : [Ex.When(Ex.Not(allowed), Ex.Assign(_isWrong, Ex.True))];
    }
}
