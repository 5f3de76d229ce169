using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model;

/// <summary>The diagnostics of cells and models, beside those of the language: codes CC2001 and up.</summary>
public static class ModelDiagnostics
{
    internal static readonly DiagnosticKind UnmatchedCell = new("CC2001", Severity.Error, "A cell that no row matches");
    internal static readonly DiagnosticKind Contradiction = new("CC2002", Severity.Error, "A cell that two rows match with different verdicts");
    internal static readonly DiagnosticKind EmptyRow = new("CC2003", Severity.Error, "A row that no cell matches");
    internal static readonly DiagnosticKind IllegalRegisters = new("CC2004", Severity.Error, "ID register values that do not go together");
    internal static readonly DiagnosticKind TooManyCells = new("CC2005", Severity.Error, "Too many combinations of registers and readings");
    internal static readonly DiagnosticKind NoLegalCell = new("CC2006", Severity.Error, "No legal combination of registers");
    internal static readonly DiagnosticKind NotModelled = new("CC2007", Severity.Error, "Something that the model cannot express");
    internal static readonly DiagnosticKind ModelError = new("CC2008", Severity.Error, "A step without a meaning: a value out of its range");

    internal static readonly DiagnosticKind AmbiguousLabel = new("CC2009", Severity.Error, "A label that a policy and a program both have");

    /// <summary>All of them.</summary>
    public static ImmutableArray<DiagnosticKind> All { get; } =
        [UnmatchedCell, Contradiction, EmptyRow, IllegalRegisters, TooManyCells, NoLegalCell, NotModelled, ModelError, AmbiguousLabel];

    internal static Diagnostic At(this DiagnosticKind kind, SourceSpan? span, string message, string? hint) =>
        new(kind.Code, kind.Severity, span, message, hint);

    /// <summary>What the model cannot express.</summary>
    /// <param name="refusal">What it is.</param>
    /// <param name="otherwise">The policy's place, where the refusal has none.</param>
    internal static Diagnostic ForRefusal(ModelRefusalException refusal, SourceSpan otherwise) =>
        NotModelled.At(refusal.Span ?? otherwise, $"the model cannot express this: {refusal.Message}", null);

    /// <summary>A model error: the interpreter and the explorer agree that a step has no meaning.</summary>
    /// <param name="span">The row whose cell has it.</param>
    /// <param name="step">The step, with its place in the policy or program.</param>
    /// <param name="error">What is wrong.</param>
    public static Diagnostic ForModelError(SourceSpan span, string step, string error) =>
        ModelError.At(span, $"model error at {step}: {error}", "the trace of the row shows how the state was reached");
}
