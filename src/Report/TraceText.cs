using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Report;

/// <summary>A trace as text: a line a step, a column for each CPU, what changed beneath or beside it.</summary>
internal sealed class TraceText(TextWriter output, Paint paint)
{
    private const int WidestColumn = 34;

    public void Write(RowResult row, bool full)
    {
        var trace = row.Trace!;
        output.WriteLine($"{row.Spec}:{row.Line}  {paint.Bold(TextReport.Describe(row))}  {TextReport.VerdictName(row.Verdict)}{(row.Met ? ", as expected" : "")}  {row.Depth} steps");
        if (row.Cell is { } cell)
        {
            output.WriteLine($"  {cell.Registers}; readings: {(cell.Readings.Length == 0 ? "defaults" : cell.Readings)}");
        }

        var columns = trace.Columns;
        var used = Enumerable.Range(0, columns.Length).Where(c => trace.Steps.Any(step => step.Column == c)).ToList();
        var widths = used.ToDictionary(c => c, c => Math.Min(WidestColumn, Math.Max(
            columns[c].Length,
            trace.Steps.Where(step => step.Column == c).Max(step => step.Action.Length))));
        var lines = trace.Lines.Select((name, i) => (name, i)).ToList();
        var header = "   #  " + string.Join("  ", used.Select(c => columns[c].PadRight(widths[c])))
            + "  " + string.Join("  ", lines.Select(line => $"{line.name}: coherent / PoU / PoC"));
        output.WriteLine(paint.Dim(header.TrimEnd()));
        NarratedStep? previous = null;
        foreach (var step in trace.Steps)
        {
            WriteStep(step, previous, used, widths, full);
            previous = step;
        }

        output.WriteLine();
    }

    private void WriteStep(NarratedStep step, NarratedStep? previous, List<int> used, Dictionary<int, int> widths, bool full)
    {
        var hierarchy = string.Join("  ", step.Hierarchy.Select((values, i) =>
            previous is not null && previous.Hierarchy[i] == values ? "" : $"{values.Coherent} / {values.PoU} / {values.PoC}"));
        var cells = used.Select(c => step.Column == c ? Pad(step.Action, widths[c]) : new string(' ', widths[c])).ToList();
        if (step.Column is null && step.Action.Length > 0)
        {
            // What belongs to no CPU spans the columns.
            var room = widths.Values.Sum() + (2 * (widths.Count - 1));
            cells = [Pad(step.Action, room)];
        }

        var mark = step.IsStale ? paint.Bad("!") : step.CompletesMaintenance ? paint.Mark("*") : " ";
        var line = $" {mark}{step.Number,2}  {string.Join("  ", cells)}  {hierarchy}".TrimEnd();
        output.WriteLine(step.IsStale ? paint.Bad(line) : line);
        foreach (var note in step.Notes)
        {
            output.WriteLine($"        {(step.IsStale ? paint.Bad(note) : step.CompletesMaintenance ? paint.Mark(note) : paint.Dim(note))}");
        }

        if (full)
        {
            foreach (var change in step.Changes)
            {
                output.WriteLine($"          {change.Name}: {change.Before} -> {change.After}");
            }
        }
    }

    private static string Pad(string text, int width) => text.PadRight(width);
}
