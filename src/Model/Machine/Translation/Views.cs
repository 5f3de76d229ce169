using System.Collections.Immutable;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>How vCPUs look at lines, with every SCTLR_EL1 value that may be in force.</summary>
/// <param name="sorts">The sorts.</param>
/// <param name="tables">What each value comes to.</param>
/// <param name="inForce">For each vCPU the values that may be in force; <see langword="null"/> where each has one.</param>
internal sealed class Views(Sorts sorts, AccessTables tables, Variable? inForce)
{
    /// <summary>What each value comes to.</summary>
    public AccessTables Tables => tables;

    /// <summary>A union over the values that may be in force.</summary>
    public Expr Union(Expr vcpu, Func<Expr, Expr> body) => inForce is null
        ? body(Ex.False)
        : Ex.Union("m", sorts.Mode, Ex.If(Ex.Contains(Ex.Read(inForce, vcpu), Ex.Local("m")), body(Ex.Local("m")), Ex.False));

    /// <summary>Whether a data access may be cacheable, with some of them.</summary>
    public Expr MayBeCacheable(Expr vcpu, Expr x) => MayBe(vcpu, x, 1);

    /// <summary>Whether it may be Non-cacheable.</summary>
    public Expr MayBeNonCacheable(Expr vcpu, Expr x) => MayBe(vcpu, x, 0);

    /// <summary>What somebody who may look at a line Write-Back leaves in a cache: a clean copy, from then on.</summary>
    /// <param name="name">The name of the fill.</param>
    /// <param name="copies">The lines.</param>
    /// <param name="isThere">Whether a vCPU is there; nothing where all are.</param>
    /// <param name="w">The vCPU.</param>
    /// <param name="x">The line.</param>
    /// <param name="index">What the lines are indexed by.</param>
    public Fill Copies(string name, Variable copies, Func<Expr, Expr?> isThere, Parameter w, Parameter x, params ImmutableArray<Parameter> index) => new(
        name, [.. index, w, x], copies, [.. index.Select(Ex.Param)], Ex.Singleton(Ex.Param(x)),
        Ex.And(isThere(Ex.Param(w)) ?? Ex.True, inForce is null
            ? Ex.Ne(tables.Cacheable(Ex.Param(w), Ex.Param(x), Ex.False), 0)
            : Ex.Any("m", sorts.Mode, Ex.And(
                Ex.Contains(Ex.Read(inForce, Ex.Param(w)), Ex.Local("m")),
                Ex.Ne(tables.Cacheable(Ex.Param(w), Ex.Param(x), Ex.Local("m")), 0)))));

    private Expr MayBe(Expr vcpu, Expr x, long cacheable) => inForce is null
        ? Ex.Eq(tables.Cacheable(vcpu, x, Ex.False), cacheable)
        : Ex.Any("m", sorts.Mode, Ex.And(Ex.Contains(Ex.Read(inForce, vcpu), Ex.Local("m")), Ex.Eq(tables.Cacheable(vcpu, x, Ex.Local("m")), cacheable)));
}
