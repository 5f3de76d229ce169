using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <param name="Operations">The operations.</param>
/// <param name="TogglesMmu">Whether it turns its MMU on and off.</param>
/// <param name="Remaps">Whether it stores to its stage-1 tables.</param>
/// <param name="Switches">Whether it goes on under other stage-2 contexts of its VM.</param>
internal sealed record BoundAlphabet(ImmutableArray<Operation> Operations, bool TogglesMmu, bool Remaps, bool Switches);

/// <summary>Binds the alphabet of an <c>any</c> guest.</summary>
internal sealed class AlphabetBinder(ScenarioScope scope, DiagnosticBag diagnostics)
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

        return new BoundAlphabet(alphabet, words.Contains(Mmu), words.Contains(Remap), words.Contains(Under));
    }
}
