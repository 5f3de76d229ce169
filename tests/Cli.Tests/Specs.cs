namespace CoherenceCheck.Cli.Tests;

/// <summary>Small specs for the tests of the command line.</summary>
internal static class Specs
{
    /// <summary>A policy with the fix of 2021 and one pCPU that two vCPUs share.</summary>
    public const string Policies = """
        policy kvm {
          HCR_EL2.FB = 1 ; HCR_EL2.BSU = IS
          state last[mmu][pcpu] : vcpu? = none
          on switch_out(v, p) { dsb ish @sw }
          on vcpu_load(v, p) {
            if last[v.mmu][p] != v {
              ic iallu @ic ; dsb nsh @nsh
              last[v.mmu][p] = v
            }
          }
        }
        """;

    /// <summary>A scenario around an expect block and more members.</summary>
    public static string With(string expect, string members = "", string machine = "CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0") => Policies + $$"""

        scenario "two vCPUs on one pCPU" {
          machine { pcpu P0 ; {{machine}} }
          frame code { x = old }
          vm guest {
            page code = code RWX wb
            vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0 } any { fetch isb }
            vcpu B { SCTLR_EL1.M = 1 } {
              str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb
              exec x
            }
          }
          {{members}}
          {{expect}}
        }
        """;

    /// <summary>The scenario with rows about fresh_fetch.</summary>
    public static string Rows(params string[] rows) => With("expect fresh_fetch {\n" + string.Join('\n', rows) + "\n}");
}
