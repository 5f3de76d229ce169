using System.Collections.Immutable;
using CoherenceCheck.Transitions;
using Run = System.Func<long[], long[], long>;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>
/// Takes steps of a bound system as the interpreter does, and much faster: expressions are put together once, equal ones are one and keep their value while nothing that they
/// read changes, values lie in one array, and what the interpreter checks on the way is not checked.
/// </summary>
internal sealed partial class QuickSteps
{
    private const int MostLocals = 16;

    private readonly Dictionary<Variable, int> _places = [];
    private readonly int _size;
    private readonly Action<long[], long[]> _close;
    private readonly Dictionary<RuleInstance, Action<long[], long[]>> _bodies = [];
    private readonly Dictionary<Variable, int> _numbers = [];
    private readonly Lazy<long[][]> _initial;

    // How often the cells of each variable have changed.
    private readonly long[] _changes;

    public QuickSteps(TransitionSystem system)
    {
        foreach (var variable in system.Variables.Where(variable => variable.Role != Role.Frozen))
        {
            _numbers.Add(variable, _numbers.Count);
            _places.Add(variable, _size);
            _size += variable.CellCount;
        }

        _changes = new long[_numbers.Count];
        _initial = new(() => [.. new Interpreter(system, FrozenValues.None).InitialStates().Select(initial => Of(initial.State!))]);

        Action<long[], long[]>[] fills = [.. system.Fills.SelectMany(fill => RuleInstance.Choices(fill.Parameters).Select(choice => Fill(fill, [.. choice])))];
        _close = (state, locals) =>
        {
            foreach (var fill in fills)
            {
                fill(state, locals);
            }
        };
    }

    /// <summary>The initial states in order.</summary>
    public IReadOnlyList<long[]> Initial => _initial.Value;

    /// <summary>A state as values in one array.</summary>
    public long[] Of(Valuation state)
    {
        var values = new long[_size];
        foreach (var (variable, place) in _places)
        {
            for (var cell = 0; cell < variable.CellCount; cell++)
            {
                values[place + cell] = state[variable, cell];
            }
        }

        return values;
    }

    /// <summary>Where a variable's cells begin.</summary>
    public int PlaceOf(Variable variable) => _places[variable];

    /// <summary>The state after a step whose guard is true.</summary>
    public long[] After(long[] state, RuleInstance instance)
    {
        if (!_bodies.TryGetValue(instance, out var body))
        {
            var scope = Scope([.. instance.Rule.Parameters.Select(parameter => parameter.Name)]);
            var block = Block(instance.Rule.Body, scope);
            long[] arguments = [.. instance.Arguments.Select(argument => (long)argument)];
            _bodies.Add(instance, body = (s, l) =>
            {
                arguments.CopyTo(l, 0);
                block(s, l);
            });
        }

        for (var i = 0; i < _changes.Length; i++)
        {
            _changes[i]++;
        }

        var (next, locals) = ((long[])state.Clone(), new long[MostLocals]);
        body(next, locals);
        _close(next, locals);
        return next;
    }

    private static ImmutableDictionary<string, int> Scope(ImmutableArray<string> names) => names.Select((name, i) => (name, i)).ToImmutableDictionary(pair => pair.name, pair => pair.i);

    private Action<long[], long[]> Fill(Fill fill, ImmutableArray<int> arguments)
    {
        var scope = Scope([.. fill.Parameters.Select(parameter => parameter.Name)]);
        var (when, value, cell, number) = (Of(fill.When, scope), Of(fill.Value, scope), Cell(fill.Target, fill.Index, scope), _numbers[fill.Target]);
        return (state, locals) =>
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                locals[i] = arguments[i];
            }

            if (when(state, locals) != 0)
            {
                Put(state, number, cell(state, locals), state[cell(state, locals)] | value(state, locals));
            }
        };
    }

    private Action<long[], long[]> Block(ImmutableArray<Statement> block, ImmutableDictionary<string, int> scope)
    {
        var all = new List<Action<long[], long[]>>();
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a:
                    var (cell, value, number) = (Cell(a.Variable, a.Index, scope), Of(a.Value, scope), _numbers[a.Variable]);
                    all.Add((s, l) => Put(s, number, cell(s, l), value(s, l)));
                    break;
                case Statement.Let let:
                    var (known, slot) = (Of(let.Value, scope), scope.Count == 0 ? 0 : scope.Values.Max() + 1);
                    scope = scope.SetItem(let.Name, slot);
                    all.Add((s, l) => l[slot] = known(s, l));
                    break;
                case Statement.If test:
                    var (condition, then, otherwise) = (Of(test.Condition, scope), Block(test.Then, scope), Block(test.Else, scope));
                    all.Add((s, l) => (condition(s, l) != 0 ? then : otherwise)(s, l));
                    break;
                case Statement.ForEach loop:
                    var binder = scope.Count == 0 ? 0 : scope.Values.Max() + 1;
                    var (size, body) = (loop.Sort.Size, Block(loop.Body, scope.SetItem(loop.Binder, binder)));
                    all.Add((s, l) =>
                    {
                        for (var i = 0; i < size; i++)
                        {
                            l[binder] = i;
                            body(s, l);
                        }
                    });
                    break;
                default:
                    throw new InvalidOperationException($"unexpected statement {statement.GetType().Name}");
            }
        }

        var ready = all.ToArray();
        return (s, l) =>
        {
            foreach (var step in ready)
            {
                step(s, l);
            }
        };
    }

    private void Put(long[] state, int variable, long cell, long value)
    {
        if (state[cell] != value)
        {
            state[cell] = value;
            _changes[variable]++;
        }
    }

    private Run Fresh(Expr e, ImmutableDictionary<string, int> scope)
    {
        switch (e)
        {
            case Expr.Const c:
                var constant = c.Value;
                return (_, _) => constant;
            case Expr.Local l:
                var local = scope[l.Name];
                return (_, locals) => locals[local];
            case Expr.Read r:
                var cell = Cell(r.Variable, r.Index, scope);
                return (s, locals) => s[cell(s, locals)];
            case Expr.Unary u:
                var operand = Of(u.Operand, scope);
                return (s, locals) => operand(s, locals) == 0 ? 1 : 0;
            case Expr.Conditional c:
                var (condition, then, otherwise) = (Of(c.Condition, scope), Of(c.Then, scope), Of(c.Else, scope));
                return (s, locals) => condition(s, locals) != 0 ? then(s, locals) : otherwise(s, locals);
            case Expr.Fold f:
                return Fold(f, scope);
            case Expr.Binary { Op: BinaryOp.And or BinaryOp.Or } b when ShapeOf(b.Right).Cost < ShapeOf(b.Left).Cost:
                return Binary(b.Op, Of(b.Right, scope), Of(b.Left, scope));
            case Expr.Binary b:
                return Binary(b.Op, Of(b.Left, scope), Of(b.Right, scope));
            default:
                throw new InvalidOperationException($"unexpected expression {e.GetType().Name}");
        }
    }

    private Run Fold(Expr.Fold f, ImmutableDictionary<string, int> scope)
    {
        var slot = scope.Count == 0 ? 0 : scope.Values.Max() + 1;
        var (size, op, body) = (f.Sort.Size, f.Op, Of(f.Body, scope.SetItem(f.Binder, slot)));
        return (s, locals) =>
        {
            var all = op == FoldOp.All ? 1L : 0;
            for (var i = 0; i < size; i++)
            {
                locals[slot] = i;
                var one = body(s, locals);
                switch (op)
                {
                    case FoldOp.All when one == 0:
                        return 0;
                    case FoldOp.Any when one != 0:
                        return 1;
                    case FoldOp.Union:
                        all |= one;
                        break;
                    case FoldOp.Sum:
                        all += one;
                        break;
                }
            }

            return all;
        };
    }

    private static Run Binary(BinaryOp op, Run left, Run right) => op switch
    {
        BinaryOp.Add => (s, l) => left(s, l) + right(s, l),
        BinaryOp.Sub => (s, l) => left(s, l) - right(s, l),
        BinaryOp.And => (s, l) => left(s, l) != 0 && right(s, l) != 0 ? 1 : 0,
        BinaryOp.Or => (s, l) => left(s, l) != 0 || right(s, l) != 0 ? 1 : 0,
        BinaryOp.Eq => (s, l) => left(s, l) == right(s, l) ? 1 : 0,
        BinaryOp.Ne => (s, l) => left(s, l) != right(s, l) ? 1 : 0,
        BinaryOp.Lt => (s, l) => left(s, l) < right(s, l) ? 1 : 0,
        BinaryOp.Le => (s, l) => left(s, l) <= right(s, l) ? 1 : 0,
        BinaryOp.BitAnd => (s, l) => left(s, l) & right(s, l),
        BinaryOp.BitOr => (s, l) => left(s, l) | right(s, l),
        BinaryOp.BitAndNot => (s, l) => left(s, l) & ~right(s, l),
        BinaryOp.Shl => (s, l) => right(s, l) is >= 0 and <= 62 and var count ? left(s, l) << (int)count : 0,
        BinaryOp.Shr => (s, l) => right(s, l) is >= 0 and <= 62 and var count ? left(s, l) >> (int)count : 0,
        _ => throw new InvalidOperationException($"unexpected operator {op}"),
    };

    private Run Cell(Variable variable, ImmutableArray<Expr> index, ImmutableDictionary<string, int> scope)
    {
        long place = _places[variable];
        var stride = 1;
        var parts = new List<(Run Index, int Stride)>();
        for (var i = index.Length - 1; i >= 0; i--)
        {
            if (index[i] is Expr.Const known)
            {
                place += known.Value * stride;
            }
            else
            {
                parts.Add((Of(index[i], scope), stride));
            }

            stride *= variable.Index[i].Size;
        }

        return parts switch
        {
            [] => (_, _) => place,
            [var (only, size)] => (s, l) => place + (only(s, l) * size),
            _ => (s, l) =>
            {
                var cell = place;
                foreach (var (one, size) in parts)
                {
                    cell += one(s, l) * size;
                }

                return cell;
            },
        };
    }
}
