using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>
/// Walks that are under way on a pCPU (reading <c>walks = split</c>): stage 1 is read, and stage 2 will be by the VTTBR_EL2 that is in force then, be it another guest's. What
/// comes of it is tagged with the VMID of that. A DSB of the pCPU ends its walks, a context synchronisation event does not; a TLBI for the VMID and ASID with which a walk began
/// ends it on its targets (Linux 55b5bac15939, 7e1b2329c205, 1ff2755d6800: "Synchronise with page table walker on …", v6.4).
/// </summary>
/// <remarks>Walks with the MMU off read nothing at stage 1 and are not kept: what they lead to, the next guest's own do.</remarks>
internal sealed class SplitWalks
{
    private readonly Shape _shape;
    private readonly AddressSpace _space;
    private readonly Sorts _sorts;
    private readonly Stage2Part _stage2;
    private readonly VttbrPart _vttbr;
    private readonly Variable? _second;
    private readonly Variable _joined;
    private readonly Variable _underWay;
    private readonly Expr _isSplit;

    /// <summary>Declares what is under way.</summary>
    /// <param name="shape">What the scenario needs.</param>
    /// <param name="space">The address spaces.</param>
    /// <param name="sorts">Its sorts.</param>
    /// <param name="declarations">Takes the variables.</param>
    /// <param name="stage2">The tables of stage 2.</param>
    /// <param name="vttbr">VTTBR_EL2.</param>
    /// <param name="second">What TLBs hold of stage 2 alone; <see langword="null"/> where that never changes.</param>
    /// <param name="joined">What they hold of both stages together.</param>
    public SplitWalks(Shape shape, AddressSpace space, Sorts sorts, Declarations declarations, Stage2Part stage2, VttbrPart vttbr, Variable? second, Variable joined)
    {
        (_shape, _space, _sorts, _stage2, _vttbr, _second, _joined) = (shape, space, sorts, stage2, vttbr, second, joined);
        _underWay = declarations.State(Section.Machine, "walk", [sorts.Pcpu, vttbr.Vmid, space.Asid, space.Va], new Domain.Subset(space.Leaf1Sort));
        _isSplit = Ex.Read(declarations.Frozen.Truth("walks.split", CellFacts.Reads("walks", "split")));
    }

    /// <summary>What is under way: by pCPU, VMID, ASID and virtual page the stage-1 leaves that walks have found.</summary>
    public Variable UnderWay => _underWay;

    /// <summary>A walk of a guest that runs has found a leaf at stage 1.</summary>
    public OrderedFill Starts(string name, Parameter p, Expr vmid, Expr asid, Expr va, int leaf, Expr finds) =>
        new(Stratum.Walked1, new Fill(name, [p], _underWay, [Ex.Param(p), vmid, asid, va], Ex.Const(1L << leaf), Ex.And(_isSplit, finds)));

    /// <summary>They end by what is in force.</summary>
    public IEnumerable<OrderedFill> Fills()
    {
        var p = new Parameter("p", _sorts.Pcpu);
        Expr on = Ex.Param(p), tlb = _sorts.TlbOf(on);
        for (var mmu = 0; mmu < _space.Mmus.Length; mmu++)
        {
            if (_vttbr.InForceOn(on, mmu) is not { } isInForce)
            {
                continue;
            }

            foreach (var (asid, va, leaf) in Found(mmu))
            {
                Expr s = Ex.Const(asid), a = Ex.Const(va), d = Ex.Const(leaf), vmid = _vttbr.VmidOf(on, _space.Mmus[mmu].Vm), ipa = Ex.Const(_space.Leaves1[leaf].Ipa);
                var ends = Ex.And(isInForce, IsUnderWay(on, asid, va, leaf));
                var walks = Stage2(mmu, leaf);
                var name = $"{_space.Mmus[mmu].Name}.{_space.Va.Elements[va]}.{asid}.{_space.Leaf1Sort.Elements[leaf]}";
                if (_second is not null)
                {
                    yield return new(Stratum.Walked2, new Fill($"walk2.end.{name}", [p], _second, [tlb, vmid, ipa], walks, ends));
                }

                yield return new(Stratum.Joined, new Fill($"walk.end.{name}", [p], _joined, [tlb, vmid, s, a, d], _second is null ? walks : Ex.Read(_second, tlb, vmid, ipa), ends));
            }
        }
    }

    /// <summary>They end by a stage-2 context that is in force for the statement that is executed now.</summary>
    public IEnumerable<Statement> EndBy(Expr p, Expr mmu)
    {
        var tlb = _sorts.TlbOf(p);
        for (var m = 0; m < Math.Min(_space.Mmus.Length, _vttbr.Vmid.Size); m++)
        {
            var vmid = Ex.Const(m);
            var body = new List<Statement>();
            foreach (var (asid, va, leaf) in Found(m))
            {
                Expr[] place = [tlb, vmid, Ex.Const(asid), Ex.Const(va), Ex.Const(leaf)];
                var ipa = Ex.Const(_space.Leaves1[leaf].Ipa);
                Statement[] ends =
                [
                    .. _second is null ? [] : new[] { Ex.Assign(_second, [tlb, vmid, ipa], Ex.BitOr(Ex.Read(_second, tlb, vmid, ipa), Stage2(m, leaf))) },
                    Ex.Assign(_joined, place, Ex.BitOr(Ex.Read(_joined, place), _second is null ? Stage2(m, leaf) : Ex.Read(_second, tlb, vmid, ipa))),
                ];
                body.Add(Ex.When(IsUnderWay(p, asid, va, leaf), ends));
            }

            if (body.Count > 0)
            {
                yield return Ex.When(Ex.Eq(mmu, m), [.. body]);
            }
        }
    }

    /// <summary>None is under way on a pCPU any more.</summary>
    public IEnumerable<Statement> Drops(Expr p)
    {
        Expr i = Ex.Local("i"), s = Ex.Local("s"), a = Ex.Local("a");
        return [Ex.ForEach("i", _vttbr.Vmid, Ex.ForEach("s", _space.Asid, Ex.ForEach("a", _space.Va, Ex.Assign(_underWay, [p, i, s, a], Ex.False))))];
    }

    /// <summary>A TLBI takes effect on a TLB: what began with the tags that it names is none any more. What is not named stands for all.</summary>
    /// <param name="tlb">The TLB.</param>
    /// <param name="known">VMID, ASID and virtual page, as far as the TLBI names them.</param>
    public IEnumerable<Statement> Invalidates(Expr tlb, Expr[] known)
    {
        Expr Place(int i, string name) => i < known.Length && known[i] is { } named ? named : Ex.Local(name);
        Statement body = Ex.Assign(_underWay, [Ex.Local("q"), Place(0, "i"), Place(1, "s"), Place(2, "a")], Ex.False);
        foreach (var (i, name, sort) in new[] { (2, "a", _space.Va), (1, "s", _space.Asid), (0, "i", _vttbr.Vmid) })
        {
            body = i < known.Length && known[i] is not null ? body : Ex.ForEach(name, sort, body);
        }

        return [Ex.ForEach("q", _sorts.Pcpu, Ex.When(Ex.Eq(_sorts.TlbOf(Ex.Local("q")), tlb), body))];
    }

    /// <summary>Whether with some VMID a walk began that found a leaf.</summary>
    private Expr IsUnderWay(Expr p, int asid, int va, int leaf) => Ex.Any("u", _vttbr.Vmid, Ex.Contains(Ex.Read(_underWay, p, Ex.Local("u"), Ex.Const(asid), Ex.Const(va)), Ex.Const(leaf)));

    private Expr Stage2(int mmu, int leaf) => _stage2.Leaves(Ex.Const(mmu), _space.Mmus[mmu].Vm, _space.Leaves1[leaf].Ipa);

    /// <summary>What walks may find at stage 1 that has a page in the VM of a stage-2 context, and an address there.</summary>
    private IEnumerable<(int Asid, int Va, int Leaf)> Found(int mmu)
    {
        var vm = _space.Mmus[mmu].Vm;
        return Enumerable.Range(0, _space.Tables.Length)
            .SelectMany(table => Enumerable.Range(0, Math.Min(_space.VasOf(_space.Tables[table].Vm).Length, _space.VasOf(vm).Length))
                .SelectMany(va => _space.PossibleLeaves(table, va).Where(leaf => _space.Leaves1[leaf].Ipa < _shape.Scenario.Vms[vm].Pages.Length)
                    .Select(leaf => (_space.Asids.IndexOf(_space.Tables[table].Asid), va, leaf))))
            .Distinct().Order();
    }
}
