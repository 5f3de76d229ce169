using System.Text;
using CoherenceCheck.Attributes;
using CoherenceCheck.Explorer;
using CoherenceCheck.Language;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Translation.Faults;

/// <summary>Small cells whose verdicts a fault must turn over.</summary>
internal static class FaultCells
{
    private static readonly ArchitectureVocabulary Vocabulary = ArmVocabulary.Create();

    /// <summary>A cell of a shipped scenario about translations, with a row of its own; where it has several cells, the first with some registers.</summary>
    public static CellCase Shipped(string file, string scenario, string property, string row, string registers = "")
    {
        var path = Path.GetFullPath(Path.Combine(Specs.Folder, "..", "translation", file + ".coh"));
        var text = File.ReadAllText(path);
        var at = text.IndexOf($"scenario \"{scenario}\"", StringComparison.Ordinal);
        var expects = text.IndexOf("  expect ", at, StringComparison.Ordinal);
        var ends = text.IndexOf("\n}", expects, StringComparison.Ordinal);
        var asked = Encoding.UTF8.GetBytes($"{text[..expects]}  expect {property} {{ {row} : unstated }}{text[ends..]}");
        var result = SpecLoader.Load(path, Vocabulary, read => Path.GetFullPath(read) == path ? asked : File.ReadAllBytes(read));
        var spec = result.Spec ?? throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
        return Specs.Cells(spec.Scenarios.Single(known => known.Name == scenario)).First(cell => cell.ToString().Contains(registers, StringComparison.Ordinal));
    }

    /// <summary>Two pCPUs.</summary>
    public const string Two = "pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 1 ; CTR_EL0.IDC = 1";

    /// <summary>One pCPU whose guests' attributes count.</summary>
    public const string NoFwb = "pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 1 ; ID_AA64MMFR2_EL1.FWB = 1 ; HCR_EL2.FWB = 0";

    /// <summary>One pCPU where fetches see no store that is not cleaned.</summary>
    public const string NoIdc = "pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0";

    /// <summary>What a vCPU issued is complete before it runs elsewhere.</summary>
    public const string Barrier = "policy barrier { on switch_out(v, p) { dsb ish } }";

    /// <summary>Two frames, and a VM with a page on each.</summary>
    public static string Guest(string vcpus, string tasks = "") =>
        $$"""
        frame f0 { x = zero }
        frame f1 { y = one }
        vm guest {
          page g0 = f0 RWX wb
          page g1 = f1 RWX wb
          {{vcpus}}
        }
        {{tasks}}
        """;

    /// <summary>A question about translations of such a VM.</summary>
    public static CellCase Translating(string vcpus, string row = "none", string tasks = "", string? machine = null, string policies = Barrier) =>
        Written("private_translation", row, Guest(vcpus, tasks), machine ?? Two, policies);

    /// <summary>C17: a page is unmapped under a guest that loads and stores, its MMU on or off.</summary>
    public static CellCase Unmap(string row, bool isOn = true) =>
        Shipped("c17-page-out", isOn ? "C17: page-out of a guest that runs with its MMU on" : "C17, C28: page-out of a guest that runs with its MMU off", "private_translation", row);

    /// <summary>C24: a TLBI behind a write of VTTBR_EL2.</summary>
    public static CellCase Vttbr(string row) => Shipped("c24-vttbr-isb", "C07, C24: a TLBI behind a write of VTTBR_EL2", "private_translation", row);

    /// <summary>C15: a guest that turns its MMU on and off, and cleans.</summary>
    public static CellCase Toggle(string row, bool cleans = false) =>
        Shipped("c15-mmu-toggle", cleans ? "C15 a guest that cleans, too" : "C15 a guest that turns its MMU on and off", "fresh_data", row, "FWB = 0");

    /// <summary>C08: a page that nobody may execute at first.</summary>
    public static CellCase ExecuteNever(string row) => Shipped("c08-execute-never", "C08 one vCPU", "isolation", row, "DIC = 0");

    /// <summary>C14: a VMM writes its image into memory that the guest has used.</summary>
    public static CellCase Reset(string property, string row, string registers) => Shipped("c14-reset", "C14 reset", property, row, registers);

    /// <summary>A guest that writes code and executes it; the other page makes it a question of addresses.</summary>
    public static CellCase Text(string program, string row = "bare_metal", string machine = NoIdc, string property = "fresh_fetch") =>
        Written(property, row, Guest($$"""vcpu A { SCTLR_EL1.M = 1 } { {{program}} ; unmap g1 }"""), machine);

    /// <summary>Guests of any programs that write code and execute it.</summary>
    public static CellCase AnyText(string letters, bool isOn = true) => Written("fresh_fetch", "bare_metal",
        $$"""
        frame f0 { x = zero }
        vm guest { page g0 = f0 RWX wb ; map a -> g0 ; vcpu A { SCTLR_EL1.M = {{(isOn ? 1 : 0)}} } any { {{letters}} } }
        """, NoIdc);

    /// <summary>A cell of a spec that is written here.</summary>
    public static CellCase Written(string property, string row, string body, string machine = Two, string policies = "") => Specs.Cells(
        $$"""
        {{policies}}
        scenario "fault" {
          machine { {{machine}} }
          {{body}}
          expect {{property}} { {{row}} : unstated }
        }
        """).First();

    /// <summary>A cell's verdict is what it should be, and another with the fault.</summary>
    public static void TurnsOver(this CellCase cell, Verdict verdict, Func<TransitionSystem, TransitionSystem> fault)
    {
        Assert.Empty(WellFormedness.Check(fault(cell.Model.System)));
        var sound = cell.Explore();
        Assert.Null(sound.ModelError);
        Assert.Equal(verdict, sound.Verdict);
        var faulty = cell.Explore(fault);
        Assert.Null(faulty.ModelError);
        Assert.Equal(verdict == Verdict.Holds ? Verdict.Violated : Verdict.Holds, faulty.Verdict);
    }

    /// <summary>A cell with and without the fault.</summary>
    public static void Explored(this CellCase cell, Func<TransitionSystem, TransitionSystem> fault, Action<Exploration, Exploration> compare)
    {
        Assert.Empty(WellFormedness.Check(fault(cell.Model.System)));
        compare(cell.Explore(), cell.Explore(fault));
    }
}
