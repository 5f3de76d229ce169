using System.CommandLine;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli.Commands;

/// <summary>The options that every exploring command has.</summary>
internal sealed class LimitOptions
{
    private readonly Option<int?> _threads = NumberOption.Of<int?>("--threads", "Threads that explore, no more than there are cores; by default as many.", 1, int.MaxValue, number => (int)number);
    private readonly Option<long?> _maxStates = NumberOption.Positive("--max-states", "Gives a cell up as undecided at this number of states.");
    private readonly Option<long?> _maxMemory = NumberOption.Positive("--max-memory", "Gives up at this much memory of the process, in MB.");
    private readonly Option<double> _timeout = NumberOption.Seconds("--timeout", "Gives up after this many seconds, expansion included.");
    private const string Automatic = "auto";
    private readonly Option<string> _reduce = new("--reduce") { HelpName = "WHAT", Description = "Looks at fewer states: auto (default: symmetry and slicing above 100,000 states of a system, all above 1,000,000), none, or symmetry, partial-order, slicing, separated by commas.", DefaultValueFactory = _ => Automatic };
    private readonly Option<string?> _decider = DeciderOption.Create();
    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress on standard error." };

    private readonly bool _isSearch;

    /// <summary>The options.</summary>
    /// <param name="isSearch">Whether the command searches: else it has no limits but the time.</param>
    public LimitOptions(bool isSearch = true)
    {
        _isSearch = isSearch;
        _reduce.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && ReductionsIn(result.Tokens[0].Value).Any(one => one is null))
            {
                result.AddError("--reduce takes auto, none, or names of reductions, separated by commas: symmetry, partial-order, slicing.");
            }
        });
    }

    public Option<bool> Stats { get; } = new("--stats") { Description = "Adds times and memory." };

    public void AddTo(Command command)
    {
        foreach (var option in _isSearch ? new Option[] { _threads, _maxStates, _maxMemory, _timeout, _reduce, _decider, _quiet, Stats } : [_timeout, _decider])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads them; <see langword="null"/>, with a diagnostic, where the decider that is asked for is not to be had.</summary>
    public CheckOptions? Read(ParseResult parsed, ICollection<Diagnostic> diagnostics)
    {
        if (DeciderOption.Read(parsed, _decider, diagnostics) is not { } decider)
        {
            return null;
        }

        var megabytes = parsed.GetValue(_maxMemory) ?? long.MaxValue;
        var seconds = parsed.GetValue(_timeout);
        return new CheckOptions(
            Math.Min(parsed.GetValue(_threads) ?? int.MaxValue, Environment.ProcessorCount),
            parsed.GetValue(_maxStates) ?? long.MaxValue,
            megabytes > long.MaxValue >> 20 ? long.MaxValue : megabytes << 20,
            seconds > 0 ? DateTime.UtcNow + TimeSpan.FromSeconds(Math.Min(seconds, 1e8)) : null,
            parsed.GetValue(_quiet),
            decider)
        {
            Reductions = _isSearch ? ReductionsIn(parsed.GetValue(_reduce)!).Aggregate(Reduction.None, (all, one) => all | one!.Value) : Reduction.None,
            ReducesAlways = _isSearch && parsed.GetValue(_reduce) != Automatic,
            CountSaved = parsed.GetValue(Stats),
        };
    }

    private static IEnumerable<Reduction?> ReductionsIn(string text) => text.Split(',', StringSplitOptions.TrimEntries).Select(name => name switch
    {
        "none" => Reduction.None,
        Automatic => Reduction.All,
        "symmetry" => Reduction.Symmetry,
        "partial-order" => Reduction.PartialOrder,
        "slicing" => Reduction.Slicing,
        _ => (Reduction?)null,
    });
}
