using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Finds the specs that the user names: files as they are, folders with all <c>*.coh</c> below them, in ordinal order.</summary>
internal static class SpecFiles
{
    public static List<string> Find(IEnumerable<string> paths, ICollection<Diagnostic> diagnostics)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                files.Add(path);
            }
            else if (Directory.Exists(path))
            {
                AddFolder(path, files, diagnostics);
            }
            else
            {
                diagnostics.Add(CliDiagnostics.NoSuchPath.Of($"'{path}' does not exist", "name a spec file or a folder of specs"));
            }
        }

        return [.. files.DistinctBy(Path.GetFullPath, StringComparer.Ordinal)];
    }

    private static void AddFolder(string path, List<string> files, ICollection<Diagnostic> diagnostics)
    {
        string[] found;
        try
        {
            found = Directory.GetFiles(path, "*.coh", SearchOption.AllDirectories);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            diagnostics.Add(CliDiagnostics.UnreadableFolder.Of($"'{path}' cannot be read: {e.Message}"));
            return;
        }

        if (found.Length == 0)
        {
            diagnostics.Add(CliDiagnostics.NoSpec.Of($"'{path}' holds no spec", "specs are files that end in .coh"));
        }

        files.AddRange(found.Order(StringComparer.Ordinal));
    }
}
