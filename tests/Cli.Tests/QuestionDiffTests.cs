using System.Text.Json.Nodes;

namespace CoherenceCheck.Cli.Tests;

/// <summary><c>diff</c> and <c>check --baseline</c>: what is asked belongs to a result, and a question that asks less is a change.</summary>
public sealed class QuestionDiffTests
{
    private static readonly string Good = Specs.With(
        "expect fresh_fetch {\nkvm : holds\nkvm without ic : violated\n}", "cover maintained: B at end\nbound vcpu_load <= 4", "CTR_EL0.DIC = 0 ; CTR_EL0.IDC in {0, 1}");

    [Theory]
    [InlineData("CTR_EL0.IDC in {0, 1}", "CTR_EL0.IDC in {0, 1} ; ID_AA64MMFR2_EL1.FWB in {0, 1}", "asks something else: ID_AA64MMFR2_EL1.FWB is set now: in {0, 1}", 1)]
    [InlineData("pcpu P0", "pcpu P0 ; reading xn_blocks_alloc in {yes, no}", "asks more: xn_blocks_alloc = no is asked, too", 0)]
    [InlineData("CTR_EL0.IDC in {0, 1}", "CTR_EL0.IDC = 1", "asks less: CTR_EL0.IDC = 0 is no longer asked", 1)]
    [InlineData("str new, [x] ; ", "", "asks less: guest B: 'str new, [x]' is gone", 1)]
    [InlineData("dsb ish ; isb", "dsb ish ; isb ; isb", "asks something else: guest B: 'isb' is new", 1)]
    [InlineData("B at end", "true", "asks something else: cover maintained: condition changed from 'B at end' to 'true'", 1)]
    [InlineData("cover maintained: B at end", "", "asks less: cover maintained is gone: 'B at end'", 1)]
    [InlineData("any { fetch isb }", "any { isb }", "asks less: A no longer executes 'exec'", 1)]
    [InlineData("any { fetch isb }", "any { fetch isb cvau }", "asks more: A may execute 'dc cvau', too", 0)]
    [InlineData("any { fetch isb }", "any { fetch isb } at {code}", "asks less: A names code alone", 1)]
    [InlineData("pcpu P0", "pcpu P0 { CTR_EL0.DIC = 0 }", "asks something else: P0.CTR_EL0.DIC is set now: '0'", 1)]
    [InlineData("SCTLR_EL1.I = 0 }", "SCTLR_EL1.I = 0 ; CTR_EL0.DIC = 0 }", "asks something else: A.CTR_EL0.DIC is set now: '0'", 1)]
    [InlineData("x = old }", "x = old ; z = old }", "asks something else: frame code: 'z = old' is new", 1)]
    [InlineData("vcpu A {", "vcpu A on {P0} {", "no change", 0)]
    [InlineData("SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 0", "SCTLR_EL1.I = 0", "no change", 0)]
    [InlineData("CTR_EL0.DIC = 0 ; ", "", "no change", 0)]
    [InlineData("SCTLR_EL1.M = 0", "SCTLR_EL1.M = 1", "asks less: A.SCTLR_EL1.M = 0 is no longer asked", 1)]
    [InlineData("RWX wb", "RWX nc", "asks something else: page code: 'wb' became 'nc'", 1)]
    [InlineData("x = old", "x = older", "asks something else: frame code: 'x = old' became 'x = older'", 1)]
    [InlineData("bound vcpu_load <= 4", "", "asks something else: bound vcpu_load <= 4 is gone", 1)]
    [InlineData("bound vcpu_load <= 4", "bound vcpu_load <= 5", "asks something else: bound vcpu_load: '4' became '5'", 1)]
    [InlineData("pcpu P0", "pcpu P0 ; reading nc_fetch_point = poc_only", "asks less: nc_fetch_point = poc_or_pou is no longer asked", 1)]
    [InlineData("page code", "CTR_EL0.DIC = 0\n page code", "asks something else: guest.CTR_EL0.DIC is set now: '0'", 1)]
    public void Each_part_of_a_question_is_compared_and_named(string before, string after, string said, int code)
    {
        Assert.Contains(before, Good, StringComparison.Ordinal);
        using var folder = new Folder(Good, Good.Replace(before, after, StringComparison.Ordinal));
        var run = folder.Diff();
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
        Assert.Equal(code, run.Code);
    }

    private const string Translations = """
        policy host {
          lock l
          on guest_entry(v, p) { msr VTTBR_EL2, v.mmu ; isb }
          on s2_fault(v, p, g, access) holding l { map g, g.backing, RWX in v.mmu ; dsb ishst }
        }
        scenario "translations" {
          machine { pcpu P0 ; pcpu P1 hotplug ; share tlb {P0, P1} ; vmids 3 ; CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1 }
          frame f { x = zero after secret }
          frame h { y = one }
          vm guest {
            mmu m0 m1
            page g = f RWX wb ; page k = none backing h
            map b -> g
            vcpu A on {P0} { SCTLR_EL1.M = 1 ; map a -> g asid 1 } any { ldr remap under } at {a}
            vcpu B on {P1} { SCTLR_EL1.M = 1 } { ldr [b] }
          }
          task host on {P0, P1} { isb }
          expect private_translation { host : unstated }
        }
        """;

    [Theory]
    [InlineData(" hotplug", "", "asks less: the machine: 'hotplug P1' is gone", 1)]
    [InlineData("share tlb {P0, P1} ; ", "", "asks less: the machine: 'share tlb {P0, P1}' is gone", 1)]
    [InlineData("vmids 3", "vmids 4", "asks something else: the machine: 'vmids 3' became 'vmids 4'", 1)]
    [InlineData(" after secret", "", "asks something else: frame f: 'x = zero after secret' became 'x = zero'", 1)]
    [InlineData("mmu m0 m1", "mmu m0 m1 m2", "asks something else: vm guest: 'mmu m0 m1' became 'mmu m0 m1 m2'", 1)]
    [InlineData("page k = none backing h", "page k = h RWX wb", "asks something else: page k: 'none, and frame h to be put behind it' became 'frame h', 'RWX'", 1)]
    [InlineData("backing h", "backing f", "asks something else: page k: 'none, and frame h to be put behind it' became 'none, and frame f to be put behind it'", 1)]
    [InlineData("map b -> g", "map b -> k", "asks something else: vm guest: 'map b -> g asid 0 wb' became 'map b -> k asid 0 wb'", 1)]
    [InlineData("map b -> g", "map b -> g nc", "asks something else: vm guest: 'map b -> g asid 0 wb' became 'map b -> g asid 0 nc'", 1)]
    [InlineData("map a -> g asid 1", "map a -> k asid 1", "asks something else: vCPU A: 'map a -> g asid 1 wb' became 'map a -> k asid 1 wb'", 1)]
    [InlineData("asid 1", "asid 2", "asks something else: vCPU A: 'starts with ASID 1', 'map a -> g asid 1 wb' became 'starts with ASID 2', 'map a -> g asid 2 wb'", 1)]
    [InlineData(" remap", "", "asks less: vCPU A: 'stores to its stage-1 tables' is gone", 1)]
    [InlineData(" under", "", "asks less: vCPU A: 'goes on under other stage-2 contexts' is gone", 1)]
    [InlineData("on {P0, P1} { isb }", "on {P0} { isb }", "asks something else: task host: 'on P0, P1' became 'on P0'", 1)]
    public void What_a_scenario_says_of_translations_and_cpus_is_a_part_of_its_question(string before, string after, string said, int code)
    {
        Assert.Contains(before, Translations, StringComparison.Ordinal);
        using var folder = new Folder(Translations, Translations.Replace(before, after, StringComparison.Ordinal));
        var run = folder.Diff();
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
        Assert.Equal(code, run.Code);
    }

    [Theory]
    [InlineData(" at {a, g}", "", "asks more: A may name any address of its VM", 0)]
    [InlineData("at {a, g}", "at {a, b, g}", "asks more: A may name b, too", 0)]
    [InlineData("at {a, g}", "at {a}", "asks less: A no longer names g", 1)]
    public void Addresses_to_which_a_guest_keeps_are_a_part_of_its_question(string before, string after, string said, int code)
    {
        var text = Translations.Replace("any { ldr remap under } at {a}", "any { ldr } at {a, g}", StringComparison.Ordinal);
        Assert.Contains(before, text, StringComparison.Ordinal);
        using var folder = new Folder(text, text.Replace(before, after, StringComparison.Ordinal));
        var run = folder.Diff();
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
        Assert.Equal(code, run.Code);
    }

    [Fact]
    public void Of_a_page_of_several_lines_those_that_a_guest_keeps_to_are_named()
    {
        var two = Good.Replace("x = old }", "x = old ; z = old }", StringComparison.Ordinal).Replace("any { fetch isb }", "any { fetch isb } at {code}", StringComparison.Ordinal);
        using var folder = new Folder(two, two.Replace("at {code}", "at {z}", StringComparison.Ordinal));
        var run = folder.Diff();
        Assert.Contains("asks less: A no longer names x\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(1, run.Code);
    }

    [Fact]
    public void A_lock_on_which_handlers_may_sleep_is_another_policy()
    {
        using var folder = new Folder(Translations, Translations.Replace("lock l\n", "lock l sleeps\n", StringComparison.Ordinal));
        Assert.NotEqual(DigestIn(folder.Head), DigestIn(folder.Base));

        static string DigestIn(string path) => JsonNode.Parse(Run.Of("check", path, "--format", "json").Output)!["results"]![0]!["policy_digest"]!.ToString();
    }

    [Fact]
    public void A_question_that_is_allowed_by_the_title_of_its_scenario_passes_and_no_other_name_allows_it()
    {
        using var folder = new Folder(Good, Good.Replace("B at end", "true", StringComparison.Ordinal));
        Assert.Equal(1, folder.Diff("--allow", "kvm").Code);
        var hint = folder.Diff("--allow", "two vCPUs on one pCPU");
        Assert.Equal(1, hint.Code);
        Assert.Contains("hint: what the scenario asks changed: --allow-question 'two vCPUs on one pCPU' is for that", hint.Error, StringComparison.Ordinal);
        var run = folder.Diff("--allow-question", "two vCPUs on one pCPU");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.EndsWith("3 rows, none changed, and the question of 1 scenario, 1 of them allowed\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("CC3015", folder.Diff("--allow-question", "nobody").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_allowed_question_does_not_allow_what_is_answered()
    {
        // Where there is no new code nothing is stale.
        using var folder = new Folder(Good, Good.Replace("str new, [x] ; ", "", StringComparison.Ordinal).Replace("without ic : violated", "without ic : holds", StringComparison.Ordinal));
        Assert.Equal(0, Run.Of("check", folder.Head, "--quiet").Code);
        var run = folder.Diff("--allow-question", "two vCPUs on one pCPU");
        Assert.Equal(1, run.Code);
        Assert.Contains("violated -> holds", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_fails_where_less_is_asked_and_not_where_more_is()
    {
        using var folder = new Folder(Good, Good);
        var stored = folder.Store();
        folder.Write("base", Good.Replace("B at end", "true", StringComparison.Ordinal));
        var less = Run.Of("check", folder.Base, "--quiet", "--baseline", stored);
        Assert.Equal(1, less.Code);
        Assert.Contains("since the baseline:", less.Error, StringComparison.Ordinal);
        Assert.Contains("cover maintained: condition changed from 'B at end' to 'true'", less.Error, StringComparison.Ordinal);
        folder.Write("base", Good.Replace("fetch isb", "fetch isb cvau", StringComparison.Ordinal));
        var more = Run.Of("check", folder.Base, "--quiet", "--baseline", stored);
        Assert.Equal(0, more.Code);
        Assert.Contains("asks more: A may execute 'dc cvau', too", more.Error, StringComparison.Ordinal);
        Assert.Contains("3 rows, none changed, and the question of 1 scenario, 1 of them asking more", more.Error, StringComparison.Ordinal);

        // Recording it anew accepts it.
        folder.Write("base", Good.Replace("B at end", "true", StringComparison.Ordinal));
        folder.Store();
        var accepted = Run.Of("check", folder.Base, "--quiet", "--baseline", stored);
        Assert.Equal((0, ""), (accepted.Code, accepted.Error));
    }

    [Theory]
    [InlineData("questions", "does not say what was asked")]
    [InlineData("0/scenario", "does not say what the scenario 'two vCPUs on one pCPU' of")]
    [InlineData("0/parts", "question 1: 'parts' is missing")]
    [InlineData("0/parts/0/of", "question 1: part 1: 'of' is missing")]
    public void A_result_that_does_not_say_what_was_asked_is_refused_and_to_be_recorded_anew(string removed, string said)
    {
        using var folder = new Folder(Good, Good);
        var stored = folder.Store();
        var json = JsonNode.Parse(File.ReadAllText(stored))!.AsObject();
        var path = removed.Split('/');
        if (path is [var only])
        {
            json.Remove(only);
        }
        else if (path[^1] == "scenario")
        {
            json["questions"]![0]!["scenario"] = "another";
        }
        else
        {
            path[..^1].Aggregate((JsonNode)json["questions"]!, (node, name) => int.TryParse(name, out var index) ? node[index]! : node[name]!).AsObject().Remove(path[^1]);
        }

        File.WriteAllText(stored, json.ToJsonString());
        foreach (var run in new[] { Run.Of("diff", stored, folder.Base, "--quiet"), Run.Of("diff", folder.Base, stored, "--quiet"), Run.Of("check", folder.Base, "--quiet", "--baseline", stored) })
        {
            Assert.Equal((2, ""), (run.Code, run.Output));
            Assert.Contains("CC3014", run.Error, StringComparison.Ordinal);
            Assert.Contains(said, run.Error, StringComparison.Ordinal);
            Assert.Contains("hint: make it anew: coherencecheck check", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_stored_trace_can_be_replayed_although_its_result_does_not_say_what_was_asked()
    {
        using var folder = new Folder(Good, Good);
        var stored = folder.Store();
        var json = JsonNode.Parse(File.ReadAllText(stored))!.AsObject();
        json.Remove("questions");
        File.WriteAllText(stored, json.ToJsonString());
        Assert.Equal(0, Run.Of("replay", stored).Code);
    }

    [Fact]
    public void No_deadlock_with_more_letters_does_not_stand_for_none_with_fewer_where_the_policy_changed_as_well()
    {
        var spec = Specs.With("expect deadlock { kvm : unstated }");
        var more = spec.Replace("fetch isb", "fetch isb cvau", StringComparison.Ordinal);
        using var folder = new Folder(spec, more);
        Assert.Equal(0, folder.Diff().Code);
        folder.Write("head", more.Replace("dsb ish @sw", "dsb ish @sw ; isb", StringComparison.Ordinal));
        Assert.Equal(1, folder.Diff().Code);
        Assert.Contains("deadlock: kvm  holds as before, but guests may do more", folder.Diff().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_that_makes_cells_illegal_asks_less_of_its_row()
    {
        // FWB = 1 in the policy and no FEAT_S2FWB in the machine do not go together.
        static string With(string setting) => Specs.With(
            "expect fresh_fetch { kvm : unstated }", machine: "CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 ; ID_AA64MMFR2_EL1.FWB in {0, 1} ; legal")
            .Replace("HCR_EL2.FB = 1 ;", $"HCR_EL2.FB = 1 ; HCR_EL2.FWB = {setting} ;", StringComparison.Ordinal);
        using var folder = new Folder(With("0"), With("1"));
        var run = folder.Diff();
        Assert.Equal(1, run.Code);
        Assert.Contains("fresh_fetch: kvm  asks less: ID_AA64MMFR2_EL1.FWB = 0 is in none of its legal cells any more", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_means_another_statement_of_a_program_is_a_change()
    {
        static string With(string program) => Specs.Rows("kvm without clean : unstated").Replace("dc cvau, x ; dsb ish ; ic ivau, x", program, StringComparison.Ordinal);
        using var folder = new Folder(With("dc cvau, x @clean ; dsb ish ; ic ivau, x"), With("dc cvau, x ; dsb ish @clean ; ic ivau, x"));
        Assert.Contains("without B: statement 2, 'dc cvau, x' -> without B: statement 3, 'dsb ish'", folder.Diff().Output, StringComparison.Ordinal);
        Assert.Equal(1, folder.Diff().Code);
    }

    [Fact]
    public void A_label_whose_operation_is_claimed_to_be_needless_cannot_be_moved_to_another()
    {
        static string With(string more) => Specs.Rows("kvm : holds needless extra").Replace("ic iallu @ic", more, StringComparison.Ordinal);
        using var folder = new Folder(With("dsb nsh @extra ; ic iallu @ic"), With("isb @extra ; dsb nsh ; ic iallu @ic"));
        Assert.Contains("asks something else: needless 'dsb nsh' -> needless 'isb'", folder.Diff().Output, StringComparison.Ordinal);
        Assert.Equal(1, folder.Diff().Code);
    }

    [Theory]
    [InlineData("kvm : unstated", "kvm : holds", "holds as before, and more is claimed: unstated -> holds", 0)]
    [InlineData("kvm : holds", "kvm : unstated", "holds as before; the expectation changed: holds -> unstated", 1)]
    [InlineData("kvm : holds", "kvm : violated", "holds as before; no longer as expected: violated", 1)]
    [InlineData("kvm : unstated", "kvm : violated", "holds as before; no longer as expected: violated", 1)]
    public void A_claim_may_grow_and_not_shrink(string before, string after, string said, int code)
    {
        using var folder = new Folder(Specs.Rows(before), Specs.Rows(after));
        var run = folder.Diff();
        Assert.Equal(code, run.Code);
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_violation_over_more_programs_does_not_stand_for_one_over_fewer_where_the_policy_changed_as_well()
    {
        var more = Good.Replace("fetch isb", "fetch isb cvau", StringComparison.Ordinal);
        using var folder = new Folder(Good, more.Replace("dsb ish @sw", "dsb ish @sw ; isb", StringComparison.Ordinal));
        var run = folder.Diff();
        Assert.Equal(1, run.Code);
        Assert.Contains("kvm without ic  violated as before, but guests may do more than before and policies changed with it", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("kvm  holds", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_policy_alone_is_no_change_of_question()
    {
        using var folder = new Folder(Good, Good.Replace("dsb ish @sw", "dsb ish @sw ; isb", StringComparison.Ordinal));
        Assert.Equal((0, "3 rows, no change\n"), (folder.Diff().Code, folder.Diff().Output));
    }

    [Fact]
    public void Scenarios_are_matched_by_title_in_any_order_and_one_that_is_gone_takes_its_rows_along()
    {
        var scenario = Good[Specs.Policies.Length..];
        var other = scenario.Replace("fetch isb", "fetch isb dsb", StringComparison.Ordinal).Replace("two vCPUs on one pCPU", "more", StringComparison.Ordinal);
        using var folder = new Folder(Specs.Policies + scenario + "\n" + other, Specs.Policies + other + "\n" + scenario);
        Assert.Equal((0, "6 rows, no change\n"), (folder.Diff().Code, folder.Diff().Output));
        folder.Write("head", Specs.Policies + scenario);
        Assert.Equal(3, folder.Diff().Output.Split("disappeared: ").Length - 1);
        Assert.Equal(1, folder.Diff().Code);
    }

    [Fact]
    public void A_row_that_stands_twice_can_be_written_once_less_only_as_a_change()
    {
        using var folder = new Folder(Specs.Rows("kvm : holds", "kvm : holds"), Specs.Rows("kvm : holds"));
        Assert.Equal(1, folder.Diff().Code);
        Assert.Contains("disappeared: was holds", folder.Diff().Output, StringComparison.Ordinal);
        folder.Write("head", Specs.Rows("kvm : holds", "kvm : holds", "kvm : holds"));
        Assert.Equal(0, folder.Diff().Code);
        Assert.Contains("appeared: holds, expected holds  (asks more)", folder.Diff().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_row_that_is_not_as_it_expects_is_no_gain()
    {
        using var folder = new Folder(Specs.Rows("kvm : holds"), Specs.Rows("kvm : holds", "kvm without ic : holds"));
        Assert.Equal(1, folder.Diff().Code);
    }

    [Fact]
    public void A_spec_or_scenario_under_another_name_is_gone()
    {
        using var folder = new Folder(Good, Good);
        File.Move(Path.Combine(folder.Head, "spec.coh"), Path.Combine(folder.Head, "other.coh"));
        var renamed = folder.Diff();
        Assert.Equal((1, 4), (renamed.Code, renamed.Output.Split("disappeared: ").Length));
        File.Delete(Path.Combine(folder.Head, "other.coh"));
        folder.Write("head", Good.Replace("two vCPUs on one pCPU", "two vCPUs", StringComparison.Ordinal));
        var titled = folder.Diff();
        Assert.Equal((1, 4), (titled.Code, titled.Output.Split("disappeared: ").Length));
    }

    [Fact]
    public void Different_conditions_have_different_texts_and_equal_ones_have_the_same()
    {
        string[] conditions =
        [
            "A.pcpu == P0 && (B at end || last[guest.mmu][P0] == A)", "(A.pcpu == P0 && B at end) || last[guest.mmu][P0] == A", "A.pcpu == P0 || B at end || last[guest.mmu][P0] == A",
            "A.pcpu == P0", "A.pcpu != P0", "!(A.pcpu == P0)", "A.pcpu == none", "B.pcpu == P0", "P0.vcpu == A", "P0.vcpu in {A, B}", "P0.vcpu in {A}", "A.vm == B.vm", "A.mmu == guest.mmu",
            "A.SCTLR_EL1.M == 0", "A.SCTLR_EL1.M == 1", "DIC == 0", "guest.CTR_EL0.DIC == 0", "CTR_EL0.DIC == 0", "HCR_EL2.BSU == IS", "HCR_EL2.BSU == NE", "true", "false", "B at end", "B at here",
        ];
        var texts = conditions.Select(condition => ConditionOf(condition)).ToList();
        Assert.Equal(conditions.Length, texts.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(texts[0], ConditionOf("A.pcpu == P0&&(B at end ||\n(last[guest.mmu][P0] == A))", broken: true));
        Assert.Equal(texts[^1], ConditionOf("B at there", label: "there"));
        Assert.Equal(texts[2], ConditionOf("A.pcpu == P0 || (B at end || last[guest.mmu][P0] == A)"));

        static string ConditionOf(string condition, string label = "here", bool broken = false)
        {
            var spec = Specs.With("expect fresh_fetch { kvm : unstated }", $"cover some: {(broken ? $"({condition})" : condition)}").Replace("dc cvau, x", $"dc cvau, x @{label}", StringComparison.Ordinal);
            var run = Run.Check(spec, "--format", "json");
            Assert.Equal("", run.Error);
            return JsonNode.Parse(run.Output)!["questions"]![0]!["parts"]!.AsArray().Single(part => (string)part!["part"]! == "cover")!["is"]![0]!.ToString();
        }
    }

    [Fact]
    public void Every_statement_of_a_policy_counts_in_its_digest_and_no_label_does()
    {
        const string Handler = """
            let before = xchg(phase[p], idle)
              let ok = cas(phase[p], idle, busy)
              if ok && loads < 2 { atomic { ran[v.vm] = ran[v.vm] | {p} ; loads = loads + 1 } } else { call flush(v) }
              for q in pcpu { if q != p { await phase[q] == idle } }
              for q in ran[v.vm] { choose { isb } or { dsb ish @last } }
              repeat 2 { isb }
              let some in ran[v.vm]
              assert some == p || loads <= 2
              phase[p] = idle
              holding l[v.vm] { if !ok { return } }
            """;
        var digest = DigestOf(Handler);
        Assert.Equal(digest, DigestOf(Handler.Replace("@last", "@end", StringComparison.Ordinal).Replace("isb }", "isb // here\n }", StringComparison.Ordinal)));
        (string, string)[] edits =
        [
            ("xchg(phase[p], idle)", "xchg(phase[p], busy)"), ("cas(phase[p], idle, busy)", "cas(phase[p], busy, busy)"), ("loads < 2", "loads < 1"), ("| {p}", "| {}"), ("loads + 1", "loads + 0"),
            ("else { call flush(v) }", ""), ("q != p", "q == p"), ("await phase[q] == idle", "await phase[q] != busy"), ("or { dsb ish", "or { dsb nsh"), ("choose { isb } or", "choose { isb } or { } or"),
            ("repeat 2", "repeat 3"), ("some == p ||", "some != p ||"), ("phase[p] = idle", "phase[p] = busy"), ("holding l[v.vm] { if !ok { return } }", "if !ok { return }"), ("!ok", "ok"), ("atomic { ", "{ "),
        ];
        Assert.All(edits, edit => Assert.NotEqual(digest, DigestOf(Handler.Replace(edit.Item1, edit.Item2, StringComparison.Ordinal))));

        static string DigestOf(string handler)
        {
            var policy = $$"""
                policy careful {
                  state ran[vm] : set pcpu = {}
                  state phase[pcpu] : {idle, busy} = idle
                  state loads : 0..2 = 0
                  lock l[vm]
                  proc flush(v: vcpu) holding l[v.vm] { ic iallu ; dsb nsh }
                  on vcpu_load(v, p) {
                    {{handler}}
                  }
                }

                """;
            var run = Run.Check(policy + Specs.Rows("careful : unstated"), "--format", "json", "--max-states", "1000");
            // Some of these make a test go one way only, which is warned of.
            Assert.DoesNotContain(": error ", run.Error, StringComparison.Ordinal);
            return JsonNode.Parse(run.Output)!["results"]![0]!["policy_digest"]!.ToString();
        }
    }

    private sealed class Folder : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Folder(string before, string after)
        {
            Write("base", before);
            Write("head", after);
        }

        public string Base => Path.Combine(_folder.Path, "base");

        public string Head => Path.Combine(_folder.Path, "head");

        public void Write(string side, string spec) => _folder.Write($"{side}/spec.coh", spec);

        public Run Diff(params string[] options) => Run.Of(["diff", Base, Head, "--quiet", .. options]);

        /// <summary>Stores the result of the first side; the path of the file.</summary>
        public string Store()
        {
            var stored = Path.Combine(_folder.Path, "base.json");
            Assert.Equal(0, Run.Of("check", Base, "--quiet", "--report", $"json={stored}").Code);
            return stored;
        }

        public void Dispose() => _folder.Dispose();
    }
}
