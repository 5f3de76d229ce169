using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>Builds bound statements and expressions by hand.</summary>
internal static class Bound
{
    public static SourceSpan Nowhere { get; } = new(new SourceText("", ""), 0, 0);

    public static SpecType Element(ScenarioSort sort, bool orNone = false) => new SpecType.Element(sort, orNone);

    public static SpecExpr Page(int g) => new ElementExpr(g, Element(ScenarioSort.Page), Nowhere);

    public static SpecExpr Frame(int f) => new ElementExpr(f, Element(ScenarioSort.Frame), Nowhere);

    public static SpecExpr Mmu(int m) => new ElementExpr(m, Element(ScenarioSort.Mmu), Nowhere);

    public static SpecExpr Vm(int vm) => new ElementExpr(vm, Element(ScenarioSort.Vm), Nowhere);

    public static SpecExpr Vcpu(int v) => new ElementExpr(v, Element(ScenarioSort.Vcpu), Nowhere);

    public static SpecExpr Name(Symbol symbol) => new SymbolExpr(symbol, Nowhere);

    public static SpecExpr Number(long value) => new LiteralExpr(value, new SpecType.Int(0, 15), Nowhere);

    public static SpecExpr Not(SpecExpr operand) => new NotExpr(operand, Nowhere);

    public static SpecExpr Equal(SpecExpr left, SpecExpr right) => new BinaryExpr(ExprOp.Equal, left, right, new SpecType.Bool(), Nowhere);

    public static SpecExpr NotEqual(SpecExpr left, SpecExpr right) => new BinaryExpr(ExprOp.NotEqual, left, right, new SpecType.Bool(), Nowhere);

    public static SpecExpr And(SpecExpr left, SpecExpr right) => new BinaryExpr(ExprOp.And, left, right, new SpecType.Bool(), Nowhere);

    public static SpecExpr Field(string name) => new FieldExpr(Target: null, name, new SpecType.Int(0, 1), Nowhere);

    public static SpecExpr NoVcpu { get; } = new NoneExpr(Element(ScenarioSort.Vcpu, orNone: true), Nowhere);

    public static SpecExpr Member(SpecExpr target, Member member) => new MemberExpr(target, member, member switch
    {
        Language.Scenarios.Member.Vm => Element(ScenarioSort.Vm),
        Language.Scenarios.Member.Mmu => Element(ScenarioSort.Mmu),
        Language.Scenarios.Member.Pcpu => Element(ScenarioSort.Pcpu, orNone: true),
        Language.Scenarios.Member.Vcpu => Element(ScenarioSort.Vcpu, orNone: true),
        Language.Scenarios.Member.Frame or Language.Scenarios.Member.Backing => Element(ScenarioSort.Frame, orNone: true),
        _ => new SpecType.Bool(),
    }, Nowhere);

    /// <summary>An operation without an operand that means anything.</summary>
    public static Stmt Op(string name, string? label = null) => new OperationStmt(Find(name), null, null, null, name, Nowhere, label);

    /// <summary>A guest's access, DC, IC or TLBI by VA.</summary>
    public static Stmt OpVa(string name, int va, string? value = null, int? asid = null) =>
        new OperationStmt(Find(name), null, value, null, $"{name} {value} va{va}", Nowhere, null) { VirtualPage = va, Asid = asid };

    /// <summary>The host's operation on a frame or page.</summary>
    public static Stmt OpAt(string name, SpecExpr place, string? value = null, string? label = null) =>
        new OperationStmt(Find(name), null, value, null, $"{name} {value}", Nowhere, label) { Place = place };

    public static Stmt Msr(string field, int value) => new OperationStmt(Find("msr"), null, value.ToString(), field, $"msr {field}, {value}", Nowhere, null);

    public static Stmt Map(SpecExpr page, SpecExpr frame, string permissions) =>
        new Stage2Stmt(Stage2Step.Map, page, frame, permissions.Contains('W'), permissions.Contains('X'), PageType.WriteBack, null, $"map {permissions}", Nowhere, null);

    public static Stmt Permit(SpecExpr page, string permissions) =>
        new Stage2Stmt(Stage2Step.Permit, page, null, permissions.Contains('W'), permissions.Contains('X'), PageType.WriteBack, null, $"perm {permissions}", Nowhere, null);

    public static Stmt Clear(SpecExpr page) => new Stage2Stmt(Stage2Step.Clear, page, null, Writable: false, Executable: false, PageType.WriteBack, null, "clear", Nowhere, null);

    public static Stmt Settle(SpecExpr page) => new SettleStmt(page, "settle", Nowhere, null);

    public static Stmt Give(SpecExpr frame, SpecExpr? owner) => new GiveStmt(frame, owner, "give", Nowhere, null);

    public static Stmt Copy(SpecExpr from, SpecExpr to) => new CopyStmt(from, to, "copy", Nowhere, null);

    public static Stmt Back(SpecExpr page, SpecExpr frame) => new BackStmt(page, frame, "backing =", Nowhere, null);

    public static Stmt Publish(SpecExpr place) => new PublishStmt([], PublishForm.Visible, "publish", Nowhere, null) { Place = place };

    public static Stmt With(SpecExpr mmu, params Stmt[] body) => new WithMmuStmt(mmu, [.. body], "with", Nowhere, null);

    public static Stmt Vttbr(SpecExpr mmu) => new VttbrStmt(mmu, null, "msr VTTBR_EL2", Nowhere, null);

    public static Stmt If(SpecExpr condition, params Stmt[] body) => new IfStmt(condition, [.. body], [], "if", Nowhere, null);

    public static Stmt IfElse(SpecExpr condition, Stmt[] body, Stmt[] otherwise) => new IfStmt(condition, [.. body], [.. otherwise], "if", Nowhere, null);

    public static Stmt Await(SpecExpr condition) => new AwaitStmt(condition, "await", Nowhere, null);

    public static Stmt Atomic(params Stmt[] body) => new AtomicStmt([.. body], "atomic", Nowhere, null);

    public static Stmt Holding(PolicyLock place, params Stmt[] body) => new HoldingStmt(new LockPlace(place, []), [.. body], "holding", Nowhere, null);

    public static Stmt Pause(int v) => new LifeStmt(LifeStep.Pause, Vcpu(v), [], $"pause {v}", Nowhere, null);

    public static Stmt Resume(int v) => new LifeStmt(LifeStep.Resume, Vcpu(v), [], $"resume {v}", Nowhere, null);

    /// <summary>A guest's store to a stage-1 descriptor; no page unmaps.</summary>
    public static Stmt Remap(int va, int? page, int asid = 0, PageType type = PageType.WriteBack) =>
        new DescriptorStmt(va, page, type, asid, page is null ? $"unmap va{va}" : $"map va{va} -> g{page}", Nowhere, null);

    public static Operation Find(string name) => OperationTable.Find(name) ?? throw new ArgumentException($"no operation '{name}'", nameof(name));
}

/// <summary>Builds a bound scenario by hand.</summary>
internal sealed class ScenarioBuilder
{
    private readonly List<Frame> _frames = [];
    private readonly List<(string Name, List<Page> Pages, List<Vcpu> Vcpus, List<StageOneMap> Maps)> _vms = [];
    private readonly List<(string Name, int Vm, int? Page)> _virtual = [];
    private readonly List<HostTask> _tasks = [];
    private int _vcpus;

    public int Pcpus { get; init; } = 1;

    public int FrameOf(string initial, string? before = null)
    {
        _frames.Add(new Frame($"f{_frames.Count}", [new Line(_frames.Count, $"x{_frames.Count}", initial, Bound.Nowhere) { Before = before }], Bound.Nowhere));
        return _frames.Count - 1;
    }

    public int Vm()
    {
        _vms.Add(($"vm{_vms.Count}", [], [], []));
        return _vms.Count - 1;
    }

    /// <summary>A page with the virtual page of its address, whose number it gives back. Pages of a VM come before those of the next.</summary>
    public int Page(int vm, int? frame, string permissions = "RWX", bool isMapped = true, bool hasAddress = true)
    {
        var number = _vms.Sum(known => known.Pages.Count);
        _vms[vm].Pages.Add(new Page($"g{number}", frame is { } f ? _frames[f] : Language.Scenarios.Page.NoFrame, permissions.Contains('W'), permissions.Contains('X'), PageType.WriteBack, [], Bound.Nowhere) { IsMapped = isMapped });
        if (hasAddress)
        {
            _virtual.Add(($"g{number}", vm, number));
        }

        return number;
    }

    /// <summary>A virtual page that is no page's own.</summary>
    public int Va(int vm)
    {
        _virtual.Add(($"a{_virtual.Count}", vm, null));
        return _virtual.Count - 1;
    }

    /// <summary>A vCPU with an alphabet: words of the table, <c>mmu</c>, <c>remap</c>.</summary>
    public int Any(int vm, string letters, int m = 1, int asid = 0, int[]? on = null, (int From, int To)[]? maps = null)
    {
        var words = letters.Split(' ');
        var alphabet = OperationTable.All.Where(operation => operation.Letters.Split(' ').Intersect(words).Any() || words.Contains(operation.Name.Replace(' ', '_'))).ToImmutableArray();
        var v = Add(vm, m, asid, on, maps, null);
        _vms[vm].Vcpus[^1] = _vms[vm].Vcpus[^1] with { Alphabet = alphabet, TogglesMmu = words.Contains("mmu"), Remaps = words.Contains("remap") };
        return v;
    }

    /// <summary>A vCPU with a program; C and I are as M, or on throughout.</summary>
    public int Guest(int vm, Stmt[] program, int m = 1, int asid = 0, int[]? on = null, (int From, int To)[]? maps = null, bool caches = false)
    {
        var v = Add(vm, m, asid, on, maps, program);
        if (caches)
        {
            var fields = new[] { "SCTLR_EL1.C", "SCTLR_EL1.I" }.Select(field => new Axis(field, IsReading: false, ["1"], Bound.Nowhere));
            _vms[vm].Vcpus[^1] = _vms[vm].Vcpus[^1] with { Axes = [.. _vms[vm].Vcpus[^1].Axes, .. fields] };
        }

        return v;
    }

    public void Task(params Stmt[] body) => _tasks.Add(new HostTask(_tasks.Count, $"t{_tasks.Count}", null, [.. body], Bound.Nowhere));

    public Scenario Build() => new(
        "", "", Bound.Nowhere,
        new Language.Scenarios.Machine([.. Enumerable.Range(0, Pcpus).Select(p => $"P{p}")], [.. Enumerable.Range(0, Pcpus)], "in-order", Legal: true, [], Bound.Nowhere),
        [.. _frames],
        [.. _vms.Select((vm, number) => new Vm(number, vm.Name, [], [.. vm.Pages], [.. vm.Vcpus], Bound.Nowhere) { Maps = [.. vm.Maps] })],
        [.. _tasks], [], [], [])
    {
        VirtualPages = [.. _virtual.Select((page, number) => new VirtualPage(number, page.Name, page.Vm, page.Page))],
    };

    private int Add(int vm, int m, int asid, int[]? on, (int From, int To)[]? maps, Stmt[]? program)
    {
        _vms[vm].Vcpus.Add(new Vcpu(
            _vcpus, $"v{_vcpus}", vm, on is null ? [.. Enumerable.Range(0, Pcpus)] : [.. on],
            [new Axis("SCTLR_EL1.M", IsReading: false, [m.ToString()], Bound.Nowhere)],
            [], program is null ? null : [.. program], [], TogglesMmu: false, Bound.Nowhere)
        {
            Asid = asid,
            Maps = maps is null ? [] : [.. maps.Select(map => new StageOneMap(map.From, map.To, asid, PageType.WriteBack, Bound.Nowhere))],
        });
        return _vcpus++;
    }
}
