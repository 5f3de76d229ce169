using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Binding;

/// <summary>The text of a policy, edits of statements applied: it is bound once, however many rows name it.</summary>
internal sealed class PolicyText(string name, bool isBareMetal, ImmutableArray<PolicyMemberSyntax> members, SourceSpan span)
{
    private readonly Lazy<Dictionary<string, NameSyntax>> _labels = new(() => FindLabels(members));

    public string Name { get; } = name;

    public bool IsBareMetal { get; } = isBareMetal;

    public ImmutableArray<PolicyMemberSyntax> Members { get; } = members;

    public SourceSpan Span { get; } = span;

    /// <summary>All labels, of settings and statements, each with its first place.</summary>
    public Dictionary<string, NameSyntax> Labels => _labels.Value;

    /// <summary>What was deleted to make it, with where that is said: then a text that cannot be bound is refused there. Empty for what somebody wrote.</summary>
    public (ImmutableSortedSet<string> Labels, SourceSpan Span)? Deletion { get; init; }

    /// <summary>The bound policy; set by the catalog.</summary>
    public Policy? Bound { get; set; }

    /// <summary>Whether a label stands on a statement, not a setting.</summary>
    public bool HasStatement(string label) => Members.Any(member => StatementTree.StatementLabelsOf(StatementTree.BodyOf(member)).Any(name => name.Text == label));

    public static IEnumerable<NameSyntax> AllLabels(ImmutableArray<PolicyMemberSyntax> members)
    {
        foreach (var member in members)
        {
            if (member is SettingMemberSyntax { Setting: FieldSettingSyntax { Label: { } label } })
            {
                yield return label;
            }

            foreach (var name in member is HookSyntax hook ? TestTree.LabelsOf(hook.Condition) : [])
            {
                yield return name;
            }

            foreach (var name in StatementTree.LabelsOf(StatementTree.BodyOf(member)))
            {
                yield return name;
            }
        }
    }

    private static Dictionary<string, NameSyntax> FindLabels(ImmutableArray<PolicyMemberSyntax> members)
    {
        var labels = new Dictionary<string, NameSyntax>();
        foreach (var label in AllLabels(members))
        {
            labels.TryAdd(label.Text, label);
        }

        return labels;
    }
}

/// <summary>A policy as named or edited: its text, and what is switched without changing the text.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Without">Labels switched off.</param>
/// <param name="With">Fields set.</param>
internal sealed record PolicyDraft(PolicyText Text, ImmutableSortedSet<string> Without, ImmutableArray<PolicySetting> With)
{
    /// <summary>Labels that the text no longer has, since what they stood on was deleted before something else was edited.</summary>
    public ImmutableSortedSet<string> Deleted { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
}

/// <summary>The policies that every spec has.</summary>
internal static class BuiltInPolicies
{
    public const string None = "none";
    public const string BareMetal = "bare_metal";

    private static readonly SourceText BuiltIn = new("(built in)", "");

    /// <summary>The built-in policy of a name, or <see langword="null"/>.</summary>
    public static PolicyDraft? Find(string name) => name is None or BareMetal
        ? new PolicyDraft(
            new PolicyText(name, name == BareMetal, [], new SourceSpan(BuiltIn, 0, 0)),
            ImmutableSortedSet.Create<string>(StringComparer.Ordinal),
            [])
        : null;
}
