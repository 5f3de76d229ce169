using CoherenceCheck.Language;
using Microsoft.Win32.SafeHandles;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Files as they were when they were read: each once, however many specs use it.</summary>
internal sealed class SpecSnapshot
{
    private readonly Dictionary<string, (byte[] Bytes, Stamp? Stamp)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _filesOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Stamp> _missing = new(StringComparer.Ordinal);
    private bool _isTorn;

    /// <summary>Told of each file that was read: tests change it then.</summary>
    public Action<string>? AfterRead { get; init; }

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
            using var stream = Open(path, full);

            // What cannot be sought, a pipe, can be read only once and has no state to compare.
            Stamp? before = stream.CanSeek ? Stamp.Of(stream.SafeFileHandle) : null;
            file = (SpecLoader.Read(stream), before);
            _isTorn |= before is not null && before != Stamp.Of(stream.SafeFileHandle);
            _files.Add(full, file);
            AfterRead?.Invoke(full);
        }

        return file.Bytes;
    }

    private FileStream Open(string path, string full)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
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
    private readonly record struct Stamp(DateTime Written, long Length)
    {
        public static Stamp Of(SafeFileHandle handle) => new(File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));

        public static Stamp Of(string path)
        {
            var info = new FileInfo(path);
            if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            {
                info = target;
            }

            return info.Exists ? new Stamp(info.LastWriteTimeUtc, info.Length) : default;
        }
    }
}
