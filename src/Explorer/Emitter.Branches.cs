using System.Reflection.Emit;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <content>Conditions as branches.</content>
internal partial class Emitter
{
    /// <summary>Goes to a label if an expression is 0.</summary>
    public void BranchFalse(Expr e, Label target) => Branch(e, target, ifTrue: false);

    /// <summary>Goes to a label if an expression is not 0.</summary>
    public void BranchTrue(Expr e, Label target) => Branch(e, target, ifTrue: true);

    private void Branch(Expr e, Label target, bool ifTrue)
    {
        switch (e)
        {
            case Expr.Const c:
                if (c.Value != 0 == ifTrue)
                {
                    Il.Emit(OpCodes.Br, target);
                }

                break;
            case Expr.Unary u:
                Branch(u.Operand, target, !ifTrue);
                break;
            case Expr.Binary { Op: BinaryOp.And } when !ifTrue:
                BranchUnlessAll(e, target);
                break;
            case Expr.Binary { Op: BinaryOp.And }:
                var isFalse = Il.DefineLabel();
                BranchUnlessAll(e, isFalse);
                Il.Emit(OpCodes.Br, target);
                Il.MarkLabel(isFalse);
                break;
            case Expr.Binary { Op: BinaryOp.Or } b when ifTrue:
                BranchTrue(b.Left, target);
                BranchTrue(b.Right, target);
                break;
            case Expr.Binary { Op: BinaryOp.Or } b:
                var isTrue = Il.DefineLabel();
                BranchTrue(b.Left, isTrue);
                BranchFalse(b.Right, target);
                Il.MarkLabel(isTrue);
                break;
            case Expr.Binary { Op: BinaryOp.Ne } b when Pattern(new Expr.Binary(BinaryOp.Eq, b.Left, b.Right)) is { } p:
                Test(p, target, branchIfMatch: !ifTrue);
                break;
            default:
                if (Pattern(e) is { } pattern)
                {
                    Test(pattern, target, branchIfMatch: ifTrue);
                }
                else if (e is Expr.Binary { Op: BinaryOp.Eq or BinaryOp.Ne or BinaryOp.Lt or BinaryOp.Le } b)
                {
                    Value(b.Left);
                    Value(b.Right);
                    Il.Emit(Comparison(b.Op, ifTrue), target);
                }
                else
                {
                    Value(e);
                    Il.Emit(ifTrue ? OpCodes.Brtrue : OpCodes.Brfalse, target);
                }

                break;
        }
    }

    // The branch that is taken if a comparison is true, or if it is false.
    private static OpCode Comparison(BinaryOp op, bool ifTrue) => (op, ifTrue) switch
    {
        (BinaryOp.Eq, true) or (BinaryOp.Ne, false) => OpCodes.Beq,
        (BinaryOp.Eq, false) or (BinaryOp.Ne, true) => OpCodes.Bne_Un,
        (BinaryOp.Lt, true) => OpCodes.Blt,
        (BinaryOp.Lt, false) => OpCodes.Bge,
        (_, true) => OpCodes.Ble,
        (_, false) => OpCodes.Bgt,
    };

    /// <summary>A condition that a word has given bits: <c>(word &amp; Mask) == Bits</c>.</summary>
    private readonly record struct BitPattern(int Word, ulong Mask, ulong Bits);

    // Tests of cells in the same word against numbers become one test.
    private void BranchUnlessAll(Expr e, Label target)
    {
        var conjuncts = new List<Expr>();
        Flatten(e, conjuncts);
        var rest = new List<Expr>();
        var patterns = new List<BitPattern>();
        foreach (var conjunct in conjuncts)
        {
            if (Pattern(conjunct) is not { } p)
            {
                rest.Add(conjunct);
                continue;
            }

            var same = patterns.FindIndex(q => q.Word == p.Word && ((q.Bits ^ p.Bits) & q.Mask & p.Mask) == 0);
            if (same < 0)
            {
                patterns.Add(p);
            }
            else
            {
                patterns[same] = new BitPattern(p.Word, patterns[same].Mask | p.Mask, patterns[same].Bits | p.Bits);
            }
        }

        // What is frozen goes the same way in every state: the processor predicts it, and all else is skipped.
        foreach (var conjunct in rest.Where(IsFrozen))
        {
            BranchFalse(conjunct, target);
        }

        foreach (var p in patterns)
        {
            Test(p, target, branchIfMatch: false);
        }

        foreach (var conjunct in rest.Where(c => !IsFrozen(c)))
        {
            BranchFalse(conjunct, target);
        }
    }

    private static bool IsFrozen(Expr e) =>
        e is not (Expr.Local or Expr.Fold or Expr.Read { Variable.Role: not Role.Frozen }) && Parts.Of(e).All(IsFrozen);

    private static void Flatten(Expr e, List<Expr> conjuncts)
    {
        if (e is Expr.Binary { Op: BinaryOp.And } b)
        {
            Flatten(b.Left, conjuncts);
            Flatten(b.Right, conjuncts);
        }
        else
        {
            conjuncts.Add(e);
        }
    }

    private void Test(BitPattern p, Label target, bool branchIfMatch)
    {
        Il.Emit(OpCodes.Ldloc, Words[p.Word]);
        if (p.Mask != ulong.MaxValue)
        {
            Il.Emit(OpCodes.Ldc_I8, (long)p.Mask);
            Il.Emit(OpCodes.And);
        }

        if (p.Bits == 0)
        {
            Il.Emit(branchIfMatch ? OpCodes.Brfalse : OpCodes.Brtrue, target);
            return;
        }

        Il.Emit(OpCodes.Ldc_I8, (long)p.Bits);
        Il.Emit(branchIfMatch ? OpCodes.Beq : OpCodes.Bne_Un, target);
    }

    private BitPattern? Pattern(Expr e) => e switch
    {
        Expr.Binary { Op: BinaryOp.Eq, Right: Expr.Const c } b => CellIs(b.Left, c.Value),
        Expr.Binary { Op: BinaryOp.Eq, Left: Expr.Const c } b => CellIs(b.Right, c.Value),
        Expr.Binary { Op: BinaryOp.BitAnd, Left: Expr.Binary { Op: BinaryOp.Shr, Right: Expr.Const k } shift, Right: Expr.Const { Value: 1 } } =>
            BitIs(shift.Left, k.Value, 1),
        Expr.Unary { Operand: Expr.Binary { Op: BinaryOp.BitAnd, Left: Expr.Binary { Op: BinaryOp.Shr, Right: Expr.Const k } shift, Right: Expr.Const { Value: 1 } } } =>
            BitIs(shift.Left, k.Value, 0),
        Expr.Binary { Op: BinaryOp.BitAnd, Left: Expr.Read set, Right: Expr.Const { Value: 1 } } => BitIs(set, 0, 1),
        Expr.Unary { Operand: Expr.Binary { Op: BinaryOp.BitAnd, Left: Expr.Read set, Right: Expr.Const { Value: 1 } } } => BitIs(set, 0, 0),
        Expr.Unary u => CellIs(u.Operand, 0),
        Expr.Read { Variable.Domain: { Min: 0, Max: 1 } } => CellIs(e, 1),
        _ => null,
    };

    private BitPattern? CellIs(Expr e, long value)
    {
        if (SlotOf(e) is not { } slot || value < slot.Min || (ulong)(value - slot.Min) > slot.Mask)
        {
            return null;
        }

        return new BitPattern(slot.Word, slot.Mask << slot.Shift, (ulong)(value - slot.Min) << slot.Shift);
    }

    private BitPattern? BitIs(Expr e, long bit, ulong value) =>
        SlotOf(e) is { Min: 0 } slot && bit >= 0 && bit < slot.Bits
            ? new BitPattern(slot.Word, 1UL << (slot.Shift + (int)bit), value << (slot.Shift + (int)bit))
            : null;

    private Slot? SlotOf(Expr e) =>
        e is Expr.Read r && r.Variable.Role != Role.Frozen && KnownCell(r.Variable, r.Index) is { } cell and >= 0
        && _layout[r.Variable, cell] is { Bits: > 0 } slot
            ? slot
            : null;
}
