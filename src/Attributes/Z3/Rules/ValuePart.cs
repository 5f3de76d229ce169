using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>A part of the value of an observable: one of several numbers, each where its symbol holds. The value is the sum of its parts.</summary>
/// <param name="Cases">The numbers, each with the symbol that says so and its negation; exactly one holds.</param>
internal sealed record ValuePart(IReadOnlyList<(int Number, Literal Is)> Cases)
{
    /// <summary>The bits of a number, bit 0 first: a part for each.</summary>
    public static ValuePart[] OfBits(Constraints rules, params BoolExpr[] bits) =>
    [
        .. bits.Select((bit, number) =>
        {
            var symbol = Literal.Of(rules, $"value.{number}", bit);
            return new ValuePart([(0, new Literal(symbol.No, symbol.Yes)), (1 << number, symbol)]);
        }),
    ];

    /// <summary>One of several cases: number 0 where the first condition holds, and so on.</summary>
    public static ValuePart[] OfCases(Constraints rules, IEnumerable<BoolExpr> conditions) =>
        [new ValuePart([.. conditions.Select((condition, number) => (number, Literal.Of(rules, $"value={number}", condition)))])];

    /// <summary>The number in a model.</summary>
    public (int Number, Literal Is) In(Model model) => Cases.First(number => model.IsTrue(number.Is.Yes));
}
