using System.Collections.Immutable;

namespace CoherenceCheck.Language.Text;

/// <summary>A source text with its path and line starts. Lines end at LF, CR LF or CR.</summary>
public sealed class SourceText
{
    private readonly ImmutableArray<int> _lineStarts;

    /// <summary>Takes a text.</summary>
    /// <param name="path">The path as shown to users.</param>
    /// <param name="content">The whole text.</param>
    public SourceText(string path, string content)
    {
        Path = path;
        Content = content;
        var starts = ImmutableArray.CreateBuilder<int>();
        starts.Add(0);
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == '\n' || (content[i] == '\r' && (i + 1 == content.Length || content[i + 1] != '\n')))
            {
                starts.Add(i + 1);
            }
        }

        _lineStarts = starts.ToImmutable();
    }

    /// <summary>The path as shown to users.</summary>
    public string Path { get; }

    /// <summary>The whole text.</summary>
    public string Content { get; }

    /// <summary>The number of lines, at least 1.</summary>
    public int LineCount => _lineStarts.Length;

    /// <summary>The line of an offset, from 1.</summary>
    public int GetLine(int offset)
    {
        var index = _lineStarts.BinarySearch(offset);
        return index >= 0 ? index + 1 : ~index;
    }

    /// <summary>The column of an offset, from 1, in UTF-16 units.</summary>
    public int GetColumn(int offset) => offset - _lineStarts[GetLine(offset) - 1] + 1;

    /// <summary>The offset of a line's first character.</summary>
    /// <param name="line">The line, from 1 to <see cref="LineCount"/>.</param>
    public int GetLineStart(int line) => _lineStarts[line - 1];

    /// <summary>One line without its line end.</summary>
    /// <param name="line">The line, from 1 to <see cref="LineCount"/>.</param>
    public string GetLineText(int line)
    {
        var start = _lineStarts[line - 1];
        var end = line < _lineStarts.Length ? _lineStarts[line] : Content.Length;
        return Content[start..end].TrimEnd('\r', '\n');
    }
}
