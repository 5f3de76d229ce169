namespace CoherenceCheck.Cli.Files;

/// <summary>Files that a run reads, be they files, pipes or terminals: a read that does not come to its end can be ended all the same.</summary>
internal static class InputFile
{
    private const int Block = 1 << 16;

    /// <summary>Whether a path is of something that can be read only once, and that who writes it may keep waiting.</summary>
    public static bool MayWait(string path) => FileKinds.Of(path) == FileKind.Other || FileKinds.IsDescriptor(path);

    /// <summary>Opens a file and reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="cancellation">Ends the wait for who writes it.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="WaitEndedException">The wait was ended.</exception>
    public static T Read<T>(string path, Func<FileStream, T> read, CancellationToken cancellation)
    {
        if (Descriptors.NumberOf(path) is { } number && !Descriptors.IsInherited(number))
        {
            throw new IOException("it is not open");
        }

        if (Directory.Exists(path))
        {
            throw new IOException("it is a folder");
        }

        T Opened()
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return read(stream);
        }

        return MayWait(path) ? Waiting.For(Opened, $"'{path}' had not been read to its end", cancellation) : Opened();
    }

    /// <summary>Reads all of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The most bytes to take: a pipe may have no end.</param>
    /// <param name="cancellation">Ends the wait for who writes it.</param>
    public static byte[] ReadAll(string path, int most, CancellationToken cancellation) => Read(
        path,
        stream =>
        {
            using var all = new MemoryStream(stream.CanSeek ? (int)Math.Min(stream.Length, most) : 0);
            var block = new byte[Block];
            while (stream.Read(block) is > 0 and var length)
            {
                if (all.Length + length > most)
                {
                    throw new IOException($"it has more than {most >> 20} MB");
                }

                all.Write(block, 0, length);
            }

            return all.ToArray();
        },
        cancellation);
}
