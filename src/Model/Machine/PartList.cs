using System.Collections.Immutable;
using CoherenceCheck.Model.Judgements;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>The list of parts: of the machine, of bare metal, and the judgements that compare the two. A new mechanism is a folder beside the others and a line in a list.</summary>
/// <remarks>The order is that of their answers in a step, and of what a trace shows. What a part may read is what it is given when it is made: parts of the machine get no
/// part of the ghost, parts of the ghost none of the machine.</remarks>
internal abstract class PartList
{
    /// <summary>Readings that hold for machine and bare metal alike.</summary>
    public Architecture Architecture { get; protected init; } = null!;

    /// <summary>The parts of the machine.</summary>
    public ImmutableArray<MachinePart> Machine { get; protected init; }

    /// <summary>The parts of bare metal.</summary>
    public ImmutableArray<GhostPart> Ghost { get; protected init; }

    /// <summary>The automatic properties.</summary>
    public ImmutableArray<Judgement> Judgements { get; protected init; }

    /// <summary>SCTLR_EL1 of the vCPUs.</summary>
    public RegimePart Regime { get; protected init; } = null!;

    /// <summary>What <c>assert</c> says.</summary>
    public Assertions Assertions { get; protected init; } = null!;

    /// <summary>Whether the version that is followed stands in some line.</summary>
    public abstract bool HoldsFollowed(Valuation state);

    /// <summary>Maintenance that the parts obey, in the order of the operation table's kinds.</summary>
    public IEnumerable<Effect> Effects => Machine.SelectMany(part => part.Effects());

    /// <summary>What fills itself after every step, in the order in which it does.</summary>
    public IEnumerable<Fill> Fills => Machine.SelectMany(part => part.Fills()).Concat(Ghost.SelectMany(part => part.Fills())).OrderBy(fill => fill.Stratum).Select(fill => fill.Fill);

    /// <summary>What all parts of the machine do about something.</summary>
    public IEnumerable<Statement> OfMachine(Func<MachinePart, IEnumerable<Statement>> answer) => Machine.SelectMany(answer);

    /// <summary>What all parts of bare metal do about something.</summary>
    public IEnumerable<Statement> OfGhost(Func<GhostPart, IEnumerable<Statement>> answer) => Ghost.SelectMany(answer);
}
