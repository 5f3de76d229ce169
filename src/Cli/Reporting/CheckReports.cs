using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Formats;
using CoherenceCheck.Report.Html;

namespace CoherenceCheck.Cli.Reporting;

/// <summary>The formats of <c>check</c>, by name.</summary>
internal static class CheckReports
{
    public static readonly string[] Formats = ["text", "json", "junit", "sarif", "github", "html", "dot", "mermaid"];

    /// <summary>Writes a result in one format.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">Where to; left open.</param>
    /// <param name="result">What was found.</param>
    /// <param name="text">How text is written.</param>
    public static void Write(string format, Stream output, CheckResult result, TextOptions text)
    {
        switch (format)
        {
            case "json":
                JsonReport.Write(output, result, Commands.CheckCommand.Version, result.Scenarios.FirstOrDefault()?.PeModel ?? "in-order", text.Statistics);
                break;
            case "junit":
                JunitReport.Write(output, result);
                break;
            case "sarif":
                SarifReport.Write(output, result, Commands.CheckCommand.Version);
                break;
            case "html":
                HtmlReport.Write(output, result, Commands.CheckCommand.Version);
                break;
            default:
                using (var writer = new StreamWriter(output, new System.Text.UTF8Encoding(false), 1 << 14, leaveOpen: true) { NewLine = "\n" })
                {
                    WriteText(format, writer, result, text);
                }

                break;
        }
    }

    private static void WriteText(string format, StreamWriter writer, CheckResult result, TextOptions text)
    {
        switch (format)
        {
            case "github":
                GithubReport.Write(writer, result);
                break;
            case "dot":
                DotReport.Write(writer, result, text.Row);
                break;
            case "mermaid":
                MermaidReport.Write(writer, result, text.Row);
                break;
            default:
                if (!result.Rows.IsEmpty || result.Interrupted)
                {
                    new TextReport(writer, text).Write(result);
                }

                break;
        }
    }
}

/// <summary>A file that a report goes to: opened before anything is explored, and put in its place only when it is whole.</summary>
internal sealed class ReportFile : IDisposable
{
    private readonly string _path;
    private readonly string? _partial;
    private readonly FileStream _stream;
    private readonly bool _isDevice;
    private bool _isComplete;

    private ReportFile(string format, string path)
    {
        Format = format;
        _path = path;

        // Nothing takes the place of a link or a device.
        var info = new FileInfo(path);
        var target = (info.LinkTarget is null ? null : info.ResolveLinkTarget(returnFinalTarget: true))?.FullName ?? info.FullName;
        _isDevice = target.StartsWith("/dev/", StringComparison.Ordinal);
        var isDirect = _isDevice || new FileInfo(path).LinkTarget is not null;
        _partial = isDirect ? null : path + ".partial";
        _stream = new FileStream(_partial ?? path, isDirect ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.Write);
    }

    public string Format { get; }

    /// <summary>Opens the files of <c>--report FORMAT=FILE</c>; diagnostics for those that cannot be read or written.</summary>
    public static List<ReportFile> Open(IEnumerable<string> reports, ICollection<Diagnostic> diagnostics)
    {
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
                if (Directory.Exists(parts[1]) || files.Exists(file => Path.GetFullPath(file._path) == Path.GetFullPath(parts[1])))
                {
                    throw new IOException(Directory.Exists(parts[1]) ? "it is a folder" : "two reports name it");
                }

                files.Add(new ReportFile(parts[0], parts[1]));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                diagnostics.Add(CliDiagnostics.BadReport.Of($"the report '{parts[1]}' cannot be written: {e.Message}", "nothing was explored: name a file in a folder that exists and can be written"));
            }
        }

        return files;
    }

    public void Write(CheckResult result, TextOptions text) => Write(stream => CheckReports.Write(Format, stream, result, text with { Color = false }));

    /// <summary>Writes the file, and puts it in its place.</summary>
    public void Write(Action<Stream> write)
    {
        if (_partial is null && !_isDevice)
        {
            _stream.SetLength(0);
        }

        write(_stream);
        _stream.Dispose();
        if (_partial is not null)
        {
            File.Move(_partial, _path, overwrite: true);
        }

        _isComplete = true;
    }

    /// <summary>Leaves nothing behind where the report was not written.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        if (!_isComplete && _partial is not null)
        {
            File.Delete(_partial);
        }
    }
}
