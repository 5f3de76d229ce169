using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>Which values of SCTLR_EL1 and which ASIDs of a vCPU may be in force: on the machine, or on bare metal.</summary>
/// <param name="shape">What the scenario needs.</param>
/// <param name="space">The address spaces.</param>
/// <param name="sorts">The sorts.</param>
/// <param name="isOn">Frozen: whether a value of SCTLR_EL1 has the MMU on.</param>
/// <param name="modes">For each vCPU the values of SCTLR_EL1 that may be in force; <see langword="null"/> where each has one.</param>
/// <param name="asids">For each vCPU the ASIDs; <see langword="null"/> where each has one.</param>
internal sealed class Contexts(Shape shape, AddressSpace space, Sorts sorts, Variable isOn, Variable? modes, Variable? asids)
{
    /// <summary>Whether a vCPU may ever have its MMU on, as far as the text says.</summary>
    public bool MayBeOn(int vcpu) => MayBe(vcpu, "1");

    /// <summary>Whether it may ever have it off.</summary>
    public bool MayBeOff(int vcpu) => MayBe(vcpu, "0");

    /// <summary>Whether the MMU of a vCPU may be on, with a value in force of which something is true.</summary>
    public Expr On(int vcpu, Func<Expr, Expr>? also = null) => MayBeOn(vcpu) ? Some(vcpu, m => Ex.And(Ex.Read(isOn, Ex.Const(vcpu), m), also?.Invoke(m) ?? Ex.True)) : Ex.False;

    /// <summary>Whether it may be off.</summary>
    public Expr Off(int vcpu, Func<Expr, Expr>? also = null) => MayBeOff(vcpu) ? Some(vcpu, m => Ex.And(Ex.Not(Ex.Read(isOn, Ex.Const(vcpu), m)), also?.Invoke(m) ?? Ex.True)) : Ex.False;

    /// <summary>Whether an ASID, by its place among all, may be in force of a vCPU.</summary>
    public Expr UsesAsid(int vcpu, int asid)
    {
        var own = shape.Scenario.Vcpus[vcpu];
        return asids is not null && AddressSpace.ChangesAsid(own) ? Ex.Contains(Ex.Read(asids, Ex.Const(vcpu)), Ex.Const(asid)) : Ex.Const(space.Asids[asid] == own.Asid);
    }

    private Expr Some(int vcpu, Func<Expr, Expr> body) => modes is null
        ? body(Ex.False)
        : Ex.Any("m", sorts.Mode, Ex.And(Ex.Contains(Ex.Read(modes, Ex.Const(vcpu)), Ex.Local("m")), body(Ex.Local("m"))));

    private bool MayBe(int vcpu, string value)
    {
        var own = shape.VcpuModes[vcpu];
        return own.Vcpu.TogglesMmu || own.WrittenFields.Contains("SCTLR_EL1.M", StringComparer.Ordinal)
            || (own.Vcpu.Axes.FirstOrDefault(axis => axis.Name == "SCTLR_EL1.M") is { } axis ? axis.Values.Contains(value, StringComparer.Ordinal) : value == "0");
    }
}
