using System.Globalization;
using System.Text.RegularExpressions;

namespace CoherenceCheck.Export.Tests;

/// <summary>Reads and explores the part of TLA+ that is exported, so that the text is looked at where no TLC is.</summary>
internal sealed partial class TlaModule
{
    private readonly Dictionary<string, Func<Env, long>> _definitions = [];
    private readonly Dictionary<string, string[]> _parameters = [];
    private readonly List<string> _variables = [];
    private readonly List<string> _tokens;
    private int _at;

    public TlaModule(string text)
    {
        var module = text[..text.IndexOf("\n====", StringComparison.Ordinal)];
        _tokens = [.. Token().Matches(Comment().Replace(module, "")).Select(match => match.Value)];
        Skip("----", "MODULE", _tokens[2], "----", "EXTENDS", "Integers", ",", "TLC");
        while (_at < _tokens.Count)
        {
            if (Accept("VARIABLE"))
            {
                _variables.Add(_tokens[_at++]);
            }
            else
            {
                Definition();
            }
        }
    }

    public Counts Explore()
    {
        var (seen, queue, transitions) = (new HashSet<string>(StringComparer.Ordinal), new Queue<long[]>(), 0L);
        var violated = false;
        void Found(Dictionary<string, long> next)
        {
            var state = _variables.Select(variable => next[variable]).ToArray();
            if (seen.Add(string.Join(',', state)))
            {
                queue.Enqueue(state);
                var here = new Env(state.Zip(_variables).ToDictionary(pair => pair.Second, pair => pair.First, StringComparer.Ordinal));
                violated |= _definitions.TryGetValue("Property", out var property) && property(here) == 0;
            }
        }

        // Init is a disjunction of conjunctions of equations: each gives one state.
        foreach (var state in _initial)
        {
            Found(state);
        }

        var rules = _next;
        while (!violated && queue.TryDequeue(out var state))
        {
            foreach (var rule in rules)
            {
                var env = new Env(state.Zip(_variables).ToDictionary(pair => pair.Second, pair => pair.First, StringComparer.Ordinal));
                if (_definitions[rule](env) != 0)
                {
                    transitions++;
                    Assert.Equal(_variables.Count, env.Next.Count);
                    Found(env.Next);
                }
            }
        }

        return violated ? Counts.Violated : new Counts(true, seen.Count, transitions);
    }

    private readonly List<Dictionary<string, long>> _initial = [];
    private readonly List<string> _next = [];

    private void Definition()
    {
        var name = _tokens[_at++];
        var parameters = new List<string>();
        if (Accept("("))
        {
            while (!Accept(")"))
            {
                parameters.Add(_tokens[_at++]);
                Accept(",");
            }
        }

        Skip("==");
        switch (name)
        {
            case "vars" or "Spec":
                for (; _at < _tokens.Count && !(_at + 1 < _tokens.Count && _tokens[_at + 1] is "==" or "("); _at++)
                {
                    // Not looked into.
                }

                break;
            case "Init":
                while (Accept("\\/"))
                {
                    var state = new Dictionary<string, long>(StringComparer.Ordinal);
                    do
                    {
                        var variable = _tokens[_at++];
                        Skip("=");
                        state.Add(variable, Primary()(new Env([])));
                    }
                    while (Accept("/\\"));
                    _initial.Add(state);
                }

                break;
            case "Next":
                while (Accept("\\/"))
                {
                    _next.Add(_tokens[_at++]);
                }

                break;
            default:
                _parameters[name] = [.. parameters];
                _definitions[name] = Accept("/\\") ? Conjunction() : Implication();
                break;
        }
    }

    // A bulleted list; in an action its last items give the next values.
    private Func<Env, long> Conjunction()
    {
        var items = new List<Func<Env, long>>();
        do
        {
            items.Add(Item());
        }
        while (Accept("/\\"));
        return env => items.All(item => item(env) != 0) ? 1 : 0;
    }

    private Func<Env, long> Item()
    {
        if (Accept("LET"))
        {
            var lets = new List<(string Name, Func<Env, long> Value)>();
            while (!Accept("IN"))
            {
                var name = _tokens[_at++];
                Skip("==");
                lets.Add((name, Implication()));
            }

            Skip("/\\");
            var body = Conjunction();
            return env =>
            {
                lets.ForEach(let => env.Values[let.Name] = let.Value(env));
                return body(env);
            };
        }

        if (Accept("UNCHANGED"))
        {
            Skip("<<");
            var names = new List<string>();
            while (!Accept(">>"))
            {
                names.Add(_tokens[_at++]);
                Accept(",");
            }

            return env =>
            {
                names.ForEach(name => env.Next.Add(name, env.Values[name]));
                return 1;
            };
        }

        if (_tokens[_at + 1] == "'")
        {
            var variable = _tokens[_at];
            _at += 2;
            Skip("=");
            var value = Implication();
            return env =>
            {
                env.Next.Add(variable, value(env));
                return 1;
            };
        }

        return Implication();
    }

    private bool Accept(string token)
    {
        var isNext = _at < _tokens.Count && _tokens[_at] == token;
        _at += isNext ? 1 : 0;
        return isNext;
    }

    private void Skip(params string[] tokens)
    {
        foreach (var token in tokens)
        {
            Assert.Equal(token, _tokens[_at++]);
        }
    }

    [GeneratedRegex(@"\\\*[^\n]*", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"----|[A-Za-z]\w*|\d+|""[^""]*""|==|=>|<=|<<|>>|/\\|\\/|\\div|[-=#<~+*%^(),']", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Token();

    private sealed record Env(Dictionary<string, long> Values)
    {
        public Dictionary<string, long> Next { get; } = new(StringComparer.Ordinal);
    }

    private static long Number(string token) => long.Parse(token, CultureInfo.InvariantCulture);
}
