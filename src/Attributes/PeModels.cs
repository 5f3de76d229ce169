using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Attributes;

/// <summary>The PE models by name.</summary>
public static class PeModels
{
    /// <summary>Program order with a pipeline that only a context synchronisation event empties: for hypervisor questions.</summary>
    public const string InOrder = "in-order";

    /// <summary>Out of order within a window: for litmus tests.</summary>
    public const string Window = "window";

    /// <summary>All of them.</summary>
    public static ImmutableArray<ReadingValue> All { get; } =
    [
        new(InOrder, "Instructions execute in program order; fetches may be as old as the last context synchronisation event."),
        new(Window, "Instructions execute out of order within a window.", "`pe in-order` is"),
    ];
}
