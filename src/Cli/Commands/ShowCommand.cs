using System.Collections.Immutable;
using System.CommandLine;
using CoherenceCheck.Attributes.Z3;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>show SPEC</c>: what was understood: rows with their cells, and the system of one of them.</summary>
internal static class ShowCommand
{
    public static Command Create(Terminal terminal, CancellationToken cancellation)
    {
        var spec = new Argument<string>("SPEC") { Description = "A spec file." };
        SpecSet.RefuseOptions(spec);
        var system = new Option<bool>("--system") { Description = "Prints the transition system of the row's first cell, bound to it." };
        var row = NumberOption.Row("--row", "Shows one row alone, by the number in brackets.");
        var revision = RevisionOption.Create();
        var command = new Command("show", "Shows what was understood of a spec. Example: coherencecheck show specs/kvm/c01-icache-isolation.coh --row 1 --system")
        {
            spec, system, row, revision,
        };
        command.SetAction(parsed => Run(parsed.GetValue(spec)!, parsed.GetValue(row), parsed.GetValue(system), RevisionOption.Read(parsed, revision), terminal, cancellation));
        return command;
    }

    private static int Run(string path, int? only, bool system, RevisionInfo? revision, Terminal terminal, CancellationToken cancellation)
    {
        var diagnostics = new List<Diagnostic>();
        var specs = SpecSet.Load([path], diagnostics, cancellation, revision: revision);
        var rows = new List<(Scenario Scenario, Expectation Expectation, PlannedRow Row)>();
        if (!diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            var models = new JobBook(diagnostics);
            var plan = new CellPlan(new AttributeDecisions(Deciders.Best()), (scenario, policy) => models.ModelOf(scenario, policy)?.Model);
            foreach (var scenario in specs.SelectMany(s => s.Scenarios))
            {
                foreach (var expectation in scenario.Expectations)
                {
                    rows.AddRange(plan.Of(scenario, expectation, diagnostics, cancellation).Select(planned => (scenario, expectation, planned)));
                }
            }
        }

        var numbered = RowNumbers.Of(rows, row => row.Scenario).ToList();
        if (only is { } number && !numbered.Exists(row => row.Number == number) && !diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            diagnostics.Add(CliDiagnostics.NoSuchRow.Of($"there is no row {number}: the spec has rows 1 to {(numbered.Count == 0 ? 0 : numbered[^1].Number)}"));
        }

        var code = ExitCodes.AllMet;
        if (!diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            Print([.. numbered.Where(row => only is null || row.Number == only)], system, terminal, diagnostics);
        }

        if (diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            code = ExitCodes.UsageOrSpecError;
        }

        terminal.Say(diagnostics);
        return code;
    }

    private static void Print(
        List<(int Number, (Scenario Scenario, Expectation Expectation, PlannedRow Row) Planned)> rows, bool system, Terminal terminal, List<Diagnostic> diagnostics)
    {
        var output = terminal.Output;
        var models = new Dictionary<(Scenario, Policy), ScenarioModel?>();
        foreach (var (number, (scenario, expectation, row)) in rows)
        {
            output.WriteLine($"[{number,3}] {Printable.Of($"{row.Row.Span.FileAndLine}  \"{scenario.Name}\"")}  {expectation.Property}: {row.Row.Policy.Text}  {row.Row.Verdict.ToString().ToLowerInvariant()}");
            foreach (var cell in row.Cells)
            {
                var others = cell.Where.Count - 1;
                output.WriteLine($"        {cell.Registers}{(cell.Readings.Length == 0 ? "" : "; readings: " + cell.Readings)}{(others == 0 ? "" : $" (and {others} that behave the same)")}");
            }

            if (!system)
            {
                continue;
            }

            var asked = ScenarioModel.Asking(row.Row.Policy.In(scenario), expectation.Property);
            if (!models.TryGetValue((asked, row.Row.Policy.Policy), out var model))
            {
                model = ScenarioModel.Build(asked, row.Row.Policy.Policy, diagnostics);
                models.Add((asked, row.Row.Policy.Policy), model);
            }

            if (model is not null)
            {
                output.WriteLine();
                output.WriteLine(Printable.Lines(SystemPrinter.Print(Binder.Bind(model.System, model.Freeze(row.Cells[0]).Values))));
                var layout = Explorer.CompiledSystem.Compile(model.System).Layout;
                output.WriteLine($"a state: {layout.Bits} bits in {layout.Words} words");
            }
        }
    }
}
