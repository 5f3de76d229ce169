using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>What the bytes of MAIR_EL1 mean, as constraints. No rule binds a reserved byte: it is any type (K1.2.19).</summary>
internal static class MairRules
{
    /// <summary>Asserts what a byte means.</summary>
    /// <param name="rules">Takes the constraints.</param>
    /// <param name="attr">The byte, bit 0 first.</param>
    /// <param name="xs">FEAT_XS.</param>
    /// <param name="mte2">FEAT_MTE2.</param>
    public static TypeSymbols Assert(Constraints rules, BoolExpr[] attr, BoolExpr xs, BoolExpr mte2)
    {
        var type = TypeSymbols.New(rules, "mair");
        var (inner, outer) = (attr[..4], attr[4..]);
        var innerIsZero = IsByte(rules, inner, 0);
        var outerIsZero = IsByte(rules, outer, 0);
        for (var dd = 0; dd < 4; dd++)
        {
            rules.Rule(RuleBook.MairDevice, IsByte(rules, attr, dd << 2), type.Is(rules, MemoryClass.DeviceNGnRnE + dd));
            rules.Rule(RuleBook.MairXsDevice, rules.And(xs, IsByte(rules, attr, dd << 2 | 1)), type.Is(rules, MemoryClass.DeviceNGnRnE + dd));
        }

        var isNormal = rules.And(rules.Not(innerIsZero), rules.Not(outerIsZero));
        Nibble(inner, type.Inner);
        Nibble(outer, type.Outer);
        rules.Rule(RuleBook.MairXsNormal, rules.And(xs, IsByte(rules, attr, 0x40)), type.Is(rules, MemoryClass.NonCacheable));
        rules.Rule(RuleBook.MairXsNormal, rules.And(xs, IsByte(rules, attr, 0xA0)), type.Is(rules, MemoryClass.WriteThrough));
        rules.Rule(RuleBook.MairTagged, rules.And(mte2, IsByte(rules, attr, 0xF0)), type.Is(rules, MemoryClass.WriteBack));
        return type;

        void Nibble(BoolExpr[] nibble, Scale half)
        {
            var isUncached = IsByte(rules, nibble, 0b0100);
            rules.Rule(RuleBook.MairNormal, rules.And(isNormal, isUncached), half.Is(rules, (int)MemoryClass.NonCacheable));
            rules.Rule(RuleBook.MairNormal, rules.And(isNormal, rules.Not(nibble[2])), half.Is(rules, (int)MemoryClass.WriteThrough));
            rules.Rule(RuleBook.MairNormal, rules.And(isNormal, nibble[2], rules.Not(isUncached)), half.Is(rules, (int)MemoryClass.WriteBack));
        }
    }

    private static BoolExpr IsByte(Constraints rules, BoolExpr[] bits, int number) =>
        rules.And([.. bits.Select((bit, position) => (number >> position & 1) != 0 ? bit : rules.Not(bit))]);
}
