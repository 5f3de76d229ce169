using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Attributes;

/// <summary>A reading with its defaults.</summary>
/// <param name="Info">Its name, values and source.</param>
/// <param name="InOrderDefault">Its default with the in-order PE model: hypervisor questions take the weaker hardware.</param>
/// <param name="WindowDefault">Its default with the window PE model: litmus tests take herd's.</param>
public sealed record Reading(ReadingInfo Info, string InOrderDefault, string WindowDefault);

/// <summary>The one registry of readings: every unsettled sentence of the architecture that a verdict may depend on.</summary>
/// <remarks>R-numbers are those of the list of open points in the research on instruction fetch; claims are those of the kvmarm
/// thread of March 2021. Values that the model does not follow yet are refused by name, never approximated.</remarks>
public static class ReadingRegistry
{
    private const string NotInOrder = "the in-order PE model does not follow it yet";

    /// <summary>All readings, in the order in which reports list them.</summary>
    public static ImmutableArray<Reading> All { get; } =
    [
        Same("fwb_ifetch", "upgrades", "R8; D8.6.6, S2ApplyFWBMemAttrs; claims 2, 7, 14; erratum 2701951",
            "Whether FEAT_S2FWB's forced Write-Back holds for instruction fetches.",
            Value("upgrades", "the combining rules make no difference between fetches and data"),
            Value("no_effect", "fetches keep their stage-1 attribute"),
            Value("no_effect_when_m0_i0", "they keep it with SCTLR_EL1.M = 0 and I = 0 only: the erratum")),
        Same("dic_snoops_nc", "no", "R5; R_WNDVG; claims 3, 4",
            "Whether CTR_EL0.DIC = 1 covers lines that a Non-cacheable fetch brought into an I-cache.",
            Value("no", "it does not: DIC speaks of the PoU, the fetch read the PoC"),
            Value("at_store", "a store snoops such lines, and a refill from the PoC may follow"),
            Value("coherent_fill", "Non-cacheable fetches fill from the coherent side, too")),
        Same("dic_ic_nop", "executes", "D7.5.9.1, TreatICAsNOP; attributes C12",
            "Whether IC is executed where DIC = 1 lets it be a NOP.",
            Value("executes", "IC invalidates"),
            Value("nop", "IC does nothing")),
        Same("sctlr_i_alloc", "unified_only", "D7.5.5 note, D7.5.7; claim 13",
            "What SCTLR_EL1.I = 0 keeps out of caches.",
            Value("unified_only", "unified caches: the I-cache may still hold the line"),
            Value("icache", "the I-cache as well (contradicted by D7.5.7)")),
        Same("mmuoff_wt_point", "pou", "R9; D8.2.12.1, B2.11; claim 11",
            "Where a fetch with M = 0 and I = 1 (Write-Through) reads.",
            Value("pou", "at the Point of Unification"),
            Value("poc_or_pou", "at either point: its attributes mismatch the Write-Back ones")),
        Same("nc_fetch_point", "poc_or_pou", "R10, R11; B2.11; claim 1",
            "Where a Non-cacheable fetch reads.",
            Value("poc_only", "at the Point of Coherency"),
            Value("poc_or_pou", "at the Point of Coherency, or what a cache holds: a permission, not an obligation")),
        Same("xn_blocks_alloc", "yes", "D8.4.4 R_BFDZQ, D8.18.2 R_GXBMD",
            "Whether stage-2 execute-never keeps a line out of I-caches.",
            Value("yes", "no fetch, no allocation"),
            Value("no", "speculation may allocate it")),
        Same("device_fetch", "as_nc", "B2.10.2, K1.2.11, D8.4.4 I_PTMPK",
            "What an instruction fetch from Device memory is that is not execute-never.",
            Value("as_nc", "a fetch as from Normal Non-cacheable memory"),
            Value("permission_fault", "a Permission fault; speculative fetches are still permitted")),
        Same("fwb_implies_idc", "yes", "CLIDR_EL1, D8.6.6 I_RRDBK; attributes C3; claims 8, 9",
            "Whether FEAT_S2FWB means LoUU = LoUIS = 0 and so an effective IDC = 1.",
            Value("yes", "it does"),
            Value("no", "it does not")),
        Same("idc_effective", "full", "R7; CTR_EL0.IDC, CLIDR_EL1; read_cpuid_effective_cachetype",
            "What makes IDC effective.",
            Value("full", "the IDC bit, or LoC = 0, or LoUU = LoUIS = 0"),
            Value("ctr_bit", "the IDC bit alone")),
        Split("ic_instant", "per_pe", "global_drain", "R2",
            "When an IC takes effect.",
            Value("per_pe", "on each PE at its own time before it completes"),
            Value("global_drain", "on all PEs at one instant")),
        Split("ic_iallu_scope", "local", "broadcast", "R3; D7.5.9.12; attributes C13",
            "How far IC IALLU reaches without HCR_EL2.FB.",
            Value("local", "its own PE"),
            Value("broadcast", "the Inner Shareable domain, as in herd's model")),
        Same("s1_effective_sh", "descriptor", "D8.6.7 R_NSCNC",
            "The shareability of a stage-1 Non-cacheable or Device access that FWB makes Write-Back; of no effect on coherence.",
            Value("descriptor", "the descriptor's"),
            Value("osh", "Outer Shareable")),
        Same("mismatch_sh_fwb", "benign", "A2.2 FEAT_S2FWB, B2.11",
            "Whether Outer and Inner Shareable Write-Back mismatch under FWB.",
            Value("benign", "there is no meaningful difference"),
            Refused("strict", "they mismatch", "the model has one kind of Write-Back")),
        Same("res_memattr", "illegal", "K1.2.19, R_HMNDG; attributes C9",
            "Reserved stage-2 MemAttr encodings.",
            Value("illegal", "nobody uses them"),
            Refused("any", "they behave as any allocated one", "the language cannot write a reserved encoding yet")),
        Same("icache_private_per_vcpu", "guaranteed_by_kvm", "claim 10",
            "Whether a hypervisor owes its vCPUs private instruction caches.",
            Value("guaranteed_by_kvm", "it does: that is what fresh_fetch asks"),
            Refused("not_promised", "it does not", "then there is nothing to check")),
        Same("icache_values", "many", "R1",
            "How many values of one line an I-cache may hold.",
            Value("many", "several"),
            Refused("one", "one", NotInOrder)),
        Same("wb_fill", "pou_or_newer", "R4",
            "Where a Write-Back fetch miss may be served.",
            Value("pou_or_newer", "at the PoU or by anything newer"),
            Refused("pou_exact", "exactly at the PoU", NotInOrder)),
        Same("out_of_context_fill", "no", "R18",
            "Whether guest translations serve speculation while the host runs with the guest's VTTBR live.",
            Value("no", "they do not"),
            Refused("yes", "they do", NotInOrder)),
        Same("exceptions_sync", "yes", "R16; FEAT_ExS, SCTLR_ELx.EIS/EOS",
            "Whether exception entry and return are context synchronisation events.",
            Value("yes", "they are"),
            Refused("no_when_exs", "not with EIS = 0, EOS = 0", NotInOrder)),
        Same("unsynchronised_context", "old_or_new", "R17",
            "What a context register that was written and not synchronised means for fetches.",
            Value("old_or_new", "either value, until the next context synchronisation event"),
            Refused("old_only", "the old value", NotInOrder)),
        Same("cross_pe_dsb", "own", "R23",
            "What a DSB completes.",
            Value("own", "what its own PE issued"),
            Refused("all", "also what a migrated vCPU issued elsewhere", NotInOrder)),
        Same("nc_data_hit", "poc", "R11",
            "What a Non-cacheable data access sees where a cache holds the line.",
            Value("poc", "the Point of Coherency"),
            Refused("may_hit", "what the cache holds, too", "data accesses are not judged yet")),
        Same("dc_nc_alias", "coherent_domain", "R12",
            "What a DC by VA issued with the MMU off acts on.",
            Value("coherent_domain", "the coherent domain as usual"),
            Refused("no_guarantee", "nothing that can be relied on", NotInOrder)),
    ];

    private static readonly Dictionary<string, Reading> ByName = All.ToDictionary(reading => reading.Info.Name, StringComparer.Ordinal);

    /// <summary>A reading by its name.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public static Reading Get(string name) => ByName[name];

    private static ReadingValue Value(string name, string summary) => new(name, summary);

    private static ReadingValue Refused(string name, string summary, string why) => new(name, summary, why);

    private static Reading Same(string name, string byDefault, string source, string summary, params ImmutableArray<ReadingValue> values) =>
        Split(name, byDefault, byDefault, source, summary, values);

    private static Reading Split(string name, string inOrder, string window, string source, string summary, params ImmutableArray<ReadingValue> values) =>
        new(new ReadingInfo(name, values, source, summary), inOrder, window);
}
