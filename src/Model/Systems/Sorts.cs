using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>The sorts of a model: what there is of each kind in the scenario.</summary>
internal sealed class Sorts
{
    private readonly ImmutableArray<int>? _icacheOf;
    private readonly ImmutableArray<int>? _tlbOf;
    private readonly ImmutableArray<int> _ownPe;

    public Sorts(Shape shape)
    {
        var scenario = shape.Scenario;
        var vcpus = scenario.Vcpus.Select(vcpu => vcpu.Name).ToImmutableArray();
        Vcpu = new Sort("vcpu", vcpus);
        Vm = new Sort("vm", [.. scenario.Vms.Select(vm => vm.Name)]);
        Mmu = new Sort("mmu", [.. scenario.Vms.SelectMany(vm => vm.Mmus)]);
        Pcpu = new Sort("pcpu", shape.IsBareMetal ? [.. vcpus.Select(name => "PE-" + name)] : scenario.Machine.Pcpus);
        _ownPe = [.. scenario.Tasks.Where(task => (task.Pcpu is null && task.MovesOver.IsEmpty) || shape.IsBareMetal).Select(task => task.Number)];
        Pe = _ownPe.IsEmpty ? Pcpu : new Sort("pe", [.. Pcpu.Elements, .. _ownPe.Select(task => scenario.Tasks[task].Name)]);
        var shared = !shape.IsBareMetal && scenario.Machine.IcacheGroups.Distinct().Count() < Pcpu.Size;
        _icacheOf = shared ? scenario.Machine.IcacheGroups : null;
        Icache = shared ? new Sort("icache", [.. Enumerable.Range(0, _icacheOf!.Value.Max() + 1).Select(IcacheName)]) : Pcpu;
        var sharesTlb = !shape.IsBareMetal && scenario.Machine.TlbGroups.Distinct().Count() < scenario.Machine.TlbGroups.Length;
        _tlbOf = sharesTlb ? scenario.Machine.TlbGroups : null;
        Tlb = sharesTlb ? new Sort("tlb", [.. Enumerable.Range(0, _tlbOf!.Value.Max() + 1).Select(group => string.Join('+', Pcpu.Elements.Where((_, p) => _tlbOf.Value[p] == group)))]) : Pcpu;
        Vmid = new Sort("vmid", [.. Enumerable.Range(1, scenario.Machine.Vmids ?? scenario.Vms.Sum(vm => vm.Mmus.Length)).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        Line = new Sort("line", shape.LineNames);
        Version = new Sort("version", shape.IsTracked ? ["it", "other"] : [.. shape.Values]);
        Tracked = shape.IsTracked ? new Sort("tracked", ["it"]) : Version;
        Mode = new Sort("sctlr", [.. Enumerable.Range(0, shape.ModeCount).Select(i => "mode" + i)]);
        Frame = new Sort("frame", [.. scenario.Frames.Select(frame => frame.Name)]);
        Page = new Sort("page", [.. scenario.Vms.SelectMany(vm => vm.Pages.Select(page => page.Name)).DefaultIfEmpty("-")]);
        IsTracked = shape.IsTracked;
    }

    /// <summary>Whether one version is followed and all others are "other".</summary>
    public bool IsTracked { get; }

    public Sort Vcpu { get; }

    public Sort Vm { get; }

    public Sort Mmu { get; }

    public Sort Pcpu { get; }

    /// <summary>What can own pending maintenance: the pCPUs, and the CPUs of tasks that have one of their own.</summary>
    public Sort Pe { get; }

    public Sort Icache { get; }

    /// <summary>The TLBs: one for each pCPU, unless several share one.</summary>
    public Sort Tlb { get; }

    /// <summary>The VMIDs that guests may have: from 1.</summary>
    public Sort Vmid { get; }

    public Sort Line { get; }

    public Sort Version { get; }

    /// <summary>The versions that sets hold: all of them, or the tracked one alone.</summary>
    public Sort Tracked { get; }

    /// <summary>The SCTLR_EL1 values that a vCPU may have.</summary>
    public Sort Mode { get; }

    public Sort Frame { get; }

    public Sort Page { get; }

    /// <summary>A set of versions.</summary>
    public Domain Versions => new Domain.Subset(Tracked);

    /// <summary>A truth value.</summary>
    public static Domain Truth { get; } = new Domain.Range(0, 1);

    /// <summary>The set that holds every version: also the value of an open set that constrains nothing.</summary>
    public Expr Full => Ex.Const(Tracked.FullMask);

    /// <summary>The set of one version; empty for versions that are not tracked.</summary>
    public Expr Only(Expr version) => IsTracked ? Ex.Eq(version, 0) : Ex.Singleton(version);

    /// <summary>The number of the PE that a task runs on: its pCPU, or one of its own.</summary>
    public int? PeOf(HostTask task) => _ownPe.IndexOf(task.Number) is >= 0 and var own ? Pcpu.Size + own : task.Pcpu;

    /// <summary>The sort of what a spec calls so.</summary>
    public Sort Of(ScenarioSort sort) => sort switch
    {
        ScenarioSort.Pcpu => Pcpu,
        ScenarioSort.Vcpu => Vcpu,
        ScenarioSort.Vm => Vm,
        ScenarioSort.Mmu => Mmu,
        ScenarioSort.Page => Page,
        ScenarioSort.Frame => Frame,
        ScenarioSort.Vmid => Vmid,
        _ => throw new InvalidOperationException($"No sort for {sort}."),
    };

    /// <summary>The name of the variable that is a lock.</summary>
    public static string NameOf(PolicyLock held) => "lock." + held.Name;

    /// <summary>The number of the I-cache that a pCPU uses.</summary>
    public int NumberOfIcache(int pcpu) => _icacheOf is { } shared ? shared[pcpu] : pcpu;

    /// <summary>The first of the pCPUs that use an I-cache.</summary>
    public int FirstOfIcache(int icache) => Enumerable.Range(0, Pcpu.Size).First(pcpu => NumberOfIcache(pcpu) == icache);

    /// <summary>The I-cache that a pCPU uses.</summary>
    public Expr IcacheOf(Expr pcpu) => _icacheOf is null ? pcpu : Table(pcpu, i => _icacheOf.Value[i], Pcpu.Size);

    /// <summary>The number of the TLB that a pCPU uses.</summary>
    public int NumberOfTlb(int pcpu) => _tlbOf is { } shared ? shared[pcpu] : pcpu;

    /// <summary>The TLB that a pCPU uses.</summary>
    public Expr TlbOf(Expr pcpu) => _tlbOf is null ? pcpu : Table(pcpu, i => _tlbOf.Value[i], Pcpu.Size);

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
}
