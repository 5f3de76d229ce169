using System.CommandLine;
using CoherenceCheck.Cli.Commands;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli;

/// <summary>The program from its arguments to its exit code.</summary>
internal static class Entry
{
    public static int Run(string[] args, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            var code = Invoke(args, terminal, cancellation);
            terminal.Output.Flush();
            return code;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk behind standard output is full, say.
            terminal.Error.WriteLine($"coherencecheck: the result cannot be written: {e.Message}");
            return cancellation.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.UsageOrSpecError;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e)
        {
            var cause = e is AggregateException { InnerException: { } inner } ? inner : e;
            terminal.Error.WriteLine($"coherencecheck: INTERNAL ERROR: {cause.GetType().Name}: {cause.Message}");
            terminal.Error.WriteLine(cause.StackTrace);
            terminal.Error.WriteLine("No verdict of this run can be trusted. Please report it with the spec that led to it.");
            return ExitCodes.InternalError;
        }
    }

    private static int Invoke(string[] args, Terminal terminal, CancellationToken cancellation)
    {
        var root = new RootCommand("Can a hypervisor's cache maintenance policy let a guest run stale instructions? Checks specs (*.coh) exhaustively.");
        root.Subcommands.Add(CheckCommand.Create(terminal, cancellation));
        root.Subcommands.Add(ShowCommand.Create(terminal, cancellation));
        root.Subcommands.Add(AttributesCommand.Create(terminal));
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
            terminal.Error.WriteLine("coherencecheck: say what to do, for instance 'coherencecheck check specs'; see 'coherencecheck --help'.");
            return ExitCodes.UsageOrSpecError;
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Error.WriteLine($"coherencecheck: {error.Message}");
            }

            var command = parsed.CommandResult.Command;
            var near = parsed.UnmatchedTokens.Concat(args.Where(arg => arg.StartsWith("--", StringComparison.Ordinal))).Select(token => Spelling.Closest(token, command.Subcommands.Select(known => known.Name).Concat(command.Options.Select(known => known.Name))))
                .FirstOrDefault(name => name is not null && !args.Contains(name, StringComparer.Ordinal));
            terminal.Error.WriteLine(near is not null ? $"  hint: did you mean '{near}'?" : $"  hint: see 'coherencecheck {(command == root ? "" : command.Name + " ")}--help'");
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
}
