using System.Collections.Immutable;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Report;

/// <summary>
/// A trace as text: a column for each CPU, the panels that are a summary at the right, and beneath a step what there is to note. Steps that
/// follow each other on one CPU and change nothing that is shown stand on one line; what the hardware does unseen is left out.
/// The full form has a line for every step and every cell that changed.
/// </summary>
internal sealed class TraceText(TextWriter output, Paint paint, TraceDetail detail = TraceDetail.Changes)
{
    private const int WidestColumn = 44;
    private const int NumberWidth = 7;
    private ImmutableArray<int> _summary = [];
    private Dictionary<int, int> _widths = [];

    public void Write(RowResult row)
    {
        output.WriteLine($"{Printable.Of(row.Spec)}:{row.Line}  {paint.Bold(TextReport.Describe(row))}  {TextReport.VerdictWords(row)}, {TextReport.Claim(row)}  {row.Depth} steps");
        if (row.Cell is { } cell)
        {
            output.WriteLine(Printable.Of($"  {cell.Registers}; readings: {(cell.Readings.Length == 0 ? "defaults" : cell.Readings)}"));
        }

        Write(row.Trace!);
        output.WriteLine();
    }

    /// <summary>The steps alone.</summary>
    public void Write(NarratedTrace trace)
    {
        _summary = [.. Enumerable.Range(0, trace.Panels.Length).Where(panel => trace.Panels[panel].IsSummary)];
        _widths = _summary.ToDictionary(panel => panel, panel => Math.Min(WidestColumn, trace.Steps.Select(step => Shown(step, panel).Length).Append(HeaderOf(trace.Panels[panel]).Length).Max()));
        var groups = Groups(trace);
        var columns = Columns(trace, groups);
        var widths = columns.Select(column => column.Width).ToList();
        var header = new string(' ', NumberWidth - 2) + "#  "
            + string.Concat(columns.Select(column => Printable.Of(trace.Columns[column.Number]).PadRight(column.Width) + "  "))
            + string.Join("  ", _summary.Select(panel => Printable.Of(HeaderOf(trace.Panels[panel])).PadRight(_widths[panel])));
        output.WriteLine(paint.Dim(header.TrimEnd()));
        NarratedStep? previous = null;
        var order = detail == TraceDetail.Full ? CausalGraph.Of(trace) : null;
        foreach (var group in groups)
        {
            WriteGroup(group, previous, columns, widths, order);
            previous = group[^1];
        }

        var needed = trace.Steps.Count(step => step.Number > 0 && step.IsNeeded);
        if (needed < trace.Steps.Length - 1)
        {
            output.WriteLine(paint.Dim($"  the end depends on {needed} of {trace.Steps.Length - 1} steps; the others {(detail == TraceDetail.Core ? "are left out" : "(.) are passed")}: had they done nothing, it would be the same"));
        }
    }

    private static string HeaderOf(Panel panel) => $"{panel.Name}: {string.Join(" / ", panel.Columns.Select(column => column.Name))}";

    /// <summary>What a summary shows after a step.</summary>
    private static string Shown(NarratedStep step, int panel) => string.Join(" / ", step.Values[panel].Firsts);

    private List<List<NarratedStep>> Groups(NarratedTrace trace) => detail switch
    {
        TraceDetail.Full => [.. trace.Steps.Select(step => new List<NarratedStep> { step })],
        TraceDetail.Core => [.. Group(trace).Where(group => group[0].Number == 0 || group.Exists(step => step.IsShown))],
        _ => Group(trace),
    };

    private static bool IsNeeded(List<NarratedStep> group) => group[0].Number == 0 || group.Exists(step => step.IsNeeded);

    /// <summary>Joins steps of one CPU and agent while nothing that is shown changes.</summary>
    private List<List<NarratedStep>> Group(NarratedTrace trace)
    {
        var groups = new List<List<NarratedStep>> { new() { trace.Steps[0] } };
        var isOpen = false;
        for (var i = 1; i < trace.Steps.Length; i++)
        {
            var (step, group) = (trace.Steps[i], groups[^1]);
            var shows = !step.Notes.IsEmpty || Moves(trace.Steps[i - 1], step);
            if (!shows && step.Agent == StepAgent.Hardware && i > 1)
            {
                // What is not seen belongs to whatever came before it.
                group.Add(step);
                continue;
            }

            if (isOpen && step.Judgement is null && Speaks(group, step))
            {
                group.Add(step);
            }
            else
            {
                groups.Add([step]);
            }

            isOpen = !shows;
        }

        return groups;
    }

    private static bool Speaks(List<NarratedStep> group, NarratedStep step)
    {
        var speaker = Speaker(group);
        return speaker.Agent == step.Agent && speaker.Column == step.Column && speaker.Vcpu == step.Vcpu && speaker.IsNeeded == step.IsNeeded;
    }

    /// <summary>The step that gave a group its agent and CPU.</summary>
    private static NarratedStep Speaker(List<NarratedStep> group) => group.FirstOrDefault(step => step.Agent != StepAgent.Hardware) ?? group[0];

    private bool Moves(NarratedStep before, NarratedStep after) => _summary.Any(panel => !before.Values[panel].Equals(after.Values[panel]));

    private static List<(int Number, int Width)> Columns(NarratedTrace trace, List<List<NarratedStep>> groups) =>
    [
        .. Enumerable.Range(0, trace.Columns.Length)
            .Where(column => groups.Any(group => Speaker(group).Column == column))
            .Select(column => (column, Math.Min(WidestColumn, Math.Max(
                trace.Columns[column].Length,
                groups.Where(group => Speaker(group).Column == column).Max(group => Words(group).Sum(word => word.Length + 1) - 1))))),
    ];

    private void WriteGroup(List<NarratedStep> group, NarratedStep? previous, List<(int Number, int Width)> columns, List<int> widths, CausalGraph? order)
    {
        var speaker = Speaker(group);
        var last = group[^1];
        var summary = string.Join("  ", _summary.Select(panel =>
            (previous is not null && previous.Values[panel].Equals(last.Values[panel]) ? "" : Printable.Of(Shown(last, panel))).PadRight(_widths[panel])));
        var column = columns.FindIndex(c => c.Number == speaker.Column);
        var room = widths.Sum() + (2 * Math.Max(0, widths.Count - 1));
        var lines = Wrap(Words(group), column >= 0 ? widths[column] : room);
        var offset = column < 0 ? 0 : widths.Take(column).Sum() + (2 * column);
        var number = group.Count == 1 ? $"{last.Number}" : $"{group[0].Number}-{last.Number}";
        var completes = group.Any(step => step.CompletesMaintenance);
        var needed = IsNeeded(group);
        var mark = speaker.Judgement is not null ? "!" : !needed ? "." : completes ? "*" : " ";
        for (var i = 0; i < lines.Count; i++)
        {
            var head = i == 0 ? mark + number.PadLeft(NumberWidth - 2) + "  " : new string(' ', NumberWidth + 1);
            var tail = i == 0 ? summary : "";
            var line = (head + (new string(' ', offset) + lines[i]).PadRight(room) + "  " + tail).TrimEnd();
            output.WriteLine(speaker.Judgement is not null ? paint.Bad(line) : !needed ? paint.Dim(line) : completes ? paint.Mark(line) : line);
        }

        var indent = new string(' ', NumberWidth + 3);
        foreach (var step in group)
        {
            foreach (var note in step.Notes)
            {
                var text = Printable.Of(note.Text);
                output.WriteLine(indent + (step.Judgement is not null ? paint.Bad(text) : step.CompletesMaintenance || note.IsOfRow ? paint.Mark(text) : paint.Dim(text)));
            }
        }

        if (order is not null)
        {
            if (last.Number > 0 && order.Before(last.Number) is { IsEmpty: false } before)
            {
                output.WriteLine($"{indent}  after {string.Join(", ", before)}");
            }

            foreach (var change in last.Changes)
            {
                output.WriteLine(Printable.Of($"{indent}  {change.Name}: {change.Before} -> {change.After}"));
            }
        }
    }

    /// <summary>What a group says: each action once, a handler's or guest's name where it begins.</summary>
    private static List<string> Words(List<NarratedStep> group)
    {
        var words = new List<string>();
        string? speaker = null;
        foreach (var step in group.Where((step, i) => i == 0 || step.Agent != StepAgent.Hardware))
        {
            var text = step.Speaker is not null && step.Speaker == speaker ? step.Sentence : step.Action;
            speaker = step.Speaker ?? speaker;
            if (words.Count > 0)
            {
                words[^1] += ";";
            }

            words.Add(Printable.Of(text));
        }

        return words;
    }

    private static List<string> Wrap(List<string> words, int width)
    {
        var lines = new List<string> { "" };
        foreach (var word in words)
        {
            if (lines[^1].Length > 0 && lines[^1].Length + 1 + word.Length > width)
            {
                lines.Add("");
            }

            lines[^1] += lines[^1].Length > 0 ? " " + word : word;
        }

        return lines;
    }
}
