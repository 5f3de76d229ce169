using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>The hypervisor's stage-2 tables as walkers read them, and as they were written last. On bare metal there is none: each page has its frame.</summary>
internal sealed class Stage2Part : MachinePart
{
    private readonly Shape _shape;
    private readonly AddressSpace _space;
    private readonly Variable? _set;
    private readonly Variable? _current;
    private readonly DescriptorSet? _tables;
    private readonly Variable? _backing;

    public Stage2Part(Shape shape, AddressSpace space, Sorts sorts, Declarations declarations)
    {
        (_shape, _space) = (shape, space);
        if (!shape.IsBareMetal && space.ChangesStage2)
        {
            _set = declarations.State(Section.Machine, "S2", [space.Mmu, space.Ipa], new Domain.Subset(space.Descriptor2));
            _current = declarations.State(Section.Machine, "S2.now", [space.Mmu, space.Ipa], new Domain.Element(space.Descriptor2));
            var handed = shape.Policy.Locks.ToImmutableSortedDictionary(
                Sorts.NameOf, held => declarations.State(Section.Machine, $"S2.since.{held.Name}", [.. held.Index.Select(sorts.Of), space.Mmu, space.Ipa], new Domain.Subset(space.Descriptor2)), StringComparer.Ordinal);
            _tables = new DescriptorSet(_set, declarations.State(Section.Machine, "S2.since", [sorts.Pe, space.Mmu, space.Ipa], new Domain.Subset(space.Descriptor2)), sorts.Pe, handed);
        }

        _backing = space.Backs ? declarations.State(Section.Control, "backing", [sorts.Page], new Domain.Element(sorts.Frame, OrNone: true)) : null;
    }

    private Expr Invalid => Ex.Const(_space.Leaf2Sort.Size);

    /// <summary>The leaf that a page has on bare metal, or where nobody changes the tables; <see langword="null"/> for none.</summary>
    public int? FixedLeaf(int page) => _shape.IsBareMetal && _space.InitialLeaf2(page) is null && _space.FrameOf(page) is { } frame
        ? _space.LeavesOf(page).Where(leaf => _space.Leaves2[leaf].Frame == frame).Select(leaf => (int?)leaf).FirstOrDefault()
        : _space.InitialLeaf2(page);

    /// <summary>The same of a page of a VM by its place there; <see langword="null"/> for one that the VM does not have, too.</summary>
    private int? FixedLeaf(int vm, int ipa) => ipa < _shape.Scenario.Vms[vm].Pages.Length ? FixedLeaf(_space.PageOf(vm, ipa)) : null;

    /// <summary>Whether a walk of a stage-2 context may find a leaf at a page of a VM, or with the number behind the last leaf, none.</summary>
    public Expr MayFind(Expr mmu, int vm, int ipa, int leaf) => _tables is null
        ? Ex.Const((FixedLeaf(vm, ipa) ?? _space.Leaf2Sort.Size) == leaf)
        : Ex.Contains(_tables.Read([mmu, Ex.Const(ipa)]), Ex.Const(leaf));

    /// <summary>The same as a set.</summary>
    public Expr Leaves(Expr mmu, int vm, int ipa) => _tables is null
        ? Ex.Const(FixedLeaf(vm, ipa) is { } leaf ? 1L << leaf : 0)
        : Ex.BitAnd(_tables.Read([mmu, Ex.Const(ipa)]), Ex.Const(_space.Leaf2Sort.FullMask));

    /// <summary>The descriptor of a page as it was written last: a leaf, or the number behind the last leaf.</summary>
    public Expr Current(int mmu, int page) => _current is null
        ? Ex.Const(FixedLeaf(page) ?? _space.Leaf2Sort.Size)
        : Ex.Read(_current, Ex.Const(mmu), Ex.Const(_space.IpaOf(page)));

    /// <summary>The frame that a page's table leads to, or none.</summary>
    public Expr CurrentFrame(int page) => FrameOf(Current(_space.FirstMmuOf(_space.VmOfPage[page]), page));

    /// <summary>The frame that the host means to put behind a page, or none.</summary>
    public Expr Backing(int page) => _backing is null ? Ex.Const(_space.FrameOf(page) ?? _shape.Scenario.Frames.Length) : Ex.Read(_backing, Ex.Const(page));

    /// <summary>The frame that a page's table leads to, or else the one that the host means to put there.</summary>
    public Expr FrameBehind(int page)
    {
        var current = CurrentFrame(page);
        return Ex.If(Ex.Lt(current, Ex.Const(_shape.Scenario.Frames.Length)), current, Backing(page));
    }

    /// <summary>The host means to put another frame behind a page.</summary>
    public Statement Back(Expr page, Expr frame) => Ex.Assign(_backing!, [page], frame);

    /// <summary>The frame of a descriptor, or none.</summary>
    public Expr FrameOf(Expr descriptor) => Sorts.Table(descriptor, leaf => leaf < _space.Leaves2.Length ? _space.Leaves2[leaf].Frame : _shape.Scenario.Frames.Length, _space.Descriptor2.Size);

    /// <summary>Something of a leaf, false of none.</summary>
    public Expr Is(Expr descriptor, Func<Leaf2, bool> isIt) => Sorts.Table(descriptor, leaf => leaf < _space.Leaves2.Length && isIt(_space.Leaves2[leaf]) ? 1 : 0, _space.Descriptor2.Size);

    public override IEnumerable<Statement> Initially()
    {
        if (_backing is not null)
        {
            for (var page = 0; page < _space.VmOfPage.Length; page++)
            {
                yield return Ex.Assign(_backing, [Ex.Const(page)], Ex.Const(_space.FrameOf(page) ?? _shape.Scenario.Frames.Length));
            }
        }

        if (_tables is null)
        {
            yield break;
        }

        // A stage-2 context beside the first of a VM is empty at first.
        for (var mmu = 0; mmu < _space.Mmus.Length; mmu++)
        {
            var vm = _space.Mmus[mmu].Vm;
            for (var ipa = 0; ipa < _space.Ipa.Size; ipa++)
            {
                var leaf = mmu == _space.FirstMmuOf(vm) && ipa < _shape.Scenario.Vms[vm].Pages.Length ? _space.InitialLeaf2(_space.PageOf(vm, ipa)) : null;
                var descriptor = leaf ?? _space.Leaf2Sort.Size;
                yield return Ex.Assign(_set!, [Ex.Const(mmu), Ex.Const(ipa)], Ex.Const(1L << descriptor));
                yield return Ex.Assign(_current!, [Ex.Const(mmu), Ex.Const(ipa)], Ex.Const(descriptor));
            }
        }

        foreach (var statement in _tables.Initially())
        {
            yield return statement;
        }
    }

    public override IEnumerable<Panel> Panels() => _set is null ? [] : [new Panel(
        "stage 2", "Stage 2", "translations", IsSummary: true, [.. Shown().Select(place => new PanelColumn(NameOf(place.Mmu, place.Page), [new PanelEntry("")]))])];

    public override IEnumerable<PanelValues> Show(TraceContext context, Valuation state) => _set is null ? [] : [new PanelValues(
        [.. Shown().Select(place => ImmutableArray.Create(DescriptorSet.Words(state[_set, Cell(place.Mmu, place.Page)], state[_current!, Cell(place.Mmu, place.Page)], _space.Descriptor2)))])];

    public override IEnumerable<Note> Notes(TraceContext context, StepView step)
    {
        foreach (var change in _current is null ? [] : step.ChangesOf(_current))
        {
            var (mmu, ipa) = (change.Cell / _space.Ipa.Size, change.Cell % _space.Ipa.Size);
            context.Translations.Stored2(step.Number, _space.PageOf(_space.Mmus[mmu].Vm, ipa), change.Before, change.After);
        }

        return [];
    }

    private int Cell(int mmu, int page) => (mmu * _space.Ipa.Size) + _space.IpaOf(page);

    /// <summary>The pages, each with the stage-2 contexts of its VM.</summary>
    private IEnumerable<(int Mmu, int Page)> Shown() =>
        from page in Enumerable.Range(0, _space.VmOfPage.Length)
        from mmu in Enumerable.Range(0, _space.Mmus.Length)
        where _space.Mmus[mmu].Vm == _space.VmOfPage[page]
        select (mmu, page);

    private string NameOf(int mmu, int page) =>
        (_space.Mmus.Count(other => other.Vm == _space.Mmus[mmu].Vm) > 1 ? _space.Mmus[mmu].Name + "." : "") + _shape.Scenario.Pages[page].Name;

    public override IEnumerable<OrderedFill> Fills() => _tables is null ? [] : _tables.Forgets(Stratum.Walked1);

    public override IEnumerable<Statement> OnDescriptor2(Expr pe, int mmu, int page, Expr descriptor)
    {
        if (_tables is null)
        {
            return [];
        }

        ImmutableArray<Expr> place = [Ex.Const(mmu), Ex.Const(_space.IpaOf(page))];
        return [Ex.Assign(_current!, place.AsSpan(), descriptor), .. _tables.Store(pe, place, descriptor)];
    }

    public override IEnumerable<Statement> OnAcquire(Expr pe, HeldLock held) => _tables?.Acquire(pe, held) ?? [];

    public override IEnumerable<Statement> OnRelease(Expr pe, HeldLock held) => _tables?.Release(pe, held) ?? [];

    public override IEnumerable<Statement> OnStoresComplete(Expr pe) => _tables?.Complete(pe) ?? [];
}
