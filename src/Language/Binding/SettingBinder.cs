using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds what is set: fields and readings with their values.</summary>
internal sealed class SettingBinder(VocabularyIndex vocabulary, DiagnosticBag diagnostics)
{
    /// <summary>A setting of a policy: one field, one value.</summary>
    public PolicySetting? BindPolicySetting(SettingSyntax syntax)
    {
        const string Where = "a policy";
        if (syntax is not FieldSettingSyntax setting)
        {
            diagnostics.ReportSettingNotHere(syntax.Span, syntax is ReadingSettingSyntax ? "a reading" : "a profile", Where, "set it in `machine`");
            return null;
        }

        if (setting.Values.IsIn)
        {
            diagnostics.ReportSettingNotHere(setting.Span, "several values", Where, "a policy sets one value; rows may edit it: `with FIELD = value`");
            return null;
        }

        return BindField(setting.Field, FieldScope.Policy, Where) is { } field && BindValues(setting.Values, field.Name, field.Values) is [var value]
            ? new PolicySetting(field.Name, value, setting.Label?.Text, setting.Span)
            : null;
    }

    /// <summary>A setting that gives a dimension of a scenario's cells; profiles are left to the caller.</summary>
    public Axis? BindAxis(SettingSyntax syntax, FieldScope scope, string where)
    {
        switch (syntax)
        {
            case FieldSettingSyntax setting:
                return BindField(setting.Field, scope, where) is { } field && BindValues(setting.Values, field.Name, field.Values) is { } values
                    ? new Axis(field.Name, IsReading: false, values, setting.Span)
                    : null;
            case ReadingSettingSyntax reading when scope == FieldScope.Machine:
                return BindReading(reading);
            default:
                diagnostics.ReportSettingNotHere(syntax.Span, syntax is ReadingSettingSyntax ? "a reading" : "a profile", where, "set it in `machine`");
                return null;
        }
    }

    /// <summary>Checks values against those that a field or reading has; <c>any</c> is all of them.</summary>
    public ImmutableArray<string>? BindValues(ValuesSyntax values, string name, ImmutableArray<string> known)
    {
        if (values.IsAny)
        {
            return known;
        }

        var bound = ImmutableArray.CreateBuilder<string>();
        var first = new Dictionary<string, SourceSpan>();
        foreach (var value in values.Names)
        {
            if (!known.Contains(value.Text))
            {
                diagnostics.ReportUnknownValue(value.Span, value.Text, name, known);
                return null;
            }

            if (!first.TryAdd(value.Text, value.Span))
            {
                diagnostics.ReportDuplicateName(value.Span, "value", value.Text, first[value.Text]);
                return null;
            }

            bound.Add(value.Text);
        }

        return bound.ToImmutable();
    }

    private FieldInfo? BindField(DottedNameSyntax name, FieldScope scope, string where)
    {
        if (vocabulary.Field(name.Text) is not { } field)
        {
            if (vocabulary.Reading(name.Text) is not null)
            {
                diagnostics.ReportSettingNotHere(name.Span, $"`{name.Text}` by its name alone", where, $"write `reading {name.Text} = …`");
            }
            else
            {
                diagnostics.ReportUnknownField(name.Span, name.Text, vocabulary.FieldNames);
            }

            return null;
        }

        if ((field.Scope & scope) != FieldScope.Derived)
        {
            return field;
        }

        diagnostics.ReportSettingNotHere(name.Span, $"`{field.Name}`", where, field.Scope == FieldScope.Derived
            ? "it follows from other fields and from readings"
            : scope == FieldScope.Vcpu && IsCommon(field.Name)
                ? "what a DC owes is a matter of the caches that the vCPUs of a VM share: set it in the VM"
            : $"set it in {string.Join(" or ", PlacesOf(field.Scope))}");
        return null;
    }

    /// <summary>Whether a field is one that all PEs of an Inner Shareable domain have in common: DIC and IDC, and what IDC follows from.</summary>
    public static bool IsCommon(string field) => field.StartsWith("CTR_EL0.", StringComparison.Ordinal) || field.StartsWith("CLIDR_EL1.", StringComparison.Ordinal);

    private static IEnumerable<string> PlacesOf(FieldScope scope)
    {
        foreach (var (flag, place) in new[]
        {
            (FieldScope.Machine, "a machine or profile"), (FieldScope.Policy, "a policy"), (FieldScope.Vm, "a VM"), (FieldScope.Vcpu, "a vCPU"), (FieldScope.Pcpu, "a pCPU"), (FieldScope.Reset, "a reset"),
        })
        {
            if ((scope & flag) != FieldScope.Derived)
            {
                yield return place;
            }
        }
    }

    private Axis? BindReading(ReadingSettingSyntax syntax)
    {
        if (vocabulary.Reading(syntax.Name.Text) is not { } reading)
        {
            diagnostics.ReportUnknownReading(syntax.Name.Span, syntax.Name.Text, vocabulary.ReadingNames);
            return null;
        }

        ImmutableArray<string> known = [.. reading.Values.Select(value => value.Name)];
        if (BindValues(syntax.Values, reading.Name, known) is not { } values)
        {
            return null;
        }

        foreach (var value in reading.Values.Where(value => value.Refusal is not null && values.Contains(value.Name)))
        {
            var at = syntax.Values.IsAny ? syntax.Span : syntax.Values.Names[values.IndexOf(value.Name)].Span;
            diagnostics.ReportValueNotModelled(at, value.Name, reading.Name, value.Refusal!);
            return null;
        }

        return new Axis(reading.Name, IsReading: true, values, syntax.Span);
    }
}
