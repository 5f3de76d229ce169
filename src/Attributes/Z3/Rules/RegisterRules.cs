using CoherenceCheck.Attributes.Observation;
using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The registers of a machine, or those that a guest is told.</summary>
internal sealed record RegisterSymbols
{
    public required BoolExpr Dic { get; init; }

    /// <summary>The CTR_EL0.IDC bit.</summary>
    public required BoolExpr IdcBit { get; init; }

    public required Scale LoUU { get; init; }

    public required Scale LoUIS { get; init; }

    public required Scale LoC { get; init; }

    /// <summary>FEAT_S2FWB.</summary>
    public required BoolExpr Feature { get; init; }

    /// <summary>HCR_EL2.FWB as it is written.</summary>
    public required BoolExpr HcrFwb { get; init; }
}

/// <summary>Registers with defaults for what is not set, effective values, and legality, as constraints.</summary>
internal sealed class RegisterRules(QuestionSymbols symbols)
{
    private readonly Constraints _rules = symbols.Rules;

    /// <summary>The registers of the machine, or those that a VM is told.</summary>
    /// <param name="toldTo">The VM that is told them; <see langword="null"/> for the machine's own.</param>
    /// <param name="pe">Whose own CTR_EL0.DIC counts, where it has one.</param>
    public RegisterSymbols Of(string? toldTo, string? pe = null)
    {
        var machine = Machine();
        var registers = toldTo is null ? machine : Told(machine, toldTo);
        return pe is not null && symbols.SetInSpace($"{pe}.CTR_EL0.DIC") is { } own ? registers with { Dic = _rules.Define(RuleBook.OfPe, $"{pe}.dic", symbols.Bit(own)) } : registers;
    }

    /// <summary>C2.</summary>
    public BoolExpr EffectiveIdc(RegisterSymbols registers) => _rules.Define(
        RuleBook.IdcEffective,
        "idc",
        _rules.Or(
            registers.IdcBit,
            _rules.And(
                symbols.Reads("idc_effective", "full"),
                _rules.Or(
                    registers.LoC.Is(_rules, 0),
                    _rules.And(registers.LoUU.Is(_rules, 0), registers.LoUIS.Is(_rules, 0))))));

    /// <summary>Whether HCR_EL2.FWB is in effect.</summary>
    public BoolExpr EffectiveFwb(RegisterSymbols registers) => _rules.Define(RuleBook.FwbEffective, "fwb", _rules.And(registers.HcrFwb, registers.Feature));

    /// <summary>Whether a constraint on registers is met.</summary>
    /// <exception cref="ArgumentException">It is none of registers.</exception>
    public BoolExpr IsMet(RegisterSymbols registers, string constraint) => constraint switch
    {
        "C1" => _rules.Define(RuleBook.DicNeedsIdc, "C1", _rules.Or(_rules.Not(registers.Dic), registers.IdcBit)),
        "C3" => _rules.Define(
            RuleBook.FwbMeansNoClean,
            "C3",
            _rules.Or(
                _rules.Not(registers.Feature),
                symbols.Reads("fwb_implies_idc", "no"),
                _rules.And(registers.LoUU.Is(_rules, 0), registers.LoUIS.Is(_rules, 0)))),
        "C4" => _rules.Define(RuleBook.FwbNeedsFeature, "C4", _rules.Or(_rules.Not(registers.HcrFwb), registers.Feature)),
        "C7" => _rules.Define(
            RuleBook.LevelsInOrder,
            "C7",
            _rules.And(registers.LoUU.NotAbove(_rules, registers.LoUIS), registers.LoUIS.NotAbove(_rules, registers.LoC))),
        "C11" => _rules.Define(
            RuleBook.CachesByPhysicalAddress,
            "C11",
            symbols.SetInSpace("CTR_EL0.L1Ip") is { } policy ? symbols.Where(policy, value => value is "VIPT" or "PIPT") : _rules.True),
        _ => throw new ArgumentException($"There is no constraint '{constraint}' of registers.", nameof(constraint)),
    };

    private RegisterSymbols Machine()
    {
        var writtenFwb = symbols.Set("HCR_EL2.FWB");
        var machineFwb = symbols.SetInSpace("HCR_EL2.FWB");
        var feature = symbols.Set("ID_AA64MMFR2_EL1.FWB") is { } set
            ? symbols.Bit(set)
            : _rules.Define(RuleBook.FeatureDefault, "feature", machineFwb is { } own ? symbols.Bit(own) : _rules.False);
        var hcrFwb = writtenFwb is { } written ? symbols.Bit(written) : _rules.Define(RuleBook.FeatureDefault, "hcr.fwb", feature);

        // Nothing to clean to the PoU is what FEAT_S2FWB stands for.
        var (one, none) = (symbols.Level(1), symbols.Level(0));
        var meansNone = _rules.And(feature, symbols.Reads("fwb_implies_idc", "yes"));
        var pou = new Scale([.. one.Above.Zip(none.Above, (unless, where) => _rules.Or(_rules.And(meansNone, where), _rules.And(_rules.Not(meansNone), unless)))]);
        var levels = Levels("", symbols.Set, (pou, pou, symbols.Level(2)));
        return new RegisterSymbols
        {
            Dic = symbols.Set("CTR_EL0.DIC") is { } dic ? symbols.Bit(dic) : _rules.False,
            IdcBit = symbols.Set("CTR_EL0.IDC") is { } idc ? symbols.Bit(idc) : _rules.False,
            LoUU = levels.LoUU,
            LoUIS = levels.LoUIS,
            LoC = levels.LoC,
            Feature = feature,
            HcrFwb = hcrFwb,
        };
    }

    private RegisterSymbols Told(RegisterSymbols machine, string vm)
    {
        var dic = symbols.SetInSpace($"{vm}.CTR_EL0.DIC");
        var idc = symbols.SetInSpace($"{vm}.CTR_EL0.IDC");

        // Without a level that the VM sets there is one to clean to the PoU, wherever it says that there is something to clean.
        var owes = idc is { } told ? _rules.Not(symbols.Bit(told)) : _rules.False;
        var toldLevels = Levels(vm + ".", symbols.SetInSpace, (AtLeastOne(machine.LoUU, owes), AtLeastOne(machine.LoUIS, owes), machine.LoC));
        return new RegisterSymbols
        {
            Dic = _rules.Define(RuleBook.Told, $"{vm}.dic", dic is { } d ? symbols.Bit(d) : machine.Dic),
            IdcBit = _rules.Define(RuleBook.Told, $"{vm}.idc", idc is { } i ? symbols.Bit(i) : machine.IdcBit),
            LoUU = toldLevels.LoUU,
            LoUIS = toldLevels.LoUIS,
            LoC = toldLevels.LoC,
            Feature = _rules.False,
            HcrFwb = _rules.False,
        };
    }

    private Scale AtLeastOne(Scale level, BoolExpr where) => new([_rules.Or(level.Above[0], where), .. level.Above[1..]]);

    /// <summary>Levels that are set, and the legal ones nearest to their defaults for the others (C7: they do not fall).</summary>
    /// <remarks>What is set may be against C7. Then no value is legal: LoUIS is not below LoUU, and LoUU not above LoUIS, whatever LoC is.</remarks>
    private (Scale LoUU, Scale LoUIS, Scale LoC) Levels(string prefix, Func<string, Input?> set, (Scale LoUU, Scale LoUIS, Scale LoC) defaults)
    {
        var setLoUU = Set("LoUU");
        var setLoC = Set("LoC");
        var louis = Set("LoUIS") ?? Default("LoUIS", NotBelow(NotAbove(defaults.LoUIS, setLoC), setLoUU));
        var louu = setLoUU ?? Default("LoUU", NotAbove(defaults.LoUU, louis));
        var loc = setLoC ?? Default("LoC", NotBelow(NotBelow(defaults.LoC, louu), louis));
        return (louu, louis, loc);

        Scale? Set(string field) => set($"{prefix}CLIDR_EL1.{field}") is { } input ? symbols.Level(input) : null;

        Scale NotAbove(Scale level, Scale? limit) => limit is null ? level : level.Lower(_rules, limit);

        Scale NotBelow(Scale level, Scale? limit) => limit is null ? level : level.Higher(_rules, limit);

        Scale Default(string field, Scale level)
        {
            var symbol = symbols.NewLevel(prefix + field);
            _rules.Rule(RuleBook.LevelDefault, symbol.Same(_rules, level));
            return symbol;
        }
    }
}
