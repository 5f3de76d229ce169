using System.Collections.Immutable;
using CoherenceCheck.Cli.Files;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Comparison;

namespace CoherenceCheck.Cli.Reporting;

/// <summary>Stored results: read from files, or made from a run as a file would hold it.</summary>
internal static class ResultFiles
{
    private const int Largest = 1 << 30;

    /// <summary>Whether a file is a stored result and no spec: it begins as JSON does, or is called so.</summary>
    public static bool IsResult(string path)
    {
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || !File.Exists(path))
        {
            return path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
        }

        if (InputFile.MayWait(path))
        {
            // A pipe can be read only once: a spec is a file.
            return true;
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var text = new StreamReader(stream);
            int first;
            do
            {
                first = text.Read();
            }
            while (first >= 0 && char.IsWhiteSpace((char)first));
            return first == '{';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A stored result whose paths are relative to a folder, if the other side is one: as that side's are.</summary>
    public static StoredResult Below(this StoredResult result, string other)
    {
        if (!Directory.Exists(other))
        {
            return result;
        }

        var root = Path.GetFullPath(other) + Path.DirectorySeparatorChar;
        return result.WithPaths(spec => Path.GetFullPath(spec).StartsWith(root, StringComparison.Ordinal)
            ? Path.GetRelativePath(root, Path.GetFullPath(spec)).Replace('\\', '/')
            : spec);
    }

    /// <summary>Reads a result; <see langword="null"/>, with a diagnostic, where it cannot be read.</summary>
    public static StoredResult? Read(string path, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        StoredResult? result = null;
        Read(path, bytes => result = StoredResult.Parse(bytes), diagnostics, cancellation);
        return result;
    }

    /// <summary>Reads the traces of a result; <see langword="null"/>, with a diagnostic, where it cannot be read.</summary>
    public static ImmutableArray<StoredTrace>? ReadTraces(string path, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        ImmutableArray<StoredTrace>? traces = null;
        Read(path, bytes => traces = StoredResult.ParseTraces(bytes), diagnostics, cancellation);
        return traces;
    }

    private static void Read(string path, Action<byte[]> parse, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        try
        {
            parse(InputFile.ReadAll(path, Largest, cancellation));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            diagnostics.Add(CliDiagnostics.BadResult.Of($"'{path}' cannot be read as a result: {e.Message}", "make it anew: coherencecheck check … --report json=FILE"));
        }
    }

    /// <summary>A run as a file would hold it.</summary>
    public static StoredResult Stored(CheckResult result)
    {
        using var stream = new MemoryStream();
        JsonReport.Write(stream, result, Commands.CheckCommand.Version, "in-order", statistics: false);
        return StoredResult.Parse(stream.ToArray());
    }
}
