using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Explorer;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Cli.Explaining;

/// <summary>What turns <em>holds</em>, with default readings, into <em>violated</em>: an operation left out, or the fewest changes of the configuration.</summary>
/// <param name="question">The verdicts.</param>
/// <param name="narrate">The trace of an exploration in words.</param>
internal sealed class NearestMiss(PolicyQuestion question, Func<Model.Cells.Cell, Exploration, NarratedTrace> narrate)
{
    /// <summary>It in a sentence; <see langword="null"/> where nothing holds, or nothing turns it.</summary>
    public string? Describe()
    {
        var holds = question.Verdicts.Holds & question.Classes.DefaultReadings;
        if (holds.IsEmpty)
        {
            return null;
        }

        var parts = new List<string>();
        var needed = question.Without.Where(pair => !(pair.Value.Violated & holds).IsEmpty).Select(pair => (Label: pair.Key, Shortest: Shortest(pair.Value, holds))).ToList();
        if (needed.Count > 0)
        {
            var nearest = needed.MinBy(one => one.Shortest.Job.Result!.Depth);
            parts.Add(Turned(nearest.Label, nearest.Shortest));
            if (needed.Count > 1)
            {
                parts.Add($"so does leaving out {string.Join(", or ", needed.Where(one => one.Label != nearest.Label).Select(one => "@" + one.Label))}");
            }
        }

        if (!question.Verdicts.Violated.IsEmpty)
        {
            var (from, to) = question.Classes.NearestPair(holds, question.Verdicts.Violated);
            parts.Add($"{string.Join(" and ", question.Classes.Differences(from, to).Select(change => $"{change.Name} = {change.After} in place of {change.Before}"))} turns it into violated");
        }

        if (!question.Verdicts.Undecided.IsEmpty || question.Without.Values.Any(without => !without.Undecided.IsEmpty))
        {
            parts.Add("others may be nearer: a limit was hit");
        }

        return parts.Count == 0 ? null : string.Join("; ", parts);
    }

    private static PlannedCell Shortest(VerdictSets without, ConfigurationSet holds) => without.Cells
        .Where(cell => cell.Job.Result?.Verdict == Verdict.Violated && !(cell.Cell.Where & holds).IsEmpty).MinBy(cell => cell.Job.Result!.Depth)!;

    /// <summary>What leaving one operation out does, with the line of its trace where it is missed.</summary>
    private string Turned(string label, PlannedCell cell)
    {
        var result = cell.Job.Result!;
        var passed = narrate(cell.Cell, result).Steps
            .SelectMany(step => step.Notes.OfType<LeftOut>().Where(note => note.Label == label).Select(note => (step.Number, Note: note))).ToList();

        // Of several times the last one at which something was pending.
        var missed = passed.FindLast(pass => pass.Note.IsMissed) is { Note: not null } last ? last : passed.LastOrDefault();
        var at = missed.Note is null ? "" : $", where at step {missed.Number} {missed.Note.Text}";
        return $"leaving out @{label} turns it into violated, in {result.Depth} steps{at}";
    }
}
