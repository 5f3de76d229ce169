using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Report.Tests;

/// <summary>Traces of one line and one I-cache, written by hand.</summary>
internal static class Traces
{
    /// <summary>A trace on P0, P1 and a CPU without steps.</summary>
    public static NarratedTrace Of(params ImmutableArray<NarratedStep> steps) => Of("x", ["P0", "P1"], steps);

    public static NarratedTrace Of(string line, ImmutableArray<string> columns, ImmutableArray<NarratedStep> steps) => new(columns,
    [
        new Panel(line, $"{line} in memory", "memory", IsSummary: true, [.. new[] { "coherent", "PoU", "PoC" }.Select(level => new PanelColumn(level, [new PanelEntry("", line)]))]),
        new Panel("I-cache", "I-caches", "I-caches", IsSummary: false, [new PanelColumn("P0", [new PanelEntry(line, line)])]),
    ], steps);

    /// <summary>What the panels show.</summary>
    public static ImmutableArray<PanelValues> Values(string coherent, string pou, string poc, string cached) => [new([[coherent], [pou], [poc]]), new([[cached]])];

    /// <summary>A step; what stands before a colon speaks.</summary>
    public static NarratedStep Step(int number, StepAgent agent, int? column, string? vcpu, string action, ImmutableArray<PanelValues> values, params ImmutableArray<Note> notes)
    {
        var words = action.Split(": ", 2);
        return new NarratedStep(number, agent, column, vcpu, words.Length == 2 ? words[0] : null, words[^1], null, [], values, notes, [], [], true);
    }

    /// <summary>A stale fetch, from the first I-cache.</summary>
    public static Note Stale(string sentence, Ground? since = null) => new Judged("the stale fetch", sentence, since, new PanelPlace("I-cache", 0));
}

/// <summary>A note of any words.</summary>
/// <param name="Words">The words.</param>
internal sealed record Said(string Words) : Note
{
    public override string Text => Words;
}
