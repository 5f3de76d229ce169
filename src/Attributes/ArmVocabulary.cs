using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Attributes;

/// <summary>What the language's binder knows of the Arm architecture.</summary>
public static class ArmVocabulary
{
    /// <summary>The fields, readings and PE models of the registries.</summary>
    public static ArchitectureVocabulary Create() =>
        new(FieldRegistry.All, [.. ReadingRegistry.All.Select(reading => reading.Info)], PeModels.All);
}
