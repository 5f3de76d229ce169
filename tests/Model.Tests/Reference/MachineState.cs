namespace CoherenceCheck.Model.Tests.Reference;

/// <summary>One state of the bare-metal machine: a byte for each of its parts.</summary>
internal sealed class MachineState : IEquatable<MachineState>
{
    private readonly byte[] _cells;
    private readonly int _pes;
    private readonly int _lines;

    public MachineState(int pes, int lines)
        : this(pes, lines, new byte[(4 * lines) + (pes * ((4 * lines) + 3))])
    {
    }

    private MachineState(int pes, int lines, byte[] cells)
    {
        _pes = pes;
        _lines = lines;
        _cells = cells;
    }

    public ref byte Coh(int x) => ref _cells[x];

    public ref byte Poc(int x) => ref _cells[_lines + x];

    public ref byte Ds(int x) => ref _cells[(2 * _lines) + x];

    public ref byte F(int x) => ref _cells[(3 * _lines) + x];

    public ref byte I(int p, int x) => ref PerPe(p, x);

    public ref byte Q(int p, int x) => ref PerPe(p, _lines + x);

    /// <summary>Pending DCs of a line: 1 for CVAU, 2 for CVAC, 4 for CIVAC.</summary>
    public ref byte PendingDc(int p, int x) => ref PerPe(p, (2 * _lines) + x);

    /// <summary>The PEs that a pending IC IVAU has yet to reach.</summary>
    public ref byte PendingIvau(int p, int x) => ref PerPe(p, (3 * _lines) + x);

    public ref byte PendingIall(int p) => ref PerPe(p, 4 * _lines);

    public ref byte Written(int p) => ref PerPe(p, (4 * _lines) + 1);

    /// <summary>The set of SCTLR_EL1 values that may be in force.</summary>
    public ref byte InForce(int p) => ref PerPe(p, (4 * _lines) + 2);

    public MachineState Clone() => new(_pes, _lines, (byte[])_cells.Clone());

    public bool Equals(MachineState? other) => other is not null && _cells.AsSpan().SequenceEqual(other._cells);

    public override bool Equals(object? obj) => Equals(obj as MachineState);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_cells);
        return hash.ToHashCode();
    }

    private ref byte PerPe(int p, int cell) => ref _cells[(4 * _lines) + (p * ((4 * _lines) + 3)) + cell];
}
