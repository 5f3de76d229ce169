using System.Runtime.InteropServices;

namespace CoherenceCheck.Cli.Streams;

/// <summary>A descriptor that the program was given, on a system that has them: written to where it stands, as its other owners do.</summary>
/// <remarks>The console of .NET has one lock for both standard streams: a write to one, which nobody reads, would keep the other from being written.</remarks>
internal sealed unsafe partial class DescriptorStream(int number) : WriteOnlyStream
{
    private const int Interrupted = 4;
    private const int BrokenPipe = 32;
    private const short CanBeWritten = 4;

    // "Try again", of a pipe that somebody made non-blocking: not the same everywhere.
    private static readonly int TryAgain = OperatingSystem.IsLinux() ? 11 : 35;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* bytes = buffer)
            {
                written = Write(number, bytes, buffer.Length);
            }

            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case BrokenPipe:
                    // Who read has seen enough: that changes nothing.
                    return;
                case var error when error == TryAgain:
                    var wait = new Wait { Number = number, Wanted = CanBeWritten };
                    _ = Poll(&wait, 1, -1);
                    break;
                case var error:
                    throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(int number, byte* bytes, nint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(Wait* waits, nuint count, int milliseconds);

    /// <summary>The system's <c>struct pollfd</c>.</summary>
    private struct Wait
    {
        public int Number;
        public short Wanted;
        public short Found;
    }
}
