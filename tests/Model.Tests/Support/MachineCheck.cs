using CoherenceCheck.Model.Tests.Reference;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>
/// Compares the model's machine on bare metal with the reference: after each instruction of a program both may be in the same
/// states, as far as lines, I-caches, pipelines and SCTLR_EL1 go.
/// </summary>
internal static class MachineCheck
{
    private const int Largest = 400;

    /// <summary>The first difference, and the number of states compared; nothing for a program with too many states.</summary>
    public static (string? Difference, long States)? Run(GuestProgram program, Func<TransitionSystem, TransitionSystem> change)
    {
        var machine = new BareMetal(program.Hardware, program.Vcpus, program.Lines);
        if (!IsSmall(program, machine))
        {
            return null;
        }

        var cell = Assert.Single(Specs.Cells(program.ToSpec("bare_metal")));
        var model = new ModelStates(Binder.Bind(change(cell.Model.System), cell.Frozen));
        var exact = new SubsetConstruction(machine, program.Sctlr);
        var states = 0L;
        for (var n = 0; n <= program.Instructions.Count; n++)
        {
            if (n > 0)
            {
                exact.Step(program.Instructions[n - 1]);
                model.Step(GuestProgram.NameOf(program.Instructions[n - 1].Vcpu));
            }

            var theirs = model.Seen(program);
            var ours = exact.States.Select(s => Text(program, s, machine)).ToHashSet(StringComparer.Ordinal);
            states += ours.Count;
            if (!ours.SetEquals(theirs))
            {
                var lacks = ours.Except(theirs).Order(StringComparer.Ordinal).FirstOrDefault();
                var where = n == 0 ? "at first" : $"after {n}. {program.Instructions[n - 1]}";
                return (lacks is not null ? $"{where}: the model lacks {lacks}" : $"{where}: bare metal lacks {theirs.Except(ours).Order(StringComparer.Ordinal).First()}", states);
            }
        }

        return (null, states);
    }

    private static bool IsSmall(GuestProgram program, BareMetal machine)
    {
        var exact = new SubsetConstruction(machine, program.Sctlr);
        return program.Instructions.All(i =>
        {
            exact.Step(i);
            return exact.States.Count <= Largest;
        });
    }

    private static string Text(GuestProgram program, MachineState s, BareMetal machine)
    {
        var lines = Enumerable.Range(0, program.Lines).Select(x =>
            $"{Instruction.LineName(x)}: coh {s.Coh(x)} poc {s.Poc(x)} ds {BareMetal.Difference(s, x)} F {machine.AtPoU(s, x)}"
            + string.Concat(Enumerable.Range(0, program.Vcpus).Select(v => $" I{v} {s.I(v, x)} Q{v} {s.Q(v, x)}")));
        return string.Join("; ", lines) + " modes " + string.Join(' ', Enumerable.Range(0, program.Vcpus).Select(v => Sctlr.In(s.InForce(v)).Count()));
    }

    /// <summary>The states of the model after the same instructions.</summary>
    private sealed class ModelStates
    {
        private readonly TransitionSystem _system;
        private readonly Interpreter _interpreter;
        private readonly List<RuleInstance> _instances;
        private HashSet<Valuation> _states;

        public ModelStates(TransitionSystem system)
        {
            _system = system;
            _interpreter = new Interpreter(system, FrozenValues.None);
            _instances = [.. system.Rules.SelectMany(RuleInstance.Of)];
            _states = Closed(_interpreter.InitialStates().Select(s => s.State!));
        }

        public void Step(string vcpu) => _states = Closed(_states.SelectMany(state =>
            After(state, i => i.Rule.Name.StartsWith(vcpu + ".", StringComparison.Ordinal))));

        public HashSet<string> Seen(GuestProgram program) => _states.Select(s => Text(program, s)).ToHashSet(StringComparer.Ordinal);

        private string Text(GuestProgram program, Valuation s)
        {
            long Cell(string name, int cell) => s[_system.Find(name), cell];
            var names = ((Domain.Element)_system.Find("coh").Domain).Sort.Elements.Select(name => int.Parse(name[1..])).ToArray();
            int Set(string name, int cell) => Enumerable.Range(0, names.Length).Where(i => (Cell(name, cell) >> i & 1) != 0).Sum(i => 1 << names[i]);
            var lines = Enumerable.Range(0, program.Lines).Select(x =>
            {
                var pou = program.Hardware.Idc ? 1 << names[Cell("coh", x)] : Set("F", x);
                return $"{Instruction.LineName(x)}: coh {names[Cell("coh", x)]} poc {names[Cell("poc", x)]} ds {Cell("ds", x)} F {pou}"
                    + string.Concat(Enumerable.Range(0, program.Vcpus).Select(v => $" I{v} {Set("I", (v * program.Lines) + x)} Q{v} {Set("Q", (v * program.Lines) + x)}"));
            });
            var inForce = _system.Variables.FirstOrDefault(v => v.Name == "inforce");
            return string.Join("; ", lines) + " modes "
                + string.Join(' ', Enumerable.Range(0, program.Vcpus).Select(v => inForce is null ? 1 : long.PopCount(s[inForce, v])));
        }

        private IEnumerable<Valuation> After(Valuation state, Func<RuleInstance, bool> which) =>
            _instances.Where(which).Select(i => _interpreter.Apply(state, i)).OfType<Successor>().Select(s => s.State!);

        private HashSet<Valuation> Closed(IEnumerable<Valuation> states)
        {
            var all = states.ToHashSet();
            var open = new Queue<Valuation>(all);
            while (open.TryDequeue(out var state))
            {
                foreach (var next in After(state, i => i.Rule.Label.Agent == "hardware").Where(all.Add))
                {
                    open.Enqueue(next);
                }
            }

            return all;
        }
    }
}
