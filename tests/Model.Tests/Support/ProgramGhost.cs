using CoherenceCheck.Model.Machine.Data;
using CoherenceCheck.Model.Tests.Reference.Translation;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>The ghosts that a model keeps, by themselves, as sets: one run for each version, which is the one that is followed.</summary>
internal sealed class ProgramGhost : IPrivateSets
{
    private const string InForce = "inforce.own";

    private readonly PrivateSetting _setting;
    private readonly PrivateSpec _spec;
    private readonly TransitionSystem _ghost;
    private readonly QuickSteps _steps;
    private readonly Random _random;
    private readonly bool _all;
    private readonly Dictionary<int, long[]> _states = [];
    private readonly Dictionary<string, Variable?> _found = [];

    /// <param name="program">The program, one of those that the spec is of.</param>
    /// <param name="spec">The spec.</param>
    /// <param name="ghost">The half of its system that keeps the ghosts.</param>
    /// <param name="steps">What takes its steps.</param>
    /// <param name="seed">By which of an instruction's ways each step goes: for a ghost they are one.</param>
    /// <param name="all">Whether to go all of them and compare where they lead.</param>
    public ProgramGhost(PrivateProgram program, PrivateSpec spec, TransitionSystem ghost, QuickSteps steps, int seed, bool all = false)
    {
        (_setting, _spec, _ghost, _steps, _random, _all) = (program.Setting, spec, ghost, steps, new Random(seed), all);
        var stored = program.Instructions.Where(i => i.Op == PrivateOp.St).Select(i => i.Value);
        if (steps.Initial.Count == 1)
        {
            // Nobody looks at contents.
            _states.Add(0, steps.Initial[0]);
            return;
        }

        foreach (var version in Enumerable.Range(0, _setting.Pages).Concat(stored).Distinct())
        {
            var place = ghost.InitialStates.ToList().FindIndex(state => state.Name == $"n{version} is followed");
            _states.Add(version, steps.Initial[place]);
        }
    }

    /// <summary>A way of an instruction that led elsewhere than another of its ways.</summary>
    public RuleInstance? Differing { get; private set; }

    public void Step(PrivateInstruction i)
    {
        var switches = i.Op is PrivateOp.MmuOn or PrivateOp.MmuOff;
        var ways = _spec.WaysOf(_ghost, switches ? null : i, i.Vcpu);
        var way = ways[_random.Next(ways.Count)];
        foreach (var (version, state) in _states.ToList())
        {
            var before = switches ? Switched(state, i) : state;
            _states[version] = _steps.After(before, way);
            if (_all)
            {
                Differing ??= ways.FirstOrDefault(other => !_steps.After(before, other).AsSpan().SequenceEqual(_states[version]));
            }
        }
    }

    public int Translations(int v, int a)
    {
        var leaves = MayBe(v, on: false) && a < _setting.Pages ? PrivateLeaf.Set(PrivateLeaf.Of(a, nonCacheable: true)) : 0;
        return MayBe(v, on: true) ? _setting.Regimes[v].Where((_, k) => UsesRegime(v, k)).Aggregate(leaves, (all, regime) => all | HeldOrGiven(v, regime, a)) : leaves;
    }

    public int? Tlb(int v, int asid, int a) => Find("gT") is null ? null : Held(v, asid, a);

    public int? Loads(int g, bool nonCacheable) => Versions("gH", state => Lines(state, g, line => nonCacheable ? line.AtPoC : line.Coherent));

    public int? PoU(int g) => Versions("gH", state => Lines(state, g, line => line.AtPoU));

    public int? Icache(int v, int g) => Versions("gI", state => At(state, "gI", v, g) != 0);

    /// <inheritdoc/>
    /// <remarks>A virtual page that no guest can use is not there.</remarks>
    public int? Fetches(int v, int a) => Find("gQ") is { } captured && a >= captured.Index[1].Size ? 0 : Versions("gQ", state => At(state, "gQ", v, a) != 0);

    private Variable? Find(string name) => _found.TryGetValue(name, out var known) ? known
        : _found[name] = _ghost.Variables.FirstOrDefault(variable => variable.Name == name && variable.Role != Role.Frozen);

    /// <summary>A write of SCTLR_EL1.M, C and I together: the fields are bits, C before I before M.</summary>
    private long[] Switched(long[] before, PrivateInstruction i)
    {
        var state = (long[])before.Clone();
        var mode = i.Op == PrivateOp.MmuOn ? 7 : 0;
        if (Find("sctlr") is { } written)
        {
            state[_steps.PlaceOf(written) + i.Vcpu] = mode;
        }

        state[_steps.PlaceOf(Find(InForce)!) + i.Vcpu] |= 1L << mode;
        return state;
    }

    private bool MayBe(int v, bool on) => _spec.Toggles[v] ? (_states.Values.First()[_steps.PlaceOf(Find(InForce)!) + v] >> (on ? 7 : 0) & 1) != 0 : _setting.MmuOn[v] == on;

    private bool UsesRegime(int v, int k) => _setting.Regimes[v].Length == 1 || At(_states.Values.First(), "ttbr.own", v) is var used && (used >> NumberOfAsid(_setting.Regimes[v][k].Asid) & 1) != 0;

    private int HeldOrGiven(int v, PrivateRegime regime, int a) => Tlb(v, regime.Asid, a) ?? PrivateLeaf.Valid(PrivateLeaf.Set(_setting.Leaves[regime.Table][a]));

    private int Held(int v, int asid, int a)
    {
        var held = Find("gT")!;
        if (a >= held.Index[2].Size || NumberOfAsid(asid) is not (>= 0 and var number))
        {
            return 0;
        }

        var set = _states.Values.First()[_steps.PlaceOf(held) + (((v * held.Index[1].Size) + number) * held.Index[2].Size) + a];
        var leaves = ((Domain.Subset)held.Domain).Sort.Elements;
        return Enumerable.Range(0, leaves.Length).Where(leaf => (set >> leaf & 1) != 0).Sum(leaf => PrivateLeaf.Set(PrivateLeaf.Of(leaves[leaf][1] - '0', leaves[leaf].EndsWith(" nc", StringComparison.Ordinal))));
    }

    private int NumberOfAsid(int asid) => (Find("gT") ?? Find("ttbr.own")) is { } variable
        ? (variable.Name == "gT" ? variable.Index[1] : ((Domain.Subset)variable.Domain).Sort).Elements.IndexOf($"asid{asid + 1}")
        : -1;

    private int? Versions(string name, Func<long[], bool> has) => Find(name) is null ? null : _states.Where(run => has(run.Value)).Sum(run => 1 << run.Key);

    private bool Lines(long[] state, int g, Func<LineState, bool> isIt) => (At(state, "gH", g) & LineState.Mask(isIt)) != 0;

    private long At(long[] state, string name, params int[] place)
    {
        var variable = Find(name)!;
        return state[_steps.PlaceOf(variable) + place.Select((i, n) => (i, n)).Aggregate(0, (cell, index) => (cell * variable.Index[index.n].Size) + index.i)];
    }
}
