using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe.InOrder;

/// <summary>Maintenance that was issued and is not complete. It belongs to the PE that issued it, not to the vCPU, and takes effect at any time, on each of its targets at that target's own.</summary>
internal sealed class PendingMaintenance
{
    private readonly Sorts _sorts;
    private readonly ImmutableArray<(Effect Effect, Variable Pending)> _queues;

    public PendingMaintenance(Shape shape, Sorts sorts, Declarations declarations, IEnumerable<Effect> effects)
    {
        _sorts = sorts;
        _queues = [.. effects.Where(effect => shape.Uses(effect.Kind)).Select(effect => (effect, declarations.State(
            Section.Pending,
            "pend." + effect.Name,
            [sorts.Pe, .. effect.Place.Select(part => part.Sort)],
            effect.Target is { } target ? new Domain.Subset(target.Parameter.Sort) : Sorts.Truth)))];
    }

    /// <summary>Each kind of it.</summary>
    public IEnumerable<PendingQueue> Queues => _queues.Select(queue => new PendingQueue(queue.Effect, queue.Pending));

    /// <summary>Whether some part obeys an operation.</summary>
    public bool Obeys(OperationKind kind) => _queues.Any(queue => queue.Effect.Kind == kind);

    /// <summary>An operation is issued.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="pe">The PE that will own it.</param>
    /// <param name="x">The line, of an operation by line.</param>
    /// <param name="reach">The targets that it reaches, given its effect.</param>
    public Statement Issue(OperationKind kind, Expr pe, Expr? x, Func<EffectTarget, Expr> reach)
    {
        if (_queues.FirstOrDefault(queue => queue.Effect.Kind == kind) is not { Effect: { } effect, Pending: { } pending })
        {
            throw new InvalidOperationException($"No part has an effect of {kind}.");
        }

        if (effect.IsByLine)
        {
            // One that does not reach all leaves what was sent to others before.
            var reached = effect.Target is { } target ? reach(target) : Ex.True;
            return Ex.When(effect.IsNeeded!(x!), Ex.Assign(pending, [pe, x!], reached is Expr.Const ? reached : Ex.BitOr(Ex.Read(pending, pe, x!), reached)));
        }

        var issue = Ex.Assign(pending, [pe], Ex.BitOr(Ex.Read(pending, pe), reach(effect.Target!)));
        return effect.IsNeeded is { } isNeeded ? Ex.When(Ex.Any("x", _sorts.Line, isNeeded(Ex.Local("x"))), issue) : issue;
    }

    /// <summary>An operation of one form among several of its kind is issued, on what it is of.</summary>
    /// <param name="name">The name of its effect.</param>
    /// <param name="pe">The PE that will own it.</param>
    /// <param name="place">What it is of.</param>
    /// <param name="reach">The targets that it reaches.</param>
    public Statement Issue(string name, Expr pe, ImmutableArray<Expr> place, Func<EffectTarget, Expr> reach)
    {
        var (effect, pending) = _queues.First(queue => queue.Effect.Name == name);
        Expr[] index = [pe, .. place];
        return Ex.Assign(pending, index, Ex.BitOr(Ex.Read(pending, index), reach(effect.Target!)));
    }

    /// <summary>An operation by line, of one form among several of its kind, is issued.</summary>
    public Statement IssueByLine(string name, Expr pe, Expr x)
    {
        var (effect, pending) = _queues.First(queue => queue.Effect.Name == name);
        return Ex.When(effect.IsNeeded!(x), Ex.Assign(pending, [pe, x], Ex.True));
    }

    /// <summary>Whether nothing of a PE is pending.</summary>
    public Expr IsDone(Expr pe)
    {
        var byLine = _queues.Where(queue => queue.Effect.IsByLine).Select(queue => Ex.Eq(Ex.Read(queue.Pending, pe, Ex.Local("x")), 0)).ToArray();
        var whole = _queues.Where(queue => !queue.Effect.IsByLine).Select(queue => Everywhere(queue, pe, pending => Ex.Eq(pending, 0))).ToArray();
        return Ex.And(byLine.Length == 0 ? Ex.True : Ex.All("x", _sorts.Line, Ex.And(byLine)), Ex.And(whole));
    }

    /// <summary>Whether no DC of a PE is pending.</summary>
    public Expr IsCleaned(Expr pe)
    {
        Expr[] cleans = [.. _queues.Where(queue => queue.Effect.Target is null).Select(queue => Ex.Eq(Ex.Read(queue.Pending, pe, Ex.Local("x")), 0))];
        return cleans.Length == 0 ? Ex.True : Ex.All("x", _sorts.Line, Ex.And(cleans));
    }

    /// <summary>Whether nothing of a PE is pending on what belongs to a pCPU: what the NSH form of a DSB waits for of IC and TLBI.</summary>
    public Expr IsDoneOn(Expr pe, Expr pcpu)
    {
        Expr NotOn(EffectTarget target, Expr pending) => target.OwnOnes is null ? Ex.Not(Ex.Contains(pending, target.Own(pcpu))) : Ex.Eq(Ex.BitAnd(pending, target.OwnSet(pcpu)), 0);
        return Ex.And([.. _queues.Where(queue => queue.Effect.Target is not null).Select(queue => Everywhere(queue, pe, pending => NotOn(queue.Effect.Target!, pending)))]);
    }

    /// <summary>A condition on all that is pending of a kind.</summary>
    private static Expr Everywhere((Effect Effect, Variable Pending) queue, Expr pe, Func<Expr, Expr> condition)
    {
        var place = queue.Effect.Place;
        return place.Reverse().Aggregate(condition(Ex.Read(queue.Pending, [pe, .. place.Select(part => Ex.Local(part.Name))])), (inner, part) => Ex.All(part.Name, part.Sort, inner));
    }

    /// <summary>Each takes effect by itself.</summary>
    public void AddHardware(HardwareRules rules)
    {
        foreach (var (effect, pending) in _queues)
        {
            AddHardware(rules, effect, pending);
        }
    }

    private void AddHardware(HardwareRules rules, Effect effect, Variable pending)
    {
        var e = new Parameter("e", _sorts.Pe);
        ImmutableArray<Parameter> owner = [e, .. effect.Place];
        Expr[] place = [.. owner.Select(Ex.Param)];
        ImmutableArray<Expr> line = [.. effect.Place.Select(Ex.Param)];
        var operands = new HardwareOperands(e, effect.IsByLine ? (Operand)effect.Place[0] : null);
        string Words(Narration.StepWords words, string? on) =>
            $"{effect.WordsOf([.. effect.Place.Select(part => effect.IsByLine ? words.Line : words[part])])} takes effect{(on is null ? "" : " on " + on)}";
        if (effect.Target is not { } target)
        {
            rules.Add(pending.Name, words => Words(words, null), operands, owner, Ex.Ne(Ex.Read(pending, place), 0),
                [Ex.Assign(pending, place, Ex.False), .. effect.Takes(line, null)]);
            return;
        }

        var on = target.Parameter;
        var targets = Ex.Read(pending, place);
        var oneByOne = Ex.Contains(targets, Ex.Param(on));
        rules.Add(
            pending.Name,
            words => Words(words, words[on]),
            operands with { Target = on },
            [.. owner, on],
            target.AtOneInstant is null ? oneByOne : Ex.And(Ex.Not(target.AtOneInstant), oneByOne),
            [Ex.Assign(pending, place, Ex.BitAndNot(targets, Ex.Singleton(Ex.Param(on)))), .. effect.Takes(line, Ex.Param(on))]);
        if (target.AtOneInstant is not null)
        {
            rules.Add(pending.Name + ".at_once", words => Words(words, "every target"), operands, owner, Ex.And(target.AtOneInstant, Ex.Ne(targets, 0)),
            [
                Ex.ForEach("r", on.Sort, Ex.When(Ex.Contains(targets, Ex.Local("r")), [.. effect.Takes(line, Ex.Local("r"))])),
                Ex.Assign(pending, place, Ex.False),
            ]);
        }
    }
}
