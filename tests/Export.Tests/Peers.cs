using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace CoherenceCheck.Export.Tests;

/// <summary>Other model checkers, run on exported text.</summary>
internal static partial class Peers
{
    private static readonly SemaphoreSlim Compilers = new(2);

    /// <summary>Verdict and counts by SPIN, in words of our own counting.</summary>
    public static async Task<Counts> Spin(FlatSystem system, string? text = null)
    {
        Need("spin");
        using var folder = new Folder();
        await folder.Write("system.pml", text ?? ExportText.Write(system, ExportTarget.Promela, []));
        await Compile(async () =>
        {
            await folder.Run("spin", "-a", "system.pml");
            await folder.Run("gcc", "-O0", "-w", "-DNOREDUCE", "-DBFS", "-DSAFETY", "-DVECTORSZ=4096", "-o", "pan", "pan.c");
        });
        var output = await folder.Run("./pan", "-E", "-n", "-w20", "-m1000000");
        Assert.DoesNotContain("Search not completed", Errors(output) == 0 ? output : "", StringComparison.Ordinal);
        var initial = system.InitialStates.Length;
        return Errors(output) > 0
            ? Counts.Violated
            : new Counts(true, Number(SpinStates(), output) - (initial == 1 ? 0 : 1), Number(SpinTransitions(), output) - (initial == 1 ? 1 : initial + 1));
    }

    /// <summary>Verdict and counts by rumur.</summary>
    public static async Task<Counts> Rumur(FlatSystem system, string? text = null)
    {
        Need("rumur");
        using var folder = new Folder();
        await folder.Write("system.m", text ?? ExportText.Write(system, ExportTarget.Murphi, []));
        await Compile(async () =>
        {
            await folder.Run("rumur", "--deadlock-detection", "off", "--symmetry-reduction", "off", "--threads", "1", "--set-capacity", "1048576", "--output", "system.c", "system.m");
            string[] wide = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? ["-mcx16"] : [];
            await folder.Run("gcc", ["-O0", "-w", .. wide, "-o", "system", "system.c", "-lpthread", "-latomic"]);
        });
        var output = await folder.Run("./system");
        return RumurHolds().IsMatch(output) ? new Counts(true, Number(RumurStates(), output), Number(RumurRules(), output))
            : output.Contains("Error", StringComparison.OrdinalIgnoreCase) ? Counts.Violated
            : throw new InvalidOperationException(output);
    }

    /// <summary>Whether there is a jar of TLC.</summary>
    public static bool HasTlc => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("COHERENCECHECK_TLC"));

    /// <summary>Verdict and counts by TLC, whose jar <c>COHERENCECHECK_TLC</c> names.</summary>
    public static async Task<Counts> Tlc(FlatSystem system)
    {
        var jar = Environment.GetEnvironmentVariable("COHERENCECHECK_TLC");
        using var folder = new Folder();
        var text = ExportText.Write(system, ExportTarget.Tla, []);
        await folder.Write("exported.tla", text);
        await folder.Write("exported.cfg", ExportText.ConfigurationOf(text));
        var output = await folder.Run("java", "-XX:+UseParallelGC", "-cp", Path.GetFullPath(jar ?? throw new InvalidOperationException("COHERENCECHECK_TLC names no jar")), "tlc2.TLC", "-workers", "1", "exported");
        return output.Contains("No error has been found", StringComparison.Ordinal)
            ? new Counts(true, Number(TlcStates(), output), Number(TlcGenerated(), output) - system.InitialStates.Length)
            : output.Contains("Invariant Property is violated", StringComparison.Ordinal) ? Counts.Violated
            : throw new InvalidOperationException(output);
    }

    // What is missing is named; where CI=true everything must be there.
    private static void Need(string tool)
    {
        foreach (var program in new[] { tool, "gcc" })
        {
            var isHere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));
            if (!isHere && Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail($"{program} is not installed, and CI=true: run build/install-peers.");
            }

            Assert.SkipUnless(isHere, $"{program} is not installed (build/install-peers): exported systems were not compared with what {tool} says.");
        }
    }

    private static async Task Compile(Func<Task> compile)
    {
        await Compilers.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await compile();
        }
        finally
        {
            Compilers.Release();
        }
    }

    private static long Errors(string output) => Number(SpinErrors(), output);

    private static long Number(Regex pattern, string output)
    {
        var match = pattern.Match(output);
        Assert.True(match.Success, output);
        return long.Parse(match.Groups["n"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\s*(?<n>\d+) states, stored", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex SpinStates();

    [GeneratedRegex(@"^\s*(?<n>\d+) transitions", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex SpinTransitions();

    [GeneratedRegex(@"errors: (?<n>\d+)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex SpinErrors();

    [GeneratedRegex(@"No error found", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex RumurHolds();

    [GeneratedRegex(@"(?<n>\d+) states, \d+ rules fired", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex RumurStates();

    [GeneratedRegex(@"\d+ states, (?<n>\d+) rules fired", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex RumurRules();

    [GeneratedRegex(@"(?<n>\d+) distinct states found, 0 states left", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex TlcStates();

    [GeneratedRegex(@"(?<n>\d+) states generated, \d+ distinct states found, 0 states left", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex TlcGenerated();

    private sealed class Folder : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("coherencecheck-").FullName;

        public Task Write(string name, string text) => File.WriteAllTextAsync(Path.Combine(_path, name), text, TestContext.Current.CancellationToken);

        // A checker that finds a violation says so with its exit code; a compiler that fails leaves nothing to run.
        public async Task<string> Run(string program, params string[] arguments)
        {
            var file = program.StartsWith("./", StringComparison.Ordinal) ? Path.Combine(_path, program) : program;
            using var process = Process.Start(new ProcessStartInfo(file, arguments) { WorkingDirectory = _path, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
            var cancellation = TestContext.Current.CancellationToken;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            var text = await output + await error;
            return process.ExitCode == 0 || program == "java" || file != program ? text : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}\n{text}");
        }

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}
