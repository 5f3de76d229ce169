using System.Collections.Immutable;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Syntax;

internal sealed partial class Parser
{
    private VmSyntax ParseVm()
    {
        var name = ParseName("the name of a VM");
        var settings = ImmutableArray.CreateBuilder<SettingSyntax>();
        var mmus = ImmutableArray.CreateBuilder<NameSyntax>();
        var maps = ImmutableArray.CreateBuilder<StageOneMapSyntax>();
        var pages = ImmutableArray.CreateBuilder<PageSyntax>();
        var vcpus = ImmutableArray.CreateBuilder<VcpuSyntax>();
        ParseMembers("a VM", "`page`, `vcpu`, `map`, `mmu` or a setting", () =>
        {
            if (TryTakeWord("page"))
            {
                pages.Add(ParsePage());
            }
            else if (TryTakeWord("vcpu"))
            {
                vcpus.Add(ParseVcpu());
            }
            else if (IsWord("mmu") && Peek(1) is { OnNewLine: false, Kind: TokenKind.OpenBrace or TokenKind.Identifier } next && !IsWord(next, "in"))
            {
                mmus.AddRange(ParseMmus());
            }
            else if (IsWord("map") && Peek(1).Kind == TokenKind.Identifier)
            {
                maps.Add(ParseStageOneMap());
            }
            else
            {
                return TryParseSetting(settings.Add);
            }

            return true;
        });
        return new VmSyntax(name, settings.ToImmutable(), mmus.ToImmutable(), pages.ToImmutable(), maps.ToImmutable(), vcpus.ToImmutable());
    }

    private PageSyntax ParsePage()
    {
        var name = ParseName("the name of a page");
        ExpectEquals(hint: $"a page maps a frame: `page {name.Text} = FRAME RWX wb`");
        var frame = ParseName("a frame or `none`");
        var backing = !IsCutOff && IsWord("backing") ? ParseBacking() : null;
        var isPermission = !IsCutOff && !IsPageField() && (Is(TokenKind.Minus) || (Is(TokenKind.Identifier) && (char.IsAsciiLetterUpper(_text.Content[Current.Start]) || !TextOf(Current).AsSpan().ContainsAnyExcept("rwx"))));
        var permissions = isPermission ? ParseHyphenatedName("permissions") : null;
        NameSyntax? type = null;
        var fields = ImmutableArray.CreateBuilder<PageFieldSyntax>();
        while (!IsCutOff && Is(TokenKind.Identifier))
        {
            if (IsPageField())
            {
                fields.Add(ParsePageField());
            }
            else if (type is null && !BeginsMember())
            {
                type = TakeName();
            }
            else
            {
                break;
            }
        }

        return new PageSyntax(name, frame, backing, permissions, type, fields.ToImmutable());
    }

    private NameSyntax ParseBacking()
    {
        Next();
        return ParseName("a frame");
    }

    /// <summary>Whether what stands here is the next member of the VM, which a missing <c>;</c> brings next to a page.</summary>
    private bool BeginsMember() => (IsWord("vcpu") || IsWord("page") || IsWord("map") || IsWord("mmu")) && Peek(1) is { Kind: TokenKind.Identifier, OnNewLine: false };

    /// <summary>Whether a field of a page stands here. One with a misspelt name is recognised by what follows, so that the binder can say so.</summary>
    private bool IsPageField()
    {
        if (!Is(TokenKind.Identifier) || !_text.Content.AsSpan(Current.Start, Current.Length).ContainsAnyExcept("RWX"))
        {
            return false;
        }

        var next = Peek(1);
        return PageFields.Names.Any(IsWord)
            || (!next.OnNewLine && (next.Kind == TokenKind.Equals || IsWord(next, "in") || IsWord(next, "any")));
    }

    /// <summary><c>MemAttr = 0110</c>, <c>MemAttr in { … }</c>, <c>MemAttr in any</c>, or for short <c>MemAttr any</c>.</summary>
    private PageFieldSyntax ParsePageField()
    {
        var first = _position;
        var name = TakeName();
        if (TryTakeWord("any"))
        {
            return new PageFieldSyntax(name, AnyValue, SpanFrom(first));
        }

        if (!Is(TokenKind.Equals) && !IsWord("in"))
        {
            ReportExpected("`=`, `in` or `any`");
        }

        return new PageFieldSyntax(name, ParseValues(mayBeAny: true), SpanFrom(first));
    }

    private PlacementSyntax? TryParsePlacement()
    {
        var first = _position;
        return TryTakeWord("on") ? new PlacementSyntax(ParseNames("a pCPU"), SpanFrom(first)) : null;
    }

    /// <summary><c>stopped</c>, <c>starts when vmm at end</c>, <c>moves when vmm at end</c>, <c>moves after L</c>, in any order.</summary>
    private ImmutableArray<LifeCycleSyntax> ParseLifeCycle()
    {
        var all = ImmutableArray.CreateBuilder<LifeCycleSyntax>();
        while (IsWord("stopped") || IsWord("starts") || IsWord("moves"))
        {
            var first = _position;
            var word = TakeName();
            switch (word.Text)
            {
                case "stopped":
                    all.Add(new LifeCycleSyntax(word, null, null, SpanFrom(first)));
                    break;
                case "moves" when TryTakeWord("after"):
                    all.Add(new LifeCycleSyntax(word, null, ParseName("a label of its program"), SpanFrom(first)));
                    break;
                case var _ when TryTakeWord("when"):
                    all.Add(new LifeCycleSyntax(word, ParseExpression(), null, SpanFrom(first)));
                    break;
                default:
                    ReportExpected(word.Text == "moves" ? "`when` or `after`" : "`when`", word.Text == "moves" ? "write `moves after L`, L a label of its program, or `moves when B at end`" : "write `starts when T at end`, T a task or another vCPU; or `stopped`, and `start` it");
                    break;
            }
        }

        return all.ToImmutable();
    }

    private VcpuSyntax ParseVcpu()
    {
        var name = ParseName("the name of a vCPU");
        var placement = TryParsePlacement();
        var life = ParseLifeCycle();
        placement ??= TryParsePlacement();
        var settings = ImmutableArray.CreateBuilder<SettingSyntax>();
        var maps = ImmutableArray.CreateBuilder<StageOneMapSyntax>();
        if (!HasForgottenSettings(name.Text))
        {
            ParseMembers("a vCPU", "`map` or a setting", () =>
            {
                if (IsWord("map") && Peek(1).Kind == TokenKind.Identifier)
                {
                    maps.Add(ParseStageOneMap());
                    return true;
                }

                return TryParseSetting(settings.Add);
            });
        }

        var first = _position;
        if (TryTakeWord("any"))
        {
            var alphabet = ParseNames("a word of an alphabet");
            ImmutableArray<DottedNameSyntax>? places = TryTakeWord("at") ? ParseDottedNames("a page, line or mapping") : null;
            return new VcpuSyntax(name, placement, life, settings.ToImmutable(), maps.ToImmutable(), Program: null, alphabet, SpanFrom(first)) { Places = places };
        }

        if (!Is(TokenKind.OpenBrace))
        {
            ReportExpected("a program in braces or `any`", $"a vCPU has its settings, then what it does: `vcpu {name.Text} {{ SCTLR_EL1.M = 1 }} {{ … }}`, or `vcpu {name.Text} {{ }} any {{ … }}`");
            return new VcpuSyntax(name, placement, life, settings.ToImmutable(), maps.ToImmutable(), [], [], SpanFrom(first));
        }

        var body = ParseBody();
        if (IsWord("at") && Peek(1).Kind == TokenKind.OpenBrace)
        {
            ReportExpected("the end of the vCPU", "`at {…}` is for `any` guests: a program says itself what it names");
            Next();
            ParseDottedNames("a page, line or mapping");
        }

        return new VcpuSyntax(name, placement, life, settings.ToImmutable(), maps.ToImmutable(), body, [], SpanFrom(first));
    }

    /// <summary>Whether what a vCPU does stands where its settings belong: said once, and read as it is meant.</summary>
    private bool HasForgottenSettings(string name)
    {
        var isAlphabet = IsWord("any") && Peek(1).Kind == TokenKind.OpenBrace;
        var isProgram = Is(TokenKind.OpenBrace) && Peek(1) is { Kind: TokenKind.Identifier } first
            && Peek(2).Kind is not (TokenKind.Dot or TokenKind.Equals)
            && (OperationTable.IsMnemonic(TextOf(first)) || (Keywords.ContainsKey(TextOf(first)) && !IsWord(first, "in") && !IsWord(first, "map")))
            && !IsFollowedByProgram();
        if (!isAlphabet && !isProgram)
        {
            return false;
        }

        ReportExpected("the settings of the vCPU in braces", $"they stand first, and may be none: `vcpu {name} {{ }} {(isAlphabet ? "any " : "")}{{ … }}`");
        return true;
    }

    /// <summary>Whether behind the braces that begin here others follow, or <c>any</c>: then these are the settings, whatever is in them.</summary>
    private bool IsFollowedByProgram()
    {
        var (i, open) = (0, 0);
        do
        {
            open += Peek(i).Kind switch { TokenKind.OpenBrace => 1, TokenKind.CloseBrace => -1, TokenKind.EndOfFile => -open, _ => 0 };
            i++;
        }
        while (open > 0);
        return Peek(i).Kind == TokenKind.OpenBrace || (IsWord(Peek(i), "any") && Peek(i + 1).Kind == TokenKind.OpenBrace);
    }
}
