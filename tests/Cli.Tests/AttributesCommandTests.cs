using CoherenceCheck.Attributes;

namespace CoherenceCheck.Cli.Tests;

/// <summary><c>attributes</c>: tables line by line, one configuration step by step.</summary>
public sealed class AttributesCommandTests
{
    private const string Header = "s1,sctlr_m,sctlr_c,sctlr_i,hcr_dc,hcr_vm,hcr_cd,hcr_id,fwb,s2_memattr,access,s1_sh,s2_sh";

    [Theory]
    [InlineData("MMU-off,0,0,0,0,1,0,0,0,1111,data,-,ISH", "Device,Device-nGnRnE,-,-,OSH")]
    [InlineData("MMU-off,0,0,0,0,1,0,0,0,1111,fetch,-,ISH", "Normal,NC,NC,NC,OSH")]
    [InlineData("MMU-off,0,0,1,0,1,0,0,0,1111,fetch,-,ISH", "Normal,WT,WT,WT,OSH")]
    [InlineData("MMU-off,0,0,0,0,1,0,0,1,0110,fetch,-,ISH", "Normal,WB,WB,WB,OSH")]
    [InlineData("MMU-off,0,0,0,0,1,0,0,1,1110,fetch,-,ISH", "Normal,WB,WB,WB,OSH")]
    [InlineData("MMU-off,-,-,-,1,1,0,0,0,1111,data,-,ISH", "Normal,WB,WB,WB,ISH")]
    [InlineData("WB,1,1,1,0,1,0,0,0,0101,data,ISH,ISH", "Normal,NC,NC,NC,OSH")]
    [InlineData("WB,1,1,1,0,1,0,1,1,0110,fetch,ISH,ISH", "Normal,NC,NC,NC,OSH")]
    [InlineData("0x4F,1,1,1,0,0,0,0,0,-,data,NSH,-", "Normal,oNC_iWB,NC,WB,NSH")]
    [InlineData("WB,1,1,1,0,1,0,0,0,0100,data,ISH,ISH",
        "CU,Device-nGnRnE|Device-nGnRE|Device-nGRE|Device-GRE|NC|oWT_iNC|oWB_iNC|oNC_iWT|WT|oWB_iWT|oNC_iWB|oWT_iWB|WB,-,-,-")]
    [InlineData("Device-nGnRnE,1,1,1,0,1,0,0,0,1000,data,ISH,ISH", "CU,Device-nGnRnE,-,-,OSH")]
    public void A_row_is_answered(string row, string answer)
    {
        var run = Table(row);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal($"{Header},type,class,outer,inner,sh\n{row},{answer}\n", run.Output);
    }

    [Fact]
    public void Columns_may_stand_in_any_order_and_other_columns_are_kept()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.csv", "\uFEFFname," + string.Join(',', Header.Split(',').Reverse()) + "\r\nmine,ISH,ISH,data,1111,0,0,0,1,0,1,1,1,WB\r\n");
        var run = Run.Of("attributes", "--rows", path);
        Assert.Equal(0, run.Code);
        Assert.EndsWith("mine,ISH,ISH,data,1111,0,0,0,1,0,1,1,1,WB,Normal,WB,WB,WB,ISH\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WBB,1,1,1,0,1,0,0,0,1111,data,ISH,ISH", ":3:1:", "s1")]
    [InlineData("WB,2,1,1,0,1,0,0,0,1111,data,ISH,ISH", ":3:4:", "sctlr_m")]
    [InlineData("WB,1,1,1,0,1,0,0,0,111,data,ISH,ISH", ":3:20:", "s2_memattr")]
    [InlineData("WB,1,1,1,0,1,0,0,0,-,data,ISH,ISH", ":3:20:", "s2_memattr")]
    [InlineData("WB,1,1,1,0,1,0,0,0,1111,walk,ISH,ISH", ":3:25:", "access")]
    [InlineData("0x100,1,1,1,0,1,0,0,0,1111,data,ISH,ISH", ":3:1:", "s1")]
    [InlineData("WB,1", ":3:1:", "2 fields")]
    public void A_row_that_cannot_be_read_is_an_error_at_its_place_and_the_others_are_answered(string row, string place, string words)
    {
        const string Good = "WB,1,1,1,0,1,0,0,0,1111,data,ISH,ISH";
        var run = Table(Good, row, Good);
        Assert.Equal(2, run.Code);
        Assert.Contains(place, run.Error, StringComparison.Ordinal);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
        var lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.Equal([Good + ",Normal,WB,WB,WB,ISH", row + ",error,-,-,-,-", Good + ",Normal,WB,WB,WB,ISH"], lines[1..]);
    }

    [Theory]
    [InlineData("CC3006", "--rows", "no-such.csv")]
    [InlineData("CC3006", "--rows", "README.md")]
    [InlineData("CC3008", "--reading", "fwb_ifetc=upgrades")]
    [InlineData("CC3008", "--reading", "fwb_ifetch=sometimes")]
    [InlineData("CC3007", "--s1", "WBB")]
    public void What_cannot_be_read_is_an_error_with_a_code(string code, string option, string value)
    {
        var run = Run.Of("attributes", option, value);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Readings_change_the_answer()
    {
        string[] fetch = ["attributes", "--s1", "MMU-off", "--access", "fetch", "--hcr-vm", "1", "--fwb", "1", "--s2-memattr", "0110"];
        Assert.Contains("class = WB", Run.Of(fetch).Output, StringComparison.Ordinal);
        Assert.Contains("class = NC", Run.Of([.. fetch, "--reading", "fwb_ifetch=no_effect_when_m0_i0"]).Output, StringComparison.Ordinal);
        Assert.Contains("class = fault", Run.Of("attributes", "--s1", "Device-GRE", "--access", "fetch", "--reading", "device_fetch=permission_fault").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_step_of_an_explanation_is_the_answer_of_the_function()
    {
        var bits = new[] { false, true };
        var inputs =
            from access in Enum.GetValues<AccessKind>()
            from m in bits
            from enabled in bits
            from vm in bits
            from dc in bits
            from overridden in bits
            from fwb in bits
            from memAttr in Enumerable.Range(0, 16)
            from attr in new byte[] { 0x00, 0x0C, 0x44, 0xBB, 0xFF, 0x4F, 0x50 }
            select new AttributeInput
            {
                Access = access,
                SctlrM = m,
                SctlrC = enabled,
                SctlrI = enabled,
                HcrVm = vm,
                HcrDc = dc,
                HcrCd = overridden,
                HcrId = overridden,
                Fwb = fwb,
                MemAttr = memAttr,
                Stage1 = Mair.Decode(attr),
            };
        Assert.All(inputs, input => Assert.Equal(EffectiveMemory.Of(input, ReadingSet.InOrder).ToString(), EffectiveMemory.Explain(input, ReadingSet.InOrder)[^1].Result));
    }

    private static Run Table(params string[] rows)
    {
        using var folder = new TemporaryFolder();
        return Run.Of("attributes", "--rows", folder.Write("rows.csv", Header + "\n" + string.Join('\n', rows) + "\n"));
    }

    [Fact]
    public void In_the_host_regime_the_bits_of_stage_2_count_as_0()
    {
        string[] options = ["attributes", "--s1", "WB", "--access", "data", "--hcr-vm", "1", "--hcr-cd", "1", "--s2-memattr", "0001"];
        Assert.Contains("class = Device-nGnRE", Run.Of(options).Output, StringComparison.Ordinal);
        Assert.Contains("class = WB", Run.Of([.. options, "--hcr-e2h", "1", "--hcr-tge", "1"]).Output, StringComparison.Ordinal);
        Assert.Contains("class = Device-nGnRE", Run.Of([.. options, "--hcr-e2h", "1"]).Output, StringComparison.Ordinal);
        Assert.Contains("E2H, TGE", Run.Of([.. options, "--hcr-e2h", "1", "--hcr-tge", "1"]).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("z3", "decided by Z3")]
    [InlineData("enumerate", "decided by enumerator")]
    public void The_decider_that_is_asked_for_decides(string decider, string words) =>
        Assert.Contains(words, Run.Of("attributes", "--s1", "MMU-off", "--access", "fetch", "--decider", decider).Output, StringComparison.Ordinal);

    [Fact]
    public void A_decider_that_does_not_exist_is_refused()
    {
        var run = Run.Of("attributes", "--decider", "guess");
        Assert.Equal(2, run.Code);
        Assert.Contains("guess", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_doctor_says_who_decides()
    {
        var run = Run.Of("doctor");
        Assert.Equal(0, run.Code);
        Assert.Contains("attributes are decided by: Z3", run.Output, StringComparison.Ordinal);
    }
}
