using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>The number of nodes of ground code: a measure for the size of what is generated.</summary>
internal static class Size
{
    public static int Of(GroundStep step) => Of(step.Guard) + Of(step.Body);

    private static int Of(ImmutableArray<Statement> block) =>
        block.Sum(s => (s is Statement.Assign ? 2 : 1) + Parts.Of(s).Sum(Of) + Parts.Blocks(s).Sum(Of));

    private static int Of(Expr e) => 1 + Parts.Of(e).Sum(Of);
}
