using System.Collections.Immutable;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Syntax;

internal sealed partial class Parser
{
    private ScenarioSyntax ParseScenario(SourceSpan keyword)
    {
        var title = ParseString("the title of the scenario in quotes");
        var machines = ImmutableArray.CreateBuilder<MachineSyntax>();
        var frames = ImmutableArray.CreateBuilder<FrameSyntax>();
        var vms = ImmutableArray.CreateBuilder<VmSyntax>();
        var tasks = ImmutableArray.CreateBuilder<TaskSyntax>();
        var properties = ImmutableArray.CreateBuilder<PropertySyntax>();
        var bounds = ImmutableArray.CreateBuilder<BoundSyntax>();
        var expectations = ImmutableArray.CreateBuilder<ExpectationSyntax>();
        ParseMembers("a scenario", "`machine`, `frame`, `vm`, `task`, `property`, `cover`, `bound` or `expect`", () =>
        {
            if (IsWord("machine"))
            {
                machines.Add(ParseMachine());
            }
            else if (TryTakeWord("frame"))
            {
                frames.Add(ParseFrame());
            }
            else if (TryTakeWord("vm"))
            {
                vms.Add(ParseVm());
            }
            else if (TryTakeWord("task"))
            {
                var name = ParseName("the name of a task");
                var placement = TryParsePlacement();
                tasks.Add(new TaskSyntax(name, placement, ParseBody()));
            }
            else if (IsWord("property") || IsWord("cover"))
            {
                var isCover = IsWord(Next(), "cover");
                var name = ParseName("the name of a property");
                if (Is(TokenKind.Equals))
                {
                    ReportExpected("`:`", $"write `{name.Text}: `");
                    Next();
                }
                else
                {
                    Expect(TokenKind.Colon, "`:`");
                }

                properties.Add(new PropertySyntax(name, isCover, ParseExpression()));
            }
            else if (TryTakeWord("bound"))
            {
                var name = ParseName("an event");
                Expect(TokenKind.LessOrEqual, "`<=`");
                var number = Current;
                bounds.Add(new BoundSyntax(name, ParseNumber(), SpanOf(number)));
            }
            else if (TryTakeWord("expect"))
            {
                expectations.Add(ParseExpectation());
            }
            else
            {
                return false;
            }

            return true;
        });
        return new ScenarioSyntax(
            keyword,
            title,
            machines.ToImmutable(),
            frames.ToImmutable(),
            vms.ToImmutable(),
            tasks.ToImmutable(),
            properties.ToImmutable(),
            bounds.ToImmutable(),
            expectations.ToImmutable());
    }

    private MachineSyntax ParseMachine()
    {
        var span = SpanOf(Next());
        var members = ImmutableArray.CreateBuilder<MachineMemberSyntax>();
        ParseMembers("a machine", "`pcpu`, `share`, `icache`, `vmids`, `pe`, `legal` or a setting", () => TryParseMachineMember(members.Add));
        return new MachineSyntax(members.ToImmutable(), span);
    }

    private bool TryParseMachineMember(Action<MachineMemberSyntax> add)
    {
        var first = _position;
        if (TryTakeWord("pcpu"))
        {
            var name = ParseName("the name of a pCPU");
            add(new PcpuSyntax(name, TryTakeWord("hotplug"), Is(TokenKind.OpenBrace) ? ParseSettings("a pCPU") : []));
        }
        else if (TryTakeWord("share"))
        {
            var what = ParseName("`icache` or `tlb`");
            add(new ShareSyntax(what, ParseNames("a pCPU"), SpanFrom(first)));
        }
        else if (TryTakeWord("icache"))
        {
            var kind = ParseName("`pipt`, `vipt` or `tag`");
            if (kind.Text == "tag")
            {
                ExpectWord("vmid");
            }

            add(new IcacheSyntax(kind));
        }
        else if (TryTakeWord("vmids"))
        {
            var number = SpanOf(Current);
            add(new VmidsSyntax(ParseNumber(), number, SpanFrom(first)));
        }
        else if (TryTakeWord("pe"))
        {
            add(new PeSyntax(ParseHyphenatedName("a PE model")));
        }
        else if (TryTakeWord("legal"))
        {
            add(new LegalSyntax(SpanFrom(first)));
        }
        else
        {
            return TryParseSetting(setting => add(new MachineSettingSyntax(setting)));
        }

        return true;
    }

    /// <summary>A name with hyphens inside or at its end, no blanks between: <c>in-order</c>, <c>RW-</c>.</summary>
    private NameSyntax ParseHyphenatedName(string what)
    {
        var first = _position;
        if (!Is(TokenKind.Identifier) && !Is(TokenKind.Minus))
        {
            ReportExpected(what);
            return MissingName();
        }

        Next();
        while (Current.Kind is TokenKind.Identifier or TokenKind.Minus && _tokens[_position - 1].End == Current.Start)
        {
            Next();
        }

        var span = SpanFrom(first);
        return new NameSyntax(_text.Content.Substring(span.Start, span.Length), span);
    }

    private FrameSyntax ParseFrame()
    {
        var name = ParseName("the name of a frame");
        var lines = ImmutableArray.CreateBuilder<LineSyntax>();
        ParseMembers("a frame", "a line and its contents: `x = old`", () =>
        {
            if (!Is(TokenKind.Identifier))
            {
                return false;
            }

            var line = TakeName();
            ExpectEquals(hint: $"a line has a name and contents: `{(Is(TokenKind.Identifier) ? $"{line.Text} = {TextOf(Current)}" : $"x = {line.Text}")}`");
            if (Current.Kind is TokenKind.Number or TokenKind.String && !IsCutOff)
            {
                ReportExpected("the name of the contents", $"contents are names: `{line.Text} = zero`");
                lines.Add(new LineSyntax(line, TakeName(), Before: null));
                return true;
            }

            var initial = ParseName("the name of the contents");
            var before = !IsCutOff && TryTakeWord("after") ? ParseName("the name of what it held before") : null;
            lines.Add(new LineSyntax(line, initial, before));
            return true;
        });
        return new FrameSyntax(name, lines.ToImmutable());
    }

    private ExpectationSyntax ParseExpectation()
    {
        var property = ParseName("a property", "`expect fresh_fetch { … }` asks whether anybody executes what bare metal could not have shown");
        var rows = ImmutableArray.CreateBuilder<RowSyntax>();
        ParseMembers("an expect block", "a row", () =>
        {
            if (!Is(TokenKind.Identifier) && !Is(TokenKind.Colon))
            {
                return false;
            }

            rows.Add(ParseRow());
            return true;
        });
        return new ExpectationSyntax(property, rows.ToImmutable());
    }
}
