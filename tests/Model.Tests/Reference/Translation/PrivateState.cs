using System.Runtime.InteropServices;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What data caches hold of a line.</summary>
internal enum PrivateCopy : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A clean copy; where the PoC has another value, a Non-cacheable store has left the copy behind.</summary>
    Clean,

    /// <summary>A dirty copy.</summary>
    Dirty,
}

/// <summary>One state of the private machine beside its <see cref="PrivateContext"/>: a byte for each of its parts.</summary>
internal sealed class PrivateState : IEquatable<PrivateState>
{
    private readonly PrivateSetting _setting;
    private readonly byte[] _cells;
    private readonly int _perPe;

    public PrivateState(PrivateSetting setting)
        : this(setting, null)
    {
    }

    private PrivateState(PrivateSetting setting, byte[]? cells)
    {
        _setting = setting;
        _perPe = (2 * setting.Asids * setting.Vas) + setting.Asids + setting.Vas + (3 * setting.Pages) + 2;
        // Whole words, for the sake of hashing.
        _cells = cells ?? new byte[((4 * setting.Pages) + (setting.Vcpus * _perPe) + 7) / 8 * 8];
    }

    /// <summary>What a coherent access sees.</summary>
    public ref byte Coh(int g) => ref _cells[4 * g];

    public ref byte Poc(int g) => ref _cells[(4 * g) + 1];

    /// <summary>A <see cref="PrivateCopy"/>.</summary>
    public ref byte Copy(int g) => ref _cells[(4 * g) + 2];

    /// <summary>What a fetch at the PoU may return beside the coherent value: IDC = 0 only.</summary>
    public ref byte F(int g) => ref _cells[(4 * g) + 3];

    /// <summary>The leaves that the TLB may hold.</summary>
    public ref byte Tlb(int p, int asid, int a) => ref Pe(p, (asid * _setting.Vas) + a);

    /// <summary>The PEs that a pending TLBI VAE1 has yet to reach.</summary>
    public ref byte PendingVae1(int p, int asid, int a) => ref Pe(p, ((_setting.Asids + asid) * _setting.Vas) + a);

    public ref byte PendingAside1(int p, int asid) => ref Pe(p, (2 * _setting.Asids * _setting.Vas) + asid);

    public ref byte PendingVmalle1(int p) => ref Pe(p, _perPe - 1);

    /// <summary>What a fetch of <paramref name="a"/> may have captured since the last context synchronisation event.</summary>
    public ref byte Q(int p, int a) => ref Pe(p, (((2 * _setting.Vas) + 1) * _setting.Asids) + a);

    /// <summary>The values that the instruction cache may hold.</summary>
    public ref byte I(int p, int g) => ref PerPage(p, 0, g);

    /// <summary>Pending DCs: bit k for <see cref="PrivateOp.Cvau"/> + k.</summary>
    public ref byte PendingDc(int p, int g) => ref PerPage(p, 1, g);

    public ref byte PendingIvau(int p, int g) => ref PerPage(p, 2, g);

    public ref byte PendingIall(int p) => ref Pe(p, _perPe - 2);

    public PrivateState Clone() => new(_setting, (byte[])_cells.Clone());

    public bool Equals(PrivateState? other) => other is not null && _cells.AsSpan().SequenceEqual(other._cells);

    public override bool Equals(object? obj) => Equals(obj as PrivateState);

    public override int GetHashCode() => (int)Fingerprint();

    public ulong Fingerprint()
    {
        var hash = 0UL;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(_cells.AsSpan()))
        {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 32;
        }

        return hash;
    }

    private ref byte PerPage(int p, int part, int g) =>
        ref Pe(p, (((2 * _setting.Vas) + 1) * _setting.Asids) + _setting.Vas + (part * _setting.Pages) + g);

    private ref byte Pe(int p, int cell) => ref _cells[(4 * _setting.Pages) + (p * _perPe) + cell];
}
