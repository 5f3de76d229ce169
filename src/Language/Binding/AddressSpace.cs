using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;

namespace CoherenceCheck.Language.Binding;

/// <summary>What the guests of a VM can name: its pages, the virtual pages that its mappings name beside them, and the lines behind its pages.</summary>
/// <param name="scope">The names of the scenario.</param>
/// <param name="vm">The VM's number.</param>
/// <param name="name">Its name.</param>
/// <param name="pages">Its pages.</param>
/// <param name="isIncomplete">Whether a page of it has an error: then a line that no page maps is not reported too.</param>
internal sealed class AddressSpace(ScenarioScope scope, int vm, string name, ImmutableArray<Page> pages, bool isIncomplete)
{
    private readonly Dictionary<string, VirtualPage> _virtualPages = pages.ToDictionary(page => page.Name, page => scope.VirtualPages[scope.Pages[page.Name]], StringComparer.Ordinal);

    public string Vm => name;

    public ImmutableArray<Page> Pages => pages;

    /// <summary>The virtual page of a name; a line is none.</summary>
    public VirtualPage? Find(string virtualPage) => _virtualPages.GetValueOrDefault(virtualPage);

    /// <summary>The page that has the address of a virtual page, or <see langword="null"/>.</summary>
    public Page? PageAt(VirtualPage virtualPage) => virtualPage.Page is { } number ? pages.First(page => scope.Pages[page.Name] == number) : null;

    public bool HasLine(int line) => pages.Any(page => Has(page, line));

    /// <summary>Makes a virtual page of a name that a mapping leads from, where it is not known already.</summary>
    public void Declare(DiagnosticBag diagnostics, DottedNameSyntax from)
    {
        if (from.Parts is not [{ Text.Length: > 0 } only] || _virtualPages.ContainsKey(only.Text) || scope.Pages.ContainsKey(only.Text) || scope.BrokenPages.Contains(only.Text)
            || scope.Lines.ContainsKey(only.Text) || scope.Frames.ContainsKey(only.Text))
        {
            return;
        }

        if (scope.VirtualPages.Count == LanguageLimits.VirtualPages)
        {
            diagnostics.ReportLimitExceeded(only.Span, LanguageLimits.VirtualPages, "pages that guests name in a scenario");
            scope.BrokenPages.Add(only.Text);
            return;
        }

        var made = new VirtualPage(scope.VirtualPages.Count, only.Text, vm, Page: null);
        scope.VirtualPages.Add(made);
        _virtualPages.Add(made.Name, made);
    }

    /// <summary>The virtual page that a mapping leads from, or that a TLBI names, and the lines that are named where these are not all of it; reports where there is none.</summary>
    public (VirtualPage Page, ImmutableArray<int> Lines)? FindFrom(DiagnosticBag diagnostics, DottedNameSyntax from)
    {
        if (from.Parts is [var only] && Find(only.Text) is { } known)
        {
            if (scope.Lines.TryGetValue(only.Text, out var named) && !(named is [var line] && PageAt(known)?.Frame.Lines is [var single] && line.Line.Number == single.Number))
            {
                diagnostics.ReportAmbiguousName(from.Span, from.Text, "a line", "a page");
                return null;
            }

            return (known, []);
        }

        if (!IsLine(from) && !scope.Frames.ContainsKey(from.Text))
        {
            ReportUnknownPage(diagnostics, from, "page or mapping");
            return null;
        }

        var lines = scope.FindLines(diagnostics, from);
        return !lines.IsEmpty && PageOf(diagnostics, from, lines[0]) is { } page ? (Find(page.Name)!, page.Frame.Lines.Length == lines.Length ? [] : lines) : null;
    }

    /// <summary>The page that a mapping leads to, by its name or by that of a line behind it; reports where there is none.</summary>
    public Page? FindTo(DiagnosticBag diagnostics, DottedNameSyntax to)
    {
        if (to.Parts is [var only] && pages.FirstOrDefault(page => page.Name == only.Text) is { } known)
        {
            return known;
        }

        if (IsLine(to) && !scope.Pages.ContainsKey(to.Text))
        {
            return scope.FindLine(diagnostics, to) is { } line ? PageOf(diagnostics, to, line.Line.Number) : null;
        }

        ReportUnknownPage(diagnostics, to, "page of the VM");
        return null;
    }

    /// <summary>The virtual page that an access goes to, and the line where it is known; reports where there is none.</summary>
    public (VirtualPage Page, int? Line)? FindOperand(DiagnosticBag diagnostics, DottedNameSyntax operand)
    {
        var own = operand.Parts is [var only] ? Find(only.Text) : null;
        if (IsLine(operand) && (own is null || scope.Lines[operand.Text].Any(line => HasLine(line.Line.Number))))
        {
            return scope.FindLine(diagnostics, operand) is { Line.Number: var line } && PageOf(diagnostics, operand, line) is { } page ? (Find(page.Name)!, line) : null;
        }

        if (own is null)
        {
            ReportUnknownPage(diagnostics, operand, "line or page of the VM");
            return null;
        }

        var lines = PageAt(own)?.Frame.Lines ?? [];
        if (lines.Length <= 1)
        {
            return (own, lines.IsEmpty ? null : lines[0].Number);
        }

        diagnostics.ReportSeveralLines(operand.Span, own.Name, lines.Select(line => line.Name));
        return null;
    }

    private bool IsLine(DottedNameSyntax named) => named.Parts.Length > 1 || scope.Lines.ContainsKey(named.Text);

    private static bool Has(Page page, int line) => page.Frame.Lines.Any(own => own.Number == line);

    private Page? PageOf(DiagnosticBag diagnostics, DottedNameSyntax named, int line)
    {
        switch (pages.Where(page => Has(page, line)).ToList())
        {
            case [var page]:
                return page;
            case [var first, var second, ..]:
                diagnostics.ReportAmbiguousName(named.Span, named.Text, $"page {first.Name}", $"page {second.Name}", $"name the page: `{first.Name}` or `{second.Name}`");
                return null;
            default:
                if (!isIncomplete)
                {
                    diagnostics.ReportLineNotMapped(named.Span, named.Text, name);
                }

                return null;
        }
    }

    private void ReportUnknownPage(DiagnosticBag diagnostics, DottedNameSyntax named, string what)
    {
        if (scope.BrokenPages.Contains(named.Text))
        {
            return;
        }

        if (scope.VirtualPages.FirstOrDefault(page => page.Vm != vm && page.Name == named.Text) is { } other)
        {
            diagnostics.ReportPageOfOther(named.Span, named.Text, scope.Vms.FirstOrDefault(pair => pair.Value == other.Vm).Key ?? "", name);
            return;
        }

        diagnostics.ReportUnknownName(named.Span, what, named.Text, _virtualPages.Keys.Concat(what.StartsWith("line", StringComparison.Ordinal) ? scope.Lines.Keys : []), $"pages of VM {name}: {string.Join(", ", _virtualPages.Keys)}");
    }
}
