using System.Collections.Immutable;
using CoherenceCheck.Model.Construction;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>What a trace shows and says of I-caches.</summary>
internal sealed class IcacheWords(TraceContext context)
{
    private readonly Variables _v = context.Variables;

    private int Number => _v.Line.Size;

    public Panel Panel() => new("I-cache", "I-caches", "I-caches", IsSummary: false,
        [.. _v.Icache.Elements.Select(cache => new PanelColumn(cache, [.. _v.Line.Elements.Select((line, x) => new PanelEntry(line, x))]))]);

    public PanelValues Show(Valuation state) => new(
        [.. Enumerable.Range(0, _v.Icache.Size).Select(cache => Lines().Select(x => context.Versions.Set(state[_v.Cached, CellOf(cache, x)])).ToImmutableArray())]);

    /// <summary>What entered or left I-caches.</summary>
    public IEnumerable<Note> Notes(StepView step)
    {
        foreach (var change in step.ChangesOf(_v.Cached))
        {
            var (cache, line) = (change.Cell / _v.Line.Size, change.Cell % _v.Line.Size);
            var gained = change.After & ~change.Before;
            var lost = change.Before & ~change.After;
            if (gained != 0)
            {
                yield return new Filled(NameOf(cache), _v.Line.Elements[line], context.Versions.Set(gained), Filler(cache, line, gained, step.After), (Number, cache));
            }

            if (lost != 0)
            {
                yield return new Emptied(NameOf(cache), _v.Line.Elements[line], string.Join(',', context.Versions.Names(lost)), (Number, cache));
            }
        }

        foreach (var note in Refills(step))
        {
            yield return note;
        }
    }

    /// <summary>An IC that leaves an I-cache as it was: what it took away came back at once.</summary>
    private IEnumerable<Note> Refills(StepView step)
    {
        if (step.Info.Icache?.In(step.Instance) is not { } cache)
        {
            yield break;
        }

        foreach (var line in Lines().Where(line => (step.Line ?? line) == line))
        {
            var held = step.After[_v.Cached, CellOf(cache, line)];
            if (step.Before[_v.Cached, CellOf(cache, line)] == held && held != 0)
            {
                yield return new Refilled(NameOf(cache), _v.Line.Elements[line], context.Versions.Set(held), Filler(cache, line, held, step.After), (Number, cache));
            }
        }
    }

    /// <summary>Who fetched what entered an I-cache, and where from: as the SCTLR_EL1 values say that may be in force, not the one last written.</summary>
    private FillSource? Filler(int cache, int line, long gained, Valuation after)
    {
        foreach (var p in Enumerable.Range(0, _v.Pcpu.Size).Where(p => _v.NumberOfIcache(p) == cache))
        {
            if (context.RunningOn(after, p) is not { } vcpu)
            {
                continue;
            }

            var (fromPoU, fromPoC) = (false, false);
            var modes = new List<string>();
            foreach (var mode in ModesInForce(after, vcpu))
            {
                var cell = ((vcpu * _v.Line.Size) + line) * _v.Mode.Size + mode;
                var poc = (context.Frozen[_v.Frozen.Machine.FillPoC, cell] & context.Versions.Only(after[_v.AtPoC, line]) & gained) != 0;
                var pou = (context.Frozen[_v.Frozen.Machine.FillPoU, cell] & MemoryWords.AtPoU(context, after, line) & gained) != 0;
                (fromPoU, fromPoC) = (fromPoU || pou, fromPoC || poc);
                if (pou || poc)
                {
                    modes.Add(_v.Written is null ? context.Mode(after, vcpu) : context.NameOfMode(vcpu, mode));
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
                return new FillSource(source, _v.Vcpu.Elements[vcpu], string.Join(" or ", modes.Distinct(StringComparer.Ordinal)));
            }
        }

        return null;
    }

    private IEnumerable<int> ModesInForce(Valuation state, int vcpu) => _v.InForce is { } inForce
        ? Enumerable.Range(0, _v.Mode.Size).Where(mode => (state[inForce, vcpu] >> mode & 1) != 0)
        : [0];

    private IEnumerable<int> Lines() => Enumerable.Range(0, _v.Line.Size);

    private int CellOf(int cache, int line) => (cache * _v.Line.Size) + line;

    private string NameOf(int cache) => $"{_v.Icache.Elements[cache]} I-cache";
}
