using System.Xml;
using System.Xml.Linq;

namespace CoherenceCheck.Cli.Tests;

/// <summary>The HTML report of whole runs, read as XML.</summary>
public sealed class HtmlTests
{
    [Fact]
    public void The_page_is_well_formed_and_every_link_leads_somewhere()
    {
        var run = Run.Of("check", "specs/kvm/c04-broadcast.coh", "--quiet", "--format", "html");
        var page = Parse(run.Output);
        Assert.Equal(0, run.Code);
        Assert.StartsWith("<!DOCTYPE html>", run.Output, StringComparison.Ordinal);
        var ids = page.Descendants().Select(e => e.Attribute("id")?.Value).OfType<string>().ToList();
        Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids);
        Assert.All(page.Descendants("a"), link => Assert.Contains(link.Attribute("href")!.Value[1..], ids));
        Assert.Equal(5, page.Descendants("section").Count(section => Has(section, "trace")));
        Assert.All(
            page.Descendants("tr").Where(row => Has(row, "violated") && row.Attribute("id") is not null),
            row => Assert.Contains("row-" + row.Attribute("id")!.Value["cell-".Length..], ids));
    }

    [Fact]
    public void The_page_needs_nothing_else()
    {
        var text = Run.Of("check", "specs/kvm/c04-broadcast.coh", "--quiet", "--format", "html").Output;
        var page = Parse(text);
        Assert.DoesNotContain("http://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
        Assert.Empty(page.Descendants().Attributes("src"));
        Assert.Empty(page.Descendants("link"));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal) || attribute.Name == "style");
    }

    [Fact]
    public void The_page_is_the_same_from_run_to_run()
    {
        var spec = Specs.Rows("kvm : holds", "kvm without ic : violated");
        Assert.Equal(Run.Check(spec, "--format", "html").Output, Run.Check(spec, "--format", "html").Output);
    }

    [Fact]
    public void What_is_not_as_expected_stands_first_with_a_link_to_its_trace()
    {
        var page = Parse(Run.Check(Specs.Rows("kvm : holds", "kvm without ic : holds", "kvm without nsh : violated"), "--format", "html").Output);
        var list = page.Descendants("section").First();
        Assert.True(Has(list, "unmet-list"));
        var link = Assert.Single(list.Descendants("a"));
        Assert.Equal("#row-2", link.Attribute("href")!.Value);
        Assert.Equal("1 of 3 rows not as expected", page.Descendants("h1").Single().Element("span")!.Value);
    }

    [Fact]
    public void Diagnostics_are_on_the_page_even_where_nothing_was_explored()
    {
        var page = Parse(Run.Check(Specs.Rows("kvn : holds"), "--format", "html").Output);
        Assert.Contains("CC0202", page.Descendants("section").Single(section => Has(section, "diagnostics")).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_title_cannot_leave_its_place()
    {
        const string Title = "</script><script>alert(1)</script> & ' <b> ]]> \u202e";
        var text = Run.Check(Specs.Rows("kvm without ic : violated").Replace("two vCPUs on one pCPU", Title, StringComparison.Ordinal), "--format", "html").Output;
        var page = Parse(text);
        Assert.Single(page.Descendants("script"));
        Assert.DoesNotContain("<script>alert", text, StringComparison.Ordinal);
        Assert.Contains(page.Descendants("h3"), heading => heading.Value.StartsWith("</script><script>alert(1)</script> & ' <b> ]]> \\u202e", StringComparison.Ordinal));
    }

    private static bool Has(XElement element, string style) => (element.Attribute("class")?.Value.Split(' ') ?? []).Contains(style, StringComparer.Ordinal);

    private static XElement Parse(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }
}
