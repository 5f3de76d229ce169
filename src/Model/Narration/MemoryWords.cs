using System.Collections.Immutable;
using CoherenceCheck.Model.Construction;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>What a trace shows of memory: what each line holds at the three levels.</summary>
internal sealed class MemoryWords(TraceContext context)
{
    private readonly Variables _v = context.Variables;

    public IEnumerable<Panel> Panels() => _v.Line.Elements.Select((line, number) => new Panel(
        line, $"{line} in memory", "memory", IsSummary: true,
        [.. new[] { "coherent", "PoU", "PoC" }.Select(level => new PanelColumn(level, [new PanelEntry("", number)]))]));

    public IEnumerable<PanelValues> Show(Valuation state) => Enumerable.Range(0, _v.Line.Size).Select(x => new PanelValues(
    [
        [context.Versions.Name(state[_v.Coherent, x])],
        [context.Versions.AtPoU(AtPoU(context, state, x), state[_v.Coherent, x])],
        [context.Versions.Name(state[_v.AtPoC, x])],
    ]));

    /// <summary>What a fetch at the PoU may see.</summary>
    public static long AtPoU(TraceContext context, Valuation state, int line)
    {
        var v = context.Variables;
        return context.Frozen[v.Frozen.Idc, line] != 0 ? context.Versions.Only(state[v.Coherent, line]) : state[v.PoU, line];
    }
}
