using CoherenceCheck.Cli.Files;

namespace CoherenceCheck.Cli.Streams;

/// <summary>A pipe, a device or a standard stream, which takes as long as who reads it: a write that nobody takes can be ended.</summary>
/// <param name="inner">What is written to.</param>
/// <param name="name">What to call it.</param>
/// <param name="cancellation">Ends the wait, after a while in which somebody who does read can take what is left.</param>
internal sealed class PatientStream(Stream inner, string name, CancellationToken cancellation) : WriteOnlyStream
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private bool _isGivenUp;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_isGivenUp)
        {
            throw new WaitEndedException(Ended, cancellation);
        }

        var bytes = buffer.ToArray();
        try
        {
            Waiting.For(
                () =>
                {
                    inner.Write(bytes);
                    return true;
                },
                Ended,
                Grace,
                cancellation);
        }
        catch (WaitEndedException)
        {
            _isGivenUp = true;
            throw;
        }
    }

    public override void Flush()
    {
        if (!_isGivenUp)
        {
            inner.Flush();
        }
    }

    protected override void Dispose(bool disposing)
    {
        // A write that was left behind still uses it.
        if (disposing && !_isGivenUp)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private string Ended => $"{name} was not read";
}
