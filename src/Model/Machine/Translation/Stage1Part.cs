using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>The guests' stage-1 tables as the machine's walkers read them (Arm ARM D8.2): they are coherent with stores, but a store counts for them from its DSB on.</summary>
internal sealed class Stage1Part : MachinePart
{
    private readonly AddressSpace _space;
    private readonly DescriptorSet? _tables;
    private readonly Variable? _set;

    public Stage1Part(AddressSpace space, Sorts sorts, Declarations declarations)
    {
        _space = space;
        if (space.ChangesStage1)
        {
            _set = declarations.State(Section.Machine, "S1", [space.Table, space.Va], new Domain.Subset(space.Descriptor1));
            var since = declarations.State(Section.Machine, "S1.since", [sorts.Pe, space.Table, space.Va], new Domain.Subset(space.Descriptor1));
            _tables = new DescriptorSet(_set, since, sorts.Pe);
        }
    }

    /// <summary>Whether a walk may find a leaf, or with the number behind the last leaf, none.</summary>
    public Expr MayFind(int table, int va, int leaf) => _tables is null
        ? Ex.Const((_space.InitialLeaf(table, va) ?? _space.Leaf1Sort.Size) == leaf)
        : Ex.Contains(_tables.Read([Ex.Const(table), Ex.Const(va)]), Ex.Const(leaf));

    public override IEnumerable<Statement> Initially() => _tables is null ? [] :
    [
        .. from table in Enumerable.Range(0, _space.Tables.Length)
           from va in Enumerable.Range(0, _space.VasOf(_space.Tables[table].Vm).Length)
           select Ex.Assign(_set!, [Ex.Const(table), Ex.Const(va)], Ex.Const(1L << (_space.InitialLeaf(table, va) ?? _space.Leaf1Sort.Size))),
        .. _tables.Initially(),
    ];

    public override IEnumerable<OrderedFill> Fills() => _tables is null ? [] : _tables.Forgets(Stratum.Walked1);

    public override IEnumerable<Statement> OnDescriptor1(Expr pe, int table, int va, Expr descriptor) => _tables!.Store(pe, [Ex.Const(table), Ex.Const(va)], descriptor);

    public override IEnumerable<Statement> OnStoresComplete(Expr pe) => _tables?.Complete(pe) ?? [];
}
