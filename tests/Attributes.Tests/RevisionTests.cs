namespace CoherenceCheck.Attributes.Tests;

/// <summary>The revisions of the manual.</summary>
public sealed class RevisionTests
{
    [Fact]
    public void Every_revision_settles_the_same_readings_to_values_that_are_modelled()
    {
        Assert.Distinct(RevisionRegistry.All.Select(revision => revision.Name));
        var readings = RevisionRegistry.All[0].Readings.Select(reading => reading.Reading).ToList();
        Assert.All(RevisionRegistry.All, revision =>
        {
            Assert.Equal(readings, revision.Readings.Select(reading => reading.Reading));
            Assert.All(revision.Readings, settled => Assert.Null(
                Assert.Single(ReadingRegistry.Find(settled.Reading)!.Info.Values, value => value.Name == settled.Value).Refusal));
        });
    }

    [Fact]
    public void The_last_revision_is_what_the_defaults_are() =>
        Assert.All(RevisionRegistry.All[^1].Readings, settled => Assert.Equal(ReadingRegistry.Find(settled.Reading)!.InOrderDefault, settled.Value));

    [Fact]
    public void M_a_and_M_b_differ_in_the_domain_of_a_DSB()
    {
        Assert.Equal("dsb_domain = all", RevisionRegistry.Find("arm_m_a")!.ToString());
        Assert.Equal("dsb_domain = maintenance", RevisionRegistry.Find("arm_m_b")!.ToString());
        Assert.Null(RevisionRegistry.Find("arm_m_c"));
    }
}
