namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>A setting and the order in which its vCPUs' instructions happen.</summary>
internal sealed record PrivateProgram(PrivateSetting Setting, IReadOnlyList<PrivateInstruction> Instructions)
{
    public override string ToString() => $"{Setting}\n{string.Join('\n', Instructions)}";
}

/// <summary>What the comparison of one program found.</summary>
/// <param name="Difference">The first set that differs, or <see langword="null"/>.</param>
/// <param name="IsComplete">Whether all instructions were compared; not if there were too many states.</param>
/// <param name="Sets">Sets compared.</param>
/// <param name="States">States of the subset construction.</param>
internal sealed record PrivateResult(string? Difference, bool IsComplete, long Sets, long States);

/// <summary>Runs a program in the subset construction of the private machine and in a ghost, and compares all sets after each instruction.</summary>
internal static class PrivateComparison
{
    public static PrivateResult Run(PrivateProgram program, PrivateGhost ghost, int most)
    {
        var setting = program.Setting;
        var exact = new PrivateSubset(setting, most);
        var (sets, states) = (0L, 0L);
        var where = "at first";
        foreach (var i in program.Instructions.Prepend(null))
        {
            if (i is not null)
            {
                // A stage-1 fault: the instruction does nothing.
                if (i.IsAccess && exact.Translations(i.Vcpu, i.Va) == 0)
                {
                    continue;
                }

                exact.Step(i);
                ghost.Step(i);
                where = $"after {i}";
            }

            states += exact.States.Count;
            if (exact.IsTooLarge)
            {
                return new PrivateResult(null, IsComplete: false, sets, states);
            }

            foreach (var (name, wanted, has) in Sets(setting, exact, ghost))
            {
                sets++;
                if (wanted != has)
                {
                    return new PrivateResult($"{where}: {name} is {has:b}, bare metal {wanted:b}", IsComplete: true, sets, states);
                }
            }
        }

        return new PrivateResult(null, IsComplete: true, sets, states);
    }

    private static IEnumerable<(string Name, int Exact, int Ghost)> Sets(PrivateSetting setting, PrivateSubset exact, PrivateGhost ghost)
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
            yield return ($"gF[{g}]", exact.PoU(g), ghost.PoU(g));
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
            }
        }
    }
}
