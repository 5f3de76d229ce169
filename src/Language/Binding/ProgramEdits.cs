using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds the programs of a scenario; errors go to a bag of their own.</summary>
internal delegate EditedPrograms ProgramRebinder(ProgramText text, DiagnosticBag diagnostics);

/// <summary>What a row makes of the programs and tasks of its scenario.</summary>
/// <param name="OfPolicy">What is left of its edits for the policy.</param>
/// <param name="Programs">The edited programs; <see langword="null"/> where the row edits none, or only leaves out.</param>
/// <param name="Deleted">Labels that the text no longer has, since what they stood on was deleted before something else was edited.</param>
/// <param name="Labels">The labels that edits may name, of programs and tasks, each with its owner.</param>
internal sealed record RowPrograms(
    PolicyReferenceSyntax OfPolicy, EditedPrograms? Programs, ImmutableSortedSet<string> Deleted, IReadOnlyDictionary<string, string> Labels);

/// <summary>Applies the edits of rows whose labels are of programs and tasks; those of policies are the catalog's.</summary>
/// <remarks>As there, <c>without</c> only switches, and what it switches off is deleted from the text once something else is edited.</remarks>
internal sealed class ProgramEdits(ProgramText written, PolicyCatalog policies, ProgramRebinder rebind, DiagnosticBag diagnostics)
{
    private readonly Dictionary<string, RowPrograms?> _known = new(StringComparer.Ordinal);

    /// <summary>What a row's edits come to; <see langword="null"/> where an error was reported.</summary>
    public RowPrograms? Of(PolicyReferenceSyntax reference)
    {
        if (!reference.Edits.Any(edit => edit is ReplaceEditSyntax or MoveEditSyntax))
        {
            return new RowPrograms(reference, null, Empty, written.Labels);
        }

        if (reference.Edits.Length > LanguageLimits.Edits)
        {
            diagnostics.ReportLimitExceeded(reference.Edits[LanguageLimits.Edits].Place, LanguageLimits.Edits, "edits of a policy in one place");
            return null;
        }

        if (!_known.TryGetValue(reference.Text, out var known))
        {
            _known.Add(reference.Text, known = Apply(reference));
        }

        return known;
    }

    private static ImmutableSortedSet<string> Empty { get; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    private RowPrograms? Apply(PolicyReferenceSyntax reference)
    {
        if (policies.LabelsOf(reference.Base) is not { } policyLabels)
        {
            return null;
        }

        var ofPolicy = ImmutableArray.CreateBuilder<PolicyEditSyntax>();
        var (text, off, deleted, isEdited) = (written, Empty, Empty, false);
        foreach (var edit in reference.Edits)
        {
            switch (edit)
            {
                case WithoutEditSyntax without:
                    ofPolicy.Add(edit);
                    off = text.Labels.ContainsKey(without.Label.Text) ? off.Add(without.Label.Text) : off;
                    continue;
                case ReplaceEditSyntax or MoveEditSyntax:
                    var label = edit is ReplaceEditSyntax replaced ? replaced.Label : ((MoveEditSyntax)edit).Label;
                    var left = text.Without(off);
                    if (!left.Labels.ContainsKey(label.Text))
                    {
                        if (!policyLabels.Contains(label.Text))
                        {
                            diagnostics.ReportUnknownLabel(label.Span, label.Text, $"policy {reference.Base.Text}", [.. policyLabels, .. left.Labels.Keys]);
                            return null;
                        }

                        policyLabels.UnionWith(edit is ReplaceEditSyntax other ? StatementTree.LabelsOf([other.Statement]).Select(inner => inner.Text) : []);
                        ofPolicy.Add(edit);
                        continue;
                    }

                    if (policyLabels.Contains(label.Text))
                    {
                        diagnostics.ReportAmbiguousName(label.Span, label.Text, $"a label of policy {reference.Base.Text}", $"one of {left.Labels[label.Text]}", "rename one of them");
                        return null;
                    }

                    (deleted, off) = (deleted.Union(off), Empty);
                    if (Apply(left, edit, policyLabels) is not { } edited)
                    {
                        return null;
                    }

                    (text, isEdited) = (edited, true);
                    continue;
                default:
                    ofPolicy.Add(edit);
                    continue;
            }
        }

        if (!isEdited)
        {
            return new RowPrograms(reference, null, Empty, written.Labels);
        }

        // A text that was edited is left as it is meant.
        (deleted, text) = (deleted.Union(off), text.Without(off));
        var labels = text.Labels.Concat(deleted.Select(label => KeyValuePair.Create(label, written.Labels.GetValueOrDefault(label, "a program"))))
            .DistinctBy(pair => pair.Key).ToDictionary(StringComparer.Ordinal);
        return Bind(text, reference) is { } programs
            ? new RowPrograms(OfPolicy(reference, ofPolicy), programs, deleted, labels)
            : null;
    }

    /// <summary>The reference with some of its edits. Texts tell references apart, and which edits are a program's hangs on the scenario.</summary>
    private static PolicyReferenceSyntax OfPolicy(PolicyReferenceSyntax reference, IEnumerable<PolicyEditSyntax> edits)
    {
        ImmutableArray<PolicyEditSyntax> left = [.. edits];
        return reference with { Edits = left, Text = $"{reference.Text} / {string.Join(' ', left.Select(edit => reference.Edits.IndexOf(edit)))}" };
    }

    private ProgramText? Apply(ProgramText text, PolicyEditSyntax edit, HashSet<string> policyLabels)
    {
        if (edit is ReplaceEditSyntax replace)
        {
            return text.Edit(body => BodyEdits.Replace(body, replace)) ?? throw new InvalidOperationException($"No statement @{replace.Label.Text}.");
        }

        var move = (MoveEditSyntax)edit;
        if (!text.Labels.ContainsKey(move.Target.Text) && !policyLabels.Contains(move.Target.Text))
        {
            diagnostics.ReportUnknownLabel(move.Target.Span, move.Target.Text, $"what is left of {text.Labels[move.Label.Text]}", text.Labels.Keys.ToList());
            return null;
        }

        if (text.Edit(body => BodyEdits.Move(body, move)) is { } moved)
        {
            return moved;
        }

        diagnostics.ReportMoveBetweenBodies(move.Target.Span, move.Label.Text, move.Target.Text);
        return null;
    }

    /// <summary>Binds an edited text. What is wrong with what the row writes is said there; what is wrong with what that leaves is the row's fault all the same.</summary>
    private EditedPrograms? Bind(ProgramText text, PolicyReferenceSyntax reference)
    {
        if (!Fits(text, reference))
        {
            return null;
        }

        var own = new DiagnosticBag();
        var first = new Dictionary<string, NameSyntax>(StringComparer.Ordinal);
        foreach (var (label, _) in text.AllLabels)
        {
            if (!first.TryAdd(label.Text, label))
            {
                // The one in the row is the one too many, wherever it stands.
                var (extra, other) = IsIn(label.Span, reference.Span) ? (label, first[label.Text]) : (first[label.Text], label);
                own.ReportDuplicateName(extra.Span, "label", label.Text, other.Span);
            }
        }

        var programs = rebind(text, own);
        var errors = own.ToSorted().Where(diagnostic => diagnostic.Severity == Severity.Error).ToList();
        foreach (var error in errors.Where(error => error.Span is { } span && IsIn(span, reference.Span)))
        {
            diagnostics.Add(error);
        }

        if (errors.Count > 0 && !errors.Exists(error => error.Span is { } span && IsIn(span, reference.Span)))
        {
            diagnostics.ReportEditRefused(reference.Span, errors[0]);
        }

        return errors.Count == 0 ? programs : null;
    }

    /// <summary>Whether an edited text is small enough, and for the stack of later phases flat enough.</summary>
    private bool Fits(ProgramText text, PolicyReferenceSyntax reference)
    {
        foreach (var body in text.Bodies)
        {
            var (count, depth) = StatementTree.Measure(body.Body);
            if (count > LanguageLimits.Statements)
            {
                diagnostics.ReportLimitExceeded(reference.Span, LanguageLimits.Statements, "statements in a program");
                return false;
            }

            if (depth > LanguageLimits.Nesting + 1)
            {
                diagnostics.ReportNestingTooDeep(reference.Span, LanguageLimits.Nesting);
                return false;
            }
        }

        return true;
    }

    private static bool IsIn(SourceSpan span, SourceSpan outer) =>
        span.Text == outer.Text && span.Start >= outer.Start && span.Start <= outer.Start + outer.Length;
}
