using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using static CoherenceCheck.Model.Tests.Translation.Bound;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>Those in which fetches, permissions and owners of frames matter.</summary>
internal static partial class Cases
{
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

    /// <summary>C08 m4 where it matters: a page is mapped execute-never without a DC; DC and IC stand where execution is granted. The host has written the frame, guests run with their MMU off.</summary>
    /// <param name="isIcFirst">Whether the IC comes before the DC.</param>
    public static (Scenario, Policy) GrantAfterBoth(bool isIcFirst)
    {
        var policy = new PolicyBuilder();
        var mmuLock = policy.Lock("mmu_lock");
        policy.On(HookEvent.Stage2Fault, parameters =>
        {
            var g = Name(parameters[2]);
            var backing = Member(g, Language.Scenarios.Member.Backing);
            Stmt[] clean = [OpAt("dc civac", backing), Op("dsb ish")];
            Stmt[] ic = [Op("ic ialluis"), Op("dsb ish")];
            Stmt[] grant = [Permit(g, "RWX"), Op("dsb ishst"), OpAt("tlbi ipas2e1", g), Op("dsb nsh"), Op("tlbi vmalle1"), Op("dsb nsh")];
            Stmt[] make = [If(NotEqual(backing, new NoneExpr(backing.Type, Nowhere)), Map(g, backing, "RW-"), Op("dsb ishst"))];
            return [Holding(mmuLock, IfElse(Member(g, Language.Scenarios.Member.Mapped), isIcFirst ? [.. ic, .. clean, .. grant] : [.. clean, .. ic, .. grant], make))];
        });
        var b = new ScenarioBuilder { Pcpus = 2 };
        var f = b.FrameOf("secret");
        var vm = b.Vm();
        var page = b.Page(vm, null, isMapped: false);
        b.Any(vm, "exec", m: 0);
        b.Any(vm, "exec", m: 0);
        b.Task(Holding(mmuLock, [OpAt("str", Frame(f), "zero"), Give(Frame(f), Vm(vm)), Back(Page(page), Frame(f)), Publish(Page(page))]));
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
    /// <param name="count">How many vCPUs the second VM has, and how many pCPUs there are.</param>
    public static (Scenario, Policy) Reuse(string variant, string flush = "", int count = 1)
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
        var b = new ScenarioBuilder { Pcpus = count };
        var f = b.FrameOf("code");
        var (first, second) = (b.Vm(), b.Vm());
        var g = b.Page(first, f);
        var h = b.Page(second, null, isMapped: false);
        b.Any(first, "load exec");
        for (var v = 0; v < count; v++)
        {
            b.Any(second, "load exec");
        }

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
