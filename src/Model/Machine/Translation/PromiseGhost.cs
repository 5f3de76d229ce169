using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>
/// What the host has promised of stage 2, which has no bare-metal twin: the leaves by which a page may still be reached, and whose each frame is (translation.md 5.2). They are
/// as they were mapped until the host says <c>settle</c> or <c>give</c>; a policy that never says so promises nothing. Where a VM has several stage-2 contexts each has its own.
/// </summary>
internal sealed class PromiseGhost : GhostPart
{
    private readonly Shape _shape;
    private readonly AddressSpace _space;
    private readonly Func<int, int, Expr> _written;
    private readonly bool _isByContext;
    private readonly Variable? _reach;
    private readonly Variable? _owner;

    /// <summary>Declares it.</summary>
    /// <param name="shape">What the scenario needs.</param>
    /// <param name="space">The address spaces.</param>
    /// <param name="sorts">Its sorts.</param>
    /// <param name="declarations">Takes the variables.</param>
    /// <param name="written">What the host wrote last to the descriptor of a page in a stage-2 context.</param>
    public PromiseGhost(Shape shape, AddressSpace space, Sorts sorts, Declarations declarations, Func<int, int, Expr> written)
    {
        (_shape, _space, _written) = (shape, space, written);
        var statements = AddressSpace.AllStatements(shape.Scenario, shape.Policy).ToList();
        var gives = statements.OfType<GiveStmt>().Any();
        _isByContext = shape.Scenario.Vms.Any(vm => vm.Mmus.Length > 1);

        // Who never settles relies on nothing, so that whatever a page's own table ever said is within reach; but what another VM's says, under a VMID that both have, is not.
        var isMixed = statements.OfType<VttbrStmt>().Any() || shape.MayRead("walks", "split");
        _reach = !shape.IsBareMetal && (gives || isMixed || statements.OfType<SettleStmt>().Any()) ? declarations.Ghost(Section.GhostTranslation, "reach", _isByContext ? [sorts.Mmu, sorts.Page] : [sorts.Page], new Domain.Subset(space.Leaf2Sort)) : null;
        _owner = !shape.IsBareMetal && gives ? declarations.Ghost(Section.GhostTranslation, "owner", [sorts.Frame], new Domain.Subset(sorts.Vm)) : null;
    }

    /// <summary>Whether a page may be reached by a leaf in a stage-2 context, as far as the host has said.</summary>
    public Expr MayReach(Expr mmu, int page, int leaf2) => _reach is null ? Ex.True : Ex.Contains(Ex.Read(_reach, Place(mmu, page)), Ex.Const(leaf2));

    private Expr[] Place(Expr mmu, int page) => _isByContext ? [mmu, Ex.Const(page)] : [Ex.Const(page)];

    /// <summary>The stage-2 contexts of the VM of a page, as far as they are told apart.</summary>
    private IEnumerable<int> ContextsOf(int page) => _isByContext
        ? Enumerable.Range(0, _space.Mmus.Length).Where(mmu => _space.Mmus[mmu].Vm == _space.VmOfPage[page])
        : [_space.FirstMmuOf(_space.VmOfPage[page])];

    /// <summary>Whether a frame is a VM's.</summary>
    public Expr Owns(int vm, int frame) => _owner is null ? Ex.Const(_shape.IsBareMetal || _space.OwnersOf(frame).Contains(vm) || !_space.OwnersOf(frame).Any()) : Ex.Contains(Ex.Read(_owner, Ex.Const(frame)), Ex.Const(vm));

    public override IEnumerable<Note> Notes(TraceContext context, StepView step)
    {
        foreach (var change in _reach is null ? [] : step.ChangesOf(_reach).Where(change => (change.Before & ~change.After) != 0))
        {
            context.Translations.Settled(step.Number, change.Cell % _space.VmOfPage.Length);
        }

        foreach (var change in _owner is null ? [] : step.ChangesOf(_owner))
        {
            context.Translations.Given(step.Number, change.Cell);
        }

        return [];
    }

    /// <summary>Whose a frame is in a state, in words.</summary>
    public string OwnerOf(int frame, Valuation state)
    {
        var owners = _owner is null ? [.. _space.OwnersOf(frame)] : Enumerable.Range(0, _shape.Scenario.Vms.Length).Where(vm => (state[_owner, frame] >> vm & 1) != 0).ToList();
        return owners.Count == 0 ? "the host" : "VM " + string.Join(" and ", owners.Select(vm => _shape.Scenario.Vms[vm].Name));
    }

    public override IEnumerable<Statement> Initially()
    {
        if (_reach is not null)
        {
            for (var page = 0; page < _space.VmOfPage.Length; page++)
            {
                yield return Ex.Assign(_reach, Place(Ex.Const(_space.FirstMmuOf(_space.VmOfPage[page])), page), Ex.Const(_space.InitialLeaf2(page) is { } leaf ? 1L << leaf : 0));
            }
        }

        if (_owner is not null)
        {
            for (var frame = 0; frame < _shape.Scenario.Frames.Length; frame++)
            {
                yield return Ex.Assign(_owner, [Ex.Const(frame)], Ex.Const(_space.OwnersOf(frame).Sum(vm => 1L << vm)));
            }
        }
    }

    public override IEnumerable<Statement> OnDescriptor2(int mmu, int page, Expr descriptor)
    {
        if (_reach is null)
        {
            yield break;
        }

        var place = Place(Ex.Const(mmu), page);
        yield return Ex.When(Ex.Lt(descriptor, Ex.Const(_space.Leaf2Sort.Size)), Ex.Assign(_reach, place, Ex.BitOr(Ex.Read(_reach, place), Ex.Singleton(descriptor))));
    }

    public override IEnumerable<Statement> OnSettle(int page)
    {
        if (_reach is null)
        {
            yield break;
        }

        foreach (var mmu in ContextsOf(page))
        {
            yield return Ex.Assign(_reach, Place(Ex.Const(mmu), page), Ex.BitAnd(Ex.Singleton(_written(mmu, page)), Ex.Const(_space.Leaf2Sort.FullMask)));
        }
    }

    public override IEnumerable<Statement> OnGive(Expr frame, Expr owners)
    {
        if (_owner is null)
        {
            yield break;
        }

        yield return Ex.Assign(_owner, [frame], owners);
        for (var page = 0; page < _space.VmOfPage.Length; page++)
        {
            for (var f = 0; f < _shape.Scenario.Frames.Length; f++)
            {
                if (_space.LeavesOf(page).Where(leaf => _space.Leaves2[leaf].Frame == f).Sum(leaf => 1L << leaf) is not 0 and var leaves)
                {
                    yield return Ex.When(
                        Ex.And(Ex.Eq(frame, f), Ex.Not(Ex.Contains(owners, Ex.Const(_space.VmOfPage[page])))),
                        [.. ContextsOf(page).Select(mmu => Place(Ex.Const(mmu), page)).Select(place => Ex.Assign(_reach!, place, Ex.BitAndNot(Ex.Read(_reach!, place), Ex.Const(leaves))))]);
                }
            }
        }
    }
}

/// <summary>Whose the version is that is followed: a VM that stored it or was given it, or with none of them the host's, or that of an owner before.</summary>
internal sealed class WriterGhost(Shape shape, AddressSpace space, Sorts sorts, Declarations declarations) : GhostPart
{
    private readonly Variable _writer = declarations.Ghost(Section.GhostMemory, "writer", [], new Domain.Subset(sorts.Vm));

    /// <summary>Whether the version is that of a VM.</summary>
    public Expr IsOf(int vm) => Ex.Contains(Ex.Read(_writer), Ex.Const(vm));

    /// <summary>Whose it is in a state, in words.</summary>
    public string Words(Valuation state)
    {
        var writers = Enumerable.Range(0, shape.Scenario.Vms.Length).Where(vm => (state[_writer, 0] >> vm & 1) != 0).Select(vm => shape.Scenario.Vms[vm].Name).ToList();
        return writers.Count == 0 ? "the host or an owner before" : "VM " + string.Join(" and ", writers);
    }

    /// <summary>It is that of some VMs.</summary>
    public Statement Is(long vms) => Ex.Assign(_writer, [], Ex.Const(vms));

    public override IEnumerable<Statement> OnGuestStore(int vcpu, int va, Expr n) => [Ex.When(Ex.Eq(n, 0), Is(1L << shape.Scenario.Vcpus[vcpu].Vm))];

    public override IEnumerable<Statement> OnStoredByHost(Expr n) => [Ex.When(Ex.Eq(n, 0), Is(0))];

    public override IEnumerable<Statement> OnPublishPage(int page, Expr holds, PublishForm form, Func<Expr, Expr> keepsCaptured) =>
        [Ex.When(Ex.Eq(holds, 0), Ex.Assign(_writer, [], Ex.BitOr(Ex.Read(_writer), Ex.Const(1L << space.VmOfPage[page]))))];
}
