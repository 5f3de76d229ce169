using System.Runtime.InteropServices;

namespace CoherenceCheck.Cli.Reporting;

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

/// <summary>Tells files that can be replaced from pipes and devices, which .NET does not.</summary>
internal static unsafe partial class FileKinds
{
    private const int WorkingFolder = -100;
    private const uint StatxType = 1;
    private const int StatxBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xf000;
    private const int RegularType = 0x8000;

    /// <summary>What a path leads to, through links.</summary>
    public static FileKind Of(string path)
    {
        if (Directory.Exists(path))
        {
            return FileKind.Folder;
        }

        if (OperatingSystem.IsLinux())
        {
            try
            {
                var status = stackalloc byte[StatxBytes];
                return Statx(WorkingFolder, path, 0, StatxType, status) != 0 ? FileKind.None
                    : (*(ushort*)(status + ModeOffset) & TypeMask) == RegularType ? FileKind.Regular
                    : FileKind.Other;
            }
            catch (EntryPointNotFoundException)
            {
                // An old C library: as on other systems.
            }
        }

        return Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal) ? FileKind.Other : File.Exists(path) ? FileKind.Regular : FileKind.None;
    }

    /// <summary>The full path of what a path leads to.</summary>
    public static string Target(string path) =>
        new FileInfo(path).LinkTarget is null ? Path.GetFullPath(path) : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    /// <summary>Whether a path names what this process has open, whose name may be anything.</summary>
    public static bool IsDescriptor(string path) => Path.GetFullPath(path) is var full && (full.StartsWith("/dev/fd/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal));

    /// <summary>The standard stream that a path names: opened anew, a file behind it would be written from its beginning.</summary>
    public static Stream? StandardStream(string path) => Path.GetFullPath(path) switch
    {
        "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1" => Console.OpenStandardOutput(),
        "/dev/stderr" or "/dev/fd/2" or "/proc/self/fd/2" => Console.OpenStandardError(),
        _ => null,
    };

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* status);
}
