namespace CoherenceCheck.Language.Vocabulary;

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

    /// <summary>An optional operand, which says what a TLBI is about: <c>tlbi vae1, va</c>.</summary>
    OptionalName,
}

/// <summary>What the operand of a TLBI names.</summary>
public enum TranslationTarget
{
    /// <summary>There is none: it is about all translations.</summary>
    None,

    /// <summary>A virtual page, of the ASID in force or of one that is named: VAE1, VALE1.</summary>
    VirtualPage,

    /// <summary>A virtual page, of any ASID: VAAE1, VAALE1.</summary>
    AnyAsid,

    /// <summary>An ASID: ASIDE1.</summary>
    Asid,

    /// <summary>A page of stage 2: IPAS2E1, IPAS2LE1.</summary>
    IntermediatePage,
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

/// <summary>What software owes, so that the architecture promises it fresh instructions (docs/model.md, Guest obligations; Arm ARM B2.7.4.2, D7.5).</summary>
public enum Obligation
{
    /// <summary>G1: new code is cleaned, invalidated and synchronised.</summary>
    NewCode,

    /// <summary>G2: who turns its MMU on invalidates its own I-cache.</summary>
    MmuOn,

    /// <summary>G3: code that will run with its MMU off is cleaned to the PoC.</summary>
    MmuOff,

    /// <summary>G4: TLB maintenance.</summary>
    Translations,

    /// <summary>G5: local maintenance reaches the PE where the vCPU then runs.</summary>
    LocalMaintenance,
}

/// <summary>An operation of the language: one row of the one table.</summary>
/// <param name="Name">Mnemonic and option as written: <c>dc cvau</c>, <c>dsb ish</c>, <c>isb</c>.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Operands">What it takes.</param>
/// <param name="Scope">How far it reaches.</param>
/// <param name="Access">For barriers, the accesses they speak of.</param>
/// <param name="Place">Who may execute it.</param>
/// <param name="Obligation">What software does with it that owes something.</param>
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
    Obligation Obligation,
    string Letters,
    string Source,
    string? Refusal = null)
{
    /// <summary>Whether it is about one line, by its address.</summary>
    public bool TakesLine => Operands is OperandShape.Line or OperandShape.Address or OperandShape.ValueAndAddress;

    /// <summary>Of a TLBI, what its operand names.</summary>
    public TranslationTarget Target { get; init; }

    /// <summary>Whether it is a DC by set/way, which reaches the caches of its own PE alone.</summary>
    public bool IsBySetWay { get; init; }
}
