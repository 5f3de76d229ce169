using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>The number of nodes of ground code: a measure for the size of what is generated.</summary>
internal static class Size
{
    public static int Of(GroundStep step) => Of(step.Guard) + Of(step.Body);

    private static int Of(ImmutableArray<Statement> block) => block.Sum(s => s switch
    {
        Statement.Assign a => 2 + a.Index.Sum(Of) + Of(a.Value),
        Statement.Let l => 1 + Of(l.Value),
        Statement.If i => 1 + Of(i.Condition) + Of(i.Then) + Of(i.Else),
        Statement.Fail f => 1 + Of(f.Condition),
        _ => 1,
    });

    private static int Of(Expr e) => e switch
    {
        Expr.Read r => 1 + r.Index.Sum(Of),
        Expr.Unary u => 1 + Of(u.Operand),
        Expr.Binary b => 1 + Of(b.Left) + Of(b.Right),
        Expr.Conditional c => 1 + Of(c.Condition) + Of(c.Then) + Of(c.Else),
        _ => 1,
    };
}
