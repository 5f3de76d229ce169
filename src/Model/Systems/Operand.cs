using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>One of the things that a step is about: always the same, or a parameter of its rule.</summary>
/// <param name="Fixed">The element that it always is.</param>
/// <param name="Parameter">The parameter that says which it is.</param>
internal sealed record Operand(int? Fixed, Parameter? Parameter)
{
    /// <summary>Always the same.</summary>
    public static implicit operator Operand(int element) => new(element, null);

    /// <summary>Always the same, if there is one.</summary>
    public static implicit operator Operand?(int? element) => element is { } known ? new Operand(known, null) : null;

    /// <summary>What a parameter says.</summary>
    public static implicit operator Operand(Parameter parameter) => new(null, parameter);

    /// <summary>Which it is in one step.</summary>
    public int In(RuleInstance instance) => Fixed ?? instance.Arguments[instance.Rule.Parameters.IndexOf(Parameter!)];
}
