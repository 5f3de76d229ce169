namespace CoherenceCheck.Language.Vocabulary;

/// <summary>What an operation does to the machine; the model gives each kind its meaning.</summary>
public enum OperationKind
{
    /// <summary><c>str VALUE, [LINE]</c></summary>
    Store,

    /// <summary><c>ldr [LINE]</c></summary>
    Load,

    /// <summary><c>exec LINE</c>: fetches and executes what is there.</summary>
    Execute,

    /// <summary>Clean by VA to the Point of Unification.</summary>
    CleanToPoU,

    /// <summary>Clean by VA to the Point of Coherency.</summary>
    CleanToPoC,

    /// <summary>Clean and invalidate by VA to the Point of Coherency.</summary>
    CleanInvalidateToPoC,

    /// <summary>Invalidate the instruction cache by VA to the Point of Unification.</summary>
    InvalidateInstructionLine,

    /// <summary>Invalidate all of the instruction cache.</summary>
    InvalidateInstructionAll,

    /// <summary>Invalidate translations. Completes by DSB; translations themselves are not modelled yet.</summary>
    InvalidateTranslations,

    /// <summary>Data synchronisation barrier.</summary>
    DataSynchronizationBarrier,

    /// <summary>Data memory barrier.</summary>
    DataMemoryBarrier,

    /// <summary>Instruction synchronisation barrier: a context synchronisation event.</summary>
    InstructionSynchronizationBarrier,

    /// <summary><c>msr REGISTER.FIELD, VALUE</c></summary>
    WriteSystemRegister,
}

/// <summary>How far an operation or a barrier reaches.</summary>
public enum OperationScope
{
    /// <summary>It has no reach of its own, or its line's shareability decides.</summary>
    None,

    /// <summary>The PE that executes it (NSH; local forms).</summary>
    Local,

    /// <summary>The Inner Shareable domain, or wider.</summary>
    InnerShareable,
}

/// <summary>Which accesses a DSB or DMB speaks of.</summary>
public enum BarrierAccess
{
    /// <summary>Loads, stores and maintenance: the full form.</summary>
    Full,

    /// <summary>Loads only (LD): completes no maintenance.</summary>
    Loads,

    /// <summary>Stores only (ST): completes no maintenance.</summary>
    Stores,
}

/// <summary>The operands an operation takes.</summary>
public enum OperandShape
{
    /// <summary>None.</summary>
    None,

    /// <summary>A line: <c>dc cvau, x</c>.</summary>
    Line,

    /// <summary>A line in brackets: <c>ldr [x]</c>; a destination register may come first and is ignored.</summary>
    Address,

    /// <summary>A value and a line in brackets: <c>str new, [x]</c>.</summary>
    ValueAndAddress,

    /// <summary>A register field and a value: <c>msr SCTLR_EL1.M, 1</c>.</summary>
    FieldAndValue,

    /// <summary>An optional operand that is accepted and ignored: <c>tlbi vae1, va</c>.</summary>
    OptionalName,
}

/// <summary>Who may execute an operation.</summary>
[Flags]
public enum OperationPlace
{
    /// <summary>Guest programs and <c>any</c> guests.</summary>
    Guest = 1,

    /// <summary>Handlers of a policy, at EL2.</summary>
    Policy = 2,

    /// <summary>Host tasks.</summary>
    Task = 4,

    /// <summary>Handlers and host tasks.</summary>
    Host = Policy | Task,

    /// <summary>Everybody.</summary>
    Everywhere = Guest | Host,
}

/// <summary>An operation of the language: one row of the one table.</summary>
/// <param name="Name">Mnemonic and option as written: <c>dc cvau</c>, <c>dsb ish</c>, <c>isb</c>.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Operands">What it takes.</param>
/// <param name="Scope">How far it reaches.</param>
/// <param name="Access">For barriers, the accesses they speak of.</param>
/// <param name="Place">Who may execute it.</param>
/// <param name="Letters">The words of an <c>any</c> alphabet that contain it, blank-separated.</param>
/// <param name="Source">Where its effect is defined.</param>
/// <param name="Refusal">Why it is refused, where it is not modelled; <see langword="null"/> where it is.</param>
public sealed record Operation(
    string Name,
    OperationKind Kind,
    OperandShape Operands,
    OperationScope Scope,
    BarrierAccess Access,
    OperationPlace Place,
    string Letters,
    string Source,
    string? Refusal = null);
