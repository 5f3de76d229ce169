using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Formats of <c>check</c> for other programs, against what their schemas ask.</summary>
public sealed class FormatTests
{
    private static readonly string Unmet = Specs.Rows("kvm : holds", "kvm without ic : holds", "kvm without nsh : violated");

    /// <summary>What Jenkins' junit-10.xsd asks of the elements that are used, in the words of XML Schema.</summary>
    private const string JunitSchema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:complexType name="problem" mixed="true"><xs:attribute name="type"/><xs:attribute name="message"/></xs:complexType>
          <xs:element name="testsuites"><xs:complexType>
            <xs:sequence>
              <xs:element name="testsuite" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
                <xs:sequence>
                  <xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType>
                    <xs:choice minOccurs="0" maxOccurs="unbounded">
                      <xs:element name="failure" type="problem"/><xs:element name="error" type="problem"/><xs:element name="skipped" type="problem"/>
                    </xs:choice>
                    <xs:attribute name="name" use="required"/><xs:attribute name="classname"/><xs:attribute name="time"/><xs:attribute name="group"/>
                  </xs:complexType></xs:element>
                </xs:sequence>
                <xs:attribute name="name" use="required"/><xs:attribute name="tests" type="xs:int" use="required"/>
                <xs:attribute name="failures" type="xs:int" use="required"/><xs:attribute name="errors" type="xs:int" use="required"/>
                <xs:attribute name="skipped"/><xs:attribute name="file"/><xs:attribute name="package"/><xs:attribute name="id"/>
              </xs:complexType></xs:element>
            </xs:sequence>
            <xs:attribute name="name"/><xs:attribute name="tests" type="xs:int"/><xs:attribute name="failures" type="xs:int"/><xs:attribute name="errors" type="xs:int"/>
          </xs:complexType></xs:element>
        </xs:schema>
        """;

    /// <summary>What the SARIF 2.1.0 schema asks of the objects that are used: for each its properties with the kind of their values; ! for required, [] for arrays.</summary>
    private static readonly Dictionary<string, string> Sarif = new(StringComparer.Ordinal)
    {
        ["log"] = "$schema:string version!:string runs!:run[]",
        ["run"] = "tool!:tool invocations:invocation[] columnKind:string results:result[]",
        ["tool"] = "driver!:driver",
        ["driver"] = "name!:string version:string rules:rule[] informationUri:string",
        ["rule"] = "id!:string shortDescription:multi",
        ["multi"] = "text!:string markdown:string",
        ["invocation"] = "executionSuccessful!:bool",
        ["result"] = "ruleId:string level:level message!:multi locations:location[] codeFlows:codeFlow[]",
        ["location"] = "physicalLocation:physical message:multi",
        ["physical"] = "artifactLocation!:artifact region:region",
        ["artifact"] = "uri:string",
        ["region"] = "startLine:positive startColumn:positive",
        ["codeFlow"] = "message:multi threadFlows!:threadFlow[]",
        ["threadFlow"] = "id:string message:multi locations!:step[]",
        ["step"] = "executionOrder:number importance:importance location:location",
    };

    [Fact]
    public void Junit_is_as_its_schema_asks_and_counts_what_failed()
    {
        var run = Run.Check(Unmet, "--format", "junit");
        var document = Junit(run.Output);
        Assert.Equal(1, run.Code);
        var suite = Assert.Single(document.Root!.Elements());
        Assert.Equal("3 1 0", $"{suite.Attribute("tests")!.Value} {suite.Attribute("failures")!.Value} {suite.Attribute("errors")!.Value}");
        var failure = Assert.Single(document.Descendants("failure"));
        Assert.Contains("STALE", failure.Value, StringComparison.Ordinal);
        Assert.StartsWith("spec.coh:", failure.Value, StringComparison.Ordinal);
        Assert.Contains("kvm without ic", failure.Parent!.Attribute("name")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Junit_calls_what_is_undecided_or_wrong_in_the_spec_an_error()
    {
        var undecided = Junit(Run.Check(Specs.Rows("kvm : holds"), "--format", "junit", "--max-states", "10").Output).Descendants("error").ToList();
        Assert.All(undecided, error => Assert.Equal("undecided", error.Attribute("type")!.Value));
        Assert.Single(undecided, error => error.Attribute("message")!.Value.StartsWith("fresh_fetch: kvm: undecided", StringComparison.Ordinal));
        Assert.Equal("CC0202", Junit(Run.Check(Specs.Rows("kvn : holds"), "--format", "junit").Output).Descendants("error").First().Attribute("type")!.Value);
    }

    [Fact]
    public void The_schema_of_junit_refuses_what_is_wrong()
    {
        var good = Run.Check(Unmet, "--format", "junit").Output;
        Assert.ThrowsAny<XmlSchemaException>(() => Junit(good.Replace(" tests=", " test=", StringComparison.Ordinal)));
        Assert.ThrowsAny<XmlSchemaException>(() => Junit(good.Replace("failure ", "failing ", StringComparison.Ordinal).Replace("</failure>", "</failing>", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sarif_is_as_its_schema_asks_and_points_at_the_line_of_the_row()
    {
        var run = Run.Check(Unmet, "--format", "sarif");
        var log = JsonDocument.Parse(run.Output).RootElement;
        Assert.Null(Wrong("log", log));
        var result = Assert.Single(log.GetProperty("runs")[0].GetProperty("results").EnumerateArray());
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("spec.coh", place.GetProperty("artifactLocation").GetProperty("uri").GetString()!.Split('/')[^1]);
        Assert.Equal(1 + Array.FindIndex(Unmet.Split('\n'), line => line.Contains("without ic", StringComparison.Ordinal)), place.GetProperty("region").GetProperty("startLine").GetInt32());

        // Every step of the trace once, in an order that goes over all threads.
        var steps = result.GetProperty("codeFlows")[0].GetProperty("threadFlows").EnumerateArray().SelectMany(flow => flow.GetProperty("locations").EnumerateArray()).ToList();
        Assert.Equal(Enumerable.Range(0, steps.Count), steps.Select(step => step.GetProperty("executionOrder").GetInt32()).Order());
        Assert.Contains(steps, step => step.GetProperty("location").GetProperty("message").GetProperty("text").GetString()!.Contains("STALE", StringComparison.Ordinal));
        Assert.Contains(steps, step => step.GetProperty("location").TryGetProperty("physicalLocation", out _));
    }

    [Fact]
    public void Sarif_has_diagnostics_with_their_columns()
    {
        var log = JsonDocument.Parse(Run.Check(Specs.Rows("kvn : holds"), "--format", "sarif").Output).RootElement;
        Assert.Null(Wrong("log", log));
        var result = log.GetProperty("runs")[0].GetProperty("results")[0];
        Assert.Equal("CC0202", result.GetProperty("ruleId").GetString());
        Assert.True(result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("region").GetProperty("startColumn").GetInt32() > 0);
    }

    [Theory]
    [InlineData("\"startLine\": 0")]
    [InlineData("\"beginLine\": 1")]
    public void The_schema_of_sarif_refuses_what_is_wrong(string wrong)
    {
        var text = System.Text.RegularExpressions.Regex.Replace(Run.Check(Unmet, "--format", "sarif").Output, "\"startLine\": \\d+", wrong, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5));
        Assert.NotNull(Wrong("log", JsonDocument.Parse(text).RootElement));
    }

    [Fact]
    public void Github_annotates_rows_that_are_not_as_expected_and_escapes_what_it_must()
    {
        var text = Run.Check(Unmet.Replace("two vCPUs on", "100%, two: vCPUs on", StringComparison.Ordinal), "--format", "github").Output;
        Assert.Matches(@"^::error file=[^,]*spec\.coh,line=\d+,title=fresh_fetch%3A kvm without ic::[^\n]*scenario '100%25, two: vCPUs", text);
        Assert.EndsWith("::notice title=coherencecheck::2 of 3 rows as expected\n", text, StringComparison.Ordinal);
        Assert.Matches(@"^::error file=[^\n]*,line=\d+,col=\d+,title=CC0202::", Run.Check(Specs.Rows("kvn : holds"), "--format", "github").Output);
    }

    [Fact]
    public void Several_reports_are_written_at_once_and_are_the_same_as_on_standard_output()
    {
        using var folder = new TemporaryFolder();
        var spec = folder.Write("spec.coh", Unmet);
        string[] formats = ["text", "json", "junit", "sarif", "github", "html"];
        var run = Run.Of(["check", spec, "--quiet", .. formats.SelectMany(format => new[] { "--report", $"{format}={folder.Path}/{format}.out" })]);
        Assert.Equal(1, run.Code);
        foreach (var format in formats)
        {
            Assert.Equal(Run.Of("check", spec, "--quiet", "--format", format).Output, Run.WithoutVersion(File.ReadAllText($"{folder.Path}/{format}.out")));
        }

        Assert.Empty(Directory.GetFiles(folder.Path, "*.partial"));
    }

    [Theory]
    [InlineData("junit")]
    [InlineData("xml=a.xml")]
    [InlineData("junit=no/such/folder/a.xml")]
    [InlineData("junit=docs")]
    public void A_report_that_cannot_be_written_is_refused_before_anything_is_explored(string report)
    {
        var run = Run.Of("check", "specs/kvm/c04-broadcast.coh", "--quiet", "--report", report);
        Assert.Equal(2, run.Code);
        Assert.Contains("CC3013", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public void A_link_stays_a_link_and_a_device_a_device()
    {
        using var folder = new TemporaryFolder();
        var target = folder.Write("target", "a longer text than the report is, or at least something else");
        var link = Path.Combine(folder.Path, "link");
        File.CreateSymbolicLink(link, target);
        Assert.Equal(0, Run.Of("check", "specs/kvm/c04-broadcast.coh", "--quiet", "--trace", "none", "--report", $"github={link}", "--report", "junit=/dev/null").Code);
        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.StartsWith("::notice", File.ReadAllText(target), StringComparison.Ordinal);
        Assert.False(File.Exists("/dev/null.partial"));
    }

    private static XDocument Junit(string text)
    {
        var schemas = new XmlSchemaSet();
        schemas.Add(null, XmlReader.Create(new StringReader(JunitSchema)));
        var document = XDocument.Parse(text);
        document.Validate(schemas, (_, e) => throw e.Exception);
        return document;
    }

    /// <summary>What is wrong with a value, or <see langword="null"/>.</summary>
    private static string? Wrong(string kind, JsonElement value)
    {
        switch (kind)
        {
            case "string":
                return value.ValueKind == JsonValueKind.String ? null : "no string";
            case "bool":
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "no boolean";
            case "number":
                return value.TryGetInt32(out var number) && number >= -1 ? null : "no number";
            case "positive":
                return value.TryGetInt32(out var positive) && positive >= 1 ? null : "not above 0";
            case "level":
                return value.GetString() is "none" or "note" or "warning" or "error" ? null : "no level";
            case "importance":
                return value.GetString() is "important" or "essential" or "unimportant" ? null : "no importance";
        }

        if (kind.EndsWith("[]", StringComparison.Ordinal))
        {
            return value.EnumerateArray().Select(element => Wrong(kind[..^2], element)).FirstOrDefault(wrong => wrong is not null);
        }

        var known = Sarif[kind].Split(' ').Select(text => text.Split(':')).ToDictionary(pair => pair[0].TrimEnd('!'), pair => (Kind: pair[1], IsRequired: pair[0].EndsWith('!')), StringComparer.Ordinal);
        return known.Where(property => property.Value.IsRequired && !value.TryGetProperty(property.Key, out _)).Select(property => $"{kind} lacks {property.Key}")
            .Concat(value.EnumerateObject().Select(property => known.TryGetValue(property.Name, out var type) ? Wrong(type.Kind, property.Value) : $"{kind} has no {property.Name}"))
            .FirstOrDefault(wrong => wrong is not null);
    }
}
