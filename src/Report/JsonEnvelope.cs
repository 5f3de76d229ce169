using System.Text.Json;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Report;

/// <summary>What every JSON result has around it: who wrote it, and what was said.</summary>
internal static class JsonEnvelope
{
    /// <summary>The version of the schema.</summary>
    public const int Schema = 1;

    internal static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JsonText.Encoder };

    /// <summary>Writes a result.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="decider">Who decided what attributes come to.</param>
    /// <param name="diagnostics">Errors and warnings.</param>
    /// <param name="before">Writes the properties that stand before the results.</param>
    /// <param name="results">Writes the elements of the array of results.</param>
    /// <param name="after">Writes the properties that stand at the end.</param>
    public static void Write(
        Stream output, string version, string decider, IEnumerable<Diagnostic> diagnostics, Action<Utf8JsonWriter> before, Action<Utf8JsonWriter> results, Action<Utf8JsonWriter>? after = null)
    {
        Write(output, version, json =>
        {
            before(json);
            json.WriteString("decider", decider);
            json.WriteStartArray("results");
            results(json);
            json.WriteEndArray();
            json.WriteStartArray("diagnostics");
            foreach (var diagnostic in diagnostics)
            {
                Write(json, diagnostic);
            }

            json.WriteEndArray();
            after?.Invoke(json);
        });
    }

    /// <summary>Writes the result of a command that asks about one spec.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="decider">Who decided what attributes come to.</param>
    /// <param name="diagnostics">Errors and warnings.</param>
    /// <param name="spec">The spec.</param>
    /// <param name="interrupted">Whether the user stopped it.</param>
    /// <param name="results">Writes the elements of the array of results.</param>
    public static void Write(
        Stream output, string version, string decider, IEnumerable<Diagnostic> diagnostics, string spec, bool interrupted, Action<Utf8JsonWriter> results)
    {
        Write(output, version, decider, diagnostics, Head, results);

        void Head(Utf8JsonWriter json)
        {
            json.WriteString("spec", spec);
            if (interrupted)
            {
                json.WriteBoolean("interrupted", true);
            }
        }
    }

    /// <summary>Writes a document that says who wrote it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="version">The program's version.</param>
    /// <param name="content">Writes all other properties.</param>
    public static void Write(Stream output, string version, Action<Utf8JsonWriter> content)
    {
        using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteNumber("schema", Schema);
        json.WriteString("tool", "coherencecheck");
        json.WriteString("version", version);
        content(json);
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    private static void Write(Utf8JsonWriter json, Diagnostic diagnostic)
    {
        json.WriteStartObject();
        json.WriteString("code", diagnostic.Code);
        json.WriteString("severity", diagnostic.Severity == Severity.Error ? "error" : "warning");
        json.WriteString("file", diagnostic.Span?.Path);
        json.WriteNumber("line", diagnostic.Span?.Line ?? 0);
        json.WriteNumber("column", diagnostic.Span?.Column ?? 0);
        json.WriteString("message", diagnostic.Message);
        json.WriteString("hint", diagnostic.Hint);
        json.WriteEndObject();
    }
}
