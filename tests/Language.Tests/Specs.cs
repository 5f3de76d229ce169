using System.Text;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Tests;

/// <summary>Loads specs from texts.</summary>
internal static class Specs
{
    public const string Kvm = """
        policy kvm {
          HCR_EL2.FB = 1 @fb ; HCR_EL2.BSU = IS
          state last[mmu][pcpu] : vcpu? = none
          on switch_out(v, p) from "process.c:__switch_to" { dsb ish @sw }
          on vcpu_load(v, p) from "arm.c:kvm_arch_vcpu_load" {
            if last[v.mmu][p] != v {
              tlbi vmalle1 @tlb ; ic iallu @ic ; dsb nsh @nsh ; isb
              last[v.mmu][p] = v
            } @load
          }
        }

        """;

    /// <summary>A scenario's members that every scenario needs.</summary>
    public const string Base = """
          machine { pcpu P0 ; pcpu P1 }
          frame code { x = old ; y = old }
          vm guest {
            page code = code RWX wb
            vcpu A on {P0} { SCTLR_EL1.M = 0 } any { fetch isb }
            vcpu B { } { str new, [x] ; dc cvau, x @clean ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x }
          }

        """;

    public static LoadResult Load(string text) => Load(("test.coh", text));

    public static LoadResult Load(params (string Path, string Text)[] files) => SpecLoader.Load(
        files[0].Path,
        TestVocabulary.Value,
        path => files.FirstOrDefault(file => file.Path == path) is { Path: not null } found
            ? Encoding.UTF8.GetBytes(found.Text)
            : throw new FileNotFoundException("no such file", path));

    /// <summary>Loads a text that must have no diagnostics.</summary>
    public static Spec Bind(string text)
    {
        var result = Load(text);
        Assert.True(result.Diagnostics.IsEmpty, string.Concat(result.Diagnostics.Select(DiagnosticRenderer.Render)));
        return result.Spec!;
    }

    /// <summary>The only scenario of a spec made of kvm, the base members, and more.</summary>
    public static Scenario BindScenario(string members, string policies = "") =>
        Bind($"{Kvm}{policies}\nscenario \"s\" {{\n{Base}\n{members}\n}}").Scenarios.Single();
}
