namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>A state: one array, of which each component is a region.</summary>
internal sealed class State(ushort[] cells)
{
    public ref ushort this[int cell] => ref cells[cell];

    public ReadOnlySpan<ushort> Cells => cells;

    public State Clone() => new((ushort[])cells.Clone());

    /// <summary>Sets all cells of a region.</summary>
    public void Clear(Region region) => Array.Clear(cells, region.Offset, region.Size);
}

/// <summary>Equality by value.</summary>
internal sealed class StateComparer : IEqualityComparer<State>
{
    public bool Equals(State? x, State? y) => x!.Cells.SequenceEqual(y!.Cells);

    public int GetHashCode(State obj)
    {
        var hash = default(HashCode);
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(obj.Cells));
        return hash.ToHashCode();
    }
}

/// <summary>A component of a state: an array of up to five dimensions.</summary>
internal readonly struct Region(int offset, int[] sizes)
{
    public int Offset => offset;

    public int Size => sizes.Aggregate(1, (product, size) => product * size);

    public int At(int i) => offset + i;

    public int At(int i, int j) => offset + (i * sizes[1]) + j;

    public int At(int i, int j, int k) => offset + (((i * sizes[1]) + j) * sizes[2]) + k;

    public int At(int i, int j, int k, int l) => offset + (((((i * sizes[1]) + j) * sizes[2]) + k) * sizes[3]) + l;

    public int At(int i, int j, int k, int l, int m) => offset + (((((((i * sizes[1]) + j) * sizes[2]) + k) * sizes[3]) + l) * sizes[4]) + m;
}
