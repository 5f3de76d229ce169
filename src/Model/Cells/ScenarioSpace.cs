using System.Collections.Immutable;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Cells;

/// <summary>The configurations of a scenario: a dimension for each of its axes, those of the machine first.</summary>
internal sealed class ScenarioSpace
{
    private readonly ImmutableArray<(string? Owner, Axis Axis)> _axes;

    public ScenarioSpace(Scenario scenario, Func<ImmutableArray<Dimension>, ConfigurationSpace> spaceOf)
    {
        _axes = AxesOf(scenario);
        Space = spaceOf(DimensionsOf(scenario));
    }

    public ConfigurationSpace Space { get; }

    public static ImmutableArray<Dimension> DimensionsOf(Scenario scenario) =>
        [.. AxesOf(scenario).Select(axis => new Dimension(NameOf(axis.Owner, axis.Axis.Name), axis.Axis.Values))];

    /// <summary>The name of a dimension, as row conditions write it.</summary>
    public static string NameOf(string? owner, string name) => owner is null ? name : $"{owner}.{name}";

    /// <summary>What the axes are in a configuration.</summary>
    public ImmutableArray<AxisValue> ValuesIn(ImmutableArray<int> configuration) =>
        [.. _axes.Select((axis, i) => new AxisValue(axis.Owner, axis.Axis, axis.Axis.Values[configuration[i]]))];

    private static ImmutableArray<(string? Owner, Axis Axis)> AxesOf(Scenario scenario) =>
    [
        .. scenario.Machine.Axes.Select(axis => ((string?)null, axis)),
        .. scenario.Machine.PcpuAxes.SelectMany((own, p) => own.Select(axis => ((string?)scenario.Machine.Pcpus[p], axis))),
        .. scenario.Vms.SelectMany(vm => vm.Axes.Select(axis => ((string?)vm.Name, axis))),
        .. scenario.Vcpus.SelectMany(vcpu => vcpu.Axes.Select(axis => ((string?)vcpu.Name, axis))),
        .. scenario.Vms.SelectMany(vm => vm.Pages).SelectMany(page => page.Axes.Select(axis => ((string?)page.Name, axis))),
    ];
}
