namespace CoherenceCheck.Cli.Tests;

/// <summary><c>explore</c>: enabled steps, choose, undo, the state of properties.</summary>
public sealed class ExploreTests
{
    private static readonly string Spec = Specs.With("expect small { kvm : violated }", "property small: last[guest.mmu][P0] != B\n  cover written: B at end");

    [Fact]
    public void What_is_enabled_is_listed_and_a_number_takes_it()
    {
        var run = Explore("1\n1\n");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("step 0, the initial state\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("    1  P0     load A (MMU off)\n    2  P0     load B (MMU on)\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("step 1, load A (MMU off)\n  P0    A, before vcpu_load: if last[v.mmu][p] != v\n  B     before B: str new, [x]\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("step 2, vcpu_load: if last[v.mmu][p] != v\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Undo_and_goto_lead_back()
    {
        var run = Explore("1\n1\nu\ng 0\n");
        Assert.Equal(["0", "1", "2", "1", "0"], Steps(run));
    }

    [Fact]
    public void Properties_are_told_in_every_state()
    {
        var run = Explore(string.Concat(Enumerable.Repeat("r 30\n", 20)));
        Assert.Contains("small: true here", run.Output, StringComparison.Ordinal);
        Assert.Contains("small: VIOLATED here", run.Output, StringComparison.Ordinal);
        Assert.Contains("cover written: not here", run.Output, StringComparison.Ordinal);
        Assert.Contains("cover written: reached here", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_state_and_the_trace_can_be_seen_and_the_trace_can_be_written_and_replayed()
    {
        using var folder = new TemporaryFolder();
        var spec = folder.Write("spec.coh", Spec);
        var saved = Path.Combine(folder.Path, "walk.json");
        var run = Run.With($"1\ns\nt\nw {saved}\nq\n1\n", "explore", spec);
        Assert.Contains("  coh[x] = old\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("x: coherent / PoU / PoC", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 steps written to", run.Output, StringComparison.Ordinal);
        Assert.Equal(["0", "1"], Steps(run));
        var replay = Run.Of("replay", saved);
        Assert.Equal(0, replay.Code);
        Assert.Contains("not violated, as it was not, after 1 steps", replay.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("77", "there are steps 1 to 2")]
    [InlineData("0", "there are steps 1 to 2")]
    [InlineData("u", "there are steps 0 to 0")]
    [InlineData("g 5", "there are steps 0 to 0")]
    [InlineData("i 2", "there are initial states 1 to 1")]
    [InlineData("jump", "'jump' is no command")]
    [InlineData("g", "'g' is no command")]
    [InlineData("99999999999999999999", "is no command")]
    [InlineData("?", "undo a step")]
    public void A_command_that_cannot_be_done_is_told_and_nothing_is_lost(string command, string said)
    {
        var run = Explore(command + "\n1\n");
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
        Assert.Equal(["0", "1"], Steps(run));
    }

    [Fact]
    public void A_trace_that_cannot_be_written_is_told_and_the_walk_goes_on()
    {
        var run = Explore("w /no/such/folder/x.json\n1\n");
        Assert.Contains("CC3013", run.Error, StringComparison.Ordinal);
        Assert.Equal(["0", "1"], Steps(run));
    }

    [Theory]
    [InlineData("--row", "7")]
    [InlineData("--cell", "7")]
    public void A_row_or_cell_that_does_not_exist_exits_2(string option, string number)
    {
        using var folder = new TemporaryFolder();
        var run = Run.With("", "explore", folder.Write("spec.coh", Spec), option, number);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("CC3005", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_may_begin_in_any_initial_state()
    {
        var run = Run.With("i 2\nq\n", "explore", "specs/kvm/c01-any-guests.coh");
        Assert.Contains("initial states, i N begins in one: 1 it is at first in x, 2 it is to be stored", run.Output, StringComparison.Ordinal);
        Assert.Contains("one version is followed: it, all others are other", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_walk_keeps_each_state_once_and_is_written_without_what_grows_with_its_square()
    {
        // The property stays violated, so that the walk goes on, and its end is one whose causes could be asked for.
        using var folder = new TemporaryFolder();
        var spec = folder.Write("spec.coh", Specs.With("expect fresh { seeing : violated }", "property fresh: !seen") + """

            policy seeing { state seen : bool = false
              on vcpu_load(v, p) { seen = true } }
            """);
        var saved = Path.Combine(folder.Path, "walk.json");

        // Half of what lists of all earlier steps alone would take.
        var run = Shell.Of(Repository.Root, $"printf 'r 30000\nr 30000\nw {saved}\n' | {Program.Command} explore '{spec}'", new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_GCHeapHardLimit"] = "0xC000000" });
        Assert.Equal(0, run.Code);
        Assert.Matches(@">   3\d{4} steps written to ", run.Output);
        Assert.Equal(0, Run.Of("replay", saved, "--trace", "none").Code);
    }

    [Fact]
    public void A_walk_stores_no_more_states_than_there_are()
    {
        using var folder = new TemporaryFolder();
        var diagnostics = new List<Language.Diagnostics.Diagnostic>();
        var rows = Cli.Tracing.RowSelection.Of(folder.Write("spec.coh", Spec), 1, Attributes.Z3.Deciders.Find("enumerate")!, diagnostics, CancellationToken.None)!;
        var walk = new Cli.Stepping.Walk(rows[0].Check, rows[0].Check.Cells[0]);
        var random = new Random(1);
        for (var step = 0; step < 20_000; step++)
        {
            walk.Take(walk.Enabled[random.Next(walk.Enabled.Count)]);
        }

        // With seed 1 nothing stops it.
        Assert.Equal(20_000, walk.Length);
        Assert.InRange(walk.StoredStates, 10, 2_000);
    }

    private static IEnumerable<string> Steps(Run run) => run.Output.Split('\n')
        .Select(line => line.StartsWith("> ", StringComparison.Ordinal) ? line[2..] : line)
        .Where(line => line.StartsWith("step ", StringComparison.Ordinal)).Select(line => line.Split(' ', ',')[1]);

    private static Run Explore(string commands)
    {
        using var folder = new TemporaryFolder();
        return Run.With(commands, "explore", folder.Write("spec.coh", Spec));
    }
}
