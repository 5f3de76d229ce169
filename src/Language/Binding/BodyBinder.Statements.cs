using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

internal sealed partial class BodyBinder
{
    /// <summary>Binds a body; what it names ends with it.</summary>
    public ImmutableArray<Stmt> BindBody(ImmutableArray<StatementSyntax> body)
    {
        var mark = OpenBlock();
        var statements = ImmutableArray.CreateBuilder<Stmt>(body.Length);
        foreach (var syntax in body)
        {
            if (BindStatement(syntax) is { } statement)
            {
                statements.Add(syntax.Replaces is { } replaced ? statement with { Replaces = replaced.Text } : statement);
            }
        }

        CloseBlock(mark);
        return statements.ToImmutable();
    }

    private Stmt? BindStatement(StatementSyntax syntax)
    {
        var label = syntax.Label?.Text;
        switch (syntax)
        {
            case OperationSyntax s:
                return BindOperation(s);
            case BlockSyntax s:
                return new BlockStmt(BindBody(s.Body), s.Span, label);
            case AssignSyntax s:
                return BindAssign(s);
            case LetSyntax s:
                return Named(s.Name, s.IsIn ? BindLetIn(s) : BindLet(s));
            case LetAtomicSyntax s:
                return Named(s.Name, BindLetAtomic(s));
            case IfSyntax s:
                var condition = BindTest(s.Condition);
                var then = BindBody(s.Then);
                var otherwise = BindBody(s.Else);
                return condition is null ? null : new IfStmt(condition, then, otherwise, s.Text, s.Span, label);
            case ForSyntax s:
                return BindFor(s);
            case RepeatSyntax s:
                if (s.Times > LanguageLimits.Repetitions)
                {
                    diagnostics.ReportOutOfRange(s.TimesSpan, s.Times, 0, LanguageLimits.Repetitions);
                }

                return new RepeatStmt((int)s.Times, BindBody(s.Body), s.Span, label);
            case ForeverSyntax s:
                return Check(new ForeverStmt(BindBody(s.Body), s.Span, label));
            case ChooseSyntax s:
                return new ChooseStmt([.. s.Branches.Select(BindBody)], s.Span, label);
            case AtomicSyntax s:
                return BindAtomic(s, label);
            case HoldingSyntax s:
                return BindHolding(s);
            case ConditionStatementSyntax s:
                return BindTest(s.Condition) is not { } bound ? null
                    : s.IsAwait ? new AwaitStmt(bound, s.Text, s.Span, label)
                    : new AssertStmt(bound, s.Text, s.Span, label);
            case CallSyntax s:
                return BindCall(s);
            case ReturnSyntax s:
                return IsInHandler(s, "`return`") ? new ReturnStmt(s.Span, label) : null;
            case PreemptSyntax s:
                return IsInHandler(s, "`preempt`") ? new PreemptStmt(s.Span, label) : null;
            case PublishSyntax s:
                return BindPublish(s);
            case LifeSyntax s:
                return BindLife(s);
            case KickSyntax s:
                return BindAs(s.Vcpu, new SpecType.Element(ScenarioSort.Vcpu, OrNone: false)) is { } vcpu ? new KickStmt(vcpu, s.Text, s.Span, label) : null;
            default:
                return BindTranslation(syntax);
        }
    }

    private Stmt? Named(NameSyntax name, Stmt? statement)
    {
        if (statement is null)
        {
            _broken.Add(name.Text);
        }

        return statement;
    }

    private ForeverStmt Check(ForeverStmt statement)
    {
        if (StatementFacts.PassesWithoutStep(statement.Body))
        {
            diagnostics.ReportForeverWithoutStep(statement.Span);
        }

        return statement;
    }

    private AtomicStmt Check(AtomicStmt statement)
    {
        StatementFacts.CheckAtomic(statement, diagnostics);
        return statement;
    }

    private bool IsInHandler(StatementSyntax syntax, string what)
    {
        if (kind == BodyKind.Handler)
        {
            return true;
        }

        diagnostics.ReportStatementNotHere(syntax.Span, what, Where, "only a policy has handlers, procedures, locks and state");
        return false;
    }

    private Stmt? BindAssign(AssignSyntax syntax)
    {
        if (syntax.Place is MemberSyntax { Member.Text: Backing, Target: var page })
        {
            return BindBack(syntax, page);
        }

        if (BindPlace(syntax.Place) is not { } place)
        {
            return null;
        }

        return BindAs(syntax.Value, place.Type) is { } value ? new AssignStmt(place, value, syntax.Text, syntax.Span, syntax.Label?.Text) : null;
    }

    private Place? BindPlace(ExpressionSyntax syntax)
    {
        var (target, index) = SplitIndices(syntax);
        if (target is not NameExpressionSyntax { Name: var name })
        {
            diagnostics.ReportNotAPlace(syntax.Span, "this");
            return null;
        }

        if (_symbols.TryGetValue(name.Text, out var known))
        {
            if (!_variables.Contains(known.Symbol) || !index.IsEmpty)
            {
                diagnostics.ReportNotAPlace(syntax.Span, index.IsEmpty ? $"`{name.Text}`, a parameter or loop variable," : $"an index of `{name.Text}`");
                return null;
            }

            return new Place(State: null, [], known.Symbol, known.Symbol.Type);
        }

        if (Policy?.States.GetValueOrDefault(name.Text) is { } state)
        {
            return BindIndices(name, state.Index, index, syntax.Span) is { } bound ? new Place(state, bound, Symbol: null, state.Type) : null;
        }

        if (!IsBroken(name.Text))
        {
            diagnostics.ReportUnknownName(name.Span, "variable or state", name.Text, KnownNames(expected: null));
        }

        return null;
    }

    private LetStmt? BindLet(LetSyntax syntax)
    {
        return Bind(syntax.Value) is { } value
            ? new LetStmt(Declare(syntax.Name, value.Type, isVariable: true), value, syntax.Text, syntax.Span, syntax.Label?.Text)
            : null;
    }

    private LetInStmt? BindLetIn(LetSyntax syntax)
    {
        if (BindSetValue(syntax.Value) is not var (set, sort))
        {
            return null;
        }

        var symbol = Declare(syntax.Name, new SpecType.Element(sort, OrNone: false), isVariable: true);
        return new LetInStmt(symbol, set, syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    private (SpecExpr Set, ScenarioSort Sort)? BindSetValue(ExpressionSyntax syntax)
    {
        if (Bind(syntax) is not { } set)
        {
            return null;
        }

        if (set.Type is SpecType.Set { Sort: var sort })
        {
            return (set, sort);
        }

        diagnostics.ReportTypeMismatch(syntax.Span, "a set", "a single value");
        return null;
    }

    private Stmt? BindLetAtomic(LetAtomicSyntax syntax)
    {
        var name = syntax.Function.Text;
        var arity = name == "xchg" ? 2 : 3;
        if (!IsInHandler(syntax, $"`{name}`"))
        {
            return null;
        }

        if (syntax.Arguments.Length != arity)
        {
            diagnostics.ReportWrongArgumentCount(syntax.Function.Span, name, arity, syntax.Arguments.Length);
            return null;
        }

        if (BindPlace(syntax.Arguments[0]) is not { } place
            || BindAs(syntax.Arguments[1], place.Type) is not { } first
            || (arity == 3 ? BindAs(syntax.Arguments[2], place.Type) : first) is not { } last)
        {
            return null;
        }

        var symbol = Declare(syntax.Name, arity == 2 ? place.Type : Truth, isVariable: true);
        return arity == 2
            ? new ExchangeStmt(symbol, place, first, syntax.Text, syntax.Span, syntax.Label?.Text)
            : new CompareAndSwapStmt(symbol, place, first, last, syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    private ForStmt? BindFor(ForSyntax syntax)
    {
        (SpecExpr? Set, ScenarioSort Sort)? range = syntax.Range is NameExpressionSyntax { Name: var name } && TypeBinder.FindSort(name.Text) is { } all
            ? (null, all)
            : BindSetValue(syntax.Range) is var (set, sort) ? (set, sort) : null;
        if (range is not { } found)
        {
            return null;
        }

        var mark = OpenBlock();
        var symbol = Declare(syntax.Name, new SpecType.Element(found.Sort, OrNone: false), isVariable: false);
        var body = BindBody(syntax.Body);
        CloseBlock(mark);
        return new ForStmt(symbol, found.Sort, found.Set, body, syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    private HoldingStmt? BindHolding(HoldingSyntax syntax)
    {
        if (!IsInHandler(syntax, "`holding`") || BindLock(syntax.Lock) is not { } place)
        {
            return null;
        }

        return new HoldingStmt(place, BindBody(syntax.Body), syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    /// <summary>Binds the lock that <c>holding</c> names.</summary>
    public LockPlace? BindLock(ExpressionSyntax syntax)
    {
        var (target, index) = SplitIndices(syntax);
        if (target is not NameExpressionSyntax { Name: var name } || Policy?.Locks.GetValueOrDefault(name.Text) is not { } policyLock)
        {
            var text = (target as NameExpressionSyntax)?.Name.Text ?? "this";
            diagnostics.ReportUnknownName(target.Span, "lock", text, Policy?.Locks.Keys ?? Enumerable.Empty<string>(), "declare it: `lock NAME [SORT]`");
            return null;
        }

        return BindIndices(name, policyLock.Index, index, syntax.Span) is { } bound ? new LockPlace(policyLock, bound) : null;
    }

    private Stmt? BindCall(CallSyntax syntax)
    {
        var isTask = kind == BodyKind.Task;
        if ((!isTask && !IsInHandler(syntax, "`call`")) || (isTask ? Procedures(syntax.Name, diagnostics) : Policy!.Procedure(syntax.Name)) is not { } procedure)
        {
            return null;
        }

        if (syntax.Arguments.Length != procedure.Parameters.Length)
        {
            diagnostics.ReportWrongArgumentCount(syntax.Name.Span, syntax.Name.Text, procedure.Parameters.Length, syntax.Arguments.Length);
            return null;
        }

        var arguments = ImmutableArray.CreateBuilder<SpecExpr>();
        for (var i = 0; i < syntax.Arguments.Length; i++)
        {
            if (BindAs(syntax.Arguments[i], procedure.Parameters[i].Type) is not { } argument)
            {
                continue;
            }

            if (!IsSimple(argument, isTask))
            {
                diagnostics.ReportArgumentTooComplex(argument.Span);
                continue;
            }

            arguments.Add(argument);
        }

        return arguments.Count < syntax.Arguments.Length ? null
            : isTask ? new LateCallStmt(procedure.Name, arguments.ToImmutable(), syntax.Text, syntax.Span, syntax.Label?.Text)
            : new CallStmt(procedure, arguments.ToImmutable(), syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    // Parameters stand for their arguments, so an argument must mean the same wherever the procedure uses it; what a task names is known when it calls.
    private static bool IsSimple(SpecExpr argument, bool isTask) => argument switch
    {
        SymbolExpr or LiteralExpr or NoneExpr or ElementExpr => true,
        MemberExpr member => (isTask || member.Member is Member.Vm or Member.Mmu) && IsSimple(member.Target, isTask),
        _ => false,
    };

    private Stmt? BindAtomic(AtomicSyntax syntax, string? label)
    {
        // Caches refill between a guest's instructions: what a fetch may deliver is not known within one step.
        if (kind == BodyKind.Guest)
        {
            diagnostics.ReportStatementNotHere(syntax.Span, "`atomic`", Where, "each instruction of a guest is a step of its own");
            return null;
        }

        return Check(new AtomicStmt(BindBody(syntax.Body), syntax.Text, syntax.Span, label));
    }

    private LifeStmt? BindLife(LifeSyntax syntax)
    {
        var step = LifeStmt.Words.First(word => word.Word == syntax.Keyword.Text).Step;
        if (kind == BodyKind.Guest && step != LifeStep.Start)
        {
            diagnostics.ReportStatementNotHere(syntax.Span, $"`{syntax.Keyword.Text}`", Where, "the host does that: write it in a task or a handler; a program may `start` others");
            return null;
        }

        var settings = new SettingBinder(vocabulary, diagnostics);
        var sctlr = syntax.Settings.Select(setting => settings.BindAxis(setting, FieldScope.Reset, "a reset")).ToList();
        foreach (var repeated in sctlr.OfType<Axis>().GroupBy(axis => axis.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            diagnostics.ReportDuplicateName(repeated.Last().Span, "field", repeated.Key, repeated.First().Span);
        }

        if (sctlr.OfType<Axis>().FirstOrDefault(axis => axis.Values.Length > 1) is { } open)
        {
            diagnostics.ReportSettingNotHere(open.Span, "several values", "a reset", "it sets one value");
            return null;
        }

        return BindAs(syntax.Vcpu, new SpecType.Element(ScenarioSort.Vcpu, OrNone: false)) is { } vcpu && sctlr.TrueForAll(axis => axis is not null)
            ? new LifeStmt(step, vcpu, AfterReset([.. sctlr.OfType<Axis>()]), syntax.Text, syntax.Span, syntax.Label?.Text)
            : null;
    }

    /// <summary>What SCTLR_EL1 is after a reset that sets something of it: as in the block of a vCPU, M is 0 where it is not set, C and I are as M.</summary>
    private static ImmutableArray<(string Field, string Value)> AfterReset(ImmutableArray<Axis> set)
    {
        string? Set(string field) => set.FirstOrDefault(axis => axis.Name == field)?.Values[0];
        var m = Set("SCTLR_EL1.M") ?? "0";
        return set.IsEmpty ? [] : [("SCTLR_EL1.C", Set("SCTLR_EL1.C") ?? m), ("SCTLR_EL1.I", Set("SCTLR_EL1.I") ?? m), ("SCTLR_EL1.M", m)];
    }
}
