using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Report;
using CoherenceCheck.Report.Comparison;

namespace CoherenceCheck.Cli.Reporting;

/// <summary>Stored results: read from files, or made from a run as a file would hold it.</summary>
internal static class ResultFiles
{
    /// <summary>Reads a result; <see langword="null"/>, with a diagnostic, where it cannot be read.</summary>
    public static StoredResult? Read(string path, ICollection<Diagnostic> diagnostics)
    {
        try
        {
            return StoredResult.Parse(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            diagnostics.Add(CliDiagnostics.BadResult.Of($"'{path}' cannot be read as a result: {e.Message}", "make it anew: coherencecheck check … --report json=FILE"));
            return null;
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
