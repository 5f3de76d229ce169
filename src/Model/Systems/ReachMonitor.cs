using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>Notes that control got where a model watches for it.</summary>
internal sealed class ReachMonitor
{
    private readonly Watch? _watch;
    private readonly Variable? _reached;

    public ReachMonitor(Declarations declarations, Watch? watch)
    {
        _watch = watch;
        _reached = watch is null or Watch.Promise ? null : declarations.State(Section.Control, "watch.reached", [], new Domain.Range(0, 1));
    }

    /// <summary>Whether this is what is watched for.</summary>
    public bool IsFor(Watch watch) => _watch == watch;

    /// <summary>Whether it is a statement with this label, of the policy or of a program or task.</summary>
    public bool IsFor(string? label, bool inPolicy) => label is not null && _watch == new Watch.Label(label, inPolicy);

    /// <summary>A body that notes what is watched for, where it is one of these.</summary>
    public IEnumerable<Statement> Noting(IEnumerable<Statement> body, params IEnumerable<Watch> watches) => watches.Any(IsFor) ? [Reached(), .. body] : body;

    /// <summary>Control is there.</summary>
    public Statement Reached() => Ex.Assign(_reached!, [], Ex.True);

    /// <summary>That it never is; nothing where nothing is watched for.</summary>
    public ImmutableArray<Property> Properties() =>
        _reached is null ? [] : [new Property(Watch.Property, PropertyKind.Invariant, Ex.Eq(Ex.Read(_reached), 0))];
}
