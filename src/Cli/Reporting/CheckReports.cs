using CoherenceCheck.Report;
using CoherenceCheck.Report.Formats;
using CoherenceCheck.Report.Html;

namespace CoherenceCheck.Cli.Reporting;

/// <summary>The formats of <c>check</c>, by name.</summary>
internal static class CheckReports
{
    public static readonly string[] Formats = ["text", "json", "junit", "sarif", "github", "html", "dot", "mermaid"];

    /// <summary>Writes a result in one format.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">Where to; left open.</param>
    /// <param name="result">What was found.</param>
    /// <param name="text">How text is written.</param>
    public static void Write(string format, Stream output, CheckResult result, TextOptions text)
    {
        switch (format)
        {
            case "json":
                JsonReport.Write(output, result, Commands.CheckCommand.Version, result.Scenarios.FirstOrDefault()?.PeModel ?? "in-order", text.Statistics);
                break;
            case "junit":
                JunitReport.Write(output, result);
                break;
            case "sarif":
                SarifReport.Write(output, result, Commands.CheckCommand.Version);
                break;
            case "html":
                HtmlReport.Write(output, result, Commands.CheckCommand.Version);
                break;
            default:
                using (var writer = new StreamWriter(output, new System.Text.UTF8Encoding(false), 1 << 14, leaveOpen: true) { NewLine = "\n" })
                {
                    WriteText(format, writer, result, text);
                }

                break;
        }
    }

    private static void WriteText(string format, StreamWriter writer, CheckResult result, TextOptions text)
    {
        switch (format)
        {
            case "github":
                GithubReport.Write(writer, result);
                break;
            case "dot":
                DotReport.Write(writer, result, text.Row);
                break;
            case "mermaid":
                MermaidReport.Write(writer, result, text.Row);
                break;
            default:
                if (!result.Rows.IsEmpty || result.Interrupted)
                {
                    new TextReport(writer, text).Write(result);
                }

                break;
        }
    }
}
