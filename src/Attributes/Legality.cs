using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>What the architecture says of combinations of register values and encodings.</summary>
/// <param name="Id">Its name: C1 to C13.</param>
/// <param name="Sentence">What must be.</param>
/// <param name="Source">Where the architecture says so.</param>
/// <param name="IsMet">Whether registers meet it; <see langword="null"/> where it asks nothing of them.</param>
/// <param name="IsMetBy">Whether the encodings of an access meet it; <see langword="null"/> where it asks nothing of them.</param>
public sealed record LegalityConstraint(
    string Id,
    string Sentence,
    string Source,
    Func<MachineRegisters, bool>? IsMet = null,
    Func<AttributeInput, bool>? IsMetBy = null);

/// <summary>The legal combinations of register values and encodings.</summary>
public static class Legality
{
    /// <summary>All constraints. Those without a test are definitions and permissions: they are upheld where their remark says.</summary>
    public static ImmutableArray<LegalityConstraint> Constraints { get; } =
    [
        new("C1", "DIC = 1 needs CTR_EL0.IDC = 1", "CTR_EL0.DIC", IsMet: r => !r.Dic || r.IdcBit),

        // MachineRegisters.Idc.
        new("C2", "IDC is effective where the bit is 1, or LoC = 0, or LoUU = LoUIS = 0", "CTR_EL0.IDC"),
        new("C3", "FEAT_S2FWB needs LoUU = 0 and LoUIS = 0", "CLIDR_EL1, D8.6.6 I_RRDBK", IsMet: r =>
            !r.HasFwb || !r.Readings.FwbImpliesIdc || (r.LoUU == 0 && r.LoUIS == 0)),
        new("C4", "HCR_EL2.FWB = 1 needs FEAT_S2FWB", "HCR_EL2.FWB, D8.6.6", IsMet: r => r.HasFwb || r.Get("HCR_EL2.FWB") == "0"),

        // A machine has one set of registers.
        new("C5", "DIC and IDC are common to all PEs of an Inner Shareable domain", "CTR_EL0"),
        new("C6", "FWB and DIC do not imply each other", "D8.6.6, CTR_EL0.DIC"),
        new("C7", "LoUU <= LoUIS <= LoC", "CLIDR_EL1, D7.5.8", IsMet: r => r.LoUU <= r.LoUIS && r.LoUIS <= r.LoC),

        // AttributeInput.IsStage1On, IsStage2On.
        new("C8", "HCR_EL2.DC = 1 turns stage 1 off and stage 2 on", "D8.2.12.1 R_LBPTY"),
        new("C9", "MAIR bytes and stage-2 MemAttr are not reserved ones", "K1.2.19, D8.6.5 R_HMNDG, D8.6.6", IsMetBy: input =>
            (!input.IsStage1On || input.Stage1.Count == 1) && (!input.IsStage2On || !Stage2Encoding.IsReserved(input.MemAttr, input.Fwb))),
        new("C10", "with FWB, MemAttr[3] is 0", "D8.6.6 R_ZNGNK", IsMetBy: input => !input.IsStage2On || !input.Fwb || (input.MemAttr & 0b1000) == 0),

        new("C11", "L1Ip is VIPT or PIPT", "CTR_EL0.L1Ip", IsMet: r => r.Get("CTR_EL0.L1Ip") is "VIPT" or "PIPT"),

        // Reading dic_ic_nop; a DC that has nothing to clean changes nothing.
        new("C12", "IC may be a NOP with DIC = 1, DC to the PoU with LoUU = LoUIS = 0, DC to the PoC with LoC = 0", "D7.5.9.1"),

        // Reading ic_iallu_scope, MachineRegisters.Fb.
        new("C13", "IC IALLU is local, unless it is executed at EL1 with HCR_EL2.FB = 1", "D7.5.9.12"),
    ];

    /// <summary>The constraints that registers violate.</summary>
    public static IEnumerable<LegalityConstraint> Violated(MachineRegisters registers) =>
        Constraints.Where(constraint => constraint.IsMet is { } isMet && !isMet(registers));

    /// <summary>The constraints that the encodings of an access violate.</summary>
    public static IEnumerable<LegalityConstraint> Violated(AttributeInput input) =>
        Constraints.Where(constraint => constraint.IsMetBy is { } isMet && !isMet(input));
}
