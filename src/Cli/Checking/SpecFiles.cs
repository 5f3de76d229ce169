using CoherenceCheck.Cli.Files;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Finds the specs that the user names: files as they are, folders with all <c>*.coh</c> below them, in ordinal order.</summary>
/// <remarks>Links to folders are followed: what a gate does not look at, it lets pass. Each folder is looked at once, however many links lead
/// to it, by its own name if it has one below the folder that was named.</remarks>
internal static class SpecFiles
{
    private const string Extension = ".coh";

    // An editor's lock is a link to nothing that stands beside the file that is edited: .#spec.coh.
    private const string EditorLock = ".#";

    /// <summary>Finds the specs.</summary>
    /// <param name="paths">What the user named.</param>
    /// <param name="diagnostics">Takes what does not exist, holds nothing, or cannot be read.</param>
    /// <param name="cancellation">Ends the search: a link may lead to the root of a file system.</param>
    public static List<string> Find(IEnumerable<string> paths, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            switch (FileKinds.Of(path))
            {
                case FileKind.Folder:
                    AddFolder(path, files, diagnostics, cancellation);
                    break;
                case FileKind.None:
                    diagnostics.Add(path.Length > 0 && new FileInfo(path).LinkTarget is not null
                        ? LeadsNowhere(path)
                        : CliDiagnostics.NoSuchPath.Of($"'{path}' does not exist", "name a spec file or a folder of specs"));
                    break;
                default:
                    files.Add(path);
                    break;
            }
        }

        return [.. files.DistinctBy(FileKinds.Place, StringComparer.Ordinal)];
    }

    /// <summary>Adds what lies below a folder.</summary>
    internal static void AddFolder(string path, List<string> files, ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var search = new Search(diagnostics, cancellation);
        try
        {
            search.Run(path);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            diagnostics.Add(CliDiagnostics.UnreadableFolder.Of($"'{path}' cannot be read: {e.Message}", "make it readable, or name the specs in it"));
            return;
        }

        if (search.Found.Count == 0)
        {
            diagnostics.Add(CliDiagnostics.NoSpec.Of($"'{path}' holds no spec", "specs are files that end in .coh"));
        }

        files.AddRange(search.Found.Order(StringComparer.Ordinal));
    }

    private static Diagnostic LeadsNowhere(string path) =>
        CliDiagnostics.NoSuchPath.Of($"'{path}' is a link that leads nowhere", "mend it or remove it: what it led to, specs perhaps, is not checked");

    /// <summary>The specs below a folder.</summary>
    private sealed class Search(ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
        private readonly Stack<string> _folders = new();
        private readonly PriorityQueue<string, string> _links = new(StringComparer.Ordinal);

        public List<string> Found { get; } = [];

        public void Run(string path)
        {
            _folders.Push(path);

            // Links last, so that what they lead to has its own name where it has one, in an order that no file system decides.
            while (_folders.TryPop(out var folder) || _links.TryDequeue(out folder, out _))
            {
                Waiting.Check($"the search for specs below '{path}' was not at its end", cancellation);
                if (_seen.Add(FileKinds.Identity(folder)))
                {
                    foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
                    {
                        Add(Path.Combine(folder, entry.Name), isFolder: entry is DirectoryInfo, isLink: entry.LinkTarget is not null);
                    }
                }
            }
        }

        private void Add(string path, bool isFolder, bool isLink)
        {
            if (isFolder)
            {
                if (isLink)
                {
                    _links.Enqueue(path, path);
                }
                else
                {
                    _folders.Push(path);
                }
            }
            else if (isLink && FileKinds.Of(path) == FileKind.None)
            {
                if (!Path.GetFileName(path).StartsWith(EditorLock, StringComparison.Ordinal))
                {
                    diagnostics.Add(LeadsNowhere(path));
                }
            }
            else if (path.EndsWith(Extension, StringComparison.Ordinal))
            {
                Found.Add(path);
            }
        }
    }
}
