using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;
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

    public override IEnumerable<Panel> Panels() => _set is null ? [] : [new Panel(
        "stage 1", "Stage 1", "translations", IsSummary: true, [.. Shown().Select(place => new PanelColumn(NameOf(place.Table, place.Va), [new PanelEntry("")]))])];

    public override IEnumerable<PanelValues> Show(TraceContext context, Valuation state) => _set is null ? [] : [new PanelValues(
        [.. Shown().Select(place => ImmutableArray.Create(DescriptorSet.Words(state[_set, (place.Table * _space.Va.Size) + place.Va], null, _space.Descriptor1)))])];

    public override IEnumerable<Note> Notes(TraceContext context, StepView step)
    {
        foreach (var change in _set is null ? [] : step.ChangesOf(_set).Where(change => (change.After & ~change.Before) != 0))
        {
            context.Translations.Stored1(step.Number, change.Cell / _space.Va.Size, change.Cell % _space.Va.Size);
        }

        return [];
    }

    /// <summary>The descriptors in which more than one leaf may stand.</summary>
    private IEnumerable<(int Table, int Va)> Shown() =>
        from table in Enumerable.Range(0, _space.Tables.Length)
        from va in Enumerable.Range(0, _space.VasOf(_space.Tables[table].Vm).Length)
        where !_space.PossibleLeaves(table, va).IsEmpty
        select (table, va);

    private string NameOf(int table, int va) =>
        $"{(_space.Asids.Length > 1 ? _space.Table.Elements[table] : _space.Table.Elements[table].Split('.')[0])}: {_space.Va.Elements[va]}";

    public override IEnumerable<OrderedFill> Fills() => _tables is null ? [] : _tables.Forgets(Stratum.Walked1);

    public override IEnumerable<Statement> OnDescriptor1(Expr pe, int table, int va, Expr descriptor) => _tables!.Store(pe, [Ex.Const(table), Ex.Const(va)], descriptor);

    public override IEnumerable<Statement> OnStoresComplete(Expr pe) => _tables?.Complete(pe) ?? [];
}
