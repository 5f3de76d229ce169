namespace CoherenceCheck.Report;

/// <summary>Why <em>holds</em> says less of a row than it seems to.</summary>
public enum FindingKind
{
    /// <summary>Wherever somebody fetched, bare metal could have shown everything that the line has held.</summary>
    NothingPromised,

    /// <summary>What the row leaves out, replaces, moves or calls needless is nothing that its property judges.</summary>
    NotJudged,

    /// <summary>Bare metal was allowed more than it may show, so that a violation may be missed.</summary>
    Widened,

    /// <summary>A guest never ran, a page was never fetched, a handler was never reached.</summary>
    NeverReached,

    /// <summary>An access of a guest faults at stage 2 again and again, and is never let through.</summary>
    Livelock,

    /// <summary>Whether one of these is so is not known: a limit was hit.</summary>
    NotKnown,
}

/// <summary>Something that a reader must know of a row that holds.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Message">What is so, and what to do about it.</param>
public sealed record RowFinding(string Code, FindingKind Kind, string Message)
{
    /// <summary>Its name in reports for programs.</summary>
    public string Name => Kind switch
    {
        FindingKind.NothingPromised => "nothing_promised",
        FindingKind.NotJudged => "not_judged",
        FindingKind.Widened => "widened",
        FindingKind.NeverReached => "never_reached",
        FindingKind.Livelock => "livelock",
        _ => "not_known",
    };

    /// <summary>Whether a row with it holds whatever the policy does.</summary>
    public bool IsVacuous => Kind is FindingKind.NothingPromised or FindingKind.NeverReached;

    /// <summary>The word that stands with the verdict.</summary>
    public string Word => Kind switch
    {
        FindingKind.NothingPromised or FindingKind.NeverReached => "vacuous",
        FindingKind.NotJudged => "not judged",
        FindingKind.Widened => "widened",
        FindingKind.Livelock => "livelock",
        _ => "vacuous?",
    };

    /// <summary>It in one line, its code in front.</summary>
    public override string ToString() => $"{Code}: {Message}";
}
