using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Judgements;

/// <summary>No access reaches a frame of another owner, and none delivers what another owner wrote (translation.md 5.4, J2 and J4).</summary>
internal sealed class Isolation(Declarations declarations, AddressSpace space, PromiseGhost promise, WriterGhost writer) : NotedJudgement
{
    /// <summary>Its name.</summary>
    public const string Name = "isolation";

    private readonly Variable _isBroken = declarations.Ghost(Section.Judged, "foreign", [], Sorts.Truth);

    protected override Variable Noted => _isBroken;

    protected override string Title => "the foreign access";

    protected override PanelPlace? From(TraceContext context, StepView step) => FetchedFrom(context, step);

    /// <inheritdoc/>
    /// <remarks>The frame, where that is another's; else it is what was delivered.</remarks>
    protected override string Sentence(TraceContext context, StepView step)
    {
        if (step.Info.Way is { } way && space.Leaves2[way.Leaf2].Frame is var frame && context.Interpreter.Evaluate(promise.Owns(way.Vm, frame), step.Before, step.Instance) == 0)
        {
            return $"FOREIGN: frame {space.FrameName(frame)} belongs to {promise.OwnerOf(frame, step.Before)}{(context.Translations.WhenGiven(frame) is { } given ? $" since {given}" : "")}";
        }

        return $"FOREIGN: it delivers {context.Versions.Name(0)}, which {writer.Words(step.Before)} wrote";
    }

    public override Property Property => new(Name, PropertyKind.Invariant, Ex.Eq(Ex.Read(_isBroken), 0));

    public override IEnumerable<Statement> OnAccess(Expr p, Route way)
    {
        var owns = promise.Owns(way.Vm, space.Leaves2[way.Leaf2].Frame);
        return owns is Expr.Const { Value: not 0 } ? [] : [Ex.When(Ex.Not(owns), Breaks())];
    }

    public override IEnumerable<Statement> OnUnpromised(int vm, bool isFetch, Expr isDelivered) => [Ex.When(Ex.And(isDelivered, Ex.Not(writer.IsOf(vm))), Breaks())];

    public override Expr Excludes(IReadOnlyList<Route> ways, int vm, Expr isUnpromised) => Ex.Or(
        Ex.And(isUnpromised, Ex.Not(writer.IsOf(vm))),
        Ex.Or([.. ways.Select(way => Ex.Not(promise.Owns(vm, space.Leaves2[way.Leaf2].Frame)))]));

    private Statement Breaks() => Ex.Assign(_isBroken, Ex.True);
}
