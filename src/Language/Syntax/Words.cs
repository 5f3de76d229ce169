using System.Collections.Frozen;

namespace CoherenceCheck.Language.Syntax;

/// <summary>Words that begin statements or mean something in expressions; state, locks, procedures and variables cannot have these names.</summary>
internal static class Words
{
    /// <summary>Words that begin a statement.</summary>
    public static readonly FrozenSet<string> Statements = Parser.StatementWords;

    /// <summary>Words of expressions and types.</summary>
    public static readonly FrozenSet<string> Expressions = FrozenSet.Create(
        "true", "false", "none", "in", "at", "past", "end", "bool", "set", "xchg", "cas", "else", "or", "any",
        "pcpu", "vcpu", "vm", "mmu", "page", "frame", "vmid", "FWB", "DIC", "IDC");
}
