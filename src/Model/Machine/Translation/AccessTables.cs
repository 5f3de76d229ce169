using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>How fetches and data accesses of a vCPU reach a line in each of its modes, as registers, attributes and readings come to: masks are either empty or full.</summary>
internal sealed class AccessTables
{
    private readonly Sorts _sorts;
    private readonly Variable _fillPoU;
    private readonly Variable _fillPoC;
    private readonly Variable _directPoU;
    private readonly Variable _directPoC;
    private readonly Variable _executable;
    private readonly Variable _cacheable;

    /// <summary>Declares the tables.</summary>
    /// <param name="shape">What the scenario needs.</param>
    /// <param name="sorts">Its sorts.</param>
    /// <param name="frozen">Takes the tables.</param>
    /// <param name="prefix">In front of their names.</param>
    /// <param name="facts">What cells come to.</param>
    /// <param name="bareMetal">Whether a vCPU is on its own, with its stage 1 alone; else stage 2 is combined with it.</param>
    public AccessTables(Shape shape, Sorts sorts, FrozenDeclarations frozen, string prefix, CellFacts facts, bool bareMetal)
    {
        _sorts = sorts;
        Variable Table(string name, Domain domain, AccessFlags flag, long set) => frozen.Table(prefix + name, [sorts.Vcpu, sorts.Line, sorts.Mode], domain,
        [
            .. from modes in shape.VcpuModes
               from line in Enumerable.Range(0, sorts.Line.Size)
               from mode in Enumerable.Range(0, sorts.Mode.Size)
               select mode < modes.Count && shape.VmOfLine[line] == modes.Vcpu.Vm
                   ? modes.In(mode, sctlr => facts.Access(modes.Vcpu, shape.PageOfLine[line]!, line, sctlr, bareMetal)).Select(flags => flags.HasFlag(flag) ? set : 0)
                   : Seen.Always(0L),
        ]);
        Variable Mask(string name, AccessFlags flag) => Table(name, sorts.Versions, flag, sorts.Tracked.FullMask);
        _fillPoU = Mask("fill.pou", AccessFlags.FillsFromPoU);
        _fillPoC = Mask("fill.poc", AccessFlags.FillsFromPoC);
        _directPoU = Mask("direct.pou", AccessFlags.DeliversFromPoU);
        _directPoC = Mask("direct.poc", AccessFlags.DeliversFromPoC);
        _executable = Mask("exec", AccessFlags.MayExecute);
        _cacheable = Table("wb", Sorts.Truth, AccessFlags.IsCacheable, 1);
    }

    /// <summary>Mask of what the PoU offers that a fetch may allocate in the I-cache.</summary>
    public Expr FillPoU(Expr vcpu, Expr x, Expr mode) => Ex.Read(_fillPoU, vcpu, x, mode);

    /// <summary>The same of the PoC.</summary>
    public Expr FillPoC(Expr vcpu, Expr x, Expr mode) => Ex.Read(_fillPoC, vcpu, x, mode);

    /// <summary>Mask of what the PoU offers that a fetch may deliver without the I-cache.</summary>
    public Expr DirectPoU(Expr vcpu, Expr x, Expr mode) => Ex.Read(_directPoU, vcpu, x, mode);

    /// <summary>The same of the PoC.</summary>
    public Expr DirectPoC(Expr vcpu, Expr x, Expr mode) => Ex.Read(_directPoC, vcpu, x, mode);

    /// <summary>Mask of what the I-cache holds that a fetch may deliver: full where the line is executable.</summary>
    public Expr Executable(Expr vcpu, Expr x, Expr mode) => Ex.Read(_executable, vcpu, x, mode);

    /// <summary>Whether data accesses are cacheable.</summary>
    public Expr Cacheable(Expr vcpu, Expr x, Expr mode) => Ex.Read(_cacheable, vcpu, x, mode);
}
