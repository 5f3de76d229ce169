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
}

/// <summary>An event of the hypervisor that handlers run on.</summary>
/// <param name="Event">The event; <see langword="null"/> for one that is not modelled yet.</param>
/// <param name="Name">Its name in specs.</param>
/// <param name="Parameters">What its handlers are told, in order.</param>
public sealed record HookRow(HookEvent? Event, string Name, ImmutableArray<ScenarioSort> Parameters);

/// <summary>The one table of events: a row each. Who raises one is the host of the model.</summary>
public static class HookTable
{
    /// <summary>The events, those that are not modelled yet at the end.</summary>
    public static ImmutableArray<HookRow> All { get; } =
    [
        new(HookEvent.VcpuLoad, "vcpu_load", [ScenarioSort.Vcpu, ScenarioSort.Pcpu]),
        new(HookEvent.GuestEntry, "guest_entry", [ScenarioSort.Vcpu, ScenarioSort.Pcpu]),
        new(HookEvent.GuestExit, "guest_exit", [ScenarioSort.Vcpu, ScenarioSort.Pcpu]),
        new(HookEvent.VcpuPut, "vcpu_put", [ScenarioSort.Vcpu, ScenarioSort.Pcpu]),
        new(HookEvent.SwitchOut, "switch_out", [ScenarioSort.Vcpu, ScenarioSort.Pcpu]),
        new(null, "s2_fault", []),
        new(null, "sysreg_write", []),
        new(null, "set_way", []),
        new(null, "vcpu_init", []),
        new(null, "mmu_switch", []),
        new(null, "cpu_up", []),
    ];

    /// <summary>The row of an event.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    public static HookRow Of(HookEvent hookEvent) =>
        All.FirstOrDefault(row => row.Event == hookEvent) ?? throw new ArgumentException($"Event {hookEvent} has no row.", nameof(hookEvent));

    /// <summary>The row of a name, or <see langword="null"/>.</summary>
    public static HookRow? Find(string name) => All.FirstOrDefault(row => row.Name == name);
}
