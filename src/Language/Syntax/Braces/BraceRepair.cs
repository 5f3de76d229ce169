using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Syntax.Braces;

/// <summary>Finds braces that are forgotten, or too many, and mends the tokens, so that each is one error and what follows is read as it was meant.</summary>
/// <remarks>
/// Only where the braces of a file do not match. A brace is missing before what can only stand further out, and one is too many where what follows can only stand
/// in the block that it closes. Within the stretch that this leaves, indentation tells the place, where its author indents. Each repair walks over the tokens once;
/// from <see cref="MostRepairs"/> on the rest is closed at the end of the file.
/// </remarks>
internal sealed class BraceRepair
{
    private const int MostRepairs = 8;
    private const int TabWidth = 8;

    private readonly SourceText _text;
    private readonly List<Token> _tokens;
    private readonly BlockWords _words;
    private readonly List<Missing> _missing = [];

    private BraceRepair(SourceText text, ImmutableArray<Token> tokens)
    {
        _text = text;
        _tokens = [.. tokens];
        _words = new BlockWords(text, _tokens);
    }

    /// <summary>The tokens with braces that match; what had to be mended is reported.</summary>
    /// <param name="text">The text that they are of.</param>
    /// <param name="tokens">The tokens of a file.</param>
    /// <param name="diagnostics">Takes the errors.</param>
    /// <param name="isCut">Whether tokens are lost, so that braces may be, too: then nothing is reported.</param>
    public static ImmutableArray<Token> Run(SourceText text, ImmutableArray<Token> tokens, DiagnosticBag diagnostics, bool isCut)
    {
        var (unclosed, surplus) = Imbalance(tokens);
        if (unclosed == 0 && surplus == 0)
        {
            return tokens;
        }

        return new BraceRepair(text, tokens).Run(unclosed, surplus, isCut ? new DiagnosticBag() : diagnostics);
    }

    private static (int Unclosed, int Surplus) Imbalance(ImmutableArray<Token> tokens)
    {
        var (open, surplus) = (0, 0);
        foreach (var token in tokens)
        {
            open += token.Kind switch { TokenKind.OpenBrace => 1, TokenKind.CloseBrace => -1, _ => 0 };
            surplus += open < 0 ? 1 : 0;
            open = Math.Max(open, 0);
        }

        return (open, surplus);
    }

    private ImmutableArray<Token> Run(int unclosed, int surplus, DiagnosticBag diagnostics)
    {
        for (var i = 0; i < Math.Min(surplus, MostRepairs); i++)
        {
            RemoveSurplus(diagnostics);
        }

        for (var i = 0; i < Math.Min(unclosed, MostRepairs); i++)
        {
            CloseMissing();
        }

        foreach (var place in _missing.GroupBy(one => one.Place))
        {
            var blocks = place.OrderBy(one => one.Line).Select(one => $"{one.Name} in line {one.Line}").Distinct();
            diagnostics.ReportBraceNotClosed(place.Key, blocks, place.First().Found, place.First().ByIndentation);
        }

        CloseTheRest(unclosed - MostRepairs);
        DropTheRest(surplus - MostRepairs);
        return [.. _tokens];
    }

    /// <summary>Closes one block that nothing closes, where that is to be done.</summary>
    private void CloseMissing()
    {
        var walk = new BlockWalk(_text, _tokens, _words, first: 0);
        var end = _tokens.Count - 1;
        var (outermost, innermost) = (-1, -1);
        for (; walk.Position < end; walk.Step())
        {
            if (walk.IsCutOff)
            {
                (outermost, innermost) = (walk.Depth - 1, walk.Depth - 1);
                break;
            }

            if (walk.StandsFurtherOut() is { } home)
            {
                (outermost, innermost) = (home + 1, walk.Depth - 1);
                break;
            }
        }

        if (innermost < 0)
        {
            (outermost, innermost) = (0, walk.Depth - 1);
        }

        // An inner block may be the one: then it took the brace of the outer one.
        if (ByIndentation(walk.Blocks[outermost], walk.Position) is var (place, block))
        {
            Close(block, place, byIndentation: true);
        }
        else
        {
            Close(walk.Blocks[innermost], walk.Position, byIndentation: false);
        }
    }

    /// <summary>The first token of a block that by its indentation stands outside of the innermost block, which it so leaves open.</summary>
    private (int Place, Block Block)? ByIndentation(Block from, int end)
    {
        var walk = new BlockWalk(_text, _tokens, _words, from.Head, from);
        for (; walk.Position < end; walk.Step())
        {
            if (walk.IsIndentedOutside())
            {
                return (walk.Position, walk.Top);
            }
        }

        return null;
    }

    private void Close(Block block, int place, bool byIndentation)
    {
        var token = _tokens[place];
        var isEnd = token.Kind == TokenKind.EndOfFile;
        _missing.Add(new Missing(
            new SourceSpan(_text, token.Start, token.Length),
            _words.NameOf(block),
            _text.GetLine(_tokens[block.Brace].Start),
            isEnd ? null : _text.Content.Substring(token.Start, token.Length),
            byIndentation));
        Insert(place);
    }

    private void Insert(int place) =>
        _tokens.Insert(place, new Token(TokenKind.CloseBrace, place == 0 ? 0 : _tokens[place - 1].End, 0, OnNewLine: false));

    private void CloseTheRest(int count)
    {
        if (count > 0)
        {
            var end = _tokens[^2].End;
            _tokens.InsertRange(_tokens.Count - 1, Enumerable.Repeat(new Token(TokenKind.CloseBrace, end, 0, OnNewLine: false), count));
        }
    }

    private void DropTheRest(int count)
    {
        if (count <= 0)
        {
            return;
        }

        var open = 0;
        var kept = new List<Token>(_tokens.Count);
        foreach (var token in _tokens)
        {
            open += token.Kind switch { TokenKind.OpenBrace => 1, TokenKind.CloseBrace => -1, _ => 0 };
            if (open >= 0)
            {
                kept.Add(token);
            }

            open = Math.Max(open, 0);
        }

        _tokens.Clear();
        _tokens.AddRange(kept);
    }

    /// <summary>Takes out one brace that closes too much.</summary>
    private void RemoveSurplus(DiagnosticBag diagnostics)
    {
        var walk = new BlockWalk(_text, _tokens, _words, first: 0);
        (Block Block, int By)? last = null;
        for (; walk.Position < _tokens.Count - 1; walk.Step())
        {
            if (_tokens[walk.Position].Kind == TokenKind.CloseBrace && walk.Depth > 0)
            {
                last = (walk.Top, walk.Position);
                continue;
            }

            var isSurplus = _tokens[walk.Position].Kind == TokenKind.CloseBrace;
            if (!isSurplus && !(last is { } closed && closed.By == walk.Position - 1 && walk.StandsOnlyIn(closed.Block.Kind)))
            {
                continue;
            }

            // The stretch in which one is too many: the block that was closed last, to here.
            var region = last?.Block;
            var place = region is null ? walk.Position : Misplaced(region, walk.Position) ?? (isSurplus ? walk.Position : last!.Value.By);
            var brace = _tokens[place];
            diagnostics.ReportBraceClosesNothing(
                new SourceSpan(_text, brace.Start, brace.Length),
                region is null ? null : $"{_words.NameOf(region)} in line {_text.GetLine(_tokens[region.Brace].Start)}",
                isSurplus ? null : _words.WordAt(walk.Position));
            _tokens.RemoveAt(place);
            if (brace.OnNewLine)
            {
                _tokens[place] = _tokens[place] with { OnNewLine = true };
            }

            return;
        }
    }

    /// <summary>The first closing brace of a stretch that is alone on its line and indented otherwise than what it closes.</summary>
    private int? Misplaced(Block from, int end)
    {
        var walk = new BlockWalk(_text, _tokens, _words, from.Head, from);
        for (; walk.Position < end; walk.Step())
        {
            var token = _tokens[walk.Position];
            if (token.Kind == TokenKind.CloseBrace && token.OnNewLine && walk.Depth > 0 && walk.Top is { IsIndented: true } top && IndentOf(_text, token) != top.Indent)
            {
                return walk.Position;
            }
        }

        return null;
    }

    // Who indents further than this is told nothing by it, and a long line of blanks must not be walked again and again.
    private const int WidestIndent = 256;

    /// <summary>The column at which a token's line begins.</summary>
    public static int IndentOf(SourceText text, Token token)
    {
        var indent = 0;
        for (var i = text.GetLineStart(text.GetLine(token.Start)); i < text.Content.Length && indent < WidestIndent && text.Content[i] is ' ' or '\t'; i++)
        {
            indent = text.Content[i] == '\t' ? (indent / TabWidth * TabWidth) + TabWidth : indent + 1;
        }

        return indent;
    }

    private readonly record struct Missing(SourceSpan Place, string Name, int Line, string? Found, bool ByIndentation);
}
