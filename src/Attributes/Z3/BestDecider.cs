using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Attributes.Observation;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>Z3 where it can be used, otherwise the enumerator; a single configuration is computed, and Z3 is not looked for before something is open.</summary>
/// <param name="z3">Finds Z3; <see langword="null"/> where it cannot be used.</param>
/// <param name="enumerator">The other decider, which gives the same answers.</param>
internal sealed class BestDecider(Func<IAttributeDecider?> z3, IAttributeDecider enumerator) : IAttributeDecider
{
    private readonly Lazy<IAttributeDecider> _best = new(() => z3() ?? enumerator);

    /// <inheritdoc/>
    public string Name => _best.Value.Name;

    /// <summary>Who decided what was asked so far, with its version: the enumerator, as long as nothing was open.</summary>
    public string Description => (_best.IsValueCreated ? _best.Value : enumerator).Description;

    /// <inheritdoc/>
    public EffectiveAttributes Of(AttributeInput input, ReadingSet readings) => _best.Value.Of(input, readings);

    /// <inheritdoc/>
    public IReadOnlyList<ObservedValue> Partition(AttributeQuestion question, Observable observable) =>
        (ConfigurationSpace.SizeOf(question.Space.Dimensions) == 1 ? enumerator : _best.Value).Partition(question, observable);
}
