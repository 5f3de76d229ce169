using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace CoherenceCheck.Cli.Tests;

/// <summary>docs/schema: the JSON that commands write is as described, all of it, and what is not as described is refused.</summary>
public sealed class SchemaTests
{
    private static readonly string Rows = Specs.Rows("kvm : holds", "kvm without ic : violated");

    [Fact]
    public void The_result_of_every_shipped_spec_is_as_described() => Check("check-1.json", Run.Of("check", "specs", "--quiet", "--format", "json", "--stats").Output);

    [Theory]
    [InlineData("--max-states", "10")]
    [InlineData("--stats")]
    public void What_is_undecided_or_measured_is_as_described(params string[] options) => Check("check-1.json", Run.Check(Rows, ["--format", "json", .. options]).Output);

    [Fact]
    public void Errors_and_model_errors_are_as_described()
    {
        Check("check-1.json", Run.Check(Specs.Rows("kvn : holds"), "--format", "json").Output);
        Check("check-1.json", Run.Of("check", "no-such-spec.coh", "--format", "json").Output);
        var error = Run.Check(Specs.Policies.Replace("last[v.mmu][p] = v\n", "last[v.mmu][p] = v ; n = n + 1\n", StringComparison.Ordinal).Replace("state last", "state n : 0..1 = 0\n  state last", StringComparison.Ordinal)
            + Specs.Rows("kvm : holds")[Specs.Policies.Length..], "--format", "json").Output;
        Assert.Contains("model error", error, StringComparison.Ordinal);
        Check("check-1.json", error);
    }

    [Fact]
    public void A_simulation_is_as_described()
    {
        using var folder = new TemporaryFolder();
        Check("check-1.json", Run.Of("simulate", folder.Write("spec.coh", Rows), "--runs", "200", "--format", "json").Output);
    }

    [Fact]
    public void A_comparison_is_as_described()
    {
        using var folder = new TemporaryFolder();
        folder.Write("base/spec.coh", Rows);
        folder.Write("head/spec.coh", Rows.Replace("kvm without ic", "kvm without nsh", StringComparison.Ordinal).Replace("kvm : holds", "kvm : unstated", StringComparison.Ordinal));
        var run = Run.Of("diff", Path.Combine(folder.Path, "base"), Path.Combine(folder.Path, "head"), "--format", "json", "--quiet");
        Assert.Equal(1, run.Code);
        Check("diff-1.json", run.Output);
    }

    [Fact]
    public void A_comparison_of_revisions_is_as_described()
    {
        var run = Run.Of("diff", "--revision", "arm_m_a", "arm_m_b", "specs/kvm/dsb-domain.coh", "--format", "json", "--quiet");
        Assert.Equal(1, run.Code);
        Check("diff-1.json", run.Output);
    }

    [Theory]
    [InlineData("\"schema\": 1", "\"schema\": 2")]
    [InlineData("\"verdict\": \"holds\"", "\"verdict\": \"maybe\"")]
    [InlineData("\"cells\": 1", "\"cells\": -1")]
    [InlineData("\"met\": true", "\"met\": \"yes\"")]
    [InlineData("\"needed\":", "\"wanted\":")]
    [InlineData("\"agent\": \"host\"", "\"agent\": \"nobody\"")]
    [InlineData("\"line\": ", "\"line\": 0.")]
    public void What_is_not_as_described_is_refused(string right, string wrong)
    {
        var output = Run.Check(Rows, "--format", "json").Output;
        Assert.Contains(right, output, StringComparison.Ordinal);
        Assert.False(IsValid("check-1.json", output.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_property_that_is_not_described_is_found()
    {
        var output = Run.Check(Rows, "--format", "json").Output.Replace("\"needed\": true", "\"needed\": true, \"extra\": 1", StringComparison.Ordinal);
        Assert.True(IsValid("check-1.json", output));
        Assert.Contains("extra", Undescribed("check-1.json", output));
    }

    private static void Check(string schema, string json)
    {
        var results = Schema(schema).Evaluate(JsonDocument.Parse(json).RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(results.IsValid, string.Join('\n', (results.Details ?? []).Where(detail => detail.Errors is not null).Take(5)
            .Select(detail => $"{detail.InstanceLocation}: {string.Join("; ", detail.Errors!.Values)}")));
        Assert.Empty(Undescribed(schema, json));
    }

    private static bool IsValid(string schema, string json) => Schema(schema).Evaluate(JsonDocument.Parse(json).RootElement).IsValid;

    private static JsonSchema Schema(string name) => JsonSchema.FromText(Repository.Read("docs/schema/" + name));

    /// <summary>The names that occur and that the schema says nothing of; under a name without fixed properties, all are free.</summary>
    private static HashSet<string> Undescribed(string schema, string json)
    {
        var described = Names(JsonNode.Parse(Repository.Read("docs/schema/" + schema))!).ToHashSet(StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        Walk(JsonNode.Parse(json)!);
        return found;

        void Walk(JsonNode? node)
        {
            if (node is JsonArray array)
            {
                array.ToList().ForEach(Walk);
            }

            foreach (var (name, value) in (node as JsonObject)?.ToList() ?? [])
            {
                if (!described.Contains(name))
                {
                    found.Add(name);
                }

                if (name is not ("when" or "changes" or "readings") || value is not JsonObject)
                {
                    Walk(value);
                }
            }
        }
    }

    private static IEnumerable<string> Names(JsonNode schema) => schema switch
    {
        JsonObject map => (map["properties"] as JsonObject)?.Select(property => property.Key).Concat(map.SelectMany(pair => pair.Value is null ? [] : Names(pair.Value))) ?? map.SelectMany(pair => pair.Value is null ? [] : Names(pair.Value)),
        JsonArray list => list.SelectMany(item => item is null ? [] : Names(item)),
        _ => [],
    };
}
