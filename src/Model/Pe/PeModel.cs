using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe;

/// <summary>A PE model: when what a program says is issued, and when it is complete. What it then does is the parts'.</summary>
internal abstract class PeModel
{
    /// <summary>The ways in which an operation may go.</summary>
    public abstract IEnumerable<Choice> Execute(Access access);

    /// <summary>A vCPU writes SCTLR_EL1.</summary>
    public abstract IEnumerable<Statement> WriteSctlr(Expr vcpu, Expr mode);

    /// <summary>An exception takes a pCPU from the guest to the host.</summary>
    public abstract IEnumerable<Statement> LeavesGuest(Expr p, Expr vcpu);

    /// <summary>ERET into a guest.</summary>
    public abstract IEnumerable<Statement> EntersGuest(Expr p, Expr vcpu);

    /// <summary>An interrupt that the guest takes itself: an exception to its own EL1, and the return from it.</summary>
    public abstract IEnumerable<Statement> TakesInterrupt(Expr vcpu, Expr p);

    /// <summary>Maintenance that may have been issued and not be complete.</summary>
    public abstract IEnumerable<PendingQueue> Pending { get; }

    /// <summary>Whether nothing that a PE issued is pending.</summary>
    public abstract Expr IsDone(Expr pe);

    /// <summary>What it does by itself.</summary>
    public abstract void AddHardware(HardwareRules rules);
}

/// <summary>An operation with what it is about.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Actor">Who executes it.</param>
/// <param name="Line">The line, where it has one: by the line itself, or the frame of the host's operand.</param>
/// <param name="Value">What is stored, or <see langword="null"/> for any value.</param>
/// <param name="Proceeds">Whether something follows: then versions that are not followed are delivered as well.</param>
internal sealed record Access(Operation Operation, Actor Actor, Expr? Line, Expr? Value, bool Proceeds)
{
    /// <summary>Of a guest, the virtual page by its number in the scenario.</summary>
    public int? VirtualPage { get; init; }

    /// <summary>Of a TLBI by IPA, the page.</summary>
    public Expr? Page { get; init; }

    /// <summary>Of a TLBI, the ASID that it names.</summary>
    public int? Asid { get; init; }

    /// <summary>Where it is written; <see langword="null"/> for a letter of an alphabet.</summary>
    public SourceSpan? Span { get; init; }
}
