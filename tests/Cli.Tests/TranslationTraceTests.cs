namespace CoherenceCheck.Cli.Tests;

/// <summary>What a trace tells of translations: which one an access used, why it was withdrawn, what maintenance did to it, and where some is missing.</summary>
public sealed class TranslationTraceTests
{
    private const string PageOut = "specs/translation/c17-page-out.coh";

    [Fact]
    public void A_descriptor_that_is_not_visible_yet_is_walked_behind_the_TLBI()
    {
        var core = Core(PageOut, 42);
        Assert.Contains("@st `dsb ishst` is left out here: with it, stage 2 g = none, not none or f0 RWX", core, StringComparison.Ordinal);
        Assert.Contains("P0 TLB, stage 2 alone: g -> f0 RWX removed, and at once there again, walked anew", core, StringComparison.Ordinal);
        Assert.Contains("A: ldr g (by g -> f0 RWX)", core, StringComparison.Ordinal);
        Assert.Contains("WITHDRAWN: g -> f0 RWX was unmapped at 3, and the host relies on that since 10; the TLB of P0 holds it all the same, behind tlbi ipas2e1 g at 5 and tlbi vmalle1 at 8", core, StringComparison.Ordinal);
    }

    [Fact]
    public void A_combined_entry_is_made_again_from_what_stage_2_alone_left()
    {
        var core = Core(PageOut, 43);
        Assert.Contains("@ipas2 `tlbi ipas2e1is, g` is left out here: with it, P0 TLB, stage 2 alone: no longer g -> f0 RWX", core, StringComparison.Ordinal);
        Assert.Contains("P0 TLB: g -> f0 RWX removed, and at once there again, made from what stage 2 alone left", core, StringComparison.Ordinal);
    }

    [Fact]
    public void A_TLBI_that_is_still_under_way_is_said_to_be()
    {
        var core = Core(PageOut, 46);
        Assert.Contains("@last `dsb ish` is left out here: `tlbi vmalle1` is still pending on pageout", core, StringComparison.Ordinal);
        Assert.Contains("still pending at the end: `tlbi vmalle1`", core, StringComparison.Ordinal);
    }

    [Fact]
    public void A_TLBI_that_reaches_another_TLB_took_effect_on_none() =>
        Assert.Contains("no TLBI has taken effect on P0 since", Core(PageOut, 50), StringComparison.Ordinal);

    [Fact]
    public void Stale_data_has_a_name_and_a_way()
    {
        var core = Core(PageOut, 20);
        Assert.Contains("pageout: copy f0 to f1", core, StringComparison.Ordinal);
        Assert.Contains("A: ldr g -> zero (by g -> f1 RWX, MMU off, Non-cacheable)", core, StringComparison.Ordinal);
        Assert.Contains("STALE: bare metal could not deliver zero to this load", core, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_of_a_sibling_is_no_entry_of_ones_own() =>
        Assert.Contains("WITHDRAWN: no table of B ever said g1: the entry in the TLB of P0 is another vCPU's with the same tag", Core("specs/translation/c06-tlb.coh", 20), StringComparison.Ordinal);

    [Fact]
    public void A_walk_that_ends_as_another_guests_is_told_from_its_beginning_on()
    {
        var core = Core("specs/translation/c25-split-walks.coh", 38);
        Assert.Contains("P0 walk under way, VMID 1: va|vb -> g1|h1", core, StringComparison.Ordinal);
        Assert.Contains("@end `dsb nsh` is left out here: with it, P0 walk under way, VMID 1: no longer g0|h0 -> g0|h0; P0 walk under way, VMID 1: no longer va|vb -> g1|h1", core, StringComparison.Ordinal);
        Assert.Contains("P0 TLB: VMID 2 va|vb -> g1|h1 -> f3 RWX, by a walk of VMID 1 that began at 4 and ended as one of VMID 2 at 8", core, StringComparison.Ordinal);
        Assert.Contains("WITHDRAWN: no table of B ever said h0: the entry in the TLB of P0 is of a walk of VMID 1 that began at 4 and ended as one of VMID 2 at 8", core, StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_VM_wrote_and_whose_a_frame_is_are_told()
    {
        Assert.Contains("FOREIGN: it delivers code, which VM one wrote", Core("specs/translation/c36-frame-reuse.coh", 21), StringComparison.Ordinal);
        Assert.Contains("FOREIGN: frame f0 belongs to the host since 8", Core("specs/translation/gvisor-tlbi-scope.coh", 50), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_translations_change_a_TLBI_is_judged_by_what_is_fetched()
    {
        var found = Run.Of("explain", "specs/translation/answers.coh", "--scenario", "Reset", "--quiet", "--trace", "none").Output;
        Assert.DoesNotContain("not judged", found, StringComparison.Ordinal);
        Assert.Contains("not judged by fresh_fetch", Run.Of("explain", "specs/kvm/answers.coh", "--scenario", "S2FWB", "--policy", "kvm", "--quiet", "--trace", "none").Output, StringComparison.Ordinal);
    }

    /// <summary>The causal core of the row in a line of a spec.</summary>
    private static string Core(string spec, int line)
    {
        var text = Run.Of("check", spec, "--trace", "core", "--quiet").Output;
        var start = text.IndexOf($"{spec}:{line}  ", StringComparison.Ordinal);
        var end = text.IndexOf("  the end depends on", start, StringComparison.Ordinal);
        return text[start..end];
    }
}
