using System.Collections.Immutable;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>A bound spec file: every name resolved, every expression typed, no error left.</summary>
/// <param name="Path">The path as given by the user.</param>
/// <param name="Remark">
/// The comment lines that the file begins with, where a blank line follows them: joined by LF, without <c>//</c> and the space after it. Else empty.
/// </param>
/// <param name="Scenarios">The scenarios written in this file (not those of files it uses), in order.</param>
public sealed record Spec(string Path, string Remark, ImmutableArray<Scenario> Scenarios);

/// <summary>A bound scenario.</summary>
/// <param name="Name">Its title.</param>
/// <param name="Remark">The comment lines directly above it, which say what it asks, as in <see cref="Spec.Remark"/>; else empty.</param>
/// <param name="Span">Where its title stands.</param>
/// <param name="Machine">The hardware.</param>
/// <param name="Frames">Physical pages.</param>
/// <param name="Vms">The virtual machines, each with its pages and vCPUs.</param>
/// <param name="Tasks">Host tasks.</param>
/// <param name="Properties">Declared properties and covers.</param>
/// <param name="Bounds">Bounds on how often an event may happen.</param>
/// <param name="Expectations">The expect blocks, in order.</param>
public sealed record Scenario(
    string Name,
    string Remark,
    SourceSpan Span,
    Machine Machine,
    ImmutableArray<Frame> Frames,
    ImmutableArray<Vm> Vms,
    ImmutableArray<HostTask> Tasks,
    ImmutableArray<DeclaredProperty> Properties,
    ImmutableArray<EventBound> Bounds,
    ImmutableArray<Expectation> Expectations)
{
    /// <summary>The property that is asked of it, where what is modelled hangs on that; else <see langword="null"/>.</summary>
    public string? Asked { get; init; }

    /// <summary>The pages that guests name in their accesses: every page of a VM at the address that is its own, and what stage-1 mappings name beside them.</summary>
    public ImmutableArray<VirtualPage> VirtualPages { get; init; } = [];

    /// <summary>All pages in the order of their VMs: the elements of <see cref="ScenarioSort.Page"/>.</summary>
    public ImmutableArray<Page> Pages { get; } = [.. Vms.SelectMany(vm => vm.Pages)];

    /// <summary>All vCPUs in the order of their <see cref="Vcpu.Number"/>.</summary>
    public ImmutableArray<Vcpu> Vcpus { get; } = [.. Vms.SelectMany(vm => vm.Vcpus)];
}

/// <summary>The hardware of a scenario.</summary>
/// <param name="Pcpus">The names of the physical CPUs; 1 to 8.</param>
/// <param name="IcacheGroups">For each pCPU the number of the I-cache that it uses, from 0; all different unless <c>share icache</c> says so.</param>
/// <param name="PeModel">The PE model: <c>in-order</c>.</param>
/// <param name="Legal">Whether illegal combinations of ID register values are dropped; otherwise they are errors.</param>
/// <param name="Axes">Machine-level fields and all readings that the scenario or its profiles set; one axis a name.</param>
/// <param name="Span">Where it stands.</param>
public sealed record Machine(
    ImmutableArray<string> Pcpus,
    ImmutableArray<int> IcacheGroups,
    string PeModel,
    bool Legal,
    ImmutableArray<Axis> Axes,
    SourceSpan Span)
{
    /// <summary>For each pCPU the number of the TLB that it uses, from 0; all different unless <c>share tlb</c> says so. Empty stands for that.</summary>
    public ImmutableArray<int> TlbGroups { get; init; } = [];

    /// <summary>Whether the lines of I-caches are tagged by VMID (VPIPT: CTR_EL0.L1Ip = 0b00, until the manual of 2023).</summary>
    public bool TagsIcache { get; init; }

    /// <summary>The pCPUs that the host may take offline and bring online again, by their numbers.</summary>
    public ImmutableArray<int> Hotplugged { get; init; } = [];

    /// <summary>For each pCPU what it has of its own, CTR_EL0.DIC; empty where none has anything.</summary>
    public ImmutableArray<ImmutableArray<Axis>> PcpuAxes { get; init; } = [];

    /// <summary>How many VMIDs there are beside 0, which is never a guest's; <see langword="null"/> where each stage-2 context has its own for good.</summary>
    public int? Vmids { get; init; }
}

/// <summary>A field or reading with the values it takes in a scenario: one dimension of its cells.</summary>
/// <param name="Name">The field as Arm writes it, one of <see cref="Vocabulary.PageFields"/>, or the reading's name.</param>
/// <param name="IsReading">Whether it is a reading.</param>
/// <param name="Values">The values, at least one, each of the vocabulary, none twice.</param>
/// <param name="Span">Where it is set.</param>
public sealed record Axis(string Name, bool IsReading, ImmutableArray<string> Values, SourceSpan Span);

/// <summary>A physical page: lines and their contents.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Lines">Its lines, at least one.</param>
/// <param name="Span">Where it stands.</param>
public sealed record Frame(string Name, ImmutableArray<Line> Lines, SourceSpan Span);

/// <summary>A line of a frame.</summary>
/// <param name="Number">Its number among all lines of the scenario, from 0.</param>
/// <param name="Name">Its name in the frame.</param>
/// <param name="Initial">The name of the value that it holds at first.</param>
/// <param name="Span">Where it stands.</param>
public sealed record Line(int Number, string Name, string Initial, SourceSpan Span)
{
    /// <summary>What it held before, of an owner before the first (<c>x = zero after secret</c>): every I-cache may still have it; <see langword="null"/> for nothing.</summary>
    public string? Before { get; init; }
}

/// <summary>A page of a guest's virtual address space.</summary>
/// <param name="Number">Its number in the scenario, from 0.</param>
/// <param name="Name">Its name: that of a page where it has the same address, else one of its own.</param>
/// <param name="Vm">The number of the VM.</param>
/// <param name="Page">The page of the same address, by its number among all pages: an access with the MMU off goes there; <see langword="null"/> where there is none.</param>
public sealed record VirtualPage(int Number, string Name, int Vm, int? Page);

/// <summary>A leaf of a stage-1 table: <c>map a -&gt; g asid 1 nc</c>.</summary>
/// <param name="From">The number of the virtual page.</param>
/// <param name="To">The number of the page among all pages.</param>
/// <param name="Asid">The ASID: each has a table of its own.</param>
/// <param name="Type">The memory type.</param>
/// <param name="Span">Where it stands.</param>
public sealed record StageOneMap(int From, int To, int Asid, PageType Type, SourceSpan Span);

/// <summary>A virtual machine.</summary>
/// <param name="Number">Its number in the scenario, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Axes">What the guest's ID registers say, where that differs from the host's.</param>
/// <param name="Pages">Its pages; several, of one VM or of two, may be on one frame.</param>
/// <param name="Vcpus">Its vCPUs, at least one.</param>
/// <param name="Span">Where it stands.</param>
public sealed record Vm(int Number, string Name, ImmutableArray<Axis> Axes, ImmutableArray<Page> Pages, ImmutableArray<Vcpu> Vcpus, SourceSpan Span)
{
    /// <summary>The names of its stage-2 contexts, at least one; the first is that of the pages' declarations.</summary>
    public ImmutableArray<string> Mmus { get; init; } = [Name];

    /// <summary>The stage-1 tables that its vCPUs share which have no mapping of their own. Without any mapping each page stands where it has its address, Write-Back.</summary>
    public ImmutableArray<StageOneMap> Maps { get; init; } = [];
}

/// <summary>The stage-2 type that the hypervisor gives a page.</summary>
public enum PageType
{
    /// <summary>Normal memory: MemAttr 1111, with FWB 0110.</summary>
    WriteBack,

    /// <summary>Normal Non-cacheable: MemAttr 0101.</summary>
    NonCacheable,

    /// <summary>Device-nGnRE: MemAttr 0001.</summary>
    Device,
}

/// <summary>A page of a VM, an IPA page: mapped at stage 2 as it says, until a handler or task maps it otherwise.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Frame">The frame behind it.</param>
/// <param name="Writable">Whether stage 2 lets the guest write.</param>
/// <param name="Executable">Whether the permissions have X. An axis XN says more: 1 forbids what they allow.</param>
/// <param name="Type">Its stage-2 type; Write-Back, and without meaning, where there is an axis MemAttr, which then says it.</param>
/// <param name="Axes">
/// What it says of its stage-2 descriptor, none twice, in the order of the text: <c>MemAttr</c>, with values of four binary digits, and <c>XN</c>, with
/// <c>0</c> and <c>1</c>. What it does not say has no axis.
/// </param>
/// <param name="Span">Where it stands.</param>
public sealed record Page(string Name, Frame Frame, bool Writable, bool Executable, PageType Type, ImmutableArray<Axis> Axes, SourceSpan Span)
{
    /// <summary>Whether stage 2 maps it at first. Where not, the frame is the one that the host means to put behind it, and may be <see cref="NoFrame"/>.</summary>
    public bool IsMapped { get; init; } = true;

    /// <summary>The frame of a page behind which there is none yet.</summary>
    public static Frame NoFrame { get; } = new("none", [], new SourceSpan(new SourceText("", ""), 0, 0));
}

/// <summary>A vCPU: with a program, or the most general guest over an alphabet.</summary>
/// <param name="Number">Its number in the scenario, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Vm">The number of its VM.</param>
/// <param name="Placement">The numbers of the pCPUs where it may run; all where the spec names none.</param>
/// <param name="Axes">SCTLR_EL1 fields.</param>
/// <param name="NonCacheableLines">Numbers of the lines that its stage 1 maps Non-cacheable; others are Write-Back.</param>
/// <param name="Program">The program, or <see langword="null"/>.</param>
/// <param name="Alphabet">The operations of an <c>any</c> guest (expanded from words, in table order), or empty.</param>
/// <param name="TogglesMmu">Whether the alphabet contains <c>mmu</c>.</param>
/// <param name="Span">Where it stands.</param>
public sealed record Vcpu(
    int Number,
    string Name,
    int Vm,
    ImmutableArray<int> Placement,
    ImmutableArray<Axis> Axes,
    ImmutableArray<int> NonCacheableLines,
    ImmutableArray<Stmt>? Program,
    ImmutableArray<Vocabulary.Operation> Alphabet,
    bool TogglesMmu,
    SourceSpan Span)
{
    /// <summary>The stage-1 leaves of tables of its own; empty where it uses those of its VM.</summary>
    public ImmutableArray<StageOneMap> Maps { get; init; } = [];

    /// <summary>The ASID with which it starts.</summary>
    public int Asid { get; init; }

    /// <summary>Whether the alphabet contains <c>remap</c>: it stores to its stage-1 tables.</summary>
    public bool Remaps { get; init; }

    /// <summary>Whether the alphabet contains <c>under</c>: it goes on under other stage-2 contexts of its VM.</summary>
    public bool SwitchesMmu { get; init; }

    /// <summary>What the operations of the alphabet name; <see langword="null"/> where that is every address of the VM.</summary>
    public AlphabetPlaces? Places { get; init; }

    /// <summary>Whether operations of the alphabet may name a virtual page of its VM, by its number.</summary>
    public bool MayName(int virtualPage) => Places is not { } places || places.VirtualPages.Contains(virtualPage);

    /// <summary>Whether they may name a line of it, by its number.</summary>
    public bool MayNameLine(int line) => Places is not { } places || places.Lines.Contains(line);

    /// <summary>Whether it is not there at first: until it is started, or <see cref="StartsWhen"/> becomes true.</summary>
    public bool IsStopped { get; init; }

    /// <summary>When it starts by itself, once; <see langword="null"/> where it is there at first, or waits to be started.</summary>
    public SpecExpr? StartsWhen { get; init; }

    /// <summary>Until this is true it is loaded only where it was loaded first; <see langword="null"/> where it may always move.</summary>
    public SpecExpr? MovesWhen { get; init; }
}

/// <summary>The addresses to which an <c>any</c> guest keeps: <c>any {…} at {…}</c>.</summary>
/// <param name="VirtualPages">Numbers of virtual pages, in order.</param>
/// <param name="Lines">Numbers of the lines there, in order: all of a page, or those that are named.</param>
public sealed record AlphabetPlaces(ImmutableArray<int> VirtualPages, ImmutableArray<int> Lines);

/// <summary>A host task: the VMM, a kernel thread.</summary>
/// <param name="Number">Its number in the scenario, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Pcpu">The pCPU on which it runs while no vCPU is loaded there; <see langword="null"/> for a CPU of its own.</param>
/// <param name="Body">What it does, once.</param>
/// <param name="Span">Where it stands.</param>
public sealed record HostTask(int Number, string Name, int? Pcpu, ImmutableArray<Stmt> Body, SourceSpan Span)
{
    /// <summary>The pCPUs among which the scheduler moves it, several; empty for a task that stays where it is.</summary>
    public ImmutableArray<int> MovesOver { get; init; } = [];
}

/// <summary>A property or cover that the scenario declares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsCover">A cover must be reached; a property must always be true.</param>
/// <param name="Condition">A truth value.</param>
/// <param name="Span">Where it stands.</param>
public sealed record DeclaredProperty(string Name, bool IsCover, SpecExpr Condition, SourceSpan Span);

/// <summary>At most so many times may an event happen; a verdict <em>holds</em> is one up to the bound.</summary>
/// <param name="Event">The hook's event.</param>
/// <param name="Most">The largest number, 0 to 1000.</param>
/// <param name="Span">Where it stands.</param>
public sealed record EventBound(HookEvent Event, int Most, SourceSpan Span);
