using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>The registers of a machine, or those that a guest is told, with defaults for what is not set.</summary>
/// <remarks>Arm ARM CTR_EL0, CLIDR_EL1, HCR_EL2, ID_AA64MMFR2_EL1. Values are as a spec writes them.</remarks>
public sealed class MachineRegisters
{
    private readonly ImmutableDictionary<string, string> _set;
    private readonly bool _fwbLevels;

    /// <summary>Takes what is set.</summary>
    /// <param name="machine">Fields of the machine.</param>
    /// <param name="policy">Fields that the hypervisor sets; they win.</param>
    /// <param name="readings">Readings that defaults depend on.</param>
    public MachineRegisters(IReadOnlyDictionary<string, string> machine, IReadOnlyDictionary<string, string> policy, ReadingSet readings)
    {
        Readings = readings;
        _set = ImmutableDictionary.CreateRange(StringComparer.Ordinal, machine).SetItems(policy);

        // A machine on which FWB is set has the feature, also where a policy then leaves it off.
        HasFwb = machine.TryGetValue("ID_AA64MMFR2_EL1.FWB", out var feature)
            ? feature == "1"
            : machine.GetValueOrDefault("HCR_EL2.FWB") == "1";
        _fwbLevels = HasFwb && readings.Is("fwb_implies_idc", "yes");
    }

    /// <summary>The readings.</summary>
    public ReadingSet Readings { get; }

    /// <summary>FEAT_S2FWB.</summary>
    public bool HasFwb { get; }

    /// <summary>CTR_EL0.DIC. DIC and IDC are common to all PEs of an Inner Shareable domain (C5).</summary>
    public bool Dic => IsSet("CTR_EL0.DIC");

    /// <summary>The CTR_EL0.IDC bit.</summary>
    public bool IdcBit => IsSet("CTR_EL0.IDC");

    /// <summary>CLIDR_EL1.LoUU; 1 where nothing is said, 0 with FEAT_S2FWB (C3).</summary>
    public int LoUU => Level("CLIDR_EL1.LoUU", _fwbLevels ? 0 : 1);

    /// <summary>CLIDR_EL1.LoUIS; as <see cref="LoUU"/>.</summary>
    public int LoUIS => Level("CLIDR_EL1.LoUIS", _fwbLevels ? 0 : 1);

    /// <summary>CLIDR_EL1.LoC; 2 where nothing is said.</summary>
    public int LoC => Level("CLIDR_EL1.LoC", 2);

    /// <summary>Effective IDC (C2): the bit, or nothing to clean to the PoU.</summary>
    public bool Idc => IdcBit || (Readings.Is("idc_effective", "full") && (LoC == 0 || (LoUU == 0 && LoUIS == 0)));

    /// <summary>Effective FWB (C4).</summary>
    public bool Fwb => HasFwb && IsSet("HCR_EL2.FWB", HasFwb);

    /// <summary>HCR_EL2.FB.</summary>
    public bool Fb => IsSet("HCR_EL2.FB");

    /// <summary>Whether HCR_EL2.BSU makes barriers at least Inner Shareable.</summary>
    public bool UpgradesBarriers => Get("HCR_EL2.BSU") != "NE";

    /// <summary>HCR_EL2.DC.</summary>
    public bool Dc => IsSet("HCR_EL2.DC");

    /// <summary>HCR_EL2.CD.</summary>
    public bool Cd => IsSet("HCR_EL2.CD");

    /// <summary>HCR_EL2.ID.</summary>
    public bool Id => IsSet("HCR_EL2.ID");

    /// <summary>The value of a field, derived ones included.</summary>
    /// <param name="field">As <see cref="FieldRegistry"/> names it; SCTLR_EL1 is not the machine's.</param>
    public string Get(string field) => field switch
    {
        "DIC" => Text(Dic),
        "IDC" => Text(Idc),
        "FWB" => Text(Fwb),
        "ID_AA64MMFR2_EL1.FWB" => Text(HasFwb),
        "HCR_EL2.FWB" => Text(IsSet("HCR_EL2.FWB", HasFwb)),
        "CLIDR_EL1.LoUU" => LoUU.ToString(),
        "CLIDR_EL1.LoUIS" => LoUIS.ToString(),
        "CLIDR_EL1.LoC" => LoC.ToString(),
        "HCR_EL2.BSU" => _set.GetValueOrDefault(field, "NE"),
        _ => _set.GetValueOrDefault(field, "0"),
    };

    private bool IsSet(string field, bool byDefault = false) => _set.TryGetValue(field, out var value) ? value == "1" : byDefault;

    private int Level(string field, int byDefault) => _set.TryGetValue(field, out var value) ? int.Parse(value) : byDefault;

    private static string Text(bool value) => value ? "1" : "0";
}
