using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Finds fields and readings by name.</summary>
internal sealed class VocabularyIndex
{
    private readonly Dictionary<string, FieldInfo> _fields;
    private readonly Dictionary<string, ReadingInfo> _readings;
    private readonly HashSet<string> _registers;

    public VocabularyIndex(ArchitectureVocabulary vocabulary)
    {
        _fields = vocabulary.Fields.ToDictionary(field => field.Name);
        _readings = vocabulary.Readings.ToDictionary(reading => reading.Name);
        _registers = [.. vocabulary.Fields.Where(field => field.Name.Contains('.')).Select(field => field.Name.Split('.')[0])];
        PeModels = vocabulary.PeModels;
        Revisions = vocabulary.Revisions;
        Assumed = vocabulary.Assumed;
    }

    public ImmutableArray<ReadingValue> PeModels { get; }

    public ImmutableArray<RevisionInfo> Revisions { get; }

    /// <summary>The revision whose readings a machine has that it does not set itself.</summary>
    public RevisionInfo? Assumed { get; }

    public IReadOnlyCollection<string> FieldNames => _fields.Keys;

    public IReadOnlyCollection<string> ReadingNames => _readings.Keys;

    public FieldInfo? Field(string name) => _fields.GetValueOrDefault(name);

    public RevisionInfo? Revision(string name) => Revisions.FirstOrDefault(revision => revision.Name == name);

    public ReadingInfo? Reading(string name) => _readings.GetValueOrDefault(name);

    /// <summary>Whether a name is that of a register, known or by its looks: <c>FOO_EL1</c>.</summary>
    public bool IsRegister(string name) => _registers.Contains(name)
        || (name.Length > 4 && char.IsAsciiLetterUpper(name[0]) && name[^4..^1] == "_EL" && char.IsAsciiDigit(name[^1]));

    /// <summary>A field of 0 and 1 is a truth value, so that <c>!FWB</c> can be said; another is one of its values by name.</summary>
    public static SpecType TypeOf(FieldInfo field) =>
        field.Values is ["0", "1"] ? new SpecType.Bool() : new SpecType.Names(field.Values);
}
