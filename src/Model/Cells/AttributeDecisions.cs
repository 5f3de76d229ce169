using System.Collections.Immutable;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Cells;

/// <summary>What a decider was asked in one run, each question once. Not safe for several threads.</summary>
/// <param name="decider">Who decides.</param>
public sealed class AttributeDecisions(IAttributeDecider decider)
{
    private readonly Dictionary<string, ConfigurationSpace> _spaces = new(StringComparer.Ordinal);
    private readonly Dictionary<Scenario, ScenarioSpace> _scenarios = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(ConfigurationSpace, string Policy), AttributeQuestion> _questions = [];
    private readonly Dictionary<(AttributeQuestion, Observable), IReadOnlyList<ObservedValue>> _answers = [];

    /// <summary>Who decides.</summary>
    public IAttributeDecider Decider { get; } = decider;

    internal ScenarioSpace SpaceOf(Scenario scenario)
    {
        if (!_scenarios.TryGetValue(scenario, out var space))
        {
            space = new ScenarioSpace(scenario, SpaceOf);
            _scenarios.Add(scenario, space);
        }

        return space;
    }

    internal AttributeQuestion QuestionOf(ConfigurationSpace space, IReadOnlyDictionary<string, string> policy)
    {
        var key = (space, string.Join(';', policy.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => $"{field.Key}={field.Value}")));
        if (!_questions.TryGetValue(key, out var question))
        {
            question = new AttributeQuestion(space, policy);
            _questions.Add(key, question);
        }

        return question;
    }

    internal IReadOnlyList<ObservedValue> Partition(AttributeQuestion question, Observable observable)
    {
        if (!_answers.TryGetValue((question, observable), out var answer))
        {
            answer = Decider.Partition(question, observable);
            _answers.Add((question, observable), answer);
        }

        return answer;
    }

    private ConfigurationSpace SpaceOf(ImmutableArray<Dimension> dimensions)
    {
        var key = string.Join(';', dimensions.Select(dimension => $"{dimension.Name}={string.Join(',', dimension.Values)}"));
        if (!_spaces.TryGetValue(key, out var space))
        {
            space = new ConfigurationSpace(dimensions);
            _spaces.Add(key, space);
        }

        return space;
    }
}
