using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Machine.Translation;

namespace CoherenceCheck.Model.Cells;

/// <summary>What registers, readings and attributes come to in the cells of a scenario: the one place where the model says what it looks at.</summary>
internal sealed class CellFacts(Scenario scenario)
{
    /// <summary>The field that one PE may have otherwise than the others: its I-cache is coherent, or it is not.</summary>
    public const string OfPe = "CTR_EL0.DIC";

    /// <summary>The caches that the machine has, or those that a VM is told of.</summary>
    /// <param name="toldTo">The VM; <see langword="null"/> for the machine.</param>
    /// <param name="pe">The pCPU or vCPU whose own DIC counts; <see langword="null"/> where none has one.</param>
    public Seen<CacheFlags> Caches(int? toldTo, string? pe = null) => Seen.Of(new CacheObservable(NameOf(toldTo)) { Pe = pe }).Select(flags => (CacheFlags)flags);

    /// <summary>Whether a vCPU is told something of its caches.</summary>
    public Seen<bool> Told(Vcpu vcpu, CacheFlags flag) => Caches(vcpu.Vm, Own(vcpu)).Select(flags => flags.HasFlag(flag));

    /// <summary>A vCPU that is told a DIC of its own, by its name; <see langword="null"/> for any other.</summary>
    public static string? Own(Vcpu vcpu) => SetsItself(vcpu, OfPe) ? vcpu.Name : null;

    /// <summary>Whether a reading has a value.</summary>
    /// <exception cref="ArgumentException">There is no such reading, or it has no such value.</exception>
    public static Seen<bool> Reads(string reading, string value)
    {
        var values = ReadingRegistry.Find(reading)?.Info.Values.Select(known => known.Name).ToList()
            ?? throw new ArgumentException($"There is no reading '{reading}'.", nameof(reading));
        return values.IndexOf(value) is >= 0 and var number
            ? Seen.Of(new ReadingObservable(reading)).Select(found => found == number)
            : throw new ArgumentException($"Reading '{reading}' has no value '{value}'.", nameof(value));
    }

    /// <summary>A register field of the machine, or of what a VM is told, as a number: a bit or level as it is, other values by their position.</summary>
    public Seen<int> Field(int? toldTo, string field, string? pe = null) => Seen.Of(new FieldObservable(NameOf(toldTo), field) { Pe = pe });

    /// <summary>Whether a register field of the machine has a value.</summary>
    public Seen<bool> FieldIs(string field, string value, string? pe = null)
    {
        var number = FieldRegistry.ValuesOf(field).IndexOf(value, 0, StringComparer.Ordinal);
        return Field(null, field, pe).Select(found => found == number);
    }

    /// <summary>Whether a field of HCR_EL2 has a value while a vCPU is loaded: as the vCPU sets it, else as the policy or the machine does. Without a host there is none.</summary>
    public Seen<bool> HypervisorIs(Vcpu vcpu, string field, string value, bool isBareMetal) => !isBareMetal && SetsItself(vcpu, field)
        ? Seen.Of(Input.Open(ScenarioSpace.NameOf(vcpu.Name, field))).Select(found => found == value)
        : FieldIs(field, value);

    /// <summary>Whether a field of HCR_EL2 is set for a vCPU of its own.</summary>
    public static bool SetsItself(Vcpu vcpu, string field) => vcpu.Axes.Any(axis => axis.Name == field);

    /// <summary>What SCTLR_EL1 says of a field when a vCPU starts: as set; else M is 0 as at reset, C and I are as M.</summary>
    public static Input Initially(Vcpu vcpu, string field) => vcpu.Axes.Any(axis => axis.Name == field) ? Input.Open(ScenarioSpace.NameOf(vcpu.Name, field))
        : field == "SCTLR_EL1.M" ? Input.Fixed(false)
        : Initially(vcpu, "SCTLR_EL1.M");

    /// <summary>What an access of a vCPU by a pair of leaves comes to, with some values of SCTLR_EL1: on the machine under stage 2, or without it on bare metal.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="stage1">What stage 1 maps.</param>
    /// <param name="stage2">What stage 2 maps; <see langword="null"/> on bare metal.</param>
    /// <param name="sctlr">The values of SCTLR_EL1.</param>
    /// <param name="pcpu">The pCPU whose own DIC counts, under stage 2; <see langword="null"/> where none has one.</param>
    /// <remarks>With HCR_EL2.DC = 1 for the vCPU its stage 1 is off and gives Normal Write-Back (D8.2.12.1 R_WFZPW): as a stage 1 that is on, with caches on, and maps all Write-Back.</remarks>
    public Seen<AccessFlags> Access(Vcpu vcpu, Stage1Leaf stage1, Stage2Leaf? stage2, Sctlr sctlr, string? pcpu = null) => stage2 is not null && SetsItself(vcpu, "HCR_EL2.DC")
        ? Seen.If(Seen.Bit(Input.Open(ScenarioSpace.NameOf(vcpu.Name, "HCR_EL2.DC"))), AccessAs(vcpu, new Stage1Leaf(MemoryClass.WriteBack), stage2, Sctlr.All(true), pcpu), AccessAs(vcpu, stage1, stage2, sctlr, pcpu))
        : AccessAs(vcpu, stage1, stage2, sctlr, pcpu);

    private Seen<AccessFlags> AccessAs(Vcpu vcpu, Stage1Leaf stage1, Stage2Leaf? stage2, Sctlr sctlr, string? pcpu) => Seen.Of(new AccessObservable(
        stage2 is null ? NameOf(vcpu.Vm) : null, sctlr.M, sctlr.C, sctlr.I, stage1.Type, stage2 is null ? WithoutStage2 : PageOf(stage2.Page))
    { Pe = stage2 is null ? Own(vcpu) : pcpu }).Select(flags => (AccessFlags)flags);

    // Nothing of it is looked at.
    private static Stage2Page WithoutStage2 { get; } = new(Input.Fixed("1111"), Input.Fixed("0110"), Input.Fixed(false));

    /// <summary>A page as stage 2 maps it.</summary>
    public static Stage2Page PageOf(Page page)
    {
        var executeNever = page.Axes.Any(axis => axis.Name == PageFields.ExecuteNever)
            ? Input.Open(ScenarioSpace.NameOf(page.Name, PageFields.ExecuteNever))
            : Input.Fixed(!page.Executable);
        return page.Axes.Any(axis => axis.Name == PageFields.MemAttr)
            ? new Stage2Page(Input.Open(ScenarioSpace.NameOf(page.Name, PageFields.MemAttr)), Input.Open(ScenarioSpace.NameOf(page.Name, PageFields.MemAttr)), executeNever)
            : new Stage2Page(Input.Fixed(Encoding(page.Type, fwb: false)), Input.Fixed(Encoding(page.Type, fwb: true)), executeNever);
    }

    /// <summary>The stage-2 encodings of KVM (arch/arm64/include/asm/memory.h): memory 1111, with FWB 0110; Non-cacheable 0101; Device-nGnRE 0001.</summary>
    private static string Encoding(PageType type, bool fwb) => type switch
    {
        PageType.WriteBack => fwb ? "0110" : "1111",
        PageType.NonCacheable => "0101",
        PageType.Device => "0001",
        _ => throw new InvalidOperationException($"No encoding for {type}."),
    };

    private string? NameOf(int? vm) => vm is { } number ? scenario.Vms[number].Name : null;
}

/// <summary>Values of SCTLR_EL1.</summary>
/// <param name="M">The MMU is on.</param>
/// <param name="C">Data accesses may be cacheable.</param>
/// <param name="I">Fetches may be cacheable.</param>
internal readonly record struct Sctlr(Input M, Input C, Input I)
{
    /// <summary>All three the same.</summary>
    public static Sctlr All(bool value) => new(Input.Fixed(value), Input.Fixed(value), Input.Fixed(value));
}
