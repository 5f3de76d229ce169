using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Diagnostics;

/// <summary>How bad a diagnostic is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; the spec is usable.</summary>
    Warning,

    /// <summary>The spec cannot be used.</summary>
    Error,
}

/// <summary>A kind of diagnostic: one row of the one table.</summary>
/// <param name="Code">Its stable code: <c>CC0101</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">What it is about, without the particulars.</param>
public sealed record DiagnosticKind(string Code, Severity Severity, string Title);

/// <summary>Something to tell the author of a spec.</summary>
/// <param name="Code">The code of its kind.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Span">Where it stands; <see langword="null"/> where no text is concerned.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Hint">What to do about it, or <see langword="null"/>.</param>
public sealed record Diagnostic(string Code, Severity Severity, SourceSpan? Span, string Message, string? Hint = null);
