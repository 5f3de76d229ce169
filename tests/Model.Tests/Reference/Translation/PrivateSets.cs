namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What is possible after a sequence of instructions. Sets of leaves are masks of <see cref="PrivateLeaf"/>, sets of versions masks of version numbers; none where a set is not kept.</summary>
internal interface IPrivateSets
{
    /// <summary>Executes one more instruction; an access that cannot but fault is left out by the caller.</summary>
    void Step(PrivateInstruction i);

    /// <summary>gTu: the leaves that an access of <paramref name="v"/> by <paramref name="a"/> may use.</summary>
    int Translations(int v, int a);

    /// <summary>gT: the leaves that the TLB may hold under an ASID.</summary>
    int? Tlb(int v, int asid, int a);

    /// <summary>gH: the versions that a load of page <paramref name="g"/> may deliver, Write-Back or Non-cacheable.</summary>
    int? Loads(int g, bool nonCacheable);

    /// <summary>The versions that a Write-Back fetch of page <paramref name="g"/> may return from the PoU.</summary>
    int? PoU(int g);

    /// <summary>gI: the versions of page <paramref name="g"/> that the instruction cache of <paramref name="v"/> may hold.</summary>
    int? Icache(int v, int g);

    /// <summary>gQ: the versions that a fetch of <paramref name="v"/> by <paramref name="a"/> may deliver.</summary>
    int? Fetches(int v, int a);
}
