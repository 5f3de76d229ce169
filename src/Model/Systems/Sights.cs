using System.Collections.Immutable;
using CoherenceCheck.Model.Guests;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>What a reader of a verdict must know of the states behind it: whether bare metal promised anything where somebody fetched, and whether its promise was widened.</summary>
/// <remarks>They are conditions on states, so that a search can note them while it looks at each state anyway. A state in which a fetch is the next
/// step is one in which everything that the fetch reads counts, whatever a reduction leaves out.</remarks>
internal sealed class Sights(Shape shape, Sorts sorts, LineParts parts, VersionChoices versions, GuestRules guests)
{
    /// <summary>Somebody may fetch a line, and bare metal cannot show what it held first.</summary>
    public const string Promised = "promised";

    /// <summary>Somebody may store to a line through a Non-cacheable view while a cache of bare metal may hold it: what is promised of it is less than bare metal keeps.</summary>
    public const string Widened = "widened";

    /// <summary>Those that the system can come to.</summary>
    public IEnumerable<Property> All()
    {
        // Of several lines the followed version may have been in another one.
        if (!sorts.IsTracked || shape.Lines.Length == 1)
        {
            var promised = AtFetches((vcpu, line) => sorts.IsTracked
                ? Ex.And(versions.IsSomewhere, Ex.Eq(parts.Pipeline.Promised(vcpu, line), 0))
                : Ex.Not(Ex.Contains(parts.Pipeline.Promised(vcpu, line), Ex.Const(InitialOf(line)))));
            if (promised is not Expr.Const)
            {
                yield return new Property(Promised, PropertyKind.Sight, promised);
            }
        }

        if (shape.MayStoreNonCacheable)
        {
            var widened = Ex.Or([.. guests.Stores().Select(at => Ex.And(at.Stands, parts.GhostViews.MayBeNonCacheable(at.Vcpu, at.Line), parts.MayHideStore(at.Line)))]);
            if (widened is not Expr.Const)
            {
                yield return new Property(Widened, PropertyKind.Sight, widened);
            }
        }
    }

    /// <summary>In no state somebody may fetch a line of which bare metal excludes a version that it has held: exactly that nothing was promised.</summary>
    public Expr NothingIsPromised() => Ex.Not(AtFetches((vcpu, line) => Ex.Ne(Ex.BitAndNot(parts.Been(line)!, parts.Pipeline.Promised(vcpu, line)), 0)));

    private Expr AtFetches(Func<Expr, Expr, Expr> isPromised) => Ex.Or(
        [.. guests.Fetches().Select(at => Ex.And(at.Stands, Ex.Ne(parts.MachineViews.Union(at.Vcpu, m => parts.MachineViews.Tables.Executable(at.Vcpu, at.Line, m)), 0), isPromised(at.Vcpu, at.Line)))]);

    private int InitialOf(Expr line) => shape.Values.IndexOf(shape.Lines[(int)((Expr.Const)line).Value].Initial);
}
