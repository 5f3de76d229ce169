using System.CommandLine;
using System.Runtime.InteropServices;
using CoherenceCheck.Attributes.Z3;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>doctor</c>: what the program found on this machine, and what to install.</summary>
internal static class DoctorCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("doctor", "Says what was found on this machine, why, and what to install. Example: coherencecheck doctor");
        command.SetAction(_ =>
        {
            var output = terminal.Output;
            output.WriteLine($"coherencecheck {CheckCommand.Version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores");
            switch (Deciders.Z3Status)
            {
                case Z3Found found:
                    output.WriteLine($"Z3: {found.Version}, from {Printable.Of(found.Library)}");
                    break;
                case Z3Missing missing:
                    output.WriteLine($"Z3: not used. {Printable.Of(missing.Reason)}");
                    output.WriteLine($"  to do: {Printable.Of(missing.Hint)}");
                    break;
            }

            output.WriteLine($"attributes are decided by: {(Deciders.Find("z3") is { } z3 ? z3.Description : $"{Deciders.Find("enumerate")!.Description} (the same answers; every result is there without Z3)")}");
            return ExitCodes.AllMet;
        });
        return command;
    }
}
