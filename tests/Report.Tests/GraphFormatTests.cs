using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Report.Formats;

namespace CoherenceCheck.Report.Tests;

/// <summary>Traces as graphs for other programs: the steps that the end depends on, and nothing that would end a quotation.</summary>
public sealed partial class GraphFormatTests
{
    private const string Hostile = "a\"];}\n//\\<script>;#%%`{x}\r\tend";

    [Fact]
    public void Dot_has_a_node_for_each_needed_step_and_an_edge_where_one_had_to_come_before()
    {
        var (nodes, edges) = Assert.Single(DotFile.Parse(Dot(Row(1))));
        Assert.Equal([1, 3, 4], nodes.Keys.Order());
        Assert.Equal([(1, 3), (3, 4)], edges.Order());
        Assert.Contains("STALE", nodes[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Dot_has_a_graph_for_each_trace_or_for_the_one_that_is_asked_for()
    {
        Assert.Equal(2, DotFile.Parse(Dot(Row(1), Row(2))).Count);
        using var text = new StringWriter { NewLine = "\n" };
        DotReport.Write(text, Result(Row(1), Row(2)), only: 2);
        Assert.Contains("\"row 2\"", text.ToString(), StringComparison.Ordinal);
        Assert.Single(DotFile.Parse(text.ToString()));
        Assert.Empty(DotFile.Parse(Dot(Row(1) with { Trace = null })));
    }

    [Fact]
    public void Dot_quotes_whatever_a_spec_says()
    {
        var (nodes, _) = Assert.Single(DotFile.Parse(Dot(Row(1, Hostile))));
        Assert.Equal([1, 3, 4], nodes.Keys.Order());
        Assert.Contains("a\"];}", nodes[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("digraph \"x\" { 1 [label=\"a\"b\"]; }")]
    [InlineData("digraph \"x\" { 1 [label=\"a\"]; ")]
    [InlineData("digraph \"x\" { 1 -> ; }")]
    [InlineData("digraph x y { }")]
    public void The_reader_of_dot_refuses_what_is_wrong(string text) => Assert.Throws<FormatException>(() => DotFile.Parse(text));

    [Fact]
    public void Mermaid_is_one_diagram_for_one_trace()
    {
        var lines = Mermaid(Row(1));
        Assert.Equal("sequenceDiagram", lines[0]);
        Assert.All(lines.Skip(1), line => Assert.Matches(MermaidLine(), line));
        Assert.Contains("  participant c0 as P0", lines);
        Assert.Contains("  Note over c0: 1  load A", lines);
        Assert.Contains("  c1->>memory: 3  B: str new, [x]", lines);
        Assert.Contains("  Note over memory: coherent new, PoU new, PoC old", lines);
        Assert.DoesNotContain(lines, line => line.Contains("dsb", StringComparison.Ordinal));
    }

    [Fact]
    public void Mermaid_is_a_document_for_several_traces_and_says_so_where_there_is_none()
    {
        var lines = Mermaid(Row(1), Row(2));
        Assert.Equal(2, lines.Count(line => line == "```mermaid"));
        Assert.Equal(2, lines.Count(line => line == "```"));
        Assert.Equal(["%% no row has a trace"], Mermaid(Row(1) with { Trace = null }));
    }

    [Fact]
    public void Mermaid_escapes_whatever_a_spec_says()
    {
        var lines = Mermaid(Row(1, Hostile));
        Assert.All(lines.Skip(1), line => Assert.Matches(MermaidLine(), line));
        Assert.DoesNotMatch(MermaidLine(), "  Note over c0: a; end");
        Assert.DoesNotMatch(MermaidLine(), "  Note over c0: <script>");
    }

    // Text holds no character that Mermaid takes for itself, but in entities: #59;
    [GeneratedRegex(@"^  (title|participant \w+ as|Note over \w+:|\w+->>\w+:) ([^#;<>`""%{}\\\x00-\x1f]|#\d+;)+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MermaidLine();

    private static string Dot(params RowResult[] rows)
    {
        using var text = new StringWriter { NewLine = "\n" };
        DotReport.Write(text, Result(rows), only: null);
        return text.ToString();
    }

    private static string[] Mermaid(params RowResult[] rows)
    {
        using var text = new StringWriter { NewLine = "\n" };
        MermaidReport.Write(text, Result(rows), only: null);
        return [.. text.ToString().Split('\n').Where(line => line.Length > 0)];
    }

    private static CheckResult Result(params RowResult[] rows) => new([.. rows], [], [], false, "enumerator", new RunStatistics(1, 1, 1, 1, 1, 1, 1));

    private static RowResult Row(int number, string text = "load A") => new()
    {
        Number = number,
        Spec = text == Hostile ? Hostile : "a.coh",
        Line = number,
        Scenario = text,
        Policy = text == Hostile ? Hostile : "kvm",
        When = [],
        Cells = 1,
        Property = "fresh_fetch",
        Expected = "violated",
        Verdict = RowVerdict.Violated,
        Met = true,
        Depth = 4,
        Trace = Traces.Of(
        [
            Step(0, null, "", "old", []),
            Step(1, 0, text, "old", []),
            Step(2, 0, "vcpu_load: dsb nsh", "old", [1]) with { IsNeeded = false },
            Step(3, 1, "B: str new, [x]", "new", [1, 2]),
            Step(4, 0, "B: exec x -> old", "new", [1, 3]) with { Notes = [Traces.Stale("STALE: only new; x")] },
        ]),
    };

    private static NarratedStep Step(int number, int? column, string action, string value, ImmutableArray<int> after) =>
        Traces.Step(number, StepAgent.Guest, column, "B", action, Traces.Values(value, value, "old", "old")) with { Running = ["A", null], After = after };

    /// <summary>Reads what DotReport may write, by the grammar of the DOT language: https://graphviz.org/doc/info/lang.html.</summary>
    private sealed class DotFile
    {
        private readonly List<string> _tokens = [];
        private int _next;

        private DotFile(string text)
        {
            var rest = Comment().Replace(text, "");
            for (var at = 0; at < rest.Length;)
            {
                var match = Token().Match(rest, at);
                if (!match.Success || match.Index != at)
                {
                    throw new FormatException($"no token at '{rest[at..]}'");
                }

                at += match.Length;
                if (!string.IsNullOrWhiteSpace(match.Value))
                {
                    _tokens.Add(match.Value);
                }
            }
        }

        public static List<(Dictionary<int, string> Nodes, List<(int From, int To)> Edges)> Parse(string text)
        {
            var file = new DotFile(text);
            var graphs = new List<(Dictionary<int, string>, List<(int, int)>)>();
            while (file._next < file._tokens.Count)
            {
                graphs.Add(file.Graph());
            }

            return graphs;
        }

        private (Dictionary<int, string> Nodes, List<(int From, int To)> Edges) Graph()
        {
            var (nodes, edges) = (new Dictionary<int, string>(), new List<(int, int)>());
            Take("digraph");
            Id();
            Take("{");
            while (Peek() != "}")
            {
                var id = Id();
                if (Peek() == "=")
                {
                    Take("=");
                    Id();
                }
                else if (Peek() == "->")
                {
                    Take("->");
                    edges.Add((int.Parse(id), int.Parse(Id())));
                }
                else
                {
                    var attributes = Attributes();
                    if (id != "node")
                    {
                        nodes.Add(int.Parse(id), attributes["label"]);
                    }
                }

                if (Peek() == ";")
                {
                    Take(";");
                }
            }

            Take("}");
            return (nodes, edges);
        }

        private Dictionary<string, string> Attributes()
        {
            var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
            Take("[");
            while (Peek() != "]")
            {
                var name = Id();
                Take("=");
                attributes.Add(name, Id());
                if (Peek() == ",")
                {
                    Take(",");
                }
            }

            Take("]");
            return attributes;
        }

        private string Peek() => _next < _tokens.Count ? _tokens[_next] : throw new FormatException("the file ends within a graph");

        private void Take(string token)
        {
            if (Peek() != token)
            {
                throw new FormatException($"'{Peek()}', not '{token}'");
            }

            _next++;
        }

        private string Id()
        {
            var token = Peek();
            if (token[0] != '"' && !char.IsLetterOrDigit(token[0]))
            {
                throw new FormatException($"'{token}' is no ID");
            }

            _next++;
            return token[0] == '"' ? token[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal) : token;
        }
    }

    [GeneratedRegex(@"^//.*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\G(\s+|""([^""\\]|\\.)*""|->|[\[\]{}=,;]|\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();
}
