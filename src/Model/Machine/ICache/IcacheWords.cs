using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.ICache;

/// <summary>What a trace shows and says of I-caches.</summary>
/// <param name="sorts">The sorts.</param>
/// <param name="caches">The I-caches.</param>
/// <param name="cached">What each I-cache may hold.</param>
/// <param name="filler">Who fetched what entered one.</param>
internal sealed class IcacheWords(Sorts sorts, Sort caches, Variable cached, Func<TraceContext, int, int, long, Valuation, FillSource?> filler)
{
    /// <summary>The name of their panel.</summary>
    public const string PanelName = "I-cache";

    /// <summary>The parameter that says which I-cache an IC empties.</summary>
    public static Parameter Target(Sort caches) => new("q", caches);

    public Panel Panel() => new(PanelName, "I-caches", "I-caches", IsSummary: false,
        [.. caches.Elements.Select(cache => new PanelColumn(cache, [.. sorts.Line.Elements.Select(line => new PanelEntry(line, line))]))]);

    public PanelValues Show(TraceContext context, Valuation state) => new(
        [.. Enumerable.Range(0, caches.Size).Select(cache => Lines().Select(x => context.Versions.Set(state[cached, CellOf(cache, x)])).ToImmutableArray())]);

    /// <summary>What entered or left I-caches.</summary>
    public IEnumerable<Note> Notes(TraceContext context, StepView step)
    {
        foreach (var change in step.ChangesOf(cached))
        {
            var (cache, line) = (change.Cell / sorts.Line.Size, change.Cell % sorts.Line.Size);
            var gained = change.After & ~change.Before;
            var lost = change.Before & ~change.After;
            if (gained != 0)
            {
                yield return new Filled(NameOf(cache), sorts.Line.Elements[line], context.Versions.Set(gained), filler(context, cache, line, gained, step.After), new(PanelName, cache));
            }

            if (lost != 0)
            {
                yield return new Emptied(NameOf(cache), sorts.Line.Elements[line], string.Join(',', context.Versions.Names(lost)), new(PanelName, cache));
            }
        }

        foreach (var note in Refills(context, step))
        {
            yield return note;
        }
    }

    /// <summary>An IC that leaves an I-cache as it was: what it took away came back at once.</summary>
    private IEnumerable<Note> Refills(TraceContext context, StepView step)
    {
        if (step.Info.Target is not { } target || target.Parameter != Target(caches))
        {
            yield break;
        }

        var cache = target.In(step.Instance);
        foreach (var line in Lines().Where(line => (step.Line ?? line) == line))
        {
            var held = step.After[cached, CellOf(cache, line)];

            // Where nobody refills it, it was not emptied: an IC may do nothing on a CPU of its own kind (dic_ic_nop).
            if (step.Before[cached, CellOf(cache, line)] == held && held != 0 && filler(context, cache, line, held, step.After) is { } source)
            {
                yield return new Refilled(NameOf(cache), sorts.Line.Elements[line], context.Versions.Set(held), source, new(PanelName, cache));
            }
        }
    }

    private IEnumerable<int> Lines() => Enumerable.Range(0, sorts.Line.Size);

    private int CellOf(int cache, int line) => (cache * sorts.Line.Size) + line;

    private string NameOf(int cache) => $"{caches.Elements[cache]} I-cache";
}
