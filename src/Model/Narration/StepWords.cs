using System.Text.RegularExpressions;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>The words for what one step is about, from which its sentence is made.</summary>
/// <param name="context">The words of the trace.</param>
/// <param name="info">What the rule is about.</param>
/// <param name="instance">The step.</param>
/// <param name="before">The state before it.</param>
internal sealed partial class StepWords(TraceContext context, StepInfo info, RuleInstance instance, Valuation before)
{
    public StepInfo Info => info;

    /// <summary>What is done, as the spec writes it, with the names of pages and frames in the place of parameters and variables that stand for them.</summary>
    public string Text => info.Step is { Scope.Values: var values } && values.Keys.Any(symbol => NameOf(symbol, values) is not null)
        ? Variables.Replace(info.Text, found => IsWordOf(info.Text, found) ? found.Value : values.Keys.Where(symbol => symbol.Name == found.Value).Select(symbol => NameOf(symbol, values)).FirstOrDefault() ?? found.Value)
        : info.Text;

    private string? NameOf(Symbol symbol, IReadOnlyDictionary<Symbol, Expr> values)
    {
        var elements = symbol.Type is SpecType.Element { Sort: ScenarioSort.Page } ? context.Sorts.Page.Elements
            : symbol.Type is SpecType.Element { Sort: ScenarioSort.Frame } ? context.Sorts.Frame.Elements
            : [];
        return elements.Length > 0 && context.Interpreter.Evaluate(values[symbol], before, instance) is >= 0 and var element && element < elements.Length ? elements[(int)element] : null;
    }

    /// <summary>Whether what looks like a name is the <c>to</c> of <c>copy</c> or <c>give</c>, which a parameter may be called, too.</summary>
    private static bool IsWordOf(string text, Match found) =>
        found.Value == "to" && (text.StartsWith("copy ", StringComparison.Ordinal) || text.StartsWith("give ", StringComparison.Ordinal)) && text.IndexOf(" to ", StringComparison.Ordinal) == found.Index - 1;

    [GeneratedRegex(@"(?<![\w.@])[A-Za-z_]\w*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variables { get; }

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
