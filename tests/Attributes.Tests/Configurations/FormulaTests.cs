using System.Collections.Immutable;
using CoherenceCheck.Attributes.Configurations;

namespace CoherenceCheck.Attributes.Tests.Configurations;

/// <summary>Formulas mean their sets, configuration by configuration, and nothing of them can be left out.</summary>
public sealed class FormulaTests
{
    private const int Seed = 20230330;

    [Fact]
    public void A_formula_is_true_in_the_set_and_nowhere_else_that_counts()
    {
        foreach (var (finder, set, words) in Cases())
        {
            var formula = finder.Of(set);
            Assert.All(Spaces.All(set.Space), text =>
            {
                var values = Spaces.Values(text);
                if (finder.Counting.Contains(values))
                {
                    Assert.Equal(set.Contains(values), Holds(formula.Terms, words, values));
                }
            });
        }
    }

    [Fact]
    public void No_term_and_no_literal_can_be_left_out()
    {
        foreach (var (finder, set, words) in Cases())
        {
            var formula = finder.Of(set);
            var counting = Spaces.All(set.Space).Select(Spaces.Values).Where(values => finder.Counting.Contains(values)).ToList();
            foreach (var term in formula.Terms)
            {
                var others = formula.Terms.Remove(term);
                Assert.Contains(counting, values => set.Contains(values) && !Holds(others, words, values));
                foreach (var literal in term.Literals)
                {
                    var wider = term with { Literals = term.Literals.Remove(literal) };
                    Assert.Contains(counting, values => !set.Contains(values) && Holds([wider], words, values));
                }
            }
        }
    }

    [Fact]
    public void A_term_counts_its_configurations()
    {
        foreach (var (finder, set, words) in Cases())
        {
            Assert.All(finder.Of(set).Terms, term => Assert.Equal(
                Spaces.All(set.Space).Select(Spaces.Values).Count(values => finder.Counting.Contains(values) && Holds([term], words, values)), term.Where.Count));
        }
    }

    [Fact]
    public void What_is_always_and_what_is_never_so_is_said_in_a_word()
    {
        var space = new ConfigurationSpace([new Dimension("a", ["0", "1"]), new Dimension("b", ["x", "y", "z"])]);
        var finder = new FormulaFinder(Words(space), space.All);
        Assert.Equal("always", finder.Of(space.All).ToString());
        Assert.Equal("never", finder.Of(space.None).ToString());
        Assert.Equal("a = 1", finder.Of(space.Where(0, 2)).ToString());
        Assert.Equal("b != y", finder.Of(space.Where(1, 5)).ToString());
        Assert.Equal("(a = 0 and b = x) or (a = 1 and b != x)", finder.Of((space.Where(0, 1) & space.Where(1, 1)) | (space.Where(0, 2) & space.Where(1, 6))).ToString().Replace("b = x and a = 0", "a = 0 and b = x", StringComparison.Ordinal).Replace("b != x and a = 1", "a = 1 and b != x", StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_that_no_configuration_that_counts_has_is_not_shown()
    {
        var space = new ConfigurationSpace([new Dimension("a", ["0", "1", "2", "3"])]);
        var finder = new FormulaFinder(Words(space), space.Where(0, 7));
        Assert.Equal("a = 1", finder.Of(space.Where(0, 2)).ToString());
        Assert.Equal("a != 1", finder.Of(space.Where(0, 5)).ToString());
    }

    [Fact]
    public void Words_that_do_not_tell_a_set_from_its_outside_are_refused()
    {
        var space = new ConfigurationSpace([new Dimension("a", ["0", "1"]), new Dimension("b", ["0", "1"])]);
        Assert.Throws<ArgumentException>(() => new FormulaFinder([Words(space)[0]], space.All).Of(space.Where(1, 1)));
    }

    private static IEnumerable<(FormulaFinder Finder, ConfigurationSet Set, ImmutableArray<TermWord> Words)> Cases()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        for (var round = 0; round < 300; round++)
        {
            var space = Spaces.Random(random);
            var words = Words(space);
            yield return (new FormulaFinder(words, space.All - Spaces.RandomSet(random, space).Set), Spaces.RandomSet(random, space).Set, words);
        }
    }

    private static ImmutableArray<TermWord> Words(ConfigurationSpace space) =>
        [.. space.Dimensions.Select((dimension, number) => new TermWord(dimension.Name, [.. dimension.Values.Select((value, i) => (value, space.Where(number, 1UL << i)))]))];

    /// <summary>By the literals as they are printed: a value that is neither in nor out is one that does not count.</summary>
    private static bool Holds(ImmutableArray<Term> terms, ImmutableArray<TermWord> words, int[] values) => terms.Any(term => term.Literals.All(literal =>
    {
        var word = words.First(word => word.Name == literal.Name);
        return literal.Values.Contains(word.Values.First(value => value.Where.Contains(values)).Value, StringComparer.Ordinal);
    }));
}
