using System.Text;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli;

/// <summary>Where results and messages go: results on standard output, progress and messages on standard error.</summary>
internal sealed class Terminal(Stream output, TextWriter error, bool outputRedirected, bool errorRedirected, TextReader? input = null)
{
    /// <summary>The raw standard output, for formats that are bytes.</summary>
    public Stream OutputStream { get; } = output;

    /// <summary>Standard output as text: UTF-8, LF. Flushed by <see cref="Entry"/>.</summary>
    public StreamWriter Output { get; } = new(output, new UTF8Encoding(false), 1 << 14, leaveOpen: true) { NewLine = "\n" };

    public TextWriter Error { get; } = error;

    /// <summary>Standard input; empty where nobody gave one.</summary>
    public TextReader Input { get; } = input ?? TextReader.Null;

    public bool IsOutputRedirected => outputRedirected;

    public bool IsErrorRedirected => errorRedirected;

    /// <summary>Writes diagnostics to standard error.</summary>
    public void Say(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            Error.WriteLine(DiagnosticRenderer.Render(diagnostic).TrimEnd());
        }
    }

    /// <summary>Whether colour may be used on standard output (https://no-color.org).</summary>
    public bool UsesColor => !outputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
