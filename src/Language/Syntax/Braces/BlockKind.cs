namespace CoherenceCheck.Language.Syntax.Braces;

/// <summary>What stands between two braces, as far as the words before them tell.</summary>
internal enum BlockKind
{
    /// <summary>The file itself.</summary>
    File,
    Policy,
    Scenario,
    Machine,
    Frame,
    Vm,
    Expect,

    /// <summary>Settings of a profile, pCPU or vCPU.</summary>
    Settings,

    /// <summary>Statements.</summary>
    Body,

    /// <summary>Names: <c>on {P0, P1}</c>, <c>any { fetch isb }</c>.</summary>
    Names,

    /// <summary>A set in an expression, or nothing known.</summary>
    Other,
}

/// <summary>A brace that is open.</summary>
/// <param name="Brace">The number of its token.</param>
/// <param name="Head">The number of the token that its statement begins with.</param>
/// <param name="Kind">What stands in it.</param>
/// <param name="Indent">The indentation of its statement.</param>
internal sealed record Block(int Brace, int Head, BlockKind Kind, int Indent)
{
    /// <summary>Whether its first line is indented further than its statement: else indentation says nothing.</summary>
    public bool IsIndented { get; init; }
}
