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

    /// <summary>Adds what lies below a folder. Links to folders are not followed: they may lead back.</summary>
    internal static void AddFolder(string path, List<string> files, ICollection<Diagnostic> diagnostics)
    {
        var found = new List<string>();
        var pending = new Stack<string>([path]);
        try
        {
            while (pending.TryPop(out var folder))
            {
                found.AddRange(Directory.GetFiles(folder, "*.coh"));
                foreach (var inner in Directory.GetDirectories(folder).Where(inner => new DirectoryInfo(inner).LinkTarget is null))
                {
                    pending.Push(inner);
                }
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            diagnostics.Add(CliDiagnostics.UnreadableFolder.Of($"'{path}' cannot be read: {e.Message}", "make it readable, or name the specs in it"));
            return;
        }

        if (found.Count == 0)
        {
            diagnostics.Add(CliDiagnostics.NoSpec.Of($"'{path}' holds no spec", "specs are files that end in .coh"));
        }

        files.AddRange(found.Order(StringComparer.Ordinal));
    }
}
