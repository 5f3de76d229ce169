using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>A way from a virtual page of a vCPU to a frame: what an entry of a TLB says, and what a walk may find.</summary>
/// <param name="Vcpu">The vCPU.</param>
/// <param name="Vm">Its VM.</param>
/// <param name="Va">The virtual page, by its place in the VM.</param>
/// <param name="Asid">The ASID by its place among all; <see langword="null"/> with the MMU off.</param>
/// <param name="Leaf1">The stage-1 leaf; <see langword="null"/> with the MMU off: the page of the same address.</param>
/// <param name="Page">The page, by its number among all.</param>
/// <param name="Ipa">The page by its place in the VM.</param>
/// <param name="Leaf2">The stage-2 leaf; on bare metal the one by which the page has its frame.</param>
internal sealed record Route(int Vcpu, int Vm, int Va, int? Asid, int? Leaf1, int Page, int Ipa, int Leaf2)
{
    /// <summary>Whether the MMU is on.</summary>
    public bool IsOn => Asid is not null;
}

/// <summary>What a virtual page of a vCPU may mean at stage 1.</summary>
/// <param name="Vcpu">The vCPU.</param>
/// <param name="Vm">Its VM.</param>
/// <param name="Va">The virtual page, by its place in the VM.</param>
/// <param name="Asid">The ASID by its place among all; <see langword="null"/> with the MMU off.</param>
/// <param name="Leaf1">The stage-1 leaf; <see langword="null"/> with the MMU off.</param>
/// <param name="Page">The page, by its number among all.</param>
/// <param name="Type">The memory type of the leaf.</param>
internal sealed record Meaning(int Vcpu, int Vm, int Va, int? Asid, int? Leaf1, int Page, PageType Type);

/// <summary>All ways that the text of a scenario allows.</summary>
internal static class Routes
{
    /// <summary>What a virtual page of a vCPU may ever mean.</summary>
    public static IEnumerable<Meaning> MeaningsOf(AddressSpace space, Contexts contexts, Vcpu vcpu, int va)
    {
        if (contexts.MayBeOn(vcpu.Number))
        {
            foreach (var asid in space.AsidsOf(vcpu))
            {
                foreach (var leaf in space.PossibleLeaves(space.TableOf(vcpu, asid), va))
                {
                    yield return new Meaning(vcpu.Number, vcpu.Vm, va, space.Asids.IndexOf(asid), leaf, space.PageOf(vcpu.Vm, space.Leaves1[leaf].Ipa), space.Leaves1[leaf].Type);
                }
            }
        }

        if (contexts.MayBeOff(vcpu.Number) && space.VasOf(vcpu.Vm)[va].Page is { } own)
        {
            yield return new Meaning(vcpu.Number, vcpu.Vm, va, null, null, own, PageType.WriteBack);
        }
    }

    /// <summary>The ways on from there.</summary>
    /// <param name="space">The address spaces.</param>
    /// <param name="meanings">What stage 1 says.</param>
    /// <param name="ofAllVms">Whether what is cached of other VMs may be used: where VMIDs are used again.</param>
    public static IEnumerable<Route> Of(AddressSpace space, IEnumerable<Meaning> meanings, bool ofAllVms) => meanings.SelectMany(meaning => space.LeavesAt(meaning.Page, ofAllVms).Select(leaf =>
        new Route(meaning.Vcpu, meaning.Vm, meaning.Va, meaning.Asid, meaning.Leaf1, meaning.Page, space.IpaOf(meaning.Page), leaf)));
}
