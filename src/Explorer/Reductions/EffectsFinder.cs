using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Finds the effects of steps by running them on sets of values.</summary>
/// <param name="fills">The fills, without parameters, in order.</param>
/// <param name="possible">The values that a cell may have in any reachable state.</param>
internal sealed class EffectsFinder(IReadOnlyList<GroundFill> fills, Func<StateCell, Values> possible)
{
    private Dictionary<StateCell, Values> _values = [];
    private Dictionary<string, (Values Values, Dictionary<StateCell, long> Reads)> _lets = [];
    private Effects _effects = new();

    /// <summary>The effects of a step where some cells are known to have values of some set.</summary>
    public Effects Of(GroundStep step, params ReadOnlySpan<(StateCell Cell, Values Values)> known)
    {
        (_values, _lets, _effects) = ([], new(StringComparer.Ordinal), new Effects());
        foreach (var (cell, values) in known)
        {
            _values[cell] = values;
        }

        var guard = Evaluate(step.Guard, -1, _effects.Reads);
        _effects.MayFire = !guard.IsFalse;
        foreach (var (cell, value) in GuardIndex.Equalities(step.Guard))
        {
            _values[cell] = Values.Of(value);
        }

        Run(step.Body);
        Close();
        _effects.After = _effects.Writes.Keys.ToDictionary(cell => cell, ValuesOf);
        return _effects;
    }

    /// <summary>What an expression looks at.</summary>
    public Dictionary<StateCell, long> ReadsOf(Expr e)
    {
        (_values, _lets) = ([], new(StringComparer.Ordinal));
        var reads = new Dictionary<StateCell, long>();
        Evaluate(e, -1, reads);
        return reads;
    }

    // A fill runs if what it reads, or its target, may have changed.
    private void Close()
    {
        foreach (var fill in fills)
        {
            if (!fill.Cells.Any(_effects.Writes.ContainsKey))
            {
                continue;
            }

            var reads = new Dictionary<StateCell, long>();
            var guard = Evaluate(fill.Guard, -1, reads);
            if (guard.IsFalse)
            {
                continue;
            }

            var value = Evaluate(fill.Value, -1, reads);
            var before = ValuesOf(fill.Target);
            var after = before.Apply(BinaryOp.BitOr, value);
            Add(_effects.Reads, reads);
            if (value.Bits != 0)
            {
                Write(fill.Target, value.Bits, guard.IsTrue ? after : after.Or(before));
            }
        }
    }

    private void Run(ImmutableArray<Statement> block)
    {
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a:
                    Assign(a);
                    break;
                case Statement.Let l:
                    var reads = new Dictionary<StateCell, long>();
                    _lets[l.Name] = (Evaluate(l.Value, -1, reads), reads);
                    break;
                case Statement.Fail f:
                    Evaluate(f.Condition, -1, _effects.Reads);
                    break;
                case Statement.If i:
                    Branch(i);
                    break;
                default:
                    throw new InvalidOperationException($"{statement.GetType().Name} is not a ground statement");
            }
        }
    }

    private void Branch(Statement.If branch)
    {
        var condition = Evaluate(branch.Condition, -1, _effects.Reads);
        if (condition.IsFalse || condition.IsTrue)
        {
            Run(condition.IsTrue ? branch.Then : branch.Else);
            return;
        }

        var before = new Dictionary<StateCell, Values>(_values);
        Run(branch.Then);
        var then = _values;
        _values = before;
        Run(branch.Else);
        foreach (var cell in then.Keys.Union(_values.Keys).ToList())
        {
            _values[cell] = (then.TryGetValue(cell, out var one) ? one : possible(cell)).Or(ValuesOf(cell));
        }
    }

    private void Assign(Statement.Assign assign)
    {
        if (Emitter.KnownCell(assign.Variable, assign.Index) is { } number)
        {
            // Beside the cells nothing is assigned, but an error made.
            if (number >= 0)
            {
                AssignCell(new StateCell(assign.Variable, number), assign);
            }

            return;
        }

        foreach (var index in assign.Index)
        {
            Evaluate(index, -1, _effects.Reads);
        }

        var value = Evaluate(assign.Value, -1, _effects.Reads);
        for (var cell = 0; cell < assign.Variable.CellCount; cell++)
        {
            var one = new StateCell(assign.Variable, cell);
            Write(one, -1, ValuesOf(one).Or(value));
        }
    }

    private void AssignCell(StateCell cell, Statement.Assign assign)
    {
        if (cell.Variable.Domain is Domain.Subset && assign.Value is Expr.Binary { Op: BinaryOp.BitAndNot or BinaryOp.BitOr, Left: Expr.Read own, Right: Expr.Const bits } update
            && own.Variable == cell.Variable && Emitter.KnownCell(own.Variable, own.Index) == cell.Number
            && bits.Value >= cell.Variable.Domain.Min && bits.Value <= cell.Variable.Domain.Max)
        {
            // Bits of a set are changed, and the others do not matter.
            Write(cell, bits.Value, ValuesOf(cell).Apply(update.Op, Values.Of(bits.Value)));
            return;
        }

        var value = Evaluate(assign.Value, -1, _effects.Reads);
        if (value.Single is null || ValuesOf(cell).Single != value.Single)
        {
            Write(cell, -1, value);
        }
    }

    private void Write(StateCell cell, long bits, Values after)
    {
        _effects.Writes[cell] = _effects.Writes.GetValueOrDefault(cell) | bits;
        _values[cell] = after;
    }

    private Values ValuesOf(StateCell cell) => _values.TryGetValue(cell, out var values) ? values : possible(cell);

    /// <summary>The values of an expression of which some bits matter; what it looks at is added, unless they are known.</summary>
    private Values Evaluate(Expr e, long bits, Dictionary<StateCell, long> reads)
    {
        var own = new Dictionary<StateCell, long>();
        var values = e switch
        {
            Expr.Const c => Values.Of(c.Value),
            Expr.Local l => Let(l.Name, own),
            Expr.Read r => Read(r, bits, own),
            Expr.Unary u => Evaluate(u.Operand, -1, own).Apply(value => value == 0 ? 1 : 0),
            Expr.Binary b => Binary(b, bits, own),
            Expr.Conditional c => Conditional(c, bits, own),
            _ => throw new InvalidOperationException($"{e.GetType().Name} is not a ground expression"),
        };
        if (!values.AgreeIn(bits))
        {
            Add(reads, own);
        }

        return values;
    }

    private Values Let(string name, Dictionary<StateCell, long> reads)
    {
        var (values, looked) = _lets[name];
        Add(reads, looked);
        return values;
    }

    private Values Read(Expr.Read read, long bits, Dictionary<StateCell, long> reads)
    {
        switch (Emitter.KnownCell(read.Variable, read.Index))
        {
            case -1:
                return Values.Of(read.Variable.Domain.Min);
            case { } number:
                var known = new StateCell(read.Variable, number);
                reads[known] = reads.GetValueOrDefault(known) | (read.Variable.Domain is Domain.Subset ? bits : -1);
                return ValuesOf(known);
            default:
                foreach (var index in read.Index)
                {
                    Evaluate(index, -1, reads);
                }

                var values = Values.Of(read.Variable.Domain.Min);
                for (var number = 0; number < read.Variable.CellCount; number++)
                {
                    var cell = new StateCell(read.Variable, number);
                    reads[cell] = -1;
                    values = values.Or(ValuesOf(cell));
                }

                return values;
        }
    }

    private Values Binary(Expr.Binary b, long bits, Dictionary<StateCell, long> reads)
    {
        switch (b)
        {
            case { Op: BinaryOp.And or BinaryOp.Or }:
                var left = Evaluate(b.Left, -1, reads);
                if (b.Op == BinaryOp.And ? left.IsFalse : left.IsTrue)
                {
                    return Values.Of(b.Op == BinaryOp.And ? 0 : 1);
                }

                var right = Evaluate(b.Right, -1, reads);
                return (b.Op == BinaryOp.And ? right.IsFalse : right.IsTrue) ? Values.Of(b.Op == BinaryOp.And ? 0 : 1)
                    : left.Few is null || right.Few is null ? Values.Truth
                    : left.Apply(b.Op, right);
            case { Op: BinaryOp.BitAnd, Right: Expr.Const mask }:
                return Evaluate(b.Left, bits & mask.Value, reads).Apply(value => value & mask.Value) is { Few: not null } few ? few
                    : mask.Value == 1 ? Values.Truth : Values.Any;
            case { Op: BinaryOp.Shr, Right: Expr.Const { Value: >= 0 and <= 62 } count }:
                return Evaluate(b.Left, bits << (int)count.Value, reads).Apply(value => value >> (int)count.Value);
            case { Op: BinaryOp.BitAndNot, Right: Expr.Const mask }:
                return Evaluate(b.Left, bits & ~mask.Value, reads).Apply(value => value & ~mask.Value);
            case { Op: BinaryOp.BitOr or BinaryOp.BitAnd or BinaryOp.BitAndNot }:
                return Evaluate(b.Left, bits, reads).Apply(b.Op, Evaluate(b.Right, bits, reads));
            default:
                var result = Evaluate(b.Left, -1, reads).Apply(b.Op, Evaluate(b.Right, -1, reads));
                return result.Few is null && Ex.IsTruth(b) ? Values.Truth : result;
        }
    }

    private Values Conditional(Expr.Conditional c, long bits, Dictionary<StateCell, long> reads)
    {
        var condition = Evaluate(c.Condition, -1, reads);
        return condition.IsFalse ? Evaluate(c.Else, bits, reads)
            : condition.IsTrue ? Evaluate(c.Then, bits, reads)
            : Evaluate(c.Then, bits, reads).Or(Evaluate(c.Else, bits, reads));
    }

    private static void Add(Dictionary<StateCell, long> to, Dictionary<StateCell, long> from)
    {
        foreach (var (cell, bits) in from)
        {
            to[cell] = to.GetValueOrDefault(cell) | bits;
        }
    }
}

/// <summary>A fill without parameters: <c>target ∪= value</c> where the guard is true.</summary>
/// <param name="Guard">The condition.</param>
/// <param name="Target">The cell.</param>
/// <param name="Value">What is joined to it.</param>
/// <param name="Cells">The cells that it reads or writes.</param>
internal sealed record GroundFill(Expr Guard, StateCell Target, Expr Value, ImmutableHashSet<StateCell> Cells)
{
    /// <summary>All fills of a bound system; <see langword="null"/> where a target's cell depends on the state.</summary>
    public static IReadOnlyList<GroundFill>? Of(TransitionSystem system)
    {
        var fills = new List<GroundFill>();
        foreach (var fill in system.Fills)
        {
            foreach (var step in RuleInstance.Choices(fill.Parameters).Select(arguments => Grounder.Ground(fill, arguments)).Where(step => step.Guard is not Expr.Const { Value: 0 }))
            {
                if (step.Body is not [Statement.Assign assign] || Emitter.KnownCell(assign.Variable, assign.Index) is not { } cell || cell < 0)
                {
                    return null;
                }

                // Unions with nothing, and with all there is, are simple already.
                if ((assign.Value is Expr.Binary { Op: BinaryOp.BitOr } union ? union.Right : assign.Value as Expr.Const) is { } joined)
                {
                    var footprint = Footprint.Of(step);
                    fills.Add(new GroundFill(step.Guard, new StateCell(assign.Variable, cell), joined, [.. footprint.Reads, .. footprint.Writes]));
                }
                else if (assign.Value is not Expr.Read)
                {
                    return null;
                }
            }
        }

        return fills;
    }
}
