using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host.Flows;

/// <summary>Turns the steps of a flow into rules: the same for handlers, programs and tasks.</summary>
internal static class FlowRules
{
    /// <summary>Whose flow it is.</summary>
    /// <param name="Prefix">The start of its rules' names.</param>
    /// <param name="Parameters">The parameters of every rule.</param>
    /// <param name="Stands">When a step's turn has come.</param>
    /// <param name="Goes">Moves control to a location.</param>
    /// <param name="Effects">The ways in which a statement may go.</param>
    /// <param name="Info">What a rule is about: the step, its text, its operation, its line.</param>
    /// <param name="Takes">What else is done where it takes a lock.</param>
    /// <param name="Gives">What else is done where it gives one back.</param>
    /// <param name="Sleep">How it is switched out, and goes on; <see langword="null"/> for one that never is.</param>
    internal sealed record Agent(
        string Prefix,
        ImmutableArray<Parameter> Parameters,
        Func<FlowStep, Expr> Stands,
        Func<Expr, IEnumerable<Statement>> Goes,
        Func<Stmt, FlowScope, IReadOnlyList<Choice>> Effects,
        Func<FlowStep, string, Operation?, int?, StepInfo> Info,
        Func<HeldLock, IEnumerable<Statement>>? Takes = null,
        Func<HeldLock, IEnumerable<Statement>>? Gives = null,
        Sleep? Sleep = null);

    /// <summary>How an agent is switched out in the middle of its flow, and goes on.</summary>
    /// <param name="Begins">By the name of the rule, it is switched out, and will go on at a location.</param>
    /// <param name="Ends">It goes on.</param>
    internal sealed record Sleep(Func<string, Expr, IEnumerable<Statement>> Begins, Func<IEnumerable<Statement>> Ends);

    public static void Add(RuleSet rules, FlowBuilder flow, Translator translator, Agent agent)
    {
        foreach (var step in flow.Steps.Where(step => step.Location >= 0).OrderBy(step => step.Location))
        {
            var (text, operation, line) = Describe(step);
            var info = agent.Info(step, text, operation, line) with { IsDecision = IsDecision(step.Action), Step = step };
            var stands = agent.Stands(step);
            void Add(string suffix, ImmutableArray<Parameter> parameters, Expr guard, IEnumerable<Statement> body, Choice? way = null) =>
                rules.Add($"{agent.Prefix}{step.Location}.{text}{suffix}", way is null ? info : info.Going(way), [.. agent.Parameters, .. parameters], Ex.And(stands, guard), body, step.OwnLabel);

            void Sleeps(Expr guard, Expr wakesAt)
            {
                if (agent.Sleep is { } sleep)
                {
                    info = info with { Sentence = words => $"{words.Vcpu} is switched out in {info.Speaker}: {words.Text}", IsDecision = true };
                    Add(".sleeps", [], guard, sleep.Begins($"{agent.Prefix}{step.Location}.{text}.sleeps", wakesAt));
                }
            }

            Expr To(int branch) => RuleSet.Location(step.Next[branch], translator);
            Statement[] GoesTo(int branch) => [.. flow.Remember(step.Next[branch]), .. agent.Goes(To(branch))];
            Statement[] GoesBy(Expr condition, int then, int otherwise)
            {
                Statement[] first = [.. flow.Remember(step.Next[then])], second = [.. flow.Remember(step.Next[otherwise])];
                return [.. first.Length + second.Length > 0 ? [Ex.IfElse(condition, [.. first], [.. second])] : Array.Empty<Statement>(), .. agent.Goes(Ex.If(condition, To(then), To(otherwise)))];
            }

            switch (step.Action)
            {
                case FlowAction.Do @do:
                    foreach (var choice in agent.Effects(@do.Statement, step.Scope))
                    {
                        Add(choice.Suffix, choice.Parameters, choice.Guard, [.. choice.Body, .. choice.Stays ? [] : GoesTo(0)], choice);
                    }

                    break;
                case FlowAction.Test test:
                    var condition = translator.Translate(test.Condition, step.Scope);
                    var other = new Rule($"{agent.Prefix}{step.Location}.{text}", agent.Parameters, stands, [.. GoesBy(condition, 1, 0)], new RuleLabel("", ""));
                    info = info with { Condition = condition, OtherWay = other };
                    Add("", [], Ex.True, GoesBy(condition, 0, 1));
                    break;
                case FlowAction.Fork:
                    for (var i = 0; i < step.Next.Length; i++)
                    {
                        info = info with { Branch = i };
                        Add($".{i}", [], Ex.True, GoesTo(i));
                    }

                    break;
                case FlowAction.Mark:
                    Add(".reached", [], Ex.True, [translator.Monitor.Reached(), .. GoesTo(0)]);
                    break;
                case FlowAction.Acquire acquire:
                    Add(".acquire", [], Ex.Eq(Ex.Read(acquire.Lock, acquire.Index.AsSpan()), 0),
                        [Ex.Assign(acquire.Lock, acquire.Index.AsSpan(), Ex.True), .. agent.Takes?.Invoke(new HeldLock(acquire.Lock.Name, acquire.Index)) ?? [], .. GoesTo(0)]);
                    if (acquire.MaySleep)
                    {
                        Sleeps(Ex.Ne(Ex.Read(acquire.Lock, acquire.Index.AsSpan()), 0), Ex.Const(step.Location));
                    }

                    break;
                case FlowAction.Preempt:
                    Add("", [], Ex.True, GoesTo(0));
                    Sleeps(Ex.True, To(0));
                    break;
                case FlowAction.GoOn:
                    info = info with { Sentence = words => $"{words.Vcpu} goes on where it was switched out" };
                    Add("", [], Ex.True, agent.Sleep!.Ends());
                    break;
                case FlowAction.Release release:
                    Add(".release", [], Ex.True, [Ex.Assign(release.Lock, release.Index.AsSpan(), Ex.False), .. agent.Gives?.Invoke(new HeldLock(release.Lock.Name, release.Index)) ?? [], .. GoesTo(0)]);
                    break;
            }
        }
    }

    private static bool IsDecision(FlowAction action) => action is FlowAction.Fork
        || action is FlowAction.Do { Statement: AtomicStmt atomic } && Statements.Descend([atomic]).Any(inner => inner is IfStmt or ChooseStmt);

    private static (string Text, Operation? Operation, int? Line) Describe(FlowStep step) => step.Action switch
    {
        FlowAction.Do { Statement: OperationStmt op } => (op.Text, op.Operation, op.Line),
        FlowAction.Do { Statement: var statement } => (statement.Text, null, null),
        FlowAction.Test test => (test.Text, null, null),
        FlowAction.Fork => ("choose", null, null),
        FlowAction.Mark => ("watched", null, null),
        FlowAction.Acquire acquire => (acquire.Text, null, null),
        FlowAction.Release release => ("end of " + release.Text, null, null),
        FlowAction.Preempt => ("preempt", null, null),
        FlowAction.GoOn => ("goes on", null, null),
        _ => throw new InvalidOperationException(),
    };
}
