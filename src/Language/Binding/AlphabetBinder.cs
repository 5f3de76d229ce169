using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <param name="Operations">The operations.</param>
/// <param name="TogglesMmu">Whether it turns its MMU on and off.</param>
/// <param name="Remaps">Whether it stores to its stage-1 tables.</param>
/// <param name="Switches">Whether it goes on under other stage-2 contexts of its VM.</param>
/// <param name="Places">What its operations name, or <see langword="null"/> for all that there is.</param>
internal sealed record BoundAlphabet(ImmutableArray<Operation> Operations, bool TogglesMmu, bool Remaps, bool Switches, AlphabetPlaces? Places);

/// <summary>Binds the alphabet of an <c>any</c> guest.</summary>
internal sealed class AlphabetBinder(ScenarioScope scope, AddressSpace space, DiagnosticBag diagnostics)
{
    public const string Remap = "remap";

    private const string Mmu = "mmu", Under = "under";

    /// <summary>What <c>tlbi</c> means beside what it always does where translations change.</summary>
    private static readonly string[] OfChanges = ["tlbi vae1", "tlbi vae1is"];

    public BoundAlphabet Bind(VcpuSyntax syntax, bool isWithoutPages, bool mayChange, bool hasContexts)
    {
        if (isWithoutPages)
        {
            diagnostics.ReportIncompleteScenario(syntax.GuestSpan, "an `any` guest needs a page to work on: add `page … = FRAME RWX wb` to its VM");
        }

        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in syntax.Alphabet)
        {
            if (word.Text is not (Mmu or Remap or Under) && !OperationTable.Letters.Contains(word.Text))
            {
                diagnostics.ReportUnknownChoice(word.Span, "a word of an alphabet", word.Text, [.. OperationTable.Letters, Mmu, Remap, Under]);
            }
            else if (word.Text == Under && !hasContexts)
            {
                diagnostics.ReportMmuOfOtherVm(word.Span, []);
            }
            else if (!words.Add(word.Text))
            {
                diagnostics.ReportDuplicateName(word.Span, "word", word.Text, syntax.Alphabet.First(other => other.Text == word.Text).Span);
            }
        }

        ImmutableArray<Operation> alphabet =
        [
            .. OperationTable.All.Where(operation => operation.Letters.Split(' ').Any(words.Contains) || (mayChange && words.Contains("tlbi") && OfChanges.Contains(operation.Name))),
        ];
        if (alphabet.Any(operation => operation.Kind == OperationKind.Execute)
            && alphabet.All(operation => operation.Kind != OperationKind.InstructionSynchronizationBarrier)
            && !scope.IsSynchronisedByOthers)
        {
            diagnostics.ReportFetchWithoutIsb(syntax.GuestSpan);
        }

        return new BoundAlphabet(alphabet, words.Contains(Mmu), words.Contains(Remap), words.Contains(Under), BindPlaces(syntax, takesPlace: words.Count < syntax.Alphabet.Length || words.Contains(Remap) || alphabet.Any(TakesPlace)));
    }

    private AlphabetPlaces? BindPlaces(VcpuSyntax syntax, bool takesPlace)
    {
        if (syntax.Places is not { } places)
        {
            return null;
        }

        if (!takesPlace)
        {
            diagnostics.ReportNoPlaceTaken(syntax.GuestSpan);
            return null;
        }

        var (pages, lines) = (new SortedSet<int>(), new SortedSet<int>());
        foreach (var name in places)
        {
            if (space.FindFrom(diagnostics, name) is not { } found)
            {
                continue;
            }

            var named = found.Lines.IsEmpty ? [.. (space.PageAt(found.Page)?.Frame.Lines ?? []).Select(line => line.Number)] : found.Lines;
            if (pages.Contains(found.Page.Number) && named.All(lines.Contains))
            {
                diagnostics.ReportDuplicateName(name.Span, "address", name.Text, places.First(other => space.FindFrom(new DiagnosticBag(), other)?.Page == found.Page).Span);
            }

            pages.Add(found.Page.Number);
            lines.UnionWith(named);
        }

        return new AlphabetPlaces([.. pages], [.. lines]);
    }

    /// <summary>Whether an operation names an address.</summary>
    private static bool TakesPlace(Operation operation) => operation.TakesLine || operation.Target is TranslationTarget.VirtualPage or TranslationTarget.AnyAsid;
}
