using System.Collections.Immutable;
using System.Reflection.Emit;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <content>Reads of cells.</content>
internal partial class Emitter
{
    /// <summary>The cell that an index names if it is known: -1 if it is known to be none.</summary>
    internal static int? KnownCell(Variable variable, ImmutableArray<Expr> index)
    {
        var cell = 0;
        var known = true;
        for (var i = 0; i < index.Length; i++)
        {
            if (index[i] is not Expr.Const c)
            {
                known = false;
            }
            else if (c.Value < 0 || c.Value >= variable.Index[i].Size)
            {
                return -1;
            }
            else
            {
                cell = cell * variable.Index[i].Size + (int)c.Value;
            }
        }

        return known ? cell : null;
    }

    /// <summary>Computes the number of a cell that is not known; goes to <paramref name="outside"/> if an index is out of its sort.</summary>
    protected LocalBuilder CellNumber(Variable variable, ImmutableArray<Expr> index, Label outside)
    {
        var number = Take();
        var started = false;
        var constant = 0L;
        for (var i = 0; i < index.Length; i++)
        {
            var stride = 1L;
            for (var j = i + 1; j < index.Length; j++)
            {
                stride *= variable.Index[j].Size;
            }

            if (index[i] is Expr.Const c)
            {
                constant += c.Value * stride;
                continue;
            }

            var size = variable.Index[i].Size;
            Value(index[i]);
            if (!new ValueRange(0, size - 1).Contains(RangeOf(index[i])))
            {
                var checkedIndex = Take();
                Il.Emit(OpCodes.Stloc, checkedIndex);
                Il.Emit(OpCodes.Ldloc, checkedIndex);
                Il.Emit(OpCodes.Ldc_I8, (long)size);
                Il.Emit(OpCodes.Bge_Un, outside);
                Il.Emit(OpCodes.Ldloc, checkedIndex);
                Release(checkedIndex);
            }

            if (stride != 1)
            {
                Il.Emit(OpCodes.Ldc_I8, stride);
                Il.Emit(OpCodes.Mul);
            }

            if (started)
            {
                Il.Emit(OpCodes.Ldloc, number);
                Il.Emit(OpCodes.Add);
            }

            Il.Emit(OpCodes.Stloc, number);
            started = true;
        }

        if (constant != 0)
        {
            Il.Emit(OpCodes.Ldloc, number);
            Il.Emit(OpCodes.Ldc_I8, constant);
            Il.Emit(OpCodes.Add);
            Il.Emit(OpCodes.Stloc, number);
        }

        return number;
    }

    private void Read(Expr.Read read)
    {
        var variable = read.Variable;
        var min = variable.Domain.Min;
        switch (KnownCell(variable, read.Index))
        {
            case -1:
                Il.Emit(OpCodes.Ldc_I8, min);
                return;
            case { } cell when variable.Role == Role.Frozen:
                Frozen(_frozen[variable] + cell);
                return;
            case { } cell:
                Load(_layout[variable, cell]);
                return;
        }

        var (outside, end) = (Il.DefineLabel(), Il.DefineLabel());
        var number = CellNumber(variable, read.Index, outside);
        if (variable.Role == Role.Frozen)
        {
            Il.Emit(OpCodes.Ldarg, FrozenArgument);
            Il.Emit(OpCodes.Ldloc, number);
            Il.Emit(OpCodes.Ldc_I8, (long)_frozen[variable]);
            Il.Emit(OpCodes.Add);
            Il.Emit(OpCodes.Ldc_I8, (long)sizeof(long));
            Il.Emit(OpCodes.Mul);
            Il.Emit(OpCodes.Conv_I);
            Il.Emit(OpCodes.Add);
            Il.Emit(OpCodes.Ldind_I8);
        }
        else
        {
            Load(variable, Possible(variable, read.Index), number);
        }

        Release(number);
        Il.Emit(OpCodes.Br, end);
        Il.MarkLabel(outside);
        Il.Emit(OpCodes.Ldc_I8, min);
        Il.MarkLabel(end);
    }

    private void Frozen(int place)
    {
        Il.Emit(OpCodes.Ldarg, FrozenArgument);
        if (place != 0)
        {
            Il.Emit(OpCodes.Ldc_I4, place * sizeof(long));
            Il.Emit(OpCodes.Conv_I);
            Il.Emit(OpCodes.Add);
        }

        Il.Emit(OpCodes.Ldind_I8);
    }

    private void Load(Slot slot)
    {
        if (slot.Bits == 0)
        {
            Il.Emit(OpCodes.Ldc_I8, slot.Min);
            return;
        }

        Il.Emit(OpCodes.Ldloc, Words[slot.Word]);
        if (slot.Shift != 0)
        {
            Il.Emit(OpCodes.Ldc_I4, slot.Shift);
            Il.Emit(OpCodes.Shr_Un);
        }

        if (slot.Shift + slot.Bits < 64)
        {
            Il.Emit(OpCodes.Ldc_I8, (long)slot.Mask);
            Il.Emit(OpCodes.And);
        }

        AddMin(slot);
    }

    private void Load(Variable variable, ImmutableArray<int> cells, LocalBuilder number)
    {
        if (CommonWord(variable, cells) is not { } first)
        {
            // A case that cannot be taken still leaves a value.
            Switch(variable, cells, number, c => Load(_layout[variable, c]), () => Il.Emit(OpCodes.Ldc_I8, variable.Domain.Min));
            return;
        }

        if (first.Bits == 0)
        {
            Il.Emit(OpCodes.Ldc_I8, first.Min);
            return;
        }

        Il.Emit(OpCodes.Ldloc, Words[first.Word]);
        ShiftOf(first, cells[0], number);
        Il.Emit(OpCodes.Conv_I4);
        Il.Emit(OpCodes.Shr_Un);
        Il.Emit(OpCodes.Ldc_I8, (long)first.Mask);
        Il.Emit(OpCodes.And);
        AddMin(first);
    }

    // Pushes the shift of a cell that stands in one word with the first possible one.
    private void ShiftOf(Slot first, int firstCell, LocalBuilder number)
    {
        Il.Emit(OpCodes.Ldloc, number);
        if (first.Bits != 1)
        {
            Il.Emit(OpCodes.Ldc_I8, (long)first.Bits);
            Il.Emit(OpCodes.Mul);
        }

        var constant = first.Shift - (long)firstCell * first.Bits;
        if (constant != 0)
        {
            Il.Emit(OpCodes.Ldc_I8, constant);
            Il.Emit(OpCodes.Add);
        }
    }

    private void Switch(Variable variable, ImmutableArray<int> cells, LocalBuilder number, Action<int> each, Action never)
    {
        var end = Il.DefineLabel();
        var impossible = Il.DefineLabel();
        var labels = new Label[variable.CellCount];
        Array.Fill(labels, impossible);
        foreach (var cell in cells)
        {
            labels[cell] = Il.DefineLabel();
        }

        Il.Emit(OpCodes.Ldloc, number);
        Il.Emit(OpCodes.Conv_I4);
        Il.Emit(OpCodes.Switch, labels);
        Il.Emit(OpCodes.Br, impossible);
        foreach (var cell in cells)
        {
            Il.MarkLabel(labels[cell]);
            each(cell);
            Il.Emit(OpCodes.Br, end);
        }

        Il.MarkLabel(impossible);
        never();
        Il.MarkLabel(end);
    }

    private Slot? CommonWord(Variable variable, ImmutableArray<int> cells)
    {
        var first = _layout[variable, cells[0]];
        return first.Word == _layout[variable, cells[^1]].Word ? first : null;
    }

    // The cells that an index may name, in order.
    private static ImmutableArray<int> Possible(Variable variable, ImmutableArray<Expr> index)
    {
        IEnumerable<int> cells = [0];
        for (var i = 0; i < index.Length; i++)
        {
            var size = variable.Index[i].Size;
            var known = (int?)(index[i] as Expr.Const)?.Value;
            cells = cells.SelectMany(c => Enumerable.Range(known ?? 0, known is null ? size : 1).Select(e => c * size + e));
        }

        return [.. cells];
    }

    private void AddMin(Slot slot)
    {
        if (slot.Min != 0)
        {
            Il.Emit(OpCodes.Ldc_I8, slot.Min);
            Il.Emit(OpCodes.Add);
        }
    }
}
