using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model.Cells;

/// <summary>The registers and readings of a cell, and what they come to.</summary>
internal sealed class Configuration
{
    private readonly ImmutableArray<AxisValue> _values;
    private readonly MachineRegisters _registers;
    private readonly ReadingSet _readings;
    private readonly Func<ConfigurationPoint> _point;
    private readonly ImmutableArray<PolicySetting> _policySettings;

    public Configuration(EditedPolicy policy, ImmutableSortedSet<string> without, ImmutableArray<AxisValue> values)
    {
        _values = values;
        _readings = values.Where(value => value.Axis.IsReading).Aggregate(ReadingSet.InOrder, (set, value) => set.With(value.Axis.Name, value.Value));
        _policySettings = SettingsOf(policy, without);
        var machine = Fields(null);
        var fields = _policySettings.GroupBy(setting => setting.Field, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal);
        _registers = new MachineRegisters(machine, fields, _readings);
        var named = values.ToDictionary(value => ScenarioSpace.NameOf(value.Owner, value.Axis.Name), value => value.Value, StringComparer.Ordinal);
        _point = () => new ConfigurationPoint(fields, named.GetValueOrDefault);
    }

    /// <summary>The configuration, to be asked for observables.</summary>
    public ConfigurationPoint Point => _point();

    /// <summary>What a policy sets; of a field that it sets twice, the last counts.</summary>
    public static ImmutableArray<PolicySetting> SettingsOf(EditedPolicy policy, ImmutableSortedSet<string> without) =>
        [.. policy.Policy.Settings.Where(setting => setting.Label is null || !without.Contains(setting.Label)), .. policy.With];

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
    public string DescribeMode(VcpuModes modes, int mode) => modes
        .In(mode, sctlr => Seen.Of(sctlr.M).With(Seen.Of(sctlr.C).With(Seen.Of(sctlr.I), (c, i) => (c, i)), (m, rest) => (M: m, C: rest.c, I: rest.i)))
        .In(Point) switch
    {
        ("1", "1", "1") => "MMU on",
        ("1", var c, var i) => $"MMU on, C = {c}, I = {i}",
        ("0", _, "1") => "MMU off, I = 1",
        _ => "MMU off",
    };

    private Dictionary<string, string> Fields(string? owner) => _values
        .Where(value => !value.Axis.IsReading && value.Owner == owner)
        .ToDictionary(value => value.Axis.Name, value => value.Value, StringComparer.Ordinal);
}
