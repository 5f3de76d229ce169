namespace CoherenceCheck.Transitions.Tests;

public sealed class SystemPrinterTests
{
    private static readonly Expr A = Ex.Local("a");

    private static readonly Expr B = Ex.Local("b");

    private static readonly Expr C = Ex.Local("c");

    [Fact]
    public void A_system_is_shown_in_full() => Assert.Equal(
        """
        system colouring
        sort colour = {red, green, blue}
        frozen allowed[colour]: 0..1
        state seen: set of colour
        ghost last: colour or none
        state marks[colour]: set of colour

        init nothing
          last := none

        rule see(c: colour)  -- guest: sees, switch eyes, colours.coh:3
          when allowed[c] and not c in seen
          seen := seen | {c}
          last := c

        fill mark(m: colour)
          marks[m] |= {green} when red in seen and m in seen

        terminal 1
        invariant not all: seen != {red, green, blue}

        """.ReplaceLineEndings("\n"),
        SystemPrinter.Print(Systems.Colouring()));

    [Fact]
    public void Parentheses_stand_where_they_are_needed_and_nowhere_else()
    {
        Shows("a and b or c", Or(And(A, B), C));
        Shows("a and (b or c)", And(A, Or(B, C)));
        Shows("a or b or c", Or(Or(A, B), C));
        Shows("a or (b or c)", Or(A, Or(B, C)));
        Shows("a - (b - c)", Ex.Sub(A, Ex.Sub(B, C)));
        Shows("a - b - c", Ex.Sub(Ex.Sub(A, B), C));
        Shows("a + b - c", Ex.Sub(Ex.Add(A, B), C));
        Shows("(a | b) & c", Ex.BitAnd(Ex.BitOr(A, B), C));
        Shows("a | (b & c)", Ex.BitOr(A, Ex.BitAnd(B, C)));
        Shows("(a = b) = c", Ex.Eq(Ex.Eq(A, B), C));
        Shows("not (a and b)", Ex.Not(And(A, B)));
        Shows("(not a) + b", Ex.Add(Ex.Not(A), B));
        Shows("(if a then b else c) + a", Ex.Add(Ex.If(A, B, C), A));
        Shows("if a then b else if b then c else a", Ex.If(A, B, Ex.If(B, C, A)));
        Shows("(any d: colour. d = a) and b", And(Ex.Any("d", Systems.Colours, Ex.Eq(Ex.Local("d"), A)), B));
        Shows("(a << b) >> c", Ex.Shr(Ex.Shl(A, B), C));
    }

    [Fact]
    public void The_same_system_is_shown_the_same()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            Assert.Equal(SystemPrinter.Print(RandomSystem.Make(seed).System), SystemPrinter.Print(RandomSystem.Make(seed).System));
        }
    }

    private static void Shows(string text, Expr e) => Assert.Equal(text, SystemPrinter.Print(e));

    private static Expr And(Expr left, Expr right) => new Expr.Binary(BinaryOp.And, left, right);

    private static Expr Or(Expr left, Expr right) => new Expr.Binary(BinaryOp.Or, left, right);
}
