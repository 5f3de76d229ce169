using System.Globalization;
using System.Runtime.InteropServices;

namespace CoherenceCheck.Cli.Files;

/// <summary>What a path leads to.</summary>
internal enum FileKind
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>A file with contents.</summary>
    Regular,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A pipe, a socket, a device.</summary>
    Other,
}

/// <summary>Tells files that can be replaced from pipes and devices, and whether two paths lead to one file, which .NET does not.</summary>
internal static unsafe partial class FileKinds
{
    private const int WorkingFolder = -100;
    private const uint StatxTypeAndInode = 0x101;
    private const int StatxBytes = 256;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;
    private const int TypeMask = 0xf000;
    private const int RegularType = 0x8000;

    /// <summary>What a path leads to, through links.</summary>
    public static FileKind Of(string path)
    {
        if (Directory.Exists(path))
        {
            return FileKind.Folder;
        }

        var status = stackalloc byte[StatxBytes];
        return Status(path, status) switch
        {
            true => (*(ushort*)(status + ModeOffset) & TypeMask) == RegularType ? FileKind.Regular : FileKind.Other,
            false => FileKind.None,
            _ => Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal) ? FileKind.Other : File.Exists(path) ? FileKind.Regular : FileKind.None,
        };
    }

    /// <summary>What all paths of one file have in common, be they links of either sort or spelled in several ways. What does not exist yet is told by its folder and its name there.</summary>
    public static string Identity(string path)
    {
        var status = stackalloc byte[StatxBytes];
        return Status(path, status) == true
            ? string.Create(CultureInfo.InvariantCulture, $"{*(ulong*)(status + DeviceOffset):x}:{*(ulong*)(status + InodeOffset):x}")
            : Place(Followed(path));
    }

    // Links that lead in a circle lead nowhere: such a path is a place of its own, and reading it says what is wrong.
    private static string Followed(string path)
    {
        try
        {
            return Target(path);
        }
        catch (IOException)
        {
            return Path.GetFullPath(path);
        }
    }

    /// <summary>Where a path has its last name: its folder, through links, and the name itself, which may be that of a link.</summary>
    public static string Place(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var status = stackalloc byte[StatxBytes];
        return Path.GetDirectoryName(full) is { } folder && Status(folder, status) == true ? $"{Identity(folder)}/{Path.GetFileName(full)}" : full;
    }

    /// <summary>The full path of what a path leads to.</summary>
    public static string Target(string path)
    {
        // Of a link without a folder before its name, .NET would look for the target in the root.
        var full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    /// <summary>Whether a path names what this process has open, whose name may be anything.</summary>
    public static bool IsDescriptor(string path) => Path.GetFullPath(path) is var full && (full.StartsWith("/dev/fd/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal));

    /// <summary>Whether there is something at a path; <see langword="null"/> where the system cannot be asked.</summary>
    private static bool? Status(string path, byte* status)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return Statx(WorkingFolder, path, 0, StatxTypeAndInode, status) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            // An old C library: as on other systems.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* status);
}
