using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>
/// The sorts and variables of a model, named as in the semantics: <c>coh</c>, <c>poc</c>, <c>ds</c>, <c>F</c>, <c>I</c>,
/// <c>Q</c> and the pending maintenance of the machine, <c>gC</c> … <c>gJ</c> of the ghost.
/// </summary>
internal sealed class Variables
{
    /// <summary>Values of <c>ds</c>: how the coherent copy and the PoC differ.</summary>
    public const int Equal = 0, Dirty = 1, Stale = 2;

    private readonly List<Variable> _all = [];

    public Variables(Shape shape)
    {
        var scenario = shape.Scenario;
        var vcpus = scenario.Vcpus.Select(vcpu => vcpu.Name).ToImmutableArray();
        Vcpu = new Sort("vcpu", vcpus);
        Vm = new Sort("vm", [.. scenario.Vms.Select(vm => vm.Name)]);
        Mmu = new Sort("mmu", [.. scenario.Vms.Select(vm => vm.Name)]);
        Pcpu = new Sort("pcpu", shape.IsBareMetal ? [.. vcpus.Select(name => "PE-" + name)] : scenario.Machine.Pcpus);
        _ownPe = [.. scenario.Tasks.Where(task => task.Pcpu is null || shape.IsBareMetal).Select(task => task.Number)];
        Pe = _ownPe.IsEmpty ? Pcpu : new Sort("pe", [.. Pcpu.Elements, .. _ownPe.Select(task => scenario.Tasks[task].Name)]);
        var shared = !shape.IsBareMetal && scenario.Machine.IcacheGroups.Distinct().Count() < Pcpu.Size;
        _icacheOf = shared ? scenario.Machine.IcacheGroups : null;
        Icache = shared ? new Sort("icache", [.. Enumerable.Range(0, _icacheOf!.Value.Max() + 1).Select(IcacheName)]) : Pcpu;
        Line = new Sort("line", shape.LineNames);
        Version = new Sort("version", shape.IsTracked ? ["it", "other"] : [.. shape.Values]);
        Tracked = shape.IsTracked ? new Sort("tracked", ["it"]) : Version;
        Mode = new Sort("sctlr", [.. Enumerable.Range(0, shape.ModeCount).Select(i => "mode" + i)]);
        Frame = new Sort("frame", [.. scenario.Frames.Select(frame => frame.Name)]);
        Page = new Sort("page", [.. scenario.Vms.SelectMany(vm => vm.Pages.Select(page => scenario.Vms.Length > 1 ? $"{vm.Name}.{page.Name}" : page.Name)).DefaultIfEmpty("-")]);
        IsTracked = shape.IsTracked;

        Domain set = new Domain.Subset(Tracked), truth = new Domain.Range(0, 1), icaches = new Domain.Subset(Icache);
        Current = State("cur", [Pcpu], new Domain.Element(Vcpu, OrNone: true));
        Coherent = State("coh", [Line], new Domain.Element(Version));
        AtPoC = State("poc", [Line], new Domain.Element(Version));
        Difference = State("ds", [Line], new Domain.Range(0, shape.MayStoreNonCacheable ? 2 : 1));
        PoU = State("F", [Line], set);
        Cached = State("I", [Icache, Line], set);
        Pipeline = State("Q", [Pcpu, Line], set);
        PendingCleanPoU = shape.Uses(OperationKind.CleanToPoU) ? State("pend.cvau", [Pe, Line], truth) : null;
        PendingCleanPoC = shape.Uses(OperationKind.CleanToPoC) ? State("pend.cvac", [Pe, Line], truth) : null;
        PendingCleanInvalidate = shape.Uses(OperationKind.CleanInvalidateToPoC) ? State("pend.civac", [Pe, Line], truth) : null;
        PendingIcLine = shape.Uses(OperationKind.InvalidateInstructionLine) ? State("pend.ivau", [Pe, Line], icaches) : null;
        PendingIcAll = shape.Uses(OperationKind.InvalidateInstructionAll) ? State("pend.iall", [Pe], icaches) : null;
        PendingTlbi = shape.Uses(OperationKind.InvalidateTranslations) ? State("pend.tlbi", [Pe], new Domain.Subset(Pcpu)) : null;

        GhostCoherent = Ghost("gC", [Line], set);
        GhostPoU = Ghost("gF", [Line], set);
        GhostPoC = Ghost("gP", [Line], set);
        GhostDirtied = shape.Uses(OperationKind.Store) ? Ghost("gS", [Line], truth) : null;
        GhostCached = Ghost("gI", [Vcpu, Line], set);
        GhostPipeline = Ghost("gQ", [Vcpu, Line], set);
        GhostCleanPoU = PendingCleanPoU is not null || shape.CleansToPoC ? Ghost("gD", [Vcpu, Line], set) : null;
        GhostCleanPoC = shape.CleansToPoC ? Ghost("gE", [Vcpu, Line], set) : null;
        GhostDirtiedSince = shape.Uses(OperationKind.Store) && shape.Uses(OperationKind.CleanInvalidateToPoC) && shape.MayStoreNonCacheable ? Ghost("gM", [Vcpu], new Domain.Subset(Line)) : null;
        GhostInvalidate = PendingIcLine is not null || PendingIcAll is not null ? Ghost("gJ", [Vcpu, Vcpu, Line], set) : null;
        IsStale = Ghost("stale", [], truth);

        if (shape.ModeCount > 1)
        {
            Written = State("sctlr", [Vcpu], new Domain.Element(Mode));
            InForce = State("inforce", [Vcpu], new Domain.Subset(Mode));
            OwnInForce = State("inforce.own", [Vcpu], new Domain.Subset(Mode));
        }

        HasNonCacheableStores = shape.MayStoreNonCacheable;
        if (HasNonCacheableStores && shape.ModeCount > 1)
        {
            GhostCopies = Ghost("gK", [], new Domain.Subset(Line));
            GhostCopiesSince = shape.Uses(OperationKind.CleanInvalidateToPoC) ? Ghost("gL", [Vcpu], new Domain.Subset(Line)) : null;
            Copies = shape.IsBareMetal ? State("copies", [], new Domain.Subset(Line)) : null;
        }

        ItIsFree = shape.IsTracked ? State("it.free", [], truth) : null;
        AssertionFailed = shape.HasAssertions ? State("assertion.failed", [], truth) : null;
        Declarations = new FrozenDeclarations((name, index, domain) => Add(name, index, domain, Role.Frozen));
        Frozen = new FrozenTables(this, shape, Declarations);
    }

    private readonly ImmutableArray<int>? _icacheOf;
    private readonly ImmutableArray<int> _ownPe;

    public bool IsTracked { get; }

    public Sort Vcpu { get; }

    public Sort Vm { get; }

    public Sort Mmu { get; }

    public Sort Pcpu { get; }

    /// <summary>What can own pending maintenance: the pCPUs, and the CPUs of tasks that have one of their own.</summary>
    public Sort Pe { get; }

    public Sort Icache { get; }

    public Sort Line { get; }

    public Sort Version { get; }

    /// <summary>The versions that sets hold: all of them, or the tracked one alone.</summary>
    public Sort Tracked { get; }

    public Sort Mode { get; }

    public Sort Frame { get; }

    public Sort Page { get; }

    public Variable Current { get; }

    public Variable Coherent { get; }

    public Variable AtPoC { get; }

    public Variable Difference { get; }

    public Variable PoU { get; }

    public Variable Cached { get; }

    public Variable Pipeline { get; }

    public Variable? PendingCleanPoU { get; }

    public Variable? PendingCleanPoC { get; }

    public Variable? PendingCleanInvalidate { get; }

    public Variable? PendingIcLine { get; }

    public Variable? PendingIcAll { get; }

    public Variable? PendingTlbi { get; }

    public Variable GhostCoherent { get; }

    public Variable GhostPoU { get; }

    public Variable GhostPoC { get; }

    public Variable? GhostDirtied { get; }

    public Variable GhostCached { get; }

    public Variable GhostPipeline { get; }

    public Variable? GhostCleanPoU { get; }

    public Variable? GhostCleanPoC { get; }

    public Variable? GhostInvalidate { get; }

    public Variable IsStale { get; }

    /// <summary>SCTLR_EL1 as last written; absent where no vCPU writes it.</summary>
    public Variable? Written { get; }

    /// <summary>The values that may be in force on the machine: every context synchronisation event of the vCPU's pCPU reduces them to the last written.</summary>
    public Variable? InForce { get; }

    /// <summary>The values that may be in force as far as the vCPU's own program tells: only what it does itself reduces them. Bare metal goes by these.</summary>
    public Variable? OwnInForce { get; }

    /// <summary>The lines of which bare metal may cache a copy, once some vCPU may have looked at them Write-Back; absent where none ever gets another view than at first.</summary>
    public Variable? GhostCopies { get; }

    /// <summary>For each vCPU with an open DC CIVAC of a line, whether a copy may have come back since its issue; else full.</summary>
    public Variable? GhostCopiesSince { get; }

    /// <summary>For each vCPU with an open DC CIVAC of a line, whether the line may have been dirtied since its issue; else full.</summary>
    public Variable? GhostDirtiedSince { get; }

    /// <summary>The same of the machine itself, where it is bare metal: under a host there is always a Write-Back alias.</summary>
    public Variable? Copies { get; }

    /// <summary>Whether the tracked version is still to be stored.</summary>
    public Variable? ItIsFree { get; }

    public Variable? AssertionFailed { get; }

    /// <summary>Whether some cell may store Non-cacheable; if not, no clean copy can be stale.</summary>
    public bool HasNonCacheableStores { get; }

    public FrozenTables Frozen { get; }

    /// <summary>What is frozen, to be added to.</summary>
    public FrozenDeclarations Declarations { get; }

    public IReadOnlyList<Variable> All => _all;

    /// <summary>The set that holds every version: also the value of an open set that constrains nothing.</summary>
    public Expr Full => Ex.Const(Tracked.FullMask);

    public Variable State(string name, ImmutableArray<Sort> index, Domain domain) => Add(name, index, domain, Role.State);

    public Variable Ghost(string name, ImmutableArray<Sort> index, Domain domain) => Add(name, index, domain, Role.Ghost);

    /// <summary>The set of one version; empty for versions that are not tracked.</summary>
    public Expr Only(Expr version) => IsTracked ? Ex.Eq(version, 0) : Ex.Singleton(version);

    /// <summary>The number of the PE that a task runs on: its pCPU, or one of its own.</summary>
    public int PeOf(HostTask task) => _ownPe.IndexOf(task.Number) is >= 0 and var own ? Pcpu.Size + own : task.Pcpu!.Value;

    /// <summary>The number of the I-cache that a pCPU uses.</summary>
    public int NumberOfIcache(int pcpu) => _icacheOf is { } shared ? shared[pcpu] : pcpu;

    /// <summary>The I-cache that a pCPU uses.</summary>
    public Expr IcacheOf(Expr pcpu) => _icacheOf is null ? pcpu : Table(pcpu, i => _icacheOf.Value[i], Pcpu.Size);

    /// <summary>Whether a copy of a line may be cached, in the ghost.</summary>
    public Expr GhostMayHoldCopy(Expr line) =>
        GhostCopies is { } copies ? Ex.Contains(Ex.Read(copies), line) : Ex.Read(Frozen.GhostMayHoldCopy, line);

    /// <summary>No copy of a line is cached in the machine, unless somebody may read it Write-Back again.</summary>
    public IEnumerable<Statement> NoCopy(Expr line) =>
        Copies is { } copies ? [Ex.Assign(copies, [], Ex.BitAndNot(Ex.Read(copies), Ex.Singleton(line)))] : [];

    /// <summary>Whether a copy of a line may be cached, in the machine.</summary>
    public Expr MayHoldCopy(Expr line) =>
        Copies is { } copies ? Ex.Contains(Ex.Read(copies), line) : Ex.Read(Frozen.MayHoldCopy, line);

    /// <summary>What a Write-Back fetch may return at the PoU: the coherent value alone where data need no clean.</summary>
    public Expr AtPoU(Expr line) => Ex.If(Ex.Read(Frozen.Idc, line), Only(Ex.Read(Coherent, line)), Ex.Read(PoU, line));

    /// <summary>A constant table as an expression: folds to one number where the index is a number.</summary>
    public static Expr Table(Expr index, Func<int, long> value, int size)
    {
        if (index is Expr.Const constant)
        {
            return Ex.Const(value((int)constant.Value));
        }

        var result = Ex.Const(value(size - 1));
        for (var i = size - 2; i >= 0; i--)
        {
            if (Enumerable.Range(i, size - i).Any(j => value(j) != value(size - 1)))
            {
                result = Ex.If(Ex.Eq(index, i), Ex.Const(value(i)), result);
            }
        }

        return result;
    }

    private string IcacheName(int group) =>
        string.Join('+', Pcpu.Elements.Where((_, p) => _icacheOf!.Value[p] == group));

    private Variable Add(string name, ImmutableArray<Sort> index, Domain domain, Role role)
    {
        var variable = new Variable(name, index, domain, role);
        _all.Add(variable);
        return variable;
    }
}
