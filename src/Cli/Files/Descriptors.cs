using System.Globalization;
using System.Runtime.InteropServices;

namespace CoherenceCheck.Cli.Files;

/// <summary>What the program was given open when it was started.</summary>
/// <remarks>The number of a standard stream that was closed is taken by the first pipe that the runtime opens for itself: to write there would
/// end the process, to read there would never end. The runtime's own descriptors are closed on exec, and those that were inherited cannot be.</remarks>
internal static partial class Descriptors
{
    public const int Input = 0;
    public const int Output = 1;
    public const int Error = 2;

    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int MostLinks = 40;

    /// <summary>Whether who started the program had it open.</summary>
    public static bool IsInherited(int number) => OperatingSystem.IsWindows() || (Fcntl(number, GetFlags) is >= 0 and var flags && (flags & CloseOnExec) == 0);

    /// <summary>The descriptor of this process that a path leads to, through links; <see langword="null"/> for any other path.</summary>
    public static int? NumberOf(string path)
    {
        var full = Path.GetFullPath(path);
        for (var links = 0; links < MostLinks; links++)
        {
            if (Named(full) is { } number)
            {
                return number;
            }

            if (new FileInfo(full).LinkTarget is not { } target)
            {
                return null;
            }

            full = Path.GetFullPath(target, Path.GetDirectoryName(full)!);
        }

        return null;
    }

    private static int? Named(string full)
    {
        foreach (var folder in new[] { "/dev/fd/", "/proc/self/fd/", $"/proc/{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}/fd/" })
        {
            if (full.StartsWith(folder, StringComparison.Ordinal) && int.TryParse(full.AsSpan(folder.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }
        }

        return full switch { "/dev/stdin" => Input, "/dev/stdout" => Output, "/dev/stderr" => Error, _ => null };
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fcntl(int number, int command);
}
