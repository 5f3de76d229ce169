using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>Stage 2: the combination without and with FWB.</summary>
internal sealed partial class AccessRules
{
    private TypeSymbols Stage2(AccessSymbols access, ControlSymbols control, Stage1Symbols stage1)
    {
        var combined = TypeSymbols.New(rules, name + ".s2");
        rules.Rule(RuleBook.Stage2Off, rules.Not(control.Stage2On), combined.Same(rules, stage1.Type));

        var encoded = Encoded(access.MemAttr);
        rules.Rule(
            RuleBook.Weaker,
            rules.And(control.Stage2On, rules.Not(access.Hcr.Fwb)),
            combined.IsWeakerOf(rules, stage1.Type, encoded));

        var reached = rules.Define(
            RuleBook.FwbReach,
            name + ".fwb.reach",
            rules.Not(rules.And(
                access.IsFetch,
                rules.Or(
                    access.Readings.FwbMissesFetches,
                    rules.And(access.Readings.FwbMissesOffFetches, rules.Not(control.Stage1On), rules.Not(access.I), rules.Not(control.Dc))))));
        var forced = rules.And(control.Stage2On, access.Hcr.Fwb, reached);
        var missed = rules.And(control.Stage2On, access.Hcr.Fwb, rules.Not(reached));
        var bits = FwbBits(access.MemAttr);
        Forced(forced, bits, stage1.Type, combined);
        Missed(missed, bits, stage1.Type, combined);
        return combined;
    }

    /// <summary>What MemAttr[3:0] means without FWB. No rule binds a reserved encoding: it is any type.</summary>
    private TypeSymbols Encoded(BoolExpr[] memAttr)
    {
        var encoded = TypeSymbols.New(rules, name + ".s2.encoded");
        var (inner, outer) = (memAttr[..2], memAttr[2..]);
        var outerIsZero = rules.And(rules.Not(outer[0]), rules.Not(outer[1]));
        var innerIsZero = rules.And(rules.Not(inner[0]), rules.Not(inner[1]));
        for (var number = 0; number < 4; number++)
        {
            rules.Rule(
                RuleBook.EncodingDevice,
                rules.And(outerIsZero, IsNumber(inner, number)),
                encoded.Is(rules, MemoryClass.DeviceNGnRnE + number));
        }

        for (var number = 1; number < 4; number++)
        {
            var cacheability = (int)MemoryClass.NonCacheable + number - 1;
            rules.Rule(
                RuleBook.EncodingNormal,
                rules.And(rules.Not(innerIsZero), IsNumber(outer, number)),
                encoded.Outer.Is(rules, cacheability));
            rules.Rule(
                RuleBook.EncodingNormal,
                rules.And(rules.Not(outerIsZero), IsNumber(inner, number)),
                encoded.Inner.Is(rules, cacheability));
        }

        return encoded;
    }

    /// <summary>What MemAttr[2:0] counts as with FWB: a reserved encoding as any other.</summary>
    private BoolExpr[] FwbBits(BoolExpr[] memAttr)
    {
        BoolExpr[] bits = [rules.Symbol(name + ".fwb.0"), rules.Symbol(name + ".fwb.1"), rules.Symbol(name + ".fwb.2")];
        rules.Rule(
            RuleBook.FwbEncoding,
            rules.Not(IsNumber(memAttr[..3], 0b100)),
            rules.And(rules.Same(bits[0], memAttr[0]), rules.Same(bits[1], memAttr[1]), rules.Same(bits[2], memAttr[2])));
        rules.Rule(RuleBook.FwbEncoding, rules.Not(IsNumber(bits, 0b100)));
        return bits;
    }

    private void Forced(BoolExpr where, BoolExpr[] bits, TypeSymbols stage1, TypeSymbols combined)
    {
        for (var number = 0b000; number <= 0b011; number++)
        {
            var device = TypeSymbols.Fixed(rules, MemoryClass.DeviceNGnRnE + number);
            rules.Rule(RuleBook.FwbDevice, rules.And(where, IsNumber(bits, number), stage1.IsNormal), combined.Same(rules, device));
            rules.Rule(RuleBook.FwbDevice, rules.And(where, IsNumber(bits, number), stage1.IsDevice(rules)), combined.IsWeakerOf(rules, stage1, device));
        }

        var uncached = rules.And(where, IsNumber(bits, 0b101));
        rules.Rule(RuleBook.FwbNonCacheable, rules.And(uncached, stage1.IsNormal), combined.Is(rules, MemoryClass.NonCacheable));
        rules.Rule(RuleBook.FwbNonCacheable, rules.And(uncached, stage1.IsDevice(rules)), combined.Same(rules, stage1));
        rules.Rule(RuleBook.FwbWriteBack, rules.And(where, IsNumber(bits, 0b110)), combined.Is(rules, MemoryClass.WriteBack));
        rules.Rule(RuleBook.FwbStage1, rules.And(where, IsNumber(bits, 0b111)), combined.Same(rules, stage1));
    }

    private void Missed(BoolExpr where, BoolExpr[] bits, TypeSymbols stage1, TypeSymbols combined)
    {
        rules.Rule(RuleBook.FwbMissed, rules.And(where, rules.Not(bits[2])), combined.IsDevice(rules));
        rules.Rule(RuleBook.FwbMissed, rules.And(where, bits[2]), combined.Same(rules, stage1));
    }

    private BoolExpr IsNumber(BoolExpr[] bits, int number) =>
        rules.And([.. bits.Select((bit, position) => (number >> position & 1) != 0 ? bit : rules.Not(bit))]);
}
