using System.Collections.Immutable;
using System.Reflection.Emit;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>Writes intermediate code for ground statements.</summary>
internal sealed class BodyEmitter(ILGenerator il, Layout layout, FrozenTable frozen, bool checks) : Emitter(il, layout, frozen)
{
    private readonly Layout _layout = layout;

    /// <summary>Runs a block; goes to <paramref name="error"/> on a model error.</summary>
    public void Block(ImmutableArray<Statement> block, Label error)
    {
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a:
                    Assign(a, error);
                    break;
                case Statement.Let l:
                    Let(l.Name, l.Value);
                    break;
                case Statement.If i:
                    If(i, error);
                    break;
                case Statement.Fail f:
                    BranchTrue(f.Condition, error);
                    break;
                default:
                    throw new InvalidOperationException($"{statement.GetType().Name} is not a ground statement");
            }
        }
    }

    private void If(Statement.If i, Label error)
    {
        var (otherwise, end) = (Il.DefineLabel(), Il.DefineLabel());
        BranchFalse(i.Condition, otherwise);
        Block(i.Then, error);
        if (!i.Else.IsEmpty)
        {
            Il.Emit(OpCodes.Br, end);
        }

        Il.MarkLabel(otherwise);
        Block(i.Else, error);
        Il.MarkLabel(end);
    }

    private void Assign(Statement.Assign a, Label error)
    {
        var cell = KnownCell(a.Variable, a.Index);
        var range = RangeOf(a.Value);
        var domain = ValueRange.Of(a.Variable.Domain);
        var mustCheck = checks && !domain.Contains(range);
        if (cell == -1 || (checks && (range.Max < domain.Min || range.Min > domain.Max)))
        {
            Il.Emit(OpCodes.Br, error);
            return;
        }

        if (cell is not null && !mustCheck)
        {
            Store(_layout[a.Variable, cell.Value], () => Value(a.Value));
            return;
        }

        var number = cell is null ? CellNumber(a.Variable, a.Index, error) : null;
        Value(a.Value);
        var value = Take();
        Il.Emit(OpCodes.Stloc, value);
        if (mustCheck)
        {
            Check(value, domain, error);
        }

        if (number is null)
        {
            Store(_layout[a.Variable, cell!.Value], () => Il.Emit(OpCodes.Ldloc, value));
        }
        else
        {
            Store(a.Variable, a.Index, number, value);
            Release(number);
        }

        Release(value);
    }

    private void Check(LocalBuilder value, ValueRange domain, Label error)
    {
        Il.Emit(OpCodes.Ldloc, value);
        if (domain.Min != 0)
        {
            Il.Emit(OpCodes.Ldc_I8, domain.Min);
            Il.Emit(OpCodes.Sub);
        }

        Il.Emit(OpCodes.Ldc_I8, domain.Max - domain.Min);
        Il.Emit(OpCodes.Bgt_Un, error);
    }
}
