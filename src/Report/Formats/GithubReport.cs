using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Report.Formats;

/// <summary>The result of <c>check</c> as workflow commands of GitHub Actions: an annotation for each row that is not as expected and each diagnostic.</summary>
/// <remarks>https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands</remarks>
public static class GithubReport
{
    /// <summary>Writes all of it; a last line says how many rows are as expected.</summary>
    public static void Write(TextWriter output, CheckResult result)
    {
        foreach (var finding in Findings.All(result))
        {
            var place = finding.Path is null ? "" : $"file={Property(finding.Path)},line={finding.Line}{(finding.Column > 0 ? $",col={finding.Column}" : "")},";
            output.WriteLine($"::{(finding.IsError ? "error" : "warning")} {place}title={Property(finding.Row is { } row ? TextReport.Describe(row) : finding.Rule)}::{Data(finding.Message)}");
        }

        output.WriteLine($"::notice title=coherencecheck::{result.Rows.Count(row => row.Met)} of {result.Rows.Length} rows as expected");
    }

    private static string Data(string text) => Printable.Of(text).Replace("%", "%25", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
