using CoherenceCheck.Generated;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Tests.Support;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>The generator of specs does what tests that use it rely on.</summary>
public sealed class GeneratedSpecTests(ITestOutputHelper output)
{
    [Fact]
    public void A_seed_makes_the_same_spec_and_another_seed_another()
    {
        Assert.Equal(SpecMaker.MakeSpec(7).ToString(), SpecMaker.MakeSpec(7).ToString());
        Assert.NotEqual(SpecMaker.MakeSpec(7).ToString(), SpecMaker.MakeSpec(8).ToString());
    }

    [Fact]
    public void Every_statement_and_operation_is_generated_within_a_thousand_specs()
    {
        var specs = Enumerable.Range(0, 1000).Select(SpecMaker.MakeSpec).ToList();
        var kinds = specs.SelectMany(spec => spec.Statements).Select(statement => statement.Kind).ToHashSet();
        string[] wanted =
        [
            "block", "assign", "let", "let in", "xchg", "cas", "if", "if else", "for in sort", "for in set", "repeat", "forever", "choose",
            "atomic", "holding", "await", "assert", "call", "return", "publish",
            "preempt", "map", "unmap", "msr ttbr", "perm", "clear", "settle", "give", "copy", "backing", "with", "tlbi aside1is",
            .. OperationTable.All.Where(operation => operation.Refusal is null && operation.Kind != OperationKind.InvalidateToPoC).Select(operation => operation.Name),
        ];
        Assert.Empty(wanted.Except(kinds, StringComparer.Ordinal));

        var texts = specs.ConvertAll(spec => spec.ToString());
        string[] words =
        [
            "vcpu_load(", "guest_entry(", "guest_exit(", "vcpu_put(", "switch_out(", " holding ", " from ", "proc ", "lock ", "profile ", "share icache", " legal ", "reading ",
            " any {", "any { mmu", "} at {", "map ", "MemAttr", "XN", "cover ", "property ", "bound ", " without ", " with HCR", " needless ", " when ", " at end", "CLIDR_EL1.LoC",
            ": bool", "0..1", "page?", "vcpu?", ": set ", "w0, [", ".mmu", ".pcpu", ".vcpu", " in {", "{}", "none", " | ", " & ", " - ", "else if ", " else ", " or {", "task ", ".SCTLR_EL1.M",
            "s2_fault(", "sysreg_write(", "vcpu_init(", "maintenance(", "set_way(", "mmu_switch(", "cpu_up(", " sleeps", " hotplug", "reading bbm", "reading walks", "share tlb", "vmids 2", "none backing", "after secret", "remap", "expect private_translation", "expect isolation", "expect fresh_data",
        ];
        Assert.All(words, word => Assert.Contains(texts, text => text.Contains(word, StringComparison.Ordinal)));
    }

    [Fact]
    public void Nine_in_ten_generated_specs_bind()
    {
        var refused = new Dictionary<string, List<int>>();
        const int Count = 2000;
        var bound = 0;
        for (var seed = 0; seed < Count; seed++)
        {
            var loaded = Specs.TryLoad(SpecMaker.MakeSpec(seed).ToString());
            if (loaded.Spec is not null)
            {
                bound++;
                continue;
            }

            var error = loaded.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error);
            if (!refused.TryGetValue(error.Code, out var seeds))
            {
                refused.Add(error.Code, seeds = []);
                output.WriteLine($"seed {seed}: {error}\n");
            }

            seeds.Add(seed);
        }

        output.WriteLine($"{bound} of {Count} bind; refused: {string.Join("; ", refused.OrderByDescending(pair => pair.Value.Count).Select(pair => $"{pair.Key}: {pair.Value.Count}, {string.Join(' ', pair.Value.Take(8))}"))}");
        Assert.True(bound > Count * 0.9, $"only {bound} of {Count} bind");
    }
}
