using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Titles, comments and names of files with characters that nobody sees: each command and format spells them out.</summary>
public sealed class HostileTextTests : IDisposable
{
    // A cursor, a bell, C1's CSI, a line end that is none, the controls of direction, the separators of lines, an invisible letter, a tag.
    private const string Hostile = "e\u001b[2Jb\u0007c\u009b31m\u0085n\u202er\u2066i\u2069l\u2028p\u2029z\u200b\ufefft\U000e0041\u007f";

    private static readonly int[] Unseen = [.. Hostile.EnumerateRunes().Select(rune => rune.Value).Where(value => value is < ' ' or > '~')];

    private readonly TemporaryFolder _folder = new();
    private readonly string _spec;

    public HostileTextTests()
    {
        var text = Specs.Rows("kvm : holds", "kvm without ic : violated", "kvm without nsh : holds")
            .Replace("scenario \"two", $"// about {Hostile}\nscenario \"{Hostile} two", StringComparison.Ordinal)
            .Replace("on switch_out(v, p) {", $"on switch_out(v, p) from \"{Hostile}\" {{", StringComparison.Ordinal);

        // A name of a file may have a line end in it, and then what a CI server takes for a command.
        _spec = _folder.Write($"{Hostile}\n::error::x.coh", $"// of all {Hostile}\n\n{text}");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("check", "--trace", "full", "--coverage", "--classes")]
    [InlineData("check", "--explain-row", "2")]
    [InlineData("check", "--format", "github")]
    [InlineData("check", "--format", "junit")]
    [InlineData("check", "--format", "sarif")]
    [InlineData("check", "--format", "json")]
    [InlineData("check", "--format", "html")]
    [InlineData("check", "--format", "dot")]
    [InlineData("check", "--format", "mermaid")]
    [InlineData("show", "--system")]
    [InlineData("simulate", "--runs", "50", "--coverage")]
    [InlineData("simulate", "--runs", "50", "--format", "json")]
    [InlineData("explain", "--policy", "kvm")]
    [InlineData("explain", "--policy", "kvm", "--minimize", "--format", "markdown")]
    [InlineData("explain", "--policy", "kvm", "--format", "json")]
    [InlineData("explain", "--policy", Hostile)]
    [InlineData("explain", "--scenario", Hostile, "--policy", "nothing")]
    [InlineData("minimize", "--policy", "kvm")]
    [InlineData("minimize", "--policy", "kvm", "--format", "json")]
    [InlineData("export", "--to", "promela")]
    [InlineData("export", "--to", "murphi")]
    [InlineData("export", "--to", "tla")]
    [InlineData("explore", "--row", "2")]
    [InlineData("check", "--report", "text=" + Hostile + "/x")]
    [InlineData("check", "--format", Hostile)]
    [InlineData("check", "--" + Hostile)]
    [InlineData("check", Hostile)]
    [InlineData("diff", Hostile + ".json")]
    [InlineData("attributes", "--rows", Hostile)]
    [InlineData("attributes", "--reading", Hostile)]
    [InlineData("attributes", "--access", Hostile)]
    public void What_cannot_be_seen_is_spelled_out(string command, params string[] options)
    {
        string[] paths = command == "attributes" ? [] : [_spec];
        var run = Run.With($"1\ns\nt\n{Hostile}\nw {_folder.Path}/no/{Hostile}\n", [command, .. paths, .. options, .. command is "check" or "explain" or "minimize" or "diff" ? new[] { "--quiet" } : []]);
        Assert.NotEqual(70, run.Code);
        Assert.NotEqual("", run.Output + run.Error);
        IsSeen(run.Output);
        IsSeen(run.Error);
    }

    [Fact]
    public void Json_and_xml_say_what_it_was_or_how_it_is_spelled()
    {
        using var json = JsonDocument.Parse(Run.Of("check", _spec, "--quiet", "--format", "json").Output);
        Assert.Equal((_spec, Hostile + " two vCPUs on one pCPU"), (json.RootElement.GetProperty("results")[0].GetProperty("spec").GetString(), json.RootElement.GetProperty("results")[0].GetProperty("scenario").GetString()));
        var sarif = JsonNode.Parse(Run.Of("check", _spec, "--quiet", "--format", "sarif").Output)!["runs"]![0]!["results"]![0]!["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"]!.GetValue<string>();
        Assert.Equal(_spec, Uri.UnescapeDataString(sarif["file://".Length..]));
        var junit = XDocument.Parse(Run.Of("check", _spec, "--quiet", "--format", "junit").Output);
        Assert.Contains("e\\u001b[2Jb\\u0007c\\u009b31m\\u0085n\\u202er\\u2066i\\u2069l\\u2028p\\u2029z\\u200b\\ufefft\\U000e0041\\u007f two", junit.Descendants("testsuite").First().Attribute("name")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Stored_results_cannot_say_what_is_not_seen_either()
    {
        var before = Path.Combine(_folder.Path, "before.json");
        Assert.Equal(1, Run.Of("check", _spec, "--quiet", "--report", "json=" + before).Code);
        Shown(Run.Of("replay", before));
        Shown(Run.Of("replay", before, "--trace", "full"));
        Shown(Run.Of("check", _spec, "--quiet", "--baseline", before));

        // Every string that a file can hold, hostile.
        var node = JsonNode.Parse(File.ReadAllText(before))!;
        foreach (var row in node["results"]!.AsArray())
        {
            row!["scenario"] = Hostile;
            row["policy"] = Hostile;
            row["registers"] = Hostile;
            row["trace"]?.AsArray().ToList().ForEach(step => step!["action"] = Hostile);
        }

        var after = _folder.Write("after.json", node.ToJsonString());
        Shown(Run.Of("diff", before, after));
        Shown(Run.Of("diff", before, after, "--format", "json"));
        Shown(Run.Of("diff", before, after, "--allow", Hostile));
        Shown(Run.Of("replay", after));
        Shown(Run.Of("check", _spec, "--quiet", "--baseline", after));
    }

    [Fact]
    public void Errors_in_a_spec_mark_the_place_in_what_can_be_seen()
    {
        var spec = _folder.Write($"{Hostile}\nbad.coh", $"scenario \"{Hostile}\" {{ {Hostile} }}\nuse \"{Hostile}\"\n");
        Shown(Run.Of("check", spec));
        foreach (var format in new[] { "github", "junit", "sarif", "json", "html" })
        {
            Shown(Run.Of("check", spec, "--format", format));
        }
    }

    [Fact]
    public void A_table_is_copied_to_the_answer_only_if_it_can_be_seen()
    {
        const string Header = "s1,sctlr_m,sctlr_c,sctlr_i,hcr_dc,hcr_vm,hcr_cd,hcr_id,fwb,s2_memattr,access,s1_sh,s2_sh,note";
        var table = _folder.Write("t.csv", $"{Header}\nWB,1,1,1,0,0,0,0,0,-,data,ISH,-,{Hostile}\n");
        var run = Run.Of("attributes", "--rows", table);
        Shown(run);
        Assert.Contains("t.csv:2:1: error CC3007", run.Error, StringComparison.Ordinal);
        Shown(Run.Of("attributes", "--rows", _folder.Write("h.csv", $"{Header}{Hostile}\n")));
    }

    private static void Shown(Run run)
    {
        Assert.NotEqual(70, run.Code);
        IsSeen(run.Output);
        IsSeen(run.Error);
    }

    private static void IsSeen(string text)
    {
        var seen = text.EnumerateRunes().Select(rune => rune.Value).ToHashSet();
        Assert.DoesNotContain(Unseen, seen.Contains);

        // Nor does a line of a name begin a line.
        Assert.DoesNotContain(text.Split('\n'), line => line.StartsWith("::error::x", StringComparison.Ordinal) || line == "bad.coh");
    }
}
