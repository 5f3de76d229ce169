using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Syntax;

namespace CoherenceCheck.Language.Binding;

/// <summary>What a guest can name and reach.</summary>
/// <param name="Vm">Its VM.</param>
/// <param name="Space">The address space of its VM.</param>
/// <param name="Asid">The ASID with which it starts.</param>
/// <param name="Asids">The ASIDs that it has tables of.</param>
/// <param name="Translations">What is known of those of all guests of the VM.</param>
internal sealed record GuestScope(int Vm, AddressSpace Space, int Asid, ImmutableHashSet<int> Asids, VmTranslations Translations);

/// <summary>How the translations of a VM may differ from its pages as they are declared.</summary>
/// <param name="MayChange">Whether anything is mapped elsewhere, under an ASID, or while guests run: then a TLBI means what it names.</param>
/// <param name="Asids">All ASIDs that its guests have tables of.</param>
/// <param name="Moved">The virtual pages that may lead elsewhere than to the page of their address.</param>
internal sealed record VmTranslations(bool MayChange, ImmutableHashSet<int> Asids, ImmutableHashSet<int> Moved)
{
    /// <summary>The mappings that a program makes.</summary>
    public static IEnumerable<StageOneMapSyntax> MadeBy(ImmutableArray<StatementSyntax> program) =>
        StatementTree.All(program).OfType<DescriptorSyntax>().Select(descriptor => descriptor.Leaf);

    /// <summary>What is known of a VM.</summary>
    /// <param name="space">Its address space.</param>
    /// <param name="declared">All tables that are declared in it.</param>
    /// <param name="isDeclared">Whether they say more than the memory types of pages that stay where they are.</param>
    /// <param name="vcpus">Its vCPUs, each with its ASIDs, its program, and whether it may do anything to its tables.</param>
    public static VmTranslations Of(
        AddressSpace space, IEnumerable<StageOneTables> declared, bool isDeclared, IReadOnlyList<(ImmutableHashSet<int> Asids, ImmutableArray<StatementSyntax> Program, bool Remaps)> vcpus)
    {
        var moved = declared.SelectMany(tables => tables.Leaves).Where(leaf => leaf.From != leaf.To).Select(leaf => leaf.From);
        var made = vcpus.SelectMany(vcpu => MadeBy(vcpu.Program)).ToList();
        return new VmTranslations(
            isDeclared || made.Count > 0 || vcpus.Any(vcpu => vcpu.Remaps),
            vcpus.Aggregate(ImmutableHashSet<int>.Empty, (all, vcpu) => all.Union(vcpu.Asids)),
            [.. moved, .. made.Select(map => space.FindFrom(new DiagnosticBag(), map.From)?.Page.Number).OfType<int>()]);
    }
}
