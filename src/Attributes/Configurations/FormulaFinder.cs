using System.Collections.Immutable;

namespace CoherenceCheck.Attributes.Configurations;

/// <summary>Finds formulas for sets of configurations.</summary>
/// <remarks>As two-level minimisation does (Brayton, Hachtel, McMullen and Sangiovanni-Vincentelli, "Logic minimization algorithms
/// for VLSI synthesis", 1984: EXPAND and IRREDUNDANT): a configuration that is not covered yet is widened, word by word, as long as
/// no configuration outside of the set comes in; then terms are left out that the others cover. Configurations that do not count
/// (illegal ones) may come in freely.</remarks>
/// <param name="words">The words. Those that come first are given up first: put last what a reader knows best.</param>
/// <param name="counting">The configurations that count.</param>
public sealed class FormulaFinder(ImmutableArray<TermWord> words, ConfigurationSet counting)
{
    /// <summary>The configurations that count.</summary>
    public ConfigurationSet Counting { get; } = counting;

    /// <summary>An irredundant formula that is true, of the configurations that count, exactly in those of a set.</summary>
    /// <param name="set">The set.</param>
    /// <exception cref="ArgumentException">The words do not tell the set from its outside.</exception>
    public Formula Of(ConfigurationSet set)
    {
        var wanted = set & Counting;
        var outside = Counting - set;
        var terms = new List<(ulong[] Allowed, ConfigurationSet Where)>();
        var open = wanted;
        while (!open.IsEmpty)
        {
            var allowed = Widest(open, outside);
            var where = Meaning(allowed) & Counting;
            terms.Add((allowed, where));
            open -= where;
        }

        LeaveOutRedundant(terms, wanted);
        return new Formula([.. terms.Select(term => new Term(Literals(term.Allowed), term.Where))]);
    }

    /// <summary>Starts from the first configuration of a set, and lets in all that does not bring the outside in.</summary>
    private ulong[] Widest(ConfigurationSet open, ConfigurationSet outside)
    {
        var seed = open.First();
        ulong[] allowed = [.. words.Select(word => 1UL << ValueAt(word, seed))];
        if (!(Meaning(allowed) & outside).IsEmpty)
        {
            throw new ArgumentException("The words of the formula do not tell the set from its outside.", nameof(open));
        }

        do
        {
            Widen(allowed, outside);
            Restrict(allowed);
        }
        while (DropsOne(allowed, outside));
        return allowed;
    }

    /// <summary>Lets in every value, word by word, that brings nothing of the outside in.</summary>
    private void Widen(ulong[] allowed, ConfigurationSet outside)
    {
        // What the words after each one leave of the outside.
        var rest = new ConfigurationSet[words.Length + 1];
        rest[words.Length] = outside;
        for (var i = words.Length - 1; i >= 0; i--)
        {
            rest[i] = rest[i + 1] & Allowed(i, allowed[i]);
        }

        var before = Counting.Space.All;
        for (var i = 0; i < words.Length; i++)
        {
            var others = before & rest[i + 1];
            for (var value = 0; value < words[i].Values.Length; value++)
            {
                if ((others & words[i].Values[value].Where).IsEmpty)
                {
                    allowed[i] |= 1UL << value;
                }
            }

            before &= Allowed(i, allowed[i]);
        }
    }

    /// <summary>Takes back values that came in freely, since no configuration has them which counts and meets the other literals: they would only puzzle.</summary>
    private void Restrict(ulong[] allowed)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (allowed[i] != Full(i))
            {
                var others = Without(allowed, i) & Counting;
                for (var value = 0; value < words[i].Values.Length; value++)
                {
                    if ((others & words[i].Values[value].Where).IsEmpty)
                    {
                        allowed[i] &= ~(1UL << value);
                    }
                }
            }
        }
    }

    /// <summary>Gives up a word that is of no use any more: after values were taken back, another word may say the same.</summary>
    private bool DropsOne(ulong[] allowed, ConfigurationSet outside)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (allowed[i] != Full(i) && (Without(allowed, i) & outside).IsEmpty)
            {
                allowed[i] = Full(i);
                return true;
            }
        }

        return false;
    }

    /// <summary>Leaves out terms that the others cover, the smallest first.</summary>
    private static void LeaveOutRedundant(List<(ulong[] Allowed, ConfigurationSet Where)> terms, ConfigurationSet wanted)
    {
        foreach (var term in terms.OrderBy(term => term.Where.Count).ToList())
        {
            var others = terms.Where(other => !ReferenceEquals(other.Allowed, term.Allowed)).Aggregate(wanted.Space.None, (all, other) => all | other.Where);
            if (term.Where.IsWithin(others))
            {
                terms.RemoveAll(other => ReferenceEquals(other.Allowed, term.Allowed));
            }
        }
    }

    private ConfigurationSet Meaning(ulong[] allowed) =>
        Enumerable.Range(0, words.Length).Aggregate(Counting.Space.All, (set, word) => set & Allowed(word, allowed[word]));

    /// <summary>What the words mean without one of them.</summary>
    private ConfigurationSet Without(ulong[] allowed, int word) =>
        Enumerable.Range(0, words.Length).Where(other => other != word).Aggregate(Counting.Space.All, (set, other) => set & Allowed(other, allowed[other]));

    private ulong Full(int word) => ulong.MaxValue >> (64 - words[word].Values.Length);

    private ConfigurationSet Allowed(int word, ulong allowed)
    {
        var values = words[word].Values;
        return allowed == Full(word)
            ? Counting.Space.All
            : Enumerable.Range(0, values.Length).Where(value => (allowed >> value & 1) != 0).Aggregate(Counting.Space.None, (set, value) => set | values[value].Where);
    }

    private ConfigurationSet WithValue(string word, string value) => words.First(known => known.Name == word).Values.First(known => known.Value == value).Where;

    private static int ValueAt(TermWord word, ImmutableArray<int> configuration)
    {
        for (var value = 0; value < word.Values.Length; value++)
        {
            if (word.Values[value].Where.Contains(configuration))
            {
                return value;
            }
        }

        throw new ArgumentException($"'{word.Name}' has no value in a configuration.", nameof(word));
    }

    private ImmutableArray<Literal> Literals(ulong[] allowed)
    {
        var literals = ImmutableArray.CreateBuilder<Literal>();
        for (var i = words.Length - 1; i >= 0; i--)
        {
            if (allowed[i] == Full(i))
            {
                continue;
            }

            var others = Without(allowed, i) & Counting;
            var possible = words[i].Values.Select((value, number) => (value.Value, IsIn: (allowed[i] >> number & 1) != 0, value.Where)).Where(value => !(value.Where & others).IsEmpty).ToList();
            ImmutableArray<string> inside = [.. possible.Where(value => value.IsIn).Select(value => value.Value)];
            ImmutableArray<string> outside = [.. possible.Where(value => !value.IsIn).Select(value => value.Value)];
            literals.Add(new Literal(words[i].Name, inside, outside.Length < inside.Length, outside));
        }

        // Together, what is printed as left out could let in a configuration that no literal alone does: then the values are printed.
        var printed = literals.Aggregate(Counting, (set, literal) => literal.IsExcept ? literal.Others.Aggregate(set, (rest, value) => rest - WithValue(literal.Name, value)) : set & literal.Values.Aggregate(Counting.Space.None, (any, value) => any | WithValue(literal.Name, value)));
        return printed == (Meaning(allowed) & Counting) ? literals.ToImmutable() : [.. literals.Select(literal => literal with { IsExcept = false })];
    }
}
