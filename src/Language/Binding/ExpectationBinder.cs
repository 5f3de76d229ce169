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
    IReadOnlyDictionary<string, string> programLabels,
    DiagnosticBag diagnostics)
{
    /// <summary>Properties that need no declaration.</summary>
    public static readonly ImmutableArray<string> Automatic = ["fresh_fetch", "assertions", "deadlock"];

    private static readonly string[] Later = ["fresh_data", "private_translation", "isolation"];

    private readonly SettingBinder _settings = new(vocabulary, diagnostics);

    public ImmutableArray<Expectation> Bind()
    {
        var expectations = ImmutableArray.CreateBuilder<Expectation>();
        foreach (var expectation in syntax.Expectations)
        {
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
            if (Automatic.Contains(name.Text) || Later.Contains(name.Text))
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

            if (BindCondition(property.Condition, [.. rows.Select(row => row.Policy.Policy).Distinct(ReferenceEqualityComparer.Instance).Cast<Policy>()]) is { } condition)
            {
                properties.Add(new DeclaredProperty(name.Text, property.IsCover, condition, name.Span));
            }
        }

        return properties.ToImmutable();
    }

    private Expr? BindCondition(ExpressionSyntax condition, ImmutableArray<Policy> concerned)
    {
        var states = new PolicyScope();
        foreach (var state in concerned.SelectMany(policy => policy.States))
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
        if (Automatic.Contains(name.Text))
        {
            return;
        }

        if (Later.Contains(name.Text))
        {
            diagnostics.ReportPropertyNotModelled(name.Span, name.Text);
        }
        else if (syntax.Properties.FirstOrDefault(property => property.Name.Text == name.Text) is not { } property)
        {
            diagnostics.ReportUnknownProperty(name.Span, name.Text, [.. Automatic, .. syntax.Properties.Where(p => !p.IsCover).Select(p => p.Name.Text)]);
        }
        else if (property.IsCover)
        {
            diagnostics.ReportCoverExpected(name.Span, name.Text);
        }
    }

    private ExpectationRow? BindRow(RowSyntax row)
    {
        var conditions = BindConditions(row.Conditions);
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

        if (policies.Resolve(row.Policy) is not { } draft)
        {
            return null;
        }

        policies.CheckLabels(row.Policy, draft, programLabels);
        if (row.Needless is { } needless)
        {
            policies.CheckLabel(needless, draft, programLabels);
        }

        var edited = new EditedPolicy(row.Policy.Text, policies.Bind(draft.Text), draft.Without, draft.With);
        return new ExpectationRow(edited, conditions, verdict ?? ExpectedVerdict.Unstated, row.Needless?.Text, row.Span);
    }

    private ImmutableArray<RowCondition> BindConditions(ImmutableArray<ConditionSyntax> conditions)
    {
        var bound = ImmutableArray.CreateBuilder<RowCondition>();
        var first = new Dictionary<string, SourceSpan>();
        foreach (var condition in conditions)
        {
            var (owner, known) = FindConditionName(condition.Name);
            if (known is not { } values || _settings.BindValues(condition.Values, condition.Name.Text, values) is not { } chosen)
            {
                continue;
            }

            if (first.TryAdd(condition.Name.Text, condition.Name.Span))
            {
                bound.Add(new RowCondition(owner is null ? condition.Name.Text : condition.Name.Text[(owner.Length + 1)..], owner, chosen, condition.Span));
            }
            else
            {
                diagnostics.ReportDuplicateName(condition.Name.Span, "condition on", condition.Name.Text, first[condition.Name.Text]);
            }
        }

        return bound.ToImmutable();
    }

    /// <summary>The owner in front of a condition's name, and the values that the name may have; reports what is unknown.</summary>
    private (string? Owner, ImmutableArray<string>? Values) FindConditionName(DottedNameSyntax name)
    {
        if (name.Parts.Length == 1 && vocabulary.Reading(name.Text) is { } reading)
        {
            return (null, [.. reading.Values.Select(value => value.Name)]);
        }

        var ownerName = name.Parts.Length == 3 ? name.Parts[0] : null;
        var fieldName = ownerName is null ? name.Text : $"{name.Parts[1].Text}.{name.Parts[2].Text}";
        if (vocabulary.Field(fieldName) is not { } field)
        {
            diagnostics.ReportUnknownField(name.Span, name.Text, vocabulary.FieldNames.Concat(vocabulary.ReadingNames));
            return (null, null);
        }

        if (ownerName is null)
        {
            if (field.Scope == FieldScope.Derived || (field.Scope & (FieldScope.Machine | FieldScope.Policy)) != FieldScope.Derived)
            {
                return (null, field.Values);
            }

            diagnostics.ReportWrongOwner(name.Span, $"`{field.Name}` belongs to a {((field.Scope & FieldScope.Vcpu) != FieldScope.Derived ? "vCPU" : "VM")}", $"say whose: `A.{field.Name}`");
            return (null, null);
        }

        var isVm = scope.Vms.ContainsKey(ownerName.Text);
        if (!isVm && !scope.Vcpus.ContainsKey(ownerName.Text))
        {
            diagnostics.ReportUnknownName(ownerName.Span, "VM or vCPU", ownerName.Text, scope.Vms.Keys.Concat(scope.Vcpus.Keys));
            return (null, null);
        }

        if ((field.Scope & (isVm ? FieldScope.Vm : FieldScope.Vcpu)) != FieldScope.Derived)
        {
            return (ownerName.Text, field.Values);
        }

        diagnostics.ReportWrongOwner(name.Span, $"a {(isVm ? "VM" : "vCPU")} has no field `{field.Name}`", $"write `{field.Name}` for the machine's, or name a {(isVm ? "vCPU" : "VM")}");
        return (null, null);
    }

    private void CheckContradictions(ImmutableArray<ExpectationRow> rows)
    {
        var known = new Dictionary<string, ExpectationRow>();
        foreach (var row in rows)
        {
            var conditions = row.Conditions
                .Select(condition => $"{condition.Name} in {string.Join(' ', condition.Values.Order(StringComparer.Ordinal))}")
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
