using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.ICache;

/// <summary>I-caches by the frame, filled by every way on which a guest may fetch: what an earlier owner of the frame left stays in them (translation.md 5.4).</summary>
internal sealed class FrameIcachePart : IcachePart
{
    private readonly Shape _shape;
    private readonly Sorts _sorts;
    private readonly Fetches _fetches;
    private readonly Func<Expr, Expr, Expr> _mayFill;
    private readonly IcacheTags? _tags;
    private readonly Variable _dic;

    public FrameIcachePart(Shape shape, Sorts sorts, Declarations declarations, CellFacts facts, Architecture architecture, Fetches fetches, Func<Expr, Expr, Expr> mayFill, IcacheTags? tags)
        : base(shape, sorts, declarations, facts, architecture, tags)
    {
        (_shape, _sorts, _fetches, _mayFill, _tags) = (shape, sorts, fetches, mayFill, tags);
        _dic = shape.PcpusDiffer
            ? declarations.Frozen.Truths("dic", sorts.Icache, cache => facts.FieldIs(CellFacts.OfPe, "1", shape.PeOf(sorts.FirstOfIcache(cache))))
            : declarations.Frozen.Truth("dic", facts.FieldIs(CellFacts.OfPe, "1"));
    }

    /// <summary>What is left of an earlier owner at first: nothing with DIC = 1, which keeps I-caches coherent.</summary>
    /// <exception cref="ModelRefusalException">Lines are tagged, and nobody knows by what that owner's were.</exception>
    public Statement Leaves(int line) => _tags is not null
        ? throw new ModelRefusalException("what an earlier owner left in I-caches that are tagged by VMID has no VMID: make the owner a VM of the scenario", _shape.Lines[line].Span)
        : _shape.PcpusDiffer ? Ex.ForEach("q", _sorts.Icache, Ex.When(Ex.Not(Ex.Read(_dic, Ex.Local("q"))), Ex.Assign(Held, [Ex.Local("q"), Ex.Const(line)], Ex.True)))
        : Ex.When(Ex.Not(Ex.Read(_dic)), Ex.ForEach("q", _sorts.Icache, Ex.Assign(Held, [Ex.Local("q"), Ex.Const(line)], Ex.True)));

    /// <summary>What a fetch on a way may find.</summary>
    public Expr Cached(Expr p, Route way) => Ex.Read(Held, CacheOf(p, way), Ex.Const(_fetches.FrameOf(way)));

    /// <summary>The column in which a trace shows what a vCPU's fetches find on a pCPU.</summary>
    public int ColumnOf(TraceContext context, Valuation state, int p, int vm) => _tags is null ? _sorts.NumberOfIcache(p) : (int)context.Interpreter.Evaluate(_tags.On(Ex.Const(p), vm), state);

    private Expr CacheOf(Expr p, Route way) => _tags is null ? _sorts.IcacheOf(p) : _tags.On(p, way.Vm);

    public override IEnumerable<OrderedFill> Fills()
    {
        var p = new Parameter("p", _sorts.Pcpu);
        foreach (var way in _fetches.Ways)
        {
            var line = Ex.Const(_fetches.FrameOf(way));
            yield return new(Stratum.Fetched, new Fill(
                $"fill.I.{_fetches.NameOf(way)}", [p], Held, [CacheOf(Ex.Param(p), way), line], _fetches.Fillable(Ex.Param(p), way), _mayFill(Ex.Param(p), Ex.Const(way.Vcpu))));
        }
    }

    /// <inheritdoc/>
    protected override FillSource? Filler(TraceContext context, int cache, int line, long gained, Valuation after)
    {
        foreach (var p in Enumerable.Range(0, _sorts.Pcpu.Size).Where(p => _sorts.NumberOfIcache(p) == cache / (_tags?.Count ?? 1)))
        {
            if (context.FetchingOn(after, p) is { } vcpu
                && _fetches.Ways.FirstOrDefault(way => way.Vcpu == vcpu && _fetches.FrameOf(way) == line && (context.Interpreter.Evaluate(_fetches.Fillable(Ex.Const(p), way), after) & gained) != 0) is { } found)
            {
                var fromPoC = context.Interpreter.Evaluate(_fetches.FillsFrom(Ex.Const(p), found, AccessFlags.FillsFromPoC), after) != 0;
                return new FillSource(fromPoC ? "the PoC" : "the PoU", _shape.Scenario.Vcpus[vcpu].Name, _fetches.WordsOf(found));
            }
        }

        return null;
    }
}

/// <summary>The ways on which guests may fetch, and what they bring.</summary>
/// <param name="shape">What the scenario needs.</param>
/// <param name="space">The address spaces.</param>
/// <param name="tlb">Which ways there are.</param>
/// <param name="access">What accesses come to.</param>
/// <param name="memory">Where fetches that miss read.</param>
internal sealed class Fetches(Shape shape, AddressSpace space, TlbEntriesPart tlb, AccessByLeaf access, MemoryPart memory)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<Route> Ways { get; } =
    [
        .. from vcpu in shape.Scenario.Vcpus
           from va in Enumerable.Range(0, space.VasOf(vcpu.Vm).Length)
           from way in tlb.RoutesOf(vcpu.Number, va)
           select way,
    ];

    /// <summary>The frame, which is the line, that a way leads to.</summary>
    public int FrameOf(Route way) => space.Leaves2[way.Leaf2].Frame;

    /// <summary>A way as a part of a name.</summary>
    public string NameOf(Route way) => $"{shape.Scenario.Vcpus[way.Vcpu].Name}.{space.Va.Elements[way.Va]}.{(way.Asid is { } asid ? $"{asid}.{space.Leaf1Sort.Elements[way.Leaf1!.Value]}" : "off")}.{space.Leaf2Sort.Elements[way.Leaf2]}";

    /// <summary>A way in words.</summary>
    public string WordsOf(Route way) => $"{space.Arrow(way.Vm, way.Va, way.Leaf1, way.Asid)} -> {space.Leaf2Sort.Elements[way.Leaf2]}{(way.IsOn ? "" : ", MMU off")}";

    /// <summary>What a fetch on a way may leave in an I-cache.</summary>
    public Expr Fillable(Expr p, Route way) => From(p, way, AccessFlags.FillsFromPoU, AccessFlags.FillsFromPoC);

    /// <summary>What it may deliver without one.</summary>
    public Expr Direct(Expr p, Route way) => From(p, way, AccessFlags.DeliversFromPoU, AccessFlags.DeliversFromPoC);

    /// <summary>Whether a fetch may go a way.</summary>
    public Expr MayExecute(Expr p, Route way) => tlb.MayGo(p, way, m => Has(AccessFlags.MayExecute, way, m));

    /// <summary>Whether a way may be gone with something true of the access.</summary>
    public Expr FillsFrom(Expr p, Route way, AccessFlags flag) => tlb.MayGo(p, way, m => access.HasOn(p, flag, way.Vcpu, TypeOf(way), way.Ipa, way.Leaf2, m));

    /// <summary>Whether something is true of an access, with a value of SCTLR_EL1.</summary>
    public Expr Has(AccessFlags flag, Route way, Expr mode) => access.Has(flag, way.Vcpu, TypeOf(way), way.Ipa, way.Leaf2, mode);

    private Language.Scenarios.PageType TypeOf(Route way) => way.Leaf1 is { } leaf ? space.Leaves1[leaf].Type : Language.Scenarios.PageType.WriteBack;

    private Expr From(Expr p, Route way, AccessFlags pou, AccessFlags poc)
    {
        var line = Ex.Const(FrameOf(way));
        return Ex.BitOr(
            Ex.If(FillsFrom(p, way, pou), memory.AtPoU(line), Ex.False),
            Ex.If(FillsFrom(p, way, poc), memory.AtPoC(line), Ex.False));
    }

}
