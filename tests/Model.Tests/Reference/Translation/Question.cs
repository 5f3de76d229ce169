using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>The hardware of one question: what the machine says of its caches, and how unsettled sentences are read.</summary>
/// <param name="Dic">CTR_EL0.DIC.</param>
/// <param name="Idc">The effective IDC.</param>
/// <param name="Fwb">The effective HCR_EL2.FWB.</param>
internal sealed record HardwareChoice(bool Dic = false, bool Idc = true, bool Fwb = false)
{
    /// <summary>Reading nc_fetch_point: whether a Non-cacheable fetch may also read at the PoU.</summary>
    public bool NcFetchesAtPoU { get; init; }

    /// <summary>Reading mmuoff_wt_point: whether a Write-Through fetch may also read at the PoC.</summary>
    public bool WtFetchesAtPoC { get; init; }

    /// <summary>Reading xn_blocks_alloc.</summary>
    public bool XnBlocksAlloc { get; init; } = true;

    /// <summary>Reading dic_ic_nop: whether an IC does nothing where DIC = 1.</summary>
    public bool DicIcNop { get; init; }

    /// <summary>Reading dsb_domain = maintenance: a DSB NSH completes the DCs of its PE, too. <c>all</c>, as machine.md has it, is false.</summary>
    public bool NshCompletesCleans { get; init; } = true;

    /// <summary>Reading nc_data_hit = may_hit: a Non-cacheable load may deliver the coherent value, too.</summary>
    public bool NcDataMayHit { get; init; }

    /// <summary>Reading out_of_context_fill = yes: a vCPU that is loaded walks and fills I-caches while the host runs, as long as VTTBR is its VM's.</summary>
    public bool FillsOutOfContext { get; init; }

    /// <summary>
    /// Whether a cacheable fetch, too, may leave a clean copy in a unified cache of bare metal. translation.md 5.3.1 names a Write-Back leaf only; with M = 0 and
    /// I = 1 that takes from bare metal what attributes.md 7 lets it do, and accuses hosts whose alias does the same.
    /// </summary>
    public bool FetchesLeaveCopies { get; init; }

    /// <summary>Whether an IC does anything.</summary>
    public bool IcActs => !(Dic && DicIcNop);
}

/// <summary>A question to the reference.</summary>
/// <param name="Scenario">The bound scenario; axes count with their first value.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Property">private_translation, isolation, fresh_data, fresh_fetch or, under reading bbm = flag, break_before_make.</param>
/// <param name="Hardware">The hardware.</param>
internal sealed record Question(Scenario Scenario, Policy Policy, string Property, HardwareChoice Hardware)
{
    /// <summary>Labels of what is left out, as a row's <c>without</c> says.</summary>
    public IReadOnlySet<string> Without { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>At how many states the search gives up.</summary>
    public int MostStates { get; init; } = 1_000_000;
}

/// <summary>What came of a question.</summary>
internal enum Outcome
{
    /// <summary>No reachable step violates the property.</summary>
    Holds,

    /// <summary>Some step does.</summary>
    Violated,

    /// <summary>The bound on states was reached first.</summary>
    Undecided,
}

/// <summary>The judgements of translation.md 5.4 that an access may fail.</summary>
[Flags]
public enum Failures
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>J1: the stage-1 leaf.</summary>
    StageOne = 1,

    /// <summary>J2: the frame is somebody else's.</summary>
    Owner = 2,

    /// <summary>J3: the stage-2 leaf was withdrawn.</summary>
    StageTwo = 4,

    /// <summary>J4: the contents are somebody else's.</summary>
    Contents = 8,

    /// <summary>J4: a stale fetch.</summary>
    Fetch = 16,

    /// <summary>J4: stale data.</summary>
    Data = 32,

    /// <summary>Reading bbm = flag: another entry with the same tag and VA leads to another frame, or has another type.</summary>
    Conflict = 64,
}

/// <summary>The answer.</summary>
/// <param name="Outcome">The verdict.</param>
/// <param name="States">How many states were found.</param>
/// <param name="Length">The number of steps of a shortest counterexample, the violating one included; 0 where there is none.</param>
/// <param name="Failed">Which judgements its last step fails, of those that the property asks for.</param>
/// <param name="Trace">Its steps.</param>
internal sealed record Answer(Outcome Outcome, int States, int Length, Failures Failed, ImmutableArray<string> Trace)
{
    /// <inheritdoc/>
    public override string ToString() => Outcome == Outcome.Violated ? $"{Failed} {States}/{Length}" : $"{Outcome} {States}";
}
