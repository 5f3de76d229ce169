using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Host;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model;

/// <summary>The model of a scenario under a policy: one transition system for all cells, and the way back from its steps to words.</summary>
public sealed class ScenarioModel
{
    /// <summary>The most steps of a trace whose causes are looked for: that takes time with their square, and nobody reads so many.</summary>
    public const int LongestExplained = 5_000;

    /// <summary>The sight that somebody may fetch what bare metal promises something of.</summary>
    public const string PromisedSight = Systems.Sights.Promised;

    /// <summary>The sight that bare metal is allowed more than it may show.</summary>
    public const string WidenedSight = Systems.Sights.Widened;

    /// <summary>A property that every model has, and that only a failing <c>assert</c> violates: a search for it sees what others stop before.</summary>
    public const string WholeProperty = Judgements.Assertions.Name;

    private readonly SystemBuilder _builder;

    private ScenarioModel(Scenario scenario, Policy policy, bool allSwitchable, Watch? watch)
    {
        Scenario = scenario;
        _builder = new SystemBuilder(scenario, policy, allSwitchable, watch);
        Facts = new StepFacts(_builder);
        if (WellFormedness.Check(System) is { IsEmpty: false } problems)
        {
            throw new InvalidOperationException("The model is not well-formed: " + string.Join("; ", problems));
        }
    }

    /// <summary>The scenario.</summary>
    public Scenario Scenario { get; }

    internal SystemBuilder Builder => _builder;

    /// <summary>What order and causes ask of its steps.</summary>
    internal IStepFacts Facts { get; }

    /// <summary>The system, its frozen variables unbound.</summary>
    public TransitionSystem System => _builder.System;

    /// <summary>The covers that the scenario declares.</summary>
    public ImmutableArray<string> Covers => [.. System.Properties.Where(property => property.Kind == PropertyKind.Cover).Select(property => property.Name)];

    /// <summary>What a search may note of the states that it looks at.</summary>
    public ImmutableArray<string> Sights => [.. System.Properties.Where(property => property.Kind == PropertyKind.Sight).Select(property => property.Name)];

    /// <summary>Builds the model.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="policy">A policy, edited by <c>with LABEL: stmt</c> and <c>move</c> but not by <c>without</c>.</param>
    /// <param name="diagnostics">Takes what the model cannot express.</param>
    /// <param name="allSwitchable">Whether a cell may switch off every label, not only those that rows of the scenario leave out.</param>
    /// <param name="watch">What it watches for: a property more, and the states of one more bit.</param>
    /// <returns>The model, or <see langword="null"/> if there is a diagnostic.</returns>
    public static ScenarioModel? Build(Scenario scenario, Policy policy, ICollection<Diagnostic> diagnostics, bool allSwitchable = false, Watch? watch = null)
    {
        try
        {
            return new ScenarioModel(scenario, policy, allSwitchable, watch);
        }
        catch (ModelRefusalException refusal)
        {
            diagnostics.Add(ModelDiagnostics.ForRefusal(refusal, policy.Span));
            return null;
        }
    }

    /// <summary>The scenario with the property that is asked of it, where what is modelled hangs on that: translations alone, or contents too.</summary>
    public static Scenario Asking(Scenario scenario, string property) => Aspect.Asking(scenario, property);

    /// <summary>The values of a cell's frozen variables, and a text that is equal where all of them are.</summary>
    public (FrozenValues Values, string Key) Freeze(Cell cell) => _builder.Frozen.In(cell);

    /// <summary>The programs, tasks and handlers.</summary>
    public ImmutableArray<Agent> Agents => _builder.Agents;

    /// <summary>What is expected to happen in every scenario that asks of it.</summary>
    public ImmutableArray<Occurrence> Occurrences => _occurrences ??= [.. Occurrence.In(_builder)];

    private ImmutableArray<Occurrence>? _occurrences;

    /// <summary>The accesses of guests that stage 2 may forbid.</summary>
    public ImmutableArray<RetriedAccess> Retried => _retried ??= [.. RetriedAccess.In(_builder)];

    private ImmutableArray<RetriedAccess>? _retried;

    /// <summary>The labels of the statements that have run when a rule has fired.</summary>
    public IEnumerable<Watch.Label> LabelsRunBy(Rule rule) => _builder.Infos[rule.Name].Step?.Within ?? [];

    /// <summary>Where the statement is written of which a rule's step is one; <see langword="null"/> for what is no step of a handler, program or task.</summary>
    public SourceSpan? StatementOf(Rule rule) => _builder.Infos[rule.Name].Step?.Span;

    /// <summary>A statement and all statements in it, procedures included at each call.</summary>
    public static IEnumerable<Stmt> StatementsOf(Stmt statement) => Statements.Descend([statement]);

    /// <summary>The bodies of the procedures that tasks call, each at every call; those are the policy's.</summary>
    public static IEnumerable<Stmt> CalledByTasks(Scenario scenario) => CallsOfTasks(scenario).SelectMany(call => call.Procedure.Body);

    /// <summary>The calls of tasks.</summary>
    public static IEnumerable<CallStmt> CallsOfTasks(Scenario scenario) =>
        scenario.Tasks.SelectMany(task => task.Body).SelectMany(statement => statement.WithInner()).OfType<CallStmt>();

    /// <summary>The name of an event as specs write it.</summary>
    public static string NameOf(HookEvent hookEvent) => HookTable.Of(hookEvent).Name;

    /// <summary>Where a rule is written; <see langword="null"/> for what the model adds.</summary>
    public SourceSpan? SpanOf(Rule rule) => _builder.Infos[rule.Name].Span;

    /// <summary>Where an agent stands when its program counter has a value: the step that it is about to do.</summary>
    /// <returns>The step in words, or <see langword="null"/> for what is no program counter.</returns>
    public string? PlaceOf(StateCell cell, long value)
    {
        if (_builder.ProgramCounters.FirstOrDefault(counter => counter.Variable == cell.Variable) is not { } counter)
        {
            return null;
        }

        var next = System.Rules.FirstOrDefault(rule => _builder.Infos[rule.Name].Step is { } step && step.Location == value && counter.Flow.Steps.Contains(step));
        return next is null ? counter.Outside((int)value) : "before " + Describe(next);
    }

    /// <summary>A state in words: where everybody stands, what is under way, what the panels of a trace show.</summary>
    /// <param name="trace">A trace that ends in the state.</param>
    /// <param name="state">The state.</param>
    public IEnumerable<string> Describe(NarratedTrace trace, Valuation state) => new StateWords(this).Describe(trace, state);

    /// <summary>A rule in words, for coverage.</summary>
    public string Describe(Rule rule)
    {
        var info = _builder.Infos[rule.Name];
        return $"{info.Speaker ?? info.Agent.ToString().ToLowerInvariant()}: {info.Text}";
    }

    /// <summary>Whose sequence a step belongs to, as a text that is equal for steps of the same.</summary>
    public string LaneOf(RuleInstance step) => Facts.LaneOf(step).ToString();

    /// <summary>A trace in words, its steps in an order that is easy to read.</summary>
    /// <param name="cell">The cell that it is of.</param>
    /// <param name="trace">The initial state with no rule, then each step with the state after it.</param>
    /// <param name="property">The invariant that its last state violates; <see langword="null"/> leaves the order as it is, and says nothing of causes, as does a trace of more steps than <see cref="LongestExplained"/>.</param>
    /// <param name="keepOrder">Whether to leave the order as it is all the same.</param>
    /// <param name="isWhole">Whether it ends where it was to end: then the last step says what maintenance is not complete.</param>
    public NarratedTrace Narrate(Cell cell, IReadOnlyList<(RuleInstance? Instance, Valuation State)> trace, string? property, bool keepOrder = false, bool isWhole = true)
    {
        var frozen = Freeze(cell).Values;
        var interpreter = new Interpreter(System, frozen);
        IReadOnlyList<(RuleInstance? Instance, Valuation State)> own = [.. trace.Select(step => (Own(step.Instance), Own(step.State)))];
        ImmutableArray<StepCauses>? causes = null;
        if (property is not null && trace.Count <= LongestExplained)
        {
            own = keepOrder ? own : Straighten(interpreter, own, property);
            causes = CausesOf(interpreter, own, property).Find();
        }

        var context = new TraceContext(_builder, cell, interpreter, frozen, own.Count == 0 ? null : own[0].State);
        return new Narrator(context, new Gaps(context, _builder, cell), new Maintenance(context, _builder)).Narrate(own, causes, isWhole);
    }

    /// <summary>The steps of a counterexample in an order that is easy to read.</summary>
    internal List<(RuleInstance? Instance, Valuation State)> Straighten(Interpreter interpreter, IReadOnlyList<(RuleInstance? Instance, Valuation State)> trace, string property) =>
        new TraceOrder(interpreter, Facts, Violates(interpreter, property)).Straighten(trace);

    /// <summary>What the steps of a counterexample have to do with each other.</summary>
    internal Causes CausesOf(Interpreter interpreter, IReadOnlyList<(RuleInstance? Instance, Valuation State)> trace, string property) =>
        new(interpreter, trace, Facts, Violates(interpreter, property));

    private Func<Valuation, bool> Violates(Interpreter interpreter, string property)
    {
        var condition = System.Properties.First(candidate => candidate.Name == property).Condition;
        return state => interpreter.Evaluate(condition, state) == 0;
    }

    /// <summary>A step of an equal system as a step of this one.</summary>
    private RuleInstance? Own(RuleInstance? instance) =>
        instance is null ? null : instance with { Rule = System.Rules.First(rule => rule.Name == instance.Rule.Name) };

    private Valuation Own(Valuation state)
    {
        if (state.Has(System.Variables[0]))
        {
            return state;
        }

        var own = new Valuation(System.Variables);
        foreach (var theirs in state.Variables)
        {
            var ours = System.Variables.First(variable => variable.Name == theirs.Name);
            for (var cell = 0; cell < ours.CellCount; cell++)
            {
                own[ours, cell] = state[theirs, cell];
            }
        }

        return own;
    }
}
