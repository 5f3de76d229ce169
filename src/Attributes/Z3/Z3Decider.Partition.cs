using CoherenceCheck.Attributes.Observation;

namespace CoherenceCheck.Attributes.Z3;

public sealed partial class Z3Decider
{
    /// <inheritdoc/>
    public IReadOnlyList<ObservedValue> Partition(AttributeQuestion question, Observable observable)
    {
        lock (_session.Context)
        {
            using var query = new ObservableQuery(_session, _fault, question, observable);
            return query.Partition();
        }
    }
}
