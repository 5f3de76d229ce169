using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>A constraint on register values that no machine violates.</summary>
/// <param name="Id">Its name in the research: C1 to C13.</param>
/// <param name="Sentence">What must be.</param>
/// <param name="Source">Where the architecture says so.</param>
/// <param name="IsMet">Whether registers meet it.</param>
public sealed record LegalityConstraint(string Id, string Sentence, string Source, Func<MachineRegisters, bool> IsMet);

/// <summary>The legal combinations of ID register values.</summary>
/// <remarks>C2, C5, C6, C8, C12 and C13 are not constraints but definitions or permissions: they are in <see cref="MachineRegisters"/>,
/// in the attribute function, and in readings. C9 to C11 speak of encodings that a spec cannot write.</remarks>
public static class Legality
{
    /// <summary>All constraints.</summary>
    public static ImmutableArray<LegalityConstraint> Constraints { get; } =
    [
        new("C1", "DIC = 1 needs CTR_EL0.IDC = 1", "CTR_EL0.DIC", r => !r.Dic || r.IdcBit),
        new("C3", "FEAT_S2FWB needs LoUU = 0 and LoUIS = 0", "CLIDR_EL1; D8.6.6 I_RRDBK", r =>
            !r.HasFwb || r.Readings.Is("fwb_implies_idc", "no") || (r.LoUU == 0 && r.LoUIS == 0)),
        new("C4", "HCR_EL2.FWB = 1 needs FEAT_S2FWB", "D8.6.6", r => r.HasFwb || r.Get("HCR_EL2.FWB") == "0"),
        new("C7", "LoUU <= LoUIS <= LoC", "CLIDR_EL1; D7.5.8", r => r.LoUU <= r.LoUIS && r.LoUIS <= r.LoC),
    ];

    /// <summary>The constraints that registers violate.</summary>
    public static IEnumerable<LegalityConstraint> Violated(MachineRegisters registers) => Constraints.Where(constraint => !constraint.IsMet(registers));
}
