using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host.Flows;

/// <summary>A place where control may go: a step, or another target that stands for it.</summary>
internal sealed class FlowTarget
{
    private const int MostHops = 10_000;

    /// <summary>The step, once known; <see langword="null"/> for a fixed location.</summary>
    public FlowStep? Step { get; private set; }

    /// <summary>A location outside the flow (guest, idle, end of a program), once known.</summary>
    public int? Fixed { get; private set; }

    /// <summary>For what is no step of its own and can be left out (<c>return</c>, <c>forever</c>): where control goes with it, and where without.</summary>
    public Passing? Pass { get; private init; }

    /// <summary>A label whose statement has been done when control comes here, if control came through it: with the labels that can leave it out.</summary>
    public (string Label, ImmutableArray<string> Labels)? Done { get; private init; }

    private FlowTarget? _same;

    /// <summary>The same place, by a way on which a statement has been done.</summary>
    public static FlowTarget Behind(string label, ImmutableArray<string> labels, FlowTarget next) => new() { Done = (label, labels), _same = next };

    /// <summary>This target and those that it stands for, up to the one that is no other.</summary>
    public IEnumerable<FlowTarget> Way()
    {
        var target = this;
        for (var hops = 0; target is not null && hops <= MostHops; hops++)
        {
            yield return target;
            target = target._same;
        }
    }

    /// <summary>Control goes to <paramref name="with"/> where none of the labels is switched off, else to <paramref name="without"/>.</summary>
    public static FlowTarget Either(ImmutableArray<string> labels, FlowTarget with, FlowTarget without) =>
        labels.IsEmpty ? with : new() { Pass = new Passing(labels, with, without) };

    public static FlowTarget To(FlowStep step) => new() { Step = step };

    public static FlowTarget At(int location) => new() { Fixed = location };

    /// <summary>Makes this target, made before what it points at was known, the same as another.</summary>
    public void Bind(FlowTarget other) => _same = other;

    /// <summary>A location outside the flow whose number is settled later.</summary>
    public void BindTo(int location) => Fixed = location;

    /// <summary>What this target stands for; <see langword="null"/> for a loop in which nothing is done.</summary>
    public FlowTarget? Resolve()
    {
        var target = this;
        for (var hops = 0; target._same is not null; hops++)
        {
            if (hops > MostHops)
            {
                return null;
            }

            target = target._same;
        }

        return target;
    }
}

/// <summary>Two ways on, by whether some labels are switched off.</summary>
/// <param name="Labels">The labels, at least one.</param>
/// <param name="With">Where control goes if all of them are on.</param>
/// <param name="Without">Where it goes if one is off.</param>
internal sealed record Passing(ImmutableArray<string> Labels, FlowTarget With, FlowTarget Without);

/// <summary>What a step of a flow does.</summary>
internal abstract record FlowAction
{
    private FlowAction()
    {
    }

    /// <summary>Does what the statement says, then goes on.</summary>
    public sealed record Do(Stmt Statement) : FlowAction;

    /// <summary>Goes to the first target if the condition is true, else to the second.</summary>
    public sealed record Test(SpecExpr Condition, string Text) : FlowAction;

    /// <summary>Goes to any target.</summary>
    public sealed record Fork : FlowAction;

    /// <summary>Notes that control came this way, in a model that watches for it.</summary>
    public sealed record Mark : FlowAction;

    /// <summary>Waits for a lock and takes it; who may sleep may be switched out while he waits.</summary>
    public sealed record Acquire(Variable Lock, ImmutableArray<Expr> Index, string Text, bool MaySleep) : FlowAction;

    /// <summary>May be switched out here.</summary>
    public sealed record Preempt : FlowAction;

    /// <summary>Goes on where it was switched out.</summary>
    public sealed record GoOn : FlowAction;

    /// <summary>Gives a lock back.</summary>
    public sealed record Release(Variable Lock, ImmutableArray<Expr> Index, string Text) : FlowAction;
}

/// <summary>One step of a handler, program or task: a location of its program counter.</summary>
internal sealed class FlowStep(FlowAction action, ImmutableArray<FlowTarget> next, ImmutableArray<string> labels, ImmutableArray<Watch.Label> within, string? ownLabel, FlowScope scope, Language.Text.SourceSpan span, string part)
{
    public FlowAction Action { get; } = action;

    public ImmutableArray<FlowTarget> Next { get; } = next;

    /// <summary>The labels around it that can be switched off, its own included: without any of them it is passed over.</summary>
    public ImmutableArray<string> Labels { get; } = labels;

    /// <summary>The labels of all statements that it is a step of, of those in it too if it executes them whenever it is executed: when it fires, they ran.</summary>
    public ImmutableArray<Watch.Label> Within { get; } = within;

    /// <summary>The innermost label of the statement, for coverage.</summary>
    public string? OwnLabel { get; } = ownLabel;

    /// <summary>What names stand for here.</summary>
    public FlowScope Scope { get; } = scope;

    public Language.Text.SourceSpan Span { get; } = span;

    /// <summary>The part of the agent's flow that it belongs to: a handler's event.</summary>
    public string Part { get; } = part;

    /// <summary>What keeps the agent on its CPU here, preemption being off: for each a set of labels of which none must be left out.</summary>
    public ImmutableArray<ImmutableArray<string>> Pins { get; init; } = [];

    /// <summary>The location, numbered when the flow is complete.</summary>
    public int Location { get; set; } = -1;
}

/// <summary>What names stand for at a place of a flow: parameters and loop variables, <c>let</c> variables.</summary>
internal sealed record FlowScope(ImmutableDictionary<Symbol, Expr> Values)
{
    public static FlowScope Empty { get; } = new(ImmutableDictionary<Symbol, Expr>.Empty);

    /// <summary>The stage-2 context that is in force by <c>with</c>; <see langword="null"/> for none.</summary>
    public Expr? Mmu { get; init; }

    /// <summary>Whether the host executes at EL1 (<c>el1</c>).</summary>
    public bool IsAtEl1 { get; init; }

    public FlowScope With(Symbol symbol, Expr value) => this with { Values = Values.SetItem(symbol, value) };
}
