using System.Globalization;
using System.Text.Json;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Report.Formats;

/// <summary>The result of <c>check</c> as SARIF 2.1.0: a result for each row that is not as expected, with its trace as a code flow, and for each diagnostic.</summary>
/// <remarks>OASIS Standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020. A trace has one thread flow for
/// each CPU and one for the memory system; execution orders put them together.</remarks>
public static class SarifReport
{
    /// <summary>Writes all of it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">What was found.</param>
    /// <param name="version">The program's version.</param>
    public static void Write(Stream output, CheckResult result, string version)
    {
        var findings = Findings.All(result).ToList();
        using var json = new Utf8JsonWriter(output, JsonEnvelope.Options);
        json.WriteStartObject();
        json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json, [.. findings.Select(finding => finding.Rule).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], version);
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", !Findings.Errors(result).Any());
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteString("columnKind", "unicodeCodePoints");
        json.WriteStartArray("results");
        foreach (var finding in findings)
        {
            WriteResult(json, finding);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void WriteTool(Utf8JsonWriter json, IEnumerable<string> rules, string version)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "coherencecheck");
        json.WriteString("version", version);
        json.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("id", rule);
            WriteText(json, "shortDescription", rule == Findings.RowRule ? "A verdict is not what the spec expects" : $"Diagnostic {rule} of coherencecheck");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule);
        json.WriteString("level", finding.IsError ? "error" : "warning");
        WriteText(json, "message", finding.Message);
        if (finding.Path is not null)
        {
            json.WriteStartArray("locations");
            WriteLocation(json, null, finding.Path, finding.Line, finding.Column, null);
            json.WriteEndArray();
        }

        if (finding.Row is { Trace: { } trace } row)
        {
            WriteCodeFlow(json, row, trace);
        }

        json.WriteEndObject();
    }

    private static void WriteCodeFlow(Utf8JsonWriter json, RowResult row, NarratedTrace trace)
    {
        json.WriteStartArray("codeFlows");
        json.WriteStartObject();
        WriteText(json, "message", $"the shortest trace: {row.Depth} steps");
        json.WriteStartArray("threadFlows");
        foreach (var flow in trace.Steps.GroupBy(step => step.Column).OrderBy(flow => flow.Key ?? int.MaxValue))
        {
            json.WriteStartObject();
            json.WriteString("id", flow.Key is { } column ? trace.Columns[column] : "memory");
            json.WriteStartArray("locations");
            foreach (var step in flow)
            {
                json.WriteStartObject();
                json.WriteNumber("executionOrder", step.Number);
                json.WriteString("importance", step.Judgement is not null || step.CompletesMaintenance ? "essential" : "important");
                WriteStep(json, step);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteStep(Utf8JsonWriter json, NarratedStep step)
    {
        var text = $"{step.Number}: {step.Action}{string.Concat(step.Notes.Select(note => "; " + note.Text))}";
        var colon = step.Source?.LastIndexOf(':') ?? -1;
        if (colon > 0 && int.TryParse(step.Source.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line))
        {
            WriteLocation(json, "location", step.Source![..colon], line, 0, text);
            return;
        }

        json.WriteStartObject("location");
        WriteText(json, "message", text);
        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, string? name, string path, int line, int column, string? message)
    {
        if (name is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(name);
        }

        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", Uri(path));
        json.WriteEndObject();
        if (line > 0)
        {
            json.WriteStartObject("region");
            json.WriteNumber("startLine", line);
            if (column > 0)
            {
                json.WriteNumber("startColumn", column);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (message is not null)
        {
            WriteText(json, "message", message);
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    /// <summary>A path as a URI reference: relative paths stay relative.</summary>
    private static string Uri(string path)
    {
        var parts = string.Join('/', path.Replace('\\', '/').Split('/').Select(System.Uri.EscapeDataString));
        return Path.IsPathRooted(path) ? "file://" + parts : parts;
    }
}
