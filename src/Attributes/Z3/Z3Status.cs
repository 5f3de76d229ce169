namespace CoherenceCheck.Attributes.Z3;

/// <summary>Whether Z3 can be used in this process: <see cref="Z3Found"/> or <see cref="Z3Missing"/>.</summary>
public abstract record Z3Status;

/// <summary>Z3 can be used.</summary>
/// <param name="Version">The native library's version: <c>4.8.12</c>.</param>
/// <param name="Library">The name or path under which the library was found.</param>
public sealed record Z3Found(string Version, string Library) : Z3Status
{
    /// <inheritdoc/>
    public override string ToString() => $"Z3 {Version} ({Library})";
}

/// <summary>Z3 cannot be used.</summary>
/// <param name="Lack">What is wrong.</param>
/// <param name="Reason">The same in one sentence, with names.</param>
/// <param name="Hint">What to install or to set, in one line.</param>
public sealed record Z3Missing(Z3Lack Lack, string Reason, string Hint) : Z3Status
{
    /// <inheritdoc/>
    public override string ToString() => $"{Reason} {Hint}";
}

/// <summary>Why Z3 cannot be used.</summary>
public enum Z3Lack
{
    /// <summary>The environment says so (<see cref="Z3Search.Setting"/>).</summary>
    SwitchedOff,

    /// <summary>There is no such library.</summary>
    LibraryNotFound,

    /// <summary>There is a library, and it cannot be loaded: another architecture, or something that it needs is missing.</summary>
    LibraryNotLoadable,

    /// <summary>The library lacks a function that is called.</summary>
    EntryPointMissing,

    /// <summary>The library does not do what is asked of it.</summary>
    DoesNotWork,
}
