using System.Collections.Immutable;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export.Tests;

/// <summary>Exports with one thing wrong, as a mistake in the exporter would make it.</summary>
internal static class Faults
{
    public static TheoryData<string> Names { get; } = ["dropped rule", "dropped fill", "wrong guard", "dropped walk"];

    /// <summary>A shipped cell without property, as it is and with the fault.</summary>
    public static (FlatSystem Sound, FlatSystem Faulty) Of(string fault)
    {
        var isAboutTranslations = fault == "dropped walk";
        var bound = isAboutTranslations
            ? Specs.Cells(Specs.LoadFile(Path.Combine("..", "translation", "c17-page-out.coh")).Scenarios[1]).DistinctBy(cell => cell.Row).ElementAt(3).Bound
            : Specs.Cells(Specs.LoadFile("c01-icache-isolation.coh").Scenarios[1]).DistinctBy(cell => cell.Row).ElementAt(3).Bound;
        var sound = FlatSystems.Flat(bound, null);
        return (sound, fault switch
        {
            "dropped rule" => sound with { Rules = [.. sound.Rules.Where(rule => !rule.Name.StartsWith("hw.pend.iall", StringComparison.Ordinal))] },

            // The flat system of the same system without a fill of the I-cache, from the sound system's initial state.
            "dropped fill" => FlatSystems.Flat(bound with { Fills = bound.Fills.RemoveAll(fill => fill.Name == "fill.I") }, null) with { InitialStates = sound.InitialStates },

            // The same of what a stage-2 walk leaves in a TLB.
            "dropped walk" => FlatSystems.Flat(bound with { Fills = bound.Fills.RemoveAll(fill => fill.Name.StartsWith("walk2.", StringComparison.Ordinal)) }, null) with { InitialStates = sound.InitialStates },
            _ => sound with { Rules = sound.Rules.SetItem(0, sound.Rules[0] with { Guard = Weaker(sound.Rules[0].Guard) }) },
        });
    }

    private static Expr Weaker(Expr guard) => guard is Expr.Binary { Op: BinaryOp.And } both ? both.Left : Ex.True;
}
