using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Construction;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>Turns the steps of a trace into words of the domain.</summary>
internal sealed class Narrator(Scenario scenario, Variables v, IReadOnlyDictionary<string, RuleInfo> infos, FrozenValues frozen, Interpreter interpreter, Func<Valuation, string> initial, Func<Valuation, int, int, bool> isInGuest, Func<int, int, string> modeName)
{
    private readonly List<(int Step, HashSet<int> Lines)> _completed = [];

    public NarratedTrace Narrate(IReadOnlyList<(RuleInstance? Instance, Valuation State)> trace, ImmutableArray<StepCauses>? causes)
    {
        var versions = new Versions(v, trace.Count == 0 ? null : trace[0].State);
        var steps = ImmutableArray.CreateBuilder<NarratedStep>();
        Valuation? before = null;
        var number = 0;
        foreach (var (instance, state) in trace)
        {
            steps.Add(instance is null || before is null
                ? Initial(state, versions)
                : Step(number, instance, before, state, versions, steps, causes?[number]));
            before = state;
            number++;
        }

        return new NarratedTrace(v.Pe.Elements, v.Line.Elements, steps.ToImmutable());
    }

    private NarratedStep Initial(Valuation state, Versions versions)
    {
        var changes = new Valuation(state.Variables).Changes(state).Select(change => Change(change, versions));
        ImmutableArray<string> notes = v.IsTracked
            ? [$"one version is followed: {versions.Name(0)}, all others are {versions.Name(1)}"]
            : [];
        return new NarratedStep(0, "initial", null, null, "", null, [.. changes], Hierarchy(state, versions), notes, false, false, Running(state), Caches(state, versions), [], true, initial(state));
    }

    private NarratedStep Step(int number, RuleInstance instance, Valuation before, Valuation after, Versions versions, IReadOnlyList<NarratedStep> earlier, StepCauses? causes)
    {
        var info = infos[instance.Rule.Name];
        var arguments = new Arguments(instance);
        int? pcpu = info.Kind == StepKind.Hardware ? arguments["e"] : arguments["p"] ?? Own(info);
        var vcpu = info.Vcpu ?? arguments["v"];
        var changes = before.Changes(after).ToList();
        var notes = new List<string>();
        var stale = before[v.IsStale, 0] == 0 && after[v.IsStale, 0] != 0;
        notes.AddRange(CacheNotes(changes, after, versions));
        notes.AddRange(RefillNotes(info, arguments, before, after, versions));
        var completes = Completes(changes, versions, notes, vcpu, info);
        if (completes.Count > 0)
        {
            _completed.Add((number, completes));
        }

        int? since = null;
        if (stale)
        {
            since = _completed.LastOrDefault(step => step.Lines.Contains(info.Line!.Value)) is { Lines: not null } completed ? completed.Step : null;
            notes.Add(StaleNote(info, vcpu!.Value, after, versions, since is { } at ? earlier[at] : null));
        }

        return new NarratedStep(
            number,
            instance.Rule.Label.Agent,
            pcpu,
            vcpu is { } w ? v.Vcpu.Elements[w] : null,
            Action(info, arguments, before, versions) + (info.Condition is { } condition && interpreter.Evaluate(condition, before, instance) == 0 ? " (false)" : ""),
            info.Span?.FileAndLine,
            [.. changes.Select(change => Change(change, versions))],
            Hierarchy(after, versions),
            [.. notes],
            stale,
            completes.Count > 0,
            Running(after),
            Caches(after, versions),
            causes?.After ?? [],
            causes?.IsNeeded ?? true,
            instance.ToString(),
            since);
    }

    private int? Own(RuleInfo info) => info switch
    {
        { Task: { } task } => v.PeOf(scenario.Tasks[task]),
        { Kind: StepKind.Guest, Vcpu: { } vcpu } => vcpu, // On bare metal each vCPU has the PE of its number.
        _ => null,
    };

    private string Action(RuleInfo info, Arguments arguments, Valuation before, Versions versions)
    {
        string Vcpu(int number) => v.Vcpu.Elements[number];
        switch (info.Kind)
        {
            case StepKind.Load:
                return $"load {Vcpu(arguments["v"]!.Value)} ({Mode(before, arguments["v"]!.Value)})";
            case StepKind.Enter:
                return $"enter {Vcpu(arguments["v"]!.Value)}";
            case StepKind.Exit:
                return $"exit {Vcpu(arguments["v"]!.Value)}";
            case StepKind.Trap:
                return $"{Vcpu(arguments["v"]!.Value)} exits and re-enters";
            case StepKind.Decide:
                return $"{info.Text} {Vcpu(arguments["v"]!.Value)}";
            case StepKind.Handler:
                return $"{info.Hook}: {info.Text}";
            case StepKind.Task:
                return $"{scenario.Tasks[info.Task!.Value].Name}: {Stored(info, arguments, versions)}";
            case StepKind.Guest when info.Operation is { Kind: OperationKind.Execute }:
                return $"{Vcpu(info.Vcpu!.Value)}: exec {v.Line.Elements[info.Line!.Value]} -> {Delivered(info, arguments, versions)}";
            case StepKind.Guest when info.Operation is null && arguments["m"] is { } mode:
                return $"{Vcpu(info.Vcpu!.Value)}: msr SCTLR_EL1 ({modeName(info.Vcpu.Value, mode)})";
            case StepKind.Guest:
                return $"{Vcpu(info.Vcpu!.Value)}: {Stored(info, arguments, versions)}";
            default:
                return Hardware(info.Text, arguments);
        }
    }

    private string Hardware(string name, Arguments arguments)
    {
        var line = arguments["x"] is { } x ? " " + v.Line.Elements[x] : "";
        var target = arguments["q"] is { } q ? v.Icache.Elements[q] : arguments["r"] is { } r ? v.Pcpu.Elements[r] : "every target";
        return name switch
        {
            "write.back" => $"{line.Trim()} is written back to the PoC",
            "evict" => $"the clean copy of{line} is evicted",
            "pend.cvau" => $"dc cvau{line} takes effect",
            "pend.cvac" => $"dc cvac{line} takes effect",
            "pend.civac" => $"dc civac{line} takes effect",
            "pend.ivau" or "pend.ivau.at_once" => $"ic ivau{line} takes effect on {target}",
            "pend.iall" or "pend.iall.at_once" => $"ic of all takes effect on {target}",
            "pend.tlbi" => $"tlbi takes effect on {target}",
            _ => throw new InvalidOperationException($"No words for what the hardware does: {name}."),
        };
    }

    private string Stored(RuleInfo info, Arguments arguments, Versions versions) =>
        info.Operation is { Kind: OperationKind.Store } && arguments["n"] is { } n
            ? $"str {versions.Name(n)}, [{v.Line.Elements[info.Line!.Value]}]"
            : info.Text;

    private string Delivered(RuleInfo info, Arguments arguments, Versions versions) =>
        versions.Name(v.IsTracked ? (info.Text.Length > 0 && arguments.RuleName.EndsWith(".other", StringComparison.Ordinal) ? 1 : 0) : arguments["n"]!.Value);

    private string Mode(Valuation state, int vcpu) => modeName(vcpu, v.Written is { } written ? (int)state[written, vcpu] : (int)frozen[v.Frozen.InitialMode, vcpu]);

    /// <summary>What entered or left I-caches.</summary>
    private IEnumerable<string> CacheNotes(List<CellChange> changes, Valuation after, Versions versions)
    {
        foreach (var change in changes.Where(change => change.Variable == v.Cached))
        {
            var (cache, line) = (change.Cell / v.Line.Size, change.Cell % v.Line.Size);
            var place = $"{v.Icache.Elements[cache]} I-cache: {v.Line.Elements[line]}";
            var gained = change.After & ~change.Before;
            var lost = change.Before & ~change.After;
            if (gained != 0)
            {
                yield return $"{place} = {versions.Set(gained)}{Filler(cache, line, gained, after)}";
            }

            if (lost != 0)
            {
                yield return $"{place} no longer {string.Join(',', versions.Names(lost))}";
            }
        }
    }

    /// <summary>An IC that leaves an I-cache as it was: what it took away came back at once.</summary>
    private IEnumerable<string> RefillNotes(RuleInfo info, Arguments arguments, Valuation before, Valuation after, Versions versions)
    {
        if (info.Kind != StepKind.Hardware || arguments["q"] is not { } cache)
        {
            yield break;
        }

        for (var line = 0; line < v.Line.Size; line++)
        {
            var cell = (cache * v.Line.Size) + line;
            if ((arguments["x"] ?? line) == line && before[v.Cached, cell] == after[v.Cached, cell] && after[v.Cached, cell] != 0)
            {
                yield return $"{v.Icache.Elements[cache]} I-cache: {v.Line.Elements[line]} emptied, and at once = {versions.Set(after[v.Cached, cell])}"
                    + Filler(cache, line, after[v.Cached, cell], after).Replace(", filled", ", refilled", StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Who fetched what entered an I-cache, and where from: as the SCTLR_EL1 values say that may be in force, not the one last written.</summary>
    private string Filler(int cache, int line, long gained, Valuation after)
    {
        for (var p = 0; p < v.Pcpu.Size; p++)
        {
            var vcpu = (int)after[v.Current, p];
            if (vcpu >= v.Vcpu.Size || !isInGuest(after, p, vcpu) || (v.Icache == v.Pcpu ? p != cache : !v.Icache.Elements[cache].Split('+').Contains(v.Pcpu.Elements[p], StringComparer.Ordinal)))
            {
                continue;
            }

            var (fromPoU, fromPoC) = (false, false);
            var modes = new List<string>();
            foreach (var mode in ModesInForce(after, vcpu))
            {
                var cell = ((vcpu * v.Line.Size) + line) * v.Mode.Size + mode;
                var poc = (frozen[v.Frozen.Machine.FillPoC, cell] & Only(after[v.AtPoC, line]) & gained) != 0;
                var pou = (frozen[v.Frozen.Machine.FillPoU, cell] & PoU(after, line) & gained) != 0;
                (fromPoU, fromPoC) = (fromPoU || pou, fromPoC || poc);
                if (pou || poc)
                {
                    modes.Add(v.Written is null ? Mode(after, vcpu) : modeName(vcpu, mode));
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
                return $", filled from {source} by {v.Vcpu.Elements[vcpu]} ({string.Join(" or ", modes.Distinct(StringComparer.Ordinal))})";
            }
        }

        return "";
    }

    private IEnumerable<int> ModesInForce(Valuation state, int vcpu) => v.InForce is { } inForce
        ? Enumerable.Range(0, v.Mode.Size).Where(mode => (state[inForce, vcpu] >> mode & 1) != 0)
        : [0];

    private long Only(long version) => v.IsTracked ? (version == 0 ? 1 : 0) : 1L << (int)version;

    private long PoU(Valuation state, int line) => frozen[v.Frozen.Idc, line] != 0 ? Only(state[v.Coherent, line]) : state[v.PoU, line];

    /// <summary>What bare metal can no longer show after this step: the guest's maintenance that is complete.</summary>
    /// <returns>The lines of which it can show less.</returns>
    private HashSet<int> Completes(List<CellChange> changes, Versions versions, List<string> notes, int? vcpu, RuleInfo info)
    {
        if (info.Operation is not { Kind: OperationKind.DataSynchronizationBarrier } || vcpu is null)
        {
            return [];
        }

        var completes = new HashSet<int>();
        foreach (var (variable, place) in new[]
        {
            (v.GhostPoU, "PoU"), (v.GhostPoC, "PoC"), (v.GhostCached, "I-cache"),
        })
        {
            foreach (var change in changes.Where(change => change.Variable == variable && (change.Before & ~change.After) != 0))
            {
                var line = v.Line.Elements[change.Cell % v.Line.Size];
                var names = string.Join(',', versions.Names(change.Before & ~change.After));
                notes.Add(variable == v.GhostCached
                    ? $"complete: on bare metal {v.Vcpu.Elements[change.Cell / v.Line.Size]}'s I-cache cannot hold {line} = {names}"
                    : $"complete: on bare metal the {place} cannot show {line} = {names}");
                completes.Add(change.Cell % v.Line.Size);
            }
        }

        return completes;
    }

    private string StaleNote(RuleInfo info, int vcpu, Valuation state, Versions versions, NarratedStep? completed)
    {
        var line = info.Line!.Value;
        var allowed = state[v.GhostPipeline, (vcpu * v.Line.Size) + line];
        var names = v.IsTracked ? [versions.Name(1)] : versions.Names(allowed);
        var because = completed is null ? "" : $"; {completed.Vcpu}'s maintenance was complete at {completed.Number}";
        return $"STALE: bare metal could deliver only {string.Join(" or ", names)}{because}";
    }

    private ImmutableArray<string?> Running(Valuation state) =>
        [.. Enumerable.Range(0, v.Pe.Size).Select(p => p < v.Pcpu.Size && state[v.Current, p] < v.Vcpu.Size ? v.Vcpu.Elements[(int)state[v.Current, p]] : null)];

    private ImmutableArray<CacheContents> Caches(Valuation state, Versions versions) =>
    [
        .. v.Icache.Elements.Select((name, cache) => new CacheContents(
            name, [.. Enumerable.Range(0, v.Line.Size).Select(x => versions.Set(state[v.Cached, (cache * v.Line.Size) + x]))])),
    ];

    private ImmutableArray<LineValues> Hierarchy(Valuation state, Versions versions) =>
    [
        .. Enumerable.Range(0, v.Line.Size).Select(x => new LineValues(
            versions.Name(state[v.Coherent, x]),
            versions.AtPoU(PoU(state, x), state[v.Coherent, x]),
            versions.Name(state[v.AtPoC, x]))),
    ];

    private NarratedChange Change(CellChange change, Versions versions)
    {
        var name = change.Variable.CellName(change.Cell);
        string Value(long value) => change.Variable.Domain switch
        {
            Domain.Element element when element.Sort == v.Version => versions.Name(value),
            Domain.Subset subset when subset.Sort == v.Tracked => "{" + string.Join(", ", versions.Names(value)) + "}",
            var domain => domain.Format(value),
        };
        return new NarratedChange(name, Value(change.Before), Value(change.After));
    }

    /// <summary>The arguments of a rule instance by their parameters' names.</summary>
    private readonly struct Arguments(RuleInstance instance)
    {
        public string RuleName => instance.Rule.Name;

        public int? this[string name]
        {
            get
            {
                for (var i = 0; i < instance.Arguments.Length; i++)
                {
                    if (instance.Rule.Parameters[i].Name == name)
                    {
                        return instance.Arguments[i];
                    }
                }

                return null;
            }
        }
    }
}
