using System.Collections.Immutable;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>How fetches and data accesses of a vCPU reach memory by a pair of leaves, in each of its modes, as registers, attributes and readings come to: masks are either empty or full.</summary>
internal sealed class AccessTables
{
    private readonly Leaves _leaves;
    private readonly bool _hasStage2;
    private readonly bool _byPcpu;
    private readonly Variable _fillPoU;
    private readonly Variable _fillPoC;
    private readonly Variable _directPoU;
    private readonly Variable _directPoC;
    private readonly Variable _executable;
    private readonly Variable _cacheable;

    /// <summary>Declares the tables.</summary>
    /// <param name="shape">What the scenario needs.</param>
    /// <param name="sorts">Its sorts.</param>
    /// <param name="leaves">The leaves of its tables.</param>
    /// <param name="frozen">Takes the tables.</param>
    /// <param name="prefix">In front of their names.</param>
    /// <param name="facts">What cells come to.</param>
    /// <param name="bareMetal">Whether a vCPU is on its own, with its stage 1 alone; else stage 2 is combined with it.</param>
    public AccessTables(Shape shape, Sorts sorts, Leaves leaves, FrozenDeclarations frozen, string prefix, CellFacts facts, bool bareMetal)
    {
        (_leaves, _hasStage2, _byPcpu) = (leaves, !bareMetal, !bareMetal && shape.PcpusDiffer);
        ImmutableArray<Sort> index = bareMetal ? [sorts.Vcpu, leaves.Stage1, sorts.Mode] : [sorts.Vcpu, leaves.Stage1, leaves.Stage2, sorts.Mode];
        Seen<AccessFlags> Access(VcpuModes modes, int stage1, int stage2, int mode, string? pcpu) => mode < modes.Count && leaves.PairOf(modes.Vcpu, stage1, stage2) is { } pair
            ? modes.In(mode, sctlr => facts.Access(modes.Vcpu, pair.Stage1, bareMetal ? null : pair.Stage2, sctlr, pcpu))
            : Seen.Always(AccessFlags.None);

        // On bare metal all stage-2 leaves are one: any that goes with the other stands for it.
        IEnumerable<int> Stage2(VcpuModes modes, int stage1) => !bareMetal ? Enumerable.Range(0, leaves.Stage2.Size)
            : [Enumerable.Range(0, leaves.Stage2.Size).FirstOrDefault(stage2 => leaves.PairOf(modes.Vcpu, stage1, stage2) is not null)];
        ImmutableArray<Seen<AccessFlags>> AccessesOn(string? pcpu) =>
        [
            .. from modes in shape.VcpuModes
               from stage1 in Enumerable.Range(0, leaves.Stage1.Size)
               from stage2 in Stage2(modes, stage1)
               from mode in Enumerable.Range(0, sorts.Mode.Size)
               select Access(modes, stage1, stage2, mode, pcpu),
        ];
        var accesses = AccessesOn(null);
        ImmutableArray<Seen<AccessFlags>> fetches = _byPcpu ? [.. Enumerable.Range(0, sorts.Pcpu.Size).SelectMany(p => AccessesOn(shape.PeOf(p)))] : accesses;
        ImmutableArray<Sort> fetchIndex = _byPcpu ? [sorts.Pcpu, .. index] : index;
        Variable Table(string name, Domain domain, AccessFlags flag, long set) =>
            frozen.Table(prefix + name, index, domain, [.. accesses.Select(access => access.Select(flags => flags.HasFlag(flag) ? set : 0))]);
        Variable Fetch(string name, AccessFlags flag) =>
            frozen.Table(prefix + name, fetchIndex, sorts.Versions, [.. fetches.Select(access => access.Select(flags => flags.HasFlag(flag) ? sorts.Tracked.FullMask : 0))]);
        _fillPoU = Fetch("fill.pou", AccessFlags.FillsFromPoU);
        _fillPoC = Fetch("fill.poc", AccessFlags.FillsFromPoC);
        _directPoU = Fetch("direct.pou", AccessFlags.DeliversFromPoU);
        _directPoC = Fetch("direct.poc", AccessFlags.DeliversFromPoC);
        _executable = Table("exec", sorts.Versions, AccessFlags.MayExecute, sorts.Tracked.FullMask);
        _cacheable = Table("wb", Sorts.Truth, AccessFlags.IsCacheable, 1);
    }

    /// <summary>Mask of what the PoU offers that a fetch may allocate in the I-cache of a pCPU, which on bare metal is the vCPU's own.</summary>
    public Expr FillPoU(Expr p, Expr vcpu, Expr x, Expr mode) => On(_fillPoU, p, vcpu, x, mode);

    /// <summary>The same of the PoC.</summary>
    public Expr FillPoC(Expr p, Expr vcpu, Expr x, Expr mode) => On(_fillPoC, p, vcpu, x, mode);

    /// <summary>Mask of what the PoU offers that a fetch may deliver without the I-cache.</summary>
    public Expr DirectPoU(Expr p, Expr vcpu, Expr x, Expr mode) => On(_directPoU, p, vcpu, x, mode);

    /// <summary>The same of the PoC.</summary>
    public Expr DirectPoC(Expr p, Expr vcpu, Expr x, Expr mode) => On(_directPoC, p, vcpu, x, mode);

    /// <summary>Mask of what the I-cache holds that a fetch may deliver: full where the line is executable.</summary>
    public Expr Executable(Expr vcpu, Expr x, Expr mode) => By(_executable, vcpu, x, mode);

    /// <summary>Whether data accesses are cacheable.</summary>
    public Expr Cacheable(Expr vcpu, Expr x, Expr mode) => By(_cacheable, vcpu, x, mode);

    private Expr On(Variable table, Expr p, Expr vcpu, Expr x, Expr mode) => _byPcpu
        ? Ex.Read(table, p, vcpu, _leaves.Stage1Of(vcpu, x), _leaves.Stage2Of(vcpu, x), mode)
        : By(table, vcpu, x, mode);

    private Expr By(Variable table, Expr vcpu, Expr x, Expr mode) => _hasStage2
        ? Ex.Read(table, vcpu, _leaves.Stage1Of(vcpu, x), _leaves.Stage2Of(vcpu, x), mode)
        : Ex.Read(table, vcpu, _leaves.Stage1Of(vcpu, x), mode);
}
