using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>A rule with its parameters chosen.</summary>
/// <param name="Rule">The rule, compared by its name.</param>
/// <param name="Arguments">The number of an element for each parameter.</param>
public sealed record RuleInstance(Rule Rule, ImmutableArray<int> Arguments)
{
    /// <inheritdoc/>
    public bool Equals(RuleInstance? other) =>
        other is not null && Rule.Name == other.Rule.Name && Arguments.AsSpan().SequenceEqual(other.Arguments.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Arguments.Aggregate(Rule.Name.GetHashCode(StringComparison.Ordinal), HashCode.Combine);

    /// <summary>All instances of a rule, the last parameter fastest.</summary>
    public static IEnumerable<RuleInstance> Of(Rule rule) =>
        Choices(rule.Parameters).Select(arguments => new RuleInstance(rule, arguments));

    /// <summary>All choices of parameters, the last fastest.</summary>
    public static IEnumerable<ImmutableArray<int>> Choices(ImmutableArray<Parameter> parameters)
    {
        var count = parameters.Aggregate(1L, (n, p) => checked(n * p.Sort.Size));
        for (var number = 0L; number < count; number++)
        {
            var arguments = new int[parameters.Length];
            var rest = number;
            for (var i = parameters.Length - 1; i >= 0; i--)
            {
                arguments[i] = (int)(rest % parameters[i].Sort.Size);
                rest /= parameters[i].Sort.Size;
            }

            yield return [.. arguments];
        }
    }

    /// <summary>The rule's name with the elements chosen.</summary>
    public override string ToString() => Arguments.IsEmpty
        ? Rule.Name
        : Rule.Name + "(" + string.Join(", ", Arguments.Select((a, i) => Rule.Parameters[i].Sort.Elements[a])) + ")";
}
