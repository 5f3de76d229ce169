using System.Text;
using System.Text.RegularExpressions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>What a command printed, and its exit code.</summary>
internal sealed partial record Run(int Code, string Output, string Error)
{
    /// <summary>Runs the program in this process, as if piped.</summary>
    public static Run Of(params string[] args) => Of(CancellationToken.None, args);

    public static Run Of(CancellationToken cancellation, params string[] args) => Of(cancellation, "", args);

    /// <summary>Runs the program with lines to read on standard input.</summary>
    public static Run With(string input, params string[] args) => Of(CancellationToken.None, input, args);

    private static Run Of(CancellationToken cancellation, string input, string[] args)
    {
        Repository.StandAtTheRoot();
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        using var lines = new StringReader(input);
        var code = Entry.Run(args, new Terminal(output, error, outputRedirected: true, errorRedirected: true, lines), cancellation);
        return new Run(code, WithoutVersion(Encoding.UTF8.GetString(output.ToArray())), error.ToString());
    }

    /// <summary>The text with one version of Z3 in place of any.</summary>
    public static string WithoutVersion(string text) => Z3Version().Replace(text, "Z3 4.8.12");

    /// <remarks>Which version of Z3 decided is the machine's matter.</remarks>
    [GeneratedRegex(@"Z3 \d+(\.\d+)+", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Z3Version();

    /// <summary>Runs <c>check</c> on a spec given as text.</summary>
    public static Run Check(string spec, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", spec);
        var run = Of(["check", path, "--quiet", .. options]);
        return run with { Output = run.Output.Replace(path, "spec.coh", StringComparison.Ordinal), Error = run.Error.Replace(path, "spec.coh", StringComparison.Ordinal) };
    }
}

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("coherencecheck-").FullName;

    public string Write(string name, string content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
