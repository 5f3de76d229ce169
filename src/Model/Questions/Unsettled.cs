using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model.Questions;

/// <summary>
/// What the host takes away at stage 2 and never relies on: without a <c>settle</c> behind it nothing is promised of it, and <c>private_translation</c> holds whatever TLBs still have
/// (translation.md 7).
/// </summary>
public static class Unsettled
{
    /// <summary>Every <c>clear</c>, and every <c>perm</c> that takes a permission away, of a policy's handlers and a scenario's tasks.</summary>
    /// <param name="scenario">The scenario, with the calls of its tasks as those of the policy.</param>
    /// <param name="policy">The policy.</param>
    /// <returns>Each with whether a <c>settle</c> of its page may follow it: in the same handler or task, in one that may run later, or in the same handler when it runs again.</returns>
    public static IEnumerable<(Stage2Stmt Statement, bool IsSettled)> Of(Scenario scenario, Policy policy)
    {
        var walk = new Walk(scenario, policy);
        var ofHandlers = policy.Hooks.SelectMany(hook => Settles(hook.Body)).ToImmutableHashSet();
        foreach (var hook in policy.Hooks)
        {
            walk.Body(hook.Body, [.. ofHandlers, .. scenario.Tasks.SelectMany(task => Settles(task.Body))]);
        }

        foreach (var task in scenario.Tasks)
        {
            walk.Body(task.Body, [.. ofHandlers, .. scenario.Tasks.Where(other => other.Number != task.Number).SelectMany(other => Settles(other.Body))]);
        }

        return walk.Found;
    }

    private static IEnumerable<SpecExpr> Settles(IEnumerable<Stmt> body) => Statements.Descend(body).OfType<SettleStmt>().Select(settle => settle.Page);

    private sealed class Walk(Scenario scenario, Policy policy)
    {
        private readonly bool _mayWrite = Granted(scenario, policy, leaf => leaf.Writable, page => page.Writable);
        private readonly bool _mayExecute = Granted(scenario, policy, leaf => leaf.Executable, page => page.Executable);

        private readonly List<(SpecExpr Page, Member Permission)> _lacking = [];

        public List<(Stage2Stmt Statement, bool IsSettled)> Found { get; } = [];

        /// <summary>The pages that may be settled from the beginning of a body on, given those that may be behind it. From back to front.</summary>
        public ImmutableHashSet<SpecExpr> Body(ImmutableArray<Stmt> body, ImmutableHashSet<SpecExpr> later)
        {
            for (var i = body.Length - 1; i >= 0; i--)
            {
                later = One(body[i], later);
            }

            return later;
        }

        private ImmutableHashSet<SpecExpr> One(Stmt statement, ImmutableHashSet<SpecExpr> later)
        {
            switch (statement)
            {
                case SettleStmt settle:
                    return later.Add(settle.Page);
                case IfStmt test:
                    return Branch(test.Then, test.Condition, isTrue: true, later).Union(Branch(test.Else, test.Condition, isTrue: false, later));
                case Stage2Stmt change when TakesAway(change):
                    Found.Add((change, later.Any(page => MayBeSame(page, change.Page))));
                    return later;
                case CallStmt call:
                    return Body(call.Procedure.Body, later);
                default:
                    // What stands earlier in a body that is executed again comes later, too.
                    var behind = statement.MayRepeat ? later.Union(statement.Bodies.SelectMany(body => Settles(body))) : later;
                    return statement.Bodies.Aggregate(later, (all, body) => all.Union(Body(body, behind)));
            }
        }

        private bool TakesAway(Stage2Stmt change) => change.Step switch
        {
            Stage2Step.Clear => true,
            Stage2Step.Permit => (_mayWrite && !change.Writable && !Lacks(change.Page, Member.Writable)) || (_mayExecute && !change.Executable && !Lacks(change.Page, Member.Executable)),
            _ => false,
        };

        /// <summary>Whether a test around has found that a page has not got a permission.</summary>
        private bool Lacks(SpecExpr page, Member permission) => _lacking.Exists(lacking => lacking.Permission == permission && (lacking.Page, page) switch
        {
            (SymbolExpr known, SymbolExpr asked) => known.Symbol == asked.Symbol,
            (ElementExpr known, ElementExpr asked) => known.Number == asked.Number,
            _ => false,
        });

        private ImmutableHashSet<SpecExpr> Branch(ImmutableArray<Stmt> body, SpecExpr test, bool isTrue, ImmutableHashSet<SpecExpr> later)
        {
            var known = _lacking.Count;
            Learn(test, isTrue);
            var result = Body(body, later);
            _lacking.RemoveRange(known, _lacking.Count - known);
            return result;
        }

        private void Learn(SpecExpr test, bool isTrue)
        {
            switch (test)
            {
                case NotExpr not:
                    Learn(not.Operand, !isTrue);
                    break;
                case LabelledExpr labelled:
                    Learn(labelled.Operand, isTrue);
                    break;
                case BinaryExpr pair when pair.Op == (isTrue ? ExprOp.And : ExprOp.Or):
                    Learn(pair.Left, isTrue);
                    Learn(pair.Right, isTrue);
                    break;
                case MemberExpr { Member: Member.Writable or Member.Executable } member when !isTrue:
                    _lacking.Add((member.Target, member.Member));
                    break;
            }
        }

        private static bool Granted(Scenario scenario, Policy policy, Func<Stage2Stmt, bool> grants, Func<Page, bool> declares) =>
            scenario.Pages.Any(page => page.IsMapped && declares(page))
            || AddressSpace.AllStatements(scenario, policy).OfType<Stage2Stmt>().Any(change => change.Step != Stage2Step.Clear && grants(change));

        private static bool MayBeSame(SpecExpr settled, SpecExpr changed) => settled is not ElementExpr one || changed is not ElementExpr other || one.Number == other.Number;
    }
}
