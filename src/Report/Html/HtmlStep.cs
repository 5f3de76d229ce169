using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;

namespace CoherenceCheck.Report.Html;

/// <summary>The rows of a diagram: what was done where, who is loaded, and what the panels show afterwards.</summary>
internal sealed class HtmlStep
{
    private const int Colours = 6;
    private readonly Markup _page;
    private readonly string _trace;
    private readonly NarratedTrace _steps;
    private readonly ImmutableArray<int> _columns;
    private readonly bool _hasMemory;
    private readonly CausalGraph _order;
    private readonly CausalGraph _core;
    private readonly List<string> _vcpus;
    private readonly Dictionary<string, int> _numbers;
    private NarratedStep? _previous;
    private NarratedStep? _previousNeeded;

    public HtmlStep(Markup page, string trace, NarratedTrace steps, ImmutableArray<int> columns, bool hasMemory)
    {
        (_page, _trace, _steps, _columns, _hasMemory) = (page, trace, steps, columns, hasMemory);
        _numbers = steps.Panels.Select((panel, number) => (panel.Name, number)).ToDictionary(pair => pair.Name, pair => pair.number, StringComparer.Ordinal);
        (_order, _core, _vcpus) = (CausalGraph.Of(steps), CausalGraph.CoreOf(steps), Vcpus(steps));
    }

    /// <summary>The vCPUs that a trace names.</summary>
    public static List<string> Vcpus(NarratedTrace trace) =>
        [.. trace.Steps.SelectMany(step => step.Running.Append(step.Vcpu)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The class of a vCPU's colour; after six they begin anew, names tell them apart.</summary>
    public static string Colour(List<string> vcpus, string vcpu) => $"v{(vcpus.IndexOf(vcpu) % Colours) + 1}";

    public void Write(NarratedStep step)
    {
        var id = Id(step.Number);
        _page.Open("tr", Kinds(step), id);
        _page.Open("th").Attribute("scope", "row").Link(id, $"{step.Number}");
        if (Mark(step) is var (mark, style, meaning))
        {
            _page.Open("span", style).Attribute("title", meaning).Text(mark).Close();
        }

        _page.Close();
        if (step.Number == 0)
        {
            _page.Open("td").Attribute("colspan", $"{_columns.Length + (_hasMemory ? 1 : 0)}");
            WriteAction(step);
            _page.Close();
        }
        else
        {
            WriteColumns(step);
        }

        WritePanels(step);
        _page.Close().Line();
        _previous = step;
        _previousNeeded = step.IsNeeded ? step : _previousNeeded;
    }

    private string Id(int step) => $"{_trace}-step-{step}";

    private static string Kinds(NarratedStep step) => "step" + (step.IsNeeded ? "" : " spare") + (step.Judgement is not null ? " stale" : step.CompletesMaintenance ? " done" : "");

    private static (string Mark, string Style, string Meaning)? Mark(NarratedStep step) =>
        step.Judgement is { } judged ? ("!", "mark stale", judged.Title)
        : step.CompletesMaintenance ? ("*", "mark done", "a guest's maintenance is complete")
        : step.IsNeeded ? null
        : ("\u00b7", "mark", "the violation does not need it");

    private void WriteColumns(NarratedStep step)
    {
        foreach (var column in _columns)
        {
            var running = column < step.Running.Length ? step.Running[column] : null;
            var before = _previous is not null && column < _previous.Running.Length ? _previous.Running[column] : null;
            if (running is null)
            {
                _page.Open("td");
            }
            else
            {
                _page.Open("td", Band(running, running != before)).Attribute("data-vcpu", running);
            }

            if (running is not null && running != before)
            {
                _page.Element("span", running, "who");
            }

            if (step.Column == column)
            {
                WriteAction(step);
            }

            _page.Close();
        }

        if (_hasMemory)
        {
            _page.Open("td");
            if (step.Column is null)
            {
                WriteAction(step);
            }

            _page.Close();
        }
    }

    private string Band(string vcpu, bool begins) => $"band {Colour(_vcpus, vcpu)}{(begins ? " begins" : "")}";

    private void WriteAction(NarratedStep step)
    {
        var agent = (step.Agent is StepAgent.Task ? StepAgent.Host : step.Agent).ToString().ToLowerInvariant();
        _page.Open("div", $"act {agent}{(step.Agent == StepAgent.Guest && step.Vcpu is { } vcpu ? $" {Colour(_vcpus, vcpu)}" : "")}");
        _page.Element("code", step.Number == 0 ? "the initial state" : step.Action);
        foreach (var note in step.Notes)
        {
            _page.Element("p", note.Text, "note");
        }

        _page.Open("div", "more");
        if (step.Source is { } source)
        {
            _page.Element("span", source, "source").Text(" ");
        }

        WriteBefore(step);
        if (!step.Changes.IsEmpty)
        {
            _page.Open("details").Element("summary", step.Number == 0 ? "variables" : TextReport.Count(step.Changes.Length, "variable")).Open("ul");
            foreach (var change in step.Changes)
            {
                _page.Element("li", step.Number == 0 ? $"{change.Name} = {change.After}" : $"{change.Name}: {change.Before} \u2192 {change.After}");
            }

            _page.Close(2);
        }

        _page.Close(2);
    }

    /// <summary>What had to come directly before; of a needed step among the needed ones.</summary>
    private void WriteBefore(NarratedStep step)
    {
        var before = step.Number == 0 ? [] : (step.IsNeeded ? _core : _order).Before(step.Number);
        if (before.IsEmpty)
        {
            return;
        }

        _page.Open("span", "before").Text("after ");
        for (var i = 0; i < before.Length; i++)
        {
            _page.Text(i == 0 ? "" : ", ").Link(Id(before[i]), $"{before[i]}");
        }

        _page.Close().Text(" ");
    }

    private void WritePanels(NarratedStep step)
    {
        for (var panel = 0; panel < _steps.Panels.Length; panel++)
        {
            var columns = _steps.Panels[panel].Columns;
            for (var column = 0; column < columns.Length; column++)
            {
                var entries = columns[column].Entries;
                _page.Open("td", column == 0 ? "value-cell first" : "value-cell");
                for (var entry = 0; entry < entries.Length; entry++)
                {
                    var (i, j, k) = (panel, column, entry);
                    _page.Text(entry > 0 ? " " : "");
                    WriteValue(step, entries[entry], earlier => earlier.Values[i].Columns[j][k], entries.Length > 1 ? entries[entry].Name + " = " : "");
                }

                _page.Close();
            }
        }
    }

    /// <summary>A value, whether it is what it is to be compared with, and whether it is new since the last step, or the last one that is needed.</summary>
    private void WriteValue(NarratedStep step, PanelEntry entry, Func<NarratedStep, string> value, string prefix)
    {
        var now = value(step);
        var usual = entry.Panel is { } panel ? step.Values[_numbers[panel]].Columns[0][0] : null;
        var differs = usual is not null && now.Split(',').Any(version => version.Length > 0 && version != "-" && version != usual && !version.StartsWith("not ", StringComparison.Ordinal));
        _page.Element("span", prefix + (now.Length == 0 ? "-" : now), "value"
            + (differs ? " differs" : "")
            + (_previous is { } previous && value(previous) != now ? " changed" : "")
            + (_previousNeeded is { } needed && value(needed) != now ? " since" : ""));
    }
}
