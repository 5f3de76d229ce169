namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What a TTBR write selects: a stage-1 table and an ASID.</summary>
internal readonly record struct PrivateRegime(int Table, int Asid);

/// <summary>The hardware, the size and the first state of a private machine.</summary>
/// <param name="Idc">CTR_EL0.IDC.</param>
/// <param name="Dic">CTR_EL0.DIC; needs IDC. IC executes, and lines that Non-cacheable fetches filled are not snooped.</param>
/// <param name="Vas">The number of virtual pages.</param>
/// <param name="Pages">The number of pages of the VM; page i holds version i at first.</param>
/// <param name="Regimes">For each vCPU the values that its TTBR may have; the first is in force at first.</param>
/// <param name="MmuOn">For each vCPU its SCTLR_EL1.M at first.</param>
/// <param name="Leaves">For each table and virtual page the leaf at first.</param>
internal sealed record PrivateSetting(bool Idc, bool Dic, int Vas, int Pages, PrivateRegime[][] Regimes, bool[] MmuOn, int[][] Leaves)
{
    /// <summary>Whether a DSB NSH waits for data cache maintenance.</summary>
    public bool NshWaitsForDc { get; init; }

    public int Vcpus => Regimes.Length;

    public int Tables => Leaves.Length;

    public int Asids => 1 + Regimes.Max(all => all.Max(r => r.Asid));

    public override string ToString()
    {
        var vcpus = Enumerable.Range(0, Vcpus).Select(v =>
            $"vcpu {v}: mmu {(MmuOn[v] ? "on" : "off")}, ttbr {string.Join(" or ", Regimes[v].Select(r => $"table {r.Table} asid {r.Asid}"))}");
        var tables = Leaves.Select((leaves, t) => $"table {t}: {string.Join(", ", leaves.Select((d, a) => $"{(char)('a' + a)} -> {PrivateLeaf.Name(d)}"))}");
        return $"IDC = {(Idc ? 1 : 0)}, DIC = {(Dic ? 1 : 0)}, {Vas} virtual pages, {Pages} pages\n{string.Join('\n', vcpus.Concat(tables))}";
    }
}

/// <summary>Stage-1 leaves as small numbers: 0 is invalid, 1 + 2 g is page g Write-Back, 2 + 2 g is page g Non-cacheable. A set of leaves is a mask.</summary>
internal static class PrivateLeaf
{
    public const int Invalid = 0;

    public static int Of(int page, bool nonCacheable) => 1 + (2 * page) + (nonCacheable ? 1 : 0);

    public static int Page(int leaf) => (leaf - 1) / 2;

    public static bool IsNonCacheable(int leaf) => leaf % 2 == 0;

    public static int Set(int leaf) => 1 << leaf;

    public static int Valid(int set) => set & ~1;

    /// <summary>The valid leaves of a set.</summary>
    public static IEnumerable<int> In(int set)
    {
        for (var leaf = 1; set >> leaf != 0; leaf++)
        {
            if ((set >> leaf & 1) != 0)
            {
                yield return leaf;
            }
        }
    }

    /// <summary>The pages that the leaves of a set mean, as a mask.</summary>
    public static int Pages(int set) => In(set).Aggregate(0, (all, leaf) => all | 1 << Page(leaf));

    public static string Name(int leaf) => leaf == Invalid ? "0" : $"g{Page(leaf)} {(IsNonCacheable(leaf) ? "nc" : "wb")}";
}
