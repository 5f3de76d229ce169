using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>A stage-2 leaf: s of translation.md.</summary>
internal sealed record Leaf(int Frame, bool Writable, bool Executable, PageType Type);

/// <summary>The numbers of a question: how many there are of each thing, and what belongs to what.</summary>
/// <remarks>
/// VAs and IPAs are numbered in their VM (translation.md F4), so that an entry under a reused VMID means a page of the new VM. A stage-1 leaf d is
/// twice the page's number, plus 1 for Non-cacheable. Sets of leaves have bit 0 for <em>invalid</em> (of tables) or ⊥ (of TLBs), and bit 1 + number for a leaf.
/// </remarks>
internal sealed class Shape
{
    private readonly int[] _ownerOfTables;
    private readonly int[] _mmuOfVm;

    public Shape(Question question)
    {
        Question = question;
        var scenario = question.Scenario;
        IsBareMetal = question.Policy.IsBareMetal;
        Vcpus = scenario.Vcpus.Length;
        Pcpus = IsBareMetal ? Vcpus : scenario.Machine.Pcpus.Length;
        Tasks = scenario.Tasks.Length;
        Vms = scenario.Vms.Length;
        Frames = scenario.Frames.Length;
        Pages = scenario.Pages.Length;
        if (scenario.Frames.Any(frame => frame.Lines.Length != 1))
        {
            throw new NotSupportedException("a frame of the reference has one line");
        }

        VmOfPage = [.. scenario.Vms.SelectMany(vm => vm.Pages.Select(_ => vm.Number))];
        var virtualPages = scenario.VirtualPages.IsEmpty
            ? scenario.Pages.Select((page, g) => new VirtualPage(g, page.Name, VmOfPage[g], g)).ToArray()
            : [.. scenario.VirtualPages];
        LocalOfPage = [.. Enumerable.Range(0, Pages).Select(g => VmOfPage.Take(g).Count(vm => vm == VmOfPage[g]))];
        VmOfVcpu = [.. scenario.Vcpus.Select(vcpu => vcpu.Vm)];
        LocalPages = Enumerable.Range(0, Vms).Max(vm => VmOfPage.Count(of => of == vm));
        VasOf = [.. Enumerable.Range(0, Vms).Select(vm => virtualPages.Where(page => page.Vm == vm).ToArray())];
        Vas = VasOf.Max(all => all.Length);
        Mmus = scenario.Vms.Sum(vm => vm.Mmus.Length);
        _mmuOfVm = [.. Enumerable.Range(0, Vms).Select(vm => scenario.Vms.Take(vm).Sum(before => before.Mmus.Length))];
        Vmids = Math.Max(Mmus, (scenario.Machine.Vmids ?? 0) + 1);
        Statements =
        [
            .. scenario.Vcpus.SelectMany(vcpu => vcpu.Program ?? []).Concat(scenario.Tasks.SelectMany(task => task.Body)).SelectMany(s => s.WithInner()),
            .. IsBareMetal ? [] : question.Policy.Statements(),
        ];
        Operations = [.. Statements.OfType<OperationStmt>().Select(s => s.Operation).Concat(scenario.Vcpus.SelectMany(vcpu => vcpu.Alphabet)).Distinct()];
        ValueNames =
        [
            .. scenario.Frames.SelectMany(frame => new[] { frame.Lines[0].Initial, frame.Lines[0].Before }).OfType<string>()
                .Concat(Statements.OfType<OperationStmt>().Where(s => s.Operation.Kind == OperationKind.Store).Select(s => s.Value!)).Distinct(),
        ];
        Asids =
        [
            .. scenario.Vcpus.Select(vcpu => vcpu.Asid)
                .Concat(scenario.Vcpus.SelectMany(vcpu => vcpu.Maps).Concat(scenario.Vms.SelectMany(vm => vm.Maps)).Select(map => map.Asid))
                .Concat(Statements.OfType<DescriptorStmt>().Select(s => s.Asid))
                .Concat(Statements.OfType<OperationStmt>().Select(s => s.Asid).OfType<int>())
                .Concat(Statements.OfType<OperationStmt>().Where(s => IsTtbr(s.Field)).Select(s => Values.Number(s.Value!)))
                .Distinct().Order(),
        ];
        _ownerOfTables = [.. scenario.Vcpus.Select(vcpu => HasOwnTables(vcpu) || scenario.Vms[vcpu.Vm].Maps.IsEmpty ? vcpu.Number : Vcpus + vcpu.Vm)];
        Leaves = FindLeaves();
        Locks = question.Policy.Locks.Sum(l => CellsOf(l.Index));
        if (1 + (2 * LocalPages) > 16 || 1 + Leaves.Length > 16 || Pcpus + Tasks + Locks > 16)
        {
            throw new NotSupportedException("too large for the reference");
        }
    }

    public Question Question { get; }

    public bool IsBareMetal { get; }

    public int Vcpus { get; }

    /// <summary>PEs where vCPUs run; on bare metal one for each.</summary>
    public int Pcpus { get; }

    public int Tasks { get; }

    /// <summary>Whatever executes host code: the handlers of each pCPU, then the tasks.</summary>
    public int Agents => Pcpus + Tasks;

    public int Vms { get; }

    public int Frames { get; }

    public int Pages { get; }

    /// <summary>The largest number of pages of a VM.</summary>
    public int LocalPages { get; }

    /// <summary>The largest number of virtual pages of a VM.</summary>
    public int Vas { get; }

    public VirtualPage[][] VasOf { get; }

    public int[] VmOfPage { get; }

    public int[] LocalOfPage { get; }

    public int[] VmOfVcpu { get; }

    public int Mmus { get; }

    public int Vmids { get; }

    /// <summary>Whether lines of I-caches are tagged by VMID (V6); on bare metal there is none.</summary>
    public bool TagsIcache => !IsBareMetal && Question.Scenario.Machine.TagsIcache;

    /// <summary>How many tags lines may have.</summary>
    public int IcacheTags => TagsIcache ? Vmids : 1;

    public int Locks { get; }

    public int[] Asids { get; }

    /// <summary>The tag of entries made with M = 0, behind the ASIDs.</summary>
    public int FlatTag => Asids.Length;

    public int Tables => (Vcpus + Vms) * Asids.Length;

    public Leaf[] Leaves { get; }

    public Stmt[] Statements { get; }

    public Operation[] Operations { get; }

    /// <summary>The names of all values: what lines hold at first and held before, and what is stored.</summary>
    public string[] ValueNames { get; }

    /// <summary>The set of owners that is the host alone.</summary>
    public int HostOwner => 1 << Vms;

    public static bool IsTtbr(string? field) => field is not null && field.StartsWith("TTBR0_EL1", StringComparison.Ordinal);

    /// <summary>The CPU of an agent: whose DSB completes what it issued.</summary>
    public int CpuOf(int agent) => agent < Pcpus ? agent : !IsBareMetal && Question.Scenario.Tasks[agent - Pcpus].Pcpu is { } p ? p : agent;

    public int AsidIndex(int asid) => Array.IndexOf(Asids, asid);

    public int Table(int v, int asidIndex) => (_ownerOfTables[v] * Asids.Length) + asidIndex;

    public int MmuOfVm(int vm) => _mmuOfVm[vm];

    public int VmOfMmu(int mmu) => Enumerable.Range(0, Vms).Last(vm => _mmuOfVm[vm] <= mmu);

    /// <summary>The page of a VM with a local number, or -1.</summary>
    public int PageOf(int vm, int local)
    {
        for (var g = 0; g < Pages; g++)
        {
            if (VmOfPage[g] == vm && LocalOfPage[g] == local)
            {
                return g;
            }
        }

        return -1;
    }

    /// <summary>The leaf in use with M = 0, or -1 where there is no page of that address.</summary>
    public int Flat(int vm, int a) => VasOf[vm][a].Page is { } g ? StageOne(g, isWriteBack: false) : -1;

    public int StageOne(int page, bool isWriteBack) => (2 * LocalOfPage[page]) + (isWriteBack ? 0 : 1);

    /// <summary>The local number of a virtual page.</summary>
    public int VaOf(int vm, int virtualPage) => Array.FindIndex(VasOf[vm], page => page.Number == virtualPage);

    /// <summary>The local number of a virtual page, whose ever it is.</summary>
    public int LocalVa(int virtualPage) => VasOf.SelectMany((_, vm) => new[] { VaOf(vm, virtualPage) }).First(a => a >= 0);

    public int LeafNumber(Leaf leaf) => Array.IndexOf(Leaves, leaf) is >= 0 and var number ? number : throw new InvalidOperationException($"no leaf {leaf}");

    /// <summary>The leaf that a page is declared to have; on bare metal memory itself.</summary>
    public Leaf Declared(int page)
    {
        var declared = Question.Scenario.Pages[page];
        return IsBareMetal
            ? new Leaf(FrameOf(declared), Writable: true, Executable: true, PageType.WriteBack)
            : new Leaf(FrameOf(declared), declared.Writable, declared.Executable, declared.Type);
    }

    /// <summary>The frame that stands in a page's declaration, or -1.</summary>
    public int FrameOf(Page page) => Question.Scenario.Frames.IndexOf(page.Frame);

    public int FrameOfLine(int line) => Enumerable.Range(0, Frames).First(f => Question.Scenario.Frames[f].Lines[0].Number == line);

    public int SizeOf(ScenarioSort sort) => sort switch
    {
        ScenarioSort.Pcpu => Pcpus,
        ScenarioSort.Vcpu => Vcpus,
        ScenarioSort.Vm => Vms,
        ScenarioSort.Mmu => Mmus,
        ScenarioSort.Page => Pages,
        ScenarioSort.Frame => Frames,
        _ => Vmids,
    };

    public int CellsOf(IEnumerable<ScenarioSort> index) => index.Aggregate(1, (product, sort) => product * SizeOf(sort));

    /// <summary>Whether the tables of a vCPU are its own.</summary>
    public static bool HasOwnTables(Vcpu vcpu) => !vcpu.Maps.IsEmpty || !vcpu.NonCacheableLines.IsEmpty;

    private Leaf[] FindLeaves()
    {
        var kinds = Question.Scenario.Pages.Where(page => page.IsMapped || IsBareMetal).Select(page => (page.Writable, page.Executable, page.Type)).ToList();
        if (IsBareMetal)
        {
            return [.. Enumerable.Range(0, Frames).Select(f => new Leaf(f, Writable: true, Executable: true, PageType.WriteBack))];
        }

        var steps = Statements.OfType<Stage2Stmt>().ToArray();
        kinds.AddRange(steps.Where(step => step.Step == Stage2Step.Map).Select(step => (step.Writable, step.Executable, step.Type)));
        kinds.AddRange(steps.Where(step => step.Step == Stage2Step.Permit).SelectMany(step => kinds.Select(kind => (step.Writable, step.Executable, kind.Type))).ToList());
        return [.. kinds.Distinct().SelectMany(kind => Enumerable.Range(0, Frames).Select(f => new Leaf(f, kind.Writable, kind.Executable, kind.Type)))];
    }
}
