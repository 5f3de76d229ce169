using System.Text;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Language.Tests;

public sealed class FileTests
{
    private const string Use = "use \"kvm.coh\"\nscenario \"s\" {\n" + Specs.Base + "expect fresh_fetch { kvm : holds }\n}\n";

    [Fact]
    public void Used_files_are_found_relative_to_the_file_that_uses_them()
    {
        var result = Specs.Load(
            ("specs/kvm/a.coh", "use \"../common/b.coh\"\n" + Use.Replace("use \"kvm.coh\"\n", "")),
            ("specs/common/b.coh", "use \"./c/kvm.coh\""),
            ("specs/common/c/kvm.coh", Specs.Kvm));
        Assert.Empty(result.Diagnostics);
        Assert.Equal("specs/common/c/kvm.coh", result.Spec!.Scenarios[0].Expectations[0].Rows[0].Policy.Policy.Span.Path);
    }

    [Fact]
    public void Files_may_use_each_other_and_themselves_and_each_is_read_once()
    {
        var result = Specs.Load(
            ("a.coh", "use \"kvm.coh\"\nuse \"a.coh\"\n" + Use),
            ("kvm.coh", "use \"a.coh\"\nuse \"./kvm.coh\"\n" + Specs.Kvm));
        Assert.Empty(result.Diagnostics);
        Assert.Single(result.Spec!.Scenarios);
    }

    [Fact]
    public void Scenarios_of_used_files_are_theirs()
    {
        var result = Specs.Load(("lib.coh", "use \"a.coh\""), ("a.coh", Specs.Kvm + Use.Replace("use \"kvm.coh\"\n", "")));
        Assert.Empty(result.Diagnostics);
        Assert.Empty(result.Spec!.Scenarios);
    }

    [Fact]
    public void A_missing_file_is_reported_where_it_is_used()
    {
        var result = Specs.Load(("specs/a.coh", "use \"kvm.coh\"\n"));
        var diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal("CC0001", diagnostic.Code);
        Assert.Equal("specs/a.coh:1:5", diagnostic.Span.ToString());
        Assert.Contains("specs/kvm.coh", diagnostic.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("/no/such/folder/x.coh")]
    [InlineData("/")]
    public void A_path_that_cannot_be_read_is_reported(string path)
    {
        var result = SpecLoader.Load(path, TestVocabulary.Value);
        Assert.Equal("CC0001", Assert.Single(result.Diagnostics).Code);
        Assert.Equal(path, result.Diagnostics[0].Span!.Value.Path);
        Assert.Null(result.Spec);
    }

    [Fact]
    public void Files_that_are_too_large_or_not_text_are_reported()
    {
        Assert.Equal("CC0002", Assert.Single(SpecLoader.Load("a.coh", TestVocabulary.Value, _ => new byte[1_000_001]).Diagnostics).Code);
        Assert.Equal("CC0003", Assert.Single(SpecLoader.Load("a.coh", TestVocabulary.Value, _ => [0x41, 0xC3]).Diagnostics).Code);
        Assert.Equal("CC0002", Assert.Single(SpecLoader.Load("/dev/zero", TestVocabulary.Value).Diagnostics).Code);
    }

    [Fact]
    public void A_byte_order_mark_and_any_line_ends_are_accepted()
    {
        var text = (Specs.Kvm + Use.Replace("use \"kvm.coh\"\n", "")).Replace("\n", "\r\n");
        var result = SpecLoader.Load("a.coh", TestVocabulary.Value, _ => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]);
        Assert.Empty(result.Diagnostics);
        Assert.Empty(SpecLoader.Load("a.coh", TestVocabulary.Value, _ => Encoding.UTF8.GetBytes(text.Replace("\r\n", "\r"))).Diagnostics);
    }

    [Fact]
    public void Files_are_read_from_disk()
    {
        var folder = Directory.CreateTempSubdirectory("language");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "kvm.coh"), Specs.Kvm);
            File.WriteAllText(Path.Combine(folder.FullName, "a.coh"), Use);
            var result = SpecLoader.Load(Path.Combine(folder.FullName, "a.coh"), TestVocabulary.Value);
            Assert.Empty(result.Diagnostics);
            Assert.Single(result.Spec!.Scenarios);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void At_most_100_diagnostics_of_a_file_are_kept_and_that_is_said()
    {
        var result = Specs.Load(string.Concat(Enumerable.Range(0, 500).Select(i => $"policy a{i} = b{i}\n")));
        Assert.Equal(101, result.Diagnostics.Length);
        Assert.Equal("CC0008", result.Diagnostics[^1].Code);
        Assert.Equal(Severity.Error, result.Diagnostics[^1].Severity);
        Assert.Equal(101, result.Diagnostics[^1].Span!.Value.Line);
    }

    [Fact]
    public void Too_many_warnings_are_no_error()
    {
        var scenarios = Enumerable.Range(0, 120).Select(i => $"scenario \"{i}\" {{ machine {{ pcpu P }}\nframe f {{ x = o }}\nvm g {{ page f = f ; vcpu A {{ }} any {{ fetch }} }} }}\n");
        var result = Specs.Load(string.Concat(scenarios));
        Assert.Equal(101, result.Diagnostics.Length);
        Assert.NotNull(result.Spec);
    }
}
