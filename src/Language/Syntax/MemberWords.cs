using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Language.Syntax;

/// <summary>The words that begin members, and what they are members of: for who writes one where it does not belong, or misspells it.</summary>
internal static class MemberWords
{
    private static readonly (string Place, string[] Words)[] Homes =
    [
        ("a file", ["use", "policy", "scenario"]),
        ("a scenario", ["machine", "frame", "vm", "task", "property", "cover", "bound", "expect"]),
        ("a `vm`", ["page", "vcpu", "mmu"]),
        ("a policy", ["state", "lock", "on", "proc"]),
        ("`machine`", ["pcpu", "share", "icache", "vmids", "pe", "legal"]),
    ];

    /// <summary>What was probably meant by a word that begins no setting.</summary>
    public static string? HintFor(string word)
    {
        if (Homes.FirstOrDefault(home => home.Words.Contains(word)) is { Place: { } place })
        {
            return $"`{word}` belongs into {place}";
        }

        return Spelling.Closest(word, Homes.SelectMany(home => home.Words)) is { } near ? $"did you mean `{near}`?" : null;
    }
}
