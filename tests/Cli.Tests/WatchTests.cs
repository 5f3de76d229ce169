using System.Text;
using CoherenceCheck.Cli.Commands;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Cli.Tests;

/// <summary><c>check --watch</c>, and specs that change while they are read.</summary>
public sealed class WatchTests
{
    private static readonly string Scenario = Specs.Rows("kvm without ic : violated", "kvm : holds")[Specs.Policies.Length..];

    [Fact]
    public void A_saved_change_is_checked_again_and_only_where_it_matters()
    {
        using var watch = new Watch(("policy.coh", Specs.Policies), ("a.coh", "use \"policy.coh\"\n" + Scenario), ("b.coh", Specs.Policies + Scenario));
        watch.Until("3 of 3 specs checked");
        watch.Save("b.coh", Specs.Policies + Scenario.Replace("kvm : holds", "kvm : violated", StringComparison.Ordinal));
        watch.Until("1 of 3 specs checked");
        Assert.Contains("2 rows: 1 as expected, 1 not as expected", watch.Output, StringComparison.Ordinal);
        watch.Save("policy.coh", Specs.Policies.Replace("dsb nsh @nsh", "dmb ish @nsh", StringComparison.Ordinal));
        watch.Until("2 of 3 specs checked"); // The policies and what uses them.
        Assert.Matches(@"a\.coh:\d+: fresh_fetch: kvm: violated, expected holds", watch.Output);
    }

    [Fact]
    public void An_error_is_told_and_what_it_kept_from_being_checked_is_checked_when_it_is_gone()
    {
        using var watch = new Watch(("a.coh", Specs.Policies + Scenario), ("b.coh", Specs.Policies + Scenario));
        watch.Until("2 of 2 specs checked");
        watch.Save("a.coh", Specs.Policies + "scenario");
        watch.Until("0 of 2 specs checked");
        Assert.Contains("a.coh:11:", watch.Errors, StringComparison.Ordinal);
        watch.Save("b.coh", Specs.Policies + Scenario.Replace("kvm : holds", "kvm : violated", StringComparison.Ordinal));
        watch.Until("0 of 2 specs checked", times: 2);
        watch.Save("a.coh", Specs.Policies + Scenario);
        watch.Until("2 of 2 specs checked", times: 2);
        Assert.Contains("1 not as expected", watch.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_that_appears_is_checked()
    {
        using var watch = new Watch(("a.coh", Specs.Policies + Scenario));
        watch.Until("1 of 1 specs checked");
        watch.Save("b.coh", Specs.Policies + Scenario);
        watch.Until("1 of 2 specs checked");
    }

    [Fact]
    public void A_file_that_was_missing_is_seen_when_it_appears()
    {
        using var watch = new Watch(("a.coh", "use \"policy.coh\"\n" + Scenario));
        watch.Until("0 of 1 specs checked");
        watch.Save("policy.coh", Specs.Policies);
        watch.Until("2 of 2 specs checked");
    }

    [Fact]
    public void Rows_keep_their_numbers_and_statements_that_run_elsewhere_are_not_called_vacuous()
    {
        var early = Specs.With("expect small { kvm : violated }", "property small: last[guest.mmu][P0] != B")[Specs.Policies.Length..];
        using var watch = new Watch(("policy.coh", Specs.Policies), ("a.coh", "use \"policy.coh\"\n" + Scenario), ("b.coh", "use \"policy.coh\"\n" + early));
        watch.Until("3 of 3 specs checked");
        watch.Save("b.coh", "use \"policy.coh\"\n" + early + "// more\n");
        watch.Until("1 of 3 specs checked");
        Assert.Contains("[  3]", watch.Output.Split("attributes decided")[1], StringComparison.Ordinal);
        Assert.DoesNotContain("not reached", watch.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interruption_ends_it_with_130()
    {
        var watch = new Watch(("a.coh", Specs.Policies + Scenario));
        watch.Until("1 of 1 specs checked");
        watch.Dispose();
        Assert.Equal(130, watch.Code);
    }

    [Theory]
    [InlineData("--format", "json")]
    [InlineData("--report", "json=x.json")]
    [InlineData("--baseline", "x.json")]
    public void Watching_prints_text_and_refuses_the_rest(string option, string value)
    {
        var run = Run.Of("check", "specs", "--watch", option, value);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("--watch prints text", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_that_does_not_stop_changing_is_an_error()
    {
        using var folder = new TemporaryFolder();
        var spec = folder.Write("spec.coh", Specs.Policies + Scenario);
        var diagnostics = new List<Diagnostic>();
        SpecSet.Load([spec], diagnostics, CancellationToken.None, afterRead: read => File.AppendAllText(read, "// more\n"));
        var error = Assert.Single(diagnostics);
        Assert.Equal(("CC3017", Severity.Error), (error.Code, error.Severity));
        Assert.Contains("spec.coh' changed while it was read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_spec_that_is_saved_while_it_is_read_is_read_again()
    {
        using var folder = new TemporaryFolder();
        var spec = folder.Write("spec.coh", Specs.Policies + "scenario");
        var diagnostics = new List<Diagnostic>();
        var saved = false;
        var specs = SpecSet.Load([spec], diagnostics, CancellationToken.None, afterRead: read =>
        {
            if (!saved)
            {
                saved = true;
                File.WriteAllText(read, Specs.Policies + Scenario);
            }
        });
        Assert.Empty(diagnostics);
        Assert.Single(Assert.Single(specs).Scenarios);
    }

    /// <summary>The program, watching a folder on a thread of its own.</summary>
    private sealed class Watch : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
        private readonly TemporaryFolder _folder = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly SharedText _output = new();
        private readonly SharedText _errors = new();
        private readonly Thread _thread;

        public Watch(params (string Name, string Text)[] files)
        {
            foreach (var (name, text) in files)
            {
                _folder.Write(name, text);
            }

            _thread = new Thread(() =>
            {
                using var output = new OutputStream(_output);
                Code = Entry.Run(["check", _folder.Path, "--watch", "--quiet", "--trace", "none"], new Terminal(output, _errors, true, true), _stop.Token);
            });
            _thread.Start();
        }

        public int Code { get; private set; } = -1;

        public string Output => _output.ToString();

        public string Errors => _errors.ToString();

        public void Save(string name, string text) => _folder.Write(name, text);

        public void Until(string said, int times = 1) => Assert.True(
            SpinWait.SpinUntil(() => Errors.Split(said).Length > times, Patience), $"'{said}' was not said: {Errors}{Output}");

        public void Dispose()
        {
            _stop.Cancel();
            _thread.Join();
            _stop.Dispose();
            _folder.Dispose();
        }
    }

    /// <summary>Text that one thread writes and another reads.</summary>
    private sealed class SharedText : StringWriter
    {
        public override void Write(char value)
        {
            lock (this)
            {
                base.Write(value);
            }
        }

        public override void Write(string? value)
        {
            lock (this)
            {
                base.Write(value);
            }
        }

        public override string ToString()
        {
            lock (this)
            {
                return base.ToString();
            }
        }
    }

    private sealed class OutputStream(SharedText text) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => text.Write(Encoding.UTF8.GetString(buffer));

        public override void Write(byte[] buffer, int offset, int count) => text.Write(Encoding.UTF8.GetString(buffer, offset, count));
    }
}
