using System.Globalization;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Files;
using CoherenceCheck.Cli.Reporting;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Report;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Cli.Stepping;

/// <summary>A walk that the user chooses, step by step: what is enabled, what a step changes, whether the properties are true here.</summary>
internal sealed class Stepper(int number, PlannedCheck check, PlannedCell cell, IReadOnlyList<string> inputs, Terminal terminal)
{
    private const string Help =
        """
          N          take enabled step N            u          undo a step
          g N        go back to step N              r [N]      take N random steps, 1 by default; stops at a violation
          s          all cells of the state         t          the trace so far
          i N        begin anew in initial state N  w FILE     write the trace; 'replay FILE' follows it
          ?          this                           q          end
        """;

    private readonly Walk _walk = new(check, cell);
    private readonly Random _random = new(1);

    /// <summary>Reads commands until the user ends it, or input does.</summary>
    /// <param name="diagnostics">Takes it where commands cannot be read.</param>
    /// <param name="cancellation">The user, or a time limit.</param>
    public void Run(ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        Say(Printable.Of($"{check.Spec.Path}:{check.Row.Span.Line}  [{number}] {check.Property}: {check.Row.Policy.Text}  {check.Scenario.Name}"));
        Say($"  {cell.Cell.Registers}; readings: {(cell.Cell.Readings.Length == 0 ? "defaults" : cell.Cell.Readings)}");
        if (_walk.InitialStates.Count > 1)
        {
            Say("  initial states, i N begins in one: " + string.Join(", ", _walk.InitialStates.Select((initial, i) => $"{i + 1} {initial.Name}")));
        }

        Say("? for help");
        Show();
        while (!cancellation.IsCancellationRequested && Ask(diagnostics, cancellation) is { } line)
        {
            var words = line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length > 0 && words[0] is "q" or "quit")
            {
                return;
            }

            Do(words.Length == 0 ? "" : words[0], words.Length < 2 ? null : words[1], cancellation);
        }
    }

    /// <summary>The next line; <see langword="null"/> where input or the user ends it, or input cannot be read.</summary>
    private string? Ask(ICollection<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        terminal.Output.Write("> ");
        terminal.Output.Flush();
        try
        {
            return Waiting.For(terminal.Input.ReadLine, "no command was given", cancellation);
        }
        catch (WaitEndedException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Add(CliDiagnostics.BadInput.Of($"standard input cannot be read: {e.Message}", "commands are read from there, a line each"));
            return null;
        }
    }

    private void Do(string command, string? argument, CancellationToken cancellation)
    {
        switch (command)
        {
            case "":
                Show();
                break;
            case "?" or "help":
                Say(Help);
                break;
            case "u" or "undo":
                GoTo(_walk.Length - 1);
                break;
            case "g" or "goto" when TryNumber(argument, out var step):
                GoTo(step);
                break;
            case "i" or "initial" when TryNumber(argument, out var initial):
                if (initial < 1 || initial > _walk.InitialStates.Count)
                {
                    Say($"  there are initial states 1 to {_walk.InitialStates.Count}");
                    break;
                }

                _walk.BeginIn(initial - 1);
                Show();
                break;
            case "r" or "random":
                TakeAtRandom(TryNumber(argument, out var times) ? times : 1, cancellation);
                break;
            case "s" or "state":
                Say(string.Join('\n', _walk.Cells().Select(text => "  " + text)));
                break;
            case "t" or "trace":
                TextReport.WriteTrace(terminal.Output, _walk.Narrated(), TraceDetail.Changes, terminal.UsesColor);
                break;
            case "w" or "write" when argument is not null:
                Save(argument, cancellation);
                break;
            default:
                Take(command);
                break;
        }
    }

    private void Take(string command)
    {
        var enabled = _walk.Enabled;
        if (!TryNumber(command, out var choice))
        {
            Say($"  '{Printable.Of(command)}' is no command: ? lists them");
        }
        else if (choice < 1 || choice > enabled.Count)
        {
            Say(enabled.Count == 0 ? "  nothing is enabled: u goes back" : $"  there are steps 1 to {enabled.Count}");
        }
        else if (enabled[choice - 1].Error is { } error)
        {
            Say($"  this step has no meaning: {error}");
        }
        else
        {
            _walk.Take(enabled[choice - 1]);
            Show();
        }
    }

    private void TakeAtRandom(int times, CancellationToken cancellation)
    {
        for (var i = 0; i < times && !cancellation.IsCancellationRequested && _walk.Enabled.Where(step => step.Error is null).ToList() is { Count: > 0 } possible; i++)
        {
            var wasViolated = _walk.IsViolated;
            _walk.Take(possible[_random.Next(possible.Count)]);
            if (_walk.IsViolated && !wasViolated)
            {
                break;
            }
        }

        Show();
    }

    private void GoTo(int step)
    {
        if (step < 0 || step > _walk.Length)
        {
            Say($"  there are steps 0 to {_walk.Length}");
            return;
        }

        _walk.GoBackTo(step);
        Show();
    }

    private void Save(string path, CancellationToken cancellation)
    {
        var diagnostics = new List<Diagnostic>();
        foreach (var file in ReportFile.Open(["json=" + path], inputs, diagnostics, cancellation))
        {
            using (file)
            {
                file.Write(_walk.Result(number), new TextOptions(false, TraceDetail.Changes, null, false, false), diagnostics);
            }
        }

        if (diagnostics.Count == 0)
        {
            Say($"  {_walk.Length} steps written to {Printable.Of(path)}");
        }
        else
        {
            Say("  nothing was written");
            terminal.Say(diagnostics);
        }
    }

    private void Show()
    {
        foreach (var line in _walk.Describe())
        {
            Say(line);
        }

        for (var i = 0; i < _walk.Enabled.Count; i++)
        {
            var step = _walk.Enabled[i];
            var isAlike = _walk.Enabled.Count(other => other.Place == step.Place && other.Action == step.Action) > 1;
            Say(string.Create(CultureInfo.InvariantCulture, $"  {i + 1,3}  {step.Place,-6} {step.Action}{(isAlike ? $"  ({step.Instance})" : "")}{(step.Error is null ? "" : $"  (no meaning: {step.Error})")}"));
        }

        if (_walk.Enabled.Count == 0)
        {
            Say("  nothing is enabled");
        }
    }

    private static bool TryNumber(string? text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private void Say(string line) => terminal.Output.WriteLine(line);
}
