using System.Text;
using CoherenceCheck.Cli.Files;

namespace CoherenceCheck.Cli.Streams;

/// <summary>The standard streams of the process, as far as it was given them.</summary>
internal static class StandardStreams
{
    /// <summary>Standard output; one that was closed fails when it is written to.</summary>
    public static Stream Output(CancellationToken cancellation) => Open(Descriptors.Output, cancellation) ?? new ClosedStream();

    /// <summary>Standard error; what cannot be written there changes nothing.</summary>
    public static TextWriter Error(CancellationToken cancellation) => Open(Descriptors.Error, cancellation) is { } stream
        ? new PatientWriter(TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" }))
        : TextWriter.Null;

    /// <summary>Standard input; one that was closed is empty.</summary>
    public static TextReader Input() => Descriptors.IsInherited(Descriptors.Input) ? new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false)) : TextReader.Null;

    /// <summary>Standard output or error; <see langword="null"/> where it was closed.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="cancellation">Ends the wait for who reads it.</param>
    public static Stream? Open(int number, CancellationToken cancellation)
    {
        if (!Descriptors.IsInherited(number))
        {
            return null;
        }

        Stream stream = !OperatingSystem.IsWindows() ? new DescriptorStream(number)
            : number == Descriptors.Output ? Console.OpenStandardOutput()
            : Console.OpenStandardError();

        // A file takes everything at once.
        return FileKinds.Of($"/dev/fd/{number}") == FileKind.Regular ? stream : new PatientStream(stream, number == Descriptors.Output ? "standard output" : "standard error", cancellation);
    }

    private sealed class ClosedStream : WriteOnlyStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!buffer.IsEmpty)
            {
                throw new IOException("it is closed");
            }
        }
    }
}
