using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine.Data;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.ICache;

/// <summary>The private I-cache of each vCPU on bare metal by the page (<c>gI</c>), and what may have come there since the issue of an IC that is open (<c>gJ</c>) (translation.md 5.4).</summary>
internal sealed class PageIcacheGhost : GhostPart
{
    private readonly Shape _shape;
    private readonly AddressSpace _space;
    private readonly Sorts _sorts;
    private readonly Architecture _architecture;
    private readonly PageMemoryGhost _memory;
    private readonly Stage1Ghost _stage1;
    private readonly AccessByLeaf _access;
    private readonly Variable _cached;
    private readonly Variable? _since;
    private readonly Variable _snoops;
    private readonly Variable _icIsNop;
    private readonly bool _byVcpu;

    public PageIcacheGhost(
        Shape shape, AddressSpace space, Sorts sorts, Declarations declarations, CellFacts facts, Architecture architecture, PageMemoryGhost memory, Stage1Ghost stage1, AccessByLeaf access)
    {
        (_shape, _space, _sorts, _architecture, _memory, _stage1, _access) = (shape, space, sorts, architecture, memory, stage1, access);
        _cached = declarations.Ghost(Section.GhostFetches, "gI", [sorts.Vcpu, sorts.Page], sorts.Versions);
        _since = shape.GuestOperations.Any(operation => operation.Kind is OperationKind.InvalidateInstructionLine or OperationKind.InvalidateInstructionAll)
            ? declarations.Ghost(Section.GhostInvalidating, "gJ", [sorts.Vcpu, sorts.Vcpu, sorts.Page], sorts.Versions)
            : null;
        Seen<bool> Told(int vm, CacheFlags flag) => facts.Caches(vm).Select(flags => flags.HasFlag(flag));
        _byVcpu = shape.VcpusDiffer;
        Variable Truths(string name, CacheFlags flag) => _byVcpu
            ? declarations.Frozen.Truths(name, sorts.Vcpu, w => facts.Told(shape.Scenario.Vcpus[w], flag))
            : declarations.Frozen.Truths(name, sorts.Vm, vm => Told(vm, flag));
        _snoops = Truths("g.snoops", CacheFlags.Snoops);
        _icIsNop = Truths("g.ic.nop", CacheFlags.IcIsNop);
    }

    /// <summary>What the I-cache of a vCPU may hold of a page.</summary>
    public Expr Cached(int vcpu, int page) => Ex.Read(_cached, Ex.Const(vcpu), Ex.Const(page));

    /// <summary>What fetches bring by a meaning, from the PoU or the PoC.</summary>
    public Expr From(Meaning meaning, AccessFlags pou, AccessFlags poc) => Ex.Or(
        Ex.And(_stage1.May(meaning, m => _access.Has(pou, meaning.Vcpu, meaning.Type, 0, 0, m)), _memory.MaySeeAtPoU(meaning.Page)),
        Ex.And(_stage1.May(meaning, m => _access.Has(poc, meaning.Vcpu, meaning.Type, 0, 0, m)), _memory.MaySeeAtPoC(meaning.Page)));

    public override IEnumerable<Statement> Initially() => _since is null ? [] : [Translator.Everywhere(_since, [], _sorts.Full)];

    public override IEnumerable<OrderedFill> Fills()
    {
        foreach (var vcpu in _shape.Scenario.Vcpus)
        {
            for (var va = 0; va < _space.VasOf(vcpu.Vm).Length; va++)
            {
                foreach (var meaning in _stage1.MeaningsOf(vcpu.Number, va))
                {
                    Expr w = Ex.Const(vcpu.Number), g = Ex.Const(meaning.Page);
                    var brings = Ex.And(_shape.IsThere(vcpu.Number), From(meaning, AccessFlags.FillsFromPoU, AccessFlags.FillsFromPoC));
                    var name = $"{vcpu.Name}.{va}.{meaning.Asid}.{meaning.Leaf1}";
                    yield return new(Stratum.GhostFetched, new Fill($"fill.gI.{name}", [], _cached, [w, g], _sorts.Full, brings));
                    if (_since is not null)
                    {
                        var v = new Parameter("v", _sorts.Vcpu);
                        yield return new(Stratum.GhostFetched, new Fill($"fill.gJ.{name}", [v], _since, [Ex.Param(v), w, g], _sorts.Full, brings));
                    }
                }
            }
        }

        if (_since is not null)
        {
            Parameter v = new("v", _sorts.Vcpu), w = new("w", _sorts.Vcpu), g = new("g", _sorts.Page);
            yield return new(Stratum.GhostInvalidating, new Fill("drop.gJ", [v, w, g], _since, [Ex.Param(v), Ex.Param(w), Ex.Param(g)], Ex.BitAndNot(_sorts.Full, Ex.Read(_cached, Ex.Param(w), Ex.Param(g))), Ex.True));
        }
    }

    public override IEnumerable<Statement> OnGuestStore(int vcpu, int va, Expr n) => _stage1.MeaningsOf(vcpu, va).Select(meaning => meaning.Page).Distinct()
        .Select(page => Snoop(page, Ex.Or([.. _stage1.MeaningsOf(vcpu, va).Where(meaning => meaning.Page == page).Select(meaning => _stage1.May(meaning))])));

    public override IEnumerable<Statement> OnHostStore(Func<int, Expr> isBehind, Expr n) =>
        Enumerable.Range(0, _space.VmOfPage.Length).Where(page => isBehind(page) is not Expr.Const { Value: 0 }).Select(page => Snoop(page, isBehind(page)));

    public override IEnumerable<Statement> OnGuestInvalidate(int vcpu, int? va, bool everywhere)
    {
        if (_since is null)
        {
            yield break;
        }

        var vm = _shape.Scenario.Vcpus[vcpu].Vm;
        foreach (var page in Enumerable.Range(0, _space.VmOfPage.Length).Where(page => _space.VmOfPage[page] == vm))
        {
            // By an address that may mean two pages nothing is guaranteed.
            var reaches = va is not { } a ? Ex.True
                : Ex.And(Ex.Or([.. _stage1.MeaningsOf(vcpu, a).Where(meaning => meaning.Page == page).Select(meaning => _stage1.May(meaning))]), _stage1.MeansOnly(vcpu, a, page));
            Expr w = Ex.Local("w"), v = Ex.Const(vcpu);
            var who = everywhere ? Ex.True : Ex.Or(_architecture.BroadcastsIallu, Ex.Eq(w, v));
            var invalidated = Ex.Assign(_since, [v, w, Ex.Const(page)], Ex.False);
            yield return _byVcpu
                ? Ex.When(reaches, Ex.ForEach("w", _sorts.Vcpu, Ex.When(Ex.And(who, Ex.Not(Ex.Read(_icIsNop, w))), invalidated)))
                : Ex.When(Ex.And(reaches, Ex.Not(Ex.Read(_icIsNop, Ex.Const(vm)))), Ex.ForEach("w", _sorts.Vcpu, Ex.When(who, invalidated)));
        }
    }

    public override IEnumerable<Statement> OnBarrier(int vcpu, bool isWide, Expr coversCleans)
    {
        if (_since is null)
        {
            return [];
        }

        Expr v = Ex.Const(vcpu), w = Ex.Local("w"), g = Ex.Local("g");
        return [Ex.ForEach("w", _sorts.Vcpu, Ex.When(isWide ? Ex.True : Ex.Or(_architecture.OneInstant, Ex.Eq(w, v)), Ex.ForEach("g", _sorts.Page,
            Ex.Assign(_cached, [w, g], Ex.BitAnd(Ex.Read(_cached, w, g), Ex.Read(_since, v, w, g))),
            Ex.Assign(_since, [v, w, g], _sorts.Full))))];
    }

    public override IEnumerable<Statement> OnStopped(Expr vcpu) => _since is null ? [] :
        [Ex.ForEach("w", _sorts.Vcpu, Ex.ForEach("g", _sorts.Page, Ex.Assign(_since, [vcpu, Ex.Local("w"), Ex.Local("g")], _sorts.Full)))];

    public override IEnumerable<Statement> OnPublishPage(int page, Expr holds, PublishForm form, Func<Expr, Expr> keepsCaptured)
    {
        Expr w = Ex.Local("w"), g = Ex.Const(page);
        yield return Ex.ForEach("w", _sorts.Vcpu,
        [
            Ex.Assign(_cached, [w, g], form == PublishForm.Absent ? Ex.False : _sorts.Only(holds)),
            .. _since is null ? Array.Empty<Statement>() : [Ex.ForEach("u", _sorts.Vcpu, Ex.Assign(_since, [Ex.Local("u"), w, g], _sorts.Only(holds)))],
        ]);
    }

    /// <summary>With DIC = 1, and where reading <c>dic_snoops_nc</c> says so, a store snoops what fetches left behind (Arm ARM B2.3 R_WNDVG).</summary>
    private Statement Snoop(int page, Expr when)
    {
        Expr w = Ex.Local("w"), g = Ex.Const(page);
        Statement[] cleared = _since is null
            ? [Ex.Assign(_cached, [w, g], Ex.False)]
            : [Ex.Assign(_cached, [w, g], Ex.False), Ex.ForEach("u", _sorts.Vcpu, Ex.Assign(_since, [Ex.Local("u"), w, g], Ex.False))];
        return _byVcpu
            ? Ex.When(when, Ex.ForEach("w", _sorts.Vcpu, Ex.When(Ex.Read(_snoops, w), cleared)))
            : Ex.When(Ex.And(when, Ex.Read(_snoops, Ex.Const(_space.VmOfPage[page]))), Ex.ForEach("w", _sorts.Vcpu, cleared));
    }
}
