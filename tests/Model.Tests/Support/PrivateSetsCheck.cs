using CoherenceCheck.Model.Tests.Reference.Translation;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>
/// Compares the ghosts that the model keeps of translations, data and fetches with the subset construction of the private machine: after each instruction of random
/// programs, set by set.
/// </summary>
internal static class PrivateSetsCheck
{
    /// <summary>What is asked where contents are compared: everything is modelled then.</summary>
    public const string Contents = "isolation";

    /// <summary>What is asked where translations are compared alone.</summary>
    public const string Translations = "private_translation";

    private const int MostStates = 4_000;
    private const int MostInstructions = 12;

    /// <summary>Whether random programs tell a changed system from the private machine.</summary>
    /// <param name="change">Makes a fault.</param>
    /// <param name="groups">How many settings to look at, of 10 programs each.</param>
    /// <param name="property">What is asked: <see cref="Contents"/> or <see cref="Translations"/>.</param>
    public static bool Finds(Func<TransitionSystem, TransitionSystem> change, int groups = 60, string property = Contents) =>
        Enumerable.Range(1, groups).Any(seed => Run(seed, 10, "bare_metal", property, change, MostInstructions).Difference is not null);

    /// <summary>Compares the programs of a seed, which have one setting.</summary>
    public static PrivateSetsResult Run(int seed, int programs, string policy, string property, Func<TransitionSystem, TransitionSystem> change, int length = MostInstructions) =>
        Run(new PrivateGenerator(seed, asSpec: true).Programs(programs, length), policy, property, change, seed);

    /// <summary>Compares programs of one setting.</summary>
    public static PrivateSetsResult Run(IReadOnlyList<PrivateProgram> programs, string policy, string property, Func<TransitionSystem, TransitionSystem> change, int seed)
    {
        var spec = PrivateSpec.InAnyOrder(programs);
        var cell = Assert.Single(Specs.Cells(spec.ToText(policy, property)));
        var ghost = Binder.Bind(SystemHalf.OfGhost(change(cell.Model.System)), cell.Frozen);
        var steps = new QuickSteps(ghost);
        var all = new PrivateSetsResult(null, 0, 0, 0, 0, 0);
        foreach (var program in programs)
        {
            var result = PrivateComparison.Run(program, new ProgramGhost(program, spec, ghost, steps, seed), MostStates);
            var isKnown = result is { Difference: not null, Missing: null } && IsLargerByKinds(program, result.Difference);
            all = new(
                all.Difference ?? (isKnown || result.Difference is null ? null : $"{result.Difference}\n{program}\n{spec.ToText(policy, property)}"),
                all.Complete + (result.IsComplete ? 1 : 0), all.Sets + result.Sets, all.States + result.States, all.Larger + result.Larger, all.LargerByKinds + (isKnown ? 1 : 0));
        }

        return all;
    }

    /// <summary>An instruction of which some way leads a ghost elsewhere than another does; or <see langword="null"/>.</summary>
    public static string? DifferingWay(int seed, string policy, Func<TransitionSystem, TransitionSystem> change)
    {
        var programs = new PrivateGenerator(seed, asSpec: true).Programs(6, MostInstructions);
        var spec = PrivateSpec.InAnyOrder(programs);
        var cell = Assert.Single(Specs.Cells(spec.ToText(policy, Contents)));
        var half = Binder.Bind(SystemHalf.OfGhost(change(cell.Model.System)), cell.Frozen);
        var steps = new QuickSteps(half);
        foreach (var program in programs)
        {
            var ghost = new ProgramGhost(program, spec, half, steps, seed, all: true);
            foreach (var instruction in program.Instructions)
            {
                ghost.Step(instruction);
                if (ghost.Differing is { } way)
                {
                    return $"{instruction}: {way}";
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Whether what is larger is what a set for each kind of DC cannot tell apart: with IDC = 0 and a DC CIVAC open beside another DC (docs/model.md, Coarse). The rules
    /// written for the test alone have the same sets then.
    /// </summary>
    private static bool IsLargerByKinds(PrivateProgram program, string difference) =>
        !program.Setting.Idc && program.Instructions.Any(i => i.Op == PrivateOp.Civac) && program.Instructions.Any(i => i.Op is PrivateOp.Cvac or PrivateOp.Cvau)
        && PrivateComparison.Run(program, new PrivateGhost(program.Setting), MostStates).Difference == difference;
}

/// <summary>What a comparison found.</summary>
/// <param name="Difference">The first set that differs, with its program; or <see langword="null"/>.</param>
/// <param name="Complete">Programs that were compared to their end; the others have too many states.</param>
/// <param name="Sets">Sets compared.</param>
/// <param name="States">States of the subset construction.</param>
/// <param name="Larger">Sets that hold more only because an access has not faulted.</param>
/// <param name="LargerByKinds">Programs with sets that hold more since there is one for each kind of DC.</param>
internal sealed record PrivateSetsResult(string? Difference, long Complete, long Sets, long States, long Larger, long LargerByKinds);
