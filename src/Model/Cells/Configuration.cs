using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
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
        _policySettings = SettingsOf(policy, without);
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

    /// <summary>What a policy sets; of a field that it sets twice, the last counts.</summary>
    public static ImmutableArray<PolicySetting> SettingsOf(EditedPolicy policy, ImmutableSortedSet<string> without) =>
        [.. policy.Policy.Settings.Where(setting => setting.Label is null || !without.Contains(setting.Label)), .. policy.With];

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
                MemAttr = Convert.ToInt32(PageValue(page, PageFields.MemAttr) ?? Observables.Encoding(page.Type, registers.Fwb), 2),
            };
        }

        return new LineAccess(
            AccessBehaviour.Fetch(input, bareMetal || (page.Executable && PageValue(page, PageFields.ExecuteNever) != "1"), registers),
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

    private Dictionary<string, string> Fields(string? owner) => _values
        .Where(value => !value.Axis.IsReading && value.Owner == owner)
        .ToDictionary(value => value.Axis.Name, value => value.Value, StringComparer.Ordinal);

    /// <summary>What a page's axis says, or <see langword="null"/> where it has none.</summary>
    private string? PageValue(Page page, string axis) => _values.FirstOrDefault(value => value.Owner == page.Name && value.Axis.Name == axis)?.Value;

    private static long Number(string field, string value)
    {
        return FieldRegistry.ValuesOf(field).IndexOf(value, 0, StringComparer.Ordinal);
    }
}
