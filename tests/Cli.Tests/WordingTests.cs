using System.Text;
using CoherenceCheck.Cli.Checking;
using CoherenceCheck.Cli.Commands;
using CoherenceCheck.Export;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Report;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>What the diagnostics of the command line say, each kind at least once, as it is printed. <c>UPDATE_GOLDEN=1</c> writes it anew.</summary>
public sealed class WordingTests
{
    private const string Shipped = "specs/kvm/c03-fwb-erratum.coh";

    private static readonly string Golden = Path.Combine(Repository.Root, "tests", "Cli.Tests", "diagnostics.txt");

    private static readonly string Good = Specs.Rows("kvm : holds", "kvm without ic : violated");

    /// <summary>For every kind what provokes it, in a folder of its own.</summary>
    private static IEnumerable<(DiagnosticKind Kind, Func<TemporaryFolder, string> Provoke)> Cases =>
    [
        (CliDiagnostics.NoSuchPath, _ => Said("check", "no-such-file.coh")),
        (CliDiagnostics.NoSuchPath, _ => Said("minimize", "specs")),
        (CliDiagnostics.UnreadableFolder, _ => Said(diagnostics => SpecFiles.AddFolder("no/such/folder", [], diagnostics, CancellationToken.None))),
        (CliDiagnostics.NoSpec, _ => Said("check", "docs")),
        (CliDiagnostics.NoExpectation, folder => Said("check", folder.Write("spec.coh", Specs.With("")))),
        (CliDiagnostics.NoExpectation, folder => Said("diff", folder.Write("spec.coh", Specs.With("")), Shipped)),
        (CliDiagnostics.NoSuchRow, folder => Said("explore", folder.Write("spec.coh", Good), "--row", "777")),
        (CliDiagnostics.NoSuchRow, folder => Said("explore", folder.Write("spec.coh", Good), "--cell", "777")),
        (CliDiagnostics.BadTable, _ => Said("attributes", "--rows", "no-such.csv")),
        (CliDiagnostics.BadTable, _ => Said("attributes", "--rows", "LICENSE")),
        (CliDiagnostics.BadRow, _ => Said("attributes", "--s1", "WBB")),
        (CliDiagnostics.BadReading, _ => Said("attributes", "--reading", "fwb_ifetc=upgrades")),
        (CliDiagnostics.BadReading, _ => Said("attributes", "--reading", "fwb_ifetch=sometimes")),
        (CliDiagnostics.NoDecider, _ => Apart("attributes --s1 WB --decider z3", "COHERENCECHECK_Z3", "off")),
        (CliDiagnostics.TimeLimit, folder => Said("explain", folder.Write("spec.coh", Good), "--timeout", "0.000001")),
        (CliDiagnostics.TimeLimit, folder => Said("minimize", folder.Write("spec.coh", Good), "--timeout", "0.000001")),
        (CliDiagnostics.TooManyOperations, folder => Said("minimize", folder.Write("spec.coh", Good.Replace("dsb ish @sw", Labelled(20), StringComparison.Ordinal)))),
        (CliDiagnostics.NoMatch, folder => Said("minimize", folder.Write("spec.coh", Good), "--policy", "nobody")),
        (CliDiagnostics.NoMatch, folder => Said("explain", folder.Write("spec.coh", Good), "--policy", "nobody")),
        (CliDiagnostics.BadReport, folder => Said("check", folder.Write("spec.coh", Good), "--report", "html")),
        (CliDiagnostics.BadReport, folder => Said("check", folder.Write("spec.coh", Good), "--report", "html=/no/such/folder/x.html")),
        (CliDiagnostics.BadResult, folder => Said("replay", folder.Write("result.json", """{"tool":"other"}"""))),
        (CliDiagnostics.BadResult, folder => Said("replay", folder.Write("result.json", """{"tool":"coherencecheck","schema":1,"results":[]}"""))),
        (CliDiagnostics.NothingAllowed, folder => Said("diff", folder.Write("a/spec.coh", Good), folder.Write("b/spec.coh", Good), "--allow", "nobody")),
        (CliDiagnostics.NothingAllowed, folder => Said("diff", folder.Write("a/spec.coh", Good), folder.Write("b/spec.coh", Good), "--allow-question", "nobody")),
        (CliDiagnostics.NoSuchCell, folder => Replayed(folder, "kvm without ic : violated", "kvm without nsh : violated")),
        (CliDiagnostics.NoSuchCell, folder => Replayed(folder, "CTR_EL0.IDC = 0", "CTR_EL0.IDC = 1")),
        (CliDiagnostics.Changing, folder => Said(diagnostics => SpecSet.Load([folder.Write("spec.coh", Good)], diagnostics, CancellationToken.None, afterRead: read => File.AppendAllText(read, "// more\n")))),
        (CliDiagnostics.BadExport, _ => Said("export", Shipped, "--to", "tla", "-o", "not-a-module.tla")),
        (CliDiagnostics.BadExport, _ => Said("export", Shipped, "--to", "murphi", "-o", "/no/such/folder/x.m")),
        (CliDiagnostics.MemoryLimit, folder => Said("check", folder.Write("spec.coh", Good), "--max-memory", "20")),
        // No spec is known that comes to that, since the language keeps numbers within 32 bits: so the system is made by hand.
        (CliDiagnostics.NotExportable, _ => DiagnosticRenderer.Render(CliDiagnostics.ForNotExportable(new SourceSpan(new SourceText("spec.coh", ""), 0, 0), 3, 1, RefusalOfAWideVariable()))),
        (CliDiagnostics.NotBegun, folder => Said("init", "hypervisor", folder.Write("mine.coh", "mine"))),
        (CliDiagnostics.NotBegun, _ => Said("init", "code", "no/such/folder/x.coh")),
        (CliDiagnostics.NotBegun, _ => Said("init", "code", "LICENSE.md")),
        (CliDiagnostics.NotBegun, _ => Said("init", "ci", "LICENSE")),
        (CliDiagnostics.NothingPromised, folder => Found(folder, "none : holds", guest: "str new, [x] ; exec x")),
        (CliDiagnostics.NotJudged, folder => Found(folder, "none : unstated", guest: "tlbi vmalle1 ; exec x")),
        (CliDiagnostics.Widened, folder => Found(folder, "none : unstated", guest: "dc cvac, x ; dsb ish ; isb ; exec x ; msr SCTLR_EL1.M, 0 ; isb ; str new, [x]")),
        (CliDiagnostics.NeverReached, folder => Found(folder, "none : unstated", guest: "await false ; exec x")),
        (CliDiagnostics.NotKnown, _ => $" {CliDiagnostics.NotKnown.As(FindingKind.NotKnown, OpenQuestion.PromiseNotKnown)}\n"),
        (CliDiagnostics.Livelock, _ => Stands("tests/specs/events/livelock.coh", "CC3037")),
        (CliDiagnostics.Unsettled, _ => Said("check", "tests/specs/events/unsettled.coh")),
        (CliDiagnostics.NotVacuous, folder => Found(folder, "none : holds vacuous", guest: "str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x")),
        (CliDiagnostics.BadInput, _ => Torn("explore", Shipped)),
        (CliDiagnostics.NoMatch, folder => Said("minimize", folder.Write("spec.coh", Good), "--policy", "kv")),
        (CliDiagnostics.OneWay, folder => Said("check", folder.Write("spec.coh", Good.Replace("dsb ish @sw", "if v != v { isb } ; dsb ish @sw", StringComparison.Ordinal)))),
        (CliDiagnostics.NotLeftOut, folder => Said("explain", folder.Write("spec.coh", Good.Replace("exec x", string.Concat(Enumerable.Repeat("isb ; ", 300)) + "exec x", StringComparison.Ordinal)), "--max-states", "10")),
    ];

    [Fact]
    public void Diagnostics_say_what_is_written_down()
    {
        var text = new StringBuilder();
        var others = new List<string>();
        foreach (var (kind, provoke) in Cases)
        {
            using var folder = new TemporaryFolder();
            var said = provoke(folder);
            if (!said.Contains($" {kind.Code}: ", StringComparison.Ordinal))
            {
                others.Add($"{kind.Code}: {said}");
            }

            text.Append(WithoutFolders(said, folder.Path)).Append('\n');
        }

        Assert.Empty(others);
        if (Repository.Updates)
        {
            File.WriteAllText(Golden, text.ToString());
        }

        Assert.Equal(File.ReadAllText(Golden), text.ToString());
    }

    [Fact]
    public void Every_kind_says_something() => Assert.Empty(CliDiagnostics.All.Except(Cases.Select(one => one.Kind)));

    private static string RefusalOfAWideVariable()
    {
        var wide = new Variable("wide", [], new Domain.Range(0, 1L << 40), Role.State);
        var rule = new Rule("rule", [], Ex.True, [Ex.Assign(wide, Ex.Const(1))], new RuleLabel("nobody", "rule", null));
        var (_, refusal) = Flattener.Of(new TransitionSystem("wide", [], [wide], [new InitialState("first", [])], [rule], [], null, Ex.False, []), null);
        return refusal!;
    }

    private static string Said(params string[] arguments) => Run.Of(arguments).Error;

    /// <summary>What stands with the verdicts of a spec, of one code.</summary>
    private static string Stands(string spec, string code) =>
        string.Concat(Run.Of(["check", spec, "--trace", "none"]).Output.Split('\n').Where(line => line.TrimStart().StartsWith(code, StringComparison.Ordinal)).Select(line => $" {line.Trim()}\n"));

    /// <summary>What stands with the verdicts of rows and scenarios.</summary>
    private static string Found(TemporaryFolder folder, string row, string guest, params string[] arguments)
    {
        var spec = folder.Write("spec.coh", $$"""
            {{Specs.Policies}}
            scenario "one vCPU" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
              frame code { x = old }
              vm guest { page code = code RWX wb ; vcpu A { SCTLR_EL1.M = 1 } { {{guest}} } }
              expect fresh_fetch { {{row}} }
            }
            """);
        return string.Concat(Run.Of(["check", spec, "--trace", "none", .. arguments]).Output.Split('\n').Where(line => line.TrimStart().StartsWith("CC30", StringComparison.Ordinal)).Select(line => $" {line.Trim()}\n"));
    }

    private static string Said(Action<List<Diagnostic>> act)
    {
        Repository.StandAtTheRoot();
        var diagnostics = new List<Diagnostic>();
        act(diagnostics);
        return string.Concat(diagnostics.Select(DiagnosticRenderer.Render));
    }

    // Whether Z3 can be used is found out once in a process.
    private static string Apart(string arguments, string name, string value) =>
        Shell.Of(Repository.Root, $"dotnet '{Path.Combine(AppContext.BaseDirectory, "coherencecheck.dll")}' {arguments}", new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value }).Error;

    private static string Replayed(TemporaryFolder folder, string old, string now)
    {
        var result = Path.Combine(folder.Path, "result.json");
        Run.Of("check", folder.Write("spec.coh", Good), "--quiet", "--report", "json=" + result);
        folder.Write("spec.coh", Good.Replace(old, now, StringComparison.Ordinal));
        return Said("replay", result);
    }

    private static string Torn(params string[] arguments)
    {
        Repository.StandAtTheRoot();
        using var error = new StringWriter { NewLine = "\n" };
        using var output = new MemoryStream();
        using var broken = new TornReader();
        Entry.Run(arguments, new Terminal(output, error, true, true, broken), CancellationToken.None);
        return error.ToString();
    }

    private static string Labelled(int number) => string.Join(" ; ", Enumerable.Range(0, number).Select(i => $"dsb ish @sw{i}"));

    private static string WithoutFolders(string text, string folder) => text
        .Replace(Path.GetRelativePath(Repository.Root, folder), "FOLDER", StringComparison.Ordinal)
        .Replace(folder, "FOLDER", StringComparison.Ordinal)
        .Replace(Repository.Root, "ROOT", StringComparison.Ordinal);

    private sealed class TornReader : TextReader
    {
        public override string ReadLine() => throw new IOException("torn");
    }
}
