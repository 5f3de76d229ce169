using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>What accesses come to, by the stage-1 memory type, the page with its stage-2 leaf, and the value of SCTLR_EL1. On bare metal there is no stage 2.</summary>
internal sealed class AccessByLeaf
{
    private static readonly ImmutableArray<PageType> Types = [PageType.WriteBack, PageType.NonCacheable, PageType.Device];

    private readonly Dictionary<AccessFlags, Variable> _tables = [];
    private readonly bool _bareMetal;
    private readonly bool _byPcpu;

    public AccessByLeaf(Shape shape, AddressSpace space, Sorts sorts, FrozenDeclarations frozen, string prefix, CellFacts facts, bool bareMetal)
    {
        (_bareMetal, _byPcpu) = (bareMetal, !bareMetal && shape.PcpusDiffer);
        var types = space.Types;
        ImmutableArray<Sort> index = bareMetal ? [sorts.Vcpu, types, sorts.Mode] : [sorts.Vcpu, types, space.Ipa, space.Leaf2Sort, sorts.Mode];
        Seen<AccessFlags> Access(VcpuModes modes, PageType type, Stage2Leaf? stage2, int mode, string? pcpu) => mode < modes.Count
            ? modes.In(mode, sctlr => facts.Access(modes.Vcpu, new Stage1Leaf(ClassOf(type)), stage2, sctlr, pcpu))
            : Seen.Always(AccessFlags.None);
        ImmutableArray<Seen<AccessFlags>> AccessesOn(string? pcpu) => bareMetal
            ? [.. from modes in shape.VcpuModes from type in Types from mode in Enumerable.Range(0, sorts.Mode.Size) select Access(modes, type, null, mode, pcpu)]
            :
            [
                .. from modes in shape.VcpuModes
                   from type in Types
                   from ipa in Enumerable.Range(0, space.Ipa.Size)
                   from leaf in Enumerable.Range(0, space.Leaf2Sort.Size)
                   from mode in Enumerable.Range(0, sorts.Mode.Size)
                   select LeafOf(shape.Scenario, space, modes.Vcpu.Vm, ipa, leaf) is { } stage2 ? Access(modes, type, stage2, mode, pcpu) : Seen.Always(AccessFlags.None),
            ];
        var accesses = AccessesOn(null);
        ImmutableArray<Seen<AccessFlags>> fetches = _byPcpu ? [.. Enumerable.Range(0, sorts.Pcpu.Size).SelectMany(p => AccessesOn(shape.PeOf(p)))] : accesses;
        void Table(string name, AccessFlags flag) => Add(name, flag, index, accesses);
        void Fetch(string name, AccessFlags flag) => Add(name, flag, _byPcpu ? [sorts.Pcpu, .. index] : index, fetches);
        void Add(string name, AccessFlags flag, ImmutableArray<Sort> by, ImmutableArray<Seen<AccessFlags>> all) =>
            _tables.Add(flag, frozen.Table(prefix + name, by, Sorts.Truth, [.. all.Select(access => access.Select(flags => flags.HasFlag(flag) ? 1L : 0))]));
        Table("wb", AccessFlags.IsCacheable);
        if (shape.Aspect!.HasFetches || prefix.Length == 0)
        {
            Table("exec", AccessFlags.MayExecute);
        }

        if (shape.Aspect.HasFetches)
        {
            Fetch("fill.pou", AccessFlags.FillsFromPoU);
            Fetch("fill.poc", AccessFlags.FillsFromPoC);
            Fetch("direct.pou", AccessFlags.DeliversFromPoU);
            Fetch("direct.poc", AccessFlags.DeliversFromPoC);
        }
    }

    /// <summary>The stage-1 class of a memory type.</summary>
    public static MemoryClass ClassOf(PageType type) => type switch
    {
        PageType.WriteBack => MemoryClass.WriteBack,
        PageType.NonCacheable => MemoryClass.NonCacheable,
        _ => MemoryClass.DeviceNGnRE,
    };

    /// <summary>Whether an access by a way has a property, with a value of SCTLR_EL1.</summary>
    public Expr Has(AccessFlags flag, int vcpu, PageType type, int ipa, int leaf2, Expr mode) => _bareMetal
        ? Ex.Read(_tables[flag], Ex.Const(vcpu), Ex.Const(Types.IndexOf(type)), mode)
        : Ex.Read(_tables[flag], Ex.Const(vcpu), Ex.Const(Types.IndexOf(type)), Ex.Const(ipa), Ex.Const(leaf2), mode);

    /// <summary>The same of what a fetch on a pCPU finds there, and leaves.</summary>
    public Expr HasOn(Expr p, AccessFlags flag, int vcpu, PageType type, int ipa, int leaf2, Expr mode) => _byPcpu
        ? Ex.Read(_tables[flag], p, Ex.Const(vcpu), Ex.Const(Types.IndexOf(type)), Ex.Const(ipa), Ex.Const(leaf2), mode)
        : Has(flag, vcpu, type, ipa, leaf2, mode);

    /// <summary>A page as a leaf maps it: what the page leaves open of its descriptor stays open, but for execute-never where the leaf forbids execution.</summary>
    private static Stage2Leaf? LeafOf(Scenario scenario, AddressSpace space, int vm, int ipa, int leaf2)
    {
        // Under a VMID that is used again a VM may come by what another left of a page that it does not have itself.
        if (ipa >= scenario.Vms[vm].Pages.Length)
        {
            if (!space.WritesVttbr || scenario.Vms.FirstOrDefault(other => ipa < other.Pages.Length) is not { } owner)
            {
                return null;
            }

            vm = owner.Number;
        }

        if (!space.LeavesAt(space.PageOf(vm, ipa), space.WritesVttbr).Contains(leaf2))
        {
            return null;
        }

        var (page, leaf) = (scenario.Vms[vm].Pages[ipa], space.Leaves2[leaf2]);
        return new Stage2Leaf(page with
        {
            Writable = leaf.Writable,
            Executable = leaf.Executable,
            Type = leaf.Type,
            Axes = leaf.Executable ? page.Axes : [.. page.Axes.Where(axis => axis.Name != PageFields.ExecuteNever)],
        });
    }
}
