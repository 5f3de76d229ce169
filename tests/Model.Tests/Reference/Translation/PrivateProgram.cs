namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>A setting with instructions: in the order in which they happen, or an alphabet of which each may happen at any time.</summary>
internal sealed record PrivateProgram(PrivateSetting Setting, IReadOnlyList<PrivateInstruction> Instructions)
{
    public override string ToString() => $"{Setting}\n{string.Join('\n', Instructions)}";
}
