using System.Collections.Immutable;

namespace CoherenceCheck.Language.Syntax;

/// <summary>Translations of both stages, and what the host says of frames and pages.</summary>
internal sealed partial class Parser
{
    private const string MapForm = "write `map g, f, RWX`, and behind it `wb`, `nc` or `device`, and `in m` for a stage-2 context";

    /// <summary>Names with dots, and an index directly behind them.</summary>
    private PlaceSyntax ParsePlaceName(string what)
    {
        var first = _position;
        var name = ParseDottedName(what);
        var hasIndex = Is(TokenKind.OpenBracket) && _position > first && _tokens[_position - 1].End == Current.Start && name.Parts.All(part => part.Text.Length > 0);
        return new PlaceSyntax(name, hasIndex ? ParsePostfixOf(new PlaceSyntax(name, null).Expression, first) : null);
    }

    private ExpressionSyntax ParsePlaceExpression(string what)
    {
        if (Is(TokenKind.Identifier) || Is(TokenKind.OpenParenthesis))
        {
            return ParsePostfix();
        }

        ReportExpected(what);
        return new MissingExpressionSyntax(SpanOf(Current));
    }

    private AsidSyntax? TryParseAsid()
    {
        var first = _position;
        if (IsCutOff || !IsWord("asid"))
        {
            return null;
        }

        Next();
        var number = ParseNumber();
        return new AsidSyntax(number, SpanFrom(first));
    }

    private StageOneMapSyntax ParseStageOneMap()
    {
        var first = _position;
        Next();
        var from = ParseDottedName("a line or page");
        Expect(TokenKind.Arrow, "`->`");
        var to = ParseDottedName("a page");
        var asid = TryParseAsid();
        var type = !IsCutOff && Is(TokenKind.Identifier) && !BeginsMember() && !IsPolicyEdit() ? TakeName() : null;
        return new StageOneMapSyntax(from, to, asid, type, SpanFrom(first));
    }

    /// <summary><c>map a -> g</c> of a guest, <c>map g, f, RWX</c> of the host: what follows the name tells.</summary>
    private StatementSyntax ParseMap(int first)
    {
        var name = 1;
        while (Peek(name).Kind == TokenKind.Identifier && Peek(name + 1).Kind == TokenKind.Dot)
        {
            name += 2;
        }

        if (Peek(name + 1).Kind != TokenKind.Arrow)
        {
            return ParseStage2(first);
        }

        var leaf = ParseStageOneMap();
        return new DescriptorSyntax(leaf, Join(first), SpanFrom(first), Label: null);
    }

    private DescriptorSyntax ParseUnmap(int first)
    {
        Next();
        var from = ParseDottedName("a line or page");
        var asid = TryParseAsid();
        return new DescriptorSyntax(new StageOneMapSyntax(from, null, asid, null, SpanFrom(first)), Join(first), SpanFrom(first), Label: null);
    }

    private Stage2Syntax ParseStage2(int first)
    {
        var keyword = TakeName();
        var page = ParsePlaceExpression("a page");
        ExpressionSyntax? frame = null;
        NameSyntax? permissions = null;
        NameSyntax? type = null;
        var isWhole = true;
        if (keyword.Text == "map")
        {
            isWhole = TakeComma(MapForm);
            frame = isWhole ? ParsePlaceExpression("a frame") : null;
        }

        if (isWhole && keyword.Text != "clear")
        {
            isWhole = TakeComma(keyword.Text == "map" ? MapForm : "write `perm g, R-X`");
            permissions = isWhole ? ParsePermissions() : null;
        }

        if (isWhole && keyword.Text == "map" && !IsCutOff && Is(TokenKind.Identifier) && !IsWord("in") && !IsPolicyEdit())
        {
            type = TakeName();
        }

        var mmu = isWhole && !IsCutOff && TryTakeWord("in") ? ParsePlace() : null;
        return new Stage2Syntax(keyword, page, frame, permissions, type, mmu, Join(first), SpanFrom(first), Label: null);
    }

    private bool TakeComma(string hint)
    {
        if (TryTakeSameLine(TokenKind.Comma))
        {
            return true;
        }

        ReportExpected("`,`", hint);
        return false;
    }

    private NameSyntax? ParsePermissions()
    {
        if ((Is(TokenKind.Identifier) || Is(TokenKind.Minus)) && !IsPolicyEdit())
        {
            return ParseHyphenatedName("permissions");
        }

        ReportExpected("permissions", "write R, RW, RX or RWX (or R--, RW-, R-X)");
        return null;
    }

    private SettleSyntax ParseSettle(int first)
    {
        Next();
        var page = ParsePlaceExpression("a page");
        return new SettleSyntax(page, Join(first), SpanFrom(first), Label: null);
    }

    private GiveSyntax ParseGive(int first)
    {
        Next();
        var frame = ParsePlaceExpression("a frame");
        if (!TryTakeWord("to"))
        {
            ReportExpected("`to`", "write `give f to host`, or to a VM, or to several: `give f to {V1, V2}`");
            return new GiveSyntax(frame, new MissingExpressionSyntax(SpanOf(Current)), Join(first), SpanFrom(first), Label: null);
        }

        var owner = ParseExpression();
        return new GiveSyntax(frame, owner, Join(first), SpanFrom(first), Label: null);
    }

    /// <summary><c>copy f to f2</c>; <c>to</c> may be a comma, or nothing.</summary>
    private CopySyntax ParseCopy(int first)
    {
        Next();
        var from = ParsePlaceExpression("a frame");
        if (!TryTakeWord("to"))
        {
            TryTakeSameLine(TokenKind.Comma);
        }

        var to = ParsePlaceExpression("the frame that it goes to");
        return new CopySyntax(from, to, Join(first), SpanFrom(first), Label: null);
    }

    private WithMmuSyntax ParseWithMmu(int first)
    {
        Next();
        var mmu = ParsePlace();
        var (text, span) = (Join(first), SpanFrom(first));
        return new WithMmuSyntax(mmu, ParseBody(), text, span, Label: null);
    }

    /// <summary><c>msr VTTBR_EL2, m, n</c>: what stands behind the first comma is no field and value.</summary>
    private VttbrSyntax ParseVttbr(int first)
    {
        Next();
        Next();
        var mmu = TakeComma("write `msr VTTBR_EL2, m` or `msr VTTBR_EL2, m, n`, m a stage-2 context, n its VMID") ? ParsePlaceExpression("a stage-2 context") : new MissingExpressionSyntax(SpanOf(Current));
        var vmid = TryTakeSameLine(TokenKind.Comma) ? ParseExpression() : null;
        return new VttbrSyntax(mmu, vmid, Join(first), SpanFrom(first), Label: null);
    }

    private El1Syntax ParseEl1(int first)
    {
        Next();
        var span = SpanFrom(first);
        return new El1Syntax(ParseBody(), span, Label: null);
    }

    private SwitchMmuSyntax ParseSwitchMmu(int first)
    {
        Next();
        var mmu = ParsePlaceExpression("a stage-2 context");
        return new SwitchMmuSyntax(mmu, Join(first), SpanFrom(first), Label: null);
    }

    private CompleteSyntax ParseComplete() => new(SpanOf(Next()), Label: null);

    /// <summary>Whether <c>g.backing = …</c> stands here.</summary>
    private bool IsBacking() => Peek(1) is { Kind: TokenKind.Dot, OnNewLine: false } && IsWord(Peek(2), "backing") && Peek(3).Kind is TokenKind.Equals or TokenKind.EqualsEquals;

    /// <summary>The names of the stage-2 contexts of a VM: <c>mmu m n</c>, commas and braces optional.</summary>
    private ImmutableArray<NameSyntax> ParseMmus()
    {
        Next();
        if (Is(TokenKind.OpenBrace))
        {
            return ParseNames("a name");
        }

        var names = ImmutableArray.CreateBuilder<NameSyntax>();
        do
        {
            names.Add(TakeName());
            TryTakeSameLine(TokenKind.Comma);
        }
        while (!IsCutOff && Is(TokenKind.Identifier) && !BeginsMember());
        return names.ToImmutable();
    }
}
