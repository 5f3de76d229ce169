using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli;

/// <summary>The diagnostics of the command line: codes CC3001 and up.</summary>
public static class CliDiagnostics
{
    internal static readonly DiagnosticKind NoSuchPath = new("CC3001", Severity.Error, "A path that does not exist");
    internal static readonly DiagnosticKind UnreadableFolder = new("CC3002", Severity.Error, "A folder that cannot be read");
    internal static readonly DiagnosticKind NoSpec = new("CC3003", Severity.Error, "A folder without a spec");
    internal static readonly DiagnosticKind NoExpectation = new("CC3004", Severity.Error, "A run without an expectation");
    internal static readonly DiagnosticKind NoSuchRow = new("CC3005", Severity.Error, "A row number that the run does not have");

    internal static readonly DiagnosticKind BadTable = new("CC3006", Severity.Error, "A table that cannot be read");
    internal static readonly DiagnosticKind BadRow = new("CC3007", Severity.Error, "A row or configuration that cannot be read");
    internal static readonly DiagnosticKind BadReading = new("CC3008", Severity.Error, "A reading or value that does not exist");

    internal static readonly DiagnosticKind NoDecider = new("CC3009", Severity.Error, "A decider that is not to be had");
    internal static readonly DiagnosticKind TimeLimit = new("CC3010", Severity.Warning, "A time limit that leaves questions open");
    internal static readonly DiagnosticKind TooManyOperations = new("CC3011", Severity.Error, "A policy with too many labelled operations");
    internal static readonly DiagnosticKind NoMatch = new("CC3012", Severity.Error, "A scenario or policy that the spec does not have");

    internal static readonly DiagnosticKind BadReport = new("CC3013", Severity.Error, "A report that cannot be written");

    internal static readonly DiagnosticKind BadResult = new("CC3014", Severity.Error, "A stored result that cannot be read");
    internal static readonly DiagnosticKind NothingAllowed = new("CC3015", Severity.Warning, "A change that is allowed and did not happen");

    internal static readonly DiagnosticKind NoSuchCell = new("CC3016", Severity.Error, "A trace whose row or cell the spec does not have");
    internal static readonly DiagnosticKind Changing = new("CC3017", Severity.Error, "A spec that changes while it is read");

    internal static readonly DiagnosticKind NotExportable = new("CC3018", Severity.Error, "A system that cannot be exported");
    internal static readonly DiagnosticKind BadExport = new("CC3019", Severity.Error, "An export that cannot be written");

    internal static readonly DiagnosticKind MemoryLimit = new("CC3020", Severity.Warning, "A memory limit that leaves nothing to search with");

    internal static readonly DiagnosticKind BadInput = new("CC3021", Severity.Error, "A standard input that cannot be read");

    internal static readonly DiagnosticKind NotLeftOut = new("CC3022", Severity.Warning, "Programs with too many operations to ask what happens without each");

    internal static readonly DiagnosticKind NotBegun = new("CC3023", Severity.Error, "A skeleton that cannot be written");

    internal static readonly DiagnosticKind NothingPromised = new("CC3030", Severity.Warning, "A row that holds because nothing was promised");
    internal static readonly DiagnosticKind NotJudged = new("CC3031", Severity.Warning, "A row about an operation that its property does not judge");
    internal static readonly DiagnosticKind Widened = new("CC3032", Severity.Warning, "A row that holds where a violation may be missed");
    internal static readonly DiagnosticKind NeverReached = new("CC3033", Severity.Warning, "A row that holds although something was never reached");
    internal static readonly DiagnosticKind NotKnown = new("CC3034", Severity.Warning, "A row of which it is not known whether it holds for want of a promise");
    internal static readonly DiagnosticKind NotVacuous = new("CC3035", Severity.Error, "A row that says that it holds vacuously, and does not");

    internal static readonly DiagnosticKind Unsettled = new("CC3036", Severity.Warning, "A permission of stage 2 that is taken away and never settled");

    internal static readonly DiagnosticKind Livelock = new("CC3037", Severity.Warning, "A row that holds although an access faults for ever");

    internal static readonly DiagnosticKind OneWay = new("CC0532", Severity.Warning, "A test that never goes both ways");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticKind> All { get; } = [NoSuchPath, UnreadableFolder, NoSpec, NoExpectation, NoSuchRow, BadTable, BadRow, BadReading, NoDecider, TimeLimit, TooManyOperations, NoMatch, BadReport, BadResult, NothingAllowed, NoSuchCell, Changing, NotExportable, BadExport, MemoryLimit, BadInput, NotLeftOut, NotBegun, NothingPromised, NotJudged, Widened, NeverReached, NotKnown, NotVacuous, Unsettled, Livelock, OneWay];

    internal static Diagnostic ForNotExportable(SourceSpan row, int number, int cell, string refusal) =>
        NotExportable.At(row, $"the system of cell {cell} of row {number} cannot be exported: {refusal}", "see docs/export.md for what can");

    internal static Diagnostic At(this DiagnosticKind kind, SourceSpan span, string message, string? hint) => new(kind.Code, kind.Severity, span, message, hint);

    internal static RowFinding As(this DiagnosticKind kind, FindingKind finding, string message) => new(kind.Code, finding, message);

    internal static Diagnostic Of(this DiagnosticKind kind, string message, string? hint = null) => new(kind.Code, kind.Severity, null, message, hint);
}
