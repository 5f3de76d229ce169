using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>A column of a panel.</summary>
/// <param name="Panel">The panel's name.</param>
/// <param name="Column">The column's number.</param>
public readonly record struct PanelPlace(string Panel, int Column);

/// <summary>Something about a step that a reader should see.</summary>
public abstract record Note
{
    /// <summary>It in a sentence.</summary>
    public abstract string Text { get; }

    /// <summary>The panel and the column that it is about, if any.</summary>
    public virtual PanelPlace? Place => null;

    /// <summary>Whether it says what the row's edits make of the text: then its step is shown, needed or not.</summary>
    public virtual bool IsOfRow => false;

    /// <inheritdoc/>
    public sealed override string ToString() => Text;
}

/// <summary>Which version a trace follows, where it follows one of many.</summary>
/// <param name="Version">Its name.</param>
/// <param name="Others">What all others are called.</param>
public sealed record Followed(string Version, string Others) : Note
{
    /// <inheritdoc/>
    public override string Text => $"one version is followed: {Version}, all others are {Others}";
}

/// <summary>A structure holds something more.</summary>
/// <param name="Structure">The structure: <c>P0 I-cache</c>.</param>
/// <param name="Of">What of it changed: a line.</param>
/// <param name="Values">What it holds more.</param>
/// <param name="Source">Who brought it, and where from; <see langword="null"/> where that is not known.</param>
/// <param name="Shown">Where it is shown.</param>
public sealed record Filled(string Structure, string Of, string Values, FillSource? Source, PanelPlace Shown) : Note
{
    /// <summary>What stands between what changed and what it holds.</summary>
    public string Joint { get; init; } = " = ";

    /// <summary>Of a TLB, the walk by which it came, where that had begun for another guest.</summary>
    public string? Walk { get; init; }

    /// <inheritdoc/>
    public override string Text => $"{Structure}: {Of}{Joint}{Values}{(Source is null ? "" : $", filled {Source}")}{(Walk is null ? "" : $", by {Walk}")}";

    /// <inheritdoc/>
    public override PanelPlace? Place => Shown;
}

/// <summary>A structure holds something no longer.</summary>
/// <param name="Structure">The structure.</param>
/// <param name="Of">What of it changed.</param>
/// <param name="Values">What it holds no longer.</param>
/// <param name="Shown">Where it is shown.</param>
public sealed record Emptied(string Structure, string Of, string Values, PanelPlace Shown) : Note
{
    /// <summary>What stands between what changed and what it held, where the two are said together.</summary>
    public string? Joint { get; init; }

    /// <inheritdoc/>
    public override string Text => Joint is null ? $"{Structure}: {Of} no longer {Values}" : $"{Structure}: no longer {Of}{Joint}{Values}";

    /// <inheritdoc/>
    public override PanelPlace? Place => Shown;
}

/// <summary>A structure was emptied, and holds at once again what it held.</summary>
/// <param name="Structure">The structure.</param>
/// <param name="Of">What of it.</param>
/// <param name="Values">What it holds.</param>
/// <param name="Source">Who brought it back, and where from.</param>
/// <param name="Shown">Where it is shown.</param>
public sealed record Refilled(string Structure, string Of, string Values, FillSource? Source, PanelPlace Shown) : Note
{
    /// <summary>Of a TLB, from where it came back.</summary>
    public string? Walk { get; init; }

    /// <summary>Whether it is of the entry by which the trace ends: that maintenance did nothing for it is then a part of the story.</summary>
    public bool IsOfEnd { get; init; }

    /// <inheritdoc/>
    public override bool IsOfRow => IsOfEnd;

    /// <inheritdoc/>
    public override string Text => Walk is null
        ? $"{Structure}: {Of} emptied, and at once = {Values}{(Source is null ? "" : $", refilled {Source}")}"
        : $"{Structure}: {Of} -> {Values} removed, and at once there again, {Walk}";

    /// <inheritdoc/>
    public override PanelPlace? Place => Shown;
}

/// <summary>Where what fills a structure comes from.</summary>
/// <param name="Point">The point of the memory system.</param>
/// <param name="Vcpu">The vCPU whose fetch brings it.</param>
/// <param name="Mode">How the vCPU fetches: <c>MMU off</c>.</param>
public sealed record FillSource(string Point, string Vcpu, string Mode)
{
    /// <inheritdoc/>
    public override string ToString() => $"from {Point} by {Vcpu} ({Mode})";
}

/// <summary>With a step maintenance of a guest is complete: bare metal may show less than before.</summary>
/// <param name="Line">The number of the line of which it may show less.</param>
/// <param name="Cannot">What it cannot show any more, as a clause.</param>
public sealed record Completed(int Line, string Cannot) : Note
{
    /// <inheritdoc/>
    public override string Text => "complete: " + Cannot;

    /// <summary>What a set of bare metal no longer holds after a guest's DSB, by its cells.</summary>
    /// <param name="context">The words of the trace.</param>
    /// <param name="step">The step.</param>
    /// <param name="set">The set; its last index is the line.</param>
    /// <param name="cannot">The clause, for a cell, a line's name and names of versions.</param>
    internal static IEnumerable<Completed> Of(TraceContext context, StepView step, Variable set, Func<int, string, string, string> cannot)
    {
        if (step.Info.Operation is not { Kind: OperationKind.DataSynchronizationBarrier } || step.Vcpu is null)
        {
            yield break;
        }

        foreach (var change in step.ChangesOf(set).Where(change => (change.Before & ~change.After) != 0))
        {
            var lines = set.Index[^1];
            var line = change.Cell % lines.Size;
            yield return new Completed(line, cannot(change.Cell, lines.Elements[line], string.Join(',', context.Versions.Names(change.Before & ~change.After))));
        }
    }
}

/// <summary>A step violates an automatic property.</summary>
/// <param name="Title">What it is called in a picture: <c>the stale fetch</c>.</param>
/// <param name="Sentence">Why.</param>
/// <param name="Since">Since when bare metal could not show what was delivered; <see langword="null"/> where it never could.</param>
/// <param name="From">The panel and column that what was delivered came through; <see langword="null"/> where none is shown.</param>
public sealed record Judged(string Title, string Sentence, Ground? Since, PanelPlace? From) : Note
{
    /// <inheritdoc/>
    public override string Text => Sentence + (Since is { } since ? $"; {since}" : "");
}

/// <summary>Why bare metal may show less of a line: maintenance was complete, or somebody published the line.</summary>
/// <param name="Step">The step.</param>
/// <param name="By">Whose step it was.</param>
/// <param name="Line">The number of the line.</param>
/// <param name="IsPublished">Whether it was published.</param>
public sealed record Ground(int Step, string By, int Line, bool IsPublished)
{
    /// <inheritdoc/>
    public override string ToString() => IsPublished ? $"{By} published it at {Step}" : $"{By}'s maintenance was complete at {Step}";
}

/// <summary>An agent passes the place of a statement that a row leaves out.</summary>
/// <param name="Label">The statement's label.</param>
/// <param name="What">The statement.</param>
/// <param name="Consequence">What it would have waited for or done; <see langword="null"/> where there is nothing to say.</param>
public sealed record LeftOut(string Label, string What, string? Consequence) : Note
{
    /// <summary>Whether it is no statement at a place, but said of the whole trace.</summary>
    public bool IsEverywhere { get; init; }

    /// <summary>Whether it would have waited for or done something.</summary>
    public bool IsMissed { get; init; }

    /// <summary>Whether it would have mattered at another place of the trace: then this one need not be shown.</summary>
    public bool IsMissedElsewhere { get; init; }

    /// <inheritdoc/>
    public override string Text => $"@{Label} `{What}` is left out{(IsEverywhere ? "" : " here")}{(Consequence is null ? "" : $": {Consequence}")}";

    /// <inheritdoc/>
    public override bool IsOfRow => !IsMissedElsewhere;
}

/// <summary>An agent comes to a statement that a row puts in the place of another.</summary>
/// <param name="Label">The label of both.</param>
/// <param name="What">The statement.</param>
/// <param name="Was">The one in whose place it stands.</param>
public sealed record Replaced(string Label, string What, string Was) : Note
{
    /// <inheritdoc/>
    public override string Text => $"@{Label} `{What}` stands next, in place of `{Was}`";

    /// <inheritdoc/>
    public override bool IsOfRow => true;
}

/// <summary>Maintenance that is not complete when a trace ends.</summary>
/// <param name="What">What is pending, whose it is and where.</param>
public sealed record StillPending(string What) : Note
{
    /// <inheritdoc/>
    public override string Text => "still pending at the end: " + What;
}
