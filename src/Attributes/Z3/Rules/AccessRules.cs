using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The effective attributes of one access, as constraints.</summary>
/// <param name="rules">Takes the constraints.</param>
/// <param name="name">Tells the symbols of one access from those of another.</param>
internal sealed partial class AccessRules(Constraints rules, string name)
{
    /// <summary>Asserts all rules of an access.</summary>
    public ResultSymbols Assert(AccessSymbols access)
    {
        var control = Control(access);
        return AfterStage1(access, control, Stage1(access, control));
    }

    /// <summary>The same for several stage-2 encodings that the access may have.</summary>
    public (ResultSymbols Own, IReadOnlyList<ResultSymbols> Others) Assert(AccessSymbols access, IReadOnlyList<BoolExpr[]> others)
    {
        var control = Control(access);
        var stage1 = Stage1(access, control);
        return (
            AfterStage1(access, control, stage1),
            [.. others.Select((memAttr, i) => new AccessRules(rules, $"{name}.{i}").AfterStage1(access with { MemAttr = memAttr }, control, stage1))]);
    }

    private ResultSymbols AfterStage1(AccessSymbols access, ControlSymbols control, Stage1Symbols stage1) =>
        Final(access, control, stage1, Stage2(access, control, stage1));

    private ControlSymbols Control(AccessSymbols access)
    {
        var host = rules.And(access.Hcr.E2H, access.Hcr.Tge);
        var vm = Effective("vm", access.Hcr.Vm);
        var dc = Effective("dc", access.Hcr.Dc);
        var cd = Effective("cd", access.Hcr.Cd);
        var id = Effective("id", access.Hcr.Id);
        var stage1 = rules.Define(RuleBook.Stage1Control, name + ".stage1", rules.And(access.M, rules.Not(dc)));
        var stage2 = rules.Define(RuleBook.Stage2Control, name + ".stage2", rules.Or(vm, dc));
        return new ControlSymbols(dc, cd, id, stage1, stage2);

        BoolExpr Effective(string bit, BoolExpr written)
        {
            var effective = rules.Symbol($"{name}.{bit}");
            rules.Rule(RuleBook.HostRegime, host, rules.Not(effective));
            rules.Rule(RuleBook.GuestRegime, rules.Not(host), rules.Same(effective, written));
            return effective;
        }
    }

    private Stage1Symbols Stage1(AccessSymbols access, ControlSymbols control)
    {
        var type = TypeSymbols.New(rules, name + ".s1");
        var shareability = ShareabilitySymbols.New(rules, name + ".s1.sh");
        var off = rules.Not(control.Stage1On);
        var offAndUncached = rules.And(off, rules.Not(control.Dc));
        rules.Rule(
            RuleBook.OffDefaultCacheable,
            rules.And(off, control.Dc),
            rules.And(type.Is(rules, MemoryClass.WriteBack), shareability.Is(rules, Shareability.NonShareable)));
        rules.Rule(
            RuleBook.OffData,
            rules.And(offAndUncached, rules.Not(access.IsFetch)),
            rules.And(type.Is(rules, MemoryClass.DeviceNGnRnE), shareability.Is(rules, Shareability.OuterShareable)));
        rules.Rule(
            RuleBook.OffFetchUncached,
            rules.And(offAndUncached, access.IsFetch, rules.Not(access.I)),
            rules.And(type.Is(rules, MemoryClass.NonCacheable), shareability.Is(rules, Shareability.OuterShareable)));
        rules.Rule(
            RuleBook.OffFetchCached,
            rules.And(offAndUncached, access.IsFetch, access.I),
            rules.And(type.Is(rules, MemoryClass.WriteThrough), shareability.Is(rules, Shareability.OuterShareable)));

        var caching = rules.Or(rules.And(access.IsFetch, access.I), rules.And(rules.Not(access.IsFetch), access.C));
        rules.Rule(RuleBook.OnAttribute, rules.And(control.Stage1On, rules.Or(access.Attribute.IsDevice(rules), caching)), type.Same(rules, access.Attribute));
        rules.Rule(
            RuleBook.OnUncached,
            rules.And(control.Stage1On, access.Attribute.IsNormal, rules.Not(caching)),
            type.Is(rules, MemoryClass.NonCacheable));

        var isOuter = rules.And(access.Readings.UncachedIsOuter, rules.Or(type.IsDevice(rules), type.Is(rules, MemoryClass.NonCacheable)));
        rules.Rule(RuleBook.OnShareability, rules.And(control.Stage1On, rules.Not(isOuter)), shareability.Same(rules, access.Stage1Shareability));
        rules.Rule(RuleBook.OnShareabilityEffective, rules.And(control.Stage1On, isOuter), shareability.Is(rules, Shareability.OuterShareable));

        return Fetched(access, type, shareability);
    }

    private Stage1Symbols Fetched(AccessSymbols access, TypeSymbols type, Scale shareability)
    {
        var fetchesDevice = rules.And(access.IsFetch, type.IsDevice(rules));
        var given = TypeSymbols.New(rules, name + ".s1.given");
        rules.Rule(RuleBook.FetchFromDevice, fetchesDevice, given.Is(rules, MemoryClass.NonCacheable));
        rules.Rule(RuleBook.FetchKeepsNormal, rules.Not(fetchesDevice), given.Same(rules, type));
        return new Stage1Symbols(given, shareability, fetchesDevice);
    }

    private ResultSymbols Final(AccessSymbols access, ControlSymbols control, Stage1Symbols stage1, TypeSymbols combined)
    {
        var type = TypeSymbols.New(rules, name + ".type");
        var uncachedFetch = rules.And(control.Stage2On, access.IsFetch, rules.Or(combined.IsDevice(rules), control.Id));
        var uncachedData = rules.And(control.Stage2On, rules.Not(access.IsFetch), combined.IsNormal, control.Cd);
        rules.Rule(RuleBook.OverrideFetch, uncachedFetch, type.Is(rules, MemoryClass.NonCacheable));
        rules.Rule(RuleBook.OverrideData, uncachedData, type.Is(rules, MemoryClass.NonCacheable));
        rules.Rule(RuleBook.NoOverride, rules.Not(rules.Or(uncachedFetch, uncachedData)), type.Same(rules, combined));

        var fromDevice = rules.Or(stage1.FetchesDevice, rules.And(access.IsFetch, combined.IsDevice(rules)));
        var faults = rules.Define(RuleBook.Fault, name + ".fault", rules.And(access.Readings.DeviceFetchFaults, fromDevice));

        var shareability = ShareabilitySymbols.New(rules, name + ".sh");
        var uncached = rules.Or(type.IsDevice(rules), type.Is(rules, MemoryClass.NonCacheable));
        rules.Rule(RuleBook.SharedUncached, uncached, shareability.Is(rules, Shareability.OuterShareable));
        rules.Rule(
            RuleBook.SharedStage1,
            rules.And(rules.Not(uncached), rules.Not(control.Stage2On)),
            shareability.Same(rules, stage1.Shareability));
        rules.Rule(
            RuleBook.SharedLarger,
            rules.And(rules.Not(uncached), control.Stage2On),
            shareability.Same(rules, stage1.Shareability.Higher(rules, access.Stage2Shareability)));
        return new ResultSymbols(type, shareability, faults, control);
    }
}
