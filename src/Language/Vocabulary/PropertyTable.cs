using System.Collections.Immutable;

namespace CoherenceCheck.Language.Vocabulary;

/// <summary>Who finds that an automatic property is violated.</summary>
public enum PropertyKeeper
{
    /// <summary>A judgement of the model.</summary>
    Judgement,

    /// <summary>The search: a state without a step.</summary>
    Search,
}

/// <summary>A property that needs no declaration.</summary>
/// <param name="Name">Its name in specs.</param>
/// <param name="Keeper">Who finds that it is violated.</param>
/// <param name="IsPromise">Whether it compares with bare metal, so that it hangs on what guests do for it.</param>
public sealed record PropertyRow(string Name, PropertyKeeper Keeper, bool IsPromise)
{
    /// <summary>Kinds of operations on which no verdict about it can hang, whatever the hardware does.</summary>
    public ImmutableArray<OperationKind> NotJudged { get; init; } = [];

    /// <summary>The reading, and its value, with which alone it judges anything; <see langword="null"/> where it always does.</summary>
    public (string Reading, string Value)? Needs { get; init; }
}

/// <summary>The one table of automatic properties: a row each.</summary>
public static class PropertyTable
{
    /// <summary>The properties.</summary>
    public static ImmutableArray<PropertyRow> All { get; } =
    [
        // Translations never change, data is not looked at, and the PE executes in the order of the program.
        new("fresh_fetch", PropertyKeeper.Judgement, IsPromise: true) { NotJudged = [OperationKind.InvalidateTranslations, OperationKind.Load, OperationKind.DataMemoryBarrier] },
        new("assertions", PropertyKeeper.Judgement, IsPromise: false),
        new("deadlock", PropertyKeeper.Search, IsPromise: false),
        new("fresh_data", PropertyKeeper.Judgement, IsPromise: true),
        new("private_translation", PropertyKeeper.Judgement, IsPromise: true),
        new("isolation", PropertyKeeper.Judgement, IsPromise: true),

        // What a broken break-before-make leads to is not modelled, so nothing is said of it unless that is asked.
        new("break_before_make", PropertyKeeper.Judgement, IsPromise: true) { Needs = ("bbm", "flag") },
    ];

    /// <summary>Their names.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(row => row.Name)];

    /// <summary>The row of a name, or <see langword="null"/> for a property that a spec declares.</summary>
    public static PropertyRow? Find(string name) => All.FirstOrDefault(row => row.Name == name);
}
