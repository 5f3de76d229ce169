using System.Collections.Immutable;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>
/// Descriptors of tables, each as the set of what a walk may read of it now, and for each of those who store, what may be read since its own last store: a DSB of the one
/// who stored leaves that (translation.md 3, W). A store joins the set and everybody's; who has nothing open has all there is.
/// </summary>
/// <param name="set">What may be read.</param>
/// <param name="since">For each who stores, what may be read since; <see langword="null"/> where nobody does.</param>
/// <param name="owners">Who stores.</param>
internal sealed class DescriptorSet(Variable set, Variable since, Sort owners)
{
    private readonly Expr _full = Ex.Const(((Domain.Subset)set.Domain).Sort.FullMask);

    /// <summary>What may be read.</summary>
    public Expr Read(ReadOnlySpan<Expr> place) => Ex.Read(set, place);

    /// <summary>What may be read of a descriptor, in words: what stands there, and what may still be read in its place.</summary>
    /// <param name="set">What may be read.</param>
    /// <param name="current">What was stored last; <see langword="null"/> where that is not known.</param>
    /// <param name="descriptors">The descriptors; the last is none.</param>
    public static string Words(long set, long? current, Sort descriptors)
    {
        string Name(int value) => value == descriptors.Size - 1 ? "none" : descriptors.Elements[value];
        var read = Enumerable.Range(0, descriptors.Size).Where(value => (set >> value & 1) != 0).OrderByDescending(value => value == current).Select(Name);
        return string.Join(" or ", read);
    }

    /// <summary>Nothing is open.</summary>
    public Statement Initially() => Translator.Everywhere(since, [], _full);

    /// <summary>A store.</summary>
    public IEnumerable<Statement> Store(Expr owner, ImmutableArray<Expr> place, Expr value)
    {
        var o = Ex.Local("o");
        var one = Ex.Singleton(value);
        yield return Ex.Assign(set, place.AsSpan(), Ex.BitOr(Ex.Read(set, place.AsSpan()), one));
        yield return Ex.ForEach("o", owners, Ex.Assign(since, [o, .. place], Ex.If(Ex.Eq(o, owner), one, Ex.BitOr(Ex.Read(since, [o, .. place]), one))));
    }

    /// <summary>A DSB that covers the owner's stores is complete.</summary>
    public IEnumerable<Statement> Complete(Expr owner)
    {
        ImmutableArray<Sort> sorts = set.Index;
        ImmutableArray<Expr> place = [.. sorts.Select((_, i) => Ex.Local("d" + i))];
        Statement[] body =
        [
            Ex.Assign(set, place.AsSpan(), Ex.BitAnd(Ex.Read(set, place.AsSpan()), Ex.Read(since, [owner, .. place]))),
            Ex.Assign(since, [owner, .. place], _full),
        ];
        for (var i = sorts.Length - 1; i >= 0; i--)
        {
            body = [Ex.ForEach("d" + i, sorts[i], body)];
        }

        return body;
    }

    /// <summary>What is open forgets what cannot be read anyway: states that mean the same are one.</summary>
    public OrderedFill Forgets(Stratum stratum)
    {
        ImmutableArray<Parameter> place = [new("o", owners), .. set.Index.Select((sort, i) => new Parameter("d" + i, sort))];
        Expr[] own = [.. place.Skip(1).Select(Ex.Param)];
        return new(stratum, new Fill("drop." + since.Name, place, since, [.. place.Select(Ex.Param)], Ex.BitAndNot(_full, Ex.Read(set, own)), Ex.True));
    }
}
