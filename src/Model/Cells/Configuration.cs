using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Construction;

namespace CoherenceCheck.Model.Cells;

/// <summary>The registers and readings of a cell, and what they come to.</summary>
internal sealed class Configuration
{
    private readonly Scenario _scenario;
    private readonly ImmutableArray<AxisValue> _values;
    private readonly MachineRegisters _registers;
    private readonly ImmutableArray<MachineRegisters> _told;
    private readonly ReadingSet _readings;
    private readonly ImmutableArray<PolicySetting> _policySettings;

    public Configuration(Scenario scenario, EditedPolicy policy, ImmutableSortedSet<string> without, ImmutableArray<AxisValue> values)
    {
        _scenario = scenario;
        _values = values;
        _readings = values.Where(value => value.Axis.IsReading).Aggregate(ReadingSet.InOrder, (set, value) => set.With(value.Axis.Name, value.Value));
        _policySettings = [.. policy.Policy.Settings.Where(setting => setting.Label is null || !without.Contains(setting.Label)), .. policy.With];
        var machine = Fields(null);
        _registers = new MachineRegisters(
            machine,
            _policySettings.GroupBy(setting => setting.Field, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal),
            _readings);
        _told = [.. scenario.Vms.Select(vm => MachineRegisters.Told(machine, Fields(vm.Name), _readings))];
        Machine = CacheBehaviour.Of(_registers);
    }

    /// <summary>The caches of the machine.</summary>
    public CacheBehaviour Machine { get; }

    public bool OneInstant => _readings.Is("ic_instant", "global_drain");

    public bool IalluBroadcasts => _readings.Is("ic_iallu_scope", "broadcast");

    public bool ForcesBroadcast => _registers.Fb;

    public bool UpgradesBarriers => _registers.UpgradesBarriers;

    /// <summary>The caches that a VM is told of.</summary>
    public CacheBehaviour ToldTo(int vm) => CacheBehaviour.Of(_told[vm]);

    /// <summary>The first legality constraint that the cell violates, or <see langword="null"/>.</summary>
    public string? Illegal()
    {
        var violated = Legality.Violated(_registers).FirstOrDefault();
        if (violated is not null)
        {
            return $"{violated.Sentence} ({violated.Id}, {violated.Source})";
        }

        for (var vm = 0; vm < _told.Length; vm++)
        {
            if (Legality.Violated(_told[vm]).FirstOrDefault() is { } told)
            {
                return $"{told.Sentence}, for what {_scenario.Vms[vm].Name} is told ({told.Id}, {told.Source})";
            }
        }

        return null;
    }

    /// <summary>Whether the cell is one of those that a condition speaks of.</summary>
    public bool Satisfies(RowCondition condition) => condition.Values.Contains(ValueOf(condition), StringComparer.Ordinal);

    /// <summary>Whether a field of SCTLR_EL1 is 1 when a vCPU starts: as set; else M is 0 as at reset, C and I are as M.</summary>
    public bool Initially(Vcpu vcpu, string field)
    {
        var set = _values.FirstOrDefault(value => value.Owner == vcpu.Name && value.Axis.Name == field);
        return set is not null ? set.Value == "1" : field != "SCTLR_EL1.M" && Initially(vcpu, "SCTLR_EL1.M");
    }

    /// <summary>How a vCPU reaches a line: on the machine under stage 2, or on bare metal by its own stage 1 alone.</summary>
    public LineAccess OnMachine(Vcpu vcpu, Page page, int line, (bool M, bool C, bool I) mode, bool bareMetal)
    {
        var registers = bareMetal ? _told[vcpu.Vm] : _registers;
        var input = new AttributeInput
        {
            Access = AccessKind.Fetch,
            SctlrM = mode.M,
            SctlrC = mode.C,
            SctlrI = mode.I,
            Stage1 = MemoryType.Of(vcpu.NonCacheableLines.Contains(line) ? MemoryClass.NonCacheable : MemoryClass.WriteBack),
        };
        if (!bareMetal)
        {
            input = input with
            {
                HcrVm = true,
                HcrDc = registers.Dc,
                HcrCd = registers.Cd,
                HcrId = registers.Id,
                Fwb = registers.Fwb,
                MemAttr = MemAttr(page.Type, registers.Fwb),
            };
        }

        return new LineAccess(
            AccessBehaviour.Fetch(input, bareMetal || page.Executable, registers),
            AccessBehaviour.Data(input, registers),
            registers);
    }

    /// <summary>A machine field as a number, for expressions: a bit or level as it is, other values by their position.</summary>
    public long FieldNumber(string field) => Number(field, _registers.Get(field));

    /// <summary>The same for what a VM is told.</summary>
    public long ToldNumber(int vm, string field) => Number(field, _told[vm].Get(field));

    public string DescribeRegisters()
    {
        var parts = new List<string> { $"DIC = {_registers.Get("DIC")}", $"IDC = {_registers.Get("IDC")}" };
        if (_registers.HasFwb)
        {
            parts.Add($"FWB = {_registers.Get("FWB")}");
        }

        foreach (var value in _values.Where(value => !value.Axis.IsReading && value.Owner is null
            && value.Axis.Name is not ("CTR_EL0.DIC" or "CTR_EL0.IDC" or "HCR_EL2.FWB")))
        {
            parts.Add($"{value.Axis.Name} = {value.Value}");
        }

        foreach (var setting in _policySettings.Where(setting => setting.Field != "HCR_EL2.FWB").Select(setting => setting.Field).Distinct(StringComparer.Ordinal))
        {
            parts.Add($"{setting} = {_registers.Get(setting)}");
        }

        foreach (var value in _values.Where(value => value.Owner is not null))
        {
            parts.Add($"{value.Owner}.{value.Axis.Name} = {value.Value}");
        }

        return string.Join(", ", parts.Distinct(StringComparer.Ordinal));
    }

    public string DescribeReadings() => string.Join(", ", ReadingRegistry.All
        .Where(reading => _readings[reading.Info.Name] != reading.InOrderDefault)
        .Select(reading => $"{reading.Info.Name} = {_readings[reading.Info.Name]}"));

    /// <summary>A vCPU's mode in words.</summary>
    public string DescribeMode(Vcpu vcpu, VcpuModes modes, int mode)
    {
        var (m, c, i) = modes.Fields(mode, field => Initially(vcpu, field));
        return (m, c, i) switch
        {
            (true, true, true) => "MMU on",
            (true, _, _) => $"MMU on, C = {(c ? 1 : 0)}, I = {(i ? 1 : 0)}",
            (false, _, true) => "MMU off, I = 1",
            _ => "MMU off",
        };
    }

    private string ValueOf(RowCondition condition)
    {
        if (condition.Owner is { } owner)
        {
            if (_scenario.Vcpus.FirstOrDefault(vcpu => vcpu.Name == owner) is { } vcpu)
            {
                return Initially(vcpu, condition.Name) ? "1" : "0";
            }

            return _told[_scenario.Vms.First(vm => vm.Name == owner).Number].Get(condition.Name);
        }

        return ReadingRegistry.All.Any(reading => reading.Info.Name == condition.Name) ? _readings[condition.Name] : _registers.Get(condition.Name);
    }

    private Dictionary<string, string> Fields(string? owner) => _values
        .Where(value => !value.Axis.IsReading && value.Owner == owner)
        .ToDictionary(value => value.Axis.Name, value => value.Value, StringComparer.Ordinal);

    /// <summary>The stage-2 encodings of KVM (arch/arm64/include/asm/memory.h): memory 1111, with FWB 110; Non-cacheable 0101; Device-nGnRE 0001.</summary>
    private static int MemAttr(PageType type, bool fwb) => type switch
    {
        PageType.WriteBack => fwb ? 0b0110 : 0b1111,
        PageType.NonCacheable => 0b0101,
        _ => 0b0001,
    };

    private static long Number(string field, string value)
    {
        var values = FieldRegistry.All.First(known => known.Name == field).Values;
        return values.IndexOf(value, 0, StringComparer.Ordinal);
    }
}
