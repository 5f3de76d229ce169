using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe.InOrder;

/// <summary>The in-order PE where addresses are what they are for good: operations name lines.</summary>
internal sealed class LinePe(PeSurroundings surroundings, LineParts parts) : InOrderPe(surroundings, parts)
{
    private readonly LineParts _parts = parts;

    /// <summary>A store. On bare metal it goes by the SCTLR_EL1 values that the program itself leaves in force, which must agree: that they do is the program's own rule (CC0504).</summary>
    protected override IEnumerable<Choice> Store(Access access)
    {
        var (actor, x) = (access.Actor, access.Line!);
        var vcpu = actor.Vcpu;
        var version = Versions.Stored(access.Value);
        var n = version.Value;
        var (allowed, ghost) = (version.Allowed, _parts.OfGhost(part => part.OnCacheableStore(x, n)));
        var (cacheable, nonCacheable) = (Ex.True, Ex.False);
        if (vcpu is not null)
        {
            (cacheable, nonCacheable) = (_parts.MachineViews.MayBeCacheable(vcpu, x), _parts.MachineViews.MayBeNonCacheable(vcpu, x));
            var isCacheable = _parts.GhostViews.MayBeCacheable(vcpu, x);
            allowed = Ex.And(allowed, Ex.Not(Ex.And(isCacheable, _parts.GhostViews.MayBeNonCacheable(vcpu, x))));
            ghost = [Ex.IfElse(isCacheable, [.. ghost], [.. _parts.OfGhost(part => part.OnNonCacheableStore(x, n))])];
        }

        var store = new Store(vcpu, actor.Pcpu, x, n, allowed, cacheable, nonCacheable);
        IEnumerable<Choice> ways = [Choice.Always()];
        foreach (var part in _parts.Machine)
        {
            ways = [.. ways.SelectMany(first => part.OnStore(store).Select(first.Then))];
        }

        return ways.Select(way => way.Then([.. ghost, .. _parts.OfGhost(part => part.OnStored(x, n)), .. version.Used]) with
        {
            Parameters = version.Parameters,
            Version = version.Operand,
        });
    }

    /// <summary>A fetch delivers any value of the pipeline.</summary>
    protected override IEnumerable<Choice> Fetch(Access access)
    {
        var (vcpu, p, x) = (access.Actor.Vcpu!, access.Actor.Pcpu!, access.Line!);
        IEnumerable<Statement> Judge(Expr? version) => _parts.Judgements.SelectMany(judgement => judgement.OnFetch(vcpu, p, x, version));
        var captured = _parts.Pipeline.Captured(p, x);
        if (!Sorts.IsTracked)
        {
            var n = Versions.Any();
            yield return new Choice("", [n], Ex.Contains(captured, Ex.Param(n)), [.. Judge(Ex.Param(n))]) { Version = n };
            yield break;
        }

        yield return Choice.When(Ex.Ne(captured, 0), [.. Judge(null)]) with { Suffix = ".it", Version = 0 };
        if (access.Proceeds)
        {
            yield return Choice.Always() with { Suffix = ".other", Version = 1 };
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<Choice> Load(Access access) => [Choice.Always()];

    /// <summary>DC by a line.</summary>
    protected override IEnumerable<Choice> Clean(Access access, KindRow kind)
    {
        var (actor, x) = (access.Actor, access.Line!);
        var issue = Choice.Always(PendingOf.Issue(kind.Kind, actor.Pe, x, Power.Reaches));
        return [actor.Vcpu is not { } vcpu ? issue : issue.Then(
        [
            .. _parts.OfGhost(part => part.OnCleanToPoU(vcpu, x, kind.InvalidatesData)),
            .. _parts.OfGhost(part => kind.InvalidatesData ? part.OnInvalidate(vcpu, x) : []),
            .. _parts.OfGhost(part => kind.Cleans == CleanPoint.PoC ? part.OnCleanToPoC(vcpu, x) : []),
        ])];
    }

    /// <summary>IC by a line: it reaches the whole Inner Shareable domain.</summary>
    protected override IEnumerable<Choice> InvalidateLine(Access access)
    {
        var (actor, x) = (access.Actor, access.Line!);
        var issue = Choice.Always(PendingOf.Issue(OperationKind.InvalidateInstructionLine, actor.Pe, x, Power.Reaches));
        return [actor.Vcpu is { } vcpu ? issue.Then(_parts.OfGhost(part => part.OnInvalidateInstructions(vcpu, x, everywhere: true))) : issue];
    }

    /// <summary>TLBI: the local form reaches the whole domain at EL1 under HCR_EL2.FB.</summary>
    protected override IEnumerable<Choice> InvalidateTranslations(Access access) => [Choice.Always(PendingOf.Issue(
        OperationKind.InvalidateTranslations, access.Actor.Pe, null, target => Reach(access.Actor, target, access.Operation.Scope, ForcesBroadcast(access.Actor))))];

    /// <inheritdoc/>
    protected override IEnumerable<Statement> GhostInvalidatesAll(Expr vcpu, bool everywhere) =>
        [Ex.ForEach("x", Sorts.Line, [.. _parts.OfGhost(part => part.OnInvalidateInstructions(vcpu, Ex.Local("x"), everywhere))])];

    /// <summary>On bare metal nobody widens a barrier.</summary>
    protected override IEnumerable<Statement> GhostBarrier(Expr vcpu, bool isWide)
    {
        var x = Ex.Local("x");
        var covers = isWide ? Ex.True : _parts.Architecture.LocalBarrierCompletesCleans;
        IEnumerable<Statement> Cleans(IEnumerable<Statement> answers) => covers is Expr.Const { Value: var known }
            ? known != 0 ? answers : []
            : answers.ToArray() is { Length: > 0 } some ? [Ex.When(covers, some)] : [];
        Statement[] perLine = [.. _parts.OfGhost(part => [.. Cleans(part.OnCleansComplete(vcpu, x)), .. part.OnInvalidationsComplete(vcpu, x, isWide)])];
        return [.. perLine.Length > 0 ? [Ex.ForEach("x", Sorts.Line, perLine)] : Array.Empty<Statement>(), .. Cleans(_parts.OfGhost(part => part.OnAllCleansComplete(vcpu)))];
    }

    /// <inheritdoc/>
    protected override IEnumerable<Statement> SynchronisesLines(Expr p, Expr? vcpu)
    {
        var x = Ex.Local("x");
        return [Ex.ForEach("x", Sorts.Line, [.. _parts.OfMachine(part => part.OnSynchronise(p, x)), .. vcpu is null ? [] : _parts.OfGhost(part => part.OnSynchronise(vcpu, x))])];
    }
}
