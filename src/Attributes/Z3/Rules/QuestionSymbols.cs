using System.Globalization;
using CoherenceCheck.Attributes.Observation;
using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The dimensions of a question as symbols: one for each value, of which one holds. Only dimensions that are asked for have any.</summary>
internal sealed class QuestionSymbols(Constraints rules, AttributeQuestion question)
{
    private const int Levels = 7;

    private readonly Literal[]?[] _dimensions = new Literal[question.Space.Dimensions.Length][];

    public AttributeQuestion Question => question;

    public Constraints Rules => rules;

    /// <summary>The symbols of each dimension, value by value; <see langword="null"/> for those that nothing asked for.</summary>
    public IReadOnlyList<Literal[]?> Dimensions => _dimensions;

    /// <summary>Where an input is such that a condition holds.</summary>
    /// <exception cref="ArgumentException">The space has no such dimension.</exception>
    public BoolExpr Where(Input input, Predicate<string> condition)
    {
        if (input.Dimension is not { } name)
        {
            return rules.Fixed(condition(input.Value));
        }

        var number = question.Space.Find(name);
        if (number < 0)
        {
            throw new ArgumentException($"The space has no dimension '{name}'.", nameof(input));
        }

        var values = question.Space.Dimensions[number].Values;
        var literals = Literals(number);
        BoolExpr[] met = [.. literals.Where((_, i) => condition(values[i])).Select(literal => literal.Yes)];
        return met.Length == 0 ? rules.False : met.Length == values.Length ? rules.True : rules.Or(met);
    }

    /// <summary>A bit that an input gives.</summary>
    public BoolExpr Bit(Input input) => Where(input, value => value == "1");

    /// <summary>A level of caches that an input gives.</summary>
    public Scale Level(Input input) => new([.. Enumerable.Range(1, Levels).Select(level => Where(input, value => int.Parse(value, CultureInfo.InvariantCulture) >= level))]);

    /// <summary>A fixed level of caches.</summary>
    public Scale Level(int level) => Scale.Fixed(rules, level, Levels);

    /// <summary>A level of caches that rules bind.</summary>
    public Scale NewLevel(string name) => Scale.New(rules, name, Levels);

    /// <summary>What sets a field of the machine as it is under the hypervisor; <see langword="null"/> where nothing does.</summary>
    public Input? Set(string field) => question.Policy.TryGetValue(field, out var value) ? Input.Fixed(value) : SetInSpace(field);

    /// <summary>The same without what the hypervisor sets; <c>VM.FIELD</c> names one that a VM is told.</summary>
    public Input? SetInSpace(string field) => question.Space.Find(field) >= 0 ? Input.Open(field) : null;

    /// <summary>What gives a reading.</summary>
    /// <exception cref="ArgumentException">There is no such reading.</exception>
    public Input Reading(string name) => SetInSpace(name)
        ?? Input.Fixed((ReadingRegistry.Find(name) ?? throw new ArgumentException($"There is no reading '{name}'.", nameof(name))).InOrderDefault);

    /// <summary>Whether a reading has a value.</summary>
    public BoolExpr Reads(string name, string value) => Where(Reading(name), given => given == value);

    private Literal[] Literals(int number)
    {
        if (_dimensions[number] is not { } literals)
        {
            var dimension = question.Space.Dimensions[number];
            literals = [.. dimension.Values.Select(value => Literal.Of(rules, rules.Symbol($"{dimension.Name}={value}")))];
            rules.ExactlyOne([.. literals.Select(literal => literal.Yes)]);
            _dimensions[number] = literals;
        }

        return literals;
    }
}
