using System.Collections.Immutable;
using System.Globalization;

namespace CoherenceCheck.Language.Vocabulary;

/// <summary>The fields of a stage-2 descriptor that a page may set or leave open. They belong to no register, so the vocabulary does not have them.</summary>
public static class PageFields
{
    /// <summary>The memory type: MemAttr[3:0], four binary digits.</summary>
    public const string MemAttr = "MemAttr";

    /// <summary>Execute-never: 1 forbids what the X of the permissions allows.</summary>
    public const string ExecuteNever = "XN";

    private static readonly ImmutableArray<string> Encodings = [.. Enumerable.Range(0, 16).Select(encoding => encoding.ToString("b4", CultureInfo.InvariantCulture))];

    private static readonly ImmutableArray<string> Bit = ["0", "1"];

    /// <summary>Their names.</summary>
    public static ImmutableArray<string> Names { get; } = [MemAttr, ExecuteNever];

    /// <summary>All values of a field in order, or <see langword="null"/> where there is no such field.</summary>
    public static ImmutableArray<string>? ValuesOf(string name) => name switch
    {
        MemAttr => Encodings,
        ExecuteNever => Bit,
        _ => null,
    };
}
