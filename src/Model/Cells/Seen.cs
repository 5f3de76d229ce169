using System.Collections.Immutable;
using CoherenceCheck.Attributes.Observation;

namespace CoherenceCheck.Model.Cells;

/// <summary>
/// A value that a cell has, together with all that it depends on. It can only be made of observables and dimensions, so whatever is frozen from it
/// is the same wherever these are: what tells cells apart cannot be forgotten.
/// </summary>
/// <typeparam name="T">What it is.</typeparam>
internal sealed class Seen<T>
{
    private readonly Func<ConfigurationPoint, T> _value;

    internal Seen(ImmutableArray<Observable> observables, ImmutableArray<string> dimensions, Func<ConfigurationPoint, T> value) =>
        (Observables, Dimensions, _value) = (observables, dimensions, value);

    /// <summary>What it sees of a configuration.</summary>
    public ImmutableArray<Observable> Observables { get; }

    /// <summary>The dimensions that it sees as they are.</summary>
    public ImmutableArray<string> Dimensions { get; }

    /// <summary>What it is in a configuration.</summary>
    public T In(ConfigurationPoint point) => _value(point);

    /// <summary>Something made of it.</summary>
    public Seen<TResult> Select<TResult>(Func<T, TResult> select) => new(Observables, Dimensions, point => select(_value(point)));

    /// <summary>Something made of it and another.</summary>
    public Seen<TResult> With<TOther, TResult>(Seen<TOther> other, Func<T, TOther, TResult> combine) =>
        new([.. Observables, .. other.Observables], [.. Dimensions, .. other.Dimensions], point => combine(_value(point), other._value(point)));
}

/// <summary>Where what is seen begins.</summary>
internal static class Seen
{
    /// <summary>The same in every configuration.</summary>
    public static Seen<T> Always<T>(T value) => new([], [], _ => value);

    /// <summary>An observable's value.</summary>
    public static Seen<int> Of(Observable observable) => new([observable], [], point => point[observable]);

    /// <summary>An input as it is: a dimension, where it is open.</summary>
    public static Seen<string> Of(Input input) => input.Dimension is { } name ? new([], [name], point => point[name]) : Always(input.Value);

    /// <summary>A bit of a register.</summary>
    public static Seen<bool> Bit(Input input) => Of(input).Select(value => value == "1");

    /// <summary>Whether one of several is true.</summary>
    public static Seen<bool> Any(IEnumerable<Seen<bool>> all) => all.Aggregate(Always(false), (some, next) => some.With(next, (left, right) => left || right));

    /// <summary>One or the other. Both are seen: which one counts is known in a configuration only.</summary>
    public static Seen<T> If<T>(Seen<bool> condition, Seen<T> then, Seen<T> otherwise) =>
        condition.With(then.With(otherwise, (yes, no) => (yes, no)), (holds, pair) => holds ? pair.yes : pair.no);
}
