using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>What follows from one enabled rule instance: a state, a model error, or the sink of the cut.</summary>
/// <param name="Instance">The instance; <see langword="null"/> for an initial state.</param>
/// <param name="State">The state after it; <see langword="null"/> if there is none.</param>
/// <param name="Error">What is wrong, if it is a model error.</param>
public sealed record Successor(RuleInstance? Instance, Valuation? State, string? Error)
{
    /// <summary>Whether the state after it is cut: all of these are one sink.</summary>
    public bool IsCut => State is null && Error is null;
}

/// <summary>The meaning of a transition system, slow and obvious. The explorer is judged by it and shares nothing with it.</summary>
/// <param name="system">The system, bound or not.</param>
/// <param name="frozen">The values of its frozen variables.</param>
public sealed partial class Interpreter(TransitionSystem system, FrozenValues frozen)
{
    /// <summary>The initial states in order, each after the fills.</summary>
    public IEnumerable<Successor> InitialStates() =>
        system.InitialStates.Select(i => Run(null, i.Body, new Valuation(system.Variables), new Scope()));

    /// <summary>What each enabled rule instance leads to: in the order of rules, then of parameters, the last fastest.</summary>
    public IEnumerable<Successor> Successors(Valuation state) =>
        from rule in system.Rules
        from instance in RuleInstance.Of(rule)
        let successor = Apply(state, instance)
        where successor is not null
        select successor;

    /// <summary>What an instance leads to; <see langword="null"/> if it is not enabled.</summary>
    public Successor? Apply(Valuation state, RuleInstance instance)
    {
        var scope = ScopeOf(instance.Rule.Parameters, instance.Arguments);
        return Evaluate(instance.Rule.Guard, state, scope) == 0 ? null : Run(instance, instance.Rule.Body, state.Clone(), scope);
    }

    /// <summary>An expression's value in a state.</summary>
    public long Evaluate(Expr e, Valuation state) => Evaluate(e, state, new Scope());

    /// <summary>The value in a state of an expression that uses the parameters of a rule instance.</summary>
    public long Evaluate(Expr e, Valuation state, RuleInstance instance) => Evaluate(e, state, ScopeOf(instance.Rule.Parameters, instance.Arguments));

    private Successor Run(RuleInstance? instance, ImmutableArray<Statement> body, Valuation state, Scope scope)
    {
        var error = Execute(body, state, scope) ?? Close(state);
        if (error is not null)
        {
            return new Successor(instance, null, error);
        }

        var closed = state.Clone();
        if (Close(closed) is not null || !closed.Equals(state))
        {
            throw new InvalidOperationException(
                $"The fills of '{system.Name}' need more than one pass after {instance?.ToString() ?? "an initial state"}: "
                + string.Join(", ", state.Changes(closed).Select(c => c.Variable.CellName(c.Cell))));
        }

        return system.Cut is not null && Evaluate(system.Cut, state) != 0
            ? new Successor(instance, null, null)
            : new Successor(instance, state, null);
    }

    private string? Close(Valuation state)
    {
        foreach (var fill in system.Fills)
        {
            foreach (var arguments in RuleInstance.Choices(fill.Parameters))
            {
                var scope = ScopeOf(fill.Parameters, arguments);
                if (Evaluate(fill.When, state, scope) == 0)
                {
                    continue;
                }

                var cell = Cell(fill.Target, fill.Index, state, scope);
                var error = cell is null
                    ? NoCell(fill.Target, fill.Index, state, scope)
                    : Store(fill.Target, cell.Value, state[fill.Target, cell.Value] | Evaluate(fill.Value, state, scope), state);
                if (error is not null)
                {
                    return $"fill '{fill.Name}': {error}";
                }
            }
        }

        return null;
    }

    private string? Execute(ImmutableArray<Statement> block, Valuation state, Scope scope)
    {
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a:
                    var cell = Cell(a.Variable, a.Index, state, scope);
                    var failed = cell is null
                        ? NoCell(a.Variable, a.Index, state, scope)
                        : Store(a.Variable, cell.Value, Evaluate(a.Value, state, scope), state);
                    if (failed is not null)
                    {
                        return failed;
                    }

                    scope.Log?.Write(a.Variable, cell!.Value);

                    break;
                case Statement.Let l:
                    scope = scope.With(l.Name, Evaluate(l.Value, state, scope));
                    break;
                case Statement.If i:
                    var branch = Evaluate(i.Condition, state, scope) != 0 ? i.Then : i.Else;
                    if (Execute(branch, state, scope) is { } inBranch)
                    {
                        return inBranch;
                    }

                    break;
                case Statement.ForEach f:
                    for (var element = 0; element < f.Sort.Size; element++)
                    {
                        if (Execute(f.Body, state, scope.With(f.Binder, element)) is { } inLoop)
                        {
                            return inLoop;
                        }
                    }

                    break;
                case Statement.Fail f:
                    if (Evaluate(f.Condition, state, scope) != 0)
                    {
                        return f.Message;
                    }

                    break;
                default:
                    throw new InvalidOperationException($"unknown statement {statement.GetType().Name}");
            }
        }

        return null;
    }

    private long Evaluate(Expr e, Valuation state, Scope scope)
    {
        switch (e)
        {
            case Expr.Const c:
                return c.Value;
            case Expr.Local l:
                return scope.Find(l.Name);
            case Expr.Read r:
                if (Cell(r.Variable, r.Index, state, scope) is not { } cell)
                {
                    return r.Variable.Domain.Min;
                }

                if (r.Variable.Role == Role.Frozen)
                {
                    return frozen[r.Variable, cell];
                }

                scope.Log?.Read(r.Variable, cell);
                return state[r.Variable, cell];
            case Expr.Unary u:
                return Evaluate(u.Operand, state, scope) == 0 ? 1 : 0;
            case Expr.Conditional c:
                return Evaluate(Evaluate(c.Condition, state, scope) != 0 ? c.Then : c.Else, state, scope);
            case Expr.Fold f:
                // One after the other, and no more of them than the answer needs.
                var values = Enumerable.Range(0, f.Sort.Size).Select(i => Evaluate(f.Body, state, scope.With(f.Binder, i)));
                return f.Op switch
                {
                    FoldOp.All => values.All(v => v != 0) ? 1 : 0,
                    FoldOp.Any => values.Any(v => v != 0) ? 1 : 0,
                    FoldOp.Union => values.Aggregate(0L, (a, b) => a | b),
                    FoldOp.Sum => values.Aggregate(0L, (a, b) => unchecked(a + b)),
                    _ => throw new InvalidOperationException($"unknown fold {f.Op}"),
                };
            case Expr.Binary b:
                var left = Evaluate(b.Left, state, scope);
                if ((b.Op == BinaryOp.And && left == 0) || (b.Op == BinaryOp.Or && left != 0))
                {
                    return left == 0 ? 0 : 1;
                }

                var right = Evaluate(b.Right, state, scope);
                return b.Op switch
                {
                    BinaryOp.Add => unchecked(left + right),
                    BinaryOp.Sub => unchecked(left - right),
                    BinaryOp.And => left != 0 && right != 0 ? 1 : 0,
                    BinaryOp.Or => left != 0 || right != 0 ? 1 : 0,
                    BinaryOp.Eq => left == right ? 1 : 0,
                    BinaryOp.Ne => left != right ? 1 : 0,
                    BinaryOp.Lt => left < right ? 1 : 0,
                    BinaryOp.Le => left <= right ? 1 : 0,
                    BinaryOp.BitAnd => left & right,
                    BinaryOp.BitOr => left | right,
                    BinaryOp.BitAndNot => left & ~right,
                    BinaryOp.Shl => right >= 0 && right <= 62 ? left << (int)right : 0,
                    BinaryOp.Shr => right >= 0 && right <= 62 ? left >> (int)right : 0,
                    _ => throw new InvalidOperationException($"unknown operator {b.Op}"),
                };
            default:
                throw new InvalidOperationException($"unknown expression {e.GetType().Name}");
        }
    }

    private int? Cell(Variable variable, ImmutableArray<Expr> index, Valuation state, Scope scope)
    {
        var cell = 0;
        for (var i = 0; i < index.Length; i++)
        {
            var value = Evaluate(index[i], state, scope);
            if (value < 0 || value >= variable.Index[i].Size)
            {
                return null;
            }

            cell = cell * variable.Index[i].Size + (int)value;
        }

        return cell;
    }

    private static string? Store(Variable variable, int cell, long value, Valuation state)
    {
        if (value < variable.Domain.Min || value > variable.Domain.Max)
        {
            return $"{variable.CellName(cell)} is given {value}, which is outside {variable.Domain.Min}..{variable.Domain.Max}";
        }

        state[variable, cell] = value;
        return null;
    }

    private string NoCell(Variable variable, ImmutableArray<Expr> index, Valuation state, Scope scope) =>
        $"{variable.Name}{string.Concat(index.Select(i => $"[{Evaluate(i, state, scope)}]"))} is assigned, but there is no such cell";

    private static Scope ScopeOf(ImmutableArray<Parameter> parameters, ImmutableArray<int> arguments, AccessLog? log = null)
    {
        var scope = new Scope(log);
        for (var i = 0; i < parameters.Length; i++)
        {
            scope = scope.With(parameters[i].Name, arguments[i]);
        }

        return scope;
    }

    /// <summary>Names with values, the innermost first; and who wants to know of accesses.</summary>
    private sealed class Scope(AccessLog? log = null, Scope? outer = null, string name = "", long value = 0)
    {
        public AccessLog? Log => log;

        public Scope With(string inner, long of) => new(log, this, inner, of);

        public long Find(string wanted)
        {
            for (var scope = this; scope is not null; scope = scope.Outer)
            {
                if (scope.Name == wanted)
                {
                    return scope.Value;
                }
            }

            throw new InvalidOperationException($"'{wanted}' has no value");
        }

        private Scope? Outer => outer;

        private string Name => name;

        private long Value => value;
    }
}
