using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.ICache;

/// <summary>
/// I-caches whose lines are tagged by VMID (VPIPT): for each VMID as a cache of its own. A fetch finds lines of the VMID in force; an IC at EL1 acts on those alone, one at EL2 on all
/// (translation.md V6; Linux 87da236ebc71 "arm64: KVM: Add support for VPIPT I-caches").
/// </summary>
internal sealed class IcacheTags
{
    private readonly Sorts _sorts;
    private readonly VttbrPart _vttbr;

    /// <exception cref="ModelRefusalException">There are more of them than a set may have elements: an IC is pending on a set of them.</exception>
    public IcacheTags(Shape shape, Sorts sorts, VttbrPart vttbr)
    {
        (_sorts, _vttbr) = (sorts, vttbr);
        if (sorts.Icache.Size * vttbr.Vmid.Size > Sort.MaxSize)
        {
            throw new ModelRefusalException($"{sorts.Icache.Size} I-caches tagged by {vttbr.Vmid.Size} VMIDs: their product is at most {Sort.MaxSize}", shape.Scenario.Machine.Span);
        }

        Caches = new Sort("icache", [.. sorts.Icache.Elements.SelectMany(cache => vttbr.Vmid.Elements.Select(vmid => $"{cache} {(vttbr.IsWritten ? "VMID " : "")}{vmid}"))]);
    }

    /// <summary>The caches: one for each I-cache and VMID.</summary>
    public Sort Caches { get; }

    /// <summary>How many VMIDs there are.</summary>
    public int Count => _vttbr.Vmid.Size;

    /// <summary>The one in which a fetch on a pCPU finds lines, by a vCPU of a VM.</summary>
    public Expr On(Expr p, int vm) => Choose(_sorts.IcacheOf(p), _sorts.Icache.Size, cache => Choose(_vttbr.VmidOf(p, vm), Count, vmid => Ex.Const((cache * Count) + vmid)));

    /// <summary>All of the I-cache of a pCPU, as a set.</summary>
    public Expr OfPcpu(Expr p) => Choose(_sorts.IcacheOf(p), _sorts.Icache.Size, cache => Ex.Const(((1L << Count) - 1) << (cache * Count)));

    /// <summary>Those of the VMID in force on a pCPU, in every I-cache, as a set.</summary>
    public Expr OfVmid(Expr p, int vm) => Choose(_vttbr.VmidOf(p, vm), Count, vmid => Ex.Const(Enumerable.Range(0, _sorts.Icache.Size).Aggregate(0L, (set, cache) => set | (1L << ((cache * Count) + vmid)))));

    private static Expr Choose(Expr value, int size, Func<int, Expr> then)
    {
        var result = then(size - 1);
        for (var i = size - 2; i >= 0; i--)
        {
            result = Ex.If(Ex.Eq(value, i), then(i), result);
        }

        return result;
    }
}
