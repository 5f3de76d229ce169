using CoherenceCheck.Attributes.Configurations;

namespace CoherenceCheck.Attributes.Observation;

/// <summary>What the model sees of a configuration. Configurations in which every observable of a model is the same behave the same.</summary>
/// <remarks>An observable names dimensions of the question's space (<see cref="AttributeQuestion"/>); its value is a small number,
/// which each kind explains.</remarks>
public abstract record Observable;

/// <summary>The value of a register field, by its position among those of <see cref="FieldRegistry"/>; derived fields included.</summary>
/// <param name="ToldTo">The VM that is told it, or <see langword="null"/> for the machine's own.</param>
/// <param name="Field">The field; not one of SCTLR_EL1.</param>
public sealed record FieldObservable(string? ToldTo, string Field) : Observable
{
    /// <summary>The pCPU, or the vCPU of the VM that is told it, whose own CTR_EL0.DIC counts where it has one.</summary>
    public string? Pe { get; init; }
}

/// <summary>The value of a reading, by its position among those of <see cref="ReadingRegistry"/>.</summary>
/// <param name="Reading">The reading.</param>
public sealed record ReadingObservable(string Reading) : Observable;

/// <summary>What caches owe software: its <see cref="CacheFlags"/>.</summary>
/// <param name="ToldTo">The VM that is told so, or <see langword="null"/> for the machine's own.</param>
public sealed record CacheObservable(string? ToldTo) : Observable
{
    /// <summary>The pCPU, or the vCPU of the VM that is told so, whose own CTR_EL0.DIC counts where it has one.</summary>
    public string? Pe { get; init; }
}

/// <summary>How a vCPU reaches a line of a page: its <see cref="AccessFlags"/>.</summary>
/// <param name="BareMetal">The VM on whose bare metal it runs, with the registers that it is told and no stage 2; <see langword="null"/> for the machine, under stage 2.</param>
/// <param name="M">SCTLR_EL1.M: <c>0</c> or <c>1</c>, or the dimension that says so.</param>
/// <param name="C">SCTLR_EL1.C.</param>
/// <param name="I">SCTLR_EL1.I.</param>
/// <param name="Stage1">What stage 1 maps, where it is on.</param>
/// <param name="Page">The stage-2 page.</param>
public sealed record AccessObservable(string? BareMetal, Input M, Input C, Input I, MemoryClass Stage1, Stage2Page Page) : Observable
{
    /// <summary>The pCPU on which it runs, or on bare metal the vCPU itself, whose own CTR_EL0.DIC counts where it has one.</summary>
    public string? Pe { get; init; }
}

/// <summary>Whether a constraint on registers is met (1) or not (0).</summary>
/// <param name="ToldTo">The VM that is told them, or <see langword="null"/> for the machine's own.</param>
/// <param name="Constraint">C1, C3, C4 or C7 of <see cref="Legality"/>.</param>
public sealed record RegisterLegality(string? ToldTo, string Constraint) : Observable
{
    /// <summary>The pCPU, or the vCPU of the VM that is told them, whose own CTR_EL0.DIC counts where it has one.</summary>
    public string? Pe { get; init; }
}

/// <summary>Whether a constraint on the encodings of a page is met (1) or not (0).</summary>
/// <param name="Page">The page.</param>
/// <param name="Constraint">C9 or C10 of <see cref="Legality"/>.</param>
public sealed record EncodingLegality(Stage2Page Page, string Constraint) : Observable;

/// <summary>An input of an observable: fixed, or what a dimension says.</summary>
/// <param name="Dimension">The dimension's name, or <see langword="null"/> where it is fixed.</param>
/// <param name="Value">The fixed value.</param>
public readonly record struct Input(string? Dimension, string Value)
{
    /// <summary>A fixed value.</summary>
    public static Input Fixed(string value) => new(null, value);

    /// <summary>A bit.</summary>
    public static Input Fixed(bool value) => Fixed(value ? "1" : "0");

    /// <summary>What a dimension says.</summary>
    public static Input Open(string dimension) => new(dimension, "");
}

/// <summary>A page as stage 2 maps it.</summary>
/// <param name="MemAttr">MemAttr[3:0] as four binary digits, where HCR_EL2.FWB is not effective.</param>
/// <param name="MemAttrWithFwb">The same where it is; equal to the first where a dimension says it.</param>
/// <param name="ExecuteNever">1: stage 2 does not let EL1 execute (XN); 0: it does.</param>
public sealed record Stage2Page(Input MemAttr, Input MemAttrWithFwb, Input ExecuteNever);

/// <summary>What is asked: a space of configurations, and what the hypervisor sets in all of them.</summary>
/// <param name="Space">The space. Its dimensions give fields of the machine and readings by their names, fields that a VM is told
/// as <c>VM.FIELD</c>. A reading without a dimension is at its in-order default; a field without one as <see cref="MachineRegisters"/> says.</param>
/// <param name="Policy">Fields that the hypervisor sets, over those of the machine.</param>
public sealed record AttributeQuestion(ConfigurationSpace Space, IReadOnlyDictionary<string, string> Policy);
