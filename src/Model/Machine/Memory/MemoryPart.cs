using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Memory;

/// <summary>Memory and data caches: of each line what a coherent access sees, what the PoC holds and what a fetch may read at the PoU (docs/model.md, The machine).</summary>
internal sealed class MemoryPart : MachinePart
{
    /// <summary>Values of <c>ds</c>: how the coherent value and the PoC differ. Stale is a clean copy that hides what a Non-cacheable store left at the PoC.</summary>
    private const int Equal = 0, Dirty = 1, Stale = 2;

    /// <summary>The effect of a guest's DC IVAC under stage 2.</summary>
    public const string InvalidatesAtEl1 = "ivac.el1";

    /// <summary>The effect of any other.</summary>
    public const string Loses = "ivac";

    private readonly Shape _shape;
    private readonly Sorts _sorts;
    private readonly CopySources _sources;
    private readonly Parameter _x;
    private readonly Variable _coherent;
    private readonly Variable _poc;
    private readonly Variable _difference;
    private readonly Variable _pou;
    private readonly Variable? _copies;
    private readonly Variable _idc;
    private readonly Variable _dcIsNop;
    private readonly Variable _mayHoldCopy;

    public MemoryPart(Shape shape, Sorts sorts, Declarations declarations, CellFacts facts, CopySources sources)
    {
        (_shape, _sorts, _sources, _x) = (shape, sorts, sources, new Parameter("x", sorts.Line));
        _coherent = declarations.State(Section.Machine, "coh", [sorts.Line], new Domain.Element(sorts.Version));
        _poc = declarations.State(Section.Machine, "poc", [sorts.Line], new Domain.Element(sorts.Version));
        _difference = declarations.State(Section.Machine, "ds", [sorts.Line], new Domain.Range(0, shape.MayStoreNonCacheable ? Stale : Dirty));
        _pou = declarations.State(Section.Machine, "F", [sorts.Line], sorts.Versions);

        // Under a host there is always a Write-Back alias; bare metal caches a copy once some vCPU may have looked at the line Write-Back, or the host has stored to it.
        _copies = shape.IsBareMetal && (shape.ViewsChange || shape.Aspect is not null || (shape.MayStoreNonCacheable && shape.HostStores)) ? declarations.State(Section.Copies, "copies", [], new Domain.Subset(sorts.Line)) : null;
        _idc = declarations.Frozen.Truths("idc", sorts.Line, line => Has(facts, line, CacheFlags.Idc));
        _dcIsNop = declarations.Frozen.Truths("dc.poc.nop", sorts.Line, line => Has(facts, line, CacheFlags.NothingToCleanToPoC | CacheFlags.Idc));
        _mayHoldCopy = declarations.Frozen.Truths("copy", sorts.Line, line => shape.IsBareMetal ? shape.IsWriteBackAtFirst(facts, line) : Seen.Always(true));
    }

    /// <summary>What a Write-Back fetch may return at the PoU: the coherent value alone where data need no clean.</summary>
    public Expr AtPoU(Expr x) => Ex.If(Ex.Read(_idc, x), _sorts.Only(Ex.Read(_coherent, x)), Ex.Read(_pou, x));

    /// <summary>What a coherent access sees.</summary>
    public Expr Coherent(Expr x) => Ex.Read(_coherent, x);

    /// <summary>What the PoC holds.</summary>
    public Expr PoC(Expr x) => Ex.Read(_poc, x);

    /// <summary>What a fetch at the PoC returns.</summary>
    public Expr AtPoC(Expr x) => _sorts.Only(Ex.Read(_poc, x));

    public override IEnumerable<Statement> Holds(Expr x, Expr version) =>
    [
        Ex.Assign(_coherent, [x], version),
        Ex.Assign(_poc, [x], version),
        Ex.When(NeedsClean(x), Ex.Assign(_pou, [x], _sorts.Only(version))),
    ];

    public override IEnumerable<Statement> LeftBehindBy(Expr vcpu, Func<Expr, Expr> mayRunOn) => _copies is null ? [] :
        [Ex.ForEach("x", _sorts.Line, Ex.When(_sources.MayBeCacheable(vcpu, Ex.Local("x")), Ex.Assign(_copies, [], Ex.BitOr(Ex.Read(_copies), Ex.Singleton(Ex.Local("x"))))))];

    public override IEnumerable<OrderedFill> Fills() => _copies is null ? [] : _sources.Fills(_copies);

    /// <inheritdoc/>
    /// <remarks>Arm ARM C5.3 DC CVAU, DC CVAC, DC CIVAC. A clean that has nothing to do (IDC = 1 to the PoU, LoC = 0 as well to the PoC) is not issued at all.</remarks>
    public override IEnumerable<Effect> Effects() =>
    [
        Clean(OperationKind.CleanToPoU, "cvau", _idc),
        Clean(OperationKind.CleanToPoC, "cvac", _dcIsNop),
        Clean(OperationKind.CleanInvalidateToPoC, "civac", _dcIsNop),
        .. _shape.Uses(OperationKind.InvalidateToPoC) ? Invalidates() : [],
    ];

    /// <summary>A dirty line is written back, a stale copy evicted.</summary>
    public override void AddHardware(HardwareRules rules)
    {
        var x = Ex.Param(_x);
        if (_shape.Uses(OperationKind.Store))
        {
            rules.Add("write.back", words => $"{words.Line} is written back to the PoC", new(Line: _x), [_x], Ex.Eq(Ex.Read(_difference, x), Dirty),
                [Ex.Assign(_poc, [x], Ex.Read(_coherent, x)), Ex.Assign(_difference, [x], Ex.Const(Equal))]);
        }

        if (_shape.MayStoreNonCacheable)
        {
            rules.Add("evict", words => $"the clean copy of {words.Line} is evicted", new(Line: _x), [_x], Ex.Eq(Ex.Read(_difference, x), Stale),
            [
                Ex.Assign(_coherent, [x], Ex.Read(_poc, x)),
                Ex.Assign(_difference, [x], Ex.Const(Equal)),
                Ex.When(NeedsClean(x), Ex.Assign(_pou, [x], Ex.BitOr(Ex.Read(_pou, x), AtPoC(x)))),
                .. NoCopy(x),
            ]);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Arm ARM B2.11 (mismatched attributes). The machine may take any value of SCTLR_EL1 that may be in force. Where copy and PoC agree, a clean copy may or may not be cached: a Non-cacheable store passes it by, or there is none.</remarks>
    public override IEnumerable<Choice> OnStore(Store store)
    {
        var (x, n) = (store.X, store.Version);
        yield return Choice.When(
            Ex.And(store.Allowed, store.MayBeCacheable),
            [
                Ex.Assign(_coherent, [x], n),
                Ex.Assign(_difference, [x], Ex.Const(Dirty)),
                Ex.When(NeedsClean(x), Join(x, n)),
                .. store.Vcpu is null && _copies is not null ? [Ex.Assign(_copies, [], Ex.BitOr(Ex.Read(_copies), Ex.Singleton(x)))] : Array.Empty<Statement>(),
            ]);
        if (store.Vcpu is null || !_shape.MayStoreNonCacheable)
        {
            yield break;
        }

        var equal = Ex.Eq(Ex.Read(_difference, x), Equal);
        var nonCacheable = store.MayBeNonCacheable;
        yield return Choice.When(
            Ex.And(store.Allowed, nonCacheable),
            Ex.IfElse(
                equal,
                [Ex.Assign(_coherent, [x], n), Ex.When(NeedsClean(x), Ex.Assign(_pou, [x], _sorts.Only(n))), .. NoCopy(x)],
                [Ex.When(Ex.And(NeedsClean(x), Ex.Eq(Ex.Read(_difference, x), Dirty)), Join(x, n))]),
            Ex.Assign(_poc, [x], n)) with
        { Suffix = ".nc" };
        yield return Choice.When(
            Ex.And(store.Allowed, nonCacheable, equal, MayHoldCopy(x)),
            Ex.Assign(_difference, [x], Ex.Const(Stale)),
            Ex.Assign(_poc, [x], n)) with
        { Suffix = ".nc.copy" };
    }

    public override IEnumerable<Panel> Panels() => _sorts.Line.Elements.Select(line => new Panel(
        line, $"{line} in memory", "memory", IsSummary: true,
        [.. new[] { "coherent", "PoU", "PoC" }.Select(level => new PanelColumn(level, [new PanelEntry("", line)]))]));

    public override IEnumerable<PanelValues> Show(TraceContext context, Valuation state) => Enumerable.Range(0, _sorts.Line.Size).Select(x => new PanelValues(
    [
        [context.Versions.Name(state[_coherent, x])],
        [context.Versions.AtPoU(AtPoUIn(context, state, x), state[_coherent, x])],
        [context.Versions.Name(state[_poc, x])],
    ]));

    /// <summary>Whether the version that is followed stands in some line.</summary>
    public bool HoldsFollowed(Valuation state) => _sorts.IsTracked && Enumerable.Range(0, _sorts.Line.Size).Any(x => state[_coherent, x] == 0);

    /// <summary>What a fetch at the PoU may see in a state.</summary>
    public long AtPoUIn(TraceContext context, Valuation state, int line) =>
        context.Frozen[_idc, line] != 0 ? context.Versions.Only(state[_coherent, line]) : state[_pou, line];

    /// <summary>What a fetch at the PoC sees in a state.</summary>
    public long AtPoCIn(TraceContext context, Valuation state, int line) => context.Versions.Only(state[_poc, line]);

    private Effect Clean(OperationKind kind, string name, Variable isNop) => new(kind, name, "dc " + name)
    {
        Place = [_x],
        IsNeeded = x => Ex.Not(Ex.Read(isNop, x)),
        Takes = (place, _) => Cleans(KindTable.Of(kind), place[0]),
    };

    /// <summary>DC IVAC: of the host, and of bare metal, what is dirty is lost; at EL1 under stage 2 it cleans, too (R13; Arm ARM C5.3 DC IVAC).</summary>
    private IEnumerable<Effect> Invalidates()
    {
        Effect Of(string name, Func<Expr, IEnumerable<Statement>> takes) => new(OperationKind.InvalidateToPoC, name, "dc ivac")
        {
            Place = [_x],
            IsNeeded = x => Ex.Not(Ex.Read(_dcIsNop, x)),
            Takes = (place, _) => takes(place[0]),
        };
        if (!_shape.IsBareMetal)
        {
            yield return Of(InvalidatesAtEl1, x => Cleans(KindTable.Of(OperationKind.CleanInvalidateToPoC), x));
        }

        yield return Of(Loses, x =>
        [
            Ex.Assign(_coherent, [x], Ex.Read(_poc, x)),
            Ex.Assign(_difference, [x], Ex.Const(Equal)),
            Ex.When(NeedsClean(x), Ex.Assign(_pou, [x], AtPoC(x))),
            .. NoCopy(x),
        ]);
    }

    private IEnumerable<Statement> Cleans(KindRow kind, Expr x)
    {
        Expr coherent = Ex.Read(_coherent, x), poc = Ex.Read(_poc, x), difference = Ex.Read(_difference, x);
        var toEqual = Ex.Assign(_difference, [x], Ex.Const(Equal));
        if (kind.InvalidatesData)
        {
            return
            [
                Ex.IfElse(Ex.Eq(difference, Dirty), [Ex.Assign(_poc, [x], coherent)], [Ex.Assign(_coherent, [x], poc)]),
                toEqual,
                Ex.When(NeedsClean(x), Ex.Assign(_pou, [x], _sorts.Only(poc))),
                .. NoCopy(x),
            ];
        }

        // A clean copy that the PoC disagrees with stays: a fetch at the PoU may then return either.
        var clean = Ex.When(NeedsClean(x), Ex.Assign(_pou, [x],
            Ex.BitOr(_sorts.Only(coherent), Ex.If(Ex.Eq(difference, Stale), _sorts.Only(poc), Ex.False))));
        return kind.Cleans == CleanPoint.PoU
            ? [clean]
            : [clean, Ex.When(Ex.Eq(difference, Dirty), Ex.Assign(_poc, [x], coherent), toEqual)];
    }

    /// <summary>The caches that hold a line: the host's, or on bare metal those that its VM is told of.</summary>
    private Seen<bool> Has(CellFacts facts, int line, CacheFlags flag) =>
        facts.Caches(_shape.IsBareMetal ? _shape.VmOfLine[line] : null).Select(flags => flags.HasFlag(flag));

    private Expr NeedsClean(Expr x) => Ex.Not(Ex.Read(_idc, x));

    /// <summary>Whether a copy of a line may be cached.</summary>
    private Expr MayHoldCopy(Expr x) => _copies is null ? Ex.Read(_mayHoldCopy, x) : Ex.Contains(Ex.Read(_copies), x);

    /// <summary>No copy of a line is cached, unless somebody may read it Write-Back again.</summary>
    private IEnumerable<Statement> NoCopy(Expr x) => _copies is null ? [] : [Ex.Assign(_copies, [], Ex.BitAndNot(Ex.Read(_copies), Ex.Singleton(x)))];

    private Statement Join(Expr x, Expr n) => Ex.Assign(_pou, [x], Ex.BitOr(Ex.Read(_pou, x), _sorts.Only(n)));
}

/// <summary>Where clean copies come from, in a machine without a host.</summary>
/// <param name="Fills">What fills the set of lines of which a copy may be cached.</param>
/// <param name="MayBeCacheable">Whether a vCPU may look at a line Write-Back.</param>
internal sealed record CopySources(Func<Variable, IEnumerable<OrderedFill>> Fills, Func<Expr, Expr, Expr> MayBeCacheable);
