using System.Collections.Immutable;
using System.Numerics;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export;

/// <content>Expressions and statements of ground steps, over scalar variables.</content>
public sealed partial class Flattener
{
    private readonly List<(string Name, ValueRange Range)> _lets = [];
    private readonly Dictionary<string, ValueRange> _ranges = [];
    private readonly Dictionary<string, string> _letNames = [];

    // Lets are numbered anew in each step.
    private void Begin()
    {
        _lets.Clear();
        _ranges.Clear();
        _letNames.Clear();
    }

    private Expr Flat(Expr e)
    {
        switch (e)
        {
            case Expr.Const:
                return Checked(e);
            case Expr.Local l:
                return new Expr.Local(_letNames[l.Name]);
            case Expr.Read r:
                return Choose(r.Variable, [.. r.Index.Select(Flat)], 0, 0);
            case Expr.Unary u:
                return Ex.Not(Flat(u.Operand));
            case Expr.Conditional c:
                return Ex.If(Flat(c.Condition), Flat(c.Then), Flat(c.Else));
            case Expr.Binary b:
                return Checked(Binary(b.Op, Flat(b.Left), Flat(b.Right)));
            default:
                throw new InvalidOperationException($"{e.GetType().Name} is not a ground expression");
        }
    }

    private ValueRange RangeOf(Expr e) => ValueRange.Of(e, _ranges);

    private Expr Checked(Expr e)
    {
        var range = RangeOf(e);
        if (range.Min < int.MinValue || range.Max > int.MaxValue)
        {
            Refuse($"a value needs more than 32 bits: {SystemPrinter.Print(e)}");
        }

        return e;
    }

    private Expr Binary(BinaryOp op, Expr left, Expr right)
    {
        var (l, r) = (RangeOf(left), RangeOf(right));
        switch (op)
        {
            case BinaryOp.BitAnd or BinaryOp.BitOr or BinaryOp.BitAndNot:
                // Where one side of an intersection is not negative, the other's bits beyond it do not matter.
                var matters = op switch
                {
                    BinaryOp.BitOr => l.Min < 0 || r.Min < 0 ? -1 : l.Max | r.Max,
                    BinaryOp.BitAndNot => l.Min < 0 ? -1 : l.Max,
                    _ => l.Min >= 0 ? l.Max : r.Min >= 0 ? r.Max : -1,
                };
                if (matters < 0)
                {
                    Refuse($"bits of negative numbers matter: {SystemPrinter.Print(new Expr.Binary(op, left, right))}");
                }

                _bits = Math.Max(_bits, 64 - BitOperations.LeadingZeroCount((ulong)Math.Max(0, matters)));
                return Ex.Binary(op, left, right);
            case BinaryOp.Shl or BinaryOp.Shr:
                if (l.Min < 0)
                {
                    Refuse($"a negative number is shifted: {SystemPrinter.Print(new Expr.Binary(op, left, right))}");
                }

                // Beyond 30 bits nothing is left of a number that fits; languages do not agree on what a shift by more is.
                var outside = Ex.Or(r.Min < 0 ? Ex.Lt(right, Ex.False) : Ex.False, r.Max > 30 ? Ex.Lt(Ex.Const(30), right) : Ex.False);
                return Ex.If(outside, Ex.False, Ex.Binary(op, left, right));
            default:
                return Ex.Binary(op, left, right);
        }
    }

    // Where an index is not known, a chain of conditionals asks for its elements; the least value stands for what is outside.
    private Expr Choose(Variable variable, ImmutableArray<Expr> index, int position, int cell)
    {
        var min = variable.Domain.Min;
        if (position == index.Length)
        {
            return variable.Domain.Max == min ? Ex.Const(min) : Ex.Read(_variables[new StateCell(variable, cell)]);
        }

        var size = variable.Index[position].Size;
        if (index[position] is Expr.Const known)
        {
            return known.Value >= 0 && known.Value < size
                ? Choose(variable, index, position + 1, cell * size + (int)known.Value)
                : Ex.Const(min);
        }

        var range = RangeOf(index[position]);
        var result = new ValueRange(0, size - 1).Contains(range) ? null : Ex.Const(min);
        for (var i = size - 1; i >= 0; i--)
        {
            if (range.Contains(i))
            {
                var choice = Choose(variable, index, position + 1, cell * size + i);
                result = result is null || result == choice ? choice : Ex.If(Ex.Eq(index[position], i), choice, result);
            }
        }

        return result ?? Ex.Const(min);
    }

    private void Block(ImmutableArray<Statement> block, ImmutableArray<Statement>.Builder result)
    {
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a:
                    Assign(a, result);
                    break;
                case Statement.Let l:
                    _letNames[l.Name] = ((Expr.Local)Let(Flat(l.Value), result)).Name;
                    break;
                case Statement.If i:
                    var condition = Flat(i.Condition);
                    var (then, otherwise) = (ImmutableArray.CreateBuilder<Statement>(), ImmutableArray.CreateBuilder<Statement>());
                    Block(i.Then, then);
                    Block(i.Else, otherwise);
                    result.Add(new Statement.If(condition, then.ToImmutable(), otherwise.ToImmutable()));
                    break;
                case Statement.Fail f:
                    result.Add(new Statement.Fail(Flat(f.Condition), f.Message));
                    break;
                default:
                    throw new InvalidOperationException($"{statement.GetType().Name} is not a ground statement");
            }
        }
    }

    private static void When(Expr condition, ImmutableArray<Statement>.Builder result, Action<ImmutableArray<Statement>.Builder> block)
    {
        var inner = ImmutableArray.CreateBuilder<Statement>();
        block(inner);
        if (condition is Expr.Const { Value: not 0 })
        {
            result.AddRange(inner);
        }
        else if (condition is not Expr.Const && inner.Count > 0)
        {
            result.Add(new Statement.If(condition, inner.ToImmutable(), []));
        }
    }

    private Expr Let(Expr value, ImmutableArray<Statement>.Builder result)
    {
        var name = FormattableString.Invariant($"t{_lets.Count}");
        var range = RangeOf(value);
        _lets.Add((name, range));
        _ranges.Add(name, range);
        result.Add(new Statement.Let(name, value));
        return new Expr.Local(name);
    }

    // What is asked for more than once gets a name, so that the text stays short.
    private Expr Named(Expr e, ImmutableArray<Statement>.Builder result) => e is Expr.Const or Expr.Local or Expr.Read ? e : Let(e, result);

    private void Assign(Statement.Assign a, ImmutableArray<Statement>.Builder result)
    {
        ImmutableArray<Expr> index = [.. a.Index.Select(i => Named(Flat(i), result))];
        var value = Flat(a.Value);
        var domain = ValueRange.Of(a.Variable.Domain);
        if (index.Any(i => i is not Expr.Const))
        {
            value = Named(value, result);
        }

        if (!domain.Contains(RangeOf(value)))
        {
            value = Named(value, result);
            var outside = Ex.Or(Ex.Lt(value, Ex.Const(domain.Min)), Ex.Lt(Ex.Const(domain.Max), value));
            result.Add(new Statement.Fail(outside, $"{a.Variable.Name} is given a value outside {domain.Min}..{domain.Max}"));
        }

        result.AddRange(Store(a.Variable, index, value, 0, 0));
    }

    private ImmutableArray<Statement> Store(Variable variable, ImmutableArray<Expr> index, Expr value, int position, int cell)
    {
        if (position == index.Length)
        {
            return variable.Domain.Max == variable.Domain.Min ? [] : [Ex.Assign(_variables[new StateCell(variable, cell)], value)];
        }

        var size = variable.Index[position].Size;
        ImmutableArray<Statement> outside = [new Statement.Fail(Ex.True, $"{variable.Name} is assigned, but there is no such cell")];
        if (index[position] is Expr.Const known)
        {
            return known.Value >= 0 && known.Value < size ? Store(variable, index, value, position + 1, cell * size + (int)known.Value) : outside;
        }

        var range = RangeOf(index[position]);
        var result = new ValueRange(0, size - 1).Contains(range) ? default : outside;
        for (var i = size - 1; i >= 0; i--)
        {
            if (range.Contains(i))
            {
                var choice = Store(variable, index, value, position + 1, cell * size + i);
                result = result.IsDefault ? choice : [new Statement.If(Ex.Eq(index[position], i), choice, result)];
            }
        }

        return result.IsDefault ? outside : result;
    }
}
