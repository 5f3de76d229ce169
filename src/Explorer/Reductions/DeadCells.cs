using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Gives cells whose value will be written before it is read again their domain's smallest value: states that differ only there become one.</summary>
/// <remarks>
/// It is the live-variable analysis of Bozga, Fernandez and Ghirvu, "State Space Reduction Based on Live Variables Analysis" (SAS 1999). There
/// is no program counter here: any cell that the guards of a cell's readers ask for may be its control. A cell is live at a value of
/// its control if a step may be taken there that reads it before it writes it, or that leads to a value at which it is live without having
/// written it. What fills, the cut and the question read is always live. No cell is both a control and reset.
/// </remarks>
internal sealed class DeadCells
{
    private const int MaxValues = 64;
    private readonly TransitionSystem _system;
    private readonly SlicerFaults _faults;
    private readonly ImmutableArray<LivenessStep> _steps;
    private readonly HashSet<Variable> _fixed = [];

    private DeadCells(TransitionSystem system, Question question, SlicerFaults faults)
    {
        (_system, _faults) = (system, faults);
        _steps = [.. system.Rules.SelectMany(RuleInstance.Of).Select(instance => new LivenessStep(instance))];
        var uses = new Uses(_fixed);
        uses.Add([.. question.Conditions(system)]);
        foreach (var fill in system.Fills)
        {
            _fixed.Add(fill.Target);
            uses.Add([.. fill.Index, fill.Value, fill.When]);
        }
    }

    /// <summary>A system that resets dead cells, and the cells' names; the system itself if there are none.</summary>
    public static (TransitionSystem System, ImmutableArray<string> Cells) Reset(TransitionSystem system, Question question, SlicerFaults faults)
    {
        var dead = new DeadCells(system, question, faults);
        var deaths = dead.Find();
        return deaths.Count == 0 ? (system, []) : (dead.Reset(deaths), [.. deaths.Select(death => death.Cell.ToString())]);
    }

    private List<Death> Find()
    {
        var deaths = new List<Death>();
        foreach (var cell in _system.Variables.Where(v => v.Role != Role.Frozen && v.Domain.Min < v.Domain.Max && !_fixed.Contains(v)).SelectMany(Cells))
        {
            if (deaths.Exists(death => death.Control == cell))
            {
                continue;
            }

            if (Find(cell, deaths) is { } death)
            {
                deaths.Add(death);
            }
        }

        return deaths;
    }

    // Of the cells that all readers ask for in their guards the one that tells most.
    private Death? Find(StateCell cell, List<Death> others)
    {
        var readers = _steps.Where(step => step.Footprint.Reads.Contains(cell)).ToList();
        if (readers.Count == 0)
        {
            return _steps.Any(step => step.Footprint.Writes.Contains(cell)) ? new Death(cell, null, []) : null;
        }

        return readers.Skip(1).Aggregate(readers[0].GuardReads.AsEnumerable(), (all, reader) => all.Intersect(reader.GuardReads))
            .Where(control => control != cell && MayControl(control) && !others.Exists(other => other.Cell == control))
            .OrderBy(control => control.ToString(), StringComparer.Ordinal)
            .Select(control => new Death(cell, control, Dead(cell, control)))
            .Where(death => !death.Values.IsEmpty)
            .MaxBy(death => death.Values.Length);
    }

    private bool MayControl(StateCell cell) =>
        cell.Variable.Domain.Max - cell.Variable.Domain.Min < MaxValues && !_system.Fills.Any(fill => fill.Target == cell.Variable);

    private static IEnumerable<StateCell> Cells(Variable variable) => Enumerable.Range(0, variable.CellCount).Select(cell => new StateCell(variable, cell));

    /// <summary>The values of a control at which a cell is dead.</summary>
    private ImmutableArray<long> Dead(StateCell cell, StateCell control)
    {
        var (min, max) = (control.Variable.Domain.Min, control.Variable.Domain.Max);
        var live = new HashSet<long>();
        var edges = new List<(long From, HashSet<long> To)>();
        for (var value = min; value <= max; value++)
        {
            foreach (var step in _steps.Where(step => !step.IsNever(control, value)))
            {
                var passed = step.Passes(cell);
                if (passed.Reads || step.GuardAsks(control, value, cell))
                {
                    live.Add(value);
                }

                if (!passed.Writes && !_faults.ForgetsEdges)
                {
                    edges.Add((value, step.Targets(control, value)));
                }
            }
        }

        while (edges.Where(edge => !live.Contains(edge.From) && edge.To.Overlaps(live)).ToList() is { Count: > 0 } more)
        {
            live.UnionWith(more.Select(edge => edge.From));
        }

        return [.. Enumerable.Range(0, (int)(max - min) + 1).Select(i => min + i).Where(value => !live.Contains(value))];
    }

    private TransitionSystem Reset(List<Death> deaths)
    {
        var resets = deaths.GroupBy(death => death.Cell.Variable).Select(group => new Resets(group)).ToList();
        var steps = _steps.ToLookup(step => step.Rule, StringComparer.Ordinal);
        return _system with
        {
            InitialStates = [.. _system.InitialStates.Select(state => state with { Body = [.. state.Body, .. resets.SelectMany(reset => reset.All())] })],
            Rules = [.. _system.Rules.Select(rule => rule with { Body = [.. rule.Body, .. resets.SelectMany(reset => reset.After(rule, [.. steps[rule.Name]]))] })],
        };
    }
}
