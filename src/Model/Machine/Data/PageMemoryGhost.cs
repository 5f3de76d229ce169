using System.Collections.Immutable;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Data;

/// <summary>
/// Memory and data caches of bare metal by the page of a VM: the set of states in which its line may be (<c>gH</c>), so that what caches and the PoC hold stays related; for
/// each kind of DC that a vCPU has open, the states in which it has acted (<c>gO</c>) (translation.md 5.3). What the host does with frames does not move it.
/// </summary>
internal sealed class PageMemoryGhost : GhostPart
{
    private readonly Shape _shape;
    private readonly AddressSpace _space;
    private readonly Sorts _sorts;
    private readonly Stage1Ghost _stage1;
    private readonly AccessByLeaf _access;
    private readonly ImmutableArray<OperationKind> _kinds;
    private readonly Variable _holds;
    private readonly Variable? _acted;
    private readonly Variable? _acting;
    private readonly Variable _idc;
    private readonly Expr? _nonCacheableMayHit;

    public PageMemoryGhost(Shape shape, AddressSpace space, Sorts sorts, Declarations declarations, CellFacts facts, Stage1Ghost stage1, AccessByLeaf access, Expr? nonCacheableMayHit)
    {
        (_shape, _space, _sorts, _stage1, _access, _nonCacheableMayHit) = (shape, space, sorts, stage1, access, nonCacheableMayHit);
        _kinds = [.. shape.GuestOperations.Select(operation => operation.Kind).Where(kind => KindTable.Of(kind).IsClean).Distinct().Order()];
        var kinds = new Sort("dc", [.. _kinds.Select(kind => kind.ToString()).DefaultIfEmpty("-")]);
        _holds = declarations.Ghost(Section.GhostMemory, "gH", [sorts.Page], new Domain.Subset(LineState.Sort));
        if (!_kinds.IsEmpty)
        {
            _acted = declarations.Ghost(Section.GhostCleaning, "gO", [sorts.Vcpu, kinds, sorts.Page], new Domain.Subset(LineState.Sort));
            _acting = declarations.Ghost(Section.GhostCleaning, "gO.open", [sorts.Vcpu, kinds], new Domain.Subset(sorts.Page));
        }

        _idc = declarations.Frozen.Truths("g.idc", sorts.Vm, vm => facts.Caches(vm).Select(flags => flags.HasFlag(CacheFlags.Idc)));
    }

    private static Expr Full => Ex.Const(LineState.Sort.FullMask);

    /// <summary>Whether a coherent access to a page may see the version.</summary>
    public Expr MaySeeCoherent(int page) => Some(page, state => state.Coherent);

    /// <summary>Whether an access to the PoC may.</summary>
    public Expr MaySeeAtPoC(int page) => Some(page, state => state.AtPoC);

    /// <summary>Whether a fetch at the PoU may.</summary>
    public Expr MaySeeAtPoU(int page) => Some(page, state => state.AtPoU);

    /// <summary>Whether a load of a vCPU through a virtual page may deliver the version: by any meaning of it, since a guest sees values and not addresses.</summary>
    public Expr MayLoad(int vcpu, int va) => Ex.Or([.. _stage1.MeaningsOf(vcpu, va).SelectMany(meaning => new[]
    {
        Ex.And(_stage1.May(meaning, m => IsCacheable(meaning, m)), MaySeeCoherent(meaning.Page)),
        Ex.And(_stage1.May(meaning, m => Ex.Not(IsCacheable(meaning, m))), _nonCacheableMayHit is null
            ? MaySeeAtPoC(meaning.Page)
            : Ex.Or(MaySeeAtPoC(meaning.Page), Ex.And(_nonCacheableMayHit, MaySeeCoherent(meaning.Page)))),
    })]);

    public override IEnumerable<Statement> Initially() => _acted is null ? [] : [Translator.Everywhere(_acted, [], Full)];

    /// <summary>What a page holds at first.</summary>
    public Statement Holds(int page, bool version) => Ex.Assign(_holds, [Ex.Const(page)], Ex.Const(LineState.Mask(state => state == LineState.Of(version))));

    public override IEnumerable<OrderedFill> Fills()
    {
        for (var page = 0; page < _space.VmOfPage.Length; page++)
        {
            foreach (var (mayCopy, acting) in Circumstances())
            {
                var now = Ex.And(Ex.Eq(MayBeCopied(page), Ex.Const(mayCopy)), Ex.And([.. _kinds.Select((kind, k) => Ex.Eq(IsActing(k, page), Ex.Const(acting.Contains(kind))))]));
                var name = $"{page}{(mayCopy ? ".copy" : "")}{string.Concat(acting.Select(kind => "." + kind))}";
                yield return new(Stratum.GhostHeld, new Fill($"fill.gH.{name}", [], _holds, [Ex.Const(page)], Image(page, Ex.Read(_holds, Ex.Const(page)), (state, _) => state, mayCopy, acting), now));
                for (var k = 0; k < _kinds.Length; k++)
                {
                    var (v, kind) = (new Parameter("v", _sorts.Vcpu), _kinds[k]);
                    var open = Ex.Read(_acted!, Ex.Param(v), Ex.Const(k), Ex.Const(page));
                    yield return new(Stratum.GhostActing, new Fill($"fill.gO.{kind}.{name}", [v], _acted!, [Ex.Param(v), Ex.Const(k), Ex.Const(page)],
                        Ex.BitOr(
                            Image(page, Ex.BitAnd(open, Ex.Read(_holds, Ex.Const(page))), (state, _) => state, mayCopy, acting),
                            Image(page, Ex.Read(_holds, Ex.Const(page)), (state, idc) => state.After(kind, idc), mayCopy, acting)),
                        Ex.And(now, Ex.Ne(open, Full))));
                }
            }
        }

        if (_acted is not null)
        {
            Parameter v = new("v", _sorts.Vcpu), k = new("k", _acted.Index[1]), g = new("g", _sorts.Page);
            Expr[] place = [Ex.Param(v), Ex.Param(k), Ex.Param(g)];
            yield return new(Stratum.GhostCleaning, new Fill("drop.gO", [v, k, g], _acted, [.. place], Full, Ex.Eq(Ex.BitAndNot(Ex.Read(_holds, Ex.Param(g)), Ex.Read(_acted, place)), 0)));
        }
    }

    /// <inheritdoc/>
    /// <remarks>By every meaning of the virtual page; where one means another page, the line may also stay as it was.</remarks>
    public override IEnumerable<Statement> OnGuestStore(int vcpu, int va, Expr n)
    {
        var meanings = _stage1.MeaningsOf(vcpu, va).ToList();
        foreach (var page in meanings.Select(meaning => meaning.Page).Distinct())
        {
            Expr By(bool writeBack) => Ex.Or([.. meanings.Where(meaning => meaning.Page == page).Select(meaning =>
                _stage1.May(meaning, m => writeBack ? IsCacheable(meaning, m) : Ex.Not(IsCacheable(meaning, m))))]);
            var elsewhere = Ex.Not(_stage1.MeansOnly(vcpu, va, page));
            foreach (var statement in Stores(page, Ex.True, By(writeBack: true), By(writeBack: false), elsewhere, n))
            {
                yield return statement;
            }
        }
    }

    /// <summary>What the host stores to the frame of a page is a store by nobody, through a Write-Back view (machine.md 4, 8).</summary>
    public override IEnumerable<Statement> OnHostStore(Func<int, Expr> isBehind, Expr n) => Enumerable.Range(0, _space.VmOfPage.Length)
        .SelectMany(page => Stores(page, isBehind(page), Ex.True, Ex.False, Ex.False, n));

    public override IEnumerable<Statement> OnGuestClean(int vcpu, int va, OperationKind kind)
    {
        var k = _kinds.IndexOf(kind);
        foreach (var page in _stage1.MeaningsOf(vcpu, va).Select(meaning => meaning.Page).Distinct())
        {
            // By an address that may mean two pages nothing is guaranteed of either, but it may act on each.
            var meant = Ex.Or([.. _stage1.MeaningsOf(vcpu, va).Where(meaning => meaning.Page == page).Select(meaning => _stage1.May(meaning))]);
            Expr v = Ex.Const(vcpu), g = Ex.Const(page);
            var addsStates = kind == OperationKind.InvalidateToPoC ? Ex.True : Ex.Not(Idc(page));
            yield return Ex.When(
                meant,
                Ex.When(
                    _stage1.MeansOnly(vcpu, va, page),
                    Ex.Assign(_acted!, [v, Ex.Const(k), g], Image(page, Ex.Read(_holds, g), (state, idc) => state.After(kind, idc), mayCopy: false, []))),
                Ex.When(addsStates, Ex.Assign(_acting!, [v, Ex.Const(k)], Ex.BitOr(Ex.Read(_acting!, v, Ex.Const(k)), Ex.Singleton(g)))));
        }
    }

    public override IEnumerable<Statement> OnCleanBySetWay(int vcpu, OperationKind kind)
    {
        var (k, v) = (_kinds.IndexOf(kind), Ex.Const(vcpu));
        foreach (var page in Enumerable.Range(0, _space.VmOfPage.Length).Where(page => _space.VmOfPage[page] == _shape.Scenario.Vcpus[vcpu].Vm))
        {
            var g = Ex.Const(page);
            yield return Ex.Assign(_acted!, [v, Ex.Const(k), g], Image(page, Ex.Read(_holds, g), (state, idc) => state.After(kind, idc), mayCopy: false, []));
            yield return Ex.When(
                kind == OperationKind.InvalidateToPoC ? Ex.True : Ex.Not(Idc(page)),
                Ex.Assign(_acting!, [v, Ex.Const(k)], Ex.BitOr(Ex.Read(_acting!, v, Ex.Const(k)), Ex.Singleton(g))));
        }
    }

    public override IEnumerable<Statement> OnBarrier(int vcpu, bool isWide, Expr coversCleans)
    {
        if (_acted is null)
        {
            yield break;
        }

        Expr v = Ex.Const(vcpu), g = Ex.Local("g"), w = Ex.Local("w");
        var body = new List<Statement>();
        for (var k = 0; k < _kinds.Length; k++)
        {
            body.Add(Ex.Assign(_holds, [g], Ex.BitAnd(Ex.Read(_holds, g), Ex.Read(_acted, v, Ex.Const(k), g))));
            body.Add(Ex.Assign(_acted, [v, Ex.Const(k), g], Full));
        }

        // What is still open is within what may be.
        Statement[] within = [.. Enumerable.Range(0, _kinds.Length).Select(k => Ex.When(
            Ex.Ne(Ex.Read(_acted, w, Ex.Const(k), g), Full), Ex.Assign(_acted, [w, Ex.Const(k), g], Ex.BitAnd(Ex.Read(_acted, w, Ex.Const(k), g), Ex.Read(_holds, g)))))];
        Statement[] all =
        [
            Ex.ForEach("g", _sorts.Page, [.. body, Ex.ForEach("w", _sorts.Vcpu, within)]),
            .. Enumerable.Range(0, _kinds.Length).Select(k => Ex.Assign(_acting!, [v, Ex.Const(k)], Ex.False)),
        ];
        yield return Ex.When(isWide ? Ex.True : coversCleans, all);
    }

    public override IEnumerable<Statement> OnStopped(Expr vcpu) => _acted is null ? [] :
    [
        .. Enumerable.Range(0, _kinds.Length).SelectMany(k => new[]
        {
            Ex.ForEach("g", _sorts.Page, Ex.Assign(_acted, [vcpu, Ex.Const(k), Ex.Local("g")], Full)),
            Ex.Assign(_acting!, [vcpu, Ex.Const(k)], Ex.False),
        }),
    ];

    /// <inheritdoc/>
    /// <remarks>A plain promise leaves a clean copy possible, as that of a line does.</remarks>
    public override IEnumerable<Statement> OnPublishPage(int page, Expr holds, PublishForm form, Func<Expr, Expr> keepsCaptured)
    {
        long Clean(bool version) => LineState.Mask(state => state == LineState.Of(version) || (form != PublishForm.Absent && state == LineState.Of(version) with { Kind = LineKind.Copy }));
        var g = Ex.Const(page);
        yield return Ex.Assign(_holds, [g], Ex.If(Ex.Eq(holds, 0), Ex.Const(Clean(true)), Ex.Const(Clean(false))));
        if (_acted is not null)
        {
            yield return Ex.ForEach("w", _sorts.Vcpu, [.. Enumerable.Range(0, _kinds.Length).Select(k => Ex.When(
                Ex.Ne(Ex.Read(_acted, Ex.Local("w"), Ex.Const(k), g), Full), Ex.Assign(_acted, [Ex.Local("w"), Ex.Const(k), g], Ex.Read(_holds, g))))]);
        }
    }

    private IEnumerable<Statement> Stores(int page, Expr when, Expr writeBack, Expr nonCacheable, Expr elsewhere, Expr n)
    {
        if (when is Expr.Const { Value: 0 })
        {
            yield break;
        }

        Expr g = Ex.Const(page), it = Ex.Eq(n, 0);
        Expr After(Expr set)
        {
            Expr One(Expr condition, Func<LineState, bool, bool, LineState> store) => condition is Expr.Const { Value: 0 } ? Ex.False : Ex.If(
                condition,
                Ex.If(it, Image(page, set, (state, idc) => store(state, idc, true), false, []), Image(page, set, (state, idc) => store(state, idc, false), false, [])),
                Ex.False);
            return Ex.BitOr(
                One(writeBack, (state, idc, version) => state.StoreWriteBack(idc, version)),
                One(nonCacheable, (state, idc, version) => state.StoreNonCacheable(idc, version)),
                elsewhere is Expr.Const { Value: 0 } ? Ex.False : Ex.If(elsewhere, set, Ex.False));
        }

        var body = new List<Statement>();
        if (_acted is not null)
        {
            body.Add(Ex.ForEach("w", _sorts.Vcpu, [.. Enumerable.Range(0, _kinds.Length).Select(k =>
            {
                Expr[] place = [Ex.Local("w"), Ex.Const(k), g];
                return Ex.When(Ex.Ne(Ex.Read(_acted, place), Full), Ex.Assign(_acted, place, After(Ex.BitAnd(Ex.Read(_acted, place), Ex.Read(_holds, g)))));
            })]));
        }

        body.Add(Ex.Assign(_holds, [g], After(Ex.Read(_holds, g))));
        yield return Ex.When(Ex.And(when, Ex.Or(writeBack, nonCacheable)), [.. body]);
    }

    /// <summary>All that copies and open DCs may be about: whether copies may come, and kinds whose effect adds states.</summary>
    private IEnumerable<(bool MayCopy, ImmutableArray<OperationKind> Acting)> Circumstances()
    {
        for (var subset = 0; subset < 1 << _kinds.Length; subset++)
        {
            ImmutableArray<OperationKind> acting = [.. _kinds.Where((_, k) => (subset >> k & 1) != 0)];
            yield return (false, acting);
            yield return (true, acting);
        }
    }

    private Expr Image(int page, Expr set, Func<LineState, bool, LineState> to, bool mayCopy, ImmutableArray<OperationKind> acting)
    {
        Expr With(bool idc) => LineSets.Image(set, state => [to(state, idc)], state => [.. state.Moves(idc, mayCopy), .. acting.Select(kind => state.After(kind, idc))]);
        return Ex.If(Idc(page), With(true), With(false));
    }

    private Expr Idc(int page) => Ex.Read(_idc, Ex.Const(_space.VmOfPage[page]));

    private Expr IsActing(int kind, int page) => Ex.Any("w", _sorts.Vcpu, Ex.Contains(Ex.Read(_acting!, Ex.Local("w"), Ex.Const(kind)), Ex.Const(page)));

    /// <summary>Whether some vCPU of the VM looks at a page Write-Back.</summary>
    private Expr MayBeCopied(int page) => Ex.Or([.. _shape.Scenario.Vcpus.Where(vcpu => vcpu.Vm == _space.VmOfPage[page]).SelectMany(vcpu =>
        Enumerable.Range(0, _space.VasOf(vcpu.Vm).Length).SelectMany(va => _stage1.MeaningsOf(vcpu.Number, va).Where(meaning => meaning.Page == page)
            .Select(meaning => Ex.And(_shape.IsThere(vcpu.Number), _stage1.May(meaning, m => IsCacheable(meaning, m))))))]);

    private Expr IsCacheable(Meaning meaning, Expr mode) => _access.Has(AccessFlags.IsCacheable, meaning.Vcpu, meaning.Type, 0, 0, mode);

    private Expr Some(int page, Func<LineState, bool> isIt) => Ex.Ne(Ex.BitAnd(Ex.Read(_holds, Ex.Const(page)), Ex.Const(LineState.Mask(isIt))), 0);
}
