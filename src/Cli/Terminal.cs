using System.Text;
using CoherenceCheck.Cli.Streams;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli;

/// <summary>Where results and messages go: results on standard output, progress and messages on standard error.</summary>
internal sealed class Terminal
{
    private readonly bool _outputRedirected;

    public Terminal(Stream output, TextWriter error, bool outputRedirected, bool errorRedirected, TextReader? input = null)
    {
        OutputStream = new ResultStream(output);
        Output = new StreamWriter(OutputStream, new UTF8Encoding(false), 1 << 14, leaveOpen: true) { NewLine = "\n" };
        (Error, Input) = (error, input ?? TextReader.Null);
        (_outputRedirected, IsErrorRedirected) = (outputRedirected, errorRedirected);
    }

    /// <summary>The raw standard output, for formats that are bytes. What fails in it is a <see cref="ResultException"/>.</summary>
    public Stream OutputStream { get; }

    /// <summary>Standard output as text: UTF-8, LF. Flushed by <see cref="Entry"/>.</summary>
    public StreamWriter Output { get; }

    public TextWriter Error { get; }

    /// <summary>Standard input; empty where nobody gave one.</summary>
    public TextReader Input { get; }

    public bool IsErrorRedirected { get; }

    /// <summary>Writes diagnostics to standard error.</summary>
    public void Say(IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            Error.WriteLine(DiagnosticRenderer.Render(diagnostic).TrimEnd());
        }
    }

    /// <summary>Whether colour may be used on standard output (https://no-color.org).</summary>
    public bool UsesColor => !_outputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
