namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>The instructions of the private machine.</summary>
internal enum PrivateOp
{
    Ld,
    St,
    Exec,
    Map,
    Unmap,
    TlbiVae1,
    TlbiVae1Is,
    TlbiAside1,
    TlbiAside1Is,
    TlbiVmalle1,
    TlbiVmalle1Is,
    Cvau,
    Cvac,
    Civac,
    Ivau,
    Iallu,
    Ialluis,
    DsbIsh,
    DsbNsh,
    DsbIshst,
    Isb,
    MmuOn,
    MmuOff,
    Ttbr,
}

/// <summary>One instruction of one vCPU.</summary>
/// <param name="Vcpu">Its vCPU.</param>
/// <param name="Op">What it is.</param>
/// <param name="Va">The virtual page that it names.</param>
/// <param name="Value">The version that a store writes, the leaf of a map, the ASID of a TLBI, the number of a TTBR value.</param>
/// <param name="Table">The table of a map or unmap.</param>
internal sealed record PrivateInstruction(int Vcpu, PrivateOp Op, int Va = 0, int Value = 0, int Table = 0)
{
    /// <summary>Whether it is an access that a stage-1 fault may stop.</summary>
    public bool IsAccess => Op is PrivateOp.Ld or PrivateOp.St or PrivateOp.Exec or PrivateOp.Cvau or PrivateOp.Cvac or PrivateOp.Civac or PrivateOp.Ivau;

    /// <summary>Whether a TLBI or IC reaches every PE.</summary>
    public bool IsBroadcast => Op is PrivateOp.TlbiVae1Is or PrivateOp.TlbiAside1Is or PrivateOp.TlbiVmalle1Is or PrivateOp.Ivau or PrivateOp.Ialluis;

    public override string ToString() => $"{Vcpu}: {Text}";

    private string Text => Op switch
    {
        PrivateOp.Ld or PrivateOp.Exec => $"{Name} {Page}",
        PrivateOp.St => $"st {Page} {Value}",
        PrivateOp.Map => $"map {Page} -> {PrivateLeaf.Name(Value)} in table {Table}",
        PrivateOp.Unmap => $"unmap {Page} in table {Table}",
        PrivateOp.TlbiVae1 or PrivateOp.TlbiVae1Is => $"{Name} {Page} asid {Value}",
        PrivateOp.TlbiAside1 or PrivateOp.TlbiAside1Is => $"{Name} asid {Value}",
        PrivateOp.Cvau or PrivateOp.Cvac or PrivateOp.Civac => $"dc {Name} {Page}",
        PrivateOp.Ivau => $"ic ivau {Page}",
        PrivateOp.Iallu or PrivateOp.Ialluis => $"ic {Name}",
        PrivateOp.Ttbr => $"ttbr {Value}",
        _ => Name,
    };

    private string Name => Op.ToString().ToLowerInvariant();

    private char Page => (char)('a' + Va);
}
