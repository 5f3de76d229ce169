using System.Collections.Immutable;
using System.Globalization;

namespace CoherenceCheck.Report.Html;

/// <summary>The matrix: for each scenario its rows by policy, and in each row its configurations by registers and readings.</summary>
internal static class HtmlMatrix
{
    private const int Columns = 6;

    public static void Write(Markup page, CheckResult result)
    {
        page.Open("section", "matrix").Open("h2").Text("Verdicts by policy, registers and readings").Close().Line();
        WriteFilter(page, result.Rows);
        var scenarios = result.Rows.GroupBy(row => (row.Spec, row.Scenario)).Select(rows => rows.ToImmutableArray()).ToList();
        if (scenarios.Count > 1)
        {
            WriteContents(page, scenarios);
        }

        for (var i = 0; i < scenarios.Count; i++)
        {
            var first = scenarios[i][0];
            WriteScenario(page, scenarios[i], result.Scenarios.FirstOrDefault(scenario => scenario.Spec == first.Spec && scenario.Name == first.Scenario), i + 1);
        }

        page.Close().Line();
    }

    private static void WriteFilter(Markup page, ImmutableArray<RowResult> rows)
    {
        page.Open("p", "filter js").Attribute("role", "group").Attribute("aria-label", "Which rows are shown").Text("Show ");
        foreach (var (filter, label, count) in new[]
        {
            ("all", "all", rows.Length), ("unmet", "not as expected", rows.Count(row => !row.Met)), ("violated", "violated", rows.Count(row => row.Verdict == RowVerdict.Violated)),
        })
        {
            page.Open("button").Attribute("type", "button").Attribute("data-filter", filter).Attribute("aria-pressed", filter == "all" ? "true" : "false").Text($"{label} ({count})").Close();
        }

        page.Close().Line();
    }

    private static void WriteContents(Markup page, List<ImmutableArray<RowResult>> scenarios)
    {
        page.Open("nav").Attribute("aria-label", "Scenarios").Open("ul").Line();
        foreach (var spec in scenarios.Select((rows, i) => (Rows: rows, Number: i + 1)).GroupBy(scenario => scenario.Rows[0].Spec))
        {
            page.Open("li", Kinds(spec.SelectMany(scenario => scenario.Rows))).Element("code", spec.Key).Open("ul").Line();
            foreach (var (rows, number) in spec)
            {
                var unmet = rows.Count(row => !row.Met);
                page.Open("li", Kinds(rows)).Link($"scenario-{number}", rows[0].Scenario)
                    .Text(" ").Element("span", $"{TextReport.Count(rows.Length, "row")}, {rows.Count(row => row.Verdict == RowVerdict.Violated)} violated", "dim");
                if (unmet > 0)
                {
                    page.Text(" ").Element("strong", $"{unmet} not as expected", "bad");
                }

                page.Close().Line();
            }

            page.Close(2).Line();
        }

        page.Close(2).Line();
    }

    private static string Kinds(IEnumerable<RowResult> rows) => HtmlReport.Kinds(rows);

    private static void WriteScenario(Markup page, ImmutableArray<RowResult> rows, ScenarioResult? scenario, int number)
    {
        page.Open("section", Kinds(rows), $"scenario-{number}").Line();
        page.Open("h3").Text(rows[0].Scenario).Text(" ").Element("code", rows[0].Spec, "dim").Close().Line();
        page.Open("div", "wide").Open("table", "verdicts").Line().Open("thead").Open("tr");
        foreach (var column in new[] { "row", "policy", "registers and readings", "verdict", "in configurations", "explored" })
        {
            page.Open("th").Attribute("scope", "col").Text(column).Close();
        }

        page.Close(2).Line();
        foreach (var (property, group) in Groups(rows))
        {
            page.Open("tbody").Line();
            if (group[0].Policy != "*")
            {
                page.Open("tr", "property " + Kinds(group)).Open("th").Attribute("scope", "rowgroup").Attribute("colspan", $"{Columns}").Text(property).Close(2).Line();
            }

            foreach (var row in group)
            {
                WriteRow(page, row);
            }

            page.Close().Line();
        }

        page.Close(2).Line();
        foreach (var finding in scenario?.Findings ?? [])
        {
            page.Element("p", finding.ToString(), "row-note").Line();
        }

        if (scenario is { IsCovered: false })
        {
            page.Element("p", scenario.Coverage, "dim").Line();
        }

        page.Close().Line();
    }

    /// <summary>Rows that follow each other and ask for one property; covers together.</summary>
    private static List<(string Property, List<RowResult> Rows)> Groups(ImmutableArray<RowResult> rows)
    {
        var groups = new List<(string Property, List<RowResult> Rows)>();
        foreach (var row in rows)
        {
            var property = row.Policy == "*" ? "*" : row.Property;
            if (groups.Count == 0 || groups[^1].Property != property)
            {
                groups.Add((property, []));
            }

            groups[^1].Rows.Add(row);
        }

        return groups;
    }

    private static void WriteRow(Markup page, RowResult row)
    {
        page.Open("tr", Kinds([row]), HtmlReport.Cell(row));
        page.Open("td", "number").Text($"{row.Number}").Open("small").Text($"line {row.Line}").Close(2);
        page.Open("th").Attribute("scope", "row").Text(row.Policy == "*" ? row.Property : row.Policy).Close();
        page.Open("td").Text(row.IsOtherwise ? "otherwise" : row.When.IsEmpty ? "" : TextReport.Conditions(row)).Close();
        page.Open("td");
        WriteVerdict(page, row);
        page.Close().Open("td");
        WriteClasses(page, row);
        foreach (var note in row.AllNotes)
        {
            page.Element("p", note, "row-note");
        }

        page.Close().Open("td", "dim").Text(Explored(row)).Close(2).Line();
    }

    private static void WriteVerdict(Markup page, RowResult row)
    {
        var verdict = TextReport.VerdictWords(row);
        page.Open("span", $"verdict {(row.Findings.IsEmpty ? Style(row.Verdict) : "odd")}");
        if (row.Trace is null)
        {
            page.Text(verdict);
        }
        else
        {
            page.Link(HtmlReport.Trace(row), verdict);
        }

        page.Close().Text(" ");
        page.Open("small").Element(row.Met ? "span" : "strong", row.Met ? TextReport.Claim(row) : $"expected {row.Expected}", row.Met ? "dim" : "bad").Close();
    }

    private static void WriteClasses(Markup page, RowResult row)
    {
        var traced = row.Trace is null ? null : row.Classes.FirstOrDefault(@class => @class.Verdict == RowVerdict.Violated);
        if (row.Classes.IsEmpty)
        {
            return;
        }

        page.Open("ul", "classes");
        foreach (var @class in row.Classes)
        {
            var text = @class.When != "always" ? @class.When : row.Cells == 1 ? "its only configuration" : "all";
            page.Open("li", Style(@class.Verdict));
            page.Open("b");
            if (@class == traced)
            {
                page.Link(HtmlReport.Trace(row), TextReport.VerdictName(@class.Verdict));
            }
            else
            {
                page.Text(TextReport.VerdictName(@class.Verdict));
            }

            page.Close().Text($" {text}");
            if (@class.Configurations > 1)
            {
                page.Text(" ").Element("small", $"{Number(@class.Configurations)} configurations");
            }

            page.Close();
        }

        page.Close();
    }

    private static string Explored(RowResult row) => row.States == 0 ? "" :
        $"{TextReport.Count(row.Cells, "cell")}, {Number(row.States)} states, {(row.Verdict == RowVerdict.Violated ? "violated in " : "depth ")}{TextReport.Count(row.Depth, "step")}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Style(RowVerdict verdict) => verdict switch
    {
        RowVerdict.Holds or RowVerdict.Reached => "holds",
        RowVerdict.Violated => "violates",
        RowVerdict.Undecided => "open",
        _ => "wrong",
    };
}
