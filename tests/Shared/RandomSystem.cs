using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Shared;

/// <summary>Random well-formed systems: every domain, index shape, expression and statement, fills, a cut, model errors, frozen variables, words of every number.</summary>
public sealed class RandomSystem
{
    private readonly Random _random;
    private readonly ImmutableArray<Sort> _sorts;
    private readonly ImmutableArray<Variable> _frozenVariables;
    private readonly ImmutableArray<Variable> _variables;
    private readonly double _wild;
    private readonly bool _symmetric;
    private HashSet<Variable> _hidden = [];
    private int _names;

    private RandomSystem(int seed, bool symmetric)
    {
        _symmetric = symmetric;
        _random = new Random(seed);
        _wild = Chance(0.3) ? 0.1 : 0.005;
        _sorts = [.. Enumerable.Range(0, _random.Next(1, symmetric ? 3 : 4)).Select(i => new Sort($"s{i}", [.. Enumerable.Range(0, _random.Next(symmetric ? 3 : 1, 5)).Select(e => $"e{i}{e}")]))];
        _frozenVariables = [.. Enumerable.Range(0, _random.Next(0, 4)).Select(i => NewVariable($"f{i}", Role.Frozen))];
        _variables = [.. Enumerable.Range(0, _random.Next(1, 6)).Select(i => NewVariable($"v{i}", Chance(0.2) ? Role.Ghost : Role.State)), .. Padding()];
        var fills = Fills();
        System = new TransitionSystem(
            $"random {seed}",
            _sorts,
            [.. _frozenVariables, .. _variables],
            [.. Enumerable.Range(0, _random.Next(1, 4)).Select(i => new InitialState($"i{i}", Block(_random.Next(0, 3), [], 1)))],
            [.. Enumerable.Range(0, _random.Next(1, 6)).Select(NewRule)],
            fills,
            Chance(0.2) ? Ex.And(Condition([], 2), Condition([], 2)) : null,
            Condition([], 2),
            [
                new Property("invariant", PropertyKind.Invariant, Ex.Or(Condition([], 3), Condition([], 3), Condition([], 2))),
                new Property("cover", PropertyKind.Cover, Ex.And(Condition([], 2), Condition([], 2))),
            ]);
        Frozen = NewFrozen();
    }

    /// <summary>The system.</summary>
    public TransitionSystem System { get; }

    /// <summary>Values of its frozen variables.</summary>
    public FrozenValues Frozen { get; private set; }

    /// <summary>The system of a seed.</summary>
    public static RandomSystem Make(int seed) => new(seed, symmetric: false);

    /// <summary>A system that mostly treats the last two elements of each sort alike: it does not name them, nor compare or add elements.</summary>
    public static RandomSystem MakeSymmetric(int seed) => new(seed, symmetric: true);

    /// <summary>Other values of its frozen variables.</summary>
    public FrozenValues NewFrozen() => new(_frozenVariables.Select(v =>
    {
        var first = _symmetric ? Constant(v.Domain) : 0;
        return KeyValuePair.Create(v, Enumerable.Range(0, v.CellCount).Select(_ => _symmetric ? first : Constant(v.Domain)).ToArray());
    }));

    /// <summary>An expression over the variables and the given names.</summary>
    /// <summary>An expression over its variables.</summary>
    public Expr Expression(ImmutableDictionary<string, Sort> names, int depth) => Number(names, depth);

    private bool Chance(double p) => _random.NextDouble() < p;

    private long Constant(Domain domain) => domain switch
    {
        Domain.Element e when _symmetric => e.OrNone && Chance(0.4) ? e.Sort.Size : Constant(e.Sort),
        Domain.Subset s => ConstantSet(s.Sort),
        _ => _random.NextInt64(domain.Min, domain.Max + 1),
    };

    private int Constant(Sort sort) => _random.Next(_symmetric ? Math.Max(1, sort.Size - 2) : sort.Size);

    private long ConstantSet(Sort sort)
    {
        var set = _random.NextInt64(0, sort.FullMask + 1);
        var last = sort.Size < 2 ? 0 : 3L << (sort.Size - 2);
        return !_symmetric || (set & last) == last ? set : set & ~last;
    }

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];

    private Variable NewVariable(string name, Role role)
    {
        ImmutableArray<Sort> index = [.. Enumerable.Range(0, Pick<int>(_symmetric ? [0, 1, 1, 1] : [0, 0, 1, 1, 2])).Select(_ => Pick(_sorts))];
        var low = _random.Next(-3, 3);
        Domain domain = _random.Next(7) switch
        {
            0 => new Domain.Element(Pick(_sorts)),
            1 => new Domain.Element(Pick(_sorts), OrNone: true),
            2 or 3 => new Domain.Subset(Pick(_sorts)),
            4 => new Domain.Range(low, low + _random.Next(0, 4)),
            _ => new Domain.Range(0, 1),
        };
        return new Variable(name, index, domain, role);
    }

    // Wide variables, of which few values are used, so that states have one to seven words.
    private IEnumerable<Variable> Padding()
    {
        for (var i = _random.Next(0, 4); i > 0; i--)
        {
            yield return new Variable($"wide{i}", Chance(0.3) ? [Pick(_sorts)] : [], new Domain.Range(-(1L << _random.Next(2, 60)), 3), Role.State);
        }
    }

    private ImmutableArray<Fill> Fills()
    {
        var sets = _variables.Where(v => v.Domain is Domain.Subset).OrderBy(_ => _random.Next()).Take(_random.Next(0, 4)).ToList();
        var fills = ImmutableArray.CreateBuilder<Fill>();
        for (var i = 0; i < sets.Count; i++)
        {
            var target = sets[i];
            _hidden = [.. sets.Skip(i)];
            var parameters = target.Index.Select((s, n) => new Parameter($"t{n}", s)).ToList();
            ImmutableArray<Expr> index = [.. parameters.Select(Ex.Param)];
            var ownIsStable = true;
            if (Chance(0.3))
            {
                parameters.Add(new Parameter("extra", Pick(_sorts)));
                ownIsStable = false;
            }

            var names = parameters.ToImmutableDictionary(p => p.Name, p => p.Sort);
            var sort = ((Domain.Subset)target.Domain).Sort;
            var value = SetOf(sort, names, 2);
            var when = Condition(names, 2);
            if (ownIsStable && Chance(0.3))
            {
                when = Ex.And(when, Ex.Contains(Ex.Read(target, [.. index]), Ex.Const(Constant(sort))));
                value = Ex.Const(ConstantSet(sort));
            }

            fills.Add(new Fill($"fill{i}", [.. parameters], target, index, value, when));
        }

        _hidden = [];
        return fills.ToImmutable();
    }

    private Rule NewRule(int number)
    {
        ImmutableArray<Parameter> parameters = [.. Enumerable.Range(0, _random.Next(_symmetric ? 1 : 0, 3)).Select(i => new Parameter($"p{i}", Pick(_sorts)))];
        var names = parameters.ToImmutableDictionary(p => p.Name, p => p.Sort);
        var guard = Chance(0.2) ? Ex.True : Condition(names, 3);
        return new Rule($"r{number}", parameters, guard, Block(_random.Next(1, 4), names, 2), new RuleLabel("test", $"rule {number}"));
    }

    private ImmutableArray<Statement> Block(int length, ImmutableDictionary<string, Sort> names, int depth)
    {
        var block = ImmutableArray.CreateBuilder<Statement>();
        for (var i = 0; i < length; i++)
        {
            var kind = depth == 0 ? 0 : _random.Next(10);
            switch (kind)
            {
                case 6:
                    var sort = Pick(_sorts);
                    var name = Chance(0.2) && !names.IsEmpty ? names.Keys.First() : $"n{_names++}";
                    block.Add(Ex.Let(name, Element(sort, names, 2)));
                    names = names.SetItem(name, sort);
                    break;
                case 7:
                    block.Add(Ex.IfElse(Condition(names, 2), Block(_random.Next(0, 3), names, depth - 1), Block(_random.Next(0, 2), names, depth - 1)));
                    break;
                case 8 when !_symmetric || Chance(0.4):
                    var over = Pick(_sorts);
                    var binder = $"n{_names++}";
                    block.Add(Ex.ForEach(binder, over, [.. Block(_random.Next(1, 3), names.SetItem(binder, over), depth - 1)]));
                    break;
                case 9 when Chance(_wild):
                    block.Add(Ex.Fail(Condition(names, 2), "the author excluded this"));
                    break;
                default:
                    var variable = Pick(_variables);
                    block.Add(Ex.Assign(variable, [.. variable.Index.Select(s => Element(s, names, 1))], ValueFor(variable.Domain, names)));
                    break;
            }
        }

        return block.ToImmutable();
    }

    // Mostly in the domain, or a number of any size.
    private Expr ValueFor(Domain domain, ImmutableDictionary<string, Sort> names)
    {
        if (Chance(_wild))
        {
            return Number(names, 3);
        }

        switch (domain)
        {
            case Domain.Element e:
                return e.OrNone && Chance(0.3) ? Ex.None(e.Sort) : Element(e.Sort, names, 2);
            case Domain.Subset s:
                return SetOf(s.Sort, names, 2);
            default:
                var low = Math.Max(domain.Min, domain.Max - 3);
                var known = Ex.Const(_random.NextInt64(low, domain.Max + 1));
                var other = Ex.Const(_random.NextInt64(low, domain.Max + 1));
                var same = _variables.FirstOrDefault(v => v.Domain == domain && v.Index.IsEmpty && !_hidden.Contains(v));
                return _random.Next(4) switch
                {
                    0 when same is not null => Ex.If(Ex.Lt(Ex.Read(same), Ex.Const(domain.Max)), Ex.Add(Ex.Read(same), Ex.Const(1)), known),
                    1 when domain is { Min: 0, Max: 1 } => Condition(names, 2),
                    2 => Ex.If(Condition(names, 2), known, other),
                    _ => known,
                };
        }
    }

    private Expr Element(Sort sort, ImmutableDictionary<string, Sort> names, int depth)
    {
        var locals = names.Where(n => n.Value == sort).Select(n => n.Key).Order(StringComparer.Ordinal).ToList();
        if (locals.Count > 0 && Chance(_symmetric ? 0.9 : 0.6))
        {
            return Ex.Local(Pick(locals));
        }

        var reads = Readable().Where(v => v.Domain is Domain.Element e && e.Sort == sort && (!e.OrNone || Chance(_wild * 5))).ToList();
        if (depth > 0 && reads.Count > 0 && Chance(0.4))
        {
            return Read(Pick(reads), names, depth);
        }

        return depth > 0 && Chance(_wild) ? Number(names, depth - 1) : Ex.Const(Constant(sort));
    }

    private Expr SetOf(Sort sort, ImmutableDictionary<string, Sort> names, int depth)
    {
        var reads = Readable().Where(v => v.Domain is Domain.Subset s && s.Sort == sort).ToList();
        return _random.Next(depth > 0 ? 7 : 2) switch
        {
            0 => Ex.Const(ConstantSet(sort)),
            1 when reads.Count > 0 => Read(Pick(reads), names, Math.Max(0, depth - 1)),
            1 or 2 => Ex.Singleton(Element(sort, names, depth)),
            3 => Ex.BitOr(SetOf(sort, names, depth - 1), SetOf(sort, names, depth - 1)),
            4 => Ex.BitAndNot(SetOf(sort, names, depth - 1), SetOf(sort, names, depth - 1)),
            5 => Ex.BitAnd(SetOf(sort, names, depth - 1), SetOf(sort, names, depth - 1)),
            _ => Folded(FoldOp.Union, names, n => SetOf(sort, n, depth - 1)),
        };
    }

    private Expr Condition(ImmutableDictionary<string, Sort> names, int depth)
    {
        if (depth == 0)
        {
            var truths = Readable().Where(v => v.Domain is { Min: 0, Max: 1 }).ToList();
            return truths.Count > 0 && Chance(0.8) ? Read(Pick(truths), names, 0) : Compare(names, 0);
        }

        return _random.Next(12) switch
        {
            0 => Ex.Not(Condition(names, depth - 1)),
            1 => Ex.And(Condition(names, depth - 1), Condition(names, depth - 1)),
            2 => Ex.Or(Condition(names, depth - 1), Condition(names, depth - 1)),
            3 => Folded(Chance(0.5) ? FoldOp.All : FoldOp.Any, names, n => Condition(n, depth - 1)),
            4 => Number(names, depth - 1),
            5 or 6 when Readable().Any(v => v.Domain is Domain.Subset) => Member(names, depth),
            _ => Compare(names, depth),
        };
    }

    private Expr Member(ImmutableDictionary<string, Sort> names, int depth)
    {
        var set = Pick(Readable().Where(v => v.Domain is Domain.Subset).ToList());
        return Ex.Contains(Read(set, names, depth - 1), Element(((Domain.Subset)set.Domain).Sort, names, depth - 1));
    }

    private Expr Compare(ImmutableDictionary<string, Sort> names, int depth)
    {
        var readable = Readable().ToList();
        if (readable.Count > 0 && Chance(0.7))
        {
            var v = Pick(readable);
            if (_symmetric && v.Domain is not Domain.Range)
            {
                return Ex.Binary(Pick([BinaryOp.Eq, BinaryOp.Ne]), Read(v, names, depth), Ex.Const(Constant(v.Domain)));
            }

            var value = Ex.Const(_random.NextInt64(Math.Max(v.Domain.Min, v.Domain.Max - 4), v.Domain.Max + 1));
            return Ex.Binary(Pick([BinaryOp.Eq, BinaryOp.Eq, BinaryOp.Ne, BinaryOp.Lt, BinaryOp.Le]), Read(v, names, depth), value);
        }

        return Ex.Binary(Pick([BinaryOp.Eq, BinaryOp.Ne, BinaryOp.Lt, BinaryOp.Le]), Number(names, depth - 1), Number(names, depth - 1));
    }

    private Expr Number(ImmutableDictionary<string, Sort> names, int depth)
    {
        if (depth <= 0)
        {
            return !_symmetric && names.Count > 0 && Chance(0.5) ? Ex.Local(Pick(names.Keys.Order(StringComparer.Ordinal).ToList())) : Ex.Const(_random.Next(-2, 6));
        }

        var readable = Readable().Where(v => !_symmetric || v.Domain is Domain.Range).ToList();
        return _random.Next(9) switch
        {
            0 => new Expr.Conditional(Condition(names, depth - 1), Number(names, depth - 1), Number(names, depth - 1)),
            1 => Folded(FoldOp.Sum, names, n => Number(n, depth - 1)),
            2 => Condition(names, depth - 1),
            3 or 4 or 5 when readable.Count > 0 => Read(Pick(readable), names, depth - 1),
            6 => new Expr.Binary(BinaryOp.Shr, Ex.BitAnd(Number(names, depth - 1), Ex.Const(255)), Number(names, depth - 1)),
            _ => new Expr.Binary(
                Pick([BinaryOp.Add, BinaryOp.Sub, BinaryOp.And, BinaryOp.Or, BinaryOp.BitAnd, BinaryOp.BitOr, BinaryOp.BitAndNot, BinaryOp.Shl]),
                Number(names, depth - 1),
                Number(names, depth - 1)),
        };
    }

    private Expr Folded(FoldOp op, ImmutableDictionary<string, Sort> names, Func<ImmutableDictionary<string, Sort>, Expr> body)
    {
        var sort = Pick(_sorts);
        var binder = $"n{_names++}";
        return Ex.Fold(op, binder, sort, body(names.SetItem(binder, sort)));
    }

    // Now and then an index that can be out of its sort.
    private Expr Read(Variable v, ImmutableDictionary<string, Sort> names, int depth) =>
        Ex.Read(v, [.. v.Index.Select(s => depth > 0 && Chance(_symmetric ? _wild : 0.15) ? Number(names, depth - 1) : Element(s, names, depth - 1))]);

    private IEnumerable<Variable> Readable() => _variables.Concat(_frozenVariables).Where(v => !_hidden.Contains(v));
}
