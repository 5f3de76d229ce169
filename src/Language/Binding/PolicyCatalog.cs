using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Binding;

/// <summary>Finds, derives, edits and binds policies, each text once.</summary>
/// <remarks>Statements are edited in the syntax tree, before binding. <c>without</c> only switches, so that policies that differ by it share one text; what it
/// switches off is deleted once something is edited after it, for edits apply from left to right.</remarks>
internal sealed class PolicyCatalog(Declarations declarations, VocabularyIndex vocabulary, DiagnosticBag diagnostics)
{
    private readonly Dictionary<string, PolicyDraft?> _named = [];
    private readonly Dictionary<string, PolicyDraft?> _edited = [];
    private readonly HashSet<string> _inProgress = [];

    /// <summary>Binds every declared policy, so that errors are found in those that no row names too.</summary>
    public void BindAll()
    {
        foreach (var policy in declarations.Policies)
        {
            if (Find(policy.Name) is not { } draft)
            {
                continue;
            }

            if (policy.Base is not null)
            {
                CheckLabels(policy.Base, draft, programLabels: null);
                CheckDeletion(policy.Base, draft);
            }

            Bind(draft.Text);
        }
    }

    /// <summary>The policy that a reference means, or <see langword="null"/> where an error was reported.</summary>
    public PolicyDraft? Resolve(PolicyReferenceSyntax reference)
    {
        if (reference.Edits.IsEmpty)
        {
            return Find(reference.Base);
        }

        if (_edited.TryGetValue(reference.Text, out var known))
        {
            return known;
        }

        if (_edited.Count >= LanguageLimits.EditedPolicies)
        {
            diagnostics.ReportLimitExceeded(reference.Span, LanguageLimits.EditedPolicies, "different edited policies in a spec");
            return null;
        }

        if (reference.Edits.Length > LanguageLimits.Edits)
        {
            diagnostics.ReportLimitExceeded(reference.Edits[LanguageLimits.Edits].Place, LanguageLimits.Edits, "edits of a policy in one place");
            return null;
        }

        var draft = Find(reference.Base);
        var isEdited = false;
        foreach (var edit in reference.Edits)
        {
            var isText = edit is ReplaceEditSyntax or MoveEditSyntax;
            isEdited |= isText;
            draft = draft is not null && isText ? Settle(draft, reference.Base.Span) : draft;
            draft = draft is null ? null : Apply(draft, edit);
        }

        // A text that was edited is left as it is meant: on the way to it there may be ones that could not be written.
        return _edited[reference.Text] = draft is not null && isEdited ? Settle(draft, reference.Base.Span) : draft;
    }

    /// <summary>Reports that the text that a reference leaves of a policy is none that could be written.</summary>
    public void CheckDeletion(PolicyReferenceSyntax reference, PolicyDraft draft)
    {
        if (!draft.Without.IsEmpty && Deletion.Refusal(Bind(draft.Text), draft.Without) is { } refusal)
        {
            diagnostics.ReportDeletionRefused(reference.Base.Span, draft.Without, refusal);
        }
    }

    /// <summary>Deletes from the text what is switched off, so that what is edited next is what is left.</summary>
    private static PolicyDraft Settle(PolicyDraft draft, SourceSpan span)
    {
        var own = draft.Without.Intersect(draft.Text.Labels.Keys);
        if (own.IsEmpty)
        {
            return draft;
        }

        var left = draft.Text.Members
            .RemoveAll(member => member is SettingMemberSyntax { Setting: FieldSettingSyntax { Label: { } label } } && own.Contains(label.Text));
        var deleted = draft.Deleted.Union(own);
        return draft with
        {
            Text = new PolicyText(draft.Text.Name, draft.Text.IsBareMetal, StatementTree.Delete(left, own), draft.Text.Span) { Deletion = (deleted, span) },
            Without = draft.Without.Except(own),
            Deleted = deleted,
        };
    }

    /// <summary>Reports labels of <c>without</c> that neither the policy nor the scenario's programs have, and those that both have.</summary>
    /// <param name="reference">The reference that names them.</param>
    /// <param name="draft">The policy it means.</param>
    /// <param name="programLabels">The labels of the scenario's programs and tasks, each with its owner; <see langword="null"/> outside a scenario.</param>
    public void CheckLabels(PolicyReferenceSyntax reference, PolicyDraft draft, IReadOnlyDictionary<string, string>? programLabels)
    {
        foreach (var edit in reference.Edits.OfType<WithoutEditSyntax>())
        {
            CheckLabel(edit.Label, draft, programLabels);
        }
    }

    /// <summary>Reports a label that neither the policy nor the scenario's programs have, or that both have.</summary>
    public void CheckLabel(NameSyntax label, PolicyDraft draft, IReadOnlyDictionary<string, string>? programLabels)
    {
        var labels = draft.Text.Labels;
        string? owner = null;
        var isInProgram = programLabels is not null && programLabels.TryGetValue(label.Text, out owner);
        var isInPolicy = labels.ContainsKey(label.Text) || draft.Deleted.Contains(label.Text);
        if (isInProgram && isInPolicy)
        {
            diagnostics.ReportAmbiguousName(label.Span, label.Text, $"a label of policy {draft.Text.Name}", $"one of {owner}", "rename one of them");
        }
        else if (!isInProgram && !isInPolicy && programLabels is null)
        {
            ReportUnknown(label, draft);
        }
        else if (!isInProgram && !isInPolicy)
        {
            diagnostics.ReportUnknownLabel(label.Span, label.Text, $"policy {draft.Text.Name}", [.. labels.Keys, .. programLabels!.Keys]);
        }
    }

    /// <summary>The policy of a name; <see langword="null"/> where an error was reported.</summary>
    public Policy? Bind(NameSyntax policy) => Find(policy) is { } draft ? Bind(draft.Text) : null;

    /// <summary>The labels of a policy; <see langword="null"/> where an error was reported.</summary>
    public HashSet<string>? LabelsOf(NameSyntax policy) => Find(policy) is { } draft ? [.. draft.Text.Labels.Keys] : null;

    /// <summary>Reports a label that a policy lacks; it may be one of a program, of which no policy knows.</summary>
    private void ReportUnknown(NameSyntax label, PolicyDraft draft)
    {
        if (declarations.OwnerOfLabel(label.Text) is var (owner, scenario))
        {
            diagnostics.ReportLabelOfProgram(label.Span, label.Text, $"policy {draft.Text.Name}", owner, scenario);
        }
        else
        {
            diagnostics.ReportUnknownLabel(label.Span, label.Text, $"policy {draft.Text.Name}", draft.Text.Labels.Keys);
        }
    }

    /// <summary>The bound policy of a text.</summary>
    public Policy Bind(PolicyText text)
    {
        if (text.Bound is null && text.Deletion is var (labels, span))
        {
            var own = new DiagnosticBag();
            text.Bound = new PolicyBinder(text, vocabulary, own).Bind();
            if (own.ToSorted().FirstOrDefault(diagnostic => diagnostic.Severity == Severity.Error) is { } refusal)
            {
                diagnostics.ReportDeletionRefused(span, labels, refusal);
            }
        }

        return text.Bound ??= new PolicyBinder(text, vocabulary, diagnostics).Bind();
    }

    private PolicyDraft? Find(NameSyntax name)
    {
        if (_named.TryGetValue(name.Text, out var known))
        {
            return known;
        }

        if (BuiltInPolicies.Find(name.Text) is { } builtIn)
        {
            return _named[name.Text] = builtIn;
        }

        if (declarations.Policy(name.Text) is not { } syntax)
        {
            diagnostics.ReportUnknownPolicy(name.Span, name.Text, declarations.PolicyNames.Where(known => !_inProgress.Contains(known)));
            return null;
        }

        if (_inProgress.Count >= LanguageLimits.Inheritance)
        {
            diagnostics.ReportLimitExceeded(name.Span, LanguageLimits.Inheritance, "policies that build on one another");
            return null;
        }

        if (!_inProgress.Add(name.Text))
        {
            diagnostics.ReportCycle(name.Span, "policy", name.Text);
            return null;
        }

        var draft = Derive(syntax);
        _inProgress.Remove(name.Text);
        return _named[name.Text] = draft;
    }

    private PolicyDraft? Derive(PolicySyntax syntax)
    {
        if (syntax.Base is null)
        {
            return CheckSize(new PolicyDraft(
                new PolicyText(syntax.Name.Text, isBareMetal: false, syntax.Members, syntax.Name.Span),
                ImmutableSortedSet.Create<string>(StringComparer.Ordinal),
                []), syntax.Name.Span);
        }

        if (Resolve(syntax.Base) is not { } based || syntax.Members.IsEmpty)
        {
            return Resolve(syntax.Base);
        }

        var inherited = Settle(based, syntax.Base.Base.Span);
        Bind(inherited.Text);

        if (inherited.Text.IsBareMetal)
        {
            diagnostics.ReportStatementNotHere(syntax.Name.Span, "anything", "a policy made from bare_metal", "bare metal has no host; build on `none`");
            return null;
        }

        // What a policy declares itself replaces what it inherits; hooks are added.
        var own = syntax.Members.Select(KeyOf).OfType<string>().ToHashSet();
        var members = inherited.Text.Members.RemoveAll(member => KeyOf(member) is { } key && own.Contains(key)).AddRange(syntax.Members);
        return CheckSize(new PolicyDraft(
            new PolicyText(syntax.Name.Text, isBareMetal: false, members, syntax.Name.Span),
            inherited.Without,
            inherited.With.RemoveAll(setting => own.Contains(setting.Field)))
        { Deleted = inherited.Deleted }, syntax.Name.Span);
    }

    /// <summary>Refuses texts that edits or inheritance have made too large or, for the stack of later phases, too deep.</summary>
    private PolicyDraft? CheckSize(PolicyDraft draft, SourceSpan span)
    {
        var sizes = draft.Text.Members.Select(member => StatementTree.Measure(StatementTree.BodyOf(member))).ToArray();
        if (sizes.Length + sizes.Sum(size => size.Count) > LanguageLimits.Statements)
        {
            diagnostics.ReportLimitExceeded(span, LanguageLimits.Statements, "statements and declarations in a policy");
            return null;
        }

        if (sizes.Any(size => size.Depth > LanguageLimits.Nesting + 1))
        {
            diagnostics.ReportNestingTooDeep(span, LanguageLimits.Nesting);
            return null;
        }

        return draft;
    }

    private static string? KeyOf(PolicyMemberSyntax member) => member switch
    {
        SettingMemberSyntax { Setting: FieldSettingSyntax setting } => setting.Field.Text,
        StateSyntax state => state.Name.Text,
        LockSyntax policyLock => policyLock.Name.Text,
        ProcedureSyntax procedure => procedure.Name.Text,
        _ => null,
    };

    private PolicyDraft? Apply(PolicyDraft draft, PolicyEditSyntax edit)
    {
        switch (edit)
        {
            case WithoutEditSyntax without:
                return draft with { Without = draft.Without.Add(without.Label.Text) };
            case SettingEditSyntax { Setting: var setting }:
                if (draft.Text.IsBareMetal)
                {
                    diagnostics.ReportSettingNotHere(setting.Span, "a register field of the host", "bare_metal");
                    return null;
                }

                return new SettingBinder(vocabulary, diagnostics).BindPolicySetting(setting) is { } bound
                    ? draft with { With = draft.With.RemoveAll(other => other.Field == bound.Field).Add(bound) }
                    : null;
            case ReplaceEditSyntax replace:
                return EditText(draft, replace.Label, body => BodyEdits.Replace(body, replace), () => diagnostics.ReportNothingToMove(replace.Label.Span, replace.Label.Text));
            case MoveEditSyntax move:
                return !HasStatement(draft, move.Target)
                    ? null
                    : EditText(
                        draft,
                        move.Label,
                        body => BodyEdits.Move(body, move),
                        () => diagnostics.ReportMoveBetweenBodies(move.Target.Span, move.Label.Text, move.Target.Text));
            default:
                throw new InvalidOperationException($"unexpected edit {edit}");
        }
    }

    private PolicyDraft? EditText(
        PolicyDraft draft,
        NameSyntax label,
        Func<ImmutableArray<StatementSyntax>, ImmutableArray<StatementSyntax>?> edit,
        Action reportNone)
    {
        if (!HasStatement(draft, label))
        {
            return null;
        }

        if (StatementTree.Edit(draft.Text.Members, edit) is not { } members)
        {
            reportNone();
            return null;
        }

        return CheckSize(draft with { Text = new PolicyText(draft.Text.Name, draft.Text.IsBareMetal, members, draft.Text.Span) { Deletion = draft.Text.Deletion } }, label.Span);
    }

    private bool HasStatement(PolicyDraft draft, NameSyntax label)
    {
        if (draft.Text.HasStatement(label.Text))
        {
            return true;
        }

        if (draft.Text.Labels.ContainsKey(label.Text))
        {
            diagnostics.ReportNothingToMove(label.Span, label.Text);
        }
        else
        {
            ReportUnknown(label, draft);
        }

        return false;
    }
}
