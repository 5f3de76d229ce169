using System.Collections.Immutable;

namespace CoherenceCheck.Language.Syntax;

internal sealed partial class Parser
{
    private RowSyntax ParseRow()
    {
        var first = _position;
        var policy = NamesNoPolicy() ? ParseEditsOf(Binding.BuiltInPolicies.BareMetal) : ParsePolicyReference();
        var conditions = ImmutableArray.CreateBuilder<ConditionSyntax>();
        var otherwise = TakeOtherwise();
        if (TryTakeWord("when"))
        {
            do
            {
                var start = _position;
                var name = ParseDottedName("a field or reading");
                conditions.Add(new ConditionSyntax(name, ParseValues(mayBeAny: false), SpanFrom(start)));
            }
            while (TryTake(TokenKind.Comma));
            otherwise = TakeOtherwise() ?? otherwise;
        }

        Expect(TokenKind.Colon, "`when`, `otherwise` or `:`", IsWord("holds") || IsWord("violated") || IsWord("unstated") ? $"put `:` before `{TextOf(Current)}`" : IsWord("if") ? "write `when`" : null);
        var verdict = ParseName("`holds`, `violated` or `unstated`");
        var vacuous = verdict.Text == "holds" && !BeginsRow("vacuous") && IsWord("vacuous") ? TakeName() : null;
        var needless = ImmutableArray.CreateBuilder<NameSyntax>();
        if (verdict.Text == "holds" && !BeginsRow("needless") && TryTakeWord("needless"))
        {
            do
            {
                needless.Add(ParseName("a label"));
            }
            while (TryTake(TokenKind.Comma));
        }

        return new RowSyntax(policy, conditions.ToImmutable(), otherwise, verdict, vacuous, needless.ToImmutable(), SpanFrom(first));
    }

    private NameSyntax? TakeOtherwise() => IsWord("otherwise") ? TakeName() : null;

    /// <summary>Whether a row begins with what others have behind the name of their policy.</summary>
    /// <remarks>A policy may have one of these words for its name; what follows tells.</remarks>
    private bool NamesNoPolicy()
    {
        if (Is(TokenKind.Colon))
        {
            return true;
        }

        var (next, after) = (Peek(1), Peek(2));
        var isName = next.Kind == TokenKind.Identifier;
        return TextOf(Current) switch
        {
            "otherwise" => next.Kind == TokenKind.Colon || IsWord(next, "when"),
            "without" => isName && !(TextOf(next) is "without" or "with" or "move" or "when" && after.Kind == TokenKind.Identifier),
            "move" => isName && (IsWord(after, "before") || IsWord(after, "after")),
            "with" => isName && after.Kind is TokenKind.Colon or TokenKind.Dot or TokenKind.Equals,
            "when" => isName && (after.Kind is TokenKind.Dot or TokenKind.Equals || IsWord(after, "in")),
            _ => false,
        };
    }

    /// <summary>Whether a word of rows is the name of a policy, with which the next row begins.</summary>
    private bool BeginsRow(string word) =>
        IsWord(word) && Current.OnNewLine && (Peek(1).Kind == TokenKind.Colon || TextOf(Peek(1)) is "without" or "with" or "move" or "when" or "otherwise");
}
