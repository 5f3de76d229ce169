namespace CoherenceCheck.Cli.Tests;

/// <summary>Whole specs whose verdicts follow from the architecture, each for something that is easily got wrong.</summary>
public sealed class SpecTests
{
    private const string SelfLock = "policy stuck { lock a ; on vcpu_load(v, p) { holding a { holding a { isb } } } }";

    [Fact]
    public void A_condition_with_an_owner_speaks_of_that_owners_field()
    {
        var spec = """
            policy unhooked { HCR_EL2.FB = 1 ; HCR_EL2.BSU = IS ; on switch_out(v, p) { dsb ish } }
            scenario "I = 0 and I = 1 with the MMU off" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
              frame code { x = old }
              vm guest {
                page code = code RWX wb
                vcpu A { SCTLR_EL1.M = 0 ; SCTLR_EL1.I in {0, 1} } any { fetch isb }
                vcpu B { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x }
              }
              expect fresh_fetch {
                unhooked when A.SCTLR_EL1.I = 0 : violated
                unhooked when A.SCTLR_EL1.I = 1 : holds
              }
            }
            """;
        var run = Run.Check(spec);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("when A.SCTLR_EL1.I = 1", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, Run.Check(spec.Replace("I = 0 : violated", "I = 0 : holds", StringComparison.Ordinal)).Code);
    }

    [Fact]
    public void What_a_guest_is_told_can_be_a_condition()
    {
        // Told that DIC = 1 on a machine without, a guest leaves out the IC and runs stale code (C38).
        var run = Run.Check("""
            policy idle { }
            scenario "told" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 }
              frame code { x = old }
              vm guest {
                CTR_EL0.DIC in {0, 1}
                page code = code RWX wb
                vcpu A { SCTLR_EL1.M = 1 } { str new, [x] ; dsb ish ; isb ; exec x }
              }
              expect fresh_fetch {
                bare_metal                          : holds
                idle when guest.CTR_EL0.DIC = 0     : holds
                idle when guest.CTR_EL0.DIC = 1     : violated
              }
            }
            """);
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [Theory]
    [InlineData("any { fetch isb }", SelfLock)]
    [InlineData("{ isb }", SelfLock)]
    [InlineData("{ isb }", "policy stuck { lock a ; on vcpu_put(v, p) { holding a { holding a { isb } } } }")]
    public void A_host_that_locks_itself_out_is_a_deadlock(string guest, string policy)
    {
        var spec = $$"""
            {{policy}}
            policy fine { lock a ; on vcpu_load(v, p) { holding a { isb } } }
            scenario "locks" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
              frame code { x = old }
              vm guest { page code = code RWX wb
                vcpu A { SCTLR_EL1.M = 1 } {{guest}}
              }
              expect deadlock {
                stuck : violated
                fine  : holds
              }
            }
            """;
        var run = Run.Check(spec);
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [Fact]
    public void A_bound_makes_no_deadlock()
    {
        var run = Run.Check(Specs.With("expect deadlock { kvm : holds }", "bound vcpu_load <= 2"));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("up to 2 times vcpu_load", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Bare_metal_with_VMs_that_are_told_differently_is_never_stale()
    {
        var run = Run.Check("""
            scenario "two VMs" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 }
              frame code { x = old }
              frame other { y = old }
              vm first { CTR_EL0.IDC = 0
                page code = code RWX wb
                vcpu A { SCTLR_EL1.M = 1 } { str new, [x] ; dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x }
              }
              vm second { CTR_EL0.IDC = 1
                page code2 = other RWX wb
                vcpu B { SCTLR_EL1.M = 1 } { str new, [y] ; dsb ish ; ic ivau, y ; dsb ish ; isb ; exec y }
              }
              expect fresh_fetch { bare_metal : holds }
            }
            """);
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [Fact]
    public void Bare_metal_with_nothing_to_clean_to_the_PoC_is_never_stale()
    {
        var run = Run.Check("""
            scenario "LoC = 0" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 ; CLIDR_EL1.LoC = 0 ; CLIDR_EL1.LoUU = 0 ; CLIDR_EL1.LoUIS = 0
                reading idc_effective in any ; reading nc_fetch_point in any }
              frame code { x = old }
              vm guest { page code = code RWX wb
                vcpu A { SCTLR_EL1.M in {0, 1} } { str new, [x] ; dc cvac, x ; dsb ish ; ic ivau, x ; dsb ish ; isb ; exec x }
              }
              expect fresh_fetch { bare_metal : holds }
            }
            """);
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [Fact]
    public void Frames_may_have_lines_of_the_same_name_and_policies_state_named_like_parts_of_the_machine()
    {
        var run = Run.Check("""
            policy named {
              state cur : bool = false
              state host : 0..3 = 0
              state I[pcpu] : bool = false
              on vcpu_load(v, p) { cur = true ; host = 1 ; I[p] = cur }
            }
            scenario "names" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
              frame code { x = old }
              frame data { x = old }
              vm guest { page code = code RWX wb ; page data = data RWX wb
                vcpu A { SCTLR_EL1.M = 1 } { str new, [code.x] ; exec data.x }
              }
              property loaded : cur || host == 0
              expect fresh_fetch { named : holds }
              expect loaded { named : holds }
            }
            """);
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [Fact]
    public void Several_operations_with_choices_can_be_one_step()
    {
        var run = Run.Check("""
            scenario "atomic" {
              machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
              frame code { x = old }
              vm guest { page code = code RWX wb
                vcpu A { SCTLR_EL1.M = 1 } any { fetch store isb }
                vcpu B { SCTLR_EL1.M = 1 } { exec x ; exec x ; str new, [x] }
              }
              task vmm { atomic { str a, [x] ; str b, [x] } }
              cover done : vmm at end
              expect fresh_fetch { none : holds }
            }
            """);
        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [Fact]
    public void A_time_limit_of_months_is_as_good_as_none() =>
        Assert.Equal(0, Run.Check(Specs.Rows("kvm : holds"), "--timeout", "1e300").Code);
}
