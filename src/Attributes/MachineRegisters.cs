using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>The registers of a machine, or those that a guest is told, with defaults for what is not set.</summary>
/// <remarks>Arm ARM D24 CTR_EL0, CLIDR_EL1, HCR_EL2, ID_AA64MMFR2_EL1. A cache level that is not set takes the legal value nearest
/// to its default: LoUU = LoUIS = 1 and LoC = 2, but LoUU = LoUIS = 0 with FEAT_S2FWB (C3).</remarks>
public sealed class MachineRegisters
{
    private const string CtrIdc = "CTR_EL0.IDC";
    private const string HcrFwb = "HCR_EL2.FWB";
    private const string IdFwb = "ID_AA64MMFR2_EL1.FWB";

    // The value of a field that is set, or null.
    private readonly Func<string, string?> _set;

    private readonly Func<CacheLevels> _defaults;
    private readonly Func<bool> _hasFwb;

    /// <summary>Takes what is set.</summary>
    /// <param name="machine">Fields of the machine.</param>
    /// <param name="policy">Fields that the hypervisor sets; they win.</param>
    /// <param name="readings">Readings that defaults and effective values depend on.</param>
    public MachineRegisters(IReadOnlyDictionary<string, string> machine, IReadOnlyDictionary<string, string> policy, ReadingSet readings)
        : this(field => machine.GetValueOrDefault(field), policy, readings)
    {
    }

    /// <summary>The same, but a field of the machine is asked for when it is needed.</summary>
    internal MachineRegisters(Func<string, string?> machine, IReadOnlyDictionary<string, string> policy, ReadingSet readings)
    {
        _set = field => policy.GetValueOrDefault(field) ?? machine(field);

        // A machine on which FWB is set has the feature, also where a policy then leaves it off.
        _hasFwb = () => (machine(IdFwb) ?? machine(HcrFwb)) == "1";
        _defaults = () => HasFwb && readings.FwbImpliesIdc ? new CacheLevels(0, 0, 2) : new CacheLevels(1, 1, 2);
        Readings = readings;
    }

    private MachineRegisters(Func<string, string?> set, Func<CacheLevels> defaults, ReadingSet readings)
    {
        _set = set;
        _hasFwb = () => false;
        _defaults = defaults;
        Readings = readings;
    }

    /// <summary>The readings.</summary>
    public ReadingSet Readings { get; }

    /// <summary>FEAT_S2FWB.</summary>
    public bool HasFwb => _hasFwb();

    /// <summary>CTR_EL0.DIC, which is effective as it stands. DIC and IDC are common to all PEs of an Inner Shareable domain (C5).</summary>
    public bool Dic => IsSet("CTR_EL0.DIC");

    /// <summary>The CTR_EL0.IDC bit.</summary>
    public bool IdcBit => IsSet(CtrIdc);

    /// <summary>CLIDR_EL1.LoUU.</summary>
    public int LoUU => Level("CLIDR_EL1.LoUU") ?? Math.Min(_defaults().LoUU, LoUIS);

    /// <summary>CLIDR_EL1.LoUIS.</summary>
    public int LoUIS => Level("CLIDR_EL1.LoUIS")
        ?? Math.Max(Level("CLIDR_EL1.LoUU") ?? 0, Math.Min(_defaults().LoUIS, Level("CLIDR_EL1.LoC") ?? int.MaxValue));

    /// <summary>CLIDR_EL1.LoC.</summary>
    public int LoC => Level("CLIDR_EL1.LoC") ?? Math.Max(_defaults().LoC, Math.Max(LoUU, LoUIS));

    /// <summary>Effective IDC (C2): the bit, or nothing to clean to the PoU; reading <c>idc_effective</c>.</summary>
    /// <remarks>What FEAT_S2FWB implies (C3; reading <c>fwb_implies_idc</c>) comes in through LoUU and LoUIS.</remarks>
    public bool Idc => IdcBit || (Readings.IdcEffective == IdcEffective.Full && (LoC == 0 || (LoUU == 0 && LoUIS == 0)));

    /// <summary>Effective FWB (C4) for guests, which run under stage 2.</summary>
    public bool Fwb => HasFwb && IsSet(HcrFwb, HasFwb);

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

    /// <summary>The registers that a guest is told: the machine's CTR_EL0 and CLIDR_EL1, changed by what its VM sets; nothing of EL2.</summary>
    /// <param name="machine">Fields of the machine.</param>
    /// <param name="vm">Fields that the VM sets.</param>
    /// <param name="readings">Readings that defaults and effective values depend on.</param>
    /// <remarks>A VM that sets IDC = 0 is told of LoUU and LoUIS of at least 1 where it does not set them, also where the machine has none to clean: KVM's reset_clidr
    /// makes up a CLIDR_EL1 that agrees with the IDC of the guest (arch/arm64/kvm/sys_regs.c).</remarks>
    public static MachineRegisters Told(IReadOnlyDictionary<string, string> machine, IReadOnlyDictionary<string, string> vm, ReadingSet readings) =>
        Told(field => machine.GetValueOrDefault(field), field => vm.GetValueOrDefault(field), readings);

    /// <summary>The same, but fields are asked for when they are needed.</summary>
    internal static MachineRegisters Told(Func<string, string?> machine, Func<string, string?> vm, ReadingSet readings)
    {
        var hardware = new MachineRegisters(machine, ImmutableDictionary<string, string>.Empty, readings);
        int Least() => vm(CtrIdc) == "0" ? 1 : 0;
        return new MachineRegisters(
            field => vm(field) ?? (field.StartsWith("CTR_EL0.", StringComparison.Ordinal) ? machine(field) : null),
            () => new CacheLevels(Math.Max(hardware.LoUU, Least()), Math.Max(hardware.LoUIS, Least()), hardware.LoC),
            readings);
    }

    /// <summary>The value of a field, derived ones included.</summary>
    /// <param name="field">As <see cref="FieldRegistry"/> names it; SCTLR_EL1 is a vCPU's.</param>
    /// <exception cref="ArgumentException">There is no such field, or it is a vCPU's.</exception>
    public string Get(string field) => field switch
    {
        "DIC" => Text(Dic),
        "IDC" => Text(Idc),
        "FWB" => Text(Fwb),
        IdFwb => Text(HasFwb),
        HcrFwb => Text(IsSet(HcrFwb, HasFwb)),
        "CLIDR_EL1.LoUU" => LoUU.ToString(),
        "CLIDR_EL1.LoUIS" => LoUIS.ToString(),
        "CLIDR_EL1.LoC" => LoC.ToString(),
        _ => _set(field) ?? FieldRegistry.DefaultOf(field),
    };

    private bool IsSet(string field, bool byDefault = false) => _set(field) is { } value ? value == "1" : byDefault;

    private int? Level(string field) => _set(field) is { } value ? int.Parse(value) : null;

    private static string Text(bool value) => value ? "1" : "0";

    private readonly record struct CacheLevels(int LoUU, int LoUIS, int LoC);
}
