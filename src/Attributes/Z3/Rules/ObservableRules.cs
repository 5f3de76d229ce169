using CoherenceCheck.Attributes.Observation;
using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The values of observables, as constraints.</summary>
internal sealed partial class ObservableRules(QuestionSymbols symbols)
{
    private readonly Constraints _rules = symbols.Rules;
    private readonly RegisterRules _registers = new(symbols);

    /// <summary>Asserts all rules that the value of an observable follows from.</summary>
    /// <exception cref="ArgumentException">It names a dimension, field, reading or constraint that there is not.</exception>
    public ValuePart[] Value(Observable observable) => observable switch
    {
        FieldObservable field => Field(field),
        ReadingObservable reading => Reading(reading),
        CacheObservable cache => Caches(cache),
        AccessObservable access => Access(access),
        RegisterLegality legality => ValuePart.OfBits(_rules, _registers.IsMet(_registers.Of(legality.ToldTo, legality.Pe), legality.Constraint)),
        EncodingLegality legality => ValuePart.OfBits(_rules, IsMet(legality)),
        _ => throw new ArgumentException($"There is no observable {observable}.", nameof(observable)),
    };

    private ValuePart[] Field(FieldObservable observable)
    {
        var known = FieldRegistry.All.FirstOrDefault(known => known.Name == observable.Field)
            ?? throw new ArgumentException($"There is no field '{observable.Field}'.", nameof(observable));
        var registers = _registers.Of(observable.ToldTo, observable.Pe);
        return known.Name switch
        {
            "CTR_EL0.DIC" or "DIC" => ValuePart.OfBits(_rules, registers.Dic),
            "CTR_EL0.IDC" => ValuePart.OfBits(_rules, registers.IdcBit),
            "IDC" => ValuePart.OfBits(_rules, _registers.EffectiveIdc(registers)),
            "CLIDR_EL1.LoUU" => OfLevel(registers.LoUU),
            "CLIDR_EL1.LoUIS" => OfLevel(registers.LoUIS),
            "CLIDR_EL1.LoC" => OfLevel(registers.LoC),
            "ID_AA64MMFR2_EL1.FWB" => ValuePart.OfBits(_rules, registers.Feature),
            "HCR_EL2.FWB" => ValuePart.OfBits(_rules, registers.HcrFwb),
            "FWB" => ValuePart.OfBits(_rules, _registers.EffectiveFwb(registers)),
            "SCTLR_EL1.M" or "SCTLR_EL1.C" or "SCTLR_EL1.I" => throw new ArgumentException($"{known.Name} is a vCPU's.", nameof(observable)),

            // A guest is told nothing of EL2, which is at its first value then.
            _ => OfChoice(observable.ToldTo is null ? symbols.Set(known.Name) : null, known.Values),
        };
    }

    private ValuePart[] OfLevel(Scale level) => ValuePart.OfCases(_rules, Enumerable.Range(0, level.Above.Length + 1).Select(position => level.Is(_rules, position)));

    private ValuePart[] OfChoice(Input? set, IReadOnlyList<string> values)
    {
        var input = set ?? Input.Fixed(values[0]);
        return ValuePart.OfCases(_rules, values.Select(value => symbols.Where(input, given => given == value)));
    }

    private ValuePart[] Reading(ReadingObservable observable)
    {
        var input = symbols.Reading(observable.Reading);
        return OfChoice(input, [.. ReadingRegistry.Find(observable.Reading)!.Info.Values.Select(value => value.Name)]);
    }

    private ValuePart[] Caches(CacheObservable observable)
    {
        var registers = _registers.Of(observable.ToldTo, observable.Pe);
        return ValuePart.OfBits(
            _rules,
            _rules.Define(RuleBook.CachesOwe, "caches.idc", _registers.EffectiveIdc(registers)),
            _rules.Define(RuleBook.CachesOwe, "caches.snoop", _rules.And(registers.Dic, symbols.Reads("dic_snoops_nc", "at_store"))),
            _rules.Define(RuleBook.CachesOwe, "caches.nop", _rules.And(registers.Dic, symbols.Reads("dic_ic_nop", "nop"))),
            _rules.Define(RuleBook.CachesOwe, "caches.loc", registers.LoC.Is(_rules, 0)));
    }

    private BoolExpr IsMet(EncodingLegality legality)
    {
        var fwb = _registers.EffectiveFwb(_registers.Of(null));
        var memAttr = MemAttr(legality.Page, fwb);
        return legality.Constraint switch
        {
            "C9" => _rules.Define(
                RuleBook.NoReserved,
                "C9",
                _rules.Not(IsReserved(memAttr, fwb))),
            "C10" => _rules.Define(RuleBook.TopBitClear, "C10", _rules.Not(_rules.And(fwb, memAttr[3]))),
            _ => throw new ArgumentException($"There is no constraint '{legality.Constraint}' of encodings.", nameof(legality)),
        };
    }

    /// <summary>The bits of MemAttr, bit 0 first.</summary>
    private BoolExpr[] MemAttr(Stage2Page page, BoolExpr fwb) =>
    [
        .. Enumerable.Range(0, 4).Select(bit => _rules.Or(
            _rules.And(fwb, symbols.Where(page.MemAttrWithFwb, IsSet(bit))),
            _rules.And(_rules.Not(fwb), symbols.Where(page.MemAttr, IsSet(bit))))),
    ];

    /// <summary>x100 with FWB; without, a Normal outer half and no inner one.</summary>
    private BoolExpr IsReserved(BoolExpr[] memAttr, BoolExpr fwb) => _rules.And(
        _rules.Not(memAttr[0]),
        _rules.Not(memAttr[1]),
        _rules.Or(memAttr[2], _rules.And(_rules.Not(fwb), memAttr[3])));

    /// <summary>Encodings that are reserved without FWB. The others stand for all that are not reserved with it, too: none ends in 100, and all other endings occur.</summary>
    private static bool IsReserved(int memAttr) => memAttr is 0b0100 or 0b1000 or 0b1100;

    private static Predicate<string> IsSet(int bit) => digits => digits[^(bit + 1)] == '1';
}
