using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds the conditions of rows: of which cells a row speaks.</summary>
/// <remarks>
/// A page may be called like a VM or vCPU, since the fields of a page are none of a register: what follows a name tells what it is the name of.
/// </remarks>
internal sealed class ConditionBinder(ScenarioScope scope, VocabularyIndex vocabulary, DiagnosticBag diagnostics)
{
    private readonly SettingBinder _settings = new(vocabulary, diagnostics);

    public ImmutableArray<RowCondition> Bind(ImmutableArray<ConditionSyntax> conditions)
    {
        var bound = ImmutableArray.CreateBuilder<RowCondition>();
        var first = new Dictionary<string, SourceSpan>();
        foreach (var condition in conditions)
        {
            var (owner, known) = FindName(condition.Name);
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
    private (string? Owner, ImmutableArray<string>? Values) FindName(DottedNameSyntax name)
    {
        if (name.Parts.Length == 1 && vocabulary.Reading(name.Text) is { } reading)
        {
            return (null, [.. reading.Values.Select(value => value.Name)]);
        }

        if (name.Parts.Length <= 2 && vocabulary.Field(name.Text) is null && PageFields.ValuesOf(name.Parts[^1].Text) is { } pageValues)
        {
            return FindPage(name, pageValues);
        }

        var ownerName = name.Parts.Length == 3 ? name.Parts[0] : null;
        var fieldName = ownerName is null ? name.Text : $"{name.Parts[1].Text}.{name.Parts[2].Text}";
        if (vocabulary.Field(fieldName) is not { } field)
        {
            var ofPages = scope.AxesOfPage.SelectMany(page => page.Value.Select(axis => $"{page.Key}.{axis.Name}"));
            diagnostics.ReportUnknownField(name.Span, name.Text, vocabulary.FieldNames.Concat(vocabulary.ReadingNames).Concat(ofPages));
            return (null, null);
        }

        return ownerName is null ? FindUnowned(name, field) : FindOwned(name, ownerName, field);
    }

    private (string? Owner, ImmutableArray<string>? Values) FindUnowned(DottedNameSyntax name, FieldInfo field)
    {
        if (field.Scope == FieldScope.Derived || (field.Scope & (FieldScope.Machine | FieldScope.Policy)) != FieldScope.Derived)
        {
            return (null, field.Values);
        }

        diagnostics.ReportWrongOwner(name.Span, $"`{field.Name}` belongs to a {((field.Scope & FieldScope.Vcpu) != FieldScope.Derived ? "vCPU" : "VM")}", $"say whose: `A.{field.Name}`");
        return (null, null);
    }

    private (string? Owner, ImmutableArray<string>? Values) FindOwned(DottedNameSyntax name, NameSyntax owner, FieldInfo field)
    {
        var (what, at) = scope.Vms.ContainsKey(owner.Text) ? ("VM", FieldScope.Vm) : scope.Vcpus.ContainsKey(owner.Text) ? ("vCPU", FieldScope.Vcpu) : ("pCPU", FieldScope.Pcpu);
        if (at == FieldScope.Pcpu && !scope.Pcpus.ContainsKey(owner.Text))
        {
            diagnostics.ReportUnknownName(owner.Span, "VM or vCPU", owner.Text, scope.Vms.Keys.Concat(scope.Vcpus.Keys));
            return (null, null);
        }

        if ((field.Scope & at) != FieldScope.Derived)
        {
            return (owner.Text, field.Values);
        }

        diagnostics.ReportWrongOwner(name.Span, $"a {what} has no field `{field.Name}`", $"write `{field.Name}` for the machine's, or name a {(at == FieldScope.Vm ? "vCPU" : "VM")}");
        return (null, null);
    }

    private (string? Owner, ImmutableArray<string>? Values) FindPage(DottedNameSyntax name, ImmutableArray<string> values)
    {
        var field = name.Parts[^1].Text;
        var owner = name.Parts[0];
        if (name.Parts.Length == 1)
        {
            diagnostics.ReportWrongOwner(name.Span, $"`{field}` belongs to a page", $"say whose: `{scope.Pages.Keys.FirstOrDefault("PAGE")}.{field}`");
        }
        else if (scope.AxesOfPage.TryGetValue(owner.Text, out var axes))
        {
            if (axes.Any(axis => axis.Name == field))
            {
                return (owner.Text, values);
            }

            diagnostics.ReportWrongOwner(name.Span, $"page `{owner.Text}` does not say `{field}`", $"leave it open: `page {owner.Text} = … {field} any`");
        }
        else if (scope.Vms.ContainsKey(owner.Text) || scope.Vcpus.ContainsKey(owner.Text))
        {
            diagnostics.ReportWrongOwner(name.Span, $"`{field}` belongs to a page, not to a {(scope.Vms.ContainsKey(owner.Text) ? "VM" : "vCPU")}", $"write `PAGE.{field}`");
        }
        else if (!scope.BrokenPages.Contains(owner.Text))
        {
            diagnostics.ReportUnknownName(owner.Span, "page", owner.Text, scope.Pages.Keys);
        }

        return (null, null);
    }
}
