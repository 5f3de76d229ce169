using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Cli.Files;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Cli.Tables;

/// <summary>Answers a table of configurations: a line for a line, in order. A row that cannot be read is an error at its place, and the rest is answered.</summary>
internal sealed class AttributeTable(SourceText text, ReadingSet readings, IAttributeDecider decider)
{
    private readonly Dictionary<AttributeInput, string> _answers = [];

    public void Write(TextWriter output, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var header = text.GetLineText(1).TrimStart('\uFEFF');
        var names = header.Split(',').Select(name => name.Trim()).ToArray();
        var missing = AttributeRow.Columns.Where(column => !names.Contains(column, StringComparer.Ordinal)).ToList();
        if (missing.Count > 0)
        {
            diagnostics.Add(CliDiagnostics.BadTable.At(Span(1, 0, 0), $"the first line lacks {(missing.Count == 1 ? "the column" : "the columns")} {string.Join(", ", missing)}", "it names the columns: " + string.Join(',', AttributeRow.Columns)));
            return;
        }

        if (Printable.Lines(header) != header)
        {
            diagnostics.Add(CliDiagnostics.BadTable.At(Span(1, 0, header.Length), "the first line has characters that cannot be shown", "take them out: lines are copied to the answer"));
            return;
        }

        output.WriteLine(header + "," + string.Join(',', AttributeRow.Results));
        var index = names.Select((name, i) => (name, i)).ToLookup(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        for (var line = 2; line <= text.LineCount; line++)
        {
            Waiting.Check($"'{text.Path}' had not been answered to its end", cancellation);
            var row = text.GetLineText(line);
            if (row.Length > 0 || line < text.LineCount)
            {
                output.WriteLine(Printable.Lines(row) + "," + (Answer(line, row, names.Length, index, diagnostics) ?? "error,-,-,-,-"));
            }
        }
    }

    private string? Answer(int line, string row, int columns, ILookup<string, int> index, ICollection<Diagnostic> diagnostics)
    {
        if (Printable.Lines(row) != row)
        {
            diagnostics.Add(CliDiagnostics.BadRow.At(Span(line, 0, row.Length), "the row has characters that cannot be shown", "take them out: lines are copied to the answer"));
            return null;
        }

        var fields = row.Split(',');
        if (fields.Length != columns)
        {
            diagnostics.Add(CliDiagnostics.BadRow.At(Span(line, 0, row.Length), $"the row has {fields.Length} fields, not {columns}", null));
            return null;
        }

        var input = AttributeRow.Read(column => index.Contains(column) ? fields[index[column].First()].Trim() : "-", out var wrong);
        if (input is null)
        {
            var field = index[wrong!].First();
            var start = fields.Take(field).Sum(f => f.Length + 1);
            diagnostics.Add(CliDiagnostics.BadRow.At(Span(line, start, fields[field].Length), $"{wrong} cannot be '{fields[field].Trim()}' here", $"{wrong} is {AttributeRow.Takes(wrong!)}"));
            return null;
        }

        if (!_answers.TryGetValue(input, out var answer))
        {
            answer = string.Join(',', AttributeRow.Answer(input, readings, decider));
            _answers.Add(input, answer);
        }

        return answer;
    }

    private SourceSpan Span(int line, int column, int length) => new(text, text.GetLineStart(line) + column, length);
}
