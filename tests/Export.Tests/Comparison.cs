using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export.Tests;

/// <summary>What is compared with other model checkers, and how.</summary>
internal static class Comparison
{
    /// <summary>A spec, a scenario's number from 1, a row's number from 1 in the scenario.</summary>
    public static TheoryData<string, int, int> Cells { get; } = new()
    {
        { "c01-icache-isolation.coh", 1, 1 },
        { "c01-icache-isolation.coh", 1, 5 },
        { "c01-icache-isolation.coh", 1, 6 },
        { "c01-icache-isolation.coh", 2, 3 },
        { "c01-icache-isolation.coh", 3, 4 },
        { "c03-fwb-erratum.coh", 1, 1 },
        { "c03-fwb-erratum.coh", 2, 2 },
        { "c04-broadcast.coh", 1, 2 },
        { "c04-broadcast.coh", 2, 3 },
        { "c05-switch-barrier.coh", 1, 2 },
        { "c01-any-guests.coh", 1, 3 },
        { "c01-any-guests.coh", 1, 4 },
        { "c01-any-guests.coh", 5, 5 },
        { "c01-any-guests.coh", 5, 3 },
    };

    /// <summary>The same of specs about translations and data.</summary>
    public static TheoryData<string, int, int> CellsByAddress { get; } = new()
    {
        // Translations alone: tables of guests, their TLBIs, several VMs, VTTBR_EL2, VMIDs, a handler of stage-2 faults and tasks of the host.
        { "c06-tlb.coh", 1, 5 },
        { "c06-tlb.coh", 4, 1 },
        { "c06-tlb.coh", 4, 3 },
        { "c17-page-out.coh", 2, 2 },
        { "c17-page-out.coh", 2, 5 },
        { "c24-vttbr-isb.coh", 1, 2 },
        { "c27-write-protect.coh", 1, 1 },
        { "c36-frame-reuse.coh", 1, 9 },
        { "gvisor-tlbi-scope.coh", 1, 1 },

        // Contents alone: guests that turn their MMU on and off, and the handler of the register's trap.
        { "c15-mmu-toggle.coh", 1, 1 },
        { "c15-mmu-toggle.coh", 1, 4 },
        { "c15-mmu-toggle.coh", 1, 7 },
        { "boot-parameters.coh", 1, 1 },

        // Both, with copies, execute-never, IDC = 0 and owners that change.
        { "c08-execute-never.coh", 1, 5 },
        { "c08-execute-never.coh", 3, 1 },
        { "c08-execute-never.coh", 3, 3 },
        { "c10-change-pte.coh", 1, 1 },
        { "c14-reset.coh", 1, 8 },
        { "c36-frame-reuse.coh", 1, 1 },

        // I-caches tagged by VMID, with the host at EL1 and with VMIDs given anew.
        { "c19-vpipt.coh", 1, 1 },
        { "c19-vpipt.coh", 3, 2 },
    };

    /// <summary>A cell: as it is; where it is violated also without its property, so that nobody stops early.</summary>
    public static Task Cell(string spec, int scenario, int row, Func<FlatSystem, Task<Counts>> peer)
    {
        var cell = Specs.Cells(Specs.LoadFile(spec).Scenarios[scenario - 1]).DistinctBy(cell => cell.Row).ElementAt(row - 1);
        return System(cell.Bound, cell.Property, peer);
    }

    /// <summary>The same of a spec about translations and data.</summary>
    public static Task CellByAddress(string spec, int scenario, int row, Func<FlatSystem, Task<Counts>> peer) => Cell(Path.Combine("..", "translation", spec), scenario, row, peer);

    public static Task Ici(int pcpus, int vcpus, int lines, int values, bool policy, Func<FlatSystem, Task<Counts>> peer) =>
        System(Simplifier.Simplify(IciSystem.Build(pcpus, vcpus, lines, values, policy)), "coherent execute", peer);

    public static async Task Random(int wanted, Func<FlatSystem, Task<Counts>> peer)
    {
        var compared = 0;
        for (var seed = 0; compared < wanted && seed < 4000; seed++)
        {
            var random = RandomSystem.Make(seed);
            var bound = Binder.Bind(random.System, random.Frozen);

            // Without model errors: these are transitions here, and stop others. Half of them with a cut.
            if (bound.Cut is not null != (compared % 2 == 0) || Flattener.Of(bound, null) is not ({ } flat, _)
                || FlatSystems.Explore(bound, null, 5000) is not { Holds: true, States: > 8 } expected)
            {
                continue;
            }

            var counted = await peer(flat);
            Assert.True(expected == counted, $"seed {seed}: {expected}, but {counted}");
            compared++;
        }

        Assert.Equal(wanted, compared);
    }

    private static async Task System(TransitionSystem bound, string property, Func<FlatSystem, Task<Counts>> peer)
    {
        var here = FlatSystems.Explore(bound, property);
        Assert.NotNull(here);
        Assert.Equal(here, await peer(FlatSystems.Flat(bound, property)));
        if (here == Counts.Violated)
        {
            Assert.Equal(FlatSystems.Explore(bound, null), await peer(FlatSystems.Flat(bound, null)));
        }
    }
}
