using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Tests.Reference.Translation;
using static CoherenceCheck.Model.Tests.Translation.Bound;
using static CoherenceCheck.Model.Tests.Translation.Cases;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>The reference on cases whose verdicts a research implementation knows.</summary>
/// <remarks>
/// Behind each row stand the states and steps of that implementation. Its steps are others: it has a step less for a <c>let</c> or a test, and one more where an
/// exit, the choice between put and entry, and the event of a trap are one here.
/// </remarks>
public sealed class SectionNineTests
{
    private static void Expect(string verdict, (Scenario Scenario, Policy Policy) both, string property, HardwareChoice? hardware = null) => Expect(verdict, both.Scenario, both.Policy, property, hardware);

    private static void Expect(string verdict, Scenario scenario, Policy policy, string property, HardwareChoice? hardware = null)
    {
        var answer = TranslationReference.Check(new Question(scenario, policy, property, hardware ?? new HardwareChoice()));
        Assert.Equal(verdict, answer.Outcome == Outcome.Violated ? $"{answer.Failed} {answer.Length}" : answer.Outcome.ToString());
    }

    private static Policy Kvm(string fb, params Stmt[] atSwitch) =>
        new PolicyBuilder().Set("HCR_EL2.FB", fb).Set("HCR_EL2.BSU", "IS").LastRan(Op("tlbi vmalle1"), Op("dsb nsh"), Op("isb")).Switch(atSwitch).Build();

    [Theory]
    [InlineData("load")]
    [InlineData("load remap tlbi_vae1 dsb_ish dsb_nsh isb")]
    public void C06_one_asid_and_two_tables(string letters)
    {
        var scenario = TwoTables(letters);
        Expect("StageOne 4", scenario, PolicyBuilder.None, "private_translation");                                                          // 55/4, 140/4
        Expect("Holds", scenario, new PolicyBuilder().LastRan(Op("tlbi vmalle1"), Op("dsb nsh"), Op("isb")).Build(), "private_translation");  // 1607, 605727
        Expect("StageOne 12", scenario, new PolicyBuilder().LastRan(Op("dsb nsh"), Op("isb")).Build(), "private_translation");                // 281/14, 2579/14
        Expect("StageOne 12", scenario, new PolicyBuilder().LastRan(Op("tlbi vmalle1"), Op("isb")).Build(), "private_translation");           // 709/14, 3861/14
    }

    [Fact]
    public void C06_tables_that_agree() => Expect("Holds", TwoTables("load", agree: true), PolicyBuilder.None, "private_translation"); // 35

    [Fact]
    public void C04_C05_local_tlbi_of_a_vcpu_that_moves()
    {
        var scenario = Migrating("load remap tlbi_vae1 dsb_ish dsb_nsh isb");
        Expect("StageOne 26", scenario, Kvm("0", Op("dsb ish")), "private_translation"); // 32409/29
        Expect("Holds", scenario, Kvm("1", Op("dsb ish")), "private_translation");       // 68739
        Expect("StageOne 22", scenario, Kvm("1"), "private_translation");                // 34963/24
        Expect("StageOne 23", scenario, Kvm("1", Op("dsb nsh")), "private_translation"); // 21335/25
    }

    [Fact]
    public void C07_C24_tlbi_under_another_vttbr()
    {
        Expect("Holds", OtherVttbr(isSynchronised: true), PolicyBuilder.None, "private_translation");        // 825
        Expect("StageTwo 11", OtherVttbr(isSynchronised: false), PolicyBuilder.None, "private_translation"); // 1571/15
    }

    [Fact]
    public void C17_C28_page_out()
    {
        var fwb = new HardwareChoice(Fwb: true);
        Expect("Data 32", PageOut(0, "none", page => Broadcast(page)), "fresh_data");     // 1760/33
        Expect("Holds", PageOut(1, "none", page => Broadcast(page)), "fresh_data");       // 3149
        Expect("Holds", PageOut(0, "after", page => Broadcast(page)), "fresh_data");      // 1346
        Expect("Holds", PageOut(1, "after", page => Broadcast(page)), "fresh_data");      // 2522
        Expect("Data 36", PageOut(0, "before", page => Broadcast(page)), "fresh_data");   // 1877/36
        Expect("Holds", PageOut(0, "none", page => Broadcast(page)), "fresh_data", fwb);   // 2191
        Expect("Holds", PageOut(0, "before", page => Broadcast(page)), "fresh_data", fwb); // 2344
    }

    [Fact]
    public void C17_what_an_unmap_needs()
    {
        static (Scenario, Policy) Unmap(string without, bool fwb = false) => PageOut(1, fwb ? "none" : "after", page => Broadcast(page, without));
        Expect("StageTwo 14", Unmap("vmalle1"), "private_translation");                                            // 734/13
        Expect("StageTwo 14", Unmap("ipa"), "private_translation");                                                // 967/13
        Expect("StageTwo 15", Unmap("ishst"), "private_translation");                                              // 1742/16
        Expect("StageTwo 15", Unmap("between"), "private_translation");                                            // 2685/16
        Expect("StageTwo 14", Unmap("last", fwb: true), "private_translation", new HardwareChoice(Fwb: true));     // 624/11
        Expect("Holds", PageOut(1, "after", _ => [Op("dsb ishst"), Op("tlbi vmalls12e1is"), Op("dsb ish")]), "private_translation");      // 2167
        Expect("StageTwo 12", PageOut(1, "after", _ => [Op("tlbi vmalls12e1is"), Op("dsb ish")]), "private_translation");                 // 833/12
        Expect("StageTwo 12", PageOut(1, "after", _ => [Op("dsb ishst"), Op("tlbi vmalls12e1"), Op("dsb ish")]), "private_translation");  // 805/15
    }

    [Fact]
    public void C10_a_copy_above_the_PoC()
    {
        Expect("Contents 24", ChangePte(0, isCleaning: false), "isolation");                              // 844/20
        Expect("Holds", ChangePte(0, isCleaning: true), "isolation");                                     // 1934
        Expect("Holds", ChangePte(1, isCleaning: false), "isolation");                                    // 4574
        Expect("Holds", ChangePte(0, isCleaning: false), "isolation", new HardwareChoice(Fwb: true));     // 4457
    }

    [Theory]
    [InlineData("load store mmu")]
    [InlineData("load store mmu civac cvac dsb_ish")]
    public void C15_guests_that_turn_their_mmu_on(string letters)
    {
        static Stmt[] Civac(SpecExpr page) => [OpAt("dc civac", page)];
        var scenario = Toggling(letters);
        Expect("Data 4", scenario, PolicyBuilder.None, "fresh_data");                                                // 27/4, 58/4
        Expect("Holds", scenario, Trapping(Civac, Op("dsb ish")), "fresh_data");                                     // 246, 2220
        Expect("Data 7", scenario, Trapping(page => [OpAt("dc cvac", page)], Op("dsb ish")), "fresh_data");          // 47/8, 172/8
        Expect("Data 5", scenario, Trapping(Civac), "fresh_data");                                                   // 43/6, 140/6
        Expect("Holds", scenario, PolicyBuilder.None, "fresh_data", new HardwareChoice(Fwb: true));                  // 168, 2290
        Expect("Holds", scenario, Trapping(Civac, [Op("dsb ish")], completesFirst: true), "fresh_data");             // 2515
    }

    [Fact]
    public void C15_two_vcpus_and_guests_that_clean()
    {
        Expect("Holds", Toggling("load store mmu", 2), Trapping(page => [OpAt("dc civac", page)], Op("dsb ish")), "fresh_data"); // 1680
        Expect("Holds", CleaningGuest(isCleaning: true), PolicyBuilder.None, "fresh_data");                                     // 50
        Expect("Data 5", CleaningGuest(isCleaning: false), PolicyBuilder.None, "fresh_data");                                   // 32/5
    }

    [Theory]
    [InlineData(false, false, 0, "Data 6", "Fetch 6")]  // fresh_data 74/6
    [InlineData(false, false, 1, "Holds", "Holds")]     // 821
    [InlineData(false, false, 2, "Holds", "Holds")]
    [InlineData(false, false, 3, "Holds", "Holds")]
    [InlineData(false, true, 0, "Holds", "Fetch 8")]    // fresh_fetch 115/8
    [InlineData(false, true, 1, "Holds", "Holds")]      // 1092
    [InlineData(false, true, 2, "Holds", "Fetch 8")]    // fresh_fetch 115/8
    [InlineData(false, true, 3, "Holds", "Holds")]      // 273
    [InlineData(true, false, 0, "Data 6", "Fetch 6")]   // fresh_data 78/6
    [InlineData(true, false, 1, "Holds", "Holds")]      // 545
    [InlineData(true, false, 2, "Holds", "Holds")]
    [InlineData(true, false, 3, "Holds", "Holds")]
    [InlineData(true, true, 0, "Holds", "Holds")]       // 165
    [InlineData(true, true, 1, "Holds", "Holds")]       // 623
    [InlineData(true, true, 2, "Holds", "Holds")]       // 165
    [InlineData(true, true, 3, "Holds", "Holds")]       // 165
    public void C14_reset(bool dic, bool fwb, int policy, string data, string fetch)
    {
        Expect(data, Reset(policy, fwb, dic), "fresh_data", new HardwareChoice(dic, Fwb: fwb));
        Expect(fetch, Reset(policy, fwb, dic), "fresh_fetch", new HardwareChoice(dic, Fwb: fwb));
    }

    /// <summary>KVM's handler has no IC where DIC = 1; what the guest fetched Non-cacheable is then in I-caches for good (dic_snoops_nc = no).</summary>
    [Fact]
    public void C14_needs_an_ic_with_DIC_too_where_lines_are_fetched_Non_cacheable() =>
        Expect("Fetch 32", Reset(1, fwb: false, dic: true, isGated: true), "fresh_fetch", new HardwareChoice(Dic: true));

    [Fact]
    public void C08_lines_of_an_earlier_owner()
    {
        Expect("Holds", ExecGrant("eager", 1), "isolation");                                       // 93
        Expect("Holds", ExecGrant("lazy", 1), "isolation");                                        // 147
        Expect("Contents 13", ExecGrant("m1", 1), "isolation");                                    // 89/15
        Expect("Contents 13", ExecGrant("no ic", 1), "isolation");                                 // 81/13
        Expect("Holds", ExecGrant("m3", 1), "isolation");                                          // 147
        Expect("Holds", ExecGrant("m4", 1), "isolation");                                          // 147
        Expect("Holds", ExecGrant("m4", 1, m: 0), "isolation");                                    // 147
        Expect("Holds", ExecGrant("m4", 1, m: 0, hostWrites: true), "isolation");                  // 319
        Expect("Holds", ExecGrant("no ic", 1), "isolation", new HardwareChoice(Dic: true));        // 50
    }

    [Fact]
    public void C08_lines_of_an_earlier_owner_and_two_vcpus()
    {
        Expect("Holds", ExecGrant("eager", 2), "isolation");                                       // 1459
        Expect("Holds", ExecGrant("lazy", 2), "isolation");                                        // 3474
        Expect("Contents 12", ExecGrant("m1", 2), "isolation");                                    // 652/13
        Expect("Contents 12", ExecGrant("no ic", 2), "isolation");                                 // 518/11
        Expect("Contents 12", ExecGrant("m3", 2), "isolation");                                    // 518/11
        Expect("Holds", ExecGrant("m4", 2), "isolation");                                          // 3474
        Expect("Holds", ExecGrant("m4", 2, m: 0), "isolation");                                    // 3474
        Expect("Holds", ExecGrant("no ic", 2), "isolation", new HardwareChoice(Dic: true));        // 762
    }

    /// <summary>Whether speculation may allocate what is execute-never decides whether the order of DC and IC at the grant counts.</summary>
    [Fact]
    public void C08_ic_before_dc_where_execution_is_granted()
    {
        Expect("Holds", GrantAfterBoth(isIcFirst: false), "isolation");                                                              // 1216
        Expect("Holds", GrantAfterBoth(isIcFirst: true), "isolation");                                                               // 1432
        Expect("Holds", GrantAfterBoth(isIcFirst: false), "isolation", new HardwareChoice { XnBlocksAlloc = false });                // 1840
        Expect("Contents 27", GrantAfterBoth(isIcFirst: true), "isolation", new HardwareChoice { XnBlocksAlloc = false });           // 1673/20
    }

    [Fact]
    public void C36_a_frame_of_another_vm()
    {
        Expect("Contents 37", Reuse("no ic"), "isolation");                                        // 8376/60
        Expect("Contents 37", Reuse("RWX"), "isolation");                                          // 8245/62
        Expect("Holds", Reuse("grant"), "isolation");                                              // 8644
        Expect("Holds", Reuse("unmap"), "isolation");                                              // 9045
        Expect("Holds", Reuse("no ic"), "isolation", new HardwareChoice(Dic: true));               // 7084
        Expect("StageTwo 5", Reuse("grant", "none"), "private_translation");                       // 1212/18
        Expect("StageTwo 13", Reuse("grant", "between vmalle1"), "private_translation");           // 1896/22
    }

    [Fact]
    public void C36_a_frame_of_another_vm_with_two_vcpus()
    {
        Expect("Contents 42", Reuse("local", count: 2), "isolation");                              // 2302241/60
        Expect("Holds", Reuse("grant", count: 2), "isolation");                                    // 3194852
    }

    [Fact]
    public void C27_permissions()
    {
        Expect("Holds", WriteProtect(isLocal: false), PolicyBuilder.None, "private_translation");        // 1399
        Expect("StageTwo 13", WriteProtect(isLocal: true), PolicyBuilder.None, "private_translation");   // 417/12
        Expect("Holds", Relax("IS"), "private_translation");                                             // 31810
        Expect("Holds", Relax("local"), "private_translation");                                          // 36288
        Expect("Holds", Relax("none"), "private_translation");                                           // 46183
        Expect("Contents 12", Relax("IS", isIcLocal: true), "isolation");                                // 582/11
    }

    /// <summary>The two cases that tell definitions of the ghost apart: one gO for all kinds of DC would make the first hold, F beside gH the second.</summary>
    [Fact]
    public void The_definition_of_the_ghost()
    {
        Expect("Data 41", TwoOpenCleans(), "fresh_data");                                                                        // 34 steps
        Expect("Fetch 8", UncachedText(), PolicyBuilder.None, "fresh_fetch", new HardwareChoice(Idc: false));                    // 8 steps
    }
}
