using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>Random programs that two processes run, each with a program counter and registers of its own, and a cell that they share.</summary>
internal sealed class ProgramSystem
{
    private static readonly Sort Process = new("process", ["A", "B"]);
    private static readonly Variable Counter = new("pc", [Process], new Domain.Range(0, 4), Role.State);
    private static readonly Variable X = new("x", [Process], new Domain.Range(0, 2), Role.State);
    private static readonly Variable Y = new("y", [Process], new Domain.Range(0, 2), Role.State);
    private static readonly Variable Shared = new("shared", [], new Domain.Range(0, 2), Role.State);
    private static readonly Expr P = Ex.Local("p");
    private readonly Random _random;

    private ProgramSystem(int seed) => _random = new Random(seed);

    public static TransitionSystem Make(int seed)
    {
        var program = new ProgramSystem(seed);
        return new TransitionSystem(
            $"program {seed}",
            [Process],
            [Counter, X, Y, Shared],
            [new InitialState("start", [.. Enumerable.Range(0, 2).Select(i => Ex.Assign(X, [Ex.Const(i)], program.Number()))])],
            [.. Enumerable.Range(0, 5).SelectMany(program.Steps)],
            [],
            null,
            Ex.All("p", Process, Ex.Eq(Ex.Read(Counter, P), 4)),
            [
                new Property("invariant", PropertyKind.Invariant, Ex.Not(program.Goal())),
                new Property("cover", PropertyKind.Cover, program.Goal()),
            ]);
    }

    private Expr Number() => Ex.Const(_random.Next(3));

    private Expr Value(bool mayShare) => _random.Next(mayShare ? 4 : 3) switch
    {
        0 => Number(),
        1 => Ex.Read(X, P),
        2 => Ex.Read(Y, P),
        _ => Ex.Read(Shared),
    };

    private Expr Condition() => Ex.Binary(_random.Next(2) == 0 ? BinaryOp.Eq : BinaryOp.Ne, Value(true), Number());

    private Expr Goal() => Ex.And(Ex.Any("p", Process, Ex.Eq(Ex.Read(Counter, P), _random.Next(1, 5))), Ex.Eq(Ex.Read(Shared), Number()));

    // One or two ways on from a value of the counter.
    private IEnumerable<Rule> Steps(int at)
    {
        for (var way = _random.Next(at == 4 ? 0 : 1, 3); way > 0; way--)
        {
            var guard = Ex.Eq(Ex.Read(Counter, P), at);
            yield return new Rule(
                $"{at} {way}",
                [new Parameter("p", Process)],
                _random.Next(3) == 0 ? Ex.And(guard, Condition()) : guard,
                [.. Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Work()), Ex.Assign(Counter, [P], Next(at))],
                new RuleLabel("test", "step"));
        }
    }

    private Expr Next(int at) => _random.Next(3) == 0
        ? Ex.If(Condition(), Ex.Const((at + 1) % 5), Ex.Const(_random.Next(5)))
        : Ex.Const(_random.Next(4) == 0 ? _random.Next(5) : (at + 1) % 5);

    private Statement Work()
    {
        var assign = _random.Next(3) switch
        {
            0 => Ex.Assign(Shared, Value(true)),
            1 => Ex.Assign(X, [P], Value(true)),
            _ => Ex.Assign(Y, [P], Value(true)),
        };
        return _random.Next(4) == 0 ? Ex.When(Condition(), assign) : assign;
    }
}
