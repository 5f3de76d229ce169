namespace CoherenceCheck.Export.Tests;

/// <content>Expressions, with the precedence of TLA+ as far as exported text needs it.</content>
internal sealed partial class TlaModule
{
    private Func<Env, long> Implication()
    {
        var left = Disjunction();
        if (!Accept("=>"))
        {
            return left;
        }

        var right = Disjunction();
        return env => left(env) == 0 || right(env) != 0 ? 1 : 0;
    }

    private Func<Env, long> Disjunction() => Chain("\\/", All, (left, right) => env => left(env) != 0 || right(env) != 0 ? 1 : 0);

    // A bullet that follows an expression in parentheses is the next item of its list, not an operator: only within parentheses are chains.
    private Func<Env, long> All() => _depth == 0 ? Comparison() : Chain("/\\", Comparison, (left, right) => env => left(env) != 0 && right(env) != 0 ? 1 : 0);

    private int _depth;

    private static readonly Dictionary<string, Func<long, long, bool>> Comparisons = new(StringComparer.Ordinal)
    {
        ["="] = (a, b) => a == b,
        ["#"] = (a, b) => a != b,
        ["<"] = (a, b) => a < b,
        ["<="] = (a, b) => a <= b,
    };

    private Func<Env, long> Comparison()
    {
        if (Accept("~"))
        {
            var negated = Comparison();
            return env => negated(env) == 0 ? 1 : 0;
        }

        var left = Sum();
        if (_at >= _tokens.Count || !Comparisons.TryGetValue(_tokens[_at], out var compare))
        {
            return left;
        }

        _at++;
        var right = Sum();
        return env => compare(left(env), right(env)) ? 1 : 0;
    }

    private Func<Env, long> Sum()
    {
        var result = Product();
        while (_at < _tokens.Count && _tokens[_at] is "+" or "-")
        {
            var (left, sign) = (result, Accept("+") ? 1 : -1);
            _at += sign < 0 ? 1 : 0;
            var right = Product();
            result = env => left(env) + sign * right(env);
        }

        return result;
    }

    private Func<Env, long> Product()
    {
        var result = Power();
        while (_at < _tokens.Count && _tokens[_at] is "*" or "\\div" or "%")
        {
            var (left, op) = (result, _tokens[_at++]);
            var right = Power();
            result = op switch
            {
                "*" => env => left(env) * right(env),
                // Division rounds down, and the rest is never negative.
                "\\div" => env => Floor(left(env), right(env)),
                _ => env => left(env) - right(env) * Floor(left(env), right(env)),
            };
        }

        return result;
    }

    private static long Floor(long a, long b) => (a - ((a % b + b) % b)) / b;

    private Func<Env, long> Power()
    {
        var left = Primary();
        if (!Accept("^"))
        {
            return left;
        }

        var right = Primary();
        return env => Enumerable.Repeat(left(env), checked((int)right(env))).Aggregate(1L, (a, b) => checked(a * b));
    }

    private Func<Env, long> Primary()
    {
        var token = _tokens[_at++];
        switch (token)
        {
            case "(":
                _depth++;
                var inner = Accept("-") ? Negative(Primary()) : Implication();
                _depth--;
                Skip(")");
                return inner;
            case "IF":
                var condition = Implication();
                Skip("THEN");
                var then = Implication();
                Skip("ELSE");
                var otherwise = Implication();
                return env => condition(env) != 0 ? then(env) : otherwise(env);
            case "TRUE":
                return _ => 1;
            case "FALSE":
                return _ => 0;
            case "Assert":
                Skip("(");
                _depth++;
                var claim = Implication();
                _depth--;
                Skip(",");
                _at++;
                Skip(")");
                return env => claim(env) != 0 ? 1 : throw new InvalidOperationException("an assertion fails");
            default:
                return char.IsDigit(token[0]) ? Literal(token) : _parameters.TryGetValue(token, out var parameters) && parameters.Length > 0 ? Call(token, parameters) : env => env.Values[token];
        }
    }

    private static Func<Env, long> Negative(Func<Env, long> of) => env => -of(env);

    private static Func<Env, long> Literal(string token)
    {
        var value = Number(token);
        return _ => value;
    }

    private Func<Env, long> Call(string name, string[] parameters)
    {
        Skip("(");
        _depth++;
        var arguments = new List<Func<Env, long>>();
        do
        {
            arguments.Add(Implication());
        }
        while (Accept(","));
        _depth--;
        Skip(")");
        var body = _definitions[name];
        return env => body(new Env(parameters.Zip(arguments).ToDictionary(pair => pair.First, pair => pair.Second(env), StringComparer.Ordinal)));
    }

    private Func<Env, long> Chain(string op, Func<Func<Env, long>> operand, Func<Func<Env, long>, Func<Env, long>, Func<Env, long>> join)
    {
        var result = operand();
        while (_depth > 0 && Accept(op))
        {
            result = join(result, operand());
        }

        return result;
    }
}
