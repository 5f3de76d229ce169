using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>
/// Which pCPUs are offline. One that is keeps what its I-cache and TLB hold, and no broadcast that is issued meanwhile reaches them: whether caches are retained over a power-down is
/// IMPLEMENTATION DEFINED, and after a reset what TLBs hold is UNKNOWN, so that software invalidates them (Arm ARM, "Behavior of caches at reset", "TLB behavior at reset").
/// </summary>
internal sealed class Power
{
    private readonly Sorts _sorts;
    private readonly Variable? _off;

    /// <summary>Declares it, where some pCPU may be.</summary>
    public Power(Shape shape, Sorts sorts, Declarations declarations)
    {
        _sorts = sorts;
        _off = shape.IsBareMetal || shape.Scenario.Machine.Hotplugged.IsEmpty ? null : declarations.State(Section.Machine, "off", [], new Domain.Subset(sorts.Pcpu));
    }

    /// <summary>Whether a pCPU is.</summary>
    public Expr IsOff(Expr p) => _off is null ? Ex.False : Ex.Contains(Ex.Read(_off), p);

    /// <summary>A pCPU goes offline.</summary>
    public Statement GoesOff(Expr p) => Ex.Assign(_off!, [], Ex.BitOr(Ex.Read(_off!), Ex.Singleton(p)));

    /// <summary>A pCPU comes online.</summary>
    public Statement ComesOn(Expr p) => Ex.Assign(_off!, [], Ex.BitAndNot(Ex.Read(_off!), Ex.Singleton(p)));

    /// <summary>The targets that a broadcast reaches: those of which some pCPU is online.</summary>
    public Expr Reaches(EffectTarget target) => _off is null ? target.All : Enumerable.Range(0, _sorts.Pcpu.Size)
        .Select(p => Ex.If(IsOff(Ex.Const(p)), Ex.False, target.OwnSet(Ex.Const(p)))).Aggregate((one, other) => Ex.BitOr(one, other));
}
