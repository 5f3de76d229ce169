using System.Text;
using CoherenceCheck.Language.Diagnostics;

namespace CoherenceCheck.Language.Tests;

/// <summary>What diagnostics say: every message and hint of <see cref="ErrorCases"/>, and of files. <c>UPDATE_GOLDEN=1</c> writes them anew.</summary>
public sealed class WordingTests
{
    private static readonly string Golden = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../Golden/diagnostics.txt"));

    private static IReadOnlyCollection<Diagnostic> All { get; } =
        [.. ErrorCases.All.Select(one => AnnotatedText.Parse(one.Text).Text).SelectMany(text => Specs.Load(text).Diagnostics), .. OfFiles()];

    [Fact]
    public void Diagnostics_say_what_is_written_down()
    {
        var text = Describe(All);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Golden)!);
            File.WriteAllText(Golden, text);
        }

        Assert.Equal(File.ReadAllText(Golden), text);
    }

    [Fact]
    public void Every_kind_says_something() => Assert.Empty(DiagnosticKinds.All.Select(kind => kind.Code).Except(All.Select(one => one.Code)));

    // What concerns whole files, and no text of one.
    private static IEnumerable<Diagnostic> OfFiles() =>
    [
        .. Specs.Load(("specs/a.coh", "use \"kvm.coh\"\n")).Diagnostics,
        .. SpecLoader.Load("a.coh", TestVocabulary.Value, _ => new byte[1_000_001]).Diagnostics,
        .. SpecLoader.Load("a.coh", TestVocabulary.Value, _ => [0x41, 0xC3]).Diagnostics,
        .. Specs.Load(string.Concat(Enumerable.Range(0, 101).Select(i => $"policy a{i} = b{i}\n"))).Diagnostics.TakeLast(1),
    ];

    private static string Describe(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        var text = new StringBuilder();
        foreach (var kind in DiagnosticKinds.All)
        {
            text.Append(kind.Code).Append(' ').Append(kind.Title).Append('\n');
            foreach (var (message, hint) in diagnostics.Where(one => one.Code == kind.Code).Select(one => (one.Message, one.Hint)).Distinct().OrderBy(one => one.Message, StringComparer.Ordinal).ThenBy(one => one.Hint, StringComparer.Ordinal))
            {
                text.Append("  ").Append(message).Append('\n');
                text.Append(hint is null ? "" : $"    hint: {hint}\n");
            }
        }

        return text.ToString();
    }
}
