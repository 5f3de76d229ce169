using CoherenceCheck.Model.Tests.Reference;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>What the comparison of one program found.</summary>
/// <param name="Difference">The first set that differs, or <see langword="null"/>.</param>
/// <param name="Missing">The first set of the ghost that lacks a version, or <see langword="null"/>.</param>
/// <param name="IsStale">Whether a fetch was judged stale.</param>
/// <param name="Sets">Sets compared.</param>
/// <param name="Larger">Sets of the ghost that hold more than bare metal's.</param>
/// <param name="States">Hardware states of the subset construction.</param>
internal sealed record GhostResult(string? Difference, string? Missing, bool IsStale, long Sets, long Larger, long States);

/// <summary>Runs a program in the model and in the subset construction of bare metal, and compares what the ghost holds.</summary>
internal static class GhostCheck
{
    public static GhostResult Run(GuestProgram program, string policy, int seed, Func<TransitionSystem, TransitionSystem> change)
    {
        var cell = Assert.Single(Specs.Cells(program.ToSpec(policy)));
        var driver = new SystemDriver(Binder.Bind(change(cell.Model.System), cell.Frozen), seed);
        var machine = new BareMetal(program.Hardware, program.Vcpus, program.Lines);
        var exact = new SubsetConstruction(machine, program.Sctlr);
        var comparison = new Comparison(program, driver, exact);
        comparison.Compare("at first");
        foreach (var (instruction, number) in program.Instructions.Select((i, n) => (i, n + 1)))
        {
            driver.Step(GuestProgram.NameOf(instruction.Vcpu));
            exact.Step(instruction);
            comparison.Compare($"after {number}. {instruction}");
            driver.Disturb();
            comparison.Compare($"some time after {number}. {instruction}");
        }

        return comparison.Result(driver.IsStale);
    }

    private sealed class Comparison(GuestProgram program, SystemDriver driver, SubsetConstruction exact)
    {
        private string? _difference;
        private string? _missing;
        private long _sets;
        private long _larger;
        private long _states;

        public GhostResult Result(bool stale) => new(_difference, _missing, stale, _sets, _larger, _states);

        public void Compare(string where)
        {
            _states += exact.States.Count;
            for (var x = 0; x < program.Lines; x++)
            {
                Compare(where, "gF", x, exact.PoU(x));
                Compare(where, "gP", x, exact.PoC(x));
                for (var v = 0; v < program.Vcpus; v++)
                {
                    Compare(where, "gI", (v * program.Lines) + x, exact.Icache(v, x));
                    Compare(where, "gQ", (v * program.Lines) + x, exact.Pipeline(v, x));
                }
            }
        }

        private void Compare(string where, string name, int cell, int wanted)
        {
            var ghost = driver.Versions(name, cell);
            _sets++;
            if (ghost == wanted)
            {
                return;
            }

            var text = $"{where}: {name}, cell {cell}, is {ghost:b}, bare metal {wanted:b}";
            _difference ??= text;
            if ((wanted & ~ghost) != 0)
            {
                _missing ??= text;
            }
            else
            {
                _larger++;
            }
        }
    }
}
