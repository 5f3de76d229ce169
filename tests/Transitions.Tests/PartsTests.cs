using System.Collections.Immutable;

namespace CoherenceCheck.Transitions.Tests;

public sealed class PartsTests
{
    private static readonly Expr A = Ex.Local("a");
    private static readonly Expr B = Ex.Local("b");
    private static readonly Expr C = Ex.Local("c");

    private static readonly (Expr Whole, Expr[] Parts)[] Expressions =
    [
        (Ex.Const(7), []),
        (A, []),
        (Ex.Read(Systems.Count), []),
        (Ex.Read(Systems.Marks, A), [A]),
        (new Expr.Unary(UnaryOp.Not, A), [A]),
        (new Expr.Binary(BinaryOp.Sub, A, B), [A, B]),
        (new Expr.Conditional(A, B, C), [A, B, C]),
        (new Expr.Fold(FoldOp.Sum, "a", Systems.Colours, A), [A]),
    ];

    private static readonly Statement Inner = Ex.Let("x", C);

    private static readonly (Statement Whole, Expr[] Parts, Statement[][] Blocks)[] Statements =
    [
        (Ex.Assign(Systems.Marks, [A], B), [A, B], []),
        (Ex.Let("x", A), [A], []),
        (Ex.IfElse(A, [Inner], []), [A], [[Inner], []]),
        (Ex.ForEach("a", Systems.Colours, Inner), [], [[Inner]]),
        (Ex.Fail(A, "wrong"), [A], []),
    ];

    [Fact]
    public void Parts_of_an_expression_come_in_the_order_of_evaluation()
    {
        foreach (var (whole, parts) in Expressions)
        {
            Assert.Equal(parts, Parts.Of(whole));
        }
    }

    [Fact]
    public void Parts_and_blocks_of_a_statement_come_in_the_order_of_evaluation()
    {
        foreach (var (whole, parts, blocks) in Statements)
        {
            Assert.Equal(parts, Parts.Of(whole));
            Assert.Equal(blocks, Parts.Blocks(whole).Select(block => block.ToArray()));
        }
    }

    [Fact]
    public void Every_kind_is_known()
    {
        Assert.Equal(Kinds(typeof(Expr)), Expressions.Select(e => e.Whole.GetType().Name).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Kinds(typeof(Statement)), Statements.Select(s => s.Whole.GetType().Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_walk_over_all_parts_meets_every_variable_that_the_footprint_has()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            foreach (var instance in RandomSystem.Make(seed).System.Rules.SelectMany(RuleInstance.Of))
            {
                var step = Grounder.Ground(instance);
                var met = Expand(step.Guard).Concat(step.Body.SelectMany(Expand)).OfType<Expr.Read>().Select(read => read.Variable)
                    .Where(variable => variable.Role != Role.Frozen).ToHashSet();
                Assert.Subset(met, Footprint.Of(step).Reads.Select(cell => cell.Variable).ToHashSet());
            }
        }
    }

    private static IEnumerable<Expr> Expand(Expr e) => Parts.Of(e).SelectMany(Expand).Append(e);

    private static IEnumerable<Expr> Expand(Statement statement) =>
        Parts.Of(statement).SelectMany(Expand).Concat(Parts.Blocks(statement).SelectMany(block => block.SelectMany(Expand)));

    private static IEnumerable<string> Kinds(Type type) =>
        type.GetNestedTypes().Where(type.IsAssignableFrom).Select(kind => kind.Name).Order(StringComparer.Ordinal);
}
