using System.Text.Json;
using CoherenceCheck.Generated;

namespace CoherenceCheck.Cli.Tests;

/// <summary>A row whose cells are not all alike says so in every format, and proposes the rows that are as they say.</summary>
public sealed class ProposedRowsTests(ITestOutputHelper output)
{
    private const string Open = "CTR_EL0.DIC in {0, 1} ; CTR_EL0.IDC in {0, 1} ; legal ; reading dic_ic_nop = nop";

    private static string Mixed(params string[] rows) => Specs.With("expect fresh_fetch {\n" + string.Join('\n', rows) + "\n}", machine: Open);

    [Theory]
    [InlineData("violated")]
    [InlineData("holds")]
    public void A_mixed_row_says_where_it_is_what_and_what_to_write(string expected)
    {
        var run = Run.Check(Mixed("kvm : " + expected), "--trace", "none");
        Assert.Equal(1, run.Code);
        Assert.Contains($"fresh_fetch: kvm  violated in 1 of 3 EXPECTED {expected.ToUpperInvariant()}  3 cells", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            """
                    violated in 1 of 3 cells, where DIC = 1; holds in 2, where DIC = 0
                    say instead: kvm when DIC = 1 : violated
                    say instead: kvm when DIC = 0 : holds

            """, run.Output, StringComparison.Ordinal);
        Assert.Contains($"fresh_fetch: kvm: violated in 1 of 3 cells, holds in 2, expected {expected}\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_proposed_keeps_the_conditions_of_the_row_and_narrows_them() => Assert.Equal(
        ["kvm when A.SCTLR_EL1.M = 0, DIC = 1 : violated", "kvm when A.SCTLR_EL1.M = 0, DIC = 0 : holds"],
        Proposed(Mixed("kvm when A.SCTLR_EL1.M = 0, DIC in {0, 1} : violated", "kvm when A.SCTLR_EL1.M = 1 : unstated")
            .Replace("SCTLR_EL1.M = 0 ;", "SCTLR_EL1.M in {0, 1} ;", StringComparison.Ordinal)).Single(rows => rows.Count > 0));

    [Fact]
    public void An_operation_that_is_needless_in_some_cells_alone_is_said_of_these()
    {
        var spec = Mixed("kvm : holds needless ic").Replace(" ; reading dic_ic_nop = nop", " ; reading dic_snoops_nc = coherent_fill", StringComparison.Ordinal);
        Assert.Equal(["kvm when DIC = 1 : holds needless ic", "kvm when DIC = 0 : holds"], Proposed(spec).Single(rows => rows.Count > 0));
    }

    [Theory]
    [InlineData("kvm : unstated")]
    [InlineData("kvm when DIC = 1 : violated", "kvm when DIC = 0 : holds")]
    [InlineData("kvm when DIC = 1 : holds", "kvm when DIC = 0 : holds")]
    public void Nothing_is_proposed_where_all_cells_are_alike_or_nothing_is_claimed(params string[] rows) => Assert.All(Proposed(Mixed(rows)), Assert.Empty);

    /// <summary>What a limit left open may be either.</summary>
    [Fact]
    public void Nothing_is_proposed_where_a_cell_is_undecided()
    {
        var run = Run.Check(Mixed("kvm : holds"), "--max-states", "400", "--format", "json");
        using var json = JsonDocument.Parse(run.Output);
        var row = json.RootElement.GetProperty("results")[0];
        Assert.Equal("undecided", string.Join(' ', row.GetProperty("regions").EnumerateArray().Select(region => region.GetProperty("verdict").GetString()).Where(verdict => verdict == "undecided")));
        Assert.Empty(row.GetProperty("proposed").EnumerateArray());
    }

    [Fact]
    public void The_json_has_the_counts_the_formulas_and_the_rows()
    {
        using var json = JsonDocument.Parse(Run.Check(Mixed("kvm : violated"), "--format", "json").Output);
        var row = json.RootElement.GetProperty("results")[0];
        Assert.True(row.GetProperty("mixed").GetBoolean());
        Assert.Equal("holds 2 DIC = 0, violated 1 DIC = 1", string.Join(", ", row.GetProperty("regions").EnumerateArray()
            .Select(region => $"{region.GetProperty("verdict").GetString()} {region.GetProperty("configurations").GetInt64()} {region.GetProperty("when").GetString()}")));
        Assert.Equal(["kvm when DIC = 1 : violated", "kvm when DIC = 0 : holds"], row.GetProperty("proposed").EnumerateArray().Select(one => one.GetString()!));
    }

    [Theory]
    [InlineData("github", "violated in 1 of 3 cells, holds in 2, expected violated")]
    [InlineData("github", "; say instead: kvm when DIC = 1 : violated; say instead: kvm when DIC = 0 : holds")]
    [InlineData("junit", "violated in 1 of 3 cells, holds in 2, expected violated")]
    [InlineData("junit", "say instead: kvm when DIC = 0 : holds")]
    [InlineData("sarif", "violated in 1 of 3 cells, holds in 2, expected violated")]
    [InlineData("sarif", "say instead: kvm when DIC = 0 : holds")]
    [InlineData("html", "violated in 1 of 3 cells, holds in 2")]
    [InlineData("html", "say instead: kvm when DIC = 0 : holds")]
    public void Every_format_says_it(string format, string words) =>
        Assert.Contains(words, Run.Check(Mixed("kvm : violated"), "--format", format).Output, StringComparison.Ordinal);

    [Fact]
    public void A_comparison_says_it()
    {
        using var folder = new TemporaryFolder();
        var before = folder.Write("base/spec.coh", Mixed("kvm : unstated").Replace("= nop", "= executes", StringComparison.Ordinal));
        var after = folder.Write("head/spec.coh", Mixed("kvm : unstated"));
        Assert.Contains("holds -> violated (holds in 2 (DIC = 0), violated in 1 (DIC = 1))", Run.Of("diff", before, after, "--quiet").Output, StringComparison.Ordinal);
    }

    /// <summary>The law: what is proposed, pasted in the place of the row, is accepted, and met.</summary>
    [Fact]
    public void Proposed_rows_of_generated_policies_are_accepted_and_met()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_GENERATED") ?? "30");
        var first = int.Parse(Environment.GetEnvironmentVariable("COHERENCECHECK_SEED") ?? "1");
        var (texts, rows) = (0, 0);
        for (var seed = first; seed < first + count; seed++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            foreach (var text in Claims(SpecMaker.MakeSpec(seed), seed))
            {
                if (ProposedIn(text) is { Count: > 0 } proposed)
                {
                    rows += Paste(seed, text, proposed);
                    texts++;
                }
            }
        }

        output.WriteLine($"{count} policies: {rows} rows pasted in {texts} texts");
        Assert.True(texts >= count / 4, $"{texts} texts have a row that is mixed");
    }

    /// <summary>A generated policy under guests of whom one keeps the other's stale lines, on several kinds of hardware; each claim about it in a text of its own.</summary>
    private static IEnumerable<string> Claims(SpecTree spec, int seed)
    {
        var text = spec.ToString();
        var policies = text[..text.IndexOf("scenario ", StringComparison.Ordinal)];
        var label = spec.PolicyBodies.SelectMany(body => body).SelectMany(statement => statement.All).Select(statement => statement.Label).FirstOrDefault(one => one is not null);
        string[] hardware =
        [
            "reading dic_snoops_nc in any ; reading dic_ic_nop in any",
            "reading dsb_domain in any ; HCR_EL2.FB in {0, 1}",
            "reading nc_fetch_point in any ; ID_AA64MMFR2_EL1.FWB in {0, 1}",
            "CLIDR_EL1.LoC in {0, 2} ; CLIDR_EL1.LoUU = 0 ; CLIDR_EL1.LoUIS = 0",
        ];
        string[] claims = [$"{spec.Subject} : violated", $"{spec.Subject} : holds", .. label is null ? (string[])[] : [$"{spec.Subject} : holds needless {label}", $"{spec.Subject} without {label} when B.SCTLR_EL1.M = 1, DIC in {{0, 1}} : violated"]];
        foreach (var claim in claims)
        {
            yield return policies + Specs.With($"expect fresh_fetch {{\n{claim}\n}}", machine: $"CTR_EL0.DIC in {{0, 1}} ; CTR_EL0.IDC in {{0, 1}} ; legal ; {hardware[seed % hardware.Length]}")
                .Replace(Specs.Policies, "", StringComparison.Ordinal).Replace("code RWX wb", "code RWX wb XN in {0, 1}", StringComparison.Ordinal);
        }
    }

    private static int Paste(int seed, string text, Dictionary<int, List<string>> proposed)
    {
        var (lines, pasted) = (new List<string>(), new HashSet<int>());
        foreach (var (line, number) in text.Split('\n').Select((line, i) => (line, i + 1)))
        {
            foreach (var one in proposed.GetValueOrDefault(number) ?? [line])
            {
                lines.Add(one);
                if (proposed.ContainsKey(number))
                {
                    pasted.Add(lines.Count);
                }
            }
        }

        var now = string.Join('\n', lines);
        var run = Check(now);
        Assert.True(run.Code is not (ExitCodes.UsageOrSpecError or ExitCodes.InternalError), $"seed {seed}: {run.Error}\n{now}");
        using var json = JsonDocument.Parse(run.Output);
        var results = json.RootElement.GetProperty("results").EnumerateArray().Where(row => row.GetProperty("policy").GetString() != "*").ToDictionary(row => row.GetProperty("line").GetInt32());
        Assert.All(pasted, line => Assert.True(results[line].GetProperty("met").GetBoolean(), $"seed {seed}: line {line} is {results[line].GetProperty("verdict").GetString()}\n{now}"));
        return pasted.Count;
    }

    private static Run Check(string spec) => Run.Check(spec, "--max-states", "20000", "--format", "json", "--decider", "enumerate");

    /// <summary>The rows that are proposed, by the line of what they are to replace; nothing where it is refused.</summary>
    private static Dictionary<int, List<string>>? ProposedIn(string spec)
    {
        var run = Check(spec);
        if (run.Code is ExitCodes.UsageOrSpecError)
        {
            return null;
        }

        using var json = JsonDocument.Parse(run.Output);
        return json.RootElement.GetProperty("results").EnumerateArray()
            .Select(row => (Line: row.GetProperty("line").GetInt32(), Rows: row.GetProperty("proposed").EnumerateArray().Select(one => one.GetString()!).ToList()))
            .Where(row => row.Rows.Count > 0).ToDictionary(row => row.Line, row => row.Rows);
    }

    private static List<List<string>> Proposed(string spec)
    {
        using var json = JsonDocument.Parse(Run.Check(spec, "--format", "json").Output);
        return [.. json.RootElement.GetProperty("results").EnumerateArray().Select(row => row.GetProperty("proposed").EnumerateArray().Select(one => one.GetString()!).ToList())];
    }
}
