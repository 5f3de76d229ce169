using System.Globalization;
using System.Text;
using System.Xml;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Report.Formats;

/// <summary>The result of <c>check</c> as JUnit XML: a suite for each scenario, a case for each row.</summary>
/// <remarks>The form that Jenkins' schema junit-10.xsd describes. A row that is not as expected is a failure; one that a limit left
/// undecided, a model error, and every diagnostic that is an error is an error.</remarks>
public static class JunitReport
{
    /// <summary>Writes all of it.</summary>
    public static void Write(Stream output, CheckResult result)
    {
        using var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false), CloseOutput = false });
        var errors = Findings.Errors(result).ToList();
        xml.WriteStartDocument();
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", "coherencecheck");
        WriteCounts(xml, result.Rows, errors.Count);
        foreach (var suite in result.Rows.GroupBy(row => (row.Spec, row.Scenario)))
        {
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Printable.Of($"{suite.Key.Spec}: {suite.Key.Scenario}"));
            WriteCounts(xml, [.. suite], 0);
            xml.WriteAttributeString("file", Printable.Of(suite.Key.Spec));
            foreach (var row in suite)
            {
                WriteCase(xml, row);
            }

            xml.WriteEndElement();
        }

        if (errors.Count > 0)
        {
            WriteErrors(xml, errors);
        }

        xml.WriteEndElement();
        xml.WriteEndDocument();
        xml.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteErrors(XmlWriter xml, List<Finding> errors)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", "diagnostics");
        WriteCounts(xml, [], errors.Count);
        foreach (var error in errors)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("name", Printable.Of($"{error.Rule} {error.Place}"));
            xml.WriteAttributeString("classname", Printable.Of(error.Path ?? "coherencecheck"));
            WriteProblem(xml, "error", error.Rule, error.Message);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, RowResult row)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", Printable.Of($"{TextReport.Describe(row)} (line {row.Line})"));
        xml.WriteAttributeString("classname", Printable.Of(row.Spec));
        if (!row.Met)
        {
            WriteProblem(xml, IsError(row) ? "error" : "failure", TextReport.VerdictText(row), Findings.Of(row).Message, Findings.TraceOf(row));
        }

        else if (Findings.Warnings(row).ToList() is { Count: > 0 } warnings)
        {
            xml.WriteElementString("system-out", Printable.Lines(string.Join('\n', warnings.Select(warning => $"{warning.Rule}: {warning.Message}"))));
        }

        xml.WriteEndElement();
    }

    private static void WriteProblem(XmlWriter xml, string element, string type, string message, string text = "")
    {
        xml.WriteStartElement(element);
        xml.WriteAttributeString("type", Printable.Of(type));
        xml.WriteAttributeString("message", Printable.Of(message));
        xml.WriteString(Printable.Lines(text));
        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyCollection<RowResult> rows, int errors)
    {
        xml.WriteAttributeString("tests", Text(rows.Count + errors));
        xml.WriteAttributeString("failures", Text(rows.Count(row => !row.Met && !IsError(row))));
        xml.WriteAttributeString("errors", Text(rows.Count(row => !row.Met && IsError(row)) + errors));
    }

    private static bool IsError(RowResult row) => row.OnlyLimits || row.Verdict == RowVerdict.ModelError;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
