using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

/// <summary>Random processes with program counters, own and shared variables, and work that is left pending and done later by hardware: systems in which much may be exchanged.</summary>
internal sealed class ProcessSystem
{
    private readonly Random _random;
    private readonly Sort _process;
    private readonly Sort _item = new("item", ["a", "b"]);
    private readonly Variable _pc;
    private readonly Variable _own;
    private readonly Variable _shared;
    private readonly Variable _pending;
    private readonly Variable _cache;
    private readonly Variable _flag;
    private readonly int _last;

    private ProcessSystem(int seed)
    {
        _random = new Random(seed);
        _process = new Sort("process", [.. Enumerable.Range(0, _random.Next(2, 4)).Select(i => $"p{i}")]);
        _last = _random.Next(2, 5);
        _pc = new Variable("pc", [_process], new Domain.Range(0, _last), Role.State);
        _own = new Variable("own", [_process], new Domain.Range(0, 2), Role.State);
        _shared = new Variable("shared", [], new Domain.Range(0, 2), Role.State);
        _pending = new Variable("pending", [_process], new Domain.Subset(_item), Role.State);
        _cache = new Variable("cache", [_process], new Domain.Subset(_item), Role.State);
        _flag = new Variable("flag", [], new Domain.Range(0, 1), Role.Ghost);
        var p = new Parameter("p", _process);
        var i = new Parameter("i", _item);
        var rules = Enumerable.Range(0, _last + 1).SelectMany(at => Enumerable.Range(0, _random.Next(1, 3)).Select(n => Step(p, at, n))).ToList();
        if (Chance(0.7))
        {
            rules.Add(new Rule(
                "done", [p, i], Ex.Contains(Pending(p), Ex.Param(i)),
                [
                    Ex.Assign(_pending, [Ex.Param(p)], Ex.BitAndNot(Pending(p), Ex.Singleton(Ex.Param(i)))),
                    .. Chance(0.5) ? [Ex.Assign(_cache, [Ex.Param(p)], Ex.Const(0))] : ImmutableArray<Statement>.Empty,
                    .. Chance(0.2) ? [Ex.Assign(_shared, Ex.Const(1))] : ImmutableArray<Statement>.Empty,
                ],
                new RuleLabel("hardware", "done")));
        }

        var watched = Ex.Eq(Ex.Read(_pc, Ex.Param(p)), _random.Next(_last + 1));
        System = new TransitionSystem(
            $"processes {seed}",
            [_process, _item],
            [_pc, _own, _shared, _pending, _cache, _flag],
            [new InitialState("start", Chance(0.2) ? [Ex.Assign(_own, [Ex.Const(0)], Ex.Const(1))] : [])],
            [.. rules],
            Chance(0.6) ? [new Fill("cached", [p], _cache, [Ex.Param(p)], Ex.If(Ex.Eq(Ex.Read(_shared), 1), Ex.Const(1), Ex.Const(2)), watched)] : [],
            Chance(0.15) ? Ex.And(Ex.Eq(Ex.Read(_shared), 2), Ex.Eq(Ex.Read(_flag), 1)) : null,
            Ex.All("q", _process, Ex.Eq(Ex.Read(_pc, Ex.Local("q")), _last)),
            [new Property("invariant", PropertyKind.Invariant, Invariant()), new Property("cover", PropertyKind.Cover, Ex.Eq(Ex.Read(_flag), 1))]);
    }

    public TransitionSystem System { get; }

    public static ProcessSystem Make(int seed) => new(seed);

    private bool Chance(double p) => _random.NextDouble() < p;

    private Expr Pending(Parameter p) => Ex.Read(_pending, Ex.Param(p));

    private Expr Invariant() => _random.Next(6) switch
    {
        4 => Ex.Not(Ex.Any("q", _process, Ex.And(Ex.Eq(Ex.Read(_own, Ex.Local("q")), 1), Ex.Eq(Ex.Read(_shared), _random.Next(1, 3))))),
        5 => Ex.Not(Ex.All("q", _process, Ex.Eq(Ex.Read(_pc, Ex.Local("q")), _random.Next(1, _last)))),
        0 => Ex.Eq(Ex.Read(_flag), 0),
        1 => Ex.Not(Ex.And(Ex.Eq(Ex.Read(_flag), 1), Ex.Eq(Ex.Read(_shared), 2))),
        2 => Ex.Not(Ex.All("q", _process, Ex.Eq(Ex.Read(_own, Ex.Local("q")), 2))),
        _ => Ex.Not(Ex.Any("q", _process, Ex.And(Ex.Eq(Ex.Read(_cache, Ex.Local("q")), 3), Ex.Eq(Ex.Read(_own, Ex.Local("q")), 2)))),
    };

    private Rule Step(Parameter p, int at, int number)
    {
        var self = Ex.Param(p);
        var guard = Ex.Eq(Ex.Read(_pc, self), at);
        guard = _random.Next(7) switch
        {
            3 => Ex.And(guard, Ex.Any("q", _process, Ex.Eq(Ex.Read(_own, Ex.Local("q")), _random.Next(3)))),
            0 => Ex.And(guard, Ex.Ne(Ex.Read(_shared), _random.Next(3))),
            1 => Ex.And(guard, Ex.Eq(Pending(p), 0)),
            2 => Ex.And(guard, Ex.Lt(Ex.Read(_own, self), Ex.Const(2))),
            _ => guard,
        };
        var body = new List<Statement>();
        for (var count = _random.Next(0, 3); count > 0; count--)
        {
            body.Add(_random.Next(10) switch
            {
                9 => Ex.Assign(_flag, Ex.If(Ex.All("q", _process, Ex.Eq(Ex.Read(_own, Ex.Local("q")), _random.Next(3))), Ex.Const(1), Ex.Read(_flag))),
                0 => Ex.Assign(_shared, Ex.Const(_random.Next(3))),
                1 => Ex.Assign(_flag, Ex.If(Ex.Eq(Ex.Read(_shared), _random.Next(3)), Ex.Const(1), Ex.Read(_flag))),
                2 or 3 => Ex.Assign(_pending, [self], Ex.BitOr(Pending(p), Ex.Const(_random.Next(1, 4)))),
                4 => Ex.Assign(_own, [self], Ex.Read(_shared)),
                5 => Ex.Assign(_cache, [self], Ex.Const(0)),
                6 => Ex.Fail(Ex.And(Ex.Eq(Ex.Read(_shared), 2), Ex.Eq(Ex.Read(_own, self), 2), Ex.Eq(Ex.Read(_flag), 1)), "all at once"),
                _ => Ex.Assign(_own, [self], Ex.Const(_random.Next(3))),
            });
        }

        var next = Ex.Const(Chance(0.75) ? Math.Min(_last, at + 1) : _random.Next(_last + 1));
        var there = Chance(0.2) ? Ex.If(Ex.Eq(Ex.Read(_own, self), 1), Ex.Const(_random.Next(_last + 1)), next) : next;
        body.Insert(_random.Next(body.Count + 1), Ex.Assign(_pc, [self], there));
        return new Rule($"step {at} {number}", [p], guard, [.. body], new RuleLabel("process", $"step {at}"));
    }
}
