using CoherenceCheck.Attributes.Configurations;

namespace CoherenceCheck.Attributes.Observation;

/// <summary>The configurations in which an observable has a value.</summary>
/// <param name="Value">The value.</param>
/// <param name="Where">The configurations; not empty.</param>
public sealed record ObservedValue(int Value, ConfigurationSet Where);

/// <summary>Decides what attributes come to. There are two, written apart: rules as constraints for Z3, and a plain function.</summary>
public interface IAttributeDecider
{
    /// <summary>Its name, as <c>--decider</c> takes it: <c>z3</c> or <c>enumerate</c>.</summary>
    string Name { get; }

    /// <summary>Its name with the version of what decides, for reports.</summary>
    string Description { get; }

    /// <summary>The effective attributes of an access: all permitted results.</summary>
    EffectiveAttributes Of(AttributeInput input, ReadingSet readings);

    /// <summary>The values that an observable takes in a space, each with its configurations: together all of the space, no configuration twice; by value.</summary>
    /// <exception cref="ArgumentException">The observable names a dimension that the space does not have.</exception>
    IReadOnlyList<ObservedValue> Partition(AttributeQuestion question, Observable observable);
}
