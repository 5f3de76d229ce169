using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>SCTLR_EL1 of each vCPU, where some vCPU writes it: what was written, and what may be in force: a write takes effect at the next context synchronisation event, and may before (reading <c>unsynchronised_context</c>, R17).</summary>
internal sealed class RegimePart : MachinePart
{
    private readonly Shape _shape;
    private readonly Variable _initial;

    public RegimePart(Shape shape, Sorts sorts, Declarations declarations)
    {
        _shape = shape;
        if (shape.ModeCount > 1)
        {
            Written = declarations.State(Section.Registers, "sctlr", [sorts.Vcpu], new Domain.Element(sorts.Mode));
            InForce = declarations.State(Section.Registers, "inforce", [sorts.Vcpu], new Domain.Subset(sorts.Mode));
        }

        _initial = declarations.Frozen.Table("mode.initial", [sorts.Vcpu], new Domain.Element(sorts.Mode), [.. shape.VcpuModes.Select(modes => modes.Initial)]);
        foreach (var modes in shape.VcpuModes.Where(modes => modes.Count > 1))
        {
            declarations.Frozen.Shows(modes.Vcpu.Axes.Select(axis => ScenarioSpace.NameOf(modes.Vcpu.Name, axis.Name)));
        }
    }

    /// <summary>The value that was last written; <see langword="null"/> where no vCPU writes it.</summary>
    public Variable? Written { get; }

    /// <summary>The values that may be in force on the machine: every context synchronisation event of the vCPU's pCPU reduces them to the last written.</summary>
    public Variable? InForce { get; }

    /// <summary>The value with which a vCPU starts.</summary>
    public Expr Initial(Expr vcpu) => Ex.Read(_initial, vcpu);

    public override IEnumerable<Statement> InitiallyOf(Expr vcpu) => Written is null ? [] :
        [Ex.Assign(Written, [vcpu], Initial(vcpu)), Ex.Assign(InForce!, [vcpu], Ex.Singleton(Initial(vcpu)))];

    public override IEnumerable<Statement> OnSynchronised(Expr vcpu) => InForce is null ? [] : [Ex.Assign(InForce, [vcpu], Ex.Singleton(Ex.Read(Written!, vcpu)))];

    public override IEnumerable<Statement> OnWriteSctlr(Expr vcpu, Expr mode) =>
        [Ex.Assign(Written!, [vcpu], mode), Ex.Assign(InForce!, [vcpu], Ex.BitOr(Ex.Read(InForce!, vcpu), Ex.Singleton(mode)))];

    public override IEnumerable<Statement> OnReset(Expr vcpu, Expr mode) => Written is null ? [] : [Ex.Assign(Written, [vcpu], mode), Ex.Assign(InForce!, [vcpu], Ex.Singleton(mode))];

    /// <summary>The value that a vCPU wrote last, in words.</summary>
    public string Describe(TraceContext context, Valuation state, int vcpu) =>
        Describe(context, vcpu, Written is { } written ? (int)state[written, vcpu] : (int)context.Frozen[_initial, vcpu]);

    /// <summary>A value of a vCPU in words.</summary>
    public string Describe(TraceContext context, int vcpu, int mode) => context.Configuration.DescribeMode(_shape.VcpuModes[vcpu], mode);

    /// <summary>The values that may be in force, by their numbers.</summary>
    public IEnumerable<int> InForceIn(Valuation state, int vcpu) => InForce is { } inForce
        ? Enumerable.Range(0, _shape.ModeCount).Where(mode => (state[inForce, vcpu] >> mode & 1) != 0)
        : [0];
}
