namespace CoherenceCheck.Attributes.Observation;

/// <summary>One configuration, of which observables are asked one by one: by the plain functions, whoever decides about sets of configurations. Not safe for several threads.</summary>
/// <param name="policy">Fields that the hypervisor sets, over those of the machine.</param>
/// <param name="read">What a dimension is, by its name as <see cref="AttributeQuestion.Space"/> has it; <see langword="null"/> where there is none of that name.</param>
public sealed class ConfigurationPoint(IReadOnlyDictionary<string, string> policy, Func<string, string?> read)
{
    private readonly Evaluation _evaluation = new(policy, read);
    private readonly Dictionary<Observable, int> _known = [];

    // Most are asked for again by who asked before: that needs no look at all that they consist of.
    private readonly Dictionary<Observable, int> _asked = new(ReferenceEqualityComparer.Instance);

    /// <summary>The value of an observable.</summary>
    /// <exception cref="ArgumentException">It names a dimension that there is not.</exception>
    public int this[Observable observable]
    {
        get
        {
            if (_asked.TryGetValue(observable, out var value))
            {
                return value;
            }

            if (!_known.TryGetValue(observable, out value))
            {
                _known.Add(observable, value = _evaluation.Value(observable));
            }

            _asked.Add(observable, value);
            return value;
        }
    }

    /// <summary>What a dimension is.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public string this[string dimension] => read(dimension) ?? throw new ArgumentException($"There is no dimension '{dimension}'.", nameof(dimension));
}
