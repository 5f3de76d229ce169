using CoherenceCheck.Attributes.Observation;

namespace CoherenceCheck.Attributes.Z3;

public sealed partial class Z3Decider
{
    /// <inheritdoc/>
    public IReadOnlyList<ObservedValue> Partition(AttributeQuestion question, Observable observable)
    {
        lock (_instance.Context)
        {
            using var query = new ObservableQuery(_instance, _fault, question, observable);
            return query.Partition();
        }
    }
}
