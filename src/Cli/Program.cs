using System.Runtime.InteropServices;
using CoherenceCheck.Cli;
using CoherenceCheck.Cli.Streams;

const int FileSizeExceeded = 25; // SIGXFSZ, which .NET has no name for.

// A user who presses Ctrl-C gets what was finished, and exit code 130: the commands look at this token. So does who ends the process
// otherwise, as a CI server does whose time is up, with the code that a shell gives for the signal.
using var interruption = new CancellationTokenSource();
var byWhich = 0;
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interruption.Cancel();
};
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, 15));
using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => End(context, 1));

// A file that grows beyond what the system allows is a file that cannot be written, as on a full disk: no reason to end at once.
using var tooLarge = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)FileSizeExceeded, context => context.Cancel = true);

var terminal = new Terminal(
    StandardStreams.Output(interruption.Token), StandardStreams.Error(interruption.Token), Console.IsOutputRedirected, Console.IsErrorRedirected, StandardStreams.Input());
var code = Entry.Run(args, terminal, interruption.Token);
return code == ExitCodes.Interrupted && byWhich != 0 ? 128 + byWhich : code;

void End(PosixSignalContext context, int signal)
{
    context.Cancel = true;
    byWhich = signal;
    interruption.Cancel();
}
