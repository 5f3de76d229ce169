using System.Collections.Immutable;
using System.Reflection.Emit;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <content>Writes of cells.</content>
internal partial class Emitter
{
    /// <summary>Stores a value, which lies in the domain, to a known cell.</summary>
    protected void Store(Slot slot, Action value)
    {
        if (slot.Bits == 0)
        {
            return;
        }

        var word = Words[slot.Word];
        Il.Emit(OpCodes.Ldloc, word);
        Il.Emit(OpCodes.Ldc_I8, (long)~(slot.Mask << slot.Shift));
        Il.Emit(OpCodes.And);
        value();
        SubtractMin(slot);
        if (slot.Shift != 0)
        {
            Il.Emit(OpCodes.Ldc_I4, slot.Shift);
            Il.Emit(OpCodes.Shl);
        }

        Il.Emit(OpCodes.Or);
        Il.Emit(OpCodes.Stloc, word);
    }

    /// <summary>Stores a value, which lies in the domain, to the cell whose number is in <paramref name="cell"/>.</summary>
    protected void Store(Variable variable, ImmutableArray<Expr> index, LocalBuilder cell, LocalBuilder value)
    {
        var cells = Possible(variable, index);
        if (CommonWord(variable, cells) is not { } first)
        {
            Switch(variable, cells, cell, c => Store(_layout[variable, c], () => Il.Emit(OpCodes.Ldloc, value)), () => { });
            return;
        }

        if (first.Bits == 0)
        {
            return;
        }

        ShiftOf(first, cells[0], cell);
        var shift = Take();
        Il.Emit(OpCodes.Stloc, shift);
        var word = Words[first.Word];
        Il.Emit(OpCodes.Ldloc, word);
        Il.Emit(OpCodes.Ldc_I8, (long)first.Mask);
        Il.Emit(OpCodes.Ldloc, shift);
        Il.Emit(OpCodes.Conv_I4);
        Il.Emit(OpCodes.Shl);
        Il.Emit(OpCodes.Not);
        Il.Emit(OpCodes.And);
        Il.Emit(OpCodes.Ldloc, value);
        SubtractMin(first);
        Il.Emit(OpCodes.Ldloc, shift);
        Il.Emit(OpCodes.Conv_I4);
        Il.Emit(OpCodes.Shl);
        Il.Emit(OpCodes.Or);
        Il.Emit(OpCodes.Stloc, word);
        Release(shift);
    }

    private void SubtractMin(Slot slot)
    {
        if (slot.Min != 0)
        {
            Il.Emit(OpCodes.Ldc_I8, slot.Min);
            Il.Emit(OpCodes.Sub);
        }
    }
}
