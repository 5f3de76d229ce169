using System.Collections.Frozen;

namespace CoherenceCheck.Language.Vocabulary;

/// <summary>What people write who come from assembly, from kernels, or from other architectures, and what to write instead.</summary>
/// <remarks>
/// What is said of Linux is said of arch/arm64: <c>asm/barrier.h</c>, <c>mm/cache.S</c>, <c>asm/cacheflush.h</c>. Exception entry and return are context
/// synchronisation events (Arm ARM DDI 0487, glossary), if FEAT_ExS does not switch that off.
/// </remarks>
internal static class ForeignWords
{
    private const string NewCode = "`dc cvau, x ; dsb ish ; ic ivau, x ; dsb ish ; isb`";
    private const string NoEl2 = "EL2's own translations are not modelled: leave it out";
    private const string Exit = "a guest may exit at any instruction, so this needs no statement; where its return to EL1 synchronises the context, write `isb`";
    private const string Exception = "exception entry and return at EL1 are context synchronisation events: write `isb`";
    private const string Registers = "general registers are not modelled: leave it out; `str new, [x]` stores contents by name";
    private const string Jump = "`exec x` fetches and executes what is at `x`; `if`, `choose`, `repeat` and `forever` say where a program goes";
    private const string Kick = "`kick v` interrupts a vCPU";
    private const string Kernel = "on arm64 it is ";
    private const string Loops = "loops are `repeat 3 { … }`, `for q in pcpu { … }` and `forever { … }`; `await COND` waits";

    private static readonly FrozenDictionary<string, string> Hints = Rows().SelectMany(row => row.Words.Split(' ').Select(word => (word, row.Hint)))
        .ToFrozenDictionary(row => row.word, row => row.Hint, StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them.</summary>
    public static IEnumerable<string> All => Hints.Keys;

    /// <summary>What to write instead of a word that is no statement.</summary>
    public static string? HintOf(string word) => Hints.GetValueOrDefault(word);

    /// <summary>What to write instead of an operation that the architecture has and the table has not: <c>tlbi alle2</c>.</summary>
    public static string? InsteadOf(string operation)
    {
        var words = operation.ToLowerInvariant().Split(' ');
        if (words is not ["tlbi", var option])
        {
            return words switch
            {
                ["dc", "cvap" or "cvadp"] => "nothing is modelled beyond the Point of Coherency, to which `dc cvac` cleans",
                ["dc", var tagged] when tagged.Length > 3 && tagged[1..] is "gsw" or "gdsw" or "igsw" or "igdsw" or "gva" or "gzva" or "gvac" or "gdvac" or "gvap" or "gdvap" => "allocation tags are not modelled: write the form without them, or leave it out",
                _ => null,
            };
        }

        // What reaches further than the Inner Shareable domain, or speaks of a range, is as its plain form: all pCPUs are in one domain, and ranges are ignored.
        var plain = option.EndsWith("nxs", StringComparison.Ordinal) ? option[..^3] : option;
        plain = plain.EndsWith("os", StringComparison.Ordinal) ? plain[..^2] + "is" : plain;
        var unranged = plain.StartsWith('r') ? plain[1..] : plain;
        return unranged switch
        {
            _ when unranged.Contains("e2", StringComparison.Ordinal) => NoEl2,
            _ when unranged.Contains("e3", StringComparison.Ordinal) => "EL3 is not modelled: leave it out",
            _ when unranged != option && OperationTable.Find("tlbi " + unranged) is not null => $"write `tlbi {unranged}`: all pCPUs are in one Inner Shareable domain, and ranges make no difference",
            _ => null,
        };
    }

    private static IEnumerable<(string Words, string Hint)> Rows() =>
    [
        // RISC-V.
        ("fence.i", $"RISC-V: on Arm write {NewCode}"),
        ("fence", "RISC-V: on Arm write `dmb ish`, or `dsb ish` where maintenance is to complete"),
        ("sfence.vma sfence sinval.vma", "RISC-V: on Arm write `tlbi vmalle1is ; dsb ish ; isb`"),
        ("hfence.gvma hfence.vvma hfence hinval.gvma hinval.vvma", "RISC-V: on Arm a policy or task writes `tlbi vmalls12e1is ; dsb ish`"),
        ("sret mret ecall", Exception),

        // x86.
        ("clflush clflushopt clwb wbinvd", "x86: on Arm write `dc civac, x`, or `dc cvac, x` to clean only"),
        ("mfence", "x86: on Arm write `dmb ish`"),
        ("lfence", "x86: on Arm write `dmb ishld`"),
        ("cpuid serialize iret", "x86: on Arm write `isb`"),
        ("invlpg", "x86: on Arm write `tlbi vae1is ; dsb ish ; isb`"),

        // Exceptions and waiting.
        ("hvc smc wfi wfe wfit wfet yield", Exit),
        ("svc eret brk hlt udf drps", Exception),
        ("sev sevl", "events are not modelled, and a guest may stop at any instruction: leave it out"),
        ("restart cpu_on", "write `reset v`, then `start v`, in a task or handler; a program may `start` another vCPU"),
        ("cpu_off", "write `stop v`, in a task or handler"),
        ("ipi sgi send_ipi smp_call_function smp_send_reschedule kvm_vcpu_kick", Kick),
        ("kick_all_cpus_sync membarrier", Kick + ": one for each vCPU that is to synchronise its context"),
        ("cpu_relax udelay sleep wait wait_event", "what runs takes any time; `await COND` waits"),

        // Instructions that move no cache line.
        ("nop hint", "any instructions may stand between two statements: leave it out"),
        ("b bl br blr bx blx cbz cbnz tbz tbnz jmp jump", Jump),
        ("ret", "a program ends at its end; " + Jump),
        ("mov movz movk movn adr adrp add adds sub subs cmp and orr eor mul lsl lsr bic tst ubfx", Registers),
        ("mrs", "a register field is asked by its name: `if DIC == 0 { … }`, in a policy `v.SCTLR_EL1.M`"),
        ("ldp ldrb ldrh ldrsw ldur ldnp ldtr ldxr ldaxr ldxp ldapr prfm", "write `ldr [x]`"),
        ("stp strb strh stur stnp sttr stxr stlxr stxp", "write `str new, [x]`"),
        ("swp swpal casal ldadd stadd", "a program stores with `str new, [x]`; a policy has `let o = xchg(place, value)` and `let ok = cas(place, expected, value)`"),
        ("at", "address translation has no effect on what is fetched: leave it out"),
        ("cfp dvp cpp cosp", "prediction restrictions have no effect on what is fetched: leave it out"),
        ("sb csdb ssbb pssbb esb psb tsb gcsb clrex", "it is no barrier for caches or fetches: leave it out"),
        ("sys sysl mcr mrc mcrr", "write the operation by its name: `ic ivau, x`"),
        ("iciallu icialluis icimvau", "write `ic iallu` or `ic ialluis`"),

        // Functions.
        ("__clear_cache __builtin___clear_cache flushinstructioncache sys_icache_invalidate caches_clean_inval_pou __flush_cache_user_range sync_icache_aliases", $"write {NewCode}"),
        ("flush_icache_range __flush_icache_range", $"{Kernel}{NewCode}, and then an interrupt of every CPU: {Kick}"),
        ("icache_inval_pou invalidate_icache_range", Kernel + "`ic ivau, x ; dsb ish ; isb`"),
        ("icache_inval_all_pou __flush_icache_all invalidate_icache_all", Kernel + "`ic ialluis ; dsb ish`"),
        ("dcache_clean_pou __clean_dcache_area_pou", Kernel + "`dc cvau, x ; dsb ish`"),
        ("dcache_clean_poc __clean_dcache_area_poc", Kernel + "`dc cvac, x ; dsb sy`"),
        ("dcache_clean_inval_poc __flush_dcache_area kvm_flush_dcache_to_poc", Kernel + "`dc civac, x ; dsb sy`"),
        ("flush_tlb_all local_flush_tlb_all __kvm_tlb_flush_vmid", "write `tlbi vmalle1is ; dsb ish ; isb`, or what the function does"),
        ("__tlbi", "write `tlbi vmalle1is`, say"),
        ("mb", Kernel + "`dsb sy`"),
        ("rmb", Kernel + "`dsb ld`"),
        ("wmb", Kernel + "`dsb st`"),
        ("smp_mb", Kernel + "`dmb ish`"),
        ("smp_rmb", Kernel + "`dmb ishld`"),
        ("smp_wmb", Kernel + "`dmb ishst`"),
        ("write_sysreg write_sysreg_s", "a program writes `msr SCTLR_EL1.M, 1`; a policy sets fields once: `HCR_EL2.FB = 1`"),
        ("memcpy copy_to_user copy_to_user_page memset write", "a store is `str new, [x]`, a line at a time"),

        // Words of alphabets, and of other languages.
        ("store", "in a program a store is `str new, [x]`"),
        ("load", "in a program a load is `ldr [x]`"),
        ("fetch execute run", "in a program a fetch is `exec x`"),
        ("clean", "write `dc cvau, x` (to the PoU) or `dc cvac, x` (to the PoC)"),
        ("inval invalidate", "write `ic ivau, x`"),
        ("barrier", "in a program write `dsb ish`, `dmb ish` or `isb`"),
        ("while loop do", Loops),
        ("goto break continue", Loops + "; `return` ends a handler"),
        ("switch case", "write `if … { } else if … { }`"),
        ("lock unlock spin_lock spin_unlock mutex_lock mutex_unlock read_lock write_lock", "`holding l { … }` takes a lock, and gives it back at its end; `lock l` declares it in the policy"),
        ("var int long bool u64 u32 const auto", "`let n = …` names a value"),
        ("asm volatile", "write the operations themselves: `dsb ish`"),
        ("else", "`else` stands behind the `}` of its `if`"),
    ];
}
