using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>SCTLR_EL1 of each vCPU as far as its own program can tell what is in force: only what it does itself reduces the values. Bare metal goes by it.</summary>
/// <remarks>It is no ghost of the machine but state of the guest's program, which a program may depend on.</remarks>
/// <param name="shape">What the scenario needs.</param>
/// <param name="sorts">Its sorts.</param>
/// <param name="declarations">Takes the variable.</param>
/// <param name="initial">The value with which a vCPU starts.</param>
/// <param name="written">The value that it wrote last.</param>
internal sealed class RegimeGhost(Shape shape, Sorts sorts, Declarations declarations, Func<Expr, Expr> initial, Func<Expr, Expr> written) : GhostPart
{
    /// <summary>The values that may be in force; <see langword="null"/> where no vCPU writes any.</summary>
    public Variable? InForce { get; } = shape.ModeCount > 1 ? declarations.State(Section.Registers, "inforce.own", [sorts.Vcpu], new Domain.Subset(sorts.Mode)) : null;

    public override IEnumerable<Statement> InitiallyOf(Expr vcpu) => InForce is null ? [] : [Ex.Assign(InForce, [vcpu], Ex.Singleton(initial(vcpu)))];

    public override IEnumerable<Statement> OnSynchronised(Expr vcpu) => InForce is null ? [] : [Ex.Assign(InForce, [vcpu], Ex.Singleton(written(vcpu)))];

    public override IEnumerable<Statement> OnWriteSctlr(Expr vcpu, Expr mode) =>
        [Ex.Assign(InForce!, [vcpu], Ex.BitOr(Ex.Read(InForce!, vcpu), Ex.Singleton(mode)))];

    public override IEnumerable<Statement> OnReset(Expr vcpu, Expr mode) => InForce is null ? [] : [Ex.Assign(InForce, [vcpu], Ex.Singleton(mode))];
}
