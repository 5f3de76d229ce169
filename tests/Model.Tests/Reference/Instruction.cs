namespace CoherenceCheck.Model.Tests.Reference;

/// <summary>The instructions that the reference knows.</summary>
internal enum Op
{
    Exec,
    Str,
    Cvau,
    Cvac,
    Civac,
    Ivau,
    Iallu,
    Ialluis,
    DsbIsh,
    DsbNsh,
    DsbIshst,
    DsbNshld,
    Dmb,
    Isb,
    MsrM,
    MsrC,
    MsrI,
}

/// <summary>One instruction of one vCPU.</summary>
/// <param name="Vcpu">Its vCPU.</param>
/// <param name="Op">What it is.</param>
/// <param name="Line">The line it names, if it names one.</param>
/// <param name="Value">The version that a store writes, or the bit that MSR writes.</param>
internal sealed record Instruction(int Vcpu, Op Op, int Line = 0, int Value = 0)
{
    public static string LineName(int line) => line == 0 ? "x" : "y";

    /// <summary>As specs write it.</summary>
    public override string ToString() => Op switch
    {
        Op.Exec => $"exec {LineName(Line)}",
        Op.Str => $"str n{Value}, [{LineName(Line)}]",
        Op.Cvau => $"dc cvau, {LineName(Line)}",
        Op.Cvac => $"dc cvac, {LineName(Line)}",
        Op.Civac => $"dc civac, {LineName(Line)}",
        Op.Ivau => $"ic ivau, {LineName(Line)}",
        Op.Iallu => "ic iallu",
        Op.Ialluis => "ic ialluis",
        Op.DsbIsh => "dsb ish",
        Op.DsbNsh => "dsb nsh",
        Op.DsbIshst => "dsb ishst",
        Op.DsbNshld => "dsb nshld",
        Op.Dmb => "dmb ish",
        Op.Isb => "isb",
        Op.MsrM => $"msr SCTLR_EL1.M, {Value}",
        Op.MsrC => $"msr SCTLR_EL1.C, {Value}",
        _ => $"msr SCTLR_EL1.I, {Value}",
    };
}
