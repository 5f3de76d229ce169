using System.Text;
using CoherenceCheck.Attributes;
using CoherenceCheck.Model;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Tables in the documents equal those in the code. <c>UPDATE_GOLDEN=1</c> writes the table of readings anew.</summary>
public sealed class TableTests
{
    private const string Begin = "<!-- readings: written by the tests -->\n";
    private const string End = "<!-- end of readings -->\n";
    private const string BeginRevisions = "<!-- revisions: written by the tests -->\n";
    private const string EndRevisions = "<!-- end of revisions -->\n";

    [Fact]
    public void The_tables_of_readings_and_revisions_are_those_of_the_registries()
    {
        var text = Repository.Read("docs/model.md");
        var (start, end) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        var updated = text[..start] + Readings() + text[end..];
        (start, end) = (updated.IndexOf(BeginRevisions, StringComparison.Ordinal) + BeginRevisions.Length, updated.IndexOf(EndRevisions, StringComparison.Ordinal));
        updated = updated[..start] + Revisions() + updated[end..];
        if (Repository.Updates)
        {
            File.WriteAllText(Path.Combine(Repository.Root, "docs/model.md"), updated);
            return;
        }

        Assert.Equal(text, updated);
    }

    [Fact]
    public void Every_diagnostic_of_the_command_line_and_of_cells_is_documented_with_its_title()
    {
        var text = Repository.Read("docs/exit-codes.md");
        Assert.All(ModelDiagnostics.All.Concat(CliDiagnostics.All), kind => Assert.Contains($"| {kind.Code} | {kind.Title} |\n", text, StringComparison.Ordinal));
    }

    private static string Revisions() => "| revision | readings | source |\n|---|---|---|\n"
        + string.Concat(RevisionRegistry.All.Select(revision => $"| `{revision.Name}` | {string.Join(", ", revision.Readings.Select(reading => $"`{reading}`"))} | {revision.Source} |\n"));

    private static string Readings()
    {
        var table = new StringBuilder("| reading | values (the default first) | question | source |\n|---|---|---|---|\n");
        foreach (var reading in ReadingRegistry.All)
        {
            var values = reading.Info.Values.OrderBy(value => value.Name != reading.InOrderDefault)
                .Select(value => $"`{value.Name}`{(value.Refusal is null ? "" : " (not modelled)")}: {value.Summary}");
            table.Append($"| `{reading.Info.Name}` | {string.Join("<br>", values)} | {reading.Info.Summary}{(reading.Settled is { } why ? $" Settled: {why}." : "")} | {reading.Info.Source} |\n");
        }

        return table.ToString();
    }
}
