using System.Text;

namespace CoherenceCheck.Cli.Streams;

/// <summary>Messages that nobody may be able to read: a standard error on a full disk, or that cannot be written, must not change the verdict.</summary>
internal sealed class PatientWriter(TextWriter output) : TextWriter
{
    public override Encoding Encoding => output.Encoding;

    public override void Write(char value) => Try(() => output.Write(value));

    public override void Write(string? value) => Try(() => output.Write(value));

    public override void WriteLine(string? value) => Try(() => output.WriteLine(value));

    public override void Flush() => Try(output.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // There is no other place to say it.
        }
    }
}
