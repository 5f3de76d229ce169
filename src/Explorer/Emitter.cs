using System.Collections.Immutable;
using System.Reflection.Emit;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>Writes intermediate code for ground expressions: values are 64-bit integers on the evaluation stack.</summary>
/// <remarks>Arguments of every generated method: 1 the state's words, 2 the frozen values, 3 the output. Argument 0 is unused:
/// a delegate that is closed over its first argument is called without a shuffle of registers.</remarks>
internal partial class Emitter
{
    private const int FrozenArgument = 2;
    private readonly Layout _layout;
    private readonly FrozenTable _frozen;
    private readonly Stack<LocalBuilder> _free = [];
    private readonly Dictionary<string, LocalBuilder> _lets = [];

    public Emitter(ILGenerator il, Layout layout, FrozenTable frozen)
    {
        Il = il;
        _layout = layout;
        _frozen = frozen;
        Words = [];
    }

    public ILGenerator Il { get; }

    /// <summary>The locals that hold the words of the state that is read and written.</summary>
    public ImmutableArray<LocalBuilder> Words { get; set; }

    /// <summary>Bounds of the lets in scope.</summary>
    public ImmutableDictionary<string, ValueRange> Ranges { get; set; } = ImmutableDictionary<string, ValueRange>.Empty;

    public int LocalCount { get; private set; }

    /// <summary>A fresh local of 64 bits.</summary>
    public LocalBuilder NewLocal()
    {
        LocalCount++;
        return Il.DeclareLocal(typeof(long));
    }

    /// <summary>Pushes an expression's value.</summary>
    public void Value(Expr e)
    {
        switch (e)
        {
            case Expr.Const c:
                Il.Emit(OpCodes.Ldc_I8, c.Value);
                break;
            case Expr.Local l:
                Il.Emit(OpCodes.Ldloc, _lets[l.Name]);
                break;
            case Expr.Read r:
                Read(r);
                break;
            case Expr.Unary u:
                Value(u.Operand);
                Il.Emit(OpCodes.Ldc_I8, 0L);
                Il.Emit(OpCodes.Ceq);
                Il.Emit(OpCodes.Conv_U8);
                break;
            case Expr.Binary b:
                Binary(b);
                break;
            case Expr.Conditional c:
                Choose(l => BranchFalse(c.Condition, l), () => Value(c.Then), () => Value(c.Else));
                break;
            default:
                throw new InvalidOperationException($"{e.GetType().Name} is not a ground expression");
        }
    }

    protected ValueRange RangeOf(Expr e) => ValueRange.Of(e, Ranges);

    protected LocalBuilder Take() => _free.Count > 0 ? _free.Pop() : NewLocal();

    protected void Release(LocalBuilder local) => _free.Push(local);

    protected void Let(string name, Expr value)
    {
        Value(value);
        var local = NewLocal();
        _lets[name] = local;
        Il.Emit(OpCodes.Stloc, local);
    }

    private void Choose(Action<Label> branchToSecond, Action first, Action second)
    {
        var (otherwise, end) = (Il.DefineLabel(), Il.DefineLabel());
        branchToSecond(otherwise);
        first();
        Il.Emit(OpCodes.Br, end);
        Il.MarkLabel(otherwise);
        second();
        Il.MarkLabel(end);
    }

    private void Binary(Expr.Binary b)
    {
        switch (b.Op)
        {
            case BinaryOp.And or BinaryOp.Or when Ex.IsTruth(b.Left) && Ex.IsTruth(b.Right) && IsCheap(b.Right):
                Value(b.Left);
                Value(b.Right);
                Il.Emit(b.Op == BinaryOp.And ? OpCodes.And : OpCodes.Or);
                break;
            case BinaryOp.And or BinaryOp.Or:
                Choose(l => BranchFalse(b, l), () => Il.Emit(OpCodes.Ldc_I8, 1L), () => Il.Emit(OpCodes.Ldc_I8, 0L));
                break;
            case BinaryOp.Shl or BinaryOp.Shr:
                Shift(b);
                break;
            default:
                Value(b.Left);
                Value(b.Right);
                Operator(b.Op);
                break;
        }
    }

    private void Operator(BinaryOp op)
    {
        switch (op)
        {
            case BinaryOp.Add:
                Il.Emit(OpCodes.Add);
                break;
            case BinaryOp.Sub:
                Il.Emit(OpCodes.Sub);
                break;
            case BinaryOp.BitAnd:
                Il.Emit(OpCodes.And);
                break;
            case BinaryOp.BitOr:
                Il.Emit(OpCodes.Or);
                break;
            case BinaryOp.BitAndNot:
                Il.Emit(OpCodes.Not);
                Il.Emit(OpCodes.And);
                break;
            case BinaryOp.Eq:
                Il.Emit(OpCodes.Ceq);
                Il.Emit(OpCodes.Conv_U8);
                break;
            case BinaryOp.Lt:
                Il.Emit(OpCodes.Clt);
                Il.Emit(OpCodes.Conv_U8);
                break;
            case BinaryOp.Ne or BinaryOp.Le:
                Il.Emit(op == BinaryOp.Ne ? OpCodes.Ceq : OpCodes.Cgt);
                Il.Emit(OpCodes.Ldc_I4_0);
                Il.Emit(OpCodes.Ceq);
                Il.Emit(OpCodes.Conv_U8);
                break;
            default:
                throw new InvalidOperationException($"unknown operator {op}");
        }
    }

    private void Shift(Expr.Binary b)
    {
        var shift = b.Op == BinaryOp.Shl ? OpCodes.Shl : OpCodes.Shr;
        if (new ValueRange(0, 62).Contains(RangeOf(b.Right)))
        {
            Value(b.Left);
            Value(b.Right);
            Il.Emit(OpCodes.Conv_I4);
            Il.Emit(shift);
            return;
        }

        Value(b.Right);
        var count = Take();
        Il.Emit(OpCodes.Stloc, count);
        Choose(
            l =>
            {
                Il.Emit(OpCodes.Ldloc, count);
                Il.Emit(OpCodes.Ldc_I8, 62L);
                Il.Emit(OpCodes.Bgt_Un, l);
            },
            () =>
            {
                Value(b.Left);
                Il.Emit(OpCodes.Ldloc, count);
                Il.Emit(OpCodes.Conv_I4);
                Il.Emit(shift);
            },
            () => Il.Emit(OpCodes.Ldc_I8, 0L));
        Release(count);
    }

    private static bool IsCheap(Expr e, int budget = 8) => Cost(e, budget) <= budget;

    private static int Cost(Expr e, int budget) => budget < 0 ? 1 : e switch
    {
        Expr.Unary u => 1 + Cost(u.Operand, budget - 1),
        Expr.Binary b => 1 + Cost(b.Left, budget - 1) + Cost(b.Right, budget - 1),
        Expr.Conditional => 100,
        Expr.Read r => 1 + r.Index.Sum(i => i is Expr.Const ? 0 : 4 + Cost(i, budget - 1)),
        _ => 1,
    };
}
