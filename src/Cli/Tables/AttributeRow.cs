using System.Globalization;
using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;

namespace CoherenceCheck.Cli.Tables;

/// <summary>A configuration as a table writes it: names of columns and values, and what they mean. <c>-</c> stands for what does not apply.</summary>
internal static class AttributeRow
{
    /// <summary>The columns that a table has.</summary>
    public static readonly string[] Columns =
        ["s1", "sctlr_m", "sctlr_c", "sctlr_i", "hcr_dc", "hcr_vm", "hcr_cd", "hcr_id", "fwb", "s2_memattr", "access", "s1_sh", "s2_sh"];

    /// <summary>Columns that a table may have; 0 where it has not.</summary>
    public static readonly string[] Optional = ["hcr_e2h", "hcr_tge"];

    /// <summary>The columns that are added.</summary>
    public static readonly string[] Results = ["type", "class", "outer", "inner", "sh"];

    private static readonly string[] Classes = ["Device-nGnRnE", "Device-nGnRE", "Device-nGRE", "Device-GRE", "NC", "WT", "WB"];

    private static readonly string[] Shareabilities = ["NSH", "ISH", "OSH"];

    /// <summary>What a column takes, for messages.</summary>
    public static string Takes(string column) => column switch
    {
        "s1" => "Device-nGnRnE, Device-nGnRE, Device-nGRE, Device-GRE, NC, WT, WB, MMU-off, or a MAIR byte 0x00 to 0xFF",
        "s2_memattr" => "four binary digits, 0x0 to 0xF, or -",
        "access" => "data or fetch",
        "s1_sh" or "s2_sh" => "NSH, ISH, OSH or -",
        _ => "0, 1 or -",
    };

    /// <summary>Reads a configuration.</summary>
    /// <param name="value">The value of a column.</param>
    /// <param name="wrong">The column whose value cannot be read, or <see langword="null"/>.</param>
    public static AttributeInput? Read(Func<string, string> value, out string? wrong)
    {
        string? bad = null;
        bool Bit(string column) => value(column) switch
        {
            "1" => true,
            "0" or "-" => false,
            _ => Fail<bool>(column),
        };
        T Fail<T>(string column)
        {
            bad ??= column;
            return default!;
        }

        Shareability Sh(string column) => value(column) == "-" ? Shareability.NonShareable
            : Array.IndexOf(Shareabilities, value(column)) is >= 0 and var i ? (Shareability)i
            : Fail<Shareability>(column);
        var stage1 = Stage1(value("s1"));
        if (stage1 is null && value("s1") is not ("MMU-off" or "-"))
        {
            bad = "s1";
        }

        // A row that names a stage-1 attribute and leaves SCTLR_EL1.M open means stage 1 on.
        var m = value("sctlr_m") == "-" ? stage1 is not null : Bit("sctlr_m");
        var memAttr = MemAttr(value("s2_memattr"));
        var input = new AttributeInput
        {
            Access = value("access") switch { "data" => AccessKind.Data, "fetch" => AccessKind.Fetch, _ => Fail<AccessKind>("access") },
            SctlrM = m && stage1 is not null,
            SctlrC = Bit("sctlr_c"),
            SctlrI = Bit("sctlr_i"),
            Stage1 = stage1 ?? MemoryType.Of(MemoryClass.WriteBack),
            Stage1Shareability = Sh("s1_sh"),
            HcrDc = Bit("hcr_dc"),
            HcrVm = Bit("hcr_vm"),
            HcrCd = Bit("hcr_cd"),
            HcrId = Bit("hcr_id"),
            HcrE2H = Bit("hcr_e2h"),
            HcrTge = Bit("hcr_tge"),
            Fwb = Bit("fwb"),
            MemAttr = memAttr ?? 0b1111,
            Stage2Shareability = Sh("s2_sh"),
        };
        if (memAttr is null && (value("s2_memattr") != "-" || input.IsStage2On))
        {
            bad ??= "s2_memattr";
        }

        wrong = bad;
        return bad is null ? input : null;
    }

    /// <summary>The values of the added columns.</summary>
    public static string[] Answer(AttributeInput input, ReadingSet readings, IAttributeDecider decider)
    {
        var result = decider.Of(input, readings);
        if (result.Permitted.All(permitted => permitted.Faults))
        {
            return ["CU", "fault", "-", "-", "-"];
        }

        var types = result.Permitted.Where(permitted => !permitted.Faults).Select(permitted => permitted.Type).Distinct().ToList();
        var classes = types.Select(Class).Concat(result.MayFault ? ["fault"] : []);
        var type = EffectiveMemory.UsesReservedEncoding(input) || result.MayFault ? "CU" : types[0].IsDevice ? "Device" : "Normal";
        return
        [
            type,
            string.Join('|', classes),
            Only(types.Select(t => t.IsDevice ? "-" : Classes[(int)t.Outer])),
            Only(types.Select(t => t.IsDevice ? "-" : Classes[(int)t.Inner])),
            Only(result.Permitted.Select(permitted => Shareabilities[(int)permitted.Shareability])),
        ];
    }

    private static string Only(IEnumerable<string> values) => values.Distinct(StringComparer.Ordinal).ToList() is [var one] ? one : "-";

    private static string Class(MemoryType type) =>
        type.Inner == type.Outer ? Classes[(int)type.Inner] : $"o{Classes[(int)type.Outer]}_i{Classes[(int)type.Inner]}";

    private static MemoryTypeSet? Stage1(string text)
    {
        if (Array.IndexOf(Classes, text) is >= 0 and var known)
        {
            return MemoryType.Of((MemoryClass)known);
        }

        return Hex(text, 2) is { } attr ? Mair.Decode((byte)attr) : null;
    }

    private static int? MemAttr(string text) => text.Length == 4 && text.All(c => c is '0' or '1') ? Convert.ToInt32(text, 2) : Hex(text, 1);

    private static int? Hex(string text, int digits) =>
        text.Length > 2 && text.Length <= 2 + digits && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;
}
