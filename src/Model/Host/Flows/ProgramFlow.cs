using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host.Flows;

/// <summary>A program that runs once, a guest's or a task's, with a counter of its own: from 0 to the end.</summary>
internal sealed class ProgramFlow
{
    private readonly FlowTarget _entry;
    private readonly Dictionary<string, Variable> _done;
    private readonly Translator _translator;
    private readonly string _name;

    /// <summary>Lays a body out and declares its counter.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="body">The body.</param>
    /// <param name="asked">The labels of which it is asked whether their statements have been done.</param>
    /// <param name="declarations">Takes its variables.</param>
    /// <param name="translator">Gives names and expressions their meaning.</param>
    /// <param name="through">What to watch for to know whether it gets through.</param>
    /// <param name="span">Where it is written.</param>
    public ProgramFlow(string name, ImmutableArray<Stmt> body, IEnumerable<string> asked, Declarations declarations, Translator translator, Watch through, Language.Text.SourceSpan span)
    {
        (_translator, _name) = (translator, name);
        _done = asked.Distinct(StringComparer.Ordinal).ToDictionary(label => label, label => declarations.State(Section.Control, $"past.{name}.{label}", [], Sorts.Truth), StringComparer.Ordinal);
        Flow = new FlowBuilder(translator, name, null, null) { Through = through, Done = _done };
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

    /// <summary>Where it begins.</summary>
    public FlowTarget Entry => _entry;

    /// <summary>Puts the counter at the first step.</summary>
    public IEnumerable<Statement> Starts() => [.. Flow.Remember(_entry), Ex.Assign(Counter, RuleSet.Location(_entry, _translator))];

    /// <summary>Puts the counter back to the first step: nothing has been passed, and nothing is named.</summary>
    public IEnumerable<Statement> Restarts() => [.. _done.Values.Select(done => Ex.Assign(done, [], Ex.False)), .. Flow.ForgetLocals(), .. Starts()];

    public Expr StandsAt(FlowStep step) => Ex.Eq(Ex.Read(Counter), step.Location);

    /// <summary>Whether it stands where preemption is off.</summary>
    public Expr IsPinned() => Ex.Or([.. Flow.Steps.Where(step => step.Location >= 0 && !step.Pins.IsEmpty).OrderBy(step => step.Location)
        .Select(step => Ex.And(StandsAt(step), Ex.Or([.. step.Pins.Select(_translator.Enabled)])))]);

    public Expr HasEnded() => Ex.Eq(Ex.Read(Counter), End);

    /// <summary>True at the end, before a statement with a label, or once it has been done.</summary>
    public Expr At(AtExpr at) => at.Label is not { } label ? HasEnded()
        : at.IsPast ? Ex.Read(_done[label])
        : Ex.Or([.. Flow.PlacesOf(label).Select(place => Ex.And(
            _translator.Enabled(place.Labels), Ex.Eq(Ex.Read(Counter), RuleSet.Location(place.Entry, _translator))))]);
}
