using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>
/// A mechanism of the machine: all that the model knows of it. A part declares its variables and what is frozen of it when it is made, and answers what
/// happens; it does not know who made it happen, nor the other parts' answers. It reads another part through what that part says it shows, and never the ghost.
/// </summary>
/// <remarks>Each answer is nothing unless a part has one. Answers of several parts to one event are one step, in the order of <see cref="PartList"/>.</remarks>
internal abstract class MachinePart
{
    /// <summary>What it holds of a line at first.</summary>
    public virtual IEnumerable<Statement> Holds(Expr x, Expr version) => [];

    /// <summary>What it has of a vCPU at first.</summary>
    public virtual IEnumerable<Statement> InitiallyOf(Expr vcpu) => [];

    /// <summary>What is left in it at first of a vCPU that is not there yet: what an earlier life of it, in which lines held what they hold at first, may have left.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="mayRunOn">Whether it may run on a pCPU.</param>
    public virtual IEnumerable<Statement> LeftBehindBy(Expr vcpu, Func<Expr, Expr> mayRunOn) => [];

    /// <summary>A vCPU is reset, with a value of SCTLR_EL1.</summary>
    public virtual IEnumerable<Statement> OnReset(Expr vcpu, Expr mode) => [];

    /// <summary>What fills itself after every step.</summary>
    public virtual IEnumerable<OrderedFill> Fills() => [];

    /// <summary>Maintenance that it obeys, and what each does to it when it takes effect.</summary>
    public virtual IEnumerable<Effect> Effects() => [];

    /// <summary>What hardware does to it by itself.</summary>
    public virtual void AddHardware(HardwareRules rules)
    {
    }

    /// <summary>A store: the ways in which it may go, as far as this part is concerned.</summary>
    public virtual IEnumerable<Choice> OnStore(Store store) => [Choice.Always()];

    /// <summary>A context synchronisation event on a pCPU, of a line.</summary>
    public virtual IEnumerable<Statement> OnSynchronise(Expr p, Expr x) => [];

    /// <summary>A context synchronisation event on the pCPU of a vCPU.</summary>
    public virtual IEnumerable<Statement> OnSynchronised(Expr vcpu) => [];

    /// <summary>A vCPU writes SCTLR_EL1.</summary>
    public virtual IEnumerable<Statement> OnWriteSctlr(Expr vcpu, Expr mode) => [];

    /// <summary>A context synchronisation event on a pCPU, as far as it is not about single lines.</summary>
    public virtual IEnumerable<Statement> OnSynchronisedOn(Expr p) => [];

    /// <summary>A guest stores to a descriptor of a stage-1 table.</summary>
    public virtual IEnumerable<Statement> OnDescriptor1(Expr pe, int table, int va, Expr descriptor) => [];

    /// <summary>The host stores to a descriptor of a stage-2 table.</summary>
    public virtual IEnumerable<Statement> OnDescriptor2(Expr pe, int mmu, int page, Expr descriptor) => [];

    /// <summary>A DSB on a PE has completed the stores of that PE.</summary>
    public virtual IEnumerable<Statement> OnStoresComplete(Expr pe) => [];

    /// <summary>A DSB for loads and stores is complete on a pCPU.</summary>
    public virtual IEnumerable<Statement> OnBarrierOn(Expr p) => [];

    /// <summary>A lock is taken on a PE: what was stored before it was given back is ordered before what follows.</summary>
    /// <param name="pe">The PE.</param>
    /// <param name="held">The lock.</param>
    public virtual IEnumerable<Statement> OnAcquire(Expr pe, HeldLock held) => [];

    /// <summary>A lock is given back on a PE.</summary>
    public virtual IEnumerable<Statement> OnRelease(Expr pe, HeldLock held) => [];

    /// <summary>A vCPU writes the ASID of TTBR0_EL1.</summary>
    public virtual IEnumerable<Statement> OnWriteAsid(Expr vcpu, Expr asid) => [];

    /// <summary>What else it has at first.</summary>
    public virtual IEnumerable<Statement> Initially() => [];

    /// <summary>What of it a trace shows.</summary>
    public virtual IEnumerable<Panel> Panels() => [];

    /// <summary>What the panels show in a state.</summary>
    public virtual IEnumerable<PanelValues> Show(TraceContext context, Valuation state) => [];

    /// <summary>What there is to say of a step.</summary>
    public virtual IEnumerable<Note> Notes(TraceContext context, StepView step) => [];
}

/// <summary>One of the locks of a policy.</summary>
/// <param name="Name">The name of its variable.</param>
/// <param name="Index">Which of them.</param>
internal sealed record HeldLock(string Name, ImmutableArray<Expr> Index);

/// <summary>A store of a vCPU or the host.</summary>
/// <param name="Vcpu">The vCPU; <see langword="null"/> for the host, which stores through its Write-Back alias.</param>
/// <param name="Pcpu">The pCPU on which it executes; <see langword="null"/> for a task with a CPU of its own.</param>
/// <param name="X">The line.</param>
/// <param name="Version">The version.</param>
/// <param name="Allowed">When it is possible as far as its program is concerned.</param>
/// <param name="MayBeCacheable">Whether it may go by a Write-Back view.</param>
/// <param name="MayBeNonCacheable">Whether it may go by another.</param>
internal sealed record Store(Expr? Vcpu, Expr? Pcpu, Expr X, Expr Version, Expr Allowed, Expr MayBeCacheable, Expr MayBeNonCacheable);
