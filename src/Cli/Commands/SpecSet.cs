using System.CommandLine;
using CoherenceCheck.Attributes;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Language;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Cli.Commands;

/// <summary>Loads all specs that a command names; all errors of all of them at once.</summary>
internal static class SpecSet
{
    private const int MostAttempts = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>An unknown option is not a path.</summary>
    public static void RefuseOptions(Argument paths) => paths.Validators.Add(result =>
    {
        foreach (var token in result.Tokens.Where(token => token.Value.StartsWith("--", StringComparison.Ordinal) && !File.Exists(token.Value)))
        {
            result.AddError($"There is no option '{token.Value}'.");
        }
    });

    /// <summary>Loads one spec file; <see langword="null"/>, with diagnostics, where there is none or it has an error.</summary>
    public static Spec? LoadOne(string path, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        if (Directory.Exists(path))
        {
            diagnostics.Add(CliDiagnostics.NoSuchPath.Of($"'{path}' is a folder", "name one spec file in it"));
            return null;
        }

        return Load([path], diagnostics, cancellation).FirstOrDefault();
    }

    /// <summary>Loads all specs. What changes while it is read is read again; where that goes on, it is an error.</summary>
    /// <param name="paths">What the user named.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="cancellation">Ends the wait for who writes a pipe.</param>
    /// <param name="inputs">Takes the full paths of all files that were read, or would have been.</param>
    /// <param name="afterRead">Told of each file that was read: tests change it then.</param>
    /// <param name="revision">The revision whose readings they have where they do not say.</param>
    public static List<Spec> Load(IReadOnlyList<string> paths, List<Diagnostic> diagnostics, CancellationToken cancellation, ICollection<string>? inputs = null, Action<string>? afterRead = null, RevisionInfo? revision = null)
    {
        SpecSnapshot? snapshot = null;
        for (var attempt = 1; ; attempt++)
        {
            snapshot = new SpecSnapshot(snapshot, cancellation) { AfterRead = afterRead };
            var said = new List<Diagnostic>();
            var specs = Load(paths, snapshot, said, cancellation, revision);
            var changed = snapshot.Changed;
            if (changed.Count > 0 && attempt < MostAttempts)
            {
                Thread.Sleep(Pause);
                continue;
            }

            foreach (var file in snapshot.Files)
            {
                inputs?.Add(file);
            }

            diagnostics.AddRange(said);
            diagnostics.AddRange(changed.Select(file => CliDiagnostics.Changing.Of($"'{Path.GetRelativePath(Environment.CurrentDirectory, file)}' changed while it was read", "run it again when it is no longer written to")));
            return specs;
        }
    }

    /// <summary>Loads all specs as they are now, their files once each.</summary>
    public static List<Spec> Load(IEnumerable<string> paths, SpecSnapshot snapshot, List<Diagnostic> diagnostics, CancellationToken cancellation, RevisionInfo? revision = null)
    {
        var vocabulary = ArmVocabulary.Create(revision);
        var specs = new List<Spec>();
        var seen = new HashSet<(string, string?, string)>();
        foreach (var file in SpecFiles.Find(paths, diagnostics, cancellation))
        {
            var loaded = SpecLoader.Load(file, vocabulary, path => snapshot.Read(file, path));
            foreach (var diagnostic in loaded.Diagnostics)
            {
                // A file that two specs use is read twice, and complained of once.
                if (seen.Add((diagnostic.Code, diagnostic.Span?.ToString(), diagnostic.Message)))
                {
                    diagnostics.Add(diagnostic);
                }
            }

            if (loaded.Spec is { } spec)
            {
                specs.Add(spec);
            }
        }

        return specs;
    }
}
