using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What the registers of the host and the guests say, and what type an access therefore has.</summary>
internal sealed class Settings(Question question)
{
    private readonly HardwareChoice _hardware = question.Hardware;

    /// <summary>A field of SCTLR_EL1 as a bit of <see cref="Layout.Sctlr"/>, or -1.</summary>
    public static int SctlrBit(string? field) => field switch { "SCTLR_EL1.M" => 0, "SCTLR_EL1.C" => 1, "SCTLR_EL1.I" => 2, _ => -1 };

    /// <summary>The value of a field of the host.</summary>
    public string Field(string field) => field switch
    {
        "DIC" or "CTR_EL0.DIC" => _hardware.Dic ? "1" : "0",
        "IDC" or "CTR_EL0.IDC" => _hardware.Idc ? "1" : "0",
        "FWB" or "HCR_EL2.FWB" => _hardware.Fwb ? "1" : "0",
        _ => question.Policy.Settings.LastOrDefault(set => set.Field == field && !(set.Label is { } label && question.Without.Contains(label)))?.Value
            ?? question.Scenario.Machine.Axes.FirstOrDefault(axis => axis.Name == field)?.Values[0]
            ?? (field == "HCR_EL2.BSU" ? "NE" : "0"),
    };

    /// <summary>HCR_EL2.FB while a vCPU is loaded.</summary>
    public bool ForcesBroadcast(Vcpu vcpu) => !question.Policy.IsBareMetal && Of(vcpu, "HCR_EL2.FB") == "1";

    /// <summary>HCR_EL2.BSU while a vCPU is loaded: whether its barriers are at least Inner Shareable.</summary>
    public bool UpgradesBarriers(Vcpu vcpu) => !question.Policy.IsBareMetal && Of(vcpu, "HCR_EL2.BSU") != "NE";

    /// <summary>SCTLR_EL1 at first: C and I as M where nothing is said.</summary>
    public static int Sctlr(Vcpu vcpu)
    {
        var m = Bit("SCTLR_EL1.M", 0);
        return m | (Bit("SCTLR_EL1.C", m) << 1) | (Bit("SCTLR_EL1.I", m) << 2);

        int Bit(string field, int otherwise) => vcpu.Axes.FirstOrDefault(axis => axis.Name == field) is { } axis ? Values.Number(axis.Values[0]) : otherwise;
    }

    /// <summary>SCTLR_EL1 after an <c>any</c> guest has turned its MMU on or off: C and I go along where nothing is said of them.</summary>
    public static int Toggled(Vcpu vcpu, int sctlr)
    {
        var mask = 1 | (Says("SCTLR_EL1.C") ? 0 : 2) | (Says("SCTLR_EL1.I") ? 0 : 4);
        return (sctlr & 1) == 0 ? sctlr | mask : sctlr & ~mask;

        bool Says(string field) => vcpu.Axes.Any(axis => axis.Name == field);
    }

    /// <summary>Whether a data access is Write-Back (attributes.md 2 to 4).</summary>
    /// <param name="sctlr">M, C, I in force.</param>
    /// <param name="d">The stage-1 leaf.</param>
    /// <param name="s">The stage-2 leaf; <see langword="null"/> for the ghost, which has none.</param>
    public bool DataIsWriteBack(int sctlr, int d, Leaf? s) => Combine((sctlr & 3) == 3 && (d & 1) == 0, s);

    /// <summary>Whether bare metal may come by a clean copy of a line through a leaf.</summary>
    public bool MayCopy(int sctlr, int d) =>
        DataIsWriteBack(sctlr, d, s: null) || (_hardware.FetchesLeaveCopies && !Fetches(sctlr, d, s: null).HasFlag(FetchPoints.NonCacheable));

    /// <summary>Where a fetch reads.</summary>
    public FetchPoints Fetches(int sctlr, int d, Leaf? s)
    {
        var stageOne = (sctlr & 1, (sctlr >> 2) & 1) switch
        {
            (0, 1) => _hardware.WtFetchesAtPoC ? FetchPoints.Both : FetchPoints.Unification,
            (1, 1) when (d & 1) == 0 => FetchPoints.WriteBack,
            _ => NonCacheable(),
        };
        return s is null || s.Type == PageType.WriteBack ? s is not null && _hardware.Fwb ? FetchPoints.WriteBack : stageOne : NonCacheable();
    }

    private FetchPoints NonCacheable() => _hardware.NcFetchesAtPoU ? FetchPoints.NonCacheable | FetchPoints.Both : FetchPoints.NonCacheable | FetchPoints.Coherency;

    private bool Combine(bool stageOne, Leaf? s) => s is null ? stageOne : s.Type == PageType.WriteBack && (_hardware.Fwb || stageOne);

    private string Of(Vcpu vcpu, string field) => vcpu.Axes.FirstOrDefault(axis => axis.Name == field)?.Values[0] ?? Field(field);
}

/// <summary>Where a fetch may read.</summary>
[Flags]
internal enum FetchPoints
{
    /// <summary>At the Point of Unification: F.</summary>
    Unification = 1,

    /// <summary>At the Point of Coherency.</summary>
    Coherency = 2,

    /// <summary>At either.</summary>
    Both = 3,

    /// <summary>As Non-cacheable: with DIC = 1 only these fill I-caches.</summary>
    NonCacheable = 4,

    /// <summary>As Write-Back.</summary>
    WriteBack = Unification,
}
