using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Attributes.Z3;
using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Tests.Z3;

/// <summary>The native library is found, or its absence is a result with a hint; what the host relies on is as it was.</summary>
public sealed class Z3HostTests
{
    private const string Package = "4.12.2.0";

    [Fact]
    public void Z3_is_found() => Assert.True(Deciders.Z3Status is Z3Found { Version.Length: > 0, Library.Length: > 0 }, $"{Deciders.Z3Status}");

    [Fact]
    public void Best_decider_is_z3_where_it_is_found_and_else_the_enumerator()
    {
        Assert.Equal(Deciders.Z3Status is Z3Found ? "z3" : "enumerate", Deciders.Best().Name);
        Assert.Equal(Deciders.Z3Status is Z3Found, Deciders.Find("z3") is not null);
        Assert.Equal("enumerate", Deciders.Find("enumerate")?.Name);
        Assert.Null(Deciders.Find("guess"));
        Assert.Equal("enumerate", new BestDecider(() => null, new Enumerator()).Name);
    }

    [Fact]
    public void Best_decider_looks_for_z3_when_something_is_open_and_says_who_decided()
    {
        var looked = 0;
        var best = new BestDecider(() => { looked++; return new Stranger(); }, new Enumerator());
        var single = new AttributeQuestion(new ConfigurationSpace([new Dimension("CTR_EL0.DIC", ["1"])]), new Dictionary<string, string>());
        var open = new AttributeQuestion(new ConfigurationSpace([new Dimension("CTR_EL0.DIC", ["0", "1"])]), new Dictionary<string, string>());
        var dic = new FieldObservable(null, "CTR_EL0.DIC");

        Assert.Equal(new Enumerator().Partition(single, dic).Select(part => part.Value), best.Partition(single, dic).Select(part => part.Value));
        Assert.Equal(0, looked);
        Assert.Equal("enumerator", best.Description);

        Assert.Empty(best.Partition(open, dic));
        Assert.Empty(best.Partition(open, dic));
        Assert.Equal(1, looked);
        Assert.Equal("stranger 1.0", best.Description);
    }

    private sealed class Stranger : IAttributeDecider
    {
        public string Name => "stranger";

        public string Description => "stranger 1.0";

        public EffectiveAttributes Of(AttributeInput input, ReadingSet readings) => throw new NotSupportedException();

        public IReadOnlyList<ObservedValue> Partition(AttributeQuestion question, Observable observable) => [];
    }

    [Fact]
    public void Decider_tells_the_version_of_the_library()
    {
        using var z3 = new Z3Decider();
        Assert.Equal($"Z3 {Assert.IsType<Z3Found>(Deciders.Z3Status).Version}", z3.Description);
    }

    [Theory]
    [InlineData("off", "Best_decider_is_z3_where_it_is_found_and_else_the_enumerator", true, "")]
    [InlineData("off", nameof(Z3_is_found), false, "COHERENCECHECK_Z3 is off.")]
    [InlineData("/nowhere/libz3.so", nameof(Z3_is_found), false, "was not found (/nowhere/libz3.so). Install libz3-4")]
    public async Task Environment_decides(string setting, string test, bool passes, string says)
    {
        // The library is tried once in a process, so it takes another.
        var program = Path.ChangeExtension(typeof(Z3HostTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        using var child = Process.Start(new ProcessStartInfo(program, ["-method", $"{typeof(Z3HostTests).FullName}.{test}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { [Z3Search.Setting] = setting },
        })!;
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(passes == (child.ExitCode == 0) && output.Contains("Total: 1", StringComparison.Ordinal), output);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Usual_names_are_tried_in_turn()
    {
        List<string> tried = [];
        var candidate = Z3Search.Find(setting: null, name =>
        {
            tried.Add(name);
            return new Z3LoadResult(0, Failure: null);
        });
        Assert.Equal(["libz3.so.4", "libz3.so", "libz3"], tried);
        Assert.Equal(Z3Lack.LibraryNotFound, candidate.Missing?.Lack);
        Assert.Contains("libz3-4", candidate.Missing!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Library_without_the_functions_is_refused()
    {
        var candidate = Z3Search.Find(setting: null, _ => new Z3LoadResult(NativeLibrary.GetMainProgramHandle(), Failure: null));
        Assert.Equal(Z3Lack.EntryPointMissing, candidate.Missing?.Lack);
        Assert.Contains("Z3_", candidate.Missing!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_is_no_library_is_refused()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "not a library");
            Assert.Equal(Z3Lack.LibraryNotLoadable, Z3Search.Find(path, Z3Search.Load).Missing?.Lack);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Package_is_the_one_whose_insides_are_known() => Assert.Equal(Package, typeof(Context).Assembly.GetName().Version?.ToString());

    [Fact]
    public void Package_can_adopt_a_context_and_then_does_not_free_it()
    {
        const BindingFlags Inside = BindingFlags.Instance | BindingFlags.NonPublic;
        Assert.NotNull(typeof(Context).GetConstructor(Inside, [typeof(nint)]));
        if (OperatingSystem.IsLinux())
        {
            using var instance = Z3Host.Open();
            Assert.Equal(true, typeof(Context).GetField("is_external", Inside)?.GetValue(instance.Context));
        }
    }
}
