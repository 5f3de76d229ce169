namespace CoherenceCheck.Cli.Streams;

/// <summary>A new file on a disk. Where the system lets no file be so large, .NET says that of an argument; here it is an error of the file.</summary>
internal sealed class DiskStream(string path) : WriteOnlyStream
{
    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file.Write(buffer);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw TooLarge(e);
        }
    }

    public override void Flush() => Flush(toDisk: false);

    /// <summary>Writes what was held back, to the disk itself if need be.</summary>
    public void Flush(bool toDisk)
    {
        try
        {
            _file.Flush(toDisk);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw TooLarge(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                _file.Dispose();
            }
            catch (ArgumentOutOfRangeException e)
            {
                throw TooLarge(e);
            }
        }

        base.Dispose(disposing);
    }

    private static IOException TooLarge(Exception e) => new("it would be larger than the system lets a file be", e);
}
