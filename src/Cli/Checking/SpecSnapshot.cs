using CoherenceCheck.Cli.Files;
using CoherenceCheck.Language;
using Microsoft.Win32.SafeHandles;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Files as they were when they were read: each once, however many specs use it.</summary>
/// <param name="before">What was read before, whose pipes are at their end now; <see langword="null"/> the first time.</param>
/// <param name="cancellation">Ends the wait for who writes a pipe.</param>
internal sealed class SpecSnapshot(SpecSnapshot? before, CancellationToken cancellation)
{
    private readonly Dictionary<string, (byte[] Bytes, Stamp? Stamp)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (byte[] Bytes, Stamp? Stamp)> _pipes = before?._files.Where(file => file.Value.Stamp is null).ToDictionary(StringComparer.Ordinal) ?? [];
    private readonly Dictionary<string, HashSet<string>> _filesOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Stamp> _missing = new(StringComparer.Ordinal);
    private bool _isTorn;

    /// <summary>Told of each file that was read: tests change it then.</summary>
    public Action<string>? AfterRead { get; init; }

    /// <summary>The full paths of all files that a spec is made of, those that could not be read included.</summary>
    public IEnumerable<string> Files => _filesOf.Values.SelectMany(files => files).Distinct(StringComparer.Ordinal);

    /// <summary>Reads a file for a spec.</summary>
    /// <param name="spec">The spec that is being loaded.</param>
    /// <param name="path">The file.</param>
    public byte[] Read(string spec, string path)
    {
        var full = Path.GetFullPath(path);
        if (!_filesOf.TryGetValue(spec, out var files))
        {
            _filesOf.Add(spec, files = new HashSet<string>(StringComparer.Ordinal));
        }

        files.Add(full);
        if (!_files.TryGetValue(full, out var file))
        {
            file = _pipes.TryGetValue(full, out var known) ? known : ReadNow(path, full);
            _files.Add(full, file);
            AfterRead?.Invoke(full);
        }

        return file.Bytes;
    }

    private (byte[] Bytes, Stamp? Stamp) ReadNow(string path, string full)
    {
        try
        {
            var (bytes, earlier, later) = InputFile.Read(
                path,
                stream =>
                {
                    // What cannot be sought, a pipe, can be read only once and has no state to compare.
                    Stamp? earlier = stream.CanSeek ? Stamp.Of(stream.SafeFileHandle) : null;
                    return (SpecLoader.Read(stream), earlier, earlier is null ? null : Stamp.Of(stream.SafeFileHandle));
                },
                cancellation);
            _isTorn |= earlier != later;
            return (bytes, earlier);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // That it appears is a change, too.
            _missing[full] = Stamp.Of(full);
            throw;
        }
    }

    /// <summary>The files that changed since they were read, or while they were.</summary>
    public IReadOnlyCollection<string> Changed =>
    [
        .. _files.Where(file => _isTorn || (file.Value.Stamp is { } stamp && stamp != Stamp.Of(file.Key))).Select(file => file.Key),
        .. _missing.Where(file => file.Value != Stamp.Of(file.Key)).Select(file => file.Key),
    ];

    /// <summary>Whether a spec, or a file that it uses, is among some files.</summary>
    public bool Concerns(string spec, IEnumerable<string> files) => !_filesOf.TryGetValue(spec, out var own) || own.Overlaps(files);

    /// <summary>By what a change of a file is seen.</summary>
    private sealed record Stamp(DateTime Written, long Length)
    {
        private static readonly Stamp Nothing = new(default, 0);

        public static Stamp Of(SafeFileHandle handle) => new(File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));

        public static Stamp Of(string path)
        {
            try
            {
                var info = new FileInfo(path);
                if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                {
                    info = target;
                }

                return info.Exists ? new Stamp(info.LastWriteTimeUtc, info.Length) : Nothing;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Links that lead in a circle, say: there is nothing there.
                return Nothing;
            }
        }
    }
}
