using System.Runtime.InteropServices;

namespace CoherenceCheck.Explorer;

/// <summary>Native memory that is 0 at first, aligned to what it is large enough for: cache lines, or huge pages.</summary>
/// <remarks>
/// On Linux a large block is mapped by itself. From an allocator it could be memory that was used before, which is set to 0 and so touched
/// twice, and its ends would be on small pages.
/// </remarks>
internal readonly unsafe struct ZeroedBlock : IDisposable
{
    private const nuint LineBytes = 64;
    private readonly byte* _mapped;
    private readonly nuint _mappedBytes;

    /// <summary>A block of so many bytes.</summary>
    /// <exception cref="OutOfMemoryException">There is no room for it.</exception>
    public ZeroedBlock(long bytes)
    {
        var size = (nuint)bytes;
        if (size >= HugePages.Size && OperatingSystem.IsLinux())
        {
            _mappedBytes = size + HugePages.Size;
            _mapped = HugePages.Map(_mappedBytes);
        }

        if (_mapped is null)
        {
            Start = (byte*)NativeMemory.AlignedAlloc(size, LineBytes);
            NativeMemory.Clear(Start, size);
            return;
        }

        Start = (byte*)(((nuint)_mapped + HugePages.Size - 1) & ~(nuint)(HugePages.Size - 1));
        HugePages.Advise(Start, size);
    }

    /// <summary>The first byte.</summary>
    public byte* Start { get; }

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
