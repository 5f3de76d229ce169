using System.Collections.Immutable;

namespace CoherenceCheck.Transitions.Tests;

public sealed class ExpressionTests
{
    private const int Seeds = 1_500;

    private static readonly ImmutableDictionary<string, Sort> NoNames = ImmutableDictionary<string, Sort>.Empty;

    [Fact]
    public void Simplifying_keeps_the_value() => ForEachExpression((interpreter, state, e, where) =>
        Assert.True(interpreter.Evaluate(e, state) == interpreter.Evaluate(Simplifier.Simplify(e), state), where));

    [Fact]
    public void Simplifying_with_what_is_known_keeps_the_value() => ForEachExpression((interpreter, state, e, where) =>
        Assert.True(interpreter.Evaluate(e, state) == interpreter.Evaluate(Simplifier.Simplify(e, read => Known(read, state)), state), where));

    [Fact]
    public void What_is_known_is_not_read()
    {
        var e = Ex.And(Ex.Eq(Ex.Read(Systems.Count), 2), Ex.Contains(Ex.Read(Systems.Seen), Ex.Const(1)));
        Assert.Equal("green in seen", SystemPrinter.Print(Simplifier.Simplify(e, read => read.Variable == Systems.Count ? 2 : null)));
        Assert.Equal("0", SystemPrinter.Print(Simplifier.Simplify(e, read => read.Variable == Systems.Count ? 3 : null)));
    }

    [Fact]
    public void Grounding_keeps_the_value() => ForEachExpression((interpreter, state, e, where) =>
        Assert.True(interpreter.Evaluate(e, state) == interpreter.Evaluate(Grounder.Ground(e), state), where));

    [Fact]
    public void The_value_lies_in_the_range() => ForEachExpression((interpreter, state, e, where) =>
        Assert.True(ValueRange.Of(e, ImmutableDictionary<string, ValueRange>.Empty).Contains(interpreter.Evaluate(e, state)), where));

    [Fact]
    public void What_looks_like_a_truth_value_is_one() => ForEachExpression((interpreter, state, e, where) =>
        Assert.True(!Ex.IsTruth(e) || interpreter.Evaluate(e, state) is 0 or 1, where));

    [Fact]
    public void Only_the_footprint_of_an_expression_matters() => ForEachExpression((interpreter, state, e, where) =>
    {
        var reads = Footprint.Of(Grounder.Ground(e)).Reads;
        var other = state.Clone();
        foreach (var variable in state.Variables)
        {
            for (var cell = 0; cell < variable.CellCount; cell++)
            {
                if (!reads.Contains(new StateCell(variable, cell)))
                {
                    other[variable, cell] = state[variable, cell] == variable.Domain.Max ? variable.Domain.Min : variable.Domain.Max;
                }
            }
        }

        Assert.True(interpreter.Evaluate(e, state) == interpreter.Evaluate(e, other), where);
    });

    [Fact]
    public void Constants_fold_to_what_the_interpreter_computes()
    {
        var interpreter = new Interpreter(Systems.Counter(), FrozenValues.None);
        var state = new Valuation([]);
        long[] samples = [0, 1, 2, 5, -1, -7, 31, 61, 62, 63, 64, long.MaxValue, long.MinValue];
        foreach (var op in Enum.GetValues<BinaryOp>())
        {
            foreach (var left in samples)
            {
                foreach (var right in samples)
                {
                    var expected = interpreter.Evaluate(new Expr.Binary(op, new Expr.Const(left), new Expr.Const(right)), state);
                    Assert.Equal(new Expr.Const(expected), Ex.Binary(op, Ex.Const(left), Ex.Const(right)));
                }
            }
        }
    }

    [Fact]
    public void Folding_with_one_constant_keeps_the_value()
    {
        var interpreter = new Interpreter(Systems.Counter(), FrozenValues.None);
        var x = new Variable("x", [], new Domain.Range(-5, 5), Role.State);
        var state = new Valuation([x]);
        foreach (var op in Enum.GetValues<BinaryOp>())
        {
            for (var value = -5; value <= 5; value++)
            {
                state[x, 0] = value;
                for (var constant = -2; constant <= 3; constant++)
                {
                    Expr c = new Expr.Const(constant);
                    Assert.Equal(interpreter.Evaluate(new Expr.Binary(op, c, Ex.Read(x)), state), interpreter.Evaluate(Ex.Binary(op, c, Ex.Read(x)), state));
                    Assert.Equal(interpreter.Evaluate(new Expr.Binary(op, Ex.Read(x), c), state), interpreter.Evaluate(Ex.Binary(op, Ex.Read(x), c), state));
                }
            }
        }
    }

    private static void ForEachExpression(Action<Interpreter, Valuation, Expr, string> check)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = RandomSystem.Make(seed);
            var interpreter = new Interpreter(random.System, random.Frozen);
            var values = new Random(seed);
            var e = random.Expression(NoNames, 4);
            for (var i = 0; i < 4; i++)
            {
                check(interpreter, RandomStates.Of(random.System, values), e, $"seed {seed}: {SystemPrinter.Print(e)}");
            }
        }
    }

    // Scalars of state alone: what is frozen has no value in a state.
    private static long? Known(Expr.Read read, Valuation state) =>
        read.Index.IsEmpty && read.Variable.Role == Role.State ? state[read.Variable, 0] : null;
}
