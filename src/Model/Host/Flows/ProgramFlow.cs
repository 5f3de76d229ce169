using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host.Flows;

/// <summary>A program that runs once, a guest's or a task's, with a counter of its own: from 0 to the end.</summary>
internal sealed class ProgramFlow
{
    private readonly FlowTarget _entry;
    private readonly Translator _translator;
    private readonly string _name;

    /// <summary>Lays a body out and declares its counter.</summary>
    public ProgramFlow(string name, ImmutableArray<Stmt> body, Declarations declarations, Translator translator, Watch through, Language.Text.SourceSpan span)
    {
        (_translator, _name) = (translator, name);
        Flow = new FlowBuilder(translator, name, null, null) { Through = through };
        var end = new FlowTarget();
        _entry = Flow.Build(body, FlowScope.Empty, Flow.Watched(through, end, span));
        End = Flow.Number(0, _entry);
        end.BindTo(End);
        Counter = declarations.State(Section.Control, "pc." + name, [], new Domain.Range(0, End));
    }

    public FlowBuilder Flow { get; }

    /// <summary>Where the program stands.</summary>
    public ProgramCounter Place => new(Counter, _name, Flow, _ => "at its end");

    public Variable Counter { get; }

    public int End { get; }

    /// <summary>Puts the counter at the first step.</summary>
    public Statement Starts() => Ex.Assign(Counter, RuleSet.Location(_entry, _translator));

    public Expr StandsAt(FlowStep step) => Ex.Eq(Ex.Read(Counter), step.Location);

    public Expr HasEnded() => Ex.Eq(Ex.Read(Counter), End);

    /// <summary>True at the end, or before a statement with a label.</summary>
    public Expr At(string? label) => label is null
        ? HasEnded()
        : Ex.Or([.. Flow.PlacesOf(label).Select(place => Ex.And(
            _translator.Enabled(place.Labels), Ex.Eq(Ex.Read(Counter), RuleSet.Location(place.Entry, _translator))))]);
}
