using System.Runtime.InteropServices;

namespace CoherenceCheck.Explorer;

/// <summary>Asks for large pages where the system gives them on request: random access to a large table spends most of its time on address translation.</summary>
internal static unsafe partial class HugePages
{
    public const uint Size = 2 << 20;

    /// <summary>After so many bytes of a table that moves, what is behind is given back.</summary>
    public const long Part = 4 << 20;

    private const int MadviseHugePage = 14;
    private const int MadviseDontNeed = 4;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private const int NoReserve = 0x4000;

    /// <summary>Advice only: where it is not taken, all works as well, but slower. So the result does not matter.</summary>
    public static void Advise(void* start, nuint bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var first = ((nuint)start + Size - 1) & ~(nuint)(Size - 1);
        var end = ((nuint)start + bytes) & ~(nuint)(Size - 1);
        if (first < end)
        {
            _ = Madvise((void*)first, end - first, MadviseHugePage);
        }
    }

    /// <summary>Gives whole pages back to the system, before the block is freed. Their contents are lost.</summary>
    public static void GiveBack(void* start, nuint bytes)
    {
        var first = ((nuint)start + Size - 1) & ~(nuint)(Size - 1);
        var end = ((nuint)start + bytes) & ~(nuint)(Size - 1);
        if (OperatingSystem.IsLinux() && first < end)
        {
            _ = Madvise((void*)first, end - first, MadviseDontNeed);
        }
    }

    /// <summary>Maps fresh memory, which is 0; <see langword="null"/> where there is no room for it. Linux only.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="isReserved">Whether most of it may never be touched: addresses then, more than memory.</param>
    public static byte* Map(nuint bytes, bool isReserved)
    {
        var start = Mmap(null, bytes, ReadWrite, isReserved ? PrivateAnonymous | NoReserve : PrivateAnonymous, -1, 0);
        return (nint)start == -1 ? null : (byte*)start;
    }

    /// <summary>Gives back what was mapped.</summary>
    public static void Unmap(void* start, nuint bytes) => _ = Munmap(start, bytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void* Mmap(void* start, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Munmap(void* start, nuint length);

    /// <summary>The bytes of a table that stand beside the larger one that it moves to: not given back yet, or never, where pages are shared.</summary>
    public static long MostBehind(long bytes) => Math.Min(bytes, Part + Size);

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Madvise(void* start, nuint length, int advice);
}
