using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Report.Simulation;

/// <summary>What random walks found of a row.</summary>
/// <param name="Row">The row: violated where some walk violated it, with the shortest of these walks as trace; else undecided.</param>
/// <param name="Runs">Walks through its cells.</param>
/// <param name="Violations">Those that violated it.</param>
/// <param name="FirstRun">The number of the walk that is shown, from 1; 0 for none.</param>
public sealed record SimulatedRow(RowResult Row, int Runs, int Violations, int FirstRun);

/// <summary>What <c>simulate</c> found. Nothing of it is exhaustive.</summary>
/// <param name="Rows">The rows, in order.</param>
/// <param name="Scenarios">The scenarios, with the rules that never fired.</param>
/// <param name="Seed">The seed that makes every choice.</param>
/// <param name="Runs">Walks that were made.</param>
/// <param name="Depth">The most steps of a walk.</param>
/// <param name="Steps">Steps over all walks.</param>
/// <param name="States">Different states, added over the systems.</param>
/// <param name="Systems">Different systems that were walked through.</param>
/// <param name="Stuck">Walks that ended because nothing was enabled.</param>
/// <param name="Diagnostics">Errors and warnings.</param>
/// <param name="Interrupted">Whether the user stopped it.</param>
/// <param name="Decider">Who decided what attributes come to.</param>
public sealed record SimulationResult(
    ImmutableArray<SimulatedRow> Rows,
    ImmutableArray<ScenarioResult> Scenarios,
    int Seed,
    int Runs,
    int Depth,
    long Steps,
    long States,
    int Systems,
    int Stuck,
    ImmutableArray<Diagnostic> Diagnostics,
    bool Interrupted,
    string Decider);
