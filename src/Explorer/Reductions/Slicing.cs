namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Parts of a system that are left out because they do not matter to what is asked. None changes a verdict or a shortest depth.</summary>
[Flags]
internal enum Slicing
{
    /// <summary>Nothing is left out.</summary>
    None = 0,

    /// <summary>Variables on which nothing that is asked depends, and rules and fills that do no more than write them.</summary>
    Components = 1,

    /// <summary>Values that are written again before anything reads them.</summary>
    DeadCells = 2,

    /// <summary>All of them.</summary>
    All = Components | DeadCells,
}

/// <summary>Faults that tests put into slicing, to prove that they are caught.</summary>
internal sealed record SlicerFaults
{
    /// <summary>No fault.</summary>
    public static SlicerFaults None { get; } = new();

    /// <summary>Whether what guards read counts for nothing.</summary>
    public bool ForgetsGuards { get; init; }

    /// <summary>Whether assignments are thought to stay in their domains, and failures are dropped.</summary>
    public bool ForgetsErrors { get; init; }

    /// <summary>Whether what fills read counts for nothing.</summary>
    public bool ForgetsFills { get; init; }

    /// <summary>Whether a cell is thought to be dead where only a later step reads it.</summary>
    public bool ForgetsEdges { get; init; }
}
