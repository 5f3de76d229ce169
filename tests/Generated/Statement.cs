using System.Collections.Immutable;

namespace CoherenceCheck.Generated;

/// <summary>A part of a statement: words, or a body in braces.</summary>
public abstract record Part
{
    private Part()
    {
    }

    /// <summary>Words that edits leave alone.</summary>
    /// <param name="Text">The words.</param>
    public sealed record Words(string Text) : Part
    {
        /// <inheritdoc/>
        public override string ToString() => Text;
    }

    /// <summary>A test of operands that may have labels.</summary>
    /// <param name="Head">What stands in front.</param>
    /// <param name="Operator">What stands between.</param>
    /// <param name="Operands">The operands.</param>
    /// <param name="Tail">What stands behind.</param>
    public sealed record Test(string Head, string Operator, ImmutableArray<Operand> Operands, string Tail = "") : Part
    {
        /// <inheritdoc/>
        /// <remarks>Of nothing there is no text: this one is refused.</remarks>
        public override string ToString() => Operands.IsEmpty ? $"{Head} nothing.left{Tail}" : $"{Head} {string.Join($" {Operator} ", Operands)}{Tail}";
    }

    /// <summary>Statements in braces.</summary>
    /// <param name="Statements">The statements.</param>
    public sealed record Body(ImmutableArray<Statement> Statements) : Part
    {
        /// <inheritdoc/>
        public override string ToString() => Statements.IsEmpty ? "{ }" : $"{{ {string.Join(" ; ", Statements)} }}";
    }
}

/// <summary>An operand of a test.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Label">Its label, or <see langword="null"/>.</param>
public sealed record Operand(string Text, string? Label)
{
    /// <inheritdoc/>
    public override string ToString() => $"({Text}){(Label is null ? "" : " @" + Label)}";
}

/// <summary>A statement as it is written: words and bodies in turn, then its label.</summary>
/// <param name="Kind">What it is, for counting: <c>if</c>, <c>dsb ish</c>.</param>
/// <param name="Parts">Its words and bodies. Those of a chain of <c>else if</c> are parts of one statement, so that its label is the chain's.</param>
/// <param name="Label">Its label, or <see langword="null"/>.</param>
public sealed record Statement(string Kind, ImmutableArray<Part> Parts, string? Label = null)
{
    /// <summary>A statement of words alone.</summary>
    public static Statement Of(string kind, string text) => new(kind, [new Part.Words(text)]);

    /// <summary>Its bodies.</summary>
    public IEnumerable<ImmutableArray<Statement>> Bodies => Parts.OfType<Part.Body>().Select(body => body.Statements);

    /// <summary>The statement and all statements in it.</summary>
    public IEnumerable<Statement> All => [this, .. Bodies.SelectMany(body => body).SelectMany(statement => statement.All)];

    /// <summary>The labels of operands of its own tests.</summary>
    public IEnumerable<string> OperandLabels => Parts.OfType<Part.Test>().SelectMany(test => test.Operands).Select(operand => operand.Label).OfType<string>();

    /// <summary>The statement without the operand of a label.</summary>
    public Statement WithoutOperand(string label) => this with
    {
        Parts = [.. Parts.Select(part => part is Part.Test test ? test with { Operands = test.Operands.RemoveAll(operand => operand.Label == label) } : part)],
    };

    /// <summary>The statement with its bodies changed.</summary>
    public Statement Map(Func<ImmutableArray<Statement>, ImmutableArray<Statement>> change) => this with
    {
        Parts = [.. Parts.Select(part => part is Part.Body body ? new Part.Body(change(body.Statements)) : part)],
    };

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Parts) + (Label is null ? "" : " @" + Label);
}
