using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>What a trace shows and says of walks that are under way (reading <c>walks = split</c>).</summary>
/// <param name="space">The address spaces.</param>
/// <param name="sorts">The sorts.</param>
/// <param name="vttbr">Knows VMIDs.</param>
/// <param name="underWay">By pCPU, VMID, ASID and virtual page the stage-1 leaves that walks have found.</param>
/// <param name="first">By TLB, VMID, ASID and virtual page the leaves that are known of stage 1 alone; <see langword="null"/> where the tables say.</param>
internal sealed class WalkWords(AddressSpace space, Sorts sorts, VttbrPart vttbr, Variable underWay, Variable? first)
{
    /// <summary>What is under way on the pCPUs of a TLB.</summary>
    public IEnumerable<string> Show(Valuation state, int tlb) =>
        from walk in Places()
        where sorts.NumberOfTlb(walk.Pcpu) == tlb && state[underWay, walk.Cell] != 0
        select $"{NameOf(walk)}: {ArrowOf(walk, state[underWay, walk.Cell])}";

    /// <summary>What began, and what is none any more.</summary>
    public IEnumerable<Note> Notes(TraceContext context, StepView step)
    {
        foreach (var walk in Places())
        {
            var (before, after) = (step.Before[underWay, walk.Cell], step.After[underWay, walk.Cell]);
            foreach (var leaf in LeavesIn(after & ~before))
            {
                context.Translations.Began(step.Number, (walk.Pcpu, walk.Vmid, walk.Asid, walk.Va, leaf));
            }

            var shown = new PanelPlace(TlbWords.PanelName, sorts.NumberOfTlb(walk.Pcpu));
            if ((after & ~before) is not 0 and var began)
            {
                yield return new Filled(NameOf(walk), VaOf(walk), Names(began), null, shown) { Joint = " -> " };
            }

            if ((before & ~after) is not 0 and var ended)
            {
                yield return new Emptied(NameOf(walk), VaOf(walk), Names(ended), shown) { Joint = " -> " };
            }
        }
    }

    /// <summary>The walk by which an entry of both stages came; <see langword="null"/> where one with its own VMID would have made it as well.</summary>
    /// <param name="context">The words of the trace; it remembers the walk.</param>
    /// <param name="step">The step with which the entry came.</param>
    /// <param name="tlb">The TLB.</param>
    /// <param name="entry">The place of the entry: TLB, VMID, ASID, virtual page, stage-1 leaf.</param>
    public string? EndOf(TraceContext context, StepView step, int tlb, int[] entry)
    {
        var (vmid, asid, va, leaf) = (entry[1], entry[2], entry[3], entry[4]);
        var isOwn = first is not null && (step.After[first, ((((tlb * vttbr.Vmid.Size) + vmid) * space.Asid.Size) + asid) * space.Va.Size + va] >> leaf & 1) != 0;
        foreach (var walk in Places().Where(walk => !isOwn && sorts.NumberOfTlb(walk.Pcpu) == tlb && walk.Vmid != vmid && walk.Asid == asid && walk.Va == va && (step.Before[underWay, walk.Cell] >> leaf & 1) != 0))
        {
            var begun = context.Translations.WhenBegun((walk.Pcpu, walk.Vmid, asid, va, leaf));
            var words = $"a walk of {VmidOf(walk)}{(begun is { } since ? $" that began at {since}" : "")} and ended as one of {VmidOf(walk with { Vmid = vmid })} at {step.Number}";
            context.Translations.Ended((tlb, asid, va, leaf), words);
            return words;
        }

        return null;
    }

    private IEnumerable<Walk> Places() =>
        from cell in Enumerable.Range(0, underWay.CellCount)
        let asid = cell / space.Va.Size
        let vmid = asid / space.Asid.Size
        select new Walk(cell, vmid / vttbr.Vmid.Size, vmid % vttbr.Vmid.Size, asid % space.Asid.Size, cell % space.Va.Size);

    private static IEnumerable<int> LeavesIn(long set) => Enumerable.Range(0, 63).Where(leaf => (set >> leaf & 1) != 0);

    private string NameOf(Walk walk) => $"{sorts.Pcpu.Elements[walk.Pcpu]} walk under way, {VmidOf(walk)}";

    private string VmidOf(Walk walk) => (vttbr.IsWritten ? "VMID " : "") + vttbr.Vmid.Elements[walk.Vmid];

    private string ArrowOf(Walk walk, long set) => $"{VaOf(walk)} -> {Names(set)}";

    private string VaOf(Walk walk) => space.Arrow(vttbr.IsWritten ? null : space.Mmus[walk.Vmid].Vm, walk.Va, null, walk.Asid);

    private string Names(long set) => string.Join(" or ", LeavesIn(set).Select(leaf => space.Leaf1Sort.Elements[leaf]));

    /// <summary>A place where walks may be under way.</summary>
    private readonly record struct Walk(int Cell, int Pcpu, int Vmid, int Asid, int Va);
}
