namespace CoherenceCheck.Explorer;

/// <summary>Faults that tests put into the compiled code, to prove that they are caught.</summary>
internal sealed record FaultInjection
{
    /// <summary>Bits that each cell of more than one bit lacks.</summary>
    public int BitsTaken { get; init; }

    /// <summary>A rule that is left out.</summary>
    public string? DroppedRule { get; init; }

    /// <summary>A fill that does not run after rules.</summary>
    public string? DroppedFill { get; init; }

    /// <summary>Whether assignments are not checked.</summary>
    public bool NoDomainChecks { get; init; }
}
