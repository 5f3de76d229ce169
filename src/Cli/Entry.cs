using System.CommandLine;
using System.Globalization;
using CoherenceCheck.Cli.Commands;
using CoherenceCheck.Cli.Files;
using CoherenceCheck.Cli.Streams;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Cli;

/// <summary>The program from its arguments to its exit code.</summary>
internal static class Entry
{
    private const string Suggest = "[suggest:";

    public static int Run(string[] args, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            var code = Invoke(args, terminal, cancellation);
            terminal.Output.Flush();
            return code;
        }
        catch (ResultException e)
        {
            Say(terminal, $"the result cannot be written to standard output: {e.Message}");
            return cancellation.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.UsageOrSpecError;
        }
        catch (WaitEndedException e) when (!cancellation.IsCancellationRequested)
        {
            // The only other end is that of the time.
            terminal.Say([CliDiagnostics.TimeLimit.Of($"the time limit was hit: {e.Message}", "raise --timeout")]);
            return ExitCodes.Undecided;
        }
        catch (OperationCanceledException e) when (cancellation.IsCancellationRequested)
        {
            if (e is WaitEndedException)
            {
                Say(terminal, $"interrupted: {e.Message}");
            }

            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Say(terminal, $"a file cannot be read or written: {(IsWorkingFolderGone() ? "the working folder was removed" : e.Message)}");
            return cancellation.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.UsageOrSpecError;
        }
        catch (Exception e)
        {
            var cause = e is AggregateException { InnerException: { } inner } ? inner : e;
            Say(terminal, $"INTERNAL ERROR: {cause.GetType().Name}: {cause.Message}");
            terminal.Error.WriteLine(cause.StackTrace);
            terminal.Error.WriteLine("No verdict of this run can be trusted. Please report it with the spec that led to it.");
            return ExitCodes.InternalError;
        }
    }

    private static int Invoke(string[] args, Terminal terminal, CancellationToken cancellation)
    {
        var root = new RootCommand("Can a hypervisor's cache maintenance policy let a guest run stale instructions? Checks specs (*.coh) exhaustively.");
        root.Subcommands.Add(InitCommand.Create(terminal));
        root.Subcommands.Add(CheckCommand.Create(terminal, cancellation));
        root.Subcommands.Add(ShowCommand.Create(terminal, cancellation));
        root.Subcommands.Add(AttributesCommand.Create(terminal, cancellation));
        root.Subcommands.Add(ExplainCommand.Create(terminal, cancellation));
        root.Subcommands.Add(MinimizeCommand.Create(terminal, cancellation));
        root.Subcommands.Add(SimulateCommand.Create(terminal, cancellation));
        root.Subcommands.Add(ReplayCommand.Create(terminal, cancellation));
        root.Subcommands.Add(ExploreCommand.Create(terminal, cancellation));
        root.Subcommands.Add(ExportCommand.Create(terminal, cancellation));
        root.Subcommands.Add(DiffCommand.Create(terminal, cancellation));
        root.Subcommands.Add(DoctorCommand.Create(terminal));
        root.Subcommands.Add(CompletionCommand.Create(terminal));
        if (args.Length == 0)
        {
            Say(terminal, "say what to do, for instance 'coherencecheck check specs'; see 'coherencecheck --help'.");
            return ExitCodes.UsageOrSpecError;
        }

        // Shells ask for completions so, with the place of the cursor; the library takes any text there for a number.
        if (args.TakeWhile(arg => arg.StartsWith('[')).FirstOrDefault(arg => arg.StartsWith(Suggest, StringComparison.Ordinal) && !IsPosition(arg[Suggest.Length..].TrimEnd(']'))) is { } wrong)
        {
            Say(terminal, $"'{wrong}' names no place in a command line");
            return ExitCodes.UsageOrSpecError;
        }

        // An argument that begins with @ is one like any other, and no file with more of them.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            var lines = UsageErrors.Of(parsed, args).ToList();
            lines[..^1].ForEach(line => Say(terminal, line));
            terminal.Error.WriteLine($"  {Printable.Of(lines[^1])}");
            return ExitCodes.UsageOrSpecError;
        }

        var configuration = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return parsed.Invoke(configuration);
    }

    private static bool IsPosition(string text) => text.Length == 0 || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsWorkingFolderGone()
    {
        try
        {
            return !Directory.Exists(Environment.CurrentDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static void Say(Terminal terminal, string message) => terminal.Error.WriteLine($"coherencecheck: {Printable.Of(message)}");
}
