using System.Collections.Immutable;

namespace CoherenceCheck.Language.Syntax;

internal sealed partial class Parser
{
    private static readonly ValuesSyntax AnyValue = new([], IsIn: true, IsAny: true);

    public FileSyntax ParseFile()
    {
        var uses = ImmutableArray.CreateBuilder<NameSyntax>();
        var profiles = ImmutableArray.CreateBuilder<ProfileSyntax>();
        var policies = ImmutableArray.CreateBuilder<PolicySyntax>();
        var scenarios = ImmutableArray.CreateBuilder<ScenarioSyntax>();
        while (!IsAtEnd)
        {
            if (TryTake(TokenKind.Semicolon))
            {
                continue;
            }

            if (TryTakeWord("use"))
            {
                uses.Add(ParseString("the path of a file in quotes"));
                EndStatement();
            }
            else if (TryTakeWord("profile"))
            {
                profiles.Add(ParseProfile());
            }
            else if (TryTakeWord("policy"))
            {
                policies.Add(ParsePolicy());
            }
            else if (TryTakeWord("scenario"))
            {
                scenarios.Add(ParseScenario(SpanOf(_tokens[_position - 1])));
            }
            else
            {
                _diagnostics.ReportExpectedMember(SpanOf(Current), "a file", "`use`, `profile`, `policy` or `scenario`", TextOf(Current));
                SkipToDeclaration();
            }
        }

        return new FileSyntax(_text, uses.ToImmutable(), profiles.ToImmutable(), policies.ToImmutable(), scenarios.ToImmutable());
    }

    private void SkipToDeclaration()
    {
        do
        {
            Next();
        }
        while (!IsAtEnd && !(Current.OnNewLine && (IsWord("use") || IsWord("profile") || IsWord("policy") || IsWord("scenario"))));
    }

    private ProfileSyntax ParseProfile()
    {
        var name = ParseName("the name of a profile");
        return new ProfileSyntax(name, ParseSettings("a profile"));
    }

    private ImmutableArray<SettingSyntax> ParseSettings(string place)
    {
        var settings = ImmutableArray.CreateBuilder<SettingSyntax>();
        ParseMembers(place, "a setting", () => TryParseSetting(settings.Add));
        return settings.ToImmutable();
    }

    /// <summary>A setting, where one stands: <c>reading</c>, <c>profile</c>, or a field.</summary>
    private bool TryParseSetting(Action<SettingSyntax> add)
    {
        if (!Is(TokenKind.Identifier))
        {
            return false;
        }

        add(ParseSetting());
        return true;
    }

    private SettingSyntax ParseSetting()
    {
        var first = _position;
        if (IsWord("reading") && Peek(1).Kind == TokenKind.Identifier)
        {
            Next();
            var reading = ParseName("the name of a reading");
            return new ReadingSettingSyntax(reading, ParseValues(mayBeAny: true), SpanFrom(first));
        }

        if (IsWord("profile") && Peek(1).Kind == TokenKind.Identifier)
        {
            Next();
            return new ProfileSettingSyntax(TakeName(), SpanFrom(first));
        }

        var field = ParseDottedName("a register field");
        if (!Is(TokenKind.Equals) && !Is(TokenKind.EqualsEquals) && !IsWord("in") && MemberWords.HintFor(field.Text) is { } hint)
        {
            ReportExpected("`=` or `in`", hint);
        }

        return new FieldSettingSyntax(field, ParseValues(mayBeAny: true), Label: null, SpanFrom(first));
    }

    /// <summary><c>= value</c>, <c>in { values }</c>, and where values are left open <c>in any</c>.</summary>
    private ValuesSyntax ParseValues(bool mayBeAny)
    {
        if (!TryTakeWord("in"))
        {
            ExpectEquals("`=` or `in`");
            return new ValuesSyntax([ParseValue()], IsIn: false, IsAny: false);
        }

        if (!IsWord("any"))
        {
            return new ValuesSyntax(ParseNames("a value"), IsIn: true, IsAny: false);
        }

        if (!mayBeAny)
        {
            ReportExpected("values in braces");
        }

        Next();
        return AnyValue;
    }

    private PolicySyntax ParsePolicy()
    {
        var name = ParseName("the name of a policy");
        if (Is(TokenKind.EqualsEquals))
        {
            _diagnostics.ReportComparisonForEquals(SpanOf(Current));
        }

        var reference = TryTake(TokenKind.Equals) || TryTake(TokenKind.EqualsEquals) ? ParsePolicyReference() : null;
        if (!Is(TokenKind.OpenBrace))
        {
            if (reference is null)
            {
                ReportExpected("`=` or `{`");
            }

            EndStatement();
            return new PolicySyntax(name, reference, []);
        }

        var members = ImmutableArray.CreateBuilder<PolicyMemberSyntax>();
        ParseMembers("a policy", "a setting, `state`, `lock`, `on` or `proc`", () => TryParsePolicyMember(members.Add));
        return new PolicySyntax(name, reference, members.ToImmutable());
    }

    private PolicyReferenceSyntax ParsePolicyReference()
    {
        var first = _position;
        var policy = ParseName("the name of a policy");
        var edits = ParseEdits();
        return new PolicyReferenceSyntax(policy, edits, Join(first), SpanFrom(first));
    }

    /// <summary>The edits of a policy that is not named.</summary>
    private PolicyReferenceSyntax ParseEditsOf(string policy)
    {
        var first = _position;
        var name = new NameSyntax(policy, SpanOf(Current) with { Length = 0 });
        var edits = ParseEdits();
        return new PolicyReferenceSyntax(name, edits, edits.IsEmpty ? policy : $"{policy} {Join(first)}", SpanFrom(first));
    }

    private ImmutableArray<PolicyEditSyntax> ParseEdits()
    {
        var edits = ImmutableArray.CreateBuilder<PolicyEditSyntax>();
        while (true)
        {
            if (TryTakeWord("without"))
            {
                edits.Add(new WithoutEditSyntax(ParseName("a label")));
            }
            else if (IsWord("move"))
            {
                edits.Add(ParseMove());
            }
            else if (IsWord("with"))
            {
                edits.Add(ParseWith());
            }
            else
            {
                return edits.ToImmutable();
            }
        }
    }

    private MoveEditSyntax ParseMove()
    {
        Next();
        var label = ParseName("a label");
        var isBefore = TryTakeWord("before");
        if (!isBefore)
        {
            if (!TryTakeWord("after"))
            {
                ReportExpected("`before` or `after`");
            }
        }

        return new MoveEditSyntax(label, isBefore, ParseName("a label"));
    }

    private PolicyEditSyntax ParseWith()
    {
        Next();
        if (Is(TokenKind.Identifier) && Peek(1).Kind == TokenKind.Colon)
        {
            var label = TakeName();
            Next();
            var statement = ParseUnlabelledStatement();
            return new ReplaceEditSyntax(label, statement ?? new ReturnSyntax("", SpanOf(Current), Label: null));
        }

        return new SettingEditSyntax(ParseSetting());
    }

    private bool TryParsePolicyMember(Action<PolicyMemberSyntax> add)
    {
        if (!Is(TokenKind.Identifier))
        {
            return false;
        }

        // A field has a dot after its register, or `=` where it is not a field at all.
        var isDeclaration = Peek(1).Kind == TokenKind.Identifier;
        if (isDeclaration && TryTakeWord("state"))
        {
            add(ParseState());
        }
        else if (isDeclaration && TryTakeWord("lock"))
        {
            var name = TakeName();
            var index = TryParseSortIndex();
            add(new LockSyntax(name, index, TryTakeWord("sleeps")));
        }
        else if (isDeclaration && TryTakeWord("on"))
        {
            add(ParseHook());
        }
        else if (isDeclaration && TryTakeWord("proc"))
        {
            var name = TakeName();
            var parameters = ParseParameters();
            var holding = TryTakeWord("holding") ? ParsePlace() : null;
            add(new ProcedureSyntax(name, parameters, holding, ParseBody()));
        }
        else
        {
            var setting = ParseSetting();
            var label = TryParseLabel();
            add(new SettingMemberSyntax(setting is FieldSettingSyntax field ? field with { Label = label } : setting));
        }

        return true;
    }

    private StateSyntax ParseState()
    {
        var name = TakeName();
        var index = ImmutableArray.CreateBuilder<NameSyntax>();
        while (TryParseSortIndex() is { } sort)
        {
            index.Add(sort);
        }

        if (Is(TokenKind.Equals))
        {
            ReportExpected("`:` and a type", $"write `state {name.Text} : vcpu? = none`, or another type: bool, 0..3, {{idle, busy}}, set pcpu");
            Next();
            return new StateSyntax(name, index.ToImmutable(), new NamedTypeSyntax(MissingName(), false, SpanFrom(_position)), ParseExpression());
        }

        Expect(TokenKind.Colon, "`:`");
        var type = ParseType();
        ExpectEquals();
        return new StateSyntax(name, index.ToImmutable(), type, ParseExpression());
    }

    private NameSyntax? TryParseSortIndex()
    {
        if (!Is(TokenKind.OpenBracket) || IsCutOff)
        {
            return null;
        }

        Next();
        var sort = ParseName("a sort");
        Expect(TokenKind.CloseBracket, "`]`");
        return sort;
    }

    private HookSyntax ParseHook()
    {
        var hookEvent = TakeName();
        var first = _position;
        var parameters = ParseParameters();
        var parametersSpan = SpanFrom(first);
        var from = TryTakeWord("from") ? ParseString("a kernel function in quotes") : null;
        var condition = TryTakeWord("if") ? ParseTest() : null;
        var holding = TryTakeWord("holding") ? ParsePlace() : null;
        return new HookSyntax(hookEvent, parameters, parametersSpan, from, condition, holding, ParseBody());
    }

    private ImmutableArray<ParameterSyntax> ParseParameters()
    {
        var parameters = ImmutableArray.CreateBuilder<ParameterSyntax>();
        Expect(TokenKind.OpenParenthesis, "`(`");
        while (Is(TokenKind.Identifier))
        {
            var name = TakeName();
            parameters.Add(new ParameterSyntax(name, TryTake(TokenKind.Colon) ? ParseType() : null));
            if (!TryTake(TokenKind.Comma))
            {
                break;
            }
        }

        Expect(TokenKind.CloseParenthesis, "`)`");
        return parameters.ToImmutable();
    }

    private TypeSyntax ParseType()
    {
        var first = _position;
        if (Is(TokenKind.OpenBrace))
        {
            return new NamesTypeSyntax(ParseNames("a name"), SpanFrom(first));
        }

        if (Is(TokenKind.Number) || Is(TokenKind.Minus))
        {
            var min = ParseSignedNumber();
            Expect(TokenKind.DotDot, "`..`");
            var max = ParseSignedNumber();
            return new RangeTypeSyntax(min, max, SpanFrom(first));
        }

        if (IsWord("set") && Peek(1).Kind == TokenKind.Identifier)
        {
            Next();
            return new SetTypeSyntax(TakeName(), SpanFrom(first));
        }

        var name = ParseName("a type");
        return new NamedTypeSyntax(name, TryTake(TokenKind.Question), SpanFrom(first));
    }
}
