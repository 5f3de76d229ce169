using System.CommandLine;
using CoherenceCheck.Attributes;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Language;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;

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
    public static Spec? LoadOne(string path, List<Diagnostic> diagnostics)
    {
        if (Directory.Exists(path))
        {
            diagnostics.Add(CliDiagnostics.NoSuchPath.Of($"'{path}' is a folder", "name one spec file in it"));
            return null;
        }

        return Load([path], diagnostics).FirstOrDefault();
    }

    /// <summary>Loads all specs. What changes while it is read is read again; where that goes on, it is an error.</summary>
    public static List<Spec> Load(IReadOnlyList<string> paths, List<Diagnostic> diagnostics, Action<string>? afterRead = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var snapshot = new SpecSnapshot { AfterRead = afterRead };
            var said = new List<Diagnostic>();
            var specs = Load(paths, snapshot, said);
            var changed = snapshot.Changed;
            if (changed.Count > 0 && attempt < MostAttempts)
            {
                Thread.Sleep(Pause);
                continue;
            }

            diagnostics.AddRange(said);
            diagnostics.AddRange(changed.Select(file => CliDiagnostics.Changing.Of($"'{Path.GetRelativePath(Environment.CurrentDirectory, file)}' changed while it was read", "run it again when it is no longer written to")));
            return specs;
        }
    }

    /// <summary>Loads all specs as they are now, their files once each.</summary>
    public static List<Spec> Load(IEnumerable<string> paths, SpecSnapshot snapshot, List<Diagnostic> diagnostics)
    {
        var vocabulary = ArmVocabulary.Create();
        var specs = new List<Spec>();
        var seen = new HashSet<(string, string?, string)>();
        foreach (var file in SpecFiles.Find(paths, diagnostics))
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
