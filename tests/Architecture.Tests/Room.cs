using System.Collections.Immutable;

namespace CoherenceCheck.Architecture.Tests;

/// <summary>A folder of <c>src/Model</c>, and those that it must not know (docs/internals-model.md).</summary>
/// <param name="Name">The folder, with dots.</param>
/// <param name="MustNotKnow">The others.</param>
internal sealed record Room(string Name, ImmutableArray<string> MustNotKnow)
{
    /// <summary>The rooms that have laws.</summary>
    public static ImmutableArray<Room> All { get; } =
    [
        // The host and the guests know no cache, and no PE model by name.
        new("Host", ["Machine.Memory", "Machine.ICache", "Pe.InOrder", "Judgements"]),
        new("Guests", ["Machine.Memory", "Machine.ICache", "Pe.InOrder", "Judgements"]),

        // A mechanism does not know who made it do something, nor who judges it.
        new("Machine.Memory", ["Host", "Guests", "Pe", "Judgements", "Machine.ICache"]),
        new("Machine.ICache", ["Host", "Guests", "Pe", "Judgements"]),
        new("Machine.Translation", ["Host", "Guests", "Pe", "Judgements", "Machine.Memory", "Machine.ICache"]),
        new("Machine.Data", ["Host", "Guests", "Pe", "Judgements", "Machine.Memory", "Machine.ICache"]),
        new("Pe", ["Host", "Guests"]),
        new("Judgements", ["Host", "Guests", "Pe.InOrder", "Machine.Memory"]),

        // Words are the parts': who puts them together knows none.
        new("Narration", ["Guests", "Machine.Memory", "Machine.ICache", "Pe"]),
    ];

    /// <summary>A folder's namespace.</summary>
    public static string NamespaceOf(string name) => "CoherenceCheck.Model." + name;
}
