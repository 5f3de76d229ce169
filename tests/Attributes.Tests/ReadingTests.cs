using System.Reflection;

namespace CoherenceCheck.Attributes.Tests;

/// <summary>The registry of readings, and sets of their values.</summary>
public sealed class ReadingTests
{
    /// <summary>The values that the kvmarm thread and the manual's open points give rise to, the default first.</summary>
    public static TheoryData<string, string[]> Expected() => new()
    {
        { "fwb_ifetch", ["upgrades", "no_effect", "no_effect_when_m0_i0"] },
        { "dic_snoops_nc", ["no", "at_store", "coherent_fill"] },
        { "dic_ic_nop", ["executes", "nop"] },
        { "sctlr_i_alloc", ["unified_only", "icache"] },
        { "mmuoff_wt_point", ["pou", "poc_or_pou"] },
        { "nc_fetch_point", ["poc_or_pou", "poc_only"] },
        { "mismatch_sh_fwb", ["benign", "strict"] },
        { "fwb_implies_idc", ["yes", "no"] },
        { "device_fetch", ["as_nc", "permission_fault"] },
        { "s1_effective_sh", ["descriptor", "osh"] },
        { "res_memattr", ["illegal", "any"] },
        { "icache_private_per_vcpu", ["guaranteed_by_kvm", "not_promised"] },
        { "dsb_domain", ["maintenance", "all"] },
        { "xn_blocks_alloc", ["yes", "no"] },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void Reading_has_the_values_of_the_discussion(string name, string[] values)
    {
        var reading = ReadingRegistry.Find(name);

        Assert.NotNull(reading);
        Assert.Equal(values.Order(StringComparer.Ordinal), reading.Info.Values.Select(value => value.Name).Order(StringComparer.Ordinal));
        Assert.Equal(values[0], reading.InOrderDefault);
    }

    [Fact]
    public void Readings_have_unique_names_values_and_sources()
    {
        Assert.Distinct(ReadingRegistry.All.Select(reading => reading.Info.Name));
        Assert.All(ReadingRegistry.All, reading =>
        {
            Assert.True(reading.Info.Values.Length >= 2, reading.Info.Name);
            Assert.Distinct(reading.Info.Values.Select(value => value.Name));
            Assert.NotEmpty(reading.Info.Source);
            Assert.NotEmpty(reading.Info.Summary);
            Assert.All(reading.Info.Values, value => Assert.NotEmpty(value.Summary));
        });
    }

    [Fact]
    public void Every_default_is_a_value_and_in_order_refuses_none_of_its_own() => Assert.All(ReadingRegistry.All, reading =>
    {
        Assert.Null(Assert.Single(reading.Info.Values, value => value.Name == reading.InOrderDefault).Refusal);
        Assert.Single(reading.Info.Values, value => value.Name == reading.WindowDefault);
    });

    [Fact]
    public void Set_of_defaults_has_the_default_of_every_reading()
    {
        foreach (var reading in ReadingRegistry.All)
        {
            Assert.Equal(reading.InOrderDefault, ReadingSet.InOrder[reading.Info.Name]);
            Assert.Equal(reading.WindowDefault, ReadingSet.Window[reading.Info.Name]);
        }

        Assert.Empty(ReadingSet.InOrder.OtherThanDefault(PeModels.InOrder));
        Assert.NotEmpty(ReadingSet.Window.OtherThanDefault(PeModels.InOrder));
    }

    [Fact]
    public void Changing_one_reading_changes_that_one()
    {
        foreach (var reading in ReadingRegistry.All)
        {
            foreach (var value in reading.Info.Values)
            {
                var readings = ReadingSet.InOrder.With(reading.Info.Name, value.Name);
                Assert.Equal(value.Name, readings[reading.Info.Name]);
                Assert.True(readings.Is(reading.Info.Name, value.Name));
                Assert.Equal(value.Name == reading.InOrderDefault, readings.Equals(ReadingSet.InOrder));
                Assert.Equal(
                    value.Name == reading.InOrderDefault ? [] : [(reading.Info.Name, value.Name)],
                    readings.OtherThanDefault(PeModels.InOrder));
            }
        }
    }

    [Fact]
    public void Names_that_do_not_exist_are_refused()
    {
        Assert.Null(ReadingRegistry.Find("nothing"));
        Assert.Throws<ArgumentException>(() => ReadingSet.InOrder["nothing"]);
        Assert.Throws<ArgumentException>(() => ReadingSet.InOrder.With("fwb_ifetch", "perhaps"));
        Assert.Throws<ArgumentException>(() => ReadingSet.InOrder.Is("fwb_ifetch", "perhaps"));
        Assert.Throws<ArgumentException>(() => ReadingSet.Default("sideways"));
    }

    /// <summary>The typed properties go by position: each must show, for every value, the member of the same name.</summary>
    [Fact]
    public void Typed_property_shows_the_value_of_the_same_name()
    {
        var properties = typeof(ReadingSet).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0)
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        var seen = 0;
        foreach (var reading in ReadingRegistry.All)
        {
            if (!properties.TryGetValue(Joined(reading.Info.Name), out var property))
            {
                continue;
            }

            seen++;
            foreach (var value in reading.Info.Values)
            {
                var shown = property.GetValue(ReadingSet.InOrder.With(reading.Info.Name, value.Name));
                var expected = property.PropertyType == typeof(bool) ? (value.Name == "yes" ? "True" : "False") : Joined(value.Name);
                Assert.Equal(expected, shown?.ToString(), ignoreCase: true);
            }
        }

        Assert.Equal(properties.Count, seen);
    }

    [Fact]
    public void Vocabulary_has_all_fields_readings_and_pe_models()
    {
        var vocabulary = ArmVocabulary.Create();

        Assert.Equal(FieldRegistry.All.Length, vocabulary.Fields.Length);
        Assert.Equal(ReadingRegistry.All.Length, vocabulary.Readings.Length);
        Assert.Contains(vocabulary.PeModels, model => model is { Name: PeModels.InOrder, Refusal: null });
        Assert.Contains(vocabulary.PeModels, model => model is { Name: PeModels.Window, Refusal: not null });
    }

    private static string Joined(string name) => name.Replace("_", "", StringComparison.Ordinal);
}
