using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using static CoherenceCheck.Model.Tests.Translation.Bound;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>The cases of translation.md 9, by the numbers of the corpus of real cases.</summary>
internal static partial class Cases
{
    /// <summary>What a host executes so that a change of a page's stage 2 is complete; a name in <paramref name="without"/> is left out.</summary>
    public static Stmt[] Broadcast(SpecExpr page, string without = "", bool isLocal = false)
    {
        var suffix = isLocal ? "" : "is";
        return Left(without, ("ishst", Op("dsb ishst")), ("ipa", OpAt($"tlbi ipas2e1{suffix}", page)), ("between", Op("dsb ish")), ("vmalle1", Op($"tlbi vmalle1{suffix}")), ("last", Op("dsb ish")));
    }

    /// <summary>Statements but for those whose names are left out.</summary>
    public static Stmt[] Left(string without, params (string Name, Stmt Statement)[] all) =>
        [.. all.Where(one => !without.Split(' ').Contains(one.Name)).Select(one => one.Statement)];

    /// <summary>C06: two vCPUs with one ASID and tables that differ, or agree.</summary>
    public static Scenario TwoTables(string letters, bool agree = false, int pcpus = 1)
    {
        var b = new ScenarioBuilder { Pcpus = pcpus };
        var (f0, f1) = (b.FrameOf("old0"), b.FrameOf("old1"));
        var vm = b.Vm();
        var (g0, g1) = (b.Page(vm, f0, hasAddress: false), b.Page(vm, f1, hasAddress: false));
        var a = b.Va(vm);
        b.Any(vm, letters, asid: 1, maps: [(a, g0)]);
        b.Any(vm, letters, asid: 1, maps: [(a, agree ? g0 : g1)]);
        return b.Build();
    }

    /// <summary>C04, C05: one vCPU on two pCPUs that changes its tables.</summary>
    public static Scenario Migrating(string letters)
    {
        var b = new ScenarioBuilder { Pcpus = 2 };
        var (f0, f1) = (b.FrameOf("old0"), b.FrameOf("old1"));
        var vm = b.Vm();
        var (g0, _) = (b.Page(vm, f0, hasAddress: false), b.Page(vm, f1, hasAddress: false));
        var a = b.Va(vm);
        b.Any(vm, letters, asid: 1, maps: [(a, g0)]);
        return b.Build();
    }

    /// <summary>C07, C24: a TLBI for one VM behind a write of VTTBR_EL2 that took another's place.</summary>
    public static Scenario OtherVttbr(bool isSynchronised)
    {
        var b = new ScenarioBuilder();
        var (f0, f1) = (b.FrameOf("old0"), b.FrameOf("old1"));
        var (vm, other) = (b.Vm(), b.Vm());
        var g = b.Page(vm, f0);
        b.Page(other, f1);
        b.Any(vm, "load");
        b.Task([
            Vttbr(Mmu(1)), Op("isb"), Clear(Page(g)), Op("dsb ishst"), Vttbr(Mmu(0)), .. isSynchronised ? new[] { Op("isb") } : [],
            Op("tlbi vmalls12e1is"), Op("dsb ish"), Settle(Page(g)),
        ]);
        return b.Build();
    }

    /// <summary>KVM's handler of stage-2 faults: cleans what it maps, and maps it.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="mmuLock">The lock.</param>
    /// <param name="isCleaning">Whether it cleans where FWB is 0.</param>
    public static PolicyBuilder MapOnFault(this PolicyBuilder policy, PolicyLock mmuLock, bool isCleaning = true, params Stmt[] invalidate) => policy.On(HookEvent.Stage2Fault, parameters =>
    {
        var g = Name(parameters[2]);
        return
        [
            Holding(mmuLock, If(Not(Member(g, Language.Scenarios.Member.Mapped)),
            [
                .. isCleaning ? new[] { If(Equal(Field("FWB"), Number(0)), OpAt("dc civac", Member(g, Language.Scenarios.Member.Backing)), Op("dsb ish")) } : [],
                .. invalidate, Map(g, Member(g, Language.Scenarios.Member.Backing), "RWX"), Op("dsb ishst"),
            ])),
        ];
    });

    /// <summary>C17, C28: page-out to another frame, which the next fault maps.</summary>
    /// <param name="m">SCTLR_EL1.M of the guest.</param>
    /// <param name="clean">When the old frame is cleaned: never, after, or before the TLBI.</param>
    /// <param name="invalidate">The TLBIs, from the store on.</param>
    /// <param name="guest">What the guest does, if no loads and stores.</param>
    public static (Scenario, Policy) PageOut(int m, string clean, Func<SpecExpr, Stmt[]> invalidate, Stmt[]? guest = null)
    {
        var policy = new PolicyBuilder();
        var mmuLock = policy.Lock("mmu_lock");
        policy.MapOnFault(mmuLock);
        var b = new ScenarioBuilder();
        var (f0, f1) = (b.FrameOf("old"), b.FrameOf("junk"));
        var vm = b.Vm();
        var g = b.Page(vm, f0);
        if (guest is null)
        {
            b.Any(vm, "load store", m);
        }
        else
        {
            b.Guest(vm, guest, m, caches: true);
        }

        Stmt[] civac = [If(Equal(Field("FWB"), Number(0)), OpAt("dc civac", Frame(f0)), Op("dsb ish"))];
        b.Task(Holding(mmuLock,
        [
            Clear(Page(g)), .. clean == "before" ? civac : [], With(Mmu(0), invalidate(Page(g))), Settle(Page(g)), .. clean == "after" ? civac : [],
            Copy(Frame(f0), Frame(f1)), Give(Frame(f0), null), Give(Frame(f1), Vm(vm)), Back(Page(g), Frame(f1)),
        ]));
        return (b.Build(), policy.Build());
    }

    /// <summary>C10: the host moves a page to a copy, break before make.</summary>
    public static (Scenario, Policy) ChangePte(int m, bool isCleaning)
    {
        var policy = new PolicyBuilder();
        var mmuLock = policy.Lock("mmu_lock");
        policy.MapOnFault(mmuLock);
        var b = new ScenarioBuilder();
        var (f0, f1) = (b.FrameOf("old"), b.FrameOf("junk"));
        var vm = b.Vm();
        var g = b.Page(vm, f0);
        b.Any(vm, "load store", m);
        b.Task(Holding(mmuLock,
        [
            Clear(Page(g)), With(Mmu(0), Broadcast(Page(g))), Settle(Page(g)), OpAt("dc civac", Frame(f0)), Op("dsb ish"), Copy(Frame(f0), Frame(f1)),
            .. isCleaning ? new[] { OpAt("dc civac", Frame(f1)), Op("dsb ish") } : [],
            Give(Frame(f0), null), Give(Frame(f1), Vm(vm)), Back(Page(g), Frame(f1)), Map(Page(g), Frame(f1), "RWX"), Op("dsb ishst"),
        ]));
        return (b.Build(), policy.Build());
    }

    /// <summary>C15: guests that turn their MMU on.</summary>
    public static Scenario Toggling(string letters, int vcpus = 1)
    {
        var b = new ScenarioBuilder();
        var f = b.FrameOf("old");
        var vm = b.Vm();
        b.Page(vm, f);
        for (var v = 0; v < vcpus; v++)
        {
            b.Any(vm, letters, m: 0);
        }

        return b.Build();
    }

    /// <summary>A trap of SCTLR_EL1 with these statements for every page's frame.</summary>
    public static Policy Trapping(Func<SpecExpr, Stmt[]> each, params Stmt[] last) => Trapping(each, last, completesFirst: false);

    /// <summary>The same, the write performed before them or behind them.</summary>
    public static Policy Trapping(Func<SpecExpr, Stmt[]> each, Stmt[] last, bool completesFirst)
    {
        var g = new Symbol("g", Element(ScenarioSort.Page));
        Stmt[] complete = completesFirst ? [new CompleteStmt(HookEvent.SysregWrite, Nowhere, null)] : [];
        return new PolicyBuilder().On(HookEvent.SysregWrite, _ => [.. complete, new ForStmt(g, ScenarioSort.Page, null, [.. each(Name(g))], "for g in page", Nowhere, null), .. last]).Build();
    }

    /// <summary>C15: a guest that cleans and invalidates a line before it turns its MMU on.</summary>
    public static Scenario CleaningGuest(bool isCleaning) =>
        OneGuest([OpVa("str", 0, "new"), .. isCleaning ? new[] { OpVa("dc civac", 0), Op("dsb ish") } : [], Msr("SCTLR_EL1.M", 1), Op("isb"), OpVa("ldr", 0)]);

    /// <summary>Text that is written with the MMU off and fetched with it on.</summary>
    public static Scenario UncachedText() => OneGuest([OpVa("str", 0, "new"), Msr("SCTLR_EL1.M", 1), OpVa("ic ivau", 0), Op("dsb ish"), Op("isb"), OpVa("exec", 0)]);

    /// <summary>A page-out without DC under a guest that cleans its line itself, CIVAC and CVAC behind one DSB.</summary>
    public static (Scenario, Policy) TwoOpenCleans() => PageOut(1, "none", page => Broadcast(page),
    [
        Msr("SCTLR_EL1.M", 0), Op("isb"), OpVa("str", 0, "new"), OpVa("dc civac", 0), OpVa("dc cvac", 0), Op("dsb ish"),
        Msr("SCTLR_EL1.M", 1), Op("isb"), OpVa("ldr", 0),
    ]);

    private static Scenario OneGuest(Stmt[] program)
    {
        var b = new ScenarioBuilder();
        var f = b.FrameOf("old");
        var vm = b.Vm();
        b.Page(vm, f);
        b.Guest(vm, program, m: 0, caches: true);
        return b.Build();
    }
}
