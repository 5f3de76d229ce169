using System.Runtime.InteropServices;

namespace CoherenceCheck.Explorer;

/// <summary>What a search may still take of the memory that the process is allowed; the searches of a process share it.</summary>
/// <remarks>
/// How much is taken is what the system says: so the managed heap, compiled code and other searches count. It says nothing of pages that
/// were promised and not touched yet. So a search asks before it touches, a portion at a time; what it was promised counts for all
/// others until it asks again, and what is taken in one go, under the lock, is touched before another may ask.
/// </remarks>
internal sealed unsafe partial class MemoryBudget : IDisposable
{
    /// <summary>What is asked for at a time: as much as a large page, by which states become resident.</summary>
    public const long Portion = HugePages.Size;

    private const int Little = 12;
    private const int MmapThreshold = -3;
    private static readonly Lock Gate = new();
    private static long _promised;
    private readonly long _limit;
    private long _own;
    private bool _hasCollected;

    static MemoryBudget()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                // Large blocks go back to the system when they are freed: the heap would keep them for whoever asks next, on the same thread.
                _ = Mallopt(MmapThreshold, (int)Portion / 2);
            }
            catch (EntryPointNotFoundException)
            {
                // A C library without this gives large blocks back anyway.
            }
        }
    }

    private MemoryBudget(long limit)
    {
        _limit = limit;
        AtFirst = Math.Max(0, limit - Environment.WorkingSet);
    }

    /// <summary>What there was for this search when it began, in bytes: of the limit, what else the process holds may be the most.</summary>
    public long AtFirst { get; }

    /// <summary>A budget for one search; <see langword="null"/> where there is no limit.</summary>
    public static MemoryBudget? For(SearchLimits limits) => limits.MaxBytes == long.MaxValue ? null : new MemoryBudget(limits.MaxBytes);

    /// <summary>Whether the process takes more than it may, before any search.</summary>
    public static bool IsUsedUp(SearchLimits limits)
    {
        if (limits.MaxBytes != long.MaxValue && Environment.WorkingSet > limits.MaxBytes)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return Environment.WorkingSet > limits.MaxBytes;
        }

        return false;
    }

    /// <summary>Asks for memory.</summary>
    /// <param name="atOnce">Bytes that <paramref name="take"/> touches.</param>
    /// <param name="later">Bytes that are touched by and by.</param>
    /// <param name="instead">Bytes that can be made use of without this: where that leaves little, this is refused. 0 where there is no choice.</param>
    /// <param name="take">Run if there is enough.</param>
    public bool TryTake(long atOnce, long later, long instead, Action take)
    {
        lock (Gate)
        {
            if (!Fits(atOnce + later) || (instead > 0 && Free - instead < AtFirst / Little))
            {
                return false;
            }

            take();
            Promise(later);
            return true;
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            Promise(0);
        }
    }

    private long Free => _limit - (_promised - _own) - Environment.WorkingSet;

    private bool Fits(long bytes)
    {
        if (bytes <= Free)
        {
            return true;
        }

        if (_hasCollected || bytes > _limit)
        {
            return false;
        }

        // Once for a search: what reading specs left behind may be as much as the states.
        _hasCollected = true;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return bytes <= Free;
    }

    private void Promise(long bytes)
    {
        _promised += bytes - _own;
        _own = bytes;
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Mallopt(int parameter, int value);
}
