using System.Collections.Immutable;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>
/// Descriptors of tables, each as the set of what a walk may read of it now, and for each of those who store, what may be read since its own last store: a DSB of the one
/// who stored leaves that (translation.md 3, W). A store joins the set and everybody's; who has nothing open has all there is. Who gives a lock back hands on what is open
/// (stores are cumulative, Arm ARM B2.3): a DSB of the next one who takes it completes that, too.
/// </summary>
/// <param name="set">What may be read.</param>
/// <param name="since">For each who stores, what may be read since; <see langword="null"/> where nobody does.</param>
/// <param name="owners">Who stores.</param>
/// <param name="handed">For each lock, by its name, what may be read since the last store that was open when it was given back, indexed by the lock first.</param>
internal sealed class DescriptorSet(Variable set, Variable since, Sort owners, ImmutableSortedDictionary<string, Variable>? handed = null)
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
    public IEnumerable<Statement> Initially() => [Translator.Everywhere(since, [], _full), .. Handed.Select(lockSince => Translator.Everywhere(lockSince, [], _full))];

    private IEnumerable<Variable> Handed => handed?.Values ?? [];

    /// <summary>A store.</summary>
    public IEnumerable<Statement> Store(Expr owner, ImmutableArray<Expr> place, Expr value)
    {
        var o = Ex.Local("o");
        var one = Ex.Singleton(value);
        yield return Ex.Assign(set, place.AsSpan(), Ex.BitOr(Ex.Read(set, place.AsSpan()), one));
        yield return Ex.ForEach("o", owners, Ex.Assign(since, [o, .. place], Ex.If(Ex.Eq(o, owner), one, Ex.BitOr(Ex.Read(since, [o, .. place]), one))));
        foreach (var held in Handed)
        {
            ImmutableArray<Sort> index = held.Index[..^place.Length];
            Expr[] own = [.. index.Select((_, i) => Ex.Local("l" + i)), .. place];
            Statement joins = Ex.Assign(held, own, Ex.BitOr(Ex.Read(held, own), one));
            yield return index.Select((sort, i) => (sort, i)).Reverse().Aggregate(joins, (body, one) => Ex.ForEach("l" + one.i, one.sort, body));
        }
    }

    /// <summary>A lock is taken: what is open of those who had it is the owner's to complete.</summary>
    public IEnumerable<Statement> Acquire(Expr owner, HeldLock held) => HandOn(held, (lockSince, place) => Ex.Assign(since, [owner, .. place], Ex.BitAnd(Ex.Read(since, [owner, .. place]), Ex.Read(lockSince, [.. held.Index, .. place]))));

    /// <summary>A lock is given back.</summary>
    public IEnumerable<Statement> Release(Expr owner, HeldLock held) => HandOn(held, (lockSince, place) =>
        Ex.Assign(lockSince, [.. held.Index, .. place], Ex.BitAnd(Ex.Read(lockSince, [.. held.Index, .. place]), Ex.Read(since, [owner, .. place]))));

    private IEnumerable<Statement> HandOn(HeldLock held, Func<Variable, ImmutableArray<Expr>, Statement> one)
    {
        if (handed?.GetValueOrDefault(held.Name) is not { } lockSince)
        {
            return [];
        }

        ImmutableArray<Expr> place = [.. set.Index.Select((_, i) => Ex.Local("d" + i))];
        return [set.Index.Select((sort, i) => (sort, i)).Reverse().Aggregate(one(lockSince, place), (body, index) => Ex.ForEach("d" + index.i, index.sort, body))];
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
    public IEnumerable<OrderedFill> Forgets(Stratum stratum)
    {
        ImmutableArray<Parameter> descriptor = [.. set.Index.Select((sort, i) => new Parameter("d" + i, sort))];
        Expr[] own = [.. descriptor.Select(Ex.Param)];
        foreach (var open in Handed.Prepend(since))
        {
            ImmutableArray<Parameter> place = open == since
                ? [new("o", owners), .. descriptor]
                : [.. open.Index[..^own.Length].Select((sort, i) => new Parameter("l" + i, sort)), .. descriptor];
            yield return new(stratum, new Fill("drop." + open.Name, place, open, [.. place.Select(Ex.Param)], Ex.BitAndNot(_full, Ex.Read(set, own)), Ex.True));
        }
    }
}
