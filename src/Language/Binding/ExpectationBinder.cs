using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds what a scenario expects: rows, properties and covers.</summary>
internal sealed class ExpectationBinder(
    ScenarioSyntax syntax,
    ScenarioScope scope,
    VocabularyIndex vocabulary,
    PolicyCatalog policies,
    ProgramEdits edits,
    EditedPrograms programs,
    DiagnosticBag diagnostics)
{
    private readonly Dictionary<Policy, ILookup<string, Stmt>> _labelled = new(ReferenceEqualityComparer.Instance);
    private ILookup<string, Stmt>? _written;
    private readonly ConditionBinder _conditions = new(scope, vocabulary, diagnostics);

    public ImmutableArray<Expectation> Bind()
    {
        var expectations = ImmutableArray.CreateBuilder<Expectation>();
        foreach (var expectation in syntax.Expectations)
        {
            if (PropertyTable.Find(expectation.Property.Text) is not { IsPromise: true } && expectation.Rows.FirstOrDefault(row => row.Vacuous is not null)?.Vacuous is { } vacuous)
            {
                diagnostics.ReportSettingNotHere(vacuous.Span, "`vacuous`", $"a row about {expectation.Property.Text}", "only what compares with bare metal can hold for want of a promise: write `holds`");
            }

            CheckProperty(expectation.Property);
            if (expectations.FirstOrDefault(other => other.Property == expectation.Property.Text) is { } first)
            {
                diagnostics.ReportDuplicateName(expectation.Property.Span, "expect block of", expectation.Property.Text, first.Span);
            }

            if (expectation.Rows.IsEmpty)
            {
                diagnostics.ReportIncompleteScenario(expectation.Property.Span, "the expect block has no row: add `POLICY : holds`");
            }

            var rows = expectation.Rows.Select(BindRow).OfType<ExpectationRow>().ToImmutableArray();
            CheckContradictions(rows);
            expectations.Add(new Expectation(expectation.Property.Text, rows, expectation.Property.Span));
        }

        return expectations.ToImmutable();
    }

    public ImmutableArray<DeclaredProperty> BindProperties(ImmutableArray<Expectation> expectations)
    {
        var properties = ImmutableArray.CreateBuilder<DeclaredProperty>();
        var first = new Dictionary<string, SourceSpan>();
        foreach (var property in syntax.Properties)
        {
            var name = property.Name;
            if (PropertyTable.Find(name.Text) is not null)
            {
                diagnostics.ReportReservedName(name.Span, name.Text);
            }

            if (!first.TryAdd(name.Text, name.Span))
            {
                diagnostics.ReportDuplicateName(name.Span, "property", name.Text, first[name.Text]);
                continue;
            }

            // A cover is checked with every row, a property with its own.
            var rows = expectations.Where(expectation => property.IsCover || expectation.Property == name.Text).SelectMany(expectation => expectation.Rows).ToArray();
            if (rows.Length == 0 && !property.IsCover && syntax.Expectations.All(expectation => expectation.Property.Text != name.Text))
            {
                diagnostics.ReportNeverExpected(name.Span, name.Text);
            }

            // Of a property that no row asks for it is enough that some policy has the state that it reads.
            var known = rows.Length > 0 ? rows : [.. expectations.SelectMany(expectation => expectation.Rows)];
            if (BindCondition(property.Condition, Policies(known), Policies(rows)) is { } condition)
            {
                properties.Add(new DeclaredProperty(name.Text, property.IsCover, condition, name.Span));
                CheckPlaces(property, condition, property.IsCover ? [] : rows);
            }
        }

        return properties.ToImmutable();
    }

    /// <summary>Reports rows of a property that leave out the statement before which it asks whether somebody stands. A cover is then not reached, and says so.</summary>
    private void CheckPlaces(PropertySyntax property, SpecExpr condition, IReadOnlyList<ExpectationRow> rows)
    {
        var places = StatementNames.All(condition).OfType<AtExpr>().Select(at => at.Label).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var gone = row.Policy.Without.Union(row.Needless).Where(places.Contains).Concat(row.Policy.Programs is { } edited ? places.Except(edited.Labels) : []).ToList();
            if (gone.Count > 0)
            {
                var own = new DiagnosticBag();
                own.ReportUnknownLabel(property.Name.Span, gone[0], $"what is left for property {property.Name.Text}", []);
                diagnostics.ReportDeletionRefused(row.Span, gone, own.ToSorted()[0]);
            }
        }
    }

    private static ImmutableArray<Policy> Policies(IEnumerable<ExpectationRow> rows) =>
        [.. rows.Select(row => row.Policy.Policy).Distinct(ReferenceEqualityComparer.Instance).Cast<Policy>()];

    private SpecExpr? BindCondition(ExpressionSyntax condition, ImmutableArray<Policy> known, ImmutableArray<Policy> concerned)
    {
        var states = new PolicyScope();
        foreach (var state in known.SelectMany(policy => policy.States))
        {
            states.States.TryAdd(state.Name, state);
        }

        var binder = new BodyBinder(vocabulary, diagnostics, BodyKind.Property) { Scenario = scope, Policy = states };
        var bound = binder.BindCondition(condition);
        foreach (var (state, span) in binder.StatesRead)
        {
            if (concerned.FirstOrDefault(policy => !policy.States.Any(other => IsSame(state, other))) is { } lacking)
            {
                diagnostics.ReportStateNotInPolicy(span, state.Name, lacking.Name);
            }
        }

        return bound;
    }

    private static bool IsSame(PolicyState a, PolicyState b) => a.Name == b.Name && a.Type == b.Type && a.Index.SequenceEqual(b.Index);

    private void CheckProperty(NameSyntax name)
    {
        if (PropertyTable.Find(name.Text) is not null)
        {
            return;
        }

        if (syntax.Properties.FirstOrDefault(property => property.Name.Text == name.Text) is not { } property)
        {
            diagnostics.ReportUnknownProperty(name.Span, name.Text, [.. PropertyTable.Names, .. syntax.Properties.Where(p => !p.IsCover).Select(p => p.Name.Text)]);
        }
        else if (property.IsCover)
        {
            diagnostics.ReportCoverExpected(name.Span, name.Text);
        }
    }

    private ExpectationRow? BindRow(RowSyntax row)
    {
        var conditions = _conditions.Bind(row.Conditions);
        if (row is { Otherwise: { } otherwise, Conditions.IsEmpty: false })
        {
            diagnostics.ReportOtherwiseWithConditions(otherwise.Span);
        }

        ExpectedVerdict? verdict = row.Verdict.Text switch
        {
            "holds" => ExpectedVerdict.Holds,
            "violated" => ExpectedVerdict.Violated,
            "unstated" => ExpectedVerdict.Unstated,
            _ => null,
        };
        if (verdict is null)
        {
            diagnostics.ReportUnknownChoice(row.Verdict.Span, "a verdict", row.Verdict.Text, ["holds", "violated", "unstated"]);
        }

        if (edits.Of(row.Policy) is not { } own || policies.Resolve(own.OfPolicy) is not { } draft)
        {
            return null;
        }

        policies.CheckLabels(row.Policy, draft, own.Labels);
        var needless = BindNeedless(row, draft, own);
        var edited = new EditedPolicy(row.Policy.Text, policies.Bind(draft.Text), draft.Without.Except(own.Deleted), draft.With) { Programs = own.Programs, Touched = Touched(row.Policy) };
        CheckDeletion(edited, [], row.Policy.Edits.OfType<WithoutEditSyntax>().Select(edit => edit.Label.Span).FirstOrDefault(row.Policy.Base.Span));
        CheckCalls(edited);
        if (!needless.IsEmpty)
        {
            CheckDeletion(edited, needless, row.Needless.Select(label => label.Span).FirstOrDefault(row.Policy.Base.Span));
        }

        return new ExpectationRow(edited, conditions, verdict ?? ExpectedVerdict.Unstated, needless, row.Span) { IsOtherwise = row.Otherwise is not null, IsVacuous = row.Vacuous is not null };
    }

    /// <summary>The statements of the policy that a row's own edits name, as they stand before.</summary>
    private ImmutableArray<Stmt> Touched(PolicyReferenceSyntax reference)
    {
        var labels = reference.Edits.Select(edit => edit switch
        {
            WithoutEditSyntax without => without.Label.Text,
            ReplaceEditSyntax replace => replace.Label.Text,
            MoveEditSyntax move => move.Label.Text,
            _ => null,
        }).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (labels.Count == 0 || policies.Resolve(reference with { Edits = [] }) is not { } draft)
        {
            return [];
        }

        var policy = policies.Bind(draft.Text);
        if (!_labelled.TryGetValue(policy, out var ofPolicy))
        {
            _labelled.Add(policy, ofPolicy = Labelled(policy.Statements()));
        }

        _written ??= Labelled(programs.Vms.SelectMany(vm => vm.Vcpus).SelectMany(vcpu => vcpu.Program ?? []).Concat(programs.Tasks.SelectMany(task => task.Body)).SelectMany(statement => statement.WithInner()));
        return [.. labels.SelectMany(label => ofPolicy[label].Concat(_written[label]))];
    }

    private static ILookup<string, Stmt> Labelled(IEnumerable<Stmt> statements) =>
        statements.Where(statement => statement.Label is not null).ToLookup(statement => statement.Label!, StringComparer.Ordinal);

    /// <summary>Reports that what a row leaves of policy, programs and tasks is no text that could be written.</summary>
    private void CheckDeletion(EditedPolicy policy, ImmutableArray<string> needless, SourceSpan span)
    {
        var labels = policy.Without.Union(needless);
        var places = programs.Vms.SelectMany(vm => vm.Vcpus).SelectMany(vcpu => new[] { vcpu.StartsWhen, vcpu.MovesWhen }).OfType<SpecExpr>()
            .SelectMany(StatementNames.All).OfType<AtExpr>().Where(at => at.Label is not null);
        if (places.FirstOrDefault(at => labels.Contains(at.Label!) || policy.Programs?.Labels.Contains(at.Label!) == false) is { } gone)
        {
            var own = new DiagnosticBag();
            own.ReportUnknownLabel(gone.Span, gone.Label!, "what is left for when a vCPU starts or moves", []);
            diagnostics.ReportDeletionRefused(span, [gone.Label!], own.ToSorted()[0]);
            return;
        }

        if (labels.Count > 0 && (Deletion.Refusal(policy.Policy, labels) ?? Deletion.Refusal((policy.Programs ?? programs).Vms, (policy.Programs ?? programs).Tasks, labels)) is { } refusal)
        {
            diagnostics.ReportDeletionRefused(span, labels, refusal);
        }
    }

    /// <summary>Reports tasks that are too large, or have a step that is none, with the procedures of the row's policy in them.</summary>
    private void CheckCalls(EditedPolicy policy)
    {
        foreach (var task in (policy.Programs ?? programs).Tasks.Where(LateCalls.IsIn).Select(task => LateCalls.In(task, policy.Policy)))
        {
            VmBinder.CheckSize(task.Body, task.Span, diagnostics);
            foreach (var atomic in task.Body.SelectMany(statement => statement.WithInner()).OfType<AtomicStmt>())
            {
                StatementFacts.CheckAtomic(atomic, diagnostics);
            }
        }
    }

    private ImmutableArray<string> BindNeedless(RowSyntax row, PolicyDraft draft, RowPrograms own)
    {
        if (row.Needless.IsEmpty)
        {
            return [];
        }

        var left = own.Labels.Where(pair => !own.Deleted.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);
        var first = new Dictionary<string, SourceSpan>();
        foreach (var label in row.Needless)
        {
            if (!first.TryAdd(label.Text, label.Span))
            {
                diagnostics.ReportDuplicateName(label.Span, "label", label.Text, first[label.Text]);
                continue;
            }

            // What an edit deleted cannot be left out once more.
            policies.CheckLabel(label, draft with { Deleted = [] }, left);
        }

        return [.. first.Keys];
    }

    private void CheckContradictions(ImmutableArray<ExpectationRow> rows)
    {
        var known = new Dictionary<string, ExpectationRow>();
        var others = new Dictionary<string, ExpectationRow>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (row.IsOtherwise)
            {
                if (!others.TryAdd(row.Policy.Text, row))
                {
                    diagnostics.ReportSecondOtherwise(row.Span, row.Policy.Text, others[row.Policy.Text].Span);
                }

                continue;
            }

            var conditions = row.Conditions
                .Select(condition => $"{condition.Owner}.{condition.Name} in {string.Join(' ', condition.Values.Order(StringComparer.Ordinal))}")
                .Order(StringComparer.Ordinal);
            if (!known.TryAdd($"{row.Policy.Text} when {string.Join(", ", conditions)}", row))
            {
                var first = known[$"{row.Policy.Text} when {string.Join(", ", conditions)}"];
                if (first.Verdict != row.Verdict)
                {
                    diagnostics.ReportRowsContradict(row.Span, first.Span);
                }
            }
        }
    }
}
