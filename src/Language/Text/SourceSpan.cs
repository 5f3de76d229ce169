namespace CoherenceCheck.Language.Text;

/// <summary>A stretch of a source text.</summary>
/// <param name="Text">The text that it lies in.</param>
/// <param name="Start">The first character's offset, from 0.</param>
/// <param name="Length">The number of characters; may be 0.</param>
public readonly record struct SourceSpan(SourceText Text, int Start, int Length)
{
    /// <summary>The path by which the text was opened, as shown to users.</summary>
    public string Path => Text.Path;

    /// <summary>The line of the first character, from 1.</summary>
    public int Line => Text.GetLine(Start);

    /// <summary>The column of the first character, from 1, in UTF-16 units.</summary>
    public int Column => Text.GetColumn(Start);

    /// <summary>The place as <c>file:line</c>.</summary>
    public string FileAndLine => $"{Path}:{Line}";

    /// <inheritdoc/>
    public override string ToString() => $"{Path}:{Line}:{Column}";
}
