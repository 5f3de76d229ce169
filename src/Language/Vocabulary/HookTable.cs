using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Vocabulary;

/// <summary>When a handler runs.</summary>
public enum HookEvent
{
    /// <summary>A vCPU is loaded on a pCPU (KVM: kvm_arch_vcpu_load).</summary>
    VcpuLoad,

    /// <summary>Just before the ERET into the guest.</summary>
    GuestEntry,

    /// <summary>Just after an exception took the pCPU from the guest to the host.</summary>
    GuestExit,

    /// <summary>A vCPU is put (KVM: kvm_arch_vcpu_put).</summary>
    VcpuPut,

    /// <summary>The host's switch away from the vCPU's thread (arm64: __switch_to).</summary>
    SwitchOut,

    /// <summary>An access that stage 2 does not allow has taken the pCPU to the host (KVM: kvm_handle_guest_abort).</summary>
    Stage2Fault,

    /// <summary>A write of SCTLR_EL1 has (HCR_EL2.TVM; KVM: access_vm_reg).</summary>
    SysregWrite,

    /// <summary>Maintenance by set/way has (KVM: access_dcsw).</summary>
    SetWay,

    /// <summary>Maintenance of a guest has (HCR_EL2.TOCU, TICAB, TTLB).</summary>
    Maintenance,

    /// <summary>A vCPU is loaded for the first time, or for the first time since it was reset.</summary>
    VcpuInit,

    /// <summary>A guest goes on under another of its VM's stage-2 contexts (KVM: kvm_emulate_nested_eret, and back at an exception to the guest hypervisor).</summary>
    MmuSwitch,

    /// <summary>A pCPU has come online, before anything else runs there (Linux: CPUHP_AP_KVM_ONLINE, kvm_arch_enable_virtualization_cpu).</summary>
    CpuUp,
}

/// <summary>An event of the hypervisor that handlers run on.</summary>
/// <param name="Event">The event.</param>
/// <param name="Name">Its name in specs.</param>
/// <param name="Parameters">What its handlers are told, in order.</param>
public sealed record HookRow(HookEvent Event, string Name, ImmutableArray<HookParameter> Parameters)
{
    /// <summary>How many of them a handler has to name: the vCPU, where there is one, and the pCPU.</summary>
    public int FewestParameters => Math.Min(2, Parameters.Length);

    /// <summary>Whether an instruction of the guest has trapped, which <c>complete</c> performs.</summary>
    public bool IsTrap { get; init; }
}

/// <summary>What a handler is told.</summary>
/// <param name="Name">A name for it, as hints write it.</param>
/// <param name="What">What it is, in words.</param>
/// <param name="Type">Its type.</param>
public sealed record HookParameter(string Name, string What, SpecType Type);

/// <summary>The one table of events: a row each. Who raises one is the host of the model.</summary>
public static class HookTable
{
    /// <summary>What an access may be, for <c>s2_fault</c>.</summary>
    public static ImmutableArray<string> Accesses { get; } = ["read", "write", "exec"];

    /// <summary>Why stage 2 does not allow it: there is no leaf, or its permissions forbid it.</summary>
    public static ImmutableArray<string> FaultKinds { get; } = ["translation", "permission"];

    /// <summary>The fields of SCTLR_EL1 whose writes trap, for <c>sysreg_write</c>.</summary>
    public static ImmutableArray<string> SctlrFields { get; } = ["M", "C", "I"];

    /// <summary>The maintenance that may trap, for <c>maintenance</c>.</summary>
    public static ImmutableArray<string> TrappedMaintenance { get; } = ["dc", "ic", "tlbi"];

    private static readonly ImmutableArray<HookParameter> Place =
        [new("v", "the vCPU", new SpecType.Element(ScenarioSort.Vcpu, OrNone: false)), new("p", "the pCPU", new SpecType.Element(ScenarioSort.Pcpu, OrNone: false))];

    /// <summary>The events.</summary>
    public static ImmutableArray<HookRow> All { get; } =
    [
        new(HookEvent.VcpuLoad, "vcpu_load", Place),
        new(HookEvent.GuestEntry, "guest_entry", Place),
        new(HookEvent.GuestExit, "guest_exit", Place),
        new(HookEvent.VcpuPut, "vcpu_put", Place),
        new(HookEvent.SwitchOut, "switch_out", Place),
        new(HookEvent.Stage2Fault, "s2_fault",
        [
            .. Place, new("g", "the page", new SpecType.Element(ScenarioSort.Page, OrNone: false)),
            new("access", "the access (read, write or exec)", new SpecType.Names(Accesses)), new("kind", "the kind of the fault (translation or permission)", new SpecType.Names(FaultKinds)),
        ]),
        new(HookEvent.SysregWrite, "sysreg_write",
        [
            .. Place, new("field", "the field (M, C or I)", new SpecType.Names(SctlrFields)), new("old", "its value before", new SpecType.Int(0, 1)), new("new", "its value after", new SpecType.Int(0, 1)),
        ])
        { IsTrap = true },
        new(HookEvent.SetWay, "set_way", Place) { IsTrap = true },
        new(HookEvent.Maintenance, "maintenance", [.. Place, new("op", "the operation (dc, ic or tlbi)", new SpecType.Names(TrappedMaintenance))]) { IsTrap = true },
        new(HookEvent.VcpuInit, "vcpu_init", Place),
        new(HookEvent.MmuSwitch, "mmu_switch",
        [
            .. Place, new("old", "the stage-2 context before", new SpecType.Element(ScenarioSort.Mmu, OrNone: false)), new("new", "the one after", new SpecType.Element(ScenarioSort.Mmu, OrNone: false)),
        ])
        { IsTrap = true },
        new(HookEvent.CpuUp, "cpu_up", Place[1..]),
    ];

    /// <summary>The row of an event.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    public static HookRow Of(HookEvent hookEvent) =>
        All.FirstOrDefault(row => row.Event == hookEvent) ?? throw new ArgumentException($"Event {hookEvent} has no row.", nameof(hookEvent));

    /// <summary>The row of a name, or <see langword="null"/>.</summary>
    public static HookRow? Find(string name) => All.FirstOrDefault(row => row.Name == name);
}
