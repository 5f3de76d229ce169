using System.Text;

namespace CoherenceCheck.Cli.Tests;

/// <summary>A small spec by its members, so that one of them can be changed, or all of them be written otherwise.</summary>
internal sealed class RandomSpec
{
    public RandomSpec(Random random)
    {
        bool Sometimes() => random.Next(2) == 0;
        Pcpus = Sometimes() ? ["P0", "P1"] : ["P0"];
        Dic = Sometimes() ? ["0", "1"] : [$"{random.Next(2)}"];
        Idc = ["0", "1"];
        Reading = Sometimes() ? ["no", "coherent_fill"] : ["no"];
        Letters = Sometimes() ? ["fetch", "isb"] : ["fetch", "isb", "dsb"];
        PlacementOfA = ["P0"];
        PlacementOfB = [.. Pcpus];
        MmuOfB = "1";
        Program = [("str new, [x]", null), ("dc cvau, x", "clean"), ("dsb ish", null), ("ic ivau, x", null), ("dsb ish", null), ("isb", null), ("exec x", null)];
        for (var cut = random.Next(3); cut > 0; cut--)
        {
            Program.RemoveAt(random.Next(2, Program.Count));
        }

        HasThird = Pcpus.Count == 1 && Sometimes();
        Task = Sometimes() ? [("dsb ish", null), ("isb", "idle")] : [];
        Covers = [("maintained", "B at end"), ("cleaned", "B at @clean && A.SCTLR_EL1.M == 0")];
        Property = Sometimes() ? "last[guest.mmu][P0] != B || B.pcpu != P0" : null;
        Bound = Sometimes() ? random.Next(2, 5) : null;
        Rows = ["kvm when A.SCTLR_EL1.I = 0, CTR_EL0.IDC in {0, 1}", "kvm when A.SCTLR_EL1.I = 1", "kvm without @nsh", "kvm without @ic without @load with HCR_EL2.FB = 0"];
    }

    public string Title { get; set; } = "two or three vCPUs";

    public List<string> Pcpus { get; set; }

    public bool SharesIcache { get; set; }

    public List<string> Dic { get; set; }

    public List<string> Idc { get; set; }

    public List<string> Reading { get; set; }

    public string Initial { get; set; } = "old";

    public string TypeOfCode { get; set; } = "RWX wb";

    public string TypeOfData { get; set; } = "R wb";

    public List<string> Letters { get; set; }

    public List<string> PlacementOfA { get; set; }

    public List<string> PlacementOfB { get; set; }

    public string MmuOfB { get; set; }

    public string TypeOfLine { get; set; } = "wb";

    public List<(string Text, string? Label)> Program { get; set; }

    public bool HasThird { get; set; }

    public List<(string Text, string? Label)> Task { get; set; }

    public List<(string Name, string Condition)> Covers { get; set; }

    public string? Property { get; set; }

    public int? Bound { get; set; }

    public List<string> Rows { get; set; }

    /// <summary>A label in a row or condition has an <c>@</c> in front here, which specs do not write.</summary>
    public string Write(Func<string, string>? label = null, Random? shuffle = null)
    {
        label ??= name => name;
        IEnumerable<string> Mixed(IEnumerable<string> parts) => shuffle is null ? parts : parts.OrderBy(_ => shuffle.Next()).ToList();
        string Statements(IEnumerable<(string Text, string? Label)> statements) => string.Join(shuffle is null ? " ; " : "\n  // a step\n\n", statements.Select(statement =>
            (shuffle is null ? statement.Text : statement.Text.Replace("exec x", "exec  code.x // all of it", StringComparison.Ordinal).Replace("[x]", "[ x ]", StringComparison.Ordinal))
            + (statement.Label is { } name ? $" @{label(name)}" : "")).Select(text => Comment(text)));
        string Values(IEnumerable<string> values) => $"{{{string.Join(", ", Mixed(values))}}}";
        string Labels(string text) => System.Text.RegularExpressions.Regex.Replace(text, "@(?<name>\\w+)", match => label(match.Groups["name"].Value), System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

        var policy = $$"""
            policy kvm {
              {{string.Join('\n', Mixed(["HCR_EL2.FB = 1", "HCR_EL2.BSU = IS", "state last[mmu][pcpu] : vcpu? = none", $"on switch_out(v, p) {{ dsb ish @{label("sw")} }}", $$"""
              on vcpu_load(v, p) {
                if last[v.mmu][p] != v { ic iallu @{{label("ic")}} ; dsb nsh @{{label("nsh")}} ; last[v.mmu][p] = v } @{{label("load")}}
              }
              """]))}}
            }
            policy other { }
            """;
        List<string> machine =
        [
            .. Pcpus.Select(pcpu => $"pcpu {pcpu}"), $"CTR_EL0.DIC in {Values(Dic)}", $"CTR_EL0.IDC in {Values(Idc)}", $"reading dic_snoops_nc in {Values(Reading)}", "legal",
            .. SharesIcache ? [$"share icache {Values(Pcpus)}"] : Array.Empty<string>(),
        ];
        List<string> vm =
        [
            $"page code = code {TypeOfCode}", $"page data = data {TypeOfData}",
            $"vcpu A on {Values(PlacementOfA)} {{ SCTLR_EL1.M = 0 ; SCTLR_EL1.I in {Values(["0", "1"])} }} any {{ {string.Join(' ', Mixed(Letters))} }}",
            $"vcpu B on {Values(PlacementOfB)} {{ {string.Join(" ; ", Mixed([$"SCTLR_EL1.M = {MmuOfB}", $"map x -> code {TypeOfLine}"]))} }} {{ {Statements(Program)}\n}}",
            .. HasThird ? ["vcpu C { SCTLR_EL1.M = 1 } any { isb }"] : Array.Empty<string>(),
        ];
        List<string> members =
        [
            $"machine {{ {string.Join(shuffle is null ? " ; " : "\n\n", Mixed(machine))} }}",
            $"frame code {{ x = {Initial} }}", "frame data { z = zero }",
            $"vm guest {{\n{string.Join('\n', Mixed(vm))}\n}}",
            .. Task.Count > 0 ? [$"task vmm {{ {Statements(Task)}\n}}"] : Array.Empty<string>(),
            .. Covers.Select(cover => $"cover {cover.Name}: {Labels(cover.Condition)}"),
            .. Property is null ? Array.Empty<string>() : [$"property once: {Property}", "expect once { kvm : unstated }"],
            .. Bound is { } most ? [$"bound vcpu_load <= {most}"] : Array.Empty<string>(),
            $"expect fresh_fetch {{\n{string.Join('\n', Mixed(Rows.Select(row => $"{Labels(Conditions(row))} : unstated")))}\n}}",
        ];
        var scenario = $"scenario \"{Title}\" {{\n{string.Join('\n', Mixed(members).Select(Comment))}\n}}";
        var text = new StringBuilder();
        foreach (var part in Mixed([policy, scenario]))
        {
            text.Append(part).Append("\n\n");
        }

        return text.ToString();

        string Conditions(string row) => shuffle is null
            ? row
            : row.Replace("A.SCTLR_EL1.I = 0, CTR_EL0.IDC in {0, 1}", "CTR_EL0.IDC in {1, 0}, A.SCTLR_EL1.I = 0", StringComparison.Ordinal);

        string Comment(string text) => shuffle is null || shuffle.Next(2) == 0 ? text : text + " // said\n\n// once more\n";
    }
}
