using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>The words for what one step is about, from which its sentence is made.</summary>
/// <param name="context">The words of the trace.</param>
/// <param name="info">What the rule is about.</param>
/// <param name="instance">The step.</param>
/// <param name="before">The state before it.</param>
internal sealed class StepWords(TraceContext context, StepInfo info, RuleInstance instance, Valuation before)
{
    public StepInfo Info => info;

    /// <summary>The vCPU's name.</summary>
    public string Vcpu => context.Sorts.Vcpu.Elements[info.Vcpu!.In(instance)];

    /// <summary>The SCTLR_EL1 value that the vCPU wrote last.</summary>
    public string Mode => context.Parts.Regime.Describe(context, before, info.Vcpu!.In(instance));

    /// <summary>The line's name.</summary>
    public string Line => context.Sorts.Line.Elements[info.Line!.In(instance)];

    /// <summary>The version's name; <see langword="null"/> where the step has none to choose.</summary>
    public string? Version => info.Version is { } version ? context.Versions.Name(version.In(instance)) : null;

    /// <summary>The name of the version that a load delivers; <see langword="null"/> where contents are not looked at.</summary>
    public string? Delivered => info.Delivers is { } version ? context.Versions.Name(context.Interpreter.Evaluate(version, before, instance)) : null;

    /// <summary>The element that a parameter stands for.</summary>
    public string this[Parameter parameter] => parameter.Sort.Elements[((Operand)parameter).In(instance)];

    /// <summary>An SCTLR_EL1 value of the vCPU, by the parameter that chooses it.</summary>
    public string ModeOf(Parameter parameter) => context.Parts.Regime.Describe(context, info.Vcpu!.In(instance), ((Operand)parameter).In(instance));
}
