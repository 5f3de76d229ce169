using CoherenceCheck.Attributes.Observation;
using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>How a vCPU reaches a line: what the attributes of its fetches and of its data accesses mean for coherence.</summary>
internal sealed partial class ObservableRules
{
    private ValuePart[] Access(AccessObservable observable)
    {
        var registers = _registers.Of(observable.BareMetal, observable.Pe);
        var input = Inputs(observable, registers);
        var others = Others(observable, input);
        var isReserved = others.Count == 0 ? _rules.False : _rules.Define(RuleBook.ReservedIsAny, "reserved", IsReserved(input.MemAttr, input.Hcr.Fwb));
        var fetch = new AccessRules(_rules, "fetch").Assert(input with { IsFetch = _rules.True }, others);
        var data = new AccessRules(_rules, "data").Assert(input with { IsFetch = _rules.False }, others);
        var control = fetch.Own.Control;
        var hasPoC = registers.LoC.AtLeast(1);
        var executable = observable.BareMetal is null ? _rules.Not(symbols.Bit(observable.Page.ExecuteNever)) : _rules.True;

        var executes = _rules.Define(RuleBook.Executes, "executes", _rules.And(executable, AnyFetch(result => _rules.Not(result.Faults))));
        var fills = _rules.Define(RuleBook.Fills, "fills", _rules.Or(executable, symbols.Reads("xn_blocks_alloc", "no")));
        var isKeptOut = _rules.And(symbols.Reads("sctlr_i_alloc", "icache"), _rules.Not(input.I), _rules.Not(control.Dc));
        var allocates = _rules.Define(RuleBook.Allocates, "allocates", _rules.And(fills, _rules.Not(isKeptOut)));

        var uncached = _rules.Define(RuleBook.Uncached, "uncached", _rules.And(AnyFetch(result => IsUncached(result.Type)), hasPoC));
        var cached = AnyFetch(result => _rules.Not(IsUncached(result.Type)));
        var mismatched = _rules.And(
            AnyFetch(result => result.Type.Weaker(_rules).Is(_rules, (int)MemoryClass.WriteThrough)),
            _rules.Not(control.Stage1On),
            _rules.Not(control.Dc),
            input.I,
            symbols.Reads("mmuoff_wt_point", "poc_or_pou"));
        var pou = _rules.Define(RuleBook.ReadsPoU, "pou", _rules.Or(cached, _rules.Not(hasPoC), symbols.Reads("nc_fetch_point", "poc_or_pou")));
        var poc = _rules.Define(RuleBook.ReadsPoC, "poc", _rules.Or(uncached, _rules.And(mismatched, hasPoC)));

        var coherentFill = symbols.Reads("dic_snoops_nc", "coherent_fill");
        var leaves = _rules.And(allocates, _rules.Or(_rules.Not(registers.Dic), _rules.And(uncached, _rules.Not(coherentFill))));
        var isCoherent = _rules.And(registers.Dic, coherentFill);
        return ValuePart.OfBits(
            _rules,
            _rules.Define(RuleBook.LineFills, "fills.pou", _rules.And(leaves, pou)),
            _rules.Define(RuleBook.LineFills, "fills.poc", _rules.And(leaves, poc)),
            _rules.Define(RuleBook.LineDelivers, "delivers.pou", _rules.And(executes, _rules.Or(pou, isCoherent))),
            _rules.Define(RuleBook.LineDelivers, "delivers.poc", _rules.And(executes, poc, _rules.Not(isCoherent))),
            executes,
            _rules.Define(RuleBook.DataCached, "data.cached", _rules.Not(_rules.And(Any(data, result => IsUncached(result.Type)), hasPoC))));

        BoolExpr AnyFetch(Func<ResultSymbols, BoolExpr> condition) => Any(fetch, condition);

        BoolExpr Any((ResultSymbols Own, IReadOnlyList<ResultSymbols> Others) results, Func<ResultSymbols, BoolExpr> condition) => others.Count == 0
            ? condition(results.Own)
            : _rules.Or(
                _rules.And(_rules.Not(isReserved), condition(results.Own)),
                _rules.And(isReserved, _rules.Or([.. results.Others.Select(condition)])));
    }

    /// <summary>Of mixed cacheability the weaker half decides; a Device type is weaker still.</summary>
    private BoolExpr IsUncached(TypeSymbols type) => _rules.Not(type.Weaker(_rules).AtLeast((int)MemoryClass.WriteThrough));

    /// <summary>The encodings that a reserved MemAttr counts as, where the page may have one: all others. What happens under some of them may happen.</summary>
    private IReadOnlyList<BoolExpr[]> Others(AccessObservable observable, AccessSymbols input) =>
        observable.BareMetal is not null || !MayBeReserved(observable.Page)
            ? []
            : [
                .. Enumerable.Range(0, 1 << input.MemAttr.Length).Where(number => !IsReserved(number))
                    .Select(number => input.MemAttr.Select((_, bit) => _rules.Fixed((number >> bit & 1) != 0)).ToArray()),
            ];

    private bool MayBeReserved(Stage2Page page) => ValuesOf(page.MemAttr).Concat(ValuesOf(page.MemAttrWithFwb)).Any(digits => digits is not "0000" && digits.EndsWith("00", StringComparison.Ordinal));

    private IEnumerable<string> ValuesOf(Input input)
    {
        if (input.Dimension is not { } name)
        {
            return [input.Value];
        }

        var number = symbols.Question.Space.Find(name);
        return number < 0 ? [] : symbols.Question.Space.Dimensions[number].Values;
    }

    private AccessSymbols Inputs(AccessObservable observable, RegisterSymbols registers)
    {
        var isMachine = observable.BareMetal is null;
        var fwb = _registers.EffectiveFwb(registers);
        var anywhere = ShareabilitySymbols.Fixed(_rules, Shareability.InnerShareable);
        return new AccessSymbols
        {
            IsFetch = _rules.False,
            M = symbols.Bit(observable.M),
            C = symbols.Bit(observable.C),
            I = symbols.Bit(observable.I),
            Hcr = new HypervisorSymbols(
                _rules.Fixed(isMachine),
                Hypervisor("HCR_EL2.DC"),
                Hypervisor("HCR_EL2.CD"),
                Hypervisor("HCR_EL2.ID"),
                E2H: _rules.False,
                Tge: _rules.False,
                fwb),
            Attribute = TypeSymbols.Fixed(_rules, observable.Stage1),
            Stage1Shareability = anywhere,
            MemAttr = isMachine ? MemAttr(observable.Page, fwb) : [_rules.True, _rules.True, _rules.True, _rules.True],
            Stage2Shareability = anywhere,
            Readings = new AccessReadings(
                symbols.Reads("fwb_ifetch", "no_effect"),
                symbols.Reads("fwb_ifetch", "no_effect_when_m0_i0"),
                symbols.Reads("device_fetch", "permission_fault"),
                UncachedIsOuter: _rules.False),
        };

        BoolExpr Hypervisor(string field) => isMachine && symbols.Set(field) is { } set ? symbols.Bit(set) : _rules.False;
    }
}
