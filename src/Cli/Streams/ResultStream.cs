namespace CoherenceCheck.Cli.Streams;

/// <summary>Standard output cannot be written: the disk behind it is full, say.</summary>
/// <param name="cause">Why.</param>
internal sealed class ResultException(Exception cause) : IOException(cause.Message, cause);

/// <summary>Standard output: what fails here is told from what fails elsewhere.</summary>
internal sealed class ResultStream(Stream inner) : WriteOnlyStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            inner.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ResultException(e);
        }
    }

    public override void Flush()
    {
        try
        {
            inner.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ResultException(e);
        }
    }
}
