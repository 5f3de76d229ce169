using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds the pages of all VMs of a scenario.</summary>
internal sealed class PageBinder(ScenarioScope scope, VocabularyIndex vocabulary, DiagnosticBag diagnostics)
{
    private const string None = "none";

    private static readonly string[] PageTypes = ["wb", "nc", "device"];

    private readonly SettingBinder _settings = new(vocabulary, diagnostics);
    private readonly Dictionary<string, NameSyntax> _pageNames = [];

    public Page? Bind(PageSyntax syntax)
    {
        var page = TryBind(syntax);
        if (page is null)
        {
            scope.BrokenPages.Add(syntax.Name.Text);
        }

        return page;
    }

    private Page? TryBind(PageSyntax syntax)
    {
        // Conditions of rows name pages without their VM.
        if (!_pageNames.TryAdd(syntax.Name.Text, syntax.Name))
        {
            diagnostics.ReportDuplicateName(
                syntax.Name.Span, "page", syntax.Name.Text, _pageNames[syntax.Name.Text].Span, "pages of all VMs share their names: rename one");
            return null;
        }

        if (FindFrame(syntax) is not { } frame)
        {
            return null;
        }

        var permissions = syntax.Permissions is null ? (IsWritable: true, IsExecutable: true) : BindPermissions(syntax.Permissions, diagnostics);
        var type = BindType(syntax);
        var axes = BindFields(syntax.Fields, mayExecute: permissions?.IsExecutable != false);
        scope.Pages.Add(syntax.Name.Text, scope.Pages.Count);
        scope.FrameOfPage.Add(syntax.Name.Text, frame);
        scope.AxesOfPage.Add(syntax.Name.Text, axes);
        if (IsUnmapped(syntax))
        {
            scope.ChangedPages.Add(syntax.Name.Text);
        }

        return new Page(syntax.Name.Text, frame, permissions?.IsWritable != false, permissions?.IsExecutable != false, type, axes, syntax.Name.Span) { IsMapped = !IsUnmapped(syntax) };
    }

    private static bool IsUnmapped(PageSyntax syntax) => syntax.Frame.Text == None;

    /// <summary>What permissions allow beside reading; <see langword="null"/> where they are none, which is reported.</summary>
    public static (bool IsWritable, bool IsExecutable)? BindPermissions(NameSyntax syntax, DiagnosticBag diagnostics)
    {
        if (syntax.Text is "R" or "RW" or "RX" or "RWX" or "R--" or "RW-" or "R-X")
        {
            return (syntax.Text.Contains('W'), syntax.Text.Contains('X'));
        }

        diagnostics.ReportInvalidPermissions(syntax.Span, syntax.Text);
        return null;
    }

    /// <summary>The memory type of a word; reports where it is none.</summary>
    public static PageType? BindType(NameSyntax type, DiagnosticBag diagnostics)
    {
        var number = Array.IndexOf(PageTypes, type.Text);
        if (number >= 0)
        {
            return (PageType)number;
        }

        diagnostics.ReportUnknownChoice(type.Span, "a memory type", type.Text, PageTypes);
        return null;
    }

    private Frame? FindFrame(PageSyntax syntax)
    {
        if (IsUnmapped(syntax))
        {
            return syntax.Backing is { } backing ? FindFrame(backing) : scope.Frames.GetValueOrDefault(syntax.Name.Text, Page.NoFrame);
        }

        if (syntax.Backing is { } other)
        {
            diagnostics.ReportSettingNotHere(other.Span, "`backing`", "a page that is mapped", $"write `page {syntax.Name.Text} = {other.Text}`, or `page {syntax.Name.Text} = none backing {other.Text}`");
        }

        return FindFrame(syntax.Frame);
    }

    private Frame? FindFrame(NameSyntax name)
    {
        if (scope.Frames.TryGetValue(name.Text, out var frame))
        {
            return frame;
        }

        diagnostics.ReportUnknownName(name.Span, "frame", name.Text, scope.Frames.Keys);
        return null;
    }

    private PageType BindType(PageSyntax syntax)
    {
        if (syntax.Type is not { } type)
        {
            return PageType.WriteBack;
        }

        if (BindType(type, diagnostics) is not { } bound)
        {
            return PageType.WriteBack;
        }

        if (syntax.Fields.Any(field => field.Name.Text == PageFields.MemAttr))
        {
            diagnostics.ReportSettingNotHere(type.Span, $"`{type.Text}`", $"a page with {PageFields.MemAttr}", $"{PageFields.MemAttr} says the memory type: leave out one of them");
        }

        return bound;
    }

    private ImmutableArray<Axis> BindFields(ImmutableArray<PageFieldSyntax> fields, bool mayExecute)
    {
        var axes = new Dictionary<string, Axis>();
        foreach (var field in fields)
        {
            var name = field.Name.Text;
            if (PageFields.ValuesOf(name) is not { } known)
            {
                diagnostics.ReportUnknownChoice(field.Name.Span, "a field of a page", name, PageFields.Names);
                continue;
            }

            if (name == PageFields.ExecuteNever && !mayExecute)
            {
                diagnostics.ReportSettingNotHere(field.Name.Span, $"`{name}`", "a page without X", $"{name} says what stage 2 makes of the X of the permissions: write RX or RWX");
                continue;
            }

            if (_settings.BindValues(field.Values, name, known) is not { } values)
            {
                continue;
            }

            var axis = new Axis(name, IsReading: false, values, field.Span);
            if (!axes.TryAdd(name, axis))
            {
                diagnostics.ReportDuplicateName(axis.Span, "field", name, axes[name].Span);
            }
        }

        return [.. axes.Values];
    }
}
