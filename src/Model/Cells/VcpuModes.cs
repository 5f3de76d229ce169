using System.Collections.Immutable;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Cells;

/// <summary>
/// The SCTLR_EL1 values that a vCPU may have in a cell, numbered from 0: one; or, with <c>mmu</c> in its alphabet, off (0) and
/// on (1); or one for each combination of the fields that its program writes (bit i is the i-th field).
/// </summary>
/// <param name="Vcpu">The vCPU.</param>
/// <param name="WrittenFields">The fields that its program writes, in order of their names.</param>
internal sealed record VcpuModes(Vcpu Vcpu, ImmutableArray<string> WrittenFields)
{
    /// <summary>How many they are.</summary>
    public int Count => Vcpu.TogglesMmu ? 2 : 1 << WrittenFields.Length;

    /// <summary>The mode in which the vCPU starts.</summary>
    public Seen<long> Initial => Vcpu.TogglesMmu
        ? Initially("SCTLR_EL1.M").Select(on => on ? 1L : 0)
        : WrittenFields.Select((name, i) => Initially(name).Select(on => on ? 1L << i : 0)).Aggregate(Seen.Always(0L), (mode, bit) => mode.With(bit, (left, right) => left | right));

    /// <summary>The values with which the vCPU starts.</summary>
    public Sctlr AtFirst => new(CellFacts.Initially(Vcpu, "SCTLR_EL1.M"), CellFacts.Initially(Vcpu, "SCTLR_EL1.C"), CellFacts.Initially(Vcpu, "SCTLR_EL1.I"));

    /// <summary>What comes of the values of one mode.</summary>
    public Seen<T> In<T>(int mode, Func<Sctlr, Seen<T>> see)
    {
        if (Vcpu.TogglesMmu)
        {
            // The one in which it starts is what the spec says; turning the MMU on or off turns the caches on or off with it.
            var on = mode == 1;
            return Seen.If(Initially("SCTLR_EL1.M").Select(atFirst => atFirst == on), see(AtFirst with { M = Input.Fixed(on) }), see(Sctlr.All(on)));
        }

        Input Field(string name, Input atFirst) => WrittenFields.IndexOf(name, 0, StringComparer.Ordinal) is >= 0 and var bit ? Input.Fixed((mode >> bit & 1) != 0) : atFirst;
        return see(new Sctlr(Field("SCTLR_EL1.M", AtFirst.M), Field("SCTLR_EL1.C", AtFirst.C), Field("SCTLR_EL1.I", AtFirst.I)));
    }

    private Seen<bool> Initially(string field) => Seen.Bit(CellFacts.Initially(Vcpu, field));
}
