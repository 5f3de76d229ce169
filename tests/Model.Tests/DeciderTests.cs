using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Attributes.Z3;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests;

/// <summary>Both deciders on all that the shipped specs ask, as written and with everything open.</summary>
public sealed class DeciderTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Specs.Folder, "*.coh").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Shipped_specs_ask_nothing_that_the_deciders_answer_differently(string file)
    {
        var both = new Both();
        foreach (var written in Specs.LoadFile(file).Scenarios)
        {
            foreach (var scenario in new[] { written, OpenScenario.Of(written) })
            {
                var decisions = new AttributeDecisions(both);
                foreach (var policy in scenario.Expectations.SelectMany(expectation => expectation.Rows).Select(row => row.Policy).DistinctBy(policy => policy.Text))
                {
                    var classes = new CellClasses(Specs.Build(scenario, policy.Policy), policy, policy.Without, decisions, TestContext.Current.CancellationToken);
                    Assert.False(classes.AreTooMany);
                    Assert.Equal(classes.Legal.Count, classes.Classes.Sum(part => part.Count));
                }
            }
        }

        Assert.True(both.Asked > 0 || file == "policies.coh");
    }

    /// <summary>Asks both, and fails where they differ.</summary>
    private sealed class Both : IAttributeDecider
    {
        private readonly IAttributeDecider _z3 = Deciders.Find("z3") ?? throw new InvalidOperationException(Deciders.Z3Status.ToString());
        private readonly Enumerator _enumerator = new();

        public int Asked { get; private set; }

        public string Name => "both";

        public string Description => "both";

        public EffectiveAttributes Of(AttributeInput input, ReadingSet readings) => _enumerator.Of(input, readings);

        public IReadOnlyList<ObservedValue> Partition(AttributeQuestion question, Observable observable)
        {
            Asked++;
            var (first, second) = (_enumerator.Partition(question, observable), _z3.Partition(question, observable));
            Assert.True(first.SequenceEqual(second), $"{observable} for {string.Join(", ", question.Space.Dimensions)}");
            return first;
        }
    }
}
