namespace CoherenceCheck.Cli.Tests;

/// <summary>What <c>check</c> prints of every shipped spec, traces and counts included. <c>UPDATE_GOLDEN=1</c> writes it anew.</summary>
public sealed class GoldenTests
{
    private static readonly string GoldenFolder = Path.Combine(Repository.Root, "tests", "Cli.Tests", "Golden");

    public static TheoryData<string> Shipped { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "specs"), "*.coh", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("expect ", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_shipped_spec_prints_its_golden_output(string spec)
    {
        var run = Run.Of("check", spec, "--quiet");
        var golden = Path.Combine(GoldenFolder, spec.Replace('/', '.') + ".txt");
        if (Repository.Updates)
        {
            Directory.CreateDirectory(GoldenFolder);
            File.WriteAllText(golden, run.Output);
        }

        Assert.Equal(0, run.Code);
        Assert.Equal("", run.Error);
        Assert.Equal(File.ReadAllText(golden), run.Output);
    }

    [Fact]
    public void Every_golden_output_belongs_to_a_shipped_spec()
    {
        var known = Shipped.Select(row => row.Data.Replace('/', '.') + ".txt").ToHashSet(StringComparer.Ordinal);
        Assert.All(Directory.GetFiles(GoldenFolder), path => Assert.Contains(Path.GetFileName(path), known));
    }
}
