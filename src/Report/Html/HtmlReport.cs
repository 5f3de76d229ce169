using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Report.Formats;

namespace CoherenceCheck.Report.Html;

/// <summary>The result of <c>check</c> as one page that needs nothing else: what is not as expected, the matrix, and each trace as a space-time diagram.</summary>
/// <remarks>Byte-identical from run to run. Everything is in the markup; the script only folds, filters, steps and draws arrows.</remarks>
public static class HtmlReport
{
    /// <summary>Writes all of it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">What was found.</param>
    /// <param name="version">The program's version.</param>
    public static void Write(Stream output, CheckResult result, string version)
    {
        using (var page = new Markup(output))
        {
            page.Open("html").Attribute("lang", "en").Line();
            WriteHead(page, result);
            page.Open("body").Line();
            page.Link("main", "To the results", "skip").Line();
            page.Open("main", id: "main").Line();
            WriteSummary(page, result, version);
            WriteDiagnostics(page, result);
            WriteUnmet(page, result);
            if (!result.Rows.IsEmpty)
            {
                HtmlMatrix.Write(page, result);
            }

            WriteTraces(page, result);
            page.Close().Line();
            WritePanel(page);
            page.Raw("script", Resource.Script.Content).Line();
            page.Close(2).Line();
        }
    }

    /// <summary>The id of a row's place in the matrix.</summary>
    internal static string Cell(RowResult row) => $"cell-{row.Number}";

    /// <summary>The id of a row's trace.</summary>
    internal static string Trace(RowResult row) => $"row-{row.Number}";

    /// <summary>The classes by which the filter finds a row.</summary>
    internal static string Kinds(params IEnumerable<RowResult> rows) =>
        "of" + (rows.Any(row => !row.Met) ? " unmet" : "") + (rows.Any(row => row.Verdict == RowVerdict.Violated) ? " violated" : "");

    private static void WriteHead(Markup page, CheckResult result)
    {
        page.Open("head").Line();
        page.Void("meta", ("charset", "utf-8")).Line();
        page.Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", $"default-src 'none'; style-src {Resource.Style.Source}; script-src {Resource.Script.Source}; base-uri 'none'; form-action 'none'")).Line();
        page.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")).Line();
        page.Void("meta", ("name", "color-scheme"), ("content", "light dark")).Line();
        page.Element("title", $"CoherenceCheck: {Outcome(result)}").Line();
        page.Raw("style", Resource.Style.Content).Line();
        page.Close().Line();
    }

    private static string Outcome(CheckResult result)
    {
        var unmet = result.Rows.Count(row => !row.Met);
        var errors = result.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        return (unmet == 0 ? $"{TextReport.Count(result.Rows.Length, "row")} as expected" : $"{unmet} of {TextReport.Count(result.Rows.Length, "row")} not as expected")
            + (errors > 0 ? $", {TextReport.Count(errors, "error")}" : "")
            + (result.Interrupted ? ", interrupted" : "");
    }

    private static void WriteSummary(Markup page, CheckResult result, string version)
    {
        var isGood = result.Rows.All(row => row.Met) && !result.Interrupted && result.Diagnostics.All(diagnostic => diagnostic.Severity != Severity.Error);
        page.Open("header").Line();
        page.Open("h1").Text("CoherenceCheck ").Element("span", Outcome(result), isGood ? "good" : "bad").Close().Line();
        page.Open("p", "dim").Text(string.Join(" · ", new[]
        {
            $"{TextReport.Count(result.Rows.Select(row => row.Spec).Distinct(StringComparer.Ordinal).Count(), "spec")}, {TextReport.Count(result.Scenarios.Length, "scenario")}",
            string.Join(", ", result.Rows.GroupBy(row => row.Verdict).OrderBy(group => group.Key).Select(group => $"{group.Count()} {TextReport.VerdictName(group.Key)}")),
            $"PE {result.Scenarios.FirstOrDefault()?.PeModel ?? "in-order"}, ghost lockstep",
            $"attributes decided by {result.Decider}",
            $"coherencecheck {version}",
        }.Where(part => part.Length > 0))).Close().Line();
        if (result.Interrupted)
        {
            page.Element("p", "The run was interrupted: what was finished is here, the rest is missing.", "bad").Line();
        }

        page.Close().Line();
    }

    private static void WriteDiagnostics(Markup page, CheckResult result)
    {
        if (result.Diagnostics.IsEmpty)
        {
            return;
        }

        page.Open("section", "diagnostics").Element("h2", "Diagnostics").Open("ul").Line();
        foreach (var diagnostic in result.Diagnostics)
        {
            var isError = diagnostic.Severity == Severity.Error;
            page.Open("li").Element("span", $"{(isError ? "error" : "warning")} {diagnostic.Code}", isError ? "bad" : "odd");
            if (diagnostic.Span is { } span)
            {
                page.Text(" ").Element("code", $"{span.Path}:{span.Line}:{span.Column}");
            }

            page.Text($" {diagnostic.Message}");
            if (diagnostic.Hint is { } hint)
            {
                page.Text(" ").Element("span", hint, "dim");
            }

            page.Close().Line();
        }

        page.Close(2).Line();
    }

    private static void WriteUnmet(Markup page, CheckResult result)
    {
        var unmet = result.Rows.Where(row => !row.Met).ToList();
        if (unmet.Count == 0)
        {
            return;
        }

        page.Open("section", "unmet-list").Element("h2", "Not as expected").Open("ul").Line();
        foreach (var row in unmet)
        {
            page.Open("li").Link(row.Trace is null ? Cell(row) : Trace(row), TextReport.Describe(row))
                .Text(" ").Element("strong", $"{TextReport.VerdictWords(row)}, expected {row.Expected}", "bad")
                .Text(" ").Element("span", $"{row.Spec}:{row.Line}, {row.Scenario}", "dim").Close().Line();
        }

        page.Close(2).Line();
    }

    private static void WriteTraces(Markup page, CheckResult result)
    {
        var rows = result.Rows.Where(row => row.Trace is not null).ToImmutableArray();
        if (rows.IsEmpty)
        {
            return;
        }

        page.Open("section", "traces").Open("h2", id: "traces").Text("Traces").Close().Line();
        HtmlLegend.Write(page);
        foreach (var row in rows)
        {
            new HtmlTrace(page, row, row.Trace!).Write();
        }

        page.Close().Line();
    }

    /// <summary>Where the script shows the step that is selected.</summary>
    private static void WritePanel(Markup page)
    {
        page.Open("aside", id: "panel").Attribute("hidden", "hidden").Attribute("aria-label", "The selected step").Line();
        page.Open("div", "bar");
        foreach (var (action, key, label) in new[] { ("previous", "k", "previous"), ("next", "j", "next"), ("previous-needed", "p", "previous needed"), ("next-needed", "n", "next needed"), ("close", "Esc", "close") })
        {
            page.Open("button").Attribute("type", "button").Attribute("data-do", action).Text(label + " ").Element("kbd", key).Close();
        }

        page.Close().Open("div", id: "about").Attribute("aria-live", "polite").Close().Line();
        page.Close().Line();
    }
}
