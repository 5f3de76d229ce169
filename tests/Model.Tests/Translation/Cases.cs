using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using static CoherenceCheck.Model.Tests.Translation.Bound;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>The cases of translation.md 9, by the numbers of the corpus of real cases.</summary>
internal static class Cases
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
        Stmt[] complete = completesFirst ? [new CompleteStmt(Nowhere, null)] : [];
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

    /// <summary>C14: the VMM repaints memory and reboots; policies 0 nothing, 1 unmap, 2 unmap unless FWB, 3 as 2 and IC if FWB and not DIC.</summary>
    /// <param name="policyNumber">The policy.</param>
    /// <param name="fwb">FWB.</param>
    /// <param name="dic">DIC.</param>
    /// <param name="isGated">Whether the fault handler, as KVM's, leaves out the IC where DIC = 1.</param>
    public static (Scenario, Policy) Reset(int policyNumber, bool fwb, bool dic, bool isGated = false)
    {
        var policy = new PolicyBuilder();
        var mmuLock = policy.Lock("mmu_lock");
        policy.MapOnFault(mmuLock, true, isGated ? [If(Equal(Field("DIC"), Number(0)), Op("ic ialluis"), Op("dsb ish"))] : [Op("ic ialluis"), Op("dsb ish")]);
        var b = new ScenarioBuilder();
        var f = b.FrameOf("old");
        var vm = b.Vm();
        var g = b.Page(vm, f);
        b.Any(vm, "exec store load", m: 0);
        Stmt[] unmap = [Clear(Page(g)), With(Mmu(0), Broadcast(Page(g))), Settle(Page(g))];
        Stmt[] flush = dic ? [] : [Op("ic ialluis"), Op("dsb ish")];
        b.Task([Pause(0), OpAt("str", Frame(f), "img"), .. policyNumber switch { 0 => [], 1 => unmap, 2 => fwb ? [] : unmap, _ => fwb ? flush : unmap }, Publish(Page(g)), Resume(0)]);
        return (b.Build(), policy.Build());
    }

    /// <summary>C08: a frame with lines of an earlier owner in every I-cache, mapped when it is touched.</summary>
    public static (Scenario, Policy) ExecGrant(string variant, int count, int m = 1, bool hostWrites = false)
    {
        var policy = new PolicyBuilder();
        var mmuLock = policy.Lock("mmu_lock");
        policy.On(HookEvent.Stage2Fault, parameters =>
        {
            var (g, access) = (Name(parameters[2]), Name(parameters[3]));
            SpecExpr isExec = Equal(access, new LiteralExpr(2, parameters[3].Type, Nowhere));
            var backing = Member(g, Language.Scenarios.Member.Backing);
            Stmt[] clean = [If(Equal(Field("FWB"), Number(0)), OpAt("dc civac", backing), Op("dsb ish"))];
            Stmt[] ic = [If(Equal(Field("DIC"), Number(0)), OpAt("ic ivau", backing), Op("dsb ish"))];
            Stmt[] Make(string permissions) => [Map(g, backing, permissions), Op("dsb ishst")];
            Stmt[] grant = [Permit(g, "RWX"), Op("dsb ishst"), OpAt("tlbi ipas2e1", g), Op("dsb nsh"), Op("tlbi vmalle1"), Op("dsb nsh")];
            return variant switch
            {
                "eager" => [Holding(mmuLock, If(Not(Member(g, Language.Scenarios.Member.Mapped)), [.. clean, .. ic, .. Make("RWX")]))],
                "m1" => [Holding(mmuLock, If(Not(Member(g, Language.Scenarios.Member.Mapped)), [.. clean, IfElse(isExec, [.. ic, .. Make("RWX")], Make("RWX"))]))],
                _ => [Holding(mmuLock, IfElse(
                    Not(Member(g, Language.Scenarios.Member.Mapped)),
                    variant switch
                    {
                        "m4" => [IfElse(isExec, [.. ic, .. clean, .. Make("RWX")], [.. clean, .. Make("RW-")])],
                        "no ic" => [.. clean, IfElse(isExec, Make("RWX"), Make("RW-"))],
                        "m3" => [.. clean, IfElse(isExec, [.. Make("RWX"), .. ic], Make("RW-"))],
                        _ => [.. clean, IfElse(isExec, [.. ic, .. Make("RWX")], Make("RW-"))],
                    },
                    [If(isExec, [.. variant is "no ic" or "m3" ? [] : ic, .. grant, .. variant == "m3" ? ic : []])]))],
            };
        });
        var b = new ScenarioBuilder { Pcpus = count };
        var f = b.FrameOf("zero", before: "secret");
        var vm = b.Vm();
        var page = b.Page(vm, f, isMapped: false);
        for (var v = 0; v < count; v++)
        {
            b.Any(vm, "load exec", m);
        }

        if (hostWrites)
        {
            b.Task(OpAt("str", Frame(f), "img"), Publish(Page(page)));
        }

        return (b.Build(), policy.Build());
    }

    /// <summary>C27 m1: write-protect and settle.</summary>
    public static Scenario WriteProtect(bool isLocal)
    {
        var b = new ScenarioBuilder();
        var f = b.FrameOf("old");
        var vm = b.Vm();
        var g = b.Page(vm, f);
        b.Any(vm, "load store");
        b.Task(Permit(Page(g), "R-X"), With(Mmu(0), Broadcast(Page(g), isLocal: isLocal)), Settle(Page(g)));
        return b.Build();
    }

    /// <summary>C27: permissions are added where they are missed.</summary>
    /// <param name="tlbi">IS, local or none.</param>
    /// <param name="isIcLocal">Whether the IC is local, too (m3).</param>
    public static (Scenario, Policy) Relax(string tlbi, bool isIcLocal = false)
    {
        var policy = new PolicyBuilder();
        var mmuLock = policy.Lock("mmu_lock");
        policy.On(HookEvent.Stage2Fault, parameters =>
        {
            var (g, access) = (Name(parameters[2]), Name(parameters[3]));
            SpecExpr Is(long number) => Equal(access, new LiteralExpr(number, parameters[3].Type, Nowhere));
            Stmt[] flush = tlbi switch
            {
                "IS" => [OpAt("tlbi ipas2e1is", g), Op("dsb ish"), Op("tlbi vmalle1is"), Op("dsb ish")],
                "local" => [OpAt("tlbi ipas2e1", g), Op("dsb nsh"), Op("tlbi vmalle1"), Op("dsb nsh")],
                _ => [],
            };
            Stmt[] ic = [isIcLocal ? Op("ic iallu") : Op("ic ialluis"), Op("dsb ish")];
            return
            [
                Holding(mmuLock,
                [
                    If(Is(1), IfElse(Member(g, Language.Scenarios.Member.Executable), [Permit(g, "RWX")], [Permit(g, "RW-")])),
                    If(Is(2), [.. ic, IfElse(Member(g, Language.Scenarios.Member.Writable), [Permit(g, "RWX")], [Permit(g, "R-X")])]),
                    Op("dsb ishst"), .. flush,
                ]),
            ];
        });
        var b = new ScenarioBuilder { Pcpus = 2 };
        var f = b.FrameOf("zero", before: "secret");
        var vm = b.Vm();
        b.Page(vm, f, "R--");
        b.Any(vm, "load store exec");
        b.Any(vm, "load store exec");
        return (b.Build(), policy.Build());
    }

    /// <summary>C36: a frame leaves one VM and comes to another.</summary>
    /// <param name="variant">What is executed against stale lines.</param>
    /// <param name="flush">Which TLBIs the unmap has.</param>
    public static (Scenario, Policy) Reuse(string variant, string flush = "")
    {
        var policy = new PolicyBuilder();
        var mmuLock = policy.Lock("mmu_lock");
        policy.On(HookEvent.Stage2Fault, parameters =>
        {
            var (v, g, access) = (Name(parameters[0]), Name(parameters[2]), Name(parameters[3]));
            SpecExpr isExec = Equal(access, new LiteralExpr(2, parameters[3].Type, Nowhere));
            var backing = Member(g, Language.Scenarios.Member.Backing);
            Stmt[] ic = variant == "no ic" || variant == "unmap" ? [] : [If(Equal(Field("DIC"), Number(0)), Op(variant == "local" ? "ic iallu" : "ic ialluis"), Op("dsb ish"))];
            Stmt[] make = [If(Equal(Field("FWB"), Number(0)), OpAt("dc civac", backing), Op("dsb ish")), IfElse(isExec, [.. ic, Map(g, backing, "RWX")], [Map(g, backing, variant == "RWX" ? "RWX" : "RW-")]), Op("dsb ishst")];
            Stmt[] grant = [If(isExec, [.. ic, Permit(g, "RWX"), Op("dsb ishst"), OpAt("tlbi ipas2e1", g), Op("dsb nsh"), Op("tlbi vmalle1"), Op("dsb nsh")])];
            return [Holding(mmuLock, If(NotEqual(backing, new NoneExpr(backing.Type, Nowhere)), IfElse(Not(Member(g, Language.Scenarios.Member.Mapped)), make, grant)))];
        });
        var b = new ScenarioBuilder();
        var f = b.FrameOf("code");
        var (first, second) = (b.Vm(), b.Vm());
        var g = b.Page(first, f);
        var h = b.Page(second, null, isMapped: false);
        b.Any(first, "load exec");
        b.Any(second, "load exec");
        b.Task(Holding(mmuLock,
        [
            Clear(Page(g)),
            .. flush == "none" ? [] : new[] { With(Mmu(0), Broadcast(Page(g), without: flush)) },
            Settle(Page(g)), Back(Page(g), new NoneExpr(Element(ScenarioSort.Frame, orNone: true), Nowhere)),
            .. variant == "unmap" ? new[] { Op("ic ialluis"), Op("dsb ish") } : [],
            Give(Frame(f), null), OpAt("str", Frame(f), "zero"), Give(Frame(f), Vm(second)), Back(Page(h), Frame(f)), Publish(Page(h)),
        ]));
        return (b.Build(), policy.Build());
    }
}
