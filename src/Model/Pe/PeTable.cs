using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Pe.InOrder;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model.Pe;

/// <summary>A PE model that can be built.</summary>
/// <param name="Name">Its name in specs; <see cref="PeModels"/> describes it.</param>
/// <param name="Pipeline">Its pipeline.</param>
/// <param name="Model">The model, given the parts that the pipeline is one of.</param>
/// <param name="ByAddress">The model where accesses go by address.</param>
internal sealed record PeRow(string Name, Func<FetchSources, Pipeline> Pipeline, Func<PeSurroundings, LineParts, PeModel> Model, Func<PeSurroundings, AddressParts, Faults, PeModel> ByAddress);

/// <summary>What a PE model issues to.</summary>
/// <param name="Shape">What the scenario needs.</param>
/// <param name="Sorts">Its sorts.</param>
/// <param name="Declarations">Takes variables.</param>
/// <param name="Versions">Which version is stored or delivered.</param>
/// <param name="Power">Which pCPUs are offline.</param>
internal sealed record PeSurroundings(Shape Shape, Sorts Sorts, Declarations Declarations, VersionChoices Versions, Power Power);

/// <summary>The PE models: a row each.</summary>
internal static class PeTable
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<PeRow> All { get; } =
    [
        new(PeModels.InOrder, sources => new InOrderPipeline(sources), (surroundings, parts) => new LinePe(surroundings, parts), (surroundings, parts, faults) => new AddressPe(surroundings, parts, faults)),
    ];

    /// <summary>The row of a name.</summary>
    /// <exception cref="InvalidOperationException">There is none: the binder refuses what is not modelled.</exception>
    public static PeRow Of(string name) => All.FirstOrDefault(row => row.Name == name) ?? throw new InvalidOperationException($"There is no PE model '{name}'.");
}
