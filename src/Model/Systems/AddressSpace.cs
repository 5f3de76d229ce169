using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>A leaf of a stage-1 table: the page by its place in the VM, which is its address, and the memory type.</summary>
/// <param name="Ipa">The page's place among those of its VM.</param>
/// <param name="Type">The memory type.</param>
internal readonly record struct Leaf1(int Ipa, PageType Type);

/// <summary>A leaf of a stage-2 table: readable always.</summary>
/// <param name="Frame">The frame's number.</param>
/// <param name="Writable">Whether the guest may write.</param>
/// <param name="Executable">Whether it may execute.</param>
/// <param name="Type">The memory type.</param>
internal readonly record struct Leaf2(int Frame, bool Writable, bool Executable, PageType Type);

/// <summary>A stage-1 table: of a vCPU or of a VM's vCPUs together, one for each ASID.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Vcpu">The vCPU; <see langword="null"/> where they share it.</param>
/// <param name="Asid">The ASID.</param>
internal readonly record struct Table1(int Vm, int? Vcpu, int Asid);

/// <summary>A stage-2 table: one for each stage-2 context of a VM.</summary>
/// <param name="Vm">The VM.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct Mmu(int Vm, string Name);

/// <summary>
/// The address spaces of a scenario as numbers: virtual pages, whether or not a program names them, since walks and speculative fetches go by each (translation.md F1), stage-1 tables and all leaves that may stand in them, the same of stage 2. What may ever stand
/// in a table is known from the text, so every set of leaves is a mask. Virtual pages and pages are numbered within their VM: two VMs use the same addresses, which is how a
/// VMID that is used again goes wrong.
/// </summary>
internal sealed class AddressSpace
{
    /// <summary>The field by which a guest changes to another of its tables.</summary>
    public const string AsidField = "TTBR0_EL1.ASID";

    private const int MostElements = 62;

    private readonly Scenario _scenario;
    private readonly Policy _policy;
    private readonly ImmutableArray<ImmutableArray<VirtualPage>> _vas;
    private readonly Dictionary<(int Table, int Va), ImmutableSortedSet<int>> _possible1 = [];
    private readonly Dictionary<(int Table, int Va), int?> _initial1 = [];
    private readonly ImmutableArray<ImmutableSortedSet<int>> _possible2;

    public AddressSpace(Scenario scenario, Policy policy, Sort mmus)
    {
        (_scenario, _policy) = (scenario, policy);
        VmOfPage = [.. scenario.Vms.SelectMany(vm => vm.Pages.Select(_ => vm.Number))];
        Mmus = [.. scenario.Vms.SelectMany(vm => vm.Mmus.Select(name => new Mmu(vm.Number, name)))];
        _vas = [.. scenario.Vms.Select(vm => scenario.VirtualPages.Where(page => page.Vm == vm.Number).ToImmutableArray())];
        Tables = [.. scenario.Vcpus.SelectMany(vcpu => AsidsOf(vcpu).Select(asid => TableKey(vcpu, asid))).Distinct()];
        Asids = [.. Tables.Select(table => table.Asid).Distinct().Order()];
        Leaves1 = [.. FindLeaves1()];
        FindTables();
        (Leaves2, _possible2) = FindStage2();
        Va = Named("va", _vas.Max(own => own.Length), i => string.Join('|', _vas.Where(own => i < own.Length).Select(own => own[i].Name)));
        Ipa = Named("ipa", scenario.Vms.Max(vm => vm.Pages.Length), i => string.Join('|', scenario.Vms.Where(vm => i < vm.Pages.Length).Select(vm => vm.Pages[i].Name)));
        Table = Named("table", Tables.Length, i => NameOf(Tables[i]));
        Asid = Named("asid", Asids.Length, i => $"asid{Asids[i]}");
        Mmu = mmus;
        Leaf1Sort = Named("leaf1", Leaves1.Length, i => Ipa.Elements[Leaves1[i].Ipa] + WordsOf(Leaves1[i].Type));
        Descriptor1 = new Sort("desc1", [.. Leaf1Sort.Elements, "invalid"]);
        Leaf2Sort = Named("leaf2", Leaves2.Length, i => NameOf(Leaves2[i]));
        Descriptor2 = new Sort("desc2", [.. Leaf2Sort.Elements, "invalid"]);
        if (Descriptor1.Size > MostElements || Descriptor2.Size > MostElements)
        {
            throw new ModelRefusalException($"tables in which {Leaves1.Length} stage-1 and {Leaves2.Length} stage-2 leaves may stand: a set has at most {MostElements - 1}", scenario.Span);
        }
    }

    /// <summary>The VM of each page.</summary>
    public ImmutableArray<int> VmOfPage { get; }

    /// <summary>The stage-2 contexts.</summary>
    public ImmutableArray<Mmu> Mmus { get; }

    /// <summary>The stage-1 tables.</summary>
    public ImmutableArray<Table1> Tables { get; }

    /// <summary>The ASIDs that some vCPU uses.</summary>
    public ImmutableArray<int> Asids { get; }

    /// <summary>The leaves that may stand in stage-1 tables.</summary>
    public ImmutableArray<Leaf1> Leaves1 { get; }

    /// <summary>The leaves that may stand in stage-2 tables.</summary>
    public ImmutableArray<Leaf2> Leaves2 { get; }

    /// <summary>Virtual pages by their place in a VM.</summary>
    public Sort Va { get; }

    /// <summary>Pages by their place in a VM.</summary>
    public Sort Ipa { get; }

    public Sort Table { get; }

    public Sort Asid { get; }

    public Sort Mmu { get; }

    public Sort Leaf1Sort { get; }

    /// <summary>Stage-1 memory types.</summary>
    public Sort Types { get; } = new("type1", ["wb", "nc", "device"]);

    /// <summary>What a stage-1 descriptor may hold: a leaf, or none, which is the last.</summary>
    public Sort Descriptor1 { get; }

    public Sort Leaf2Sort { get; }

    /// <summary>The same of stage 2.</summary>
    public Sort Descriptor2 { get; }

    /// <summary>Whether some guest stores to a stage-1 descriptor.</summary>
    public bool ChangesStage1 => _scenario.Vcpus.Any(vcpu => vcpu.Remaps) || AllStatements(_scenario, _policy).OfType<DescriptorStmt>().Any();

    /// <summary>Whether the host stores to a stage-2 descriptor.</summary>
    public bool ChangesStage2 => AllStatements(_scenario, _policy).OfType<Stage2Stmt>().Any();

    /// <summary>Whether the policy writes VTTBR_EL2; else the context of the vCPU that is loaded is in force, under a VMID of its own.</summary>
    public bool WritesVttbr => AllStatements(_scenario, _policy).OfType<VttbrStmt>().Any();

    /// <summary>Whether the host ever means to put another frame behind a page.</summary>
    public bool Backs => AllStatements(_scenario, _policy).OfType<BackStmt>().Any();

    /// <summary>Every statement of the policy's handlers, the tasks and the programs.</summary>
    public static IEnumerable<Stmt> AllStatements(Scenario scenario, Policy policy) =>
        policy.Hooks.SelectMany(hook => Statements.Descend(hook.Body))
            .Concat(scenario.Tasks.SelectMany(task => Statements.Descend(task.Body)))
            .Concat(scenario.Vcpus.SelectMany(vcpu => Statements.Descend(vcpu.Program ?? [])));

    /// <summary>Whether two vCPUs of a VM mean different leaves by one virtual page under one ASID.</summary>
    public static bool DisagreesByTag(Scenario scenario)
    {
        foreach (var vm in scenario.Vms)
        {
            var maps = vm.Vcpus.Select(vcpu => vcpu.Maps.IsEmpty ? vm.Maps : vcpu.Maps).Distinct().ToList();
            foreach (var (from, asid) in maps.SelectMany(all => all.Select(map => (map.From, map.Asid))).Distinct())
            {
                if (maps.Select(all => Declared(all, scenario.VirtualPages.First(page => page.Number == from), asid)).Distinct().Count() > 1)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The virtual pages of a VM.</summary>
    public ImmutableArray<VirtualPage> VasOf(int vm) => _vas[vm];

    /// <summary>The place of a virtual page among those of its VM.</summary>
    public int IndexOf(int virtualPage) => _vas.Select(own => own.ToList().FindIndex(page => page.Number == virtualPage)).Max();

    /// <summary>
    /// The virtual pages that an operation of an alphabet is about: all that a program of the vCPU could name to some effect. These are the pages at their own address, which an access reaches by a flat map or with the
    /// MMU off, and the names that its tables map at some time. What remaps maps any name.
    /// </summary>
    public IEnumerable<int> AlphabetOf(Vcpu vcpu)
    {
        var asids = AsidsOf(vcpu).ToList();
        return _vas[vcpu.Vm].Where(page => vcpu.MayName(page.Number)).Where(page => vcpu.Remaps || page.Page is not null || asids.Any(asid => PossibleLeaves(TableOf(vcpu, asid), IndexOf(page.Number)).Count > 0)).Select(page => page.Number);
    }

    /// <summary>The ASIDs under which a vCPU may run.</summary>
    public IEnumerable<int> AsidsOf(Vcpu vcpu) => ChangesAsid(vcpu) ? MapsOf(vcpu).Select(map => map.Asid).Append(vcpu.Asid).Concat(WrittenAsids(vcpu)).Distinct().Order() : [vcpu.Asid];

    /// <summary>Whether a vCPU's program changes to another ASID.</summary>
    public static bool ChangesAsid(Vcpu vcpu) => WrittenAsids(vcpu).Any();

    /// <summary>The ASID that a write of TTBR0_EL1.ASID writes.</summary>
    public static int AsidOf(OperationStmt write) => int.Parse(write.Value!, System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<int> WrittenAsids(Vcpu vcpu) => Statements.Descend(vcpu.Program ?? []).OfType<OperationStmt>().Where(statement => statement.Field == AsidField).Select(AsidOf);

    /// <summary>The table of a vCPU under an ASID.</summary>
    public int TableOf(Vcpu vcpu, int asid) => Tables.IndexOf(TableKey(vcpu, asid));

    /// <summary>The leaf that stands in a table at first; <see langword="null"/> for none.</summary>
    public int? InitialLeaf(int table, int va) => _initial1[(table, va)];

    /// <summary>The leaves that may ever stand in a table at a virtual page.</summary>
    public ImmutableSortedSet<int> PossibleLeaves(int table, int va) => _possible1[(table, va)];

    /// <summary>The leaves that may ever map a page at stage 2.</summary>
    public ImmutableSortedSet<int> LeavesOf(int page) => _possible2[page];

    /// <summary>The same, with those of other VMs' pages at the same address where their entries may have the same tag.</summary>
    public ImmutableSortedSet<int> LeavesAt(int page, bool ofAllVms) => !ofAllVms ? LeavesOf(page)
        : [.. Enumerable.Range(0, VmOfPage.Length).Where(other => IpaOf(other) == IpaOf(page)).SelectMany(LeavesOf)];

    /// <summary>The leaf that maps a page at first; <see langword="null"/> for none.</summary>
    public int? InitialLeaf2(int page) => _scenario.Pages[page].IsMapped ? Leaves2.IndexOf(DeclaredLeaf(page)) : null;

    /// <summary>A page by its VM and its place there.</summary>
    public int PageOf(int vm, int ipa) => VmOfPage.IndexOf(vm) + ipa;

    /// <summary>The place of a page in its VM.</summary>
    public int IpaOf(int page) => page - VmOfPage.IndexOf(VmOfPage[page]);

    /// <summary>The first stage-2 context of a VM.</summary>
    public int FirstMmuOf(int vm) => Enumerable.Range(0, Mmus.Length).First(mmu => Mmus[mmu].Vm == vm);

    /// <summary>The number of a page's frame as it is declared; <see langword="null"/> where it has none.</summary>
    public int? FrameOf(int page) => _scenario.Frames.IndexOf(_scenario.Pages[page].Frame) is >= 0 and var frame ? frame : null;

    /// <summary>The VMs that a frame belongs to at first: those with a page on it.</summary>
    public IEnumerable<int> OwnersOf(int frame) => Enumerable.Range(0, VmOfPage.Length).Where(page => FrameOf(page) == frame).Select(page => VmOfPage[page]).Distinct();

    /// <summary>What stage 1 says of a virtual page, as an arrow: <c>va of asid1 -&gt; g</c>; the page alone where it stands at its own address.</summary>
    /// <param name="vm">The VM; <see langword="null"/> where that is not known, and a name may mean something in each.</param>
    /// <param name="va">The virtual page, by its place in a VM.</param>
    /// <param name="leaf1">The stage-1 leaf; <see langword="null"/> with the MMU off.</param>
    /// <param name="asid">The ASID by its place among all; <see langword="null"/> with the MMU off.</param>
    public string Arrow(int? vm, int va, int? leaf1, int? asid)
    {
        var from = (vm is { } own && va < _vas[own].Length ? _vas[own][va].Name : Va.Elements[va]) + (asid is { } of && Asids.Length > 1 ? " of " + Asid.Elements[of] : "");
        if (leaf1 is not { } leaf)
        {
            return from;
        }

        var to = IpaName(vm, Leaves1[leaf].Ipa) + WordsOf(Leaves1[leaf].Type);
        return to == from ? from : $"{from} -> {to}";
    }

    /// <summary>The name of a page by its place in a VM.</summary>
    public string IpaName(int? vm, int ipa) => vm is { } own && ipa < _scenario.Vms[own].Pages.Length ? _scenario.Vms[own].Pages[ipa].Name : Ipa.Elements[ipa];

    /// <summary>The name of a frame.</summary>
    public string FrameName(int frame) => _scenario.Frames[frame].Name;

    /// <summary>The name of a page, by its number among all.</summary>
    public string PageName(int page) => _scenario.Pages[page].Name;

    /// <summary>A leaf in words: <c>frame RW-</c>.</summary>
    public string NameOf(Leaf2 leaf) => $"{_scenario.Frames[leaf.Frame].Name} R{(leaf.Writable ? "W" : "-")}{(leaf.Executable ? "X" : "-")}{WordsOf(leaf.Type)}";

    private static string WordsOf(PageType type) => type switch { PageType.WriteBack => "", PageType.NonCacheable => " nc", _ => " device" };

    private static Sort Named(string name, int count, Func<int, string> nameOf) => new(name, [.. Enumerable.Range(0, count).Select(nameOf).DefaultIfEmpty("-")]);

    private string NameOf(Table1 table) => $"{(table.Vcpu is { } vcpu ? _scenario.Vcpus[vcpu].Name : _scenario.Vms[table.Vm].Name)}.{table.Asid}";

    private ImmutableArray<StageOneMap> MapsOf(Vcpu vcpu) => vcpu.Maps.IsEmpty ? _scenario.Vms[vcpu.Vm].Maps : vcpu.Maps;

    private Table1 TableKey(Vcpu vcpu, int asid) => new(vcpu.Vm, vcpu.Maps.IsEmpty && !_scenario.Vms[vcpu.Vm].Maps.IsEmpty ? null : vcpu.Number, asid);

    private IEnumerable<Leaf1> FindLeaves1()
    {
        var used = new HashSet<Leaf1>();
        foreach (var vcpu in _scenario.Vcpus)
        {
            foreach (var va in _vas[vcpu.Vm])
            {
                used.UnionWith(AsidsOf(vcpu).Select(asid => Declared(vcpu, va, asid)).OfType<Leaf1>());
            }

            if (vcpu.Remaps)
            {
                used.UnionWith(AnyLeaf(vcpu));
            }

            used.UnionWith(Stores(vcpu).Select(LeafOf));
        }

        return used.OrderBy(leaf => leaf.Ipa).ThenBy(leaf => leaf.Type);
    }

    /// <summary>What a guest that remaps as it likes may store.</summary>
    public IEnumerable<Leaf1> AnyLeaf(Vcpu vcpu) => Enumerable.Range(0, _scenario.Vms[vcpu.Vm].Pages.Length).Select(ipa => new Leaf1(ipa, PageType.WriteBack));

    /// <summary>The leaf that a store of a guest stores.</summary>
    public Leaf1 LeafOf(DescriptorStmt store) => new(IpaOf(store.Page!.Value), store.Type);

    private static IEnumerable<DescriptorStmt> Stores(Vcpu vcpu) => Statements.Descend(vcpu.Program ?? []).OfType<DescriptorStmt>().Where(store => store.Page is not null);

    private Leaf1? Declared(Vcpu vcpu, VirtualPage va, int asid) => Declared(MapsOf(vcpu), va, asid) is { } leaf ? new Leaf1(IpaOf(leaf.Page), leaf.Type) : null;

    private static (int Page, PageType Type)? Declared(ImmutableArray<StageOneMap> maps, VirtualPage va, int asid) =>
        maps.FirstOrDefault(map => map.From == va.Number && map.Asid == asid) is { } map ? (map.To, map.Type)
        : va.Page is { } own && !maps.Any(other => other.From == va.Number || other.To == own) ? (own, PageType.WriteBack)
        : null;

    private void FindTables()
    {
        for (var table = 0; table < Tables.Length; table++)
        {
            var vm = Tables[table].Vm;
            var asid = Tables[table].Asid;
            var users = _scenario.Vcpus.Where(vcpu => AsidsOf(vcpu).Any(own => TableKey(vcpu, own) == Tables[table])).ToList();
            for (var va = 0; va < _vas[vm].Length; va++)
            {
                int? initial = Declared(users[0], _vas[vm][va], asid) is { } leaf ? Leaves1.IndexOf(leaf) : null;
                var possible = new HashSet<int>(initial is { } known ? [known] : []);
                foreach (var vcpu in users)
                {
                    if (vcpu.Remaps && vcpu.MayName(_vas[vm][va].Number) && vcpu.Asid == asid)
                    {
                        possible.UnionWith(AnyLeaf(vcpu).Select(any => Leaves1.IndexOf(any)));
                    }

                    possible.UnionWith(Stores(vcpu).Where(store => store.VirtualPage == _vas[vm][va].Number && store.Asid == asid).Select(store => Leaves1.IndexOf(LeafOf(store))));
                }

                _initial1[(table, va)] = initial;
                _possible1[(table, va)] = [.. possible];
            }
        }
    }

    private Leaf2 DeclaredLeaf(int page) =>
        new(FrameOf(page)!.Value, _scenario.Pages[page].Writable, _scenario.Pages[page].Executable, _scenario.Pages[page].Type);

    /// <summary>What may stand in stage-2 tables: what is declared, what is mapped, and what becomes of either where permissions are changed.</summary>
    private (ImmutableArray<Leaf2> All, ImmutableArray<ImmutableSortedSet<int>> Possible) FindStage2()
    {
        var statements = AllStatements(_scenario, _policy).OfType<Stage2Stmt>().ToList();
        var backs = AllStatements(_scenario, _policy).OfType<BackStmt>().ToList();
        var byPage = new List<HashSet<Leaf2>>();
        for (var page = 0; page < VmOfPage.Length; page++)
        {
            var leaves = new HashSet<Leaf2>();
            if (_scenario.Pages[page].IsMapped)
            {
                leaves.Add(DeclaredLeaf(page));
            }

            // Without a host a page has its frame all the same.
            if (_policy.IsBareMetal && leaves.Count == 0 && FrameOf(page) is not null)
            {
                leaves.Add(DeclaredLeaf(page));
            }

            ImmutableArray<int> backing = [.. FrameOf(page) is { } own ? [own] : Array.Empty<int>(), .. backs.Where(back => MayBe(back.Page, page)).SelectMany(back => FramesOf(back.Frame, []))];
            foreach (var map in statements.Where(statement => statement.Step == Stage2Step.Map && MayBe(statement.Page, page)))
            {
                leaves.UnionWith(FramesOf(map.Frame!, backing).Select(frame => new Leaf2(frame, map.Writable, map.Executable, map.Type)));
            }

            foreach (var permit in statements.Where(statement => statement.Step == Stage2Step.Permit && MayBe(statement.Page, page)))
            {
                leaves.UnionWith(leaves.Select(leaf => leaf with { Writable = permit.Writable, Executable = permit.Executable }).ToList());
            }

            byPage.Add(leaves);
        }

        ImmutableArray<Leaf2> all = [.. byPage.SelectMany(leaves => leaves).Distinct().OrderBy(leaf => leaf.Frame).ThenByDescending(leaf => leaf.Writable).ThenByDescending(leaf => leaf.Executable).ThenBy(leaf => leaf.Type)];
        return (all, [.. byPage.Select(leaves => leaves.Select(leaf => all.IndexOf(leaf)).ToImmutableSortedSet())]);
    }

    private static bool MayBe(SpecExpr page, int number) => page is not ElementExpr { Number: var known } || known == number;

    private IEnumerable<int> FramesOf(SpecExpr frame, IEnumerable<int> backing) => frame switch
    {
        ElementExpr known => [known.Number],
        MemberExpr { Member: Language.Scenarios.Member.Backing } when backing.Any() => backing,
        _ => Enumerable.Range(0, _scenario.Frames.Length),
    };
}
