using CoherenceCheck.Attributes;
using CoherenceCheck.Generated;
using CoherenceCheck.Language;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.House;

/// <summary>
/// What every shipped spec, and some generated ones, come to, compared with what they came to when the record was written: a change of the model
/// that is meant to change no system changes no line. <c>UPDATE_GOLDEN=1</c> writes the record anew; <c>COHERENCECHECK_RECORD</c> names a file
/// for that of many more generated specs (<c>COHERENCECHECK_GENERATED</c>), to be compared by hand.
/// </summary>
public sealed class SystemRecordTests
{
    private const int Generated = 150;
    private static readonly string Root = Path.GetFullPath(Path.Combine(Specs.Folder, "..", ".."));
    private static readonly string Golden = Path.Combine(Root, "tests", "Model.Tests", "House", "Golden");

    [Fact]
    public void Shipped_specs_come_to_the_systems_of_the_record() => Compare("shipped.txt", Lines(Shipped(), SystemRecord.Of));

    [Fact]
    public void Open_scenarios_come_to_the_classes_of_the_record() => Compare("open.txt", Lines(Shipped(), SystemRecord.OfOpen));

    [Fact]
    public void Generated_specs_come_to_the_systems_of_the_record() => Compare("generated.txt", Lines(FromSeeds(Generated), SystemRecord.Of));

    [Fact]
    public void Shipped_specs_have_the_counts_of_the_record() => Compare("counts.txt", Lines(Shipped(), SystemRecord.CountsOf));

    [Fact]
    public void The_record_of_many_more_is_written_where_it_is_asked_for()
    {
        if (Environment.GetEnvironmentVariable("COHERENCECHECK_RECORD") is { Length: > 0 } file)
        {
            var count = int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_GENERATED") ?? "3000");
            File.WriteAllLines(file, Lines(FromSeeds(count), SystemRecord.Of).Concat(Lines(FromSeeds(count / 10), SystemRecord.OfOpen)).Concat(Lines(FromSeeds(count), SystemRecord.CountsOf)));
        }
    }

    private static IEnumerable<(string Name, Scenario Scenario)> Shipped()
    {
        var vocabulary = ArmVocabulary.Create();
        foreach (var file in new[] { "specs", Path.Combine("tests", "specs") }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Root, folder), "*.coh", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            foreach (var scenario in SpecLoader.Load(file, vocabulary).Spec?.Scenarios ?? [])
            {
                yield return ($"{Path.GetRelativePath(Root, file)}: {scenario.Name}", scenario);
            }
        }
    }

    private static IEnumerable<(string Name, Scenario Scenario)> FromSeeds(int count)
    {
        for (var seed = 1; seed <= count; seed++)
        {
            if (Specs.TryLoad(SpecMaker.MakeSpec(seed).ToString()).Spec is { } spec)
            {
                yield return ($"seed {seed}", spec.Scenarios[0]);
            }
        }
    }

    private static IEnumerable<string> Lines(IEnumerable<(string Name, Scenario Scenario)> scenarios, Func<Scenario, IEnumerable<string>> record) =>
        scenarios.SelectMany(one => record(one.Scenario).Prepend(one.Name));

    private static void Compare(string name, IEnumerable<string> lines)
    {
        var file = Path.Combine(Golden, name);
        var now = lines.ToList();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Golden);
            File.WriteAllLines(file, now);
        }

        var then = File.ReadAllLines(file);
        for (var i = 0; i < Math.Max(then.Length, now.Count); i++)
        {
            Assert.True(i < then.Length && i < now.Count && then[i] == now[i], $"{name}:{i + 1}: '{now.ElementAtOrDefault(i)}', and before '{then.ElementAtOrDefault(i)}'");
        }
    }
}
