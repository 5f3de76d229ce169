using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>The ASID of TTBR0_EL1 of each vCPU, where some vCPU writes it: as written, and what may be in force until the next context synchronisation event (R17). Each ASID has a table of its own.</summary>
internal sealed class AsidPart(Shape shape, AddressSpace space, Sorts sorts, Declarations declarations) : MachinePart
{
    private readonly Variable? _written = Is(shape) ? declarations.State(Section.Registers, "ttbr", [sorts.Vcpu], new Domain.Element(space.Asid)) : null;

    /// <summary>The ASIDs that may be in force on the machine; <see langword="null"/> where nobody writes any.</summary>
    public Variable? InForce { get; } = Is(shape) ? declarations.State(Section.Registers, "ttbr.inforce", [sorts.Vcpu], new Domain.Subset(space.Asid)) : null;

    /// <summary>Whether some vCPU writes its ASID.</summary>
    public static bool Is(Shape shape) => shape.Scenario.Vcpus.Any(AddressSpace.ChangesAsid);

    /// <summary>The ASID that a vCPU wrote last.</summary>
    public Expr Written(Expr vcpu) => Ex.Read(_written!, vcpu);

    public override IEnumerable<Statement> Initially() => _written is null ? [] : shape.Scenario.Vcpus.SelectMany(vcpu => new[]
    {
        Ex.Assign(_written, [Ex.Const(vcpu.Number)], Ex.Const(space.Asids.IndexOf(vcpu.Asid))),
        Ex.Assign(InForce!, [Ex.Const(vcpu.Number)], Ex.Const(1L << space.Asids.IndexOf(vcpu.Asid))),
    });

    public override IEnumerable<Statement> OnSynchronised(Expr vcpu) => InForce is null ? [] : [Ex.Assign(InForce, [vcpu], Ex.Singleton(Written(vcpu)))];

    public override IEnumerable<Statement> OnWriteAsid(Expr vcpu, Expr asid) =>
        [Ex.Assign(_written!, [vcpu], asid), Ex.Assign(InForce!, [vcpu], Ex.BitOr(Ex.Read(InForce!, vcpu), Ex.Singleton(asid)))];
}

/// <summary>The same as far as a vCPU's own program can tell: only its own context synchronisation events count.</summary>
/// <param name="shape">What the scenario needs.</param>
/// <param name="space">The address spaces.</param>
/// <param name="sorts">Its sorts.</param>
/// <param name="declarations">Takes the variable.</param>
/// <param name="written">The ASID that a vCPU wrote last.</param>
internal sealed class AsidGhost(Shape shape, AddressSpace space, Sorts sorts, Declarations declarations, Func<Expr, Expr> written) : GhostPart
{
    /// <summary>The ASIDs that may be in force; <see langword="null"/> where nobody writes any.</summary>
    public Variable? InForce { get; } = AsidPart.Is(shape) ? declarations.State(Section.Registers, "ttbr.own", [sorts.Vcpu], new Domain.Subset(space.Asid)) : null;

    public override IEnumerable<Statement> Initially() => InForce is null ? [] :
        shape.Scenario.Vcpus.Select(vcpu => Ex.Assign(InForce, [Ex.Const(vcpu.Number)], Ex.Const(1L << space.Asids.IndexOf(vcpu.Asid))));

    public override IEnumerable<Statement> OnSynchronised(Expr vcpu) => InForce is null ? [] : [Ex.Assign(InForce, [vcpu], Ex.Singleton(written(vcpu)))];

    public override IEnumerable<Statement> OnWriteAsid(Expr vcpu, Expr asid) => [Ex.Assign(InForce!, [vcpu], Ex.BitOr(Ex.Read(InForce!, vcpu), Ex.Singleton(asid)))];
}
