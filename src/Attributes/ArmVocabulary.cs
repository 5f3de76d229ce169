using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Attributes;

/// <summary>What the language's binder knows of the Arm architecture.</summary>
public static class ArmVocabulary
{
    /// <summary>The fields, readings, PE models and revisions of the registries.</summary>
    /// <param name="assumed">The revision by which specs are read where they do not say; <see langword="null"/> leaves the defaults.</param>
    public static ArchitectureVocabulary Create(RevisionInfo? assumed = null) =>
        new(FieldRegistry.All, [.. ReadingRegistry.All.Select(reading => reading.Info)], PeModels.All) { Revisions = RevisionRegistry.All, Assumed = assumed };
}
