using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Attributes;

/// <summary>The names that specs may use of the architecture.</summary>
public static class ArmVocabulary
{
    /// <summary>All fields, readings and PE models.</summary>
    public static ArchitectureVocabulary Create() => new(
        FieldRegistry.All,
        [.. ReadingRegistry.All.Select(reading => reading.Info)],
        [
            new ReadingValue("in-order", "instructions in program order, with an unbounded pipeline of fetched ones"),
            new ReadingValue("window", "out of order, for litmus fidelity", "only the in-order PE is modelled yet"),
        ]);
}
