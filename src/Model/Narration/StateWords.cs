using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>A state in words, for who walks through a model.</summary>
internal sealed class StateWords(ScenarioModel model)
{
    public IEnumerable<string> Describe(NarratedTrace trace, Valuation state)
    {
        var (onCpus, byThemselves) = (model.Builder.ProgramCounters.Where(counter => counter.IsByCpu).ToList(), model.Builder.ProgramCounters.Where(counter => !counter.IsByCpu));
        for (var column = 0; column < trace.Columns.Length; column++)
        {
            var places = onCpus.Where(counter => column < counter.Variable.CellCount).Select(counter => ", " + Place(counter.Variable, column, state));
            yield return $"  {trace.Columns[column],-5} {trace.Steps[^1].Running[column] ?? "-"}{string.Concat(places)}";
        }

        foreach (var counter in byThemselves)
        {
            yield return $"  {counter.Name,-5} {Place(counter.Variable, 0, state)}";
        }

        foreach (var pending in model.Builder.Pending)
        {
            for (var cell = 0; cell < pending.CellCount; cell++)
            {
                if (state[pending, cell] != pending.Domain.Min)
                {
                    yield return $"  {pending.CellName(cell)} = {pending.Domain.Format(state[pending, cell])}";
                }
            }
        }

        foreach (var line in trace.Panels.Zip(trace.Steps[^1].Values).OrderBy(pair => pair.First.IsSummary).SelectMany(pair => Describe(pair.First, pair.Second)))
        {
            yield return line;
        }

        foreach (var note in trace.Steps[^1].Notes)
        {
            yield return $"  {note.Text}";
        }
    }

    private string Place(Variable counter, int cell, Valuation state) => model.PlaceOf(new StateCell(counter, cell), state[counter, cell])!;

    /// <summary>A summary on one line; else a line for each column.</summary>
    private static IEnumerable<string> Describe(Panel panel, PanelValues values) => panel.IsSummary
        ? [$"  {panel.Name}: {string.Join(", ", panel.Columns.Zip(values.Firsts, (column, value) => $"{column.Name} {value}"))}"]
        : panel.Columns.Zip(values.Columns, (column, texts) => $"  {panel.Name} {column.Name}: {string.Join(", ", column.Entries.Zip(texts, (entry, text) => $"{entry.Name} = {text}"))}");
}
