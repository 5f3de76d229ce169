using System.CommandLine;
using CoherenceCheck.Cli;
using CoherenceCheck.Cli.Commands;

// A user who presses Ctrl-C gets what was finished, and exit code 130: the commands look at this token.
using var interruption = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interruption.Cancel();
};

return Entry.Run(args, new Terminal(Console.OpenStandardOutput(), Console.Error, Console.IsOutputRedirected, Console.IsErrorRedirected, Console.In), interruption.Token);
