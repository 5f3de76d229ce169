using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli;

/// <summary>The diagnostics of the command line: codes CC3001 and up.</summary>
public static class CliDiagnostics
{
    internal static readonly DiagnosticKind NoSuchPath = new("CC3001", Severity.Error, "A path that does not exist");
    internal static readonly DiagnosticKind UnreadableFolder = new("CC3002", Severity.Error, "A folder that cannot be read");
    internal static readonly DiagnosticKind NoSpec = new("CC3003", Severity.Error, "A folder without a spec");
    internal static readonly DiagnosticKind NoExpectation = new("CC3004", Severity.Error, "A run without an expectation");
    internal static readonly DiagnosticKind NoSuchRow = new("CC3005", Severity.Error, "A row number that the run does not have");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticKind> All { get; } = [NoSuchPath, UnreadableFolder, NoSpec, NoExpectation, NoSuchRow];

    internal static Diagnostic Of(this DiagnosticKind kind, string message, string? hint = null) => new(kind.Code, kind.Severity, null, message, hint);
}
