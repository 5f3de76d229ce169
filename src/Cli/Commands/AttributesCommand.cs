using System.CommandLine;
using System.Text;
using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Cli.Files;
using CoherenceCheck.Cli.Tables;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>attributes</c>: what an access is, for one configuration explained step by step, or for a table of them.</summary>
internal static class AttributesCommand
{
    private const int LargestTable = 1 << 28;

    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var rows = new Option<string?>("--rows") { HelpName = "FILE.csv", Description = "Answers a table: its lines with type, class, outer, inner, sh added." };
        var readings = new Option<string[]>("--reading") { HelpName = "NAME=VALUE", Description = "A reading that is not at its default; may be repeated." };
        var deciders = DeciderOption.Create();
        var command = new Command("attributes", "Shows how stage 1, stage 2 and control bits combine. Example: coherencecheck attributes --s1 MMU-off --access fetch --hcr-vm 1 --fwb 1 --s2-memattr 0110")
        {
            rows, readings, deciders,
        };
        var columns = AttributeRow.Columns.Concat(AttributeRow.Optional).ToDictionary(
            column => column,
            column => new Option<string>("--" + column.Replace('_', '-')) { HelpName = "VALUE", Description = AttributeRow.Takes(column) + "." },
            StringComparer.Ordinal);
        foreach (var option in columns.Values)
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            var diagnostics = new List<Diagnostic>();
            var set = Readings(parsed.GetValue(readings) ?? [], diagnostics);
            if (DeciderOption.Read(parsed, deciders, diagnostics) is { } decider && diagnostics.Count == 0)
            {
                if (parsed.GetValue(rows) is { } path)
                {
                    Table(path, set, decider, terminal, diagnostics, cancellation);
                }
                else
                {
                    Explain(column => parsed.GetValue(columns[column]) ?? Default(column), set, decider, terminal, diagnostics);
                }
            }

            terminal.Say(diagnostics);
            return diagnostics.Count == 0 ? ExitCodes.AllMet : ExitCodes.UsageOrSpecError;
        });
        return command;
    }

    private static string Default(string column) => column switch
    {
        "access" => "data",
        "s1" => "WB",
        "sctlr_c" or "sctlr_i" or "sctlr_m" => "-",
        "s1_sh" or "s2_sh" => "ISH",
        "s2_memattr" => "1111",
        _ => "0",
    };

    private static ReadingSet Readings(string[] texts, List<Diagnostic> diagnostics)
    {
        var set = ReadingSet.InOrder;
        foreach (var text in texts)
        {
            var parts = text.Split('=', 2);
            var known = ReadingRegistry.All.FirstOrDefault(reading => reading.Info.Name == parts[0].Trim());
            if (known is null)
            {
                var near = Spelling.Closest(parts[0].Trim(), ReadingRegistry.All.Select(reading => reading.Info.Name));
                diagnostics.Add(CliDiagnostics.BadReading.Of($"there is no reading '{parts[0].Trim()}'", near is null ? null : $"did you mean '{near}'?"));
            }
            else if (parts.Length < 2 || !known.Info.Values.Any(value => value.Name == parts[1].Trim()))
            {
                diagnostics.Add(CliDiagnostics.BadReading.Of($"'{text}' gives '{known.Info.Name}' no value of its own", "its values: " + string.Join(", ", known.Info.Values.Select(value => value.Name))));
            }
            else
            {
                set = set.With(known.Info.Name, parts[1].Trim());
            }
        }

        return set;
    }

    private static void Table(string path, ReadingSet readings, IAttributeDecider decider, Terminal terminal, List<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        string content;
        try
        {
            using var reader = new StreamReader(new MemoryStream(InputFile.ReadAll(path, LargestTable, cancellation)), new UTF8Encoding(false, throwOnInvalidBytes: true));
            content = reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            diagnostics.Add(CliDiagnostics.BadTable.Of($"'{path}' cannot be read: {e.Message}"));
            return;
        }

        new AttributeTable(new SourceText(path, content), readings, decider).Write(terminal.Output, diagnostics, cancellation);
    }

    private static void Explain(Func<string, string> value, ReadingSet readings, IAttributeDecider decider, Terminal terminal, List<Diagnostic> diagnostics)
    {
        // As in specs: C and I that are not given are as M.
        var isOn = value("s1") != "MMU-off" && value("sctlr_m") != "0";
        string Filled(string column) => column is "sctlr_c" or "sctlr_i" && value(column) == "-" ? (isOn ? "1" : "0") : value(column);
        if (AttributeRow.Read(Filled, out var wrong) is not { } input)
        {
            diagnostics.Add(CliDiagnostics.BadRow.Of($"{wrong} cannot be '{value(wrong!)}' here", $"{wrong} is {AttributeRow.Takes(wrong!)}"));
            return;
        }

        var steps = EffectiveMemory.Explain(input, readings);
        var width = steps.Max(step => step.Rule.Length);
        var results = steps.Max(step => step.Result.Length);
        for (var i = 0; i < steps.Count; i++)
        {
            terminal.Output.WriteLine($"{i + 1,2}  {steps[i].Rule.PadRight(width)}  {steps[i].Result.PadRight(Math.Min(results, 40))}  [{steps[i].Source}]");
        }

        var answer = AttributeRow.Answer(input, readings, decider);
        terminal.Output.WriteLine("    " + string.Join(", ", AttributeRow.Results.Zip(answer, (name, text) => $"{name} = {text}")));
        terminal.Output.WriteLine($"    decided by {decider.Description}");
        if (readings.OtherThanDefault(PeModels.InOrder).Any())
        {
            terminal.Output.WriteLine("    readings: " + string.Join(", ", readings.OtherThanDefault(PeModels.InOrder).Select(other => $"{other.Name} = {other.Value}")));
        }
    }
}
