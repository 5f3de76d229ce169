using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds the pages of all VMs of a scenario.</summary>
internal sealed class PageBinder(ScenarioScope scope, VocabularyIndex vocabulary, DiagnosticBag diagnostics)
{
    private static readonly string[] PageTypes = ["wb", "nc", "device"];

    private readonly SettingBinder _settings = new(vocabulary, diagnostics);
    private readonly Dictionary<string, NameSyntax> _pageNames = [];
    private readonly Dictionary<string, NameSyntax> _pageOfFrame = [];

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

        var permissions = syntax.Permissions?.Text.TrimEnd('-') ?? "RWX";
        var isPermission = syntax.Permissions is null || IsPermission(syntax.Permissions.Text);
        if (!isPermission)
        {
            diagnostics.ReportInvalidPermissions(syntax.Permissions!.Span, syntax.Permissions.Text);
        }

        var type = BindType(syntax);
        var axes = BindFields(syntax.Fields, mayExecute: permissions.Contains('X') || !isPermission);
        scope.Pages.Add(syntax.Name.Text, scope.Pages.Count);
        scope.FrameOfPage.Add(syntax.Name.Text, frame);
        scope.AxesOfPage.Add(syntax.Name.Text, axes);
        return new Page(syntax.Name.Text, frame, permissions.Contains('W'), permissions.Contains('X'), type, axes, syntax.Name.Span);
    }

    private static bool IsPermission(string text) => text is "R" or "RW" or "RX" or "RWX" or "R--" or "RW-" or "R-X";

    private Frame? FindFrame(PageSyntax syntax)
    {
        if (syntax.Frame.Text == "none")
        {
            diagnostics.ReportMappingNotModelled(syntax.Frame.Span, "pages without a frame are");
            return null;
        }

        if (!scope.Frames.TryGetValue(syntax.Frame.Text, out var frame))
        {
            diagnostics.ReportUnknownName(syntax.Frame.Span, "frame", syntax.Frame.Text, scope.Frames.Keys);
            return null;
        }

        if (!_pageOfFrame.TryAdd(frame.Name, syntax.Name))
        {
            diagnostics.ReportMappingNotModelled(syntax.Frame.Span, $"a second page on frame `{frame.Name}` is");
            return null;
        }

        return frame;
    }

    private PageType BindType(PageSyntax syntax)
    {
        if (syntax.Type is not { } type)
        {
            return PageType.WriteBack;
        }

        var number = Array.IndexOf(PageTypes, type.Text);
        if (number < 0)
        {
            diagnostics.ReportUnknownChoice(type.Span, "a memory type", type.Text, PageTypes);
            return PageType.WriteBack;
        }

        if (syntax.Fields.Any(field => field.Name.Text == PageFields.MemAttr))
        {
            diagnostics.ReportSettingNotHere(type.Span, $"`{type.Text}`", $"a page with {PageFields.MemAttr}", $"{PageFields.MemAttr} says the memory type: leave out one of them");
        }

        return (PageType)number;
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
