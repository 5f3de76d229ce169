using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The rules of one access with every input open; a question fixes them by assumptions. The caller holds the lock of the context.</summary>
internal sealed class AccessQuery : IDisposable
{
    private readonly Solver _solver;
    private readonly Constraints _rules;
    private readonly AccessSymbols _access;
    private readonly ResultSymbols _result;
    private readonly Literal[] _inputs;
    private readonly Literal[] _attribute;

    // Made when they are first needed: every symbol makes every model larger.
    private readonly Dictionary<MemoryType, BoolExpr> _otherAttributes = [];
    private readonly Dictionary<AccessAttributes, BoolExpr> _otherResults = [];

    private readonly Dictionary<uint, int> _numbers = [];
    private readonly List<(UInt128 Assumed, AccessAttributes Only)> _proved = [];

    public AccessQuery(Z3Instance instance, RuleFault? fault)
    {
        _solver = instance.NewSolver();
        _rules = new Constraints(instance.Context, _solver, fault);
        _access = Open(_rules);
        _result = new AccessRules(_rules, "access").Assert(_access);
        _inputs = [.. Inputs(_access).Select(input => Numbered(Literal.Of(_rules, input)))];
        _attribute = [.. _access.Attribute.Inner.Above.Concat(_access.Attribute.Outer.Above).Select(step => Numbered(Literal.Of(_rules, step)))];
    }

    /// <summary>All results that the rules permit.</summary>
    /// <remarks>Where Z3 proves that there is no second result, its core says which inputs that follows from. With the same inputs
    /// among others it need not be proved again: that there is a result at all is checked always.</remarks>
    public List<AccessAttributes> Results(AttributeInput input, ReadingSet readings)
    {
        List<BoolExpr> assumptions = [.. Assumptions(input, readings)];
        var assumed = Numbers(assumptions);
        var proved = _proved.Find(proof => (proof.Assumed & assumed) == proof.Assumed);
        List<AccessAttributes> results = [];
        while (_solver.CanBe(assumptions))
        {
            if (proved.Assumed != 0)
            {
                return [proved.Only];
            }

            using var model = _solver.Model;
            var result = new AccessAttributes(model.Type(_result.Type), (Shareability)model.Position(_result.Shareability), model.IsTrue(_result.Faults));
            results.Add(result);

            // A result is blocked by an assumption, so that the solver is the same for the next question.
            assumptions.Add(Other(result));
        }

        if (results is [var only] && Numbers(_solver.UnsatCore) is var core && core != 0)
        {
            _proved.Add((core, only));
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

    /// <summary>The inputs but what MAIR_EL1 says, in the order of <see cref="Values"/>.</summary>
    private static IEnumerable<BoolExpr> Inputs(AccessSymbols access) =>
    [
        access.IsFetch, access.M, access.C, access.I,
        access.Hcr.Vm, access.Hcr.Dc, access.Hcr.Cd, access.Hcr.Id, access.Hcr.E2H, access.Hcr.Tge, access.Hcr.Fwb,
        .. access.MemAttr, .. access.Stage1Shareability.Above, .. access.Stage2Shareability.Above,
        access.Readings.FwbMissesFetches, access.Readings.FwbMissesOffFetches, access.Readings.DeviceFetchFaults, access.Readings.UncachedIsOuter,
    ];

    private IEnumerable<bool> Values(AttributeInput input, ReadingSet readings) =>
    [
        input.Access == AccessKind.Fetch, input.SctlrM, input.SctlrC, input.SctlrI,
        input.HcrVm, input.HcrDc, input.HcrCd, input.HcrId, input.HcrE2H, input.HcrTge, input.Fwb,
        .. _access.MemAttr.Select((_, bit) => (input.MemAttr >> bit & 1) != 0),
        .. _access.Stage1Shareability.Above.Select((_, step) => (int)input.Stage1Shareability > step),
        .. _access.Stage2Shareability.Above.Select((_, step) => (int)input.Stage2Shareability > step),
        readings.FwbIfetch == FwbIfetch.NoEffect,
        readings.FwbIfetch == FwbIfetch.NoEffectWhenM0I0,
        readings.DeviceFetch == DeviceFetch.PermissionFault,
        readings.S1EffectiveSh == S1EffectiveSh.Osh,
    ];

    private IEnumerable<BoolExpr> Assumptions(AttributeInput input, ReadingSet readings)
    {
        var inputs = _inputs.Zip(Values(input, readings), (literal, value) => literal.Is(value));
        if (input.Stage1.Count != 1)
        {
            return inputs.Concat(TypeSymbols.All.Where(type => !input.Stage1.Contains(type)).Select(OtherAttribute));
        }

        var type = input.Stage1.First();
        var steps = _access.Attribute.Inner.Above.Select((_, step) => (int)type.Inner > step)
            .Concat(_access.Attribute.Outer.Above.Select((_, step) => (int)type.Outer > step));
        return inputs.Concat(_attribute.Zip(steps, (literal, value) => literal.Is(value)));
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
            _numbers.Add(other.Id, _numbers.Count);
            _otherAttributes.Add(type, other);
        }

        return other;
    }

    private Literal Numbered(Literal literal)
    {
        _numbers.TryAdd(literal.Yes.Id, _numbers.Count);
        _numbers.TryAdd(literal.No.Id, _numbers.Count);
        return literal;
    }

    /// <summary>A set of assumptions about inputs, a bit for each.</summary>
    private UInt128 Numbers(IEnumerable<BoolExpr> assumptions)
    {
        UInt128 numbers = 0;
        foreach (var assumption in assumptions)
        {
            if (_numbers.TryGetValue(assumption.Id, out var number))
            {
                numbers |= UInt128.One << number;
            }
        }

        return numbers;
    }
}
