using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Tests;

/// <summary>What operations name: addresses in guests, memory in the host; and what words of alphabets stand for.</summary>
public sealed class OperandTests
{
    private const string Frames = "frame f { z = old }\nframe g { w = old }\nframe two { a = old ; c = old }\n";

    [Theory]
    [InlineData("exec z", 1, 2)]
    [InlineData("exec f.z", 1, 2)]
    [InlineData("exec q", 1, 2)]
    [InlineData("ldr [q]", 1, 2)]
    [InlineData("ldr x0, [c]", 4, 5)]
    [InlineData("str new, [va]", 6, null)]
    [InlineData("dc civac, va", 6, null)]
    [InlineData("dc ivac, q", 1, 2)]
    [InlineData("ic ivau, w", 2, 3)]
    [InlineData("ldr [n]", 5, null)]
    [InlineData("exec s", 3, 3)]
    [InlineData("tlbi vae1is, va", 6, null)]
    [InlineData("tlbi vae1is, z", 1, null)]
    [InlineData("tlbi vale1, va, asid 2", 6, null)]
    [InlineData("tlbi vaae1is, q", 1, null)]
    [InlineData("tlbi aside1, 2", null, null)]
    [InlineData("tlbi aside1is, asid 2", null, null)]
    [InlineData("tlbi vae1is", null, null)]
    public void Guests_name_addresses(string text, int? virtualPage, int? line)
    {
        var statement = Assert.IsType<OperationStmt>(Guest("map va -> q asid 2", text).Single());
        Assert.Equal((virtualPage, line), (statement.VirtualPage, statement.Line));
        Assert.Equal(text.EndsWith('2') ? 2 : null, statement.Asid);
        Assert.Null(statement.Place);
    }

    /// <summary>Where two pages have the line, the access says by which it goes, in what the statement means too.</summary>
    [Fact]
    public void A_page_is_named_where_two_have_the_line()
    {
        var program = Guest("map va -> q asid 2", "exec r ; exec s ; exec q");
        Assert.Equal([true, true, false], program.OfType<OperationStmt>().Select(statement => statement.IsShared));
        Assert.Equal(3, program.Select(statement => string.Format(statement.Head.Format, statement.Head.GetArguments())).Distinct().Count());
    }

    /// <summary>In a VM whose translations nobody changes, what a TLBI names makes no difference.</summary>
    [Theory]
    [InlineData("tlbi vae1, anything")]
    [InlineData("tlbi vae1, 1")]
    [InlineData("tlbi vaae1is, x0")]
    [InlineData("tlbi aside1, va")]
    [InlineData("tlbi aside1, 7")]
    public void Operands_of_tlbis_are_ignored_where_nothing_is_mapped(string text)
    {
        var statement = Assert.IsType<OperationStmt>(Specs.BindScenario($"vm b {{ page q = code ; vcpu C {{ map q -> q nc }} {{ {text} }} }}").Vcpus[2].Program!.Value.Single());
        Assert.Equal((null, null), (statement.VirtualPage, statement.Asid));
    }

    [Theory]
    [InlineData("dc civac, g")]
    [InlineData("dc ivac, g.frame")]
    [InlineData("ic ivau, g.backing")]
    [InlineData("str zero, [cur[p]]")]
    [InlineData("ldr x0, [f]")]
    [InlineData("tlbi ipas2e1is, g")]
    public void Policies_name_memory(string text)
    {
        var policy = Specs.Bind($"policy one {{ state cur[pcpu] : frame? = none\non s2_fault(v, p, g) {{ let f = g.frame ; {text} }} }}\nscenario \"s\" {{ {Specs.Base} expect fresh_data {{ one : unstated }} }}").Scenarios.Single();
        var statement = Assert.IsType<OperationStmt>(policy.Expectations.Single().Rows.Single().Policy.Policy.Hooks.Single().Body[1]);
        Assert.NotNull(statement.Place);
        Assert.Equal((null, null), (statement.Line, statement.VirtualPage));
        Assert.Contains(statement.Place, StatementNames.ExpressionsOf(statement));
    }

    [Theory]
    [InlineData("dc civac, z", 2, null)]
    [InlineData("dc civac, f", 2, null)]
    [InlineData("str new, [q]", 2, null)]
    [InlineData("ldr [w]", 3, null)]
    [InlineData("ldr [r]", null, "page 2")]
    [InlineData("ic ivau, n", null, "page 5")]
    [InlineData("dc cvac, two", null, "frame 3")]
    [InlineData("dc cvac, t", null, "page 4")]
    [InlineData("dc cvac, t ; clear r", null, "page 4")]
    [InlineData("dc cvac, q.frame", null, "q.frame")]
    [InlineData("tlbi ipas2e1is, q", null, "page 1")]
    [InlineData("tlbi ipas2e1is", null, null)]
    [InlineData("tlbi ipas2e1is, ipa", null, null)]
    public void Tasks_name_lines_where_these_are_known(string text, int? line, string? place)
    {
        // Somebody clears r, where the text names it.
        var body = Host(text.Contains("[r]") ? text + " ; clear r" : text);
        var statement = Assert.IsType<OperationStmt>(body[0]);
        Assert.Equal((line, place), (statement.Line, Show(statement.Place)));
    }

    [Fact]
    public void A_loop_over_pages_names_each()
    {
        var loop = Assert.IsType<ForStmt>(Host("for h in page { dc civac, h ; str zero, [h.frame] ; publish h }").Single());
        Assert.Equal([true, true], loop.Body.OfType<OperationStmt>().Select(statement => statement.Place is not null));
        Assert.NotNull(loop.Body.OfType<PublishStmt>().Single().Place);
    }

    /// <summary>Lines keep their names, whatever variables are called.</summary>
    [Fact]
    public void A_line_is_named_before_a_variable()
    {
        var body = Host("let z = q ; dc civac, z ; publish z ; let c = f ; ic ivau, c");
        Assert.Equal([2, 5], body.OfType<OperationStmt>().Select(statement => statement.Line));
        Assert.Equal([2], body.OfType<PublishStmt>().Single().Lines);
    }

    [Theory]
    [InlineData("publish z", "2", null)]
    [InlineData("publish q", "2", null)]
    [InlineData("publish two", "4 5", null)]
    [InlineData("publish n", "", "page 5")]
    [InlineData("publish q ; q.backing = g", "", "page 1")]
    [InlineData("publish f ; clear q", "2", null)]
    public void What_is_published_is_lines_or_a_page_that_changes(string text, string lines, string? place)
    {
        var publish = Host(text).OfType<PublishStmt>().Single();
        Assert.Equal((lines, place), (string.Join(' ', publish.Lines), Show(publish.Place)));
    }

    [Theory]
    [InlineData("", "tlbi", "tlbi vmalle1, tlbi vmalle1is")]
    [InlineData("map q -> q nc", "tlbi", "tlbi vmalle1, tlbi vmalle1is")]
    [InlineData("map va -> q", "tlbi", "tlbi vmalle1, tlbi vmalle1is, tlbi vae1, tlbi vae1is")]
    [InlineData("", "tlbi remap", "tlbi vmalle1, tlbi vmalle1is, tlbi vae1, tlbi vae1is")]
    [InlineData("", "vae1is aside1 vmalle1", "tlbi vmalle1, tlbi vae1is, tlbi aside1")]
    [InlineData("", "ivac", "dc ivac")]
    public void Words_of_alphabets_stand_for_tlbis(string maps, string words, string expected)
    {
        var vcpu = Specs.BindScenario($"vm b {{ page q = code ; vcpu C {{ {maps} }} any {{ {words} }} }}").Vcpus[2];
        Assert.Equal(expected, string.Join(", ", vcpu.Alphabet.Select(operation => operation.Name)));
        Assert.Equal(words.Contains("remap"), vcpu.Remaps);
    }

    /// <summary>Where somebody answers faults, an access that stage 2 forbids is no error.</summary>
    [Fact]
    public void Permissions_are_the_hosts_where_faults_are_answered()
    {
        const string Scenario = "frame f { z = old }\nvm b { page q = f R ; vcpu C { } { exec z ; str new, [z] } }";
        Assert.Equal(["CC0502", "CC0502"], Specs.Load($"scenario \"s\" {{ {Specs.Base} {Scenario} }}").Diagnostics.Select(one => one.Code));
        Specs.BindScenario(Scenario, "policy one { on s2_fault(v, p, g) { perm g, RWX } }");
        Specs.BindScenario(Scenario + "\ntask t { perm q, RWX }");
    }

    [Fact]
    public void Invalidation_has_a_kind_of_its_own()
    {
        var row = KindTable.Of(OperationTable.Find("dc ivac")!.Kind);
        Assert.Equal((true, CleanPoint.None, true), (row.IsDataAccess, row.Cleans, row.InvalidatesData));
    }

    private static ImmutableArray<Stmt> Guest(string maps, string program) =>
        Specs.BindScenario(Frames + $"vm b {{ page q = f ; page r = g ; page s = g ; page t = two ; page n = none\nvcpu C {{ {maps} }} {{ {program} }} }}".Replace(program.Contains('w') ? "page s = g ; " : "\n\n", program.Contains('w') ? "page s = code ; " : "\n\n")).Vcpus[2].Program!.Value;

    private static ImmutableArray<Stmt> Host(string body) =>
        Specs.BindScenario(Frames + $"vm b {{ page q = f ; page r = g ; page s = g ; page t = two ; page n = none ; vcpu C {{ }} {{ isb }} }}\ntask t {{ {body} }}").Tasks.Single().Body;

    private static string? Show(SpecExpr? place) => place switch
    {
        ElementExpr e => $"{((SpecType.Element)e.Type).Sort.ToString().ToLowerInvariant()} {e.Number}",
        MemberExpr { Member: var member } => $"q.{member.ToString().ToLowerInvariant()}",
        _ => null,
    };
}
