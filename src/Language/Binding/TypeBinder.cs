using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds types and sorts.</summary>
internal sealed class TypeBinder(DiagnosticBag diagnostics)
{
    private static readonly string[] SortNames = [.. Enum.GetNames<ScenarioSort>().Select(name => name.ToLowerInvariant())];

    /// <summary>The sort of a name, or <see langword="null"/>.</summary>
    public static ScenarioSort? FindSort(string name) => Array.IndexOf(SortNames, name) is >= 0 and var index ? (ScenarioSort)index : null;

    /// <summary>Binds a sort.</summary>
    public ScenarioSort? BindSort(NameSyntax name)
    {
        if (FindSort(name.Text) is { } sort)
        {
            return sort;
        }

        diagnostics.ReportUnknownChoice(name.Span, "a sort", name.Text, SortNames);
        return null;
    }

    public SpecType? Bind(TypeSyntax syntax)
    {
        switch (syntax)
        {
            case RangeTypeSyntax range when range.Min > range.Max:
                diagnostics.ReportOutOfRange(range.Span, range.Max, range.Min, LanguageLimits.LargestNumber);
                return null;
            case RangeTypeSyntax range:
                return new SpecType.Int(range.Min, range.Max);
            case NamesTypeSyntax names:
                return BindNames(names);
            case SetTypeSyntax set:
                return BindSort(set.Sort) is { } elements ? new SpecType.Set(elements) : null;
            case NamedTypeSyntax { Name.Text: "bool", OrNone: false }:
                return new SpecType.Bool();
            case NamedTypeSyntax named when FindSort(named.Name.Text) is null:
                diagnostics.ReportUnknownChoice(named.Span, "a type", named.Name.Text, ["bool", .. SortNames]);
                return null;
            case NamedTypeSyntax named:
                return BindSort(named.Name) is { } sort ? new SpecType.Element(sort, named.OrNone) : null;
            default:
                throw new InvalidOperationException($"unexpected type {syntax.GetType().Name}");
        }
    }

    private SpecType.Names? BindNames(NamesTypeSyntax syntax)
    {
        const int Most = 64;
        if (syntax.Names.Length > Most)
        {
            diagnostics.ReportLimitExceeded(syntax.Names[Most].Span, Most, "names in a type");
            return null;
        }

        var first = new Dictionary<string, SourceSpan>();
        foreach (var name in syntax.Names)
        {
            if (!first.TryAdd(name.Text, name.Span))
            {
                diagnostics.ReportDuplicateName(name.Span, "name", name.Text, first[name.Text]);
                return null;
            }
        }

        return new SpecType.Names([.. syntax.Names.Select(name => name.Text)]);
    }
}
