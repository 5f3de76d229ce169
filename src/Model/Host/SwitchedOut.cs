using System.Collections.Immutable;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>
/// vCPUs that were switched out in the middle of a handler (<c>preempt</c>, a lock that sleeps): where each goes on, with what its handlers know. What a pCPU had of them
/// is the vCPU's meanwhile, and then of the pCPU on which it is loaded next: <c>p</c> is where the handler runs now, and a <c>let q = p</c> keeps where it ran.
/// </summary>
internal sealed class SwitchedOut
{
    /// <summary>The name of the variable that says where each goes on.</summary>
    public const string Name = "asleep";

    private readonly Sorts _sorts;
    private readonly Variable _goesOnAt;
    private readonly ImmutableArray<(Variable OfPcpu, Variable OfVcpu)> _kept;

    /// <summary>Declares what is kept.</summary>
    /// <param name="sorts">The sorts.</param>
    /// <param name="declarations">Takes the variables.</param>
    /// <param name="locations">How many places a handler has.</param>
    /// <param name="known">What handlers know, by pCPU.</param>
    public SwitchedOut(Sorts sorts, Declarations declarations, int locations, IEnumerable<Variable> known)
    {
        _sorts = sorts;
        _goesOnAt = declarations.State(Section.Control, Name, [sorts.Vcpu], new Domain.Range(0, locations - 1));
        _kept = [.. known.Select(variable => (variable, declarations.State(Section.Control, "kept." + variable.Name, [sorts.Vcpu, .. variable.Index[1..]], variable.Domain)))];
    }

    /// <summary>Whether a vCPU is.</summary>
    public Expr Is(Expr vcpu) => Ex.Ne(Ex.Read(_goesOnAt, vcpu), 0);

    /// <summary>Whether no vCPU is.</summary>
    public Expr IsNone() => Ex.All("u", _sorts.Vcpu, Ex.Not(Is(Ex.Local("u"))));

    /// <summary>A vCPU is switched out.</summary>
    public IEnumerable<Statement> Begins(Expr p, Expr vcpu, Expr location) =>
    [
        Ex.Assign(_goesOnAt, [vcpu], location),
        .. _kept.SelectMany(kept => new[]
        {
            Ex.Assign(kept.OfVcpu, [vcpu], Ex.Read(kept.OfPcpu, p)),
            Ex.Assign(kept.OfPcpu, [p], Ex.Const(kept.OfPcpu.Domain.Min)),
        }),
    ];

    /// <summary>It goes on.</summary>
    /// <param name="p">The pCPU.</param>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="goes">Moves control to a location.</param>
    public IEnumerable<Statement> Ends(Expr p, Expr vcpu, Func<Expr, IEnumerable<Statement>> goes) =>
    [
        .. goes(Ex.Read(_goesOnAt, vcpu)),
        .. _kept.SelectMany(kept => new[]
        {
            Ex.Assign(kept.OfPcpu, [p], Ex.Read(kept.OfVcpu, vcpu)),
            Ex.Assign(kept.OfVcpu, [vcpu], Ex.Const(kept.OfVcpu.Domain.Min)),
        }),
        Ex.Assign(_goesOnAt, [vcpu], Ex.Const(0)),
    ];
}
