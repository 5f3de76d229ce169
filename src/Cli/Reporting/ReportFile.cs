using CoherenceCheck.Cli.Files;
using CoherenceCheck.Cli.Streams;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Reporting;

/// <summary>A file that a result goes to: opened before anything is explored, and put in its place only when it is whole.</summary>
/// <remarks>Of a link, what it leads to is replaced. Nothing takes the place of a pipe or a device: these are written to.</remarks>
internal sealed class ReportFile : IDisposable
{
    private readonly string _path;
    private readonly string? _partial;
    private readonly Stream _stream;
    private bool _isWhole;

    /// <summary>Opens a file to write to.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellation">Ends the wait for the reader of a pipe.</param>
    public ReportFile(string path, CancellationToken cancellation)
    {
        _path = FileKinds.Target(path);
        var kind = FileKinds.Of(path);
        if (kind == FileKind.Folder)
        {
            throw new IOException("it is a folder");
        }

        if (Descriptors.NumberOf(path) is { } number)
        {
            _stream = Open(number, path, cancellation);
        }
        else if (kind == FileKind.Other || FileKinds.IsDescriptor(path))
        {
            _stream = OpenForReader(path, cancellation);
        }
        else
        {
            _partial = FileClaims.PartialOf(_path);
            if (new FileInfo(_partial).LinkTarget is not null)
            {
                // What somebody else's link leads to is not ours to write.
                File.Delete(_partial);
            }

            _stream = new DiskStream(_partial);
        }
    }

    public string Format { get; private init; } = "text";

    /// <summary>Opens the files of <c>--report FORMAT=FILE</c>; diagnostics for those that cannot be read or written.</summary>
    /// <param name="reports">The reports, as the user wrote them.</param>
    /// <param name="inputs">What the run reads: no report may take its place.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="cancellation">Ends the wait for the reader of a pipe.</param>
    public static List<ReportFile> Open(IEnumerable<string> reports, IEnumerable<string> inputs, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var claims = new FileClaims(inputs);
        var files = new List<ReportFile>();
        foreach (var report in reports)
        {
            var parts = report.Split('=', 2);
            if (parts.Length < 2 || parts[1].Length == 0 || !CheckReports.Formats.Contains(parts[0], StringComparer.Ordinal))
            {
                diagnostics.Add(CliDiagnostics.BadReport.Of($"'{report}' is no report", $"write --report FORMAT=FILE, FORMAT one of {string.Join(", ", CheckReports.Formats)}"));
                continue;
            }

            try
            {
                claims.Write(parts[1]);
                files.Add(new ReportFile(parts[1], cancellation) { Format = parts[0] });
            }
            catch (Exception e) when (IsRefusal(e))
            {
                diagnostics.Add(CliDiagnostics.BadReport.Of($"the report '{parts[1]}' cannot be written: {WriteFailure.Reason(e)}", "nothing was explored: name a file of its own in a folder that exists and can be written"));
            }
            catch (OperationCanceledException)
            {
                files.ForEach(file => file.Dispose());
                throw;
            }
        }

        return files;
    }

    /// <summary>Whether an error is the file's or the system's, not ours.</summary>
    public static bool IsRefusal(Exception e) => e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Writes a result, if it can be written; else says so.</summary>
    public void Write(CheckResult result, TextOptions text, ICollection<Diagnostic> diagnostics) =>
        Write(stream => CheckReports.Write(Format, stream, result, text with { Color = false }), diagnostics);

    /// <summary>Writes the file and puts it in its place, if it can be written; else says so, and the old one stays.</summary>
    public void Write(Action<Stream> write, ICollection<Diagnostic> diagnostics)
    {
        try
        {
            Fill(write);
            PutInPlace();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or WaitEndedException)
        {
            // On a full disk, another report may have room in its place.
            Dispose();
            diagnostics.Add(CliDiagnostics.BadReport.Of($"the report '{_path}' cannot be written: {WriteFailure.Reason(e)}", _partial is null ? null : "what was there before is as it was"));
        }
    }

    /// <summary>Writes all of it, beside its place.</summary>
    public void Fill(Action<Stream> write)
    {
        write(_stream);

        // Before it takes the place of another it must be on the disk.
        (_stream as DiskStream)?.Flush(toDisk: true);
        _stream.Dispose();
    }

    /// <summary>Puts what is whole in its place.</summary>
    public void PutInPlace()
    {
        if (_partial is not null)
        {
            if (!OperatingSystem.IsWindows() && File.Exists(_path))
            {
                File.SetUnixFileMode(_partial, File.GetUnixFileMode(_path));
            }

            File.Move(_partial, _path, overwrite: true);
        }

        _isWhole = true;
    }

    /// <summary>Leaves nothing behind where the file was not written.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What is in its buffer has no place on a full disk: that was said when it was written.
        }

        if (!_isWhole && _partial is not null)
        {
            try
            {
                File.Delete(_partial);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It stays behind, as after a kill: why nothing could be written was said.
            }
        }
    }

    /// <summary>What the program was given open. A standard stream is not opened anew: a file behind it would be written from its beginning.</summary>
    private static Stream Open(int number, string path, CancellationToken cancellation)
    {
        if (!Descriptors.IsInherited(number))
        {
            throw new IOException("it is not open");
        }

        return number is Descriptors.Output or Descriptors.Error ? StandardStreams.Open(number, cancellation)! : OpenForReader(path, cancellation);
    }

    /// <summary>A pipe opens when somebody reads it.</summary>
    private static PatientStream OpenForReader(string path, CancellationToken cancellation)
    {
        var stream = Waiting.For(
            () => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0), $"'{path}' was not read", cancellation);
        return new PatientStream(stream, $"'{path}'", cancellation);
    }
}
