using System.Diagnostics;
using System.Text;
using CoherenceCheck.Language.Diagnostics;
using CsCheck;

namespace CoherenceCheck.Language.Tests;

/// <summary>No input makes the language throw, hang, or point outside a file.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Seeds = [.. ErrorCases.All.Select(c => AnnotatedText.Parse(c.Text).Text).Where(text => text.Length < 3000).Distinct()];

    private static readonly string[] Tokens = [.. Seeds.SelectMany(Tokenize).Distinct()];

    private static IEnumerable<string> Tokenize(string text) =>
        System.Text.RegularExpressions.Regex.Matches(text, @"\w+|\s+|[^\w\s]", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(10)).Select(match => match.Value);

    private static Gen<string> OneOf(string[] choices) => Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    private static void Check(string text)
    {
        var watch = Stopwatch.StartNew();
        var result = Specs.Load(text);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed} for {text[..Math.Min(200, text.Length)]}");
        Assert.Equal(result.Spec is null, result.Diagnostics.Any(d => d.Severity == Severity.Error));
        Assert.True(result.Diagnostics.Length <= 101);
        foreach (var diagnostic in result.Diagnostics)
        {
            var span = diagnostic.Span!.Value;
            Assert.True(span.Start >= 0 && span.Length >= 0 && span.Start + span.Length <= span.Text.Content.Length, diagnostic.ToString());
            Assert.NotEmpty(DiagnosticRenderer.Render(diagnostic));
        }
    }

    [Fact]
    public void Mutated_specs()
    {
        var mutation = Gen.Select(Gen.Int[0, 3], Gen.Int[0, int.MaxValue - 1], Gen.Int[0, int.MaxValue - 1], OneOf(Tokens));
        Gen.Select(OneOf(Seeds), mutation.List[1, 4]).Sample(
            (seed, mutations) =>
            {
                var tokens = Tokenize(seed).ToList();
                foreach (var (kind, first, second, token) in mutations)
                {
                    if (tokens.Count == 0)
                    {
                        break;
                    }

                    var (i, j) = (first % tokens.Count, second % tokens.Count);
                    switch (kind)
                    {
                        case 0:
                            tokens.RemoveAt(i);
                            break;
                        case 1:
                            tokens.Insert(i, tokens[j]);
                            break;
                        case 2:
                            (tokens[i], tokens[j]) = (tokens[j], tokens[i]);
                            break;
                        default:
                            tokens[i] = token;
                            break;
                    }
                }

                Check(string.Concat(tokens));
            },
            iter: 10_000);
    }

    [Fact]
    public void Random_bytes()
    {
        Gen.Byte.Array[0, 300].Sample(
            bytes =>
            {
                var result = SpecLoader.Load("a.coh", TestVocabulary.Value, _ => bytes);
                Assert.All(result.Diagnostics, d => Assert.NotEmpty(DiagnosticRenderer.Render(d)));
            },
            iter: 2_000);
        OneOf(Tokens).Array[0, 200].Sample(tokens => Check(string.Join(' ', tokens)), iter: 2_000);
    }

    public static TheoryData<string, string, string> Large => new()
    {
        { "", "{", "" },
        { "", "}", "" },
        { "", "a", "" },
        { "", "\u00e9", "" },
        { "", "\"", "" },
        { "", "\"\n", "" },
        { "", "x\n", "" },
        { "", "policy ", "" },
        { "", "policy p { on vcpu_load(v, p) { ", "" },
        { "", "scenario \"s\" { ", "" },
        { "", "use \"x\"\n", "" },
        { "policy p { on vcpu_load(v, p) {", "{", "" },
        { "policy p { on vcpu_load(v, p) {", "isb\n", "} }" },
        { "policy p { on vcpu_load(v, p) {", "isb @a\n", "} }" },
        { "policy p { on vcpu_load(v, p) {", "if v == v {", "" },
        { "policy p { on vcpu_load(v, p) { if v == v { }", " else if v == v { }", "} }" },
        { "policy p { on vcpu_load(v, p) {", "let a = v\n", "} }" },
        { "policy p { on vcpu_load(v, p) {", "repeat 64 {", "" },
        { "policy p { on vcpu_load(v, p) { await ", "(", "" },
        { "policy p { on vcpu_load(v, p) { await ", "!", "true } }" },
        { "policy p { on vcpu_load(v, p) { await ", "{", "" },
        { "policy p { on vcpu_load(v, p) { await ", "v[", "" },
        { "policy p { on vcpu_load(v, p) { await v", ".vm", "} }" },
        { "policy p { on vcpu_load(v, p) { await v", "[v]", "} }" },
        { "policy p { on vcpu_load(v, p) { await true", " && true", "} }" },
        { "policy p { on vcpu_load(v, p) { await true", " at x", "} }" },
        { "policy p { on vcpu_load(v, p) { await 1 in {", "1, ", "1} } }" },
        { "policy p { on vcpu_load(v, p) { choose { isb }", " or { isb }", "} }" },
        { "policy p { on vcpu_load(v, p) { map x", ", x", "} }" },
        { "policy p { on s2_fault(v, p, g) { ", "map g, g.backing, RW- in v.mmu\n", "} }" },
        { "policy p { on s2_fault(v, p, g) { ", "give g.frame to {", "} }" },
        { "policy p { on s2_fault(v, p, g) { ", "with v.mmu {", "} }" },
        { "policy p { on s2_fault(v, p, g) { g", ".backing", " = g.frame } }" },
        { "policy p { on s2_fault(v, p, g) { map g", ".frame", ", g, R } }" },
        { "policy p { on s2_fault(v, p, g) { dc civac, g", "[g]", " } }" },
        { "scenario \"s\" { " + Specs.Base + "vm b { page q = code ; vcpu C {", "map va -> q\n", "} { isb } } }" },
        { "scenario \"s\" { " + Specs.Base + "vm b { page q = code ; vcpu C { } {", "map va -> q asid 2 nc\n", "} } }" },
        { "scenario \"s\" { " + Specs.Base + "vm b { mmu", " m", " ; page q = code ; vcpu C { } { isb } } }" },
        { "scenario \"s\" { " + Specs.Base + "vm b { vcpu C { } { isb } ; ", "page q = none\n", "} }" },
        { "scenario \"s\" { machine { pcpu P0 ; ", "vmids 3\n", "} }" },
        { "scenario \"s\" { machine { pcpu P0 ; ", "share tlb {P0}\n", "} }" },
        { "policy p { ", "HCR_EL2.FB = 1\n", "}" },
        { "policy p { ", "on vcpu_load(v, p) { isb }\n", "}" },
        { "policy p { ", "proc f() { call f() }\n", "}" },
        { "policy p { state x : {", "a ", "} = a }" },
        { "policy p = none", " without a", "" },
        { "policy p = none", " with HCR_EL2.FB = 0", "" },
        { "policy p { on vcpu_load(v, p) { isb @a } }\npolicy q = p", " with a: isb", "\n" },
        { "policy p { on vcpu_load(v, p) { isb @a\nisb @b } }\npolicy q = p", " move a after b move b after a", "\n" },
        { "profile p {", "profile p\n", "}" },
        { "scenario \"s\" { machine { ", "pcpu P\n", "} }" },
        { "scenario \"s\" { " + Specs.Base + "expect deadlock {", "none when DIC = 0 : holds\n", "} }" },
        { "scenario \"s\" { " + Specs.Base + "expect deadlock {", "none when DIK = 0 : holds\n", "} }" },
        { "scenario \"s\" { " + Specs.Base + "expect deadlock { none when DIC in {", "0 ", "} : holds } }" },
        { "scenario \"s\" { " + Specs.Base + "expect deadlock { none when code.XN in {", "0 ", "} : holds } }" },
        { "scenario \"s\" { " + Specs.Base + "expect deadlock { none : holds needless a", ", a", " } }" },
        { "scenario \"s\" { " + Specs.Base + "frame f { z = old }\nvm b { page f = f", " MemAttr any", " } }" },
        { "scenario \"s\" { " + Specs.Base + "frame f { z = old }\nvm b { page f = f XN in {", "1 ", "} } }" },
        { "", "// a\n", "scenario \"s\" { }" },
        { "", "// a\nscenario \"s\" { }\n", "" },
        { "", "scenario \"s\" { }", "" },
        { "scenario \"s\" { " + Specs.Base + "frame f { ", "z = a\n", "} }" },
        { "scenario \"s\" { " + Specs.Base, "expect a { none : holds }\n", "}" },
        { "scenario \"s\" { " + Specs.Base, "property a: true\n", "}" },
        { "scenario \"s\" { " + Specs.Base, "bound vcpu_load <= 3\n", "}" },
        { "scenario \"s\" { ", "vm v { vcpu A { } { isb } }\n", "}" },
        { "scenario \"s\" { " + Specs.Base, "task t { str new, [x] }\n", "}" },
        { "scenario \"s\" { " + Specs.Base + "task t {", "str new, [x]\n", "} }" },
    };

    [Theory]
    [MemberData(nameof(Large))]
    public void A_megabyte_of_one_thing(string before, string repeated, string after)
    {
        var count = (1_000_000 - before.Length - after.Length) / Encoding.UTF8.GetByteCount(repeated);
        Check(before + string.Concat(Enumerable.Repeat(repeated, count)) + after);
    }

    [Fact]
    public void A_megabyte_of_many_names()
    {
        Check(Numbered(50_000, i => $"policy p{i + 1} = p{i}\n") + "policy p0 { }\n");
        Check(Numbered(20_000, i => $"policy p{i} = q{i} without a\n"));
        Check(Numbered(20_000, i => $"profile p{i + 1} {{ profile p{i} ; profile p{i} }}\n") + "profile p0 { }\n");
        Check($"policy p {{ {Numbered(15_000, i => $"proc f{i + 1}() {{ call f{i}() ; call f{i}() }}\n")} }}");
        Check($"policy p {{ {Numbered(12, i => $"proc f{i + 1}() {{ call f{i}() ; call f{i}() ; call f{i}() }}\n")}\nproc f0() {{ isb }}\non vcpu_load(v, p) {{ forever {{ atomic {{ call f12() }} }} }} }}");
        Check(Specs.Kvm + "scenario \"s\" { " + Specs.Base + "expect deadlock {\n" + Numbered(15_000, i => $"kvm with ic: {{ repeat {i % 60} {{ isb @l{i} }} }} : holds\n") + "} }");
        Check("scenario \"s\" { " + Specs.Base + "vm b { page q = code ; vcpu C { " + Numbered(30_000, i => $"map va{i} -> q\n") + "} { isb } } }");
        Check("scenario \"s\" { " + Specs.Base + "vm b { page q = code ; vcpu C { } { " + Numbered(20_000, i => $"map va{i} -> q ; ldr [vb{i}]\n") + "} } }");
        Check("scenario \"s\" { " + Specs.Base + "task t { " + Numbered(20_000, i => $"clear q{i} ; dc civac, q{i}\n") + "} }");
        Check(Specs.Kvm + Numbered(15_000, i => $"policy k{i} = kvm with ic: {{ repeat {i % 60} {{ isb @l{i} }} }}\n"));
    }

    private static string Numbered(int count, Func<int, string> item) => string.Concat(Enumerable.Range(0, count).Select(item));
}
