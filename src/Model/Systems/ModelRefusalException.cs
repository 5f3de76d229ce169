using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Model.Systems;

/// <summary>A spec that is well-formed but that the model cannot express; reported as a diagnostic at the place it names.</summary>
internal sealed class ModelRefusalException(string message, SourceSpan? span) : Exception(message)
{
    public SourceSpan? Span { get; } = span;
}
