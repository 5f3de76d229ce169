namespace CoherenceCheck.Language.Tests;

/// <summary>Revisions of the manual: profiles that no file declares.</summary>
public sealed class RevisionTests
{
    [Theory]
    [InlineData("profile old_manual", "fwb_ifetch = no_effect")]
    [InlineData("profile new_manual ; reading fwb_ifetch = no_effect", "fwb_ifetch = no_effect")]
    [InlineData("reading fwb_ifetch in any ; profile old_manual", "fwb_ifetch = upgrades no_effect no_effect_when_m0_i0")]
    [InlineData("profile soc", "CTR_EL0.DIC = 0 ; fwb_ifetch = no_effect")]
    [InlineData("profile soc ; profile old_manual", "CTR_EL0.DIC = 0 ; fwb_ifetch = no_effect")]
    [InlineData("profile other", "fwb_ifetch = no_effect")]
    [InlineData("CTR_EL0.DIC = 0", "CTR_EL0.DIC = 0")]
    public void A_revision_works_as_if_its_readings_had_been_written_there(string machine, string axes) => Assert.Equal(axes, Axes(Load(machine)));

    [Fact]
    public void Two_revisions_in_one_machine_are_an_error_unless_it_decides()
    {
        var result = Load("profile old_manual ; profile new_manual");
        var diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal("CC0511", diagnostic.Code);
        Assert.Equal(5, diagnostic.Span!.Value.Line);
        Assert.Equal("fwb_ifetch = no_effect", Axes(Load("profile old_manual ; profile new_manual ; reading fwb_ifetch = no_effect")));
        Assert.Equal("CC0511", Assert.Single(Load("profile old_manual ; profile upgraded").Diagnostics).Code);
    }

    [Theory]
    [InlineData("CTR_EL0.DIC = 0", "CTR_EL0.DIC = 0 ; fwb_ifetch = no_effect")]
    [InlineData("reading fwb_ifetch = upgrades", "fwb_ifetch = upgrades")]
    [InlineData("profile upgraded", "fwb_ifetch = upgrades")]
    [InlineData("profile new_manual", "fwb_ifetch = upgrades")]
    public void The_revision_that_specs_are_read_by_is_what_they_do_not_say(string machine, string axes) => Assert.Equal(axes, Axes(Load(machine, assumed: "old_manual")));

    [Fact]
    public void A_name_that_is_nearly_a_revision_is_told_so()
    {
        var diagnostic = Assert.Single(Load("profile old_manua").Diagnostics);
        Assert.Equal("CC0203", diagnostic.Code);
        Assert.Contains("old_manual", diagnostic.Hint, StringComparison.Ordinal);
    }

    private static string Axes(LoadResult result)
    {
        Assert.Empty(result.Diagnostics);
        return string.Join(" ; ", result.Spec!.Scenarios[0].Machine.Axes.Select(axis => $"{axis.Name} = {string.Join(' ', axis.Values)}"));
    }

    private static LoadResult Load(string machine, string? assumed = null)
    {
        var text = $$"""
            profile soc { CTR_EL0.DIC = 0 ; profile old_manual }
            profile other { profile old_manual }
            profile upgraded { reading fwb_ifetch = upgrades }
            scenario "s" {
              machine { pcpu P0 ; {{machine}} }
              frame code { x = old }
              vm guest { page code = code ; vcpu A { } any { load } }
              expect fresh_fetch { none : holds }
            }
            """;
        var vocabulary = TestVocabulary.Value with { Assumed = TestVocabulary.Value.Revisions.FirstOrDefault(revision => revision.Name == assumed) };
        return SpecLoader.Load("s.coh", vocabulary, _ => System.Text.Encoding.UTF8.GetBytes(text));
    }
}
