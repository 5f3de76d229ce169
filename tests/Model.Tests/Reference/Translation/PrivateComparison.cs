namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What a comparison found.</summary>
/// <param name="Difference">The first set that differs, or <see langword="null"/>.</param>
/// <param name="Missing">The first set of the ghost that lacks a member, or <see langword="null"/>.</param>
/// <param name="Larger">Sets of the ghost that hold more than the private machine's only because an access has not faulted; no difference.</param>
/// <param name="IsComplete">Whether everything was compared; not if there were too many states.</param>
/// <param name="Sets">Sets compared.</param>
/// <param name="States">States of the subset construction.</param>
internal sealed record PrivateResult(string? Difference, string? Missing, long Larger, bool IsComplete, long Sets, long States);

/// <summary>Compares all sets of a ghost, whoever keeps it, with the subset construction of the private machine, after each instruction.</summary>
internal sealed class PrivateComparison
{
    private string? _difference;
    private string? _missing;
    private long _larger;
    private long _sets;
    private long _states;

    /// <summary>Runs a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="ghost">A ghost that has executed nothing yet.</param>
    /// <param name="most">The most states that the private machine may have.</param>
    public static PrivateResult Run(PrivateProgram program, IPrivateSets ghost, int most)
    {
        var exact = new PrivateSubset(program.Setting, most);
        var comparison = new PrivateComparison();
        comparison.Compare(program.Setting, "at first", exact, ghost);
        foreach (var i in program.Instructions)
        {
            // A stage-1 fault: the instruction does nothing.
            if (i.IsAccess && exact.Translations(i.Vcpu, i.Va) == 0)
            {
                continue;
            }

            exact.Step(i);
            if (exact.IsTooLarge)
            {
                return comparison.Result(isComplete: false);
            }

            ghost.Step(i);
            comparison.Compare(program.Setting, $"after {i}", exact, ghost);
        }

        return comparison.Result(isComplete: true);
    }

    /// <summary>Repeats the instructions of an alphabet in every order, breadth first.</summary>
    /// <param name="alphabet">The alphabet.</param>
    /// <param name="start">A ghost that has executed nothing yet.</param>
    /// <param name="most">The most states that the private machine may have at a time.</param>
    /// <param name="nodes">How many different situations of both to look at.</param>
    public static PrivateResult Explore(PrivateProgram alphabet, PrivateGhost start, int most, int nodes)
    {
        var comparison = new PrivateComparison();
        var first = (Exact: new PrivateSubset(alphabet.Setting, most), Ghost: start, Trace: "");
        comparison.Compare(alphabet.Setting, "at first", first.Exact, first.Ghost);
        var seen = new HashSet<string>(StringComparer.Ordinal) { $"{first.Exact.Key()}#{first.Ghost.Key()}" };
        var queue = new Queue<(PrivateSubset Exact, PrivateGhost Ghost, string Trace)>([first]);
        var isComplete = true;
        while (queue.TryDequeue(out var node))
        {
            foreach (var i in alphabet.Instructions.Where(i => !i.IsAccess || node.Exact.Translations(i.Vcpu, i.Va) != 0))
            {
                var (exact, ghost, trace) = (node.Exact.Clone(), node.Ghost.Clone(), $"{node.Trace}\n{i}");
                exact.Step(i);
                ghost.Step(i);
                if (exact.IsTooLarge || seen.Count >= nodes)
                {
                    isComplete = false;
                }
                else if (seen.Add($"{exact.Key()}#{ghost.Key()}"))
                {
                    comparison.Compare(alphabet.Setting, $"after{trace}\n", exact, ghost);
                    queue.Enqueue((exact, ghost, trace));
                }
            }
        }

        return comparison.Result(isComplete);
    }

    private PrivateResult Result(bool isComplete) => new(_difference, _missing, _larger, isComplete, _sets, _states);

    private void Compare(PrivateSetting setting, string where, PrivateSubset exact, IPrivateSets ghost)
    {
        _states += exact.States.Count;
        foreach (var (name, wanted, kept) in Sets(setting, exact, ghost))
        {
            if (kept is not { } has)
            {
                continue;
            }

            _sets++;
            if (wanted != has && exact.HidesFault && (wanted & ~has) == 0)
            {
                _larger++;
            }
            else if (wanted != has)
            {
                var text = $"{where}: {name} is {has:b}, bare metal {wanted:b}";
                _difference ??= text;
                _missing ??= (wanted & ~has) != 0 ? text : null;
            }
        }
    }

    private static IEnumerable<(string Name, int Exact, int? Ghost)> Sets(PrivateSetting setting, PrivateSubset exact, IPrivateSets ghost)
    {
        for (var v = 0; v < setting.Vcpus; v++)
        {
            for (var a = 0; a < setting.Vas; a++)
            {
                yield return ($"gTu[{v}][{a}]", exact.Translations(v, a), ghost.Translations(v, a));
                for (var asid = 0; asid < setting.Asids; asid++)
                {
                    yield return ($"gT[{v}][{asid}][{a}]", exact.Tlb(v, asid, a), ghost.Tlb(v, asid, a));
                }
            }
        }

        for (var g = 0; g < setting.Pages; g++)
        {
            yield return ($"gH[{g}] Write-Back", exact.Loads(g, nonCacheable: false), ghost.Loads(g, nonCacheable: false));
            yield return ($"gH[{g}] Non-cacheable", exact.Loads(g, nonCacheable: true), ghost.Loads(g, nonCacheable: true));
            yield return ($"gH[{g}] PoU", exact.PoU(g), ghost.PoU(g));
            for (var v = 0; v < setting.Vcpus; v++)
            {
                yield return ($"gI[{v}][{g}]", exact.Icache(v, g), ghost.Icache(v, g));
            }
        }

        for (var v = 0; v < setting.Vcpus; v++)
        {
            for (var a = 0; a < setting.Vas; a++)
            {
                yield return ($"gQ[{v}][{a}]", exact.Fetches(v, a), ghost.Fetches(v, a));
                var loads = PrivateLeaf.In(ghost.Translations(v, a))
                    .Aggregate((int?)0, (all, leaf) => all | ghost.Loads(PrivateLeaf.Page(leaf), PrivateLeaf.IsNonCacheable(leaf)));
                yield return ($"what a load of {v} by {(char)('a' + a)} delivers", exact.LoadsBy(v, a), loads);
            }
        }
    }
}
