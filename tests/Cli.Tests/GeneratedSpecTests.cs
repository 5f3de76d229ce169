using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using CoherenceCheck.Generated;

namespace CoherenceCheck.Cli.Tests;

/// <summary>The law of building, on generated specs: every command answers a spec, or refuses it with a place. It never breaks.</summary>
public sealed partial class GeneratedSpecTests(ITestOutputHelper output)
{
    // COHERENCECHECK_GENERATED = how many specs for each command, COHERENCECHECK_SEED = the first seed.
    private static readonly int? Asked = Environment.GetEnvironmentVariable("COHERENCECHECK_GENERATED") is { } count ? int.Parse(count) : null;

    private static readonly int First = int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SEED") ?? "1");

    [Theory]
    [InlineData("check --quiet --max-states 3000", 40)]
    [InlineData("check --quiet --max-states 3000 --reduce symmetry,partial-order,slicing --format json --trace core", 20)]
    [InlineData("show", 40)]
    [InlineData("show --system --row 1", 40)]
    [InlineData("simulate --runs 20 --depth 40", 40)]
    [InlineData("export --to promela", 40)]
    [InlineData("export --to murphi", 40)]
    [InlineData("export --to tla", 40)]
    [InlineData("explain --quiet --max-states 500 --timeout 5 --decider enumerate", 12)]
    [InlineData("minimize --quiet --max-states 500 --timeout 5", 20)]
    public void A_spec_is_answered_or_refused_with_a_place(string command, int usually)
    {
        // Every command has its own specs, unless their number is asked for.
        var count = Asked ?? usually;
        var first = Asked is null ? First + (command.Sum(c => c) * 100) : First;
        var codes = new SortedDictionary<int, int>();
        var faults = new SortedDictionary<string, List<SpecTree>>(StringComparer.Ordinal);
        var clock = Stopwatch.StartNew();
        var slowest = (Seconds: 0.0, Seed: 0);
        for (var seed = first; seed < first + count; seed++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var spec = SpecMaker.MakeSpec(seed);
            var before = clock.Elapsed;
            var run = Answer(command, spec);
            slowest = slowest.Seconds < (clock.Elapsed - before).TotalSeconds ? ((clock.Elapsed - before).TotalSeconds, seed) : slowest;
            codes[run.Code] = codes.GetValueOrDefault(run.Code) + 1;
            if (FaultOf(run) is { } fault)
            {
                if (!faults.TryGetValue(fault, out var known))
                {
                    faults.Add(fault, known = []);
                }

                known.Add(spec);
            }
        }

        output.WriteLine($"{command}, seeds {first} to {first + count - 1}: {string.Join(", ", codes.Select(pair => $"{pair.Value} exit {pair.Key}"))}, {clock.Elapsed.TotalSeconds:F0} s, the longest {slowest.Seconds:F1} s, seed {slowest.Seed}");
        Assert.True(faults.Count == 0, Describe(command, faults));
        Assert.True(codes.Where(pair => pair.Key != ExitCodes.UsageOrSpecError).Sum(pair => pair.Value) > count / 2, "most specs are refused");
    }

    [Theory]
    [InlineData(70, "coherencecheck: INTERNAL ERROR: InvalidOperationException: the sort 'a' is declared 2 times\n   at here\n", "InvalidOperationException: the sort … is declared … times")]
    [InlineData(1, "x\n   at CoherenceCheck.Here()\n", "a stack trace")]
    [InlineData(5, "", "exit code 5")]
    [InlineData(2, "error: something\n", "an error without a code")]
    [InlineData(2, "error CC2007: not modelled\n", "CC2007 without a place")]
    [InlineData(2, "spec.coh:1:2: error CC2007: not modelled\n", null)]
    [InlineData(2, "error CC3011: too many labels\n", null)]
    [InlineData(3, "", null)]
    public void A_fault_is_told_from_an_answer(int code, string error, string? fault) => Assert.Equal(fault, FaultOf(new Run(code, "", error)));

    private static Run Answer(string command, SpecTree spec)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("spec.coh", spec.ToString());
        var words = command.Split(' ');
        return Run.Of([words[0], path, .. words.Skip(1)]);
    }

    /// <summary>What is wrong with how a command ended, without the particulars.</summary>
    private static string? FaultOf(Run run)
    {
        if (run.Code == ExitCodes.InternalError)
        {
            return Particulars().Replace(run.Error.Split('\n')[0].Replace("coherencecheck: INTERNAL ERROR: ", "", StringComparison.Ordinal).Split(';')[0], "…");
        }

        if (StackTrace().IsMatch(run.Error + run.Output))
        {
            return "a stack trace";
        }

        if (run.Code is not (ExitCodes.AllMet or ExitCodes.NotMet or ExitCodes.Undecided or ExitCodes.UsageOrSpecError))
        {
            return $"exit code {run.Code}";
        }

        // What the command line is refused for has no place in the spec.
        var errors = Error().Matches(run.Error);
        var unplaced = errors.FirstOrDefault(error => !error.Groups["place"].Success && !error.Groups["code"].Value.StartsWith("CC3", StringComparison.Ordinal));
        return run.Code != ExitCodes.UsageOrSpecError ? null
            : errors.Count == 0 ? "an error without a code"
            : unplaced is null ? null : $"{unplaced.Groups["code"].Value} without a place";
    }

    private static string Describe(string command, SortedDictionary<string, List<SpecTree>> faults)
    {
        var text = new StringBuilder();
        foreach (var (fault, specs) in faults)
        {
            text.AppendLine($"== {fault}: {specs.Count} of the seeds, {string.Join(' ', specs.Take(12).Select(spec => spec.Seed))}");
            var smallest = specs.MinBy(spec => spec.ToString().Length)!;
            smallest = smallest with { Expects = smallest.Expects[..1] } is var one && FaultOf(Answer(command, one)) == fault ? one : smallest;
            var shrunk = Shrinker.Shrink(smallest, spec => FaultOf(Answer(command, spec)) == fault, most: 400);
            text.AppendLine($"seed {smallest.Seed}, made smaller; {command}\n{shrunk}{Answer(command, shrunk).Error}");
        }

        return text.ToString();
    }

    [GeneratedRegex(@"'[^']*'|\d+", RegexOptions.None, 1000)]
    private static partial Regex Particulars();

    [GeneratedRegex(@"^   at \w", RegexOptions.Multiline, 1000)]
    private static partial Regex StackTrace();

    [GeneratedRegex(@"^(?<place>\S+\.coh:\d+:\d+: )?error (?<code>CC\d{4}): ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Error();
}
