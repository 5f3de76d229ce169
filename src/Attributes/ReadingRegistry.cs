using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Attributes;

/// <summary>A reading with its defaults.</summary>
/// <param name="Info">Its name, values and source.</param>
/// <param name="InOrderDefault">Its default with the in-order PE model: hypervisor questions take the weaker hardware.</param>
/// <param name="WindowDefault">Its default with the window PE model: litmus tests take herd's.</param>
public sealed record Reading(ReadingInfo Info, string InOrderDefault, string WindowDefault)
{
    /// <summary>Why it counts as settled at its default, with the source: <c>explain</c> asks about it only where it is asked to. <see langword="null"/> where it is open.</summary>
    public string? Settled { get; init; }

    /// <summary>
    /// Whether <c>explain</c> asks about it only where a spec opens it or it is asked to: another value adds state, or asks of what the host does with registers
    /// that a spec does not write.
    /// </summary>
    public bool IsOnRequest { get; init; }

    /// <summary>Its default with a PE model.</summary>
    public string DefaultWith(string peModel) => peModel switch
    {
        PeModels.InOrder => InOrderDefault,
        PeModels.Window => WindowDefault,
        _ => throw new ArgumentException($"There is no PE model '{peModel}'.", nameof(peModel)),
    };
}

/// <summary>The one registry of readings: every unsettled sentence of the architecture that a verdict may depend on.</summary>
/// <remarks>Sections and R_/I_ ids are those of the Arm ARM, DDI 0487. R1 to R23 number the open points of instruction fetch,
/// C1 to C13 the constraints of <see cref="Legality"/>; claims are those of the kvmarm thread of March 2021, "KVM: arm64: Ensure
/// I-cache isolation between vcpus of a same VM". Values that the model does not follow are refused by name, never approximated.</remarks>
public static class ReadingRegistry
{
    private const string NotFollowed = "the in-order PE model does not follow it yet";
    private const string NeedsWindow = "it concerns out-of-order PEs, which are not modelled yet";

    /// <summary>All readings, in the order in which reports list them.</summary>
    public static ImmutableArray<Reading> All { get; } =
    [
        Same("fwb_ifetch", "upgrades", "R8; D8.6.6, S2ApplyFWBMemAttrs; claims 2, 7, 14; erratum 2701951",
            "Whether FEAT_S2FWB's forced Write-Back holds for instruction fetches.",
            Value("upgrades", "The combining rules make no difference between fetches and data accesses."),
            Value("no_effect", "Fetches keep their stage-1 attribute."),
            Value("no_effect_when_m0_i0", "Fetches keep it with SCTLR_EL1.M = 0 and SCTLR_EL1.I = 0 only: the erratum.")),
        Same("dic_snoops_nc", "no", "R5; R_WNDVG, B2.3; claims 3, 4",
            "Whether CTR_EL0.DIC = 1 covers lines that a Non-cacheable fetch brought into an I-cache.",
            Value("no", "It does not: DIC speaks of the PoU, the fetch read the PoC."),
            Value("at_store", "A store snoops such lines out, and a refill from the PoC may follow."),
            Value("coherent_fill", "Non-cacheable fetches fill from the coherent side, too.")),
        Same("dic_ic_nop", "executes", "C12; D7.5.9.1, TreatICAsNOP",
            "Whether IC is executed where CTR_EL0.DIC = 1 lets it be a NOP.",
            Value("executes", "IC invalidates."),
            Value("nop", "IC does nothing.")),
        Same("sctlr_i_alloc", "unified_only", "D7.5.5 note, D7.5.7; claim 13",
            "What SCTLR_EL1.I = 0 keeps out of caches.",
            Value("unified_only", "It keeps fetches out of unified caches: an I-cache may still hold the line."),
            Value("icache", "It keeps them out of I-caches as well (contradicted by D7.5.7).")) with { Settled = "the note of D7.5.5, and D7.5.7, contradict the other value" },
        Same("mmuoff_wt_point", "pou", "R9; D8.2.12.1 R_WFZPW, B2.11; claim 11",
            "Where a fetch with SCTLR_EL1.M = 0 and SCTLR_EL1.I = 1 (Write-Through) reads.",
            Value("pou", "It reads at the Point of Unification."),
            Value("poc_or_pou", "It reads at either point: its attributes mismatch those of Write-Back accesses.")),
        Same("nc_fetch_point", "poc_or_pou", "R10, R11; D7.5.7, B2.11; claims 1, 6",
            "Where a Non-cacheable fetch reads; an I-cache may hold what it read, and later fetches of any attribute hit it.",
            Value("poc_only", "It reads at the Point of Coherency."),
            Value("poc_or_pou", "It reads at the Point of Coherency or what a cache holds: a permission, not an obligation.")),
        Same("xn_blocks_alloc", "yes", "D8.4.4 R_BFDZQ, D8.18.2 R_GXBMD",
            "Whether stage-2 execute-never keeps a line out of I-caches.",
            Value("yes", "Without execution there is no fetch, and without a fetch no allocation."),
            Value("no", "Speculation may allocate it.")),
        Same("device_fetch", "as_nc", "B2.10.2, K1.2.11, D8.4.4 I_PTMPK",
            "What an instruction fetch from Device memory is that is not execute-never.",
            Value("as_nc", "It is a fetch as from Normal Non-cacheable memory."),
            Value("permission_fault", "It takes a Permission fault; speculative fetches are still permitted.")),
        Same("fwb_implies_idc", "yes", "C3; CLIDR_EL1, D8.6.6 I_RRDBK; claims 8, 9",
            "Whether FEAT_S2FWB means LoUU = LoUIS = 0, and so an effective IDC of 1.",
            Value("yes", "It does."),
            Value("no", "It does not.")),
        Same("idc_effective", "full", "R7, C2; CTR_EL0.IDC, CLIDR_EL1; Linux read_cpuid_effective_cachetype",
            "What makes IDC effective.",
            Value("full", "The IDC bit does, or LoC = 0, or LoUU = LoUIS = 0."),
            Value("ctr_bit", "The IDC bit alone does.")),
        Split("ic_instant", "per_pe", "global_drain", "R2",
            "When an IC takes effect.",
            Value("per_pe", "It takes effect on each PE at that PE's own time before it completes."),
            Value("global_drain", "It takes effect on all PEs at one instant, and earlier fetches drain before it completes.")),
        Split("ic_iallu_scope", "local", "broadcast", "R3, C13; D7.5.9.12",
            "How far IC IALLU reaches without HCR_EL2.FB.",
            Value("local", "It reaches its own PE."),
            Value("broadcast", "It reaches the Inner Shareable domain, as in herd's model.")),
        Same("dsb_domain", "maintenance", "DSB; known issue AARCH-24234 of M.a, in M.b",
            "What the shareability domain of a DSB limits.",
            Value("maintenance", "How far IC and TLBI are waited for, nothing else: DSB NSH completes every DC of its PE."),
            Value("all", "Everything: DSB NSH completes no DC, which acts on the whole domain.")),
        Same("s1_effective_sh", "descriptor", "D8.6.7 R_NSCNC",
            "The shareability of a stage-1 Non-cacheable or Device access that FWB makes Write-Back; of no effect on coherence.",
            Value("descriptor", "It is the descriptor's."),
            Value("osh", "It is Outer Shareable.")),
        Same("mismatch_sh_fwb", "benign", "A2.2 FEAT_S2FWB, B2.11",
            "Whether Outer and Inner Shareable Write-Back accesses mismatch under FWB.",
            Value("benign", "They do not: with FEAT_S2FWB there is no meaningful distinction."),
            Refused("strict", "They mismatch.", "the model has one kind of Write-Back")),
        Same("res_memattr", "illegal", "C9; K1.2.19, S2ResMemAttr",
            "What reserved MAIR and stage-2 MemAttr encodings are.",
            Value("illegal", "They are not used."),
            Refused("any", "They behave as any allocated encoding.", "a spec cannot write a reserved encoding yet")),
        Same("icache_private_per_vcpu", "guaranteed_by_kvm", "claim 10",
            "Whether a hypervisor owes its vCPUs private instruction caches.",
            Value("guaranteed_by_kvm", "It does: that is what fresh_fetch asks."),
            Refused("not_promised", "It does not.", "then fresh_fetch asks for nothing")),
        Same("icache_values", "many", "R1",
            "How many values of one line an I-cache may hold.",
            Value("many", "It may hold several."),
            Refused("one", "It holds one.", NotFollowed)),
        Same("wb_fill", "pou_or_newer", "R4",
            "Where a Write-Back fetch that misses is served.",
            Value("pou_or_newer", "It is served at the PoU, or by anything newer."),
            Refused("pou_exact", "It is served exactly at the PoU.", NotFollowed)),
        Same("dic_without_idc", "illegal", "R6, C1; CTR_EL0.DIC",
            "What CTR_EL0.DIC = 1 with CTR_EL0.IDC = 0 is.",
            Value("illegal", "It does not exist."),
            Refused("in_order", "Fetches return values of the PoU in order.", NotFollowed)),
        Same("lou_zero_covers", "cacheable_fetches", "R7; CLIDR_EL1.LoUU",
            "Which fetches LoUU = LoUIS = 0 makes see every store.",
            Value("cacheable_fetches", "It covers those that may look up caches."),
            Refused("all_fetches", "It covers Non-cacheable ones, too.", NotFollowed)),
        Same("out_of_context_fill", "no", "R18",
            "Whether guest translations serve speculation while the host runs with the guest's VTTBR live.",
            Value("no", "They do not."),
            Value("yes", "They do, from a vCPU's load to the end of its switch_out.")) with { IsOnRequest = true },
        Same("exceptions_sync", "yes", "R16; FEAT_ExS, SCTLR_ELx.EIS, SCTLR_ELx.EOS",
            "Whether exception entry and return are context synchronisation events.",
            Value("yes", "They are."),
            Refused("no_when_exs", "They are not with EIS = 0 or EOS = 0.", NotFollowed)),
        Same("unsynchronised_context", "old_or_new", "R17",
            "What a context register that was written and not synchronised means for fetches.",
            Value("old_or_new", "Either value counts until the next context synchronisation event."),
            Refused("old_only", "The old value counts.", NotFollowed)),
        Same("cross_pe_dsb", "own", "R23",
            "What a DSB completes.",
            Value("own", "It completes what its own PE issued."),
            Refused("all", "It also completes what a migrated vCPU issued elsewhere.", NotFollowed)),
        Split("prefetch_hazard", "survives", "dropped", "R21",
            "What an IC does to a fetch that was captured and not yet executed.",
            Value("survives", "It stays in the pipeline until a context synchronisation event."),
            Refused("dropped", "It is dropped.", NotFollowed)),
        Same("ic_without_dsb", "nothing_required", "R19",
            "What an IC owes that no DSB follows.",
            Value("nothing_required", "It need not take effect."),
            Refused("eventually", "It takes effect some time.", "a promise without a bound changes no safety verdict and is not modelled")),
        Same("nc_data_hit", "poc", "R11; B2.11",
            "What a Non-cacheable data access sees where a cache holds the line.",
            Value("poc", "It sees the Point of Coherency."),
            Value("may_hit", "It may see what the cache holds.")) with { IsOnRequest = true },
        Same("dc_nc_alias", "coherent_domain", "R12; B2.11",
            "What a DC by VA acts on that is issued with Non-cacheable attributes.",
            Value("coherent_domain", "It acts on the coherent domain as usual."),
            Refused("no_guarantee", "Nothing can be relied on.", NotFollowed)),
        Same("dc_ivac", "data_lost", "R13; C5.3 DC IVAC",
            "What DC IVAC at EL2 does to a dirty line.",
            Value("data_lost", "It discards the data."),
            Refused("cleaned_first", "It writes the data back first.", "DC IVAC is not modelled yet")),
        Same("line_granule", "one", "R15",
            "How many locations share a cache line.",
            Value("one", "A line holds one location."),
            Refused("several", "A line holds several.", NotFollowed)),
        Same("cmodx", "any_encoding", "R20; B2.3",
            "What concurrent modification of an instruction outside the permitted list delivers.",
            Value("any_encoding", "A fetch delivers one of the encodings, old or new."),
            Refused("flag", "It is flagged as UNPREDICTABLE.", NotFollowed)),
        Same("pick_dependencies", "full", "R22; B2.3",
            "What order a dependency through a conditional select gives.",
            Value("full", "It orders as any dependency does."),
            Refused("not_loads", "It does not order loads.", NeedsWindow)),
        Same("bbm", "either", "D8.16.1, break-before-make; TLB conflicts",
            "What an access comes to for which a TLB may hold two translations that differ in frame or type.",
            Value("either", "It uses either of them."),
            Value("flag", "It is flagged: break_before_make is violated.")) with { IsOnRequest = true },
        Same("walks", "atomic", "D8.2, D8.16; Linux 55b5bac15939, 7e1b2329c205, 1ff2755d6800 (v6.4)",
            "Whether a translation table walk may be under way while VTTBR_EL2 changes.",
            Value("atomic", "Both stages are read at one instant."),
            Value("split", "Its second stage may be that in force later; a DSB of the PE ends its walks.")) with { IsOnRequest = true },
    ];

    private static readonly Dictionary<string, int> Numbers = All.Select((reading, number) => (reading.Info.Name, number))
        .ToDictionary(pair => pair.Name, pair => pair.number, StringComparer.Ordinal);

    /// <summary>A reading by its name, or <see langword="null"/>.</summary>
    public static Reading? Find(string name) => Numbers.TryGetValue(name, out var number) ? All[number] : null;

    /// <summary>The position of a reading in <see cref="All"/>.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    internal static int NumberOf(string name) =>
        Numbers.TryGetValue(name, out var number) ? number : throw new ArgumentException($"There is no reading '{name}'.", nameof(name));

    private static ReadingValue Value(string name, string summary) => new(name, summary);

    private static ReadingValue Refused(string name, string summary, string why) => new(name, summary, why);

    private static Reading Same(string name, string byDefault, string source, string summary, params ImmutableArray<ReadingValue> values) =>
        Split(name, byDefault, byDefault, source, summary, values);

    private static Reading Split(string name, string inOrder, string window, string source, string summary, params ImmutableArray<ReadingValue> values) =>
        new(new ReadingInfo(name, values, source, summary), inOrder, window);
}
