using System.Collections.Immutable;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Cells;

/// <summary>One policy x registers x readings of a scenario; it stands for all configurations of its class.</summary>
public sealed class Cell
{
    internal Cell(EditedPolicy policy, ImmutableSortedSet<string> without, ImmutableArray<AxisValue> values, ConfigurationSet where)
    {
        Where = where;
        Policy = policy;
        Without = without;
        Values = values;
        Configuration = new Configuration(policy, without, values);
    }

    /// <summary>The policy.</summary>
    public EditedPolicy Policy { get; }

    /// <summary>The labels that are switched off.</summary>
    public ImmutableSortedSet<string> Without { get; }

    /// <summary>The configurations that it stands for: the model cannot tell them apart.</summary>
    public ConfigurationSet Where { get; }

    /// <summary>What the scenario's axes are in this cell, in their order.</summary>
    public ImmutableArray<AxisValue> Values { get; }

    /// <summary>What registers, readings and attributes come to.</summary>
    internal Configuration Configuration { get; }

    /// <summary>The registers in words: <c>DIC = 0, IDC = 1, FWB = 0, HCR_EL2.FB = 1 …</c>.</summary>
    public string Registers => Configuration.DescribeRegisters();

    /// <summary>The readings that are not at their defaults, in words; empty for none.</summary>
    public string Readings => Configuration.DescribeReadings();
}

/// <summary>The value of one axis in a cell.</summary>
/// <param name="Owner">The VM or vCPU that sets it, or <see langword="null"/> for the machine.</param>
/// <param name="Axis">The axis.</param>
/// <param name="Value">The value.</param>
public sealed record AxisValue(string? Owner, Axis Axis, string Value);
