using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>Stores and fetches, in the machine and the ghost (docs/model.md, The machine, The ghost).</summary>
internal sealed class Stores(Variables v)
{
    /// <summary>The ways in which a vCPU's store may go.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="x">The line.</param>
    /// <param name="value">The value, or <see langword="null"/> for any.</param>
    public IEnumerable<Choice> ByGuest(Expr vcpu, Expr x, Expr? value)
    {
        var (parameters, n, allowed, used, version) = Value(value);
        // The machine may take any value of SCTLR_EL1 that may be in force. That the program leaves none open is its own rule (CC0504).
        var (cacheable, nonCacheable) = (MayBe(v.InForce, v.Frozen.Machine, vcpu, x, 1), MayBe(v.InForce, v.Frozen.Machine, vcpu, x, 0));
        var (ghostCacheable, ghostNonCacheable) = (MayBe(v.OwnInForce, v.Frozen.GhostMachine, vcpu, x, 1), MayBe(v.OwnInForce, v.Frozen.GhostMachine, vcpu, x, 0));
        var decided = Ex.And(allowed, Ex.Not(Ex.And(ghostCacheable, ghostNonCacheable)));
        ImmutableArray<Statement> ghost =
        [
            Ex.IfElse(ghostCacheable, GhostCacheable(x, n), GhostNonCacheable(x, n)),
            .. GhostJoins(x, n),
            .. used,
        ];
        yield return new Choice("", parameters, Ex.And(decided, cacheable), [.. MachineCacheable(x, n), .. ghost]) { Version = version };
        if (!v.HasNonCacheableStores)
        {
            yield break;
        }

        // Where copy and PoC agree, a clean copy may or may not be cached: the store passes it by, or there is none.
        var equal = Ex.Eq(Ex.Read(v.Difference, x), Variables.Equal);
        var uncached = new Choice(".nc", parameters, Ex.And(decided, nonCacheable),
        [
            Ex.IfElse(
                equal,
                [Ex.Assign(v.Coherent, [x], n), Ex.When(NotIdc(x), Ex.Assign(v.PoU, [x], v.Only(n))), .. v.NoCopy(x)],
                [Ex.When(Ex.And(NotIdc(x), Ex.Eq(Ex.Read(v.Difference, x), Variables.Dirty)), Join(v.PoU, [x], v.Only(n)))]),
            Ex.Assign(v.AtPoC, [x], n),
            Snoop(x),
            .. ghost,
        ])
        { Version = version };
        yield return uncached;
        yield return new Choice(".nc.copy", parameters, Ex.And(decided, nonCacheable, equal, v.MayHoldCopy(x)),
        [
            Ex.Assign(v.Difference, [x], Ex.Const(Variables.Stale)),
            Ex.Assign(v.AtPoC, [x], n),
            Snoop(x),
            .. ghost,
        ])
        { Version = version };
    }

    /// <summary>The host's store, through its Write-Back alias: in the ghost a store by nobody.</summary>
    public IEnumerable<Choice> ByHost(Expr x, Expr? value)
    {
        var (parameters, n, allowed, used, version) = Value(value);
        yield return new Choice("", parameters, allowed, [.. MachineCacheable(x, n), .. GhostCacheable(x, n), .. GhostJoins(x, n), .. used]) { Version = version };
    }

    /// <summary>The ways in which a fetch may go: any value of the pipeline; stale if the ghost's pipeline lacks it.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="p">The pCPU.</param>
    /// <param name="x">The line.</param>
    /// <param name="proceeds">Whether something follows: then the versions that are not tracked are delivered as well.</param>
    public IEnumerable<Choice> Fetch(Expr vcpu, Expr p, Expr x, bool proceeds)
    {
        var judged = Ex.Assign(v.IsStale, Ex.True);
        if (!v.IsTracked)
        {
            var n = Choose();
            yield return new Choice("", [n], Ex.Contains(Ex.Read(v.Pipeline, p, x), Ex.Param(n)),
                [Ex.When(Ex.Not(Ex.Contains(Ex.Read(v.GhostPipeline, vcpu, x), Ex.Param(n))), judged)])
            { Version = n };
            yield break;
        }

        yield return Choice.When(
            Ex.Ne(Ex.Read(v.Pipeline, p, x), 0), Ex.When(Ex.Eq(Ex.Read(v.GhostPipeline, vcpu, x), 0), judged)) with
        { Suffix = ".it", Version = 0 };
        if (proceeds)
        {
            yield return Choice.Always() with { Suffix = ".other", Version = 1 };
        }
    }

    /// <summary>From here every vCPU of the VM must see what the line holds.</summary>
    /// <param name="x">The line.</param>
    /// <param name="executes">Whether a vCPU executes guest instructions.</param>
    public Choice Publish(Expr x, Func<Expr, Expr> executes)
    {
        var w = Ex.Local("w");
        var coherent = Ex.Read(v.GhostCoherent, x);
        var body = ImmutableArray.CreateBuilder<Statement>();
        body.Add(Ex.Assign(v.GhostPoU, [x], coherent));
        body.Add(Ex.Assign(v.GhostPoC, [x], coherent));
        if (v.GhostDirtied is not null)
        {
            body.Add(Ex.Assign(v.GhostDirtied, [x], Ex.False));
        }

        body.Add(Ex.ForEach("w", v.Vcpu,
        [
            Ex.Assign(v.GhostCached, [w, x], coherent),
            .. v.GhostCleanPoU is { } d ? [Ex.Assign(d, [w, x], coherent)] : Array.Empty<Statement>(),
            .. v.GhostCleanPoC is { } e ? [Ex.Assign(e, [w, x], coherent)] : Array.Empty<Statement>(),
            .. v.GhostInvalidate is { } j ? [Ex.ForEach("u", v.Vcpu, Ex.Assign(j, [Ex.Local("u"), w, x], coherent))] : Array.Empty<Statement>(),
            Ex.Assign(v.GhostPipeline, [w, x], Ex.If(executes(w), Ex.BitOr(Ex.Read(v.GhostPipeline, w, x), coherent), coherent)),
        ]));
        return Choice.Always([.. body]);
    }

    private Expr NotIdc(Expr x) => Ex.Not(Ex.Read(v.Frozen.Idc, x));

    /// <summary>Behind the names of choices, so that several operations can be one step.</summary>
    public string Suffix { get; set; } = "";

    private Parameter Choose() => new("n" + Suffix, v.Version);

    private (ImmutableArray<Parameter> Parameters, Expr Value, Expr Allowed, ImmutableArray<Statement> Used, Operand? Version) Value(Expr? value)
    {
        if (!v.IsTracked)
        {
            return value is null ? throw new InvalidOperationException("Only a tracked system stores values that have no name.") : ([], value, Ex.True, [], null);
        }

        var n = Choose();
        return (
            [n],
            Ex.Param(n),
            Ex.Or(Ex.Ne(Ex.Param(n), 0), Ex.Read(v.ItIsFree!)),
            [Ex.When(Ex.Eq(Ex.Param(n), 0), Ex.Assign(v.ItIsFree!, Ex.False))],
            n);
    }

    /// <summary>Whether a data access may be cacheable (1), or Non-cacheable (0), with some value of SCTLR_EL1 that may be in force.</summary>
    private Expr MayBe(Variable? inForce, FetchTables tables, Expr vcpu, Expr x, long cacheable)
    {
        if (inForce is null)
        {
            return Ex.Eq(Ex.Read(tables.Cacheable, vcpu, x, Ex.False), cacheable);
        }

        var m = Ex.Local("m");
        return Ex.Any("m", v.Mode, Ex.And(Ex.Contains(Ex.Read(inForce, vcpu), m), Ex.Eq(Ex.Read(tables.Cacheable, vcpu, x, m), cacheable)));
    }

    private ImmutableArray<Statement> MachineCacheable(Expr x, Expr n) =>
    [
        Ex.Assign(v.Coherent, [x], n),
        Ex.Assign(v.Difference, [x], Ex.Const(Variables.Dirty)),
        Ex.When(NotIdc(x), Join(v.PoU, [x], v.Only(n))),
        Snoop(x),
    ];

    private ImmutableArray<Statement> GhostCacheable(Expr x, Expr n) =>
    [
        Ex.Assign(v.GhostCoherent, [x], v.Only(n)),
        Ex.Assign(v.GhostPoU, [x], Ex.If(Ex.Read(v.Frozen.GhostIdc, x), v.Only(n), Ex.BitOr(Ex.Read(v.GhostPoU, x), v.Only(n)))),
        Join(v.GhostPoC, [x], v.Only(n)),
        Ex.Assign(v.GhostDirtied!, [x], Ex.True),
        .. v.GhostDirtiedSince is { } since ? [Ex.ForEach("w", v.Vcpu, Join(since, [Ex.Local("w")], Ex.Singleton(x)))] : Array.Empty<Statement>(),
    ];

    /// <remarks>Where a dirty line may be written back over it, or a clean copy may hide it, the store only adds a value.</remarks>
    private ImmutableArray<Statement> GhostNonCacheable(Expr x, Expr n)
    {
        var dirtied = Ex.Read(v.GhostDirtied!, x);
        var hidden = Ex.Or(dirtied, v.GhostMayHoldCopy(x));
        Statement Set(Variable target, Expr keeps) =>
            Ex.Assign(target, [x], Ex.BitOr(Ex.If(keeps, Ex.Read(target, x), Ex.False), v.Only(n)));
        return [Set(v.GhostCoherent, hidden), Set(v.GhostPoU, hidden), Set(v.GhostPoC, dirtied)];
    }

    /// <summary>What every store does to the ghost's open sets, and to what a snoop reaches.</summary>
    private IEnumerable<Statement> GhostJoins(Expr x, Expr n)
    {
        var w = Ex.Local("w");
        foreach (var open in new[] { v.GhostCleanPoU, v.GhostCleanPoC })
        {
            if (open is not null)
            {
                yield return Ex.ForEach("w", v.Vcpu, Join(open, [w, x], v.Only(n)));
            }
        }

        Statement[] cleared = v.GhostInvalidate is { } j
            ? [Ex.Assign(v.GhostCached, [w, x], Ex.False), Ex.ForEach("u", v.Vcpu, Ex.Assign(j, [Ex.Local("u"), w, x], Ex.False))]
            : [Ex.Assign(v.GhostCached, [w, x], Ex.False)];
        yield return Ex.When(Ex.Read(v.Frozen.GhostSnoops, x), Ex.ForEach("w", v.Vcpu, cleared));
    }

    private Statement Snoop(Expr x) =>
        Ex.When(Ex.Read(v.Frozen.Snoops, x), Ex.ForEach("q", v.Icache, Ex.Assign(v.Cached, [Ex.Local("q"), x], Ex.False)));

    private static Statement Join(Variable set, ReadOnlySpan<Expr> index, Expr values) =>
        Ex.Assign(set, index, Ex.BitOr(Ex.Read(set, index), values));
}
