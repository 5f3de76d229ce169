using System.Runtime.InteropServices;

namespace CoherenceCheck.Explorer;

/// <summary>Native memory that is 0 at first, aligned to what it is large enough for: cache lines, or huge pages.</summary>
/// <remarks>
/// On Linux a large block is mapped by itself. From an allocator it could be memory that was used before, which is set to 0 and so touched
/// twice, and its ends would be on small pages. Where the system lets it, it is mapped with addresses for more behind it, so that it can
/// grow where it is: memory is taken when it is touched.
/// </remarks>
internal readonly unsafe struct ZeroedBlock : IDisposable
{
    private const nuint LineBytes = 64;
    private static readonly nuint Reserved = unchecked((nuint)(1L << 36));
    private readonly byte* _mapped;
    private readonly nuint _mappedBytes;

    /// <summary>A block of so many bytes.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="mappedFrom">The size from which a block is mapped.</param>
    /// <exception cref="OutOfMemoryException">There is no room for it.</exception>
    public ZeroedBlock(long bytes, long mappedFrom = HugePages.Size)
    {
        var size = (nuint)bytes;
        if (bytes >= mappedFrom && OperatingSystem.IsLinux())
        {
            _mappedBytes = Reserved;
            _mapped = size <= Reserved - HugePages.Size ? HugePages.Map(_mappedBytes, isReserved: true) : null;
            if (_mapped is null)
            {
                // The system promises no more addresses than memory, or counts them.
                _mappedBytes = size + HugePages.Size;
                _mapped = HugePages.Map(_mappedBytes, isReserved: false);
            }
        }

        if (_mapped is null)
        {
            Start = (byte*)NativeMemory.AlignedAlloc(size, LineBytes);
            NativeMemory.Clear(Start, size);
            return;
        }

        Start = (byte*)(((nuint)_mapped + HugePages.Size - 1) & ~(nuint)(HugePages.Size - 1));
        HugePages.Advise(Start, _mappedBytes - HugePages.Size);
    }

    /// <summary>The first byte.</summary>
    public byte* Start { get; }

    /// <summary>Whether it may be used up to so many bytes, of which those behind its size are 0 as well.</summary>
    public bool CanGrowTo(long bytes) => _mapped is not null && (nuint)bytes <= _mappedBytes - HugePages.Size;

    public void Dispose()
    {
        if (_mapped is not null)
        {
            HugePages.Unmap(_mapped, _mappedBytes);
        }
        else
        {
            NativeMemory.AlignedFree(Start);
        }
    }
}
