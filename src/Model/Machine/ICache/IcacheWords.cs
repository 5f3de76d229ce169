using System.Collections.Immutable;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.ICache;

/// <summary>What a trace shows and says of I-caches.</summary>
internal sealed class IcacheWords(Sorts sorts, Variable cached, MemoryPart memory, RegimePart regime, AccessTables tables)
{
    /// <summary>The name of their panel.</summary>
    public const string PanelName = "I-cache";

    /// <summary>The parameter that says which I-cache an IC empties.</summary>
    public static Parameter Target(Sorts sorts) => new("q", sorts.Icache);

    public Panel Panel() => new(PanelName, "I-caches", "I-caches", IsSummary: false,
        [.. sorts.Icache.Elements.Select(cache => new PanelColumn(cache, [.. sorts.Line.Elements.Select(line => new PanelEntry(line, line))]))]);

    public PanelValues Show(TraceContext context, Valuation state) => new(
        [.. Enumerable.Range(0, sorts.Icache.Size).Select(cache => Lines().Select(x => context.Versions.Set(state[cached, CellOf(cache, x)])).ToImmutableArray())]);

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
                yield return new Filled(NameOf(cache), sorts.Line.Elements[line], context.Versions.Set(gained), Filler(context, cache, line, gained, step.After), new(PanelName, cache));
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
        if (step.Info.Target is not { } target || target.Parameter != Target(sorts))
        {
            yield break;
        }

        var cache = target.In(step.Instance);
        foreach (var line in Lines().Where(line => (step.Line ?? line) == line))
        {
            var held = step.After[cached, CellOf(cache, line)];
            if (step.Before[cached, CellOf(cache, line)] == held && held != 0)
            {
                yield return new Refilled(NameOf(cache), sorts.Line.Elements[line], context.Versions.Set(held), Filler(context, cache, line, held, step.After), new(PanelName, cache));
            }
        }
    }

    /// <summary>Who fetched what entered an I-cache, and where from: as the SCTLR_EL1 values say that may be in force, not the one last written.</summary>
    private FillSource? Filler(TraceContext context, int cache, int line, long gained, Valuation after)
    {
        foreach (var vcpu in Enumerable.Range(0, sorts.Pcpu.Size).Where(p => sorts.NumberOfIcache(p) == cache).Select(p => context.RunningOn(after, p)).OfType<int>())
        {
            var (fromPoU, fromPoC) = (false, false);
            var modes = new List<string>();
            foreach (var mode in regime.InForceIn(after, vcpu))
            {
                long Mask(Func<Expr, Expr, Expr, Expr> table) => context.Interpreter.Evaluate(table(Ex.Const(vcpu), Ex.Const(line), Ex.Const(mode)), after);
                var poc = (Mask(tables.FillPoC) & memory.AtPoCIn(context, after, line) & gained) != 0;
                var pou = (Mask(tables.FillPoU) & memory.AtPoUIn(context, after, line) & gained) != 0;
                (fromPoU, fromPoC) = (fromPoU || pou, fromPoC || poc);
                if (pou || poc)
                {
                    modes.Add(regime.InForce is null ? regime.Describe(context, after, vcpu) : regime.Describe(context, vcpu, mode));
                }
            }

            var source = (fromPoU, fromPoC) switch
            {
                (true, true) => "the PoU or the PoC",
                (true, false) => "the PoU",
                (false, true) => "the PoC",
                _ => null,
            };
            if (source is not null)
            {
                return new FillSource(source, sorts.Vcpu.Elements[vcpu], string.Join(" or ", modes.Distinct(StringComparer.Ordinal)));
            }
        }

        return null;
    }

    private IEnumerable<int> Lines() => Enumerable.Range(0, sorts.Line.Size);

    private int CellOf(int cache, int line) => (cache * sorts.Line.Size) + line;

    private string NameOf(int cache) => $"{sorts.Icache.Elements[cache]} I-cache";
}
