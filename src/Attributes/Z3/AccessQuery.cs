using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The rules of one access with every input open; a question fixes them by assumptions. The caller holds the lock of the context.</summary>
internal sealed class AccessQuery : IDisposable
{
    private readonly Solver _solver;
    private readonly Constraints _rules;
    private readonly AccessSymbols _access;
    private readonly ResultSymbols _result;
    private readonly Dictionary<BoolExpr, BoolExpr> _negations = [];

    // Made when they are first needed: every symbol makes every model larger.
    private readonly Dictionary<MemoryType, BoolExpr> _otherAttributes = [];
    private readonly Dictionary<AccessAttributes, BoolExpr> _otherResults = [];

    public AccessQuery(Z3Session session, RuleFault? fault)
    {
        _solver = session.NewSolver();
        _rules = new Constraints(session.Context, _solver, fault);
        _access = Open(_rules);
        _result = new AccessRules(_rules, "access").Assert(_access);
        foreach (var input in Inputs(_access))
        {
            _negations.TryAdd(input, _rules.Not(input));
        }
    }

    /// <summary>All results that the rules permit.</summary>
    public List<AccessAttributes> Results(AttributeInput input, ReadingSet readings)
    {
        var assumptions = Assumptions(input, readings);
        List<AccessAttributes> results = [];
        while (_solver.CanBe(assumptions))
        {
            using var model = _solver.Model;
            var result = new AccessAttributes(model.Type(_result.Type), (Shareability)model.Position(_result.Shareability), model.IsTrue(_result.Faults));
            results.Add(result);

            // A result is blocked by an assumption, so that the solver is the same for the next question.
            assumptions.Add(Other(result));
        }

        return results;
    }

    public void Dispose() => _solver.Dispose();

    private static AccessSymbols Open(Constraints rules) => new()
    {
        IsFetch = rules.Symbol("fetch"),
        M = rules.Symbol("SCTLR_EL1.M"),
        C = rules.Symbol("SCTLR_EL1.C"),
        I = rules.Symbol("SCTLR_EL1.I"),
        Hcr = new HypervisorSymbols(
            rules.Symbol("HCR_EL2.VM"),
            rules.Symbol("HCR_EL2.DC"),
            rules.Symbol("HCR_EL2.CD"),
            rules.Symbol("HCR_EL2.ID"),
            rules.Symbol("HCR_EL2.E2H"),
            rules.Symbol("HCR_EL2.TGE"),
            rules.Symbol("HCR_EL2.FWB")),
        Attribute = TypeSymbols.New(rules, "attribute"),
        Stage1Shareability = ShareabilitySymbols.New(rules, "s1.sh"),
        MemAttr = [.. Enumerable.Range(0, 4).Select(bit => rules.Symbol($"MemAttr.{bit}"))],
        Stage2Shareability = ShareabilitySymbols.New(rules, "s2.sh"),
        Readings = new AccessReadings(
            rules.Symbol("fwb_ifetch=no_effect"),
            rules.Symbol("fwb_ifetch=no_effect_when_m0_i0"),
            rules.Symbol("device_fetch=permission_fault"),
            rules.Symbol("s1_effective_sh=osh")),
    };

    private static IEnumerable<BoolExpr> Inputs(AccessSymbols access) =>
    [
        access.IsFetch, access.M, access.C, access.I,
        access.Hcr.Vm, access.Hcr.Dc, access.Hcr.Cd, access.Hcr.Id, access.Hcr.E2H, access.Hcr.Tge, access.Hcr.Fwb,
        .. access.Attribute.Inner.Above, .. access.Attribute.Outer.Above, .. access.MemAttr, .. access.Stage1Shareability.Above, .. access.Stage2Shareability.Above,
        access.Readings.FwbMissesFetches, access.Readings.FwbMissesOffFetches, access.Readings.DeviceFetchFaults, access.Readings.UncachedIsOuter,
    ];

    private List<BoolExpr> Assumptions(AttributeInput input, ReadingSet readings)
    {
        List<BoolExpr> assumptions = new(48);
        Assume(_access.IsFetch, input.Access == AccessKind.Fetch);
        Assume(_access.M, input.SctlrM);
        Assume(_access.C, input.SctlrC);
        Assume(_access.I, input.SctlrI);
        Assume(_access.Hcr.Vm, input.HcrVm);
        Assume(_access.Hcr.Dc, input.HcrDc);
        Assume(_access.Hcr.Cd, input.HcrCd);
        Assume(_access.Hcr.Id, input.HcrId);
        Assume(_access.Hcr.E2H, input.HcrE2H);
        Assume(_access.Hcr.Tge, input.HcrTge);
        Assume(_access.Hcr.Fwb, input.Fwb);
        for (var bit = 0; bit < _access.MemAttr.Length; bit++)
        {
            Assume(_access.MemAttr[bit], (input.MemAttr >> bit & 1) != 0);
        }

        AssumePosition(_access.Stage1Shareability, (int)input.Stage1Shareability);
        AssumePosition(_access.Stage2Shareability, (int)input.Stage2Shareability);
        Assume(_access.Readings.FwbMissesFetches, readings.FwbIfetch == FwbIfetch.NoEffect);
        Assume(_access.Readings.FwbMissesOffFetches, readings.FwbIfetch == FwbIfetch.NoEffectWhenM0I0);
        Assume(_access.Readings.DeviceFetchFaults, readings.DeviceFetch == DeviceFetch.PermissionFault);
        Assume(_access.Readings.UncachedIsOuter, readings.S1EffectiveSh == S1EffectiveSh.Osh);
        if (input.Stage1.Count == 1)
        {
            var type = input.Stage1.First();
            AssumePosition(_access.Attribute.Inner, (int)type.Inner);
            AssumePosition(_access.Attribute.Outer, (int)type.Outer);
        }
        else
        {
            assumptions.AddRange(TypeSymbols.All.Where(type => !input.Stage1.Contains(type)).Select(OtherAttribute));
        }

        return assumptions;

        void Assume(BoolExpr symbol, bool value) => assumptions.Add(value ? symbol : _negations[symbol]);

        void AssumePosition(Scale scale, int position)
        {
            for (var step = 0; step < scale.Above.Length; step++)
            {
                Assume(scale.Above[step], position > step);
            }
        }
    }

    private BoolExpr Other(AccessAttributes result)
    {
        if (!_otherResults.TryGetValue(result, out var other))
        {
            var isResult = _rules.And(
                _result.Type.Is(_rules, result.Type),
                _result.Shareability.Is(_rules, result.Shareability),
                result.Faults ? _result.Faults : _rules.Not(_result.Faults));
            other = _rules.Name($"not {result}", _rules.Not(isResult));
            _otherResults.Add(result, other);
        }

        return other;
    }

    private BoolExpr OtherAttribute(MemoryType type)
    {
        if (!_otherAttributes.TryGetValue(type, out var other))
        {
            other = _rules.Name($"not {type}", _rules.Not(_access.Attribute.Is(_rules, type)));
            _otherAttributes.Add(type, other);
        }

        return other;
    }
}
