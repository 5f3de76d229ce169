using System.CommandLine;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Attributes.Z3;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli.Commands;

/// <summary>The option that says who decides what attributes come to.</summary>
internal static class DeciderOption
{
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--decider") { Description = "Who decides what attributes come to: z3 or enumerate; by default Z3 where it is found (see doctor)." };
        option.AcceptOnlyFromAmong([.. Deciders.Names]);
        return option;
    }

    /// <summary>The decider; <see langword="null"/>, with a diagnostic, where the one asked for is not to be had.</summary>
    public static IAttributeDecider? Read(ParseResult parsed, Option<string?> option, ICollection<Diagnostic> diagnostics)
    {
        if (parsed.GetValue(option) is not { } name)
        {
            return Deciders.Best();
        }

        var decider = Deciders.Find(name);
        if (decider is null)
        {
            var missing = Deciders.Z3Status as Z3Missing;
            diagnostics.Add(CliDiagnostics.NoDecider.Of($"Z3 cannot be used: {missing?.Reason}", missing?.Hint));
        }

        return decider;
    }
}
