using CoherenceCheck.Attributes.Observation;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The deciders of attributes by name.</summary>
/// <remarks>They are shared by all who ask, and live as long as the process: nobody disposes of them.</remarks>
public static class Deciders
{
    // One context serves all: whoever asks waits for whoever asked before.
    private static readonly Lazy<IAttributeDecider?> Z3 = new(() => Z3Status is Z3Found ? new Z3Decider() : null);

    private static readonly Enumerator Enumerator = new();

    /// <summary>Whether Z3 can be used in this process, or why not. It is tried once; <see cref="Z3Search.Setting"/> counts as it stands then.</summary>
    public static Z3Status Z3Status => Z3Host.Status;

    /// <summary>The names that <see cref="Find"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = ["z3", "enumerate"];

    /// <summary>Z3 where it can be used, otherwise the enumerator, which gives the same answers. Z3 is not looked for before something is open.</summary>
    public static IAttributeDecider Best() => new BestDecider(() => Z3.Value, Enumerator);

    /// <summary>A decider by its name, or <see langword="null"/>: there is none of that name, or Z3 cannot be used (<see cref="Z3Status"/> says why).</summary>
    /// <param name="name"><c>z3</c> or <c>enumerate</c>.</param>
    public static IAttributeDecider? Find(string name) => name switch
    {
        "z3" => Z3.Value,
        "enumerate" => Enumerator,
        _ => null,
    };
}
