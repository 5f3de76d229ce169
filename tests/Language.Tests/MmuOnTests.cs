namespace CoherenceCheck.Language.Tests;

/// <summary>A program that turns its MMU on and forgets the caches is told so, and no other.</summary>
public sealed class MmuOnTests
{
    private static IEnumerable<string> CodesOf(string settings, string program) =>
        Specs.Load(Specs.Kvm + "scenario \"s\" {\n" + Specs.Base.Replace("vcpu B { }", $"vcpu C {{ {settings} }} {{ {program} }}\nvcpu B {{ }}", StringComparison.Ordinal) + "}").Diagnostics.Select(one => one.Code);

    [Theory]
    [InlineData("SCTLR_EL1.M = 0", "msr SCTLR_EL1.M, 1 ; isb ; exec x")]
    [InlineData("SCTLR_EL1.M = 0", "repeat 2 { ldr [x] ; msr SCTLR_EL1.M, 1 ; isb }")]
    public void Caches_that_stay_off_are_said(string settings, string program) => Assert.Equal(["CC0520"], CodesOf(settings, program));

    [Theory]
    [InlineData("SCTLR_EL1.M = 0", "msr SCTLR_EL1.M, 1 ; msr SCTLR_EL1.C, 1 ; msr SCTLR_EL1.I, 1 ; isb ; exec x")]
    [InlineData("SCTLR_EL1.M = 0", "msr SCTLR_EL1.C, 1 ; msr SCTLR_EL1.I, 1 ; isb ; msr SCTLR_EL1.M, 1 ; isb ; exec x")]
    [InlineData("SCTLR_EL1.M = 0", "msr SCTLR_EL1.M, 1 ; isb ; ic iallu ; dsb nsh ; isb ; msr SCTLR_EL1.I, 1 ; isb ; exec x")]
    [InlineData("SCTLR_EL1.M = 0 ; SCTLR_EL1.C = 0", "msr SCTLR_EL1.M, 1 ; isb ; exec x")]
    [InlineData("SCTLR_EL1.M = 0 ; SCTLR_EL1.I in {0, 1}", "msr SCTLR_EL1.M, 1 ; isb ; exec x")]
    [InlineData("SCTLR_EL1.M in {0, 1}", "msr SCTLR_EL1.M, 1 ; isb ; exec x")]
    [InlineData("", "msr SCTLR_EL1.M, 1 ; isb ; exec x")]
    [InlineData("SCTLR_EL1.M = 1", "msr SCTLR_EL1.M, 0 ; isb ; msr SCTLR_EL1.M, 1 ; isb ; exec x")]
    [InlineData("SCTLR_EL1.M = 0", "exec x ; msr SCTLR_EL1.M, 1 ; isb")]
    public void Nothing_is_said_where_it_is_meant_or_done(string settings, string program) => Assert.Empty(CodesOf(settings, program));
}
