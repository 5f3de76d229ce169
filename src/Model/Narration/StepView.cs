using System.Collections.Immutable;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>A step of a trace, for those who have something to say about it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Instance">The rule instance.</param>
/// <param name="Info">What the rule is about.</param>
/// <param name="Before">The state before it.</param>
/// <param name="After">The state after it.</param>
internal sealed record StepView(int Number, RuleInstance Instance, StepInfo Info, Valuation Before, Valuation After)
{
    /// <summary>The CPU on which it happens.</summary>
    public int? Pe => Info.Pe?.In(Instance);

    /// <summary>The vCPU that it concerns.</summary>
    public int? Vcpu => Info.Vcpu?.In(Instance);

    /// <summary>The line that it is about.</summary>
    public int? Line => Info.Line?.In(Instance);

    /// <summary>The cells that it changed.</summary>
    public ImmutableArray<CellChange> Changes { get; } = [.. Before.Changes(After)];

    /// <summary>The cells of a variable that it changed.</summary>
    public IEnumerable<CellChange> ChangesOf(Variable variable) => Changes.Where(change => change.Variable == variable);
}
