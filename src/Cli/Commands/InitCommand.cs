using System.CommandLine;
using CoherenceCheck.Cli.Files;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>init KIND [PATH]</c>: a first spec with comments, or what gates a repository; it replaces nothing.</summary>
internal static class InitCommand
{
    private const string Hypervisor = "hypervisor";
    private const string Code = "code";
    private const string Gate = "ci";

    public static Command Create(Terminal terminal)
    {
        var kind = new Argument<string>("KIND") { Description = "hypervisor (a policy and guests), code (a program that writes code), or ci (workflows for GitHub and GitLab, and a spec)." };
        kind.AcceptOnlyFromAmong(Hypervisor, Code, Gate);
        var path = new Argument<string?>("PATH") { Description = "The spec to write, by default KIND.coh; for ci the folder of the repository, by default this one.", Arity = ArgumentArity.ZeroOrOne };
        SpecSet.RefuseOptions(path);
        var command = new Command("init", "Writes a first spec, with comments, that check accepts. Example: coherencecheck init hypervisor mine.coh") { kind, path };
        command.SetAction(parsed =>
        {
            var diagnostics = new List<Diagnostic>();
            var files = FilesOf(parsed.GetValue(kind)!, parsed.GetValue(path), diagnostics);
            if (diagnostics.Count == 0 && Write(files, diagnostics))
            {
                Say(parsed.GetValue(kind)!, files, terminal);
            }

            terminal.Say(diagnostics);
            return diagnostics.Count == 0 ? ExitCodes.AllMet : ExitCodes.UsageOrSpecError;
        });
        return command;
    }

    /// <summary>What stands in a skeleton.</summary>
    public static string Template(string name)
    {
        using var stream = typeof(InitCommand).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"there is no template {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The files to write, each with its template; refuses paths that can be none of these.</summary>
    private static List<(string Path, string Template)> FilesOf(string kind, string? path, List<Diagnostic> diagnostics)
    {
        if (kind == Gate)
        {
            if (path is not null && !Directory.Exists(path))
            {
                diagnostics.Add(CliDiagnostics.NotBegun.Of($"'{path}' is no folder", "name the folder of the repository, or nothing for this one"));
            }

            return
            [
                (Path.Combine(path ?? "", ".github", "workflows", "coherence.yml"), "coherence.yml"),
                (Path.Combine(path ?? "", ".gitlab-ci.yml"), "gitlab-ci.yml"),
                (Path.Combine(path ?? "", "specs", "hypervisor.coh"), "hypervisor.coh"),
            ];
        }

        var file = kind + ".coh";
        var target = path is null ? file : Directory.Exists(path) ? Path.Combine(path, file) : path;
        if (!target.EndsWith(".coh", StringComparison.Ordinal))
        {
            diagnostics.Add(CliDiagnostics.NotBegun.Of($"'{target}' is no name of a spec", $"specs are files that end in .coh: coherencecheck init {kind} {Path.ChangeExtension(target, ".coh")}"));
        }

        return [(target, file)];
    }

    /// <summary>Writes all of the files, or none.</summary>
    private static bool Write(List<(string Path, string Template)> files, List<Diagnostic> diagnostics)
    {
        foreach (var (path, _) in files.Where(file => Path.Exists(file.Path) || new FileInfo(file.Path).LinkTarget is not null))
        {
            diagnostics.Add(CliDiagnostics.NotBegun.Of($"'{path}' is there already", "nothing was written: name another path, or move it away"));
        }

        if (diagnostics.Count > 0)
        {
            return false;
        }

        var written = new List<string>();
        foreach (var (path, template) in files)
        {
            try
            {
                // Of a single spec the folder must be there: a path that is misspelt makes none.
                if (files.Count > 1)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".");
                }

                using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                written.Add(path);
                using var writer = new StreamWriter(stream);
                writer.Write(Template(template));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                diagnostics.Add(CliDiagnostics.NotBegun.Of($"'{path}' cannot be written: {WriteFailure.Reason(e)}", "nothing was written: name a folder that exists and can be written"));
                written.ForEach(File.Delete);
                return false;
            }
        }

        return true;
    }

    private static void Say(string kind, List<(string Path, string Template)> files, Terminal terminal)
    {
        foreach (var (path, _) in files)
        {
            terminal.Output.WriteLine($"wrote {Printable.Of(path)}");
        }

        var spec = files[^1].Path;
        terminal.Output.WriteLine($"next: coherencecheck check {Printable.Of(kind == Gate ? Path.GetDirectoryName(spec)! : spec)}");
        if (kind == Gate)
        {
            terminal.Output.WriteLine($"then: in {Printable.Of(files[0].Path)} put who keeps CoherenceCheck in the place of OWNER; remove the workflow that you do not need");
        }
    }
}
