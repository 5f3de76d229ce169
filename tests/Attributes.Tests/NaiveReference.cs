namespace CoherenceCheck.Attributes.Tests;

/// <summary>The attribute tables once more, as literally as they are printed: words, no order of enumerations, no sharing with the code under test.</summary>
/// <remarks>Stage 1 off: D8.2.12.1 R_WFZPW. MAIR: D24 MAIR_EL1. Stage 2: tables D8-96 to D8-98, D8-100, D8-101. Overrides: D7.5.5.</remarks>
internal static class NaiveReference
{
    /// <summary>From the weakest to the strongest.</summary>
    private const string Order = "nGnRnE nGnRE nGRE GRE NC WT WB";

    private static readonly string[] Words = Order.Split(' ');

    private static readonly string[] Normal = ["NC", "WT", "WB"];

    /// <summary>Every type, a Device word or "outer/inner".</summary>
    public static readonly string[] AllTypes =
        [.. Words[..4], .. from outer in Normal from inner in Normal select $"{outer}/{inner}"];

    /// <summary>FWB = 0: what MemAttr[3:0] says, outer/inner; "reserved" is any of the types.</summary>
    private static readonly string[] PlainMemAttr =
    [
        "nGnRnE", "nGnRE", "nGRE", "GRE",
        "reserved", "NC/NC", "NC/WT", "NC/WB",
        "reserved", "WT/NC", "WT/WT", "WT/WB",
        "reserved", "WB/NC", "WB/WT", "WB/WB",
    ];

    /// <summary>FWB = 1: the result by MemAttr[2:0] (rows) and stage 1 in the order nGnRnE, nGnRE, nGRE, GRE, NC, WT, WB (columns).</summary>
    private static readonly string[] ForcedMemAttr =
    [
        "nGnRnE nGnRnE nGnRnE nGnRnE nGnRnE nGnRnE nGnRnE",
        "nGnRnE nGnRE  nGnRE  nGnRE  nGnRE  nGnRE  nGnRE",
        "nGnRnE nGnRE  nGRE   nGRE   nGRE   nGRE   nGRE",
        "nGnRnE nGnRE  nGRE   GRE    GRE    GRE    GRE",
        "reserved",
        "nGnRnE nGnRE  nGRE   GRE    NC     NC     NC",
        "WB     WB     WB     WB     WB     WB     WB",
        "nGnRnE nGnRE  nGRE   GRE    NC     WT     WB",
    ];

    private static readonly string[][] Forced = [.. ForcedMemAttr.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>What a MAIR byte may mean, without FEAT_XS and FEAT_MTE2.</summary>
    public static string[] Mair(int attr)
    {
        var bits = Convert.ToString(attr, 2).PadLeft(8, '0');
        return bits switch
        {
            "00000000" => ["nGnRnE"],
            "00000100" => ["nGnRE"],
            "00001000" => ["nGRE"],
            "00001100" => ["GRE"],
            _ when bits[..4] != "0000" && bits[4..] != "0000" => [$"{Nibble(bits[..4])}/{Nibble(bits[4..])}"],
            _ => AllTypes,
        };
    }

    /// <summary>What an access may be: "outer/inner" or a Device word, then the shareability, then "fault" where it faults; sorted.</summary>
    public static SortedSet<string> Of(
        AccessKind access, bool m, bool c, bool i, string[] stage1, string sh1, bool vm, bool dc, bool cd, bool id, bool fwb, int memAttr, string sh2,
        string fwbIfetch = "upgrades", string deviceFetch = "as_nc", string s1EffectiveSh = "descriptor")
    {
        var results = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (type, sh) in StageOne(access, m, c, i, stage1, sh1, dc, s1EffectiveSh))
        {
            var fault = access == AccessKind.Fetch && IsDevice(type) && deviceFetch == "permission_fault";
            var presented = access == AccessKind.Fetch && IsDevice(type) ? "NC/NC" : type;
            if (!vm && !dc)
            {
                results.Add(Print(presented, sh, fault));
                continue;
            }

            foreach (var combined in StageTwo(access, m, i, dc, presented, fwb, memAttr, fwbIfetch))
            {
                var faults = fault || (access == AccessKind.Fetch && IsDevice(combined) && deviceFetch == "permission_fault");
                var final = access == AccessKind.Fetch && (IsDevice(combined) || id) ? "NC/NC"
                    : access == AccessKind.Data && !IsDevice(combined) && cd ? "NC/NC"
                    : combined;
                results.Add(Print(final, Larger(sh, sh2), faults));
            }
        }

        return results;
    }

    /// <summary>The same words for a result of the code under test.</summary>
    public static string Print(AccessAttributes result) => Print(
        Print(result.Type),
        result.Shareability switch { Shareability.NonShareable => "NSH", Shareability.InnerShareable => "ISH", _ => "OSH" },
        result.Faults);

    public static string Print(MemoryType type) => type.IsDevice ? Word(type.Inner) : $"{Word(type.Outer)}/{Word(type.Inner)}";

    public static MemoryType Parse(string type)
    {
        var halves = type.Split('/');
        return new MemoryType(inner: Parsed(halves[^1]), outer: Parsed(halves[0]));
    }

    public static MemoryTypeSet Parse(string[] types) => types.Aggregate(default(MemoryTypeSet), (set, type) => set.With(Parse(type)));

    public static int Strength(string word) => Array.IndexOf(Words, word);

    private static IEnumerable<(string Type, string Sh)> StageOne(
        AccessKind access, bool m, bool c, bool i, string[] stage1, string sh1, bool dc, string s1EffectiveSh)
    {
        if (dc)
        {
            return [("WB/WB", "NSH")];
        }

        if (!m)
        {
            return access == AccessKind.Data ? [("nGnRnE", "OSH")] : i ? [("WT/WT", "OSH")] : [("NC/NC", "OSH")];
        }

        var isCached = access == AccessKind.Data ? c : i;
        return
            from type in stage1
            let seen = IsDevice(type) || isCached ? type : "NC/NC"
            let isUncached = IsDevice(seen) || seen == "NC/NC"
            select (seen, isUncached && s1EffectiveSh == "osh" ? "OSH" : sh1);
    }

    private static IEnumerable<string> StageTwo(AccessKind access, bool m, bool i, bool dc, string stage1, bool fwb, int memAttr, string fwbIfetch)
    {
        if (!fwb)
        {
            var said = PlainMemAttr[memAttr];
            return (said == "reserved" ? AllTypes : [said]).Select(stage2 => Weaker(stage1, stage2));
        }

        var reaches = access == AccessKind.Data || fwbIfetch == "upgrades" || (fwbIfetch == "no_effect_when_m0_i0" && (m || i || dc));
        var rows = Forced[memAttr % 8] is ["reserved"] ? new[] { 0, 1, 2, 3, 5, 6, 7 } : [memAttr % 8];

        // A fetch that FWB does not reach keeps what stage 1 says, but for Device.
        return rows.Select(row => reaches || row < 4 ? Look(Forced[row], stage1) : stage1);
    }

    private static string Look(string[] row, string stage1)
    {
        if (IsDevice(stage1))
        {
            return Joined(row[Strength(stage1)], row[Strength(stage1)]);
        }

        var halves = stage1.Split('/');
        return Joined(row[Strength(halves[0])], row[Strength(halves[1])]);
    }

    private static string Joined(string outer, string inner) => IsDevice(outer) ? outer : $"{outer}/{inner}";

    private static string Weaker(string a, string b)
    {
        if (IsDevice(a) && IsDevice(b))
        {
            return Strength(a) < Strength(b) ? a : b;
        }

        if (IsDevice(a) || IsDevice(b))
        {
            return IsDevice(a) ? a : b;
        }

        var (x, y) = (a.Split('/'), b.Split('/'));
        return $"{Min(x[0], y[0])}/{Min(x[1], y[1])}";
    }

    private static string Min(string a, string b) => Strength(a) < Strength(b) ? a : b;

    private static string Larger(string a, string b) => a == "OSH" || b == "OSH" ? "OSH" : a == "ISH" || b == "ISH" ? "ISH" : "NSH";

    private static bool IsDevice(string type) => type is "nGnRnE" or "nGnRE" or "nGRE" or "GRE";

    private static string Print(string type, string sh, bool fault) => $"{type},{(IsDevice(type) || type == "NC/NC" ? "OSH" : sh)}{(fault ? ",fault" : "")}";

    private static string Nibble(string bits) => bits switch
    {
        "0100" => "NC",
        _ when bits.StartsWith("00", StringComparison.Ordinal) || bits.StartsWith("10", StringComparison.Ordinal) => "WT",
        _ => "WB",
    };

    private static string Word(MemoryClass memory) => memory switch
    {
        MemoryClass.DeviceNGnRnE => "nGnRnE",
        MemoryClass.DeviceNGnRE => "nGnRE",
        MemoryClass.DeviceNGRE => "nGRE",
        MemoryClass.DeviceGRE => "GRE",
        MemoryClass.NonCacheable => "NC",
        MemoryClass.WriteThrough => "WT",
        _ => "WB",
    };

    private static MemoryClass Parsed(string word) => word switch
    {
        "nGnRnE" => MemoryClass.DeviceNGnRnE,
        "nGnRE" => MemoryClass.DeviceNGnRE,
        "nGRE" => MemoryClass.DeviceNGRE,
        "GRE" => MemoryClass.DeviceGRE,
        "NC" => MemoryClass.NonCacheable,
        "WT" => MemoryClass.WriteThrough,
        _ => MemoryClass.WriteBack,
    };
}
