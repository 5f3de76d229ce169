using System.Collections.Immutable;

namespace CoherenceCheck.Report.Comparison;

/// <summary>How much a question asks, compared with an earlier one.</summary>
public enum Asked
{
    /// <summary>Something is no longer asked.</summary>
    Less,

    /// <summary>All that was asked is asked, and more.</summary>
    More,

    /// <summary>Neither can be said: something else is asked.</summary>
    Otherwise,
}

/// <summary>One thing in which a question differs from an earlier one.</summary>
/// <param name="Asked">Whether less or more is asked.</param>
/// <param name="Kind">The part that differs, one of <see cref="Model.Questions.QuestionParts"/>.</param>
/// <param name="Text">The difference in words.</param>
public sealed record QuestionDifference(Asked Asked, string Kind, string Text)
{
    /// <summary>It with what it means for the question.</summary>
    public override string ToString() => $"asks {AskedName}: {Text}";

    /// <summary>The name of <see cref="Asked"/>.</summary>
    public string AskedName => Asked switch
    {
        Asked.Less => "less",
        Asked.More => "more",
        _ => "something else",
    };
}

/// <summary>A scenario whose question is not the same in two results.</summary>
/// <param name="Spec">The spec's path, as rows are matched by it.</param>
/// <param name="Line">The line of the scenario's title.</param>
/// <param name="Scenario">Its title.</param>
/// <param name="Differences">What differs, at least one.</param>
public sealed record QuestionChange(string Spec, int Line, string Scenario, ImmutableArray<QuestionDifference> Differences)
{
    /// <summary>Whether a gate must not let it pass unsaid: a question that only asks more is no less than it was.</summary>
    public bool Fails => Differences.Any(difference => difference.Asked != Asked.More);
}
