using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using CoherenceCheck.Model.Questions;

namespace CoherenceCheck.Report;

/// <summary>What was asked, as a part of the result of <c>check</c>; <see cref="Comparison.StoredQuestions"/> reads it again.</summary>
internal static class QuestionJson
{
    private static readonly JsonWriterOptions OneLine = JsonEnvelope.Options with { Indented = false };

    // The writer does not indent what it is given whole.
    private static ReadOnlySpan<byte> LineOfPart => "\n        "u8;

    /// <summary>Writes the questions of scenarios.</summary>
    public static void Write(Utf8JsonWriter json, ImmutableArray<ScenarioAsks> questions)
    {
        json.WriteStartArray("questions");
        foreach (var asks in questions)
        {
            json.WriteStartObject();
            json.WriteString("spec", asks.Spec);
            json.WriteNumber("line", asks.Question.Line);
            json.WriteString("scenario", asks.Scenario);
            json.WriteStartArray("parts");
            foreach (var part in asks.Question.Parts)
            {
                json.WriteRawValue(Part(part), skipInputValidation: true);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes what a row speaks of, if that is known.</summary>
    public static void Write(Utf8JsonWriter json, RowSubject? subject)
    {
        if (subject is null)
        {
            return;
        }

        json.WriteString("policy_digest", subject.PolicyDigest);
        Write(json, "statements", subject.Statements);
        Write(json, "never_asked", subject.NeverAsked);
    }

    /// <summary>A part on a line of its own: a question is read by people, too.</summary>
    private static ReadOnlySpan<byte> Part(QuestionPart part)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write(LineOfPart);
        using (var json = new Utf8JsonWriter(buffer, OneLine))
        {
            json.WriteStartObject();
            json.WriteString("part", part.Kind);
            json.WriteString("of", part.Of);
            Write(json, part.IsChoice ? "in" : "is", part.Says);
            if (part.Unset is not null)
            {
                json.WriteString("unset", part.Unset);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
