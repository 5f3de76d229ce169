using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host.Flows;

/// <summary>
/// Lays statements out as steps with locations, back to front. Blocks, loops with a fixed count and procedures are laid out
/// where they stand; only what takes a step gets a location.
/// </summary>
/// <param name="translator">Gives names and expressions their meaning.</param>
/// <param name="agent">The name in front of the agent's variables.</param>
/// <param name="index">The sort by which the agent's <c>let</c> variables are indexed: pCPUs for handlers, none for programs and tasks.</param>
/// <param name="self">The element of that sort which executes.</param>
internal sealed partial class FlowBuilder(Translator translator, string agent, Sort? index, Expr? self)
{
    private readonly Dictionary<Symbol, Variable> _lets = [];
    private readonly List<FlowStep> _steps = [];
    private readonly HashSet<FlowTarget> _heads = new(ReferenceEqualityComparer.Instance);
    private readonly List<(string Label, ImmutableArray<string> Labels, FlowTarget Entry)> _places = [];

    /// <summary>All steps; numbered from <see cref="Number"/> on.</summary>
    public IReadOnlyList<FlowStep> Steps => _steps;

    /// <summary>The part of the agent's flow that is being laid out.</summary>
    public string Part { get; set; } = "";

    /// <summary>What a model watches that watches whether this part gets through: a loop for ever does when it has gone round once.</summary>
    public Watch? Through { get; set; }

    /// <summary>Whether a target leads out of a part: to its end, or back to the beginning of a loop for ever.</summary>
    public bool LeadsOut(string part, FlowTarget target) =>
        target.Way().Any(_heads.Contains) || target.Resolve() is { Fixed: not null } || (target.Resolve() is { Step: { } step } && step.Part != part);

    /// <summary>The <c>let</c> variables.</summary>
    public IEnumerable<Variable> Locals => _lets.Values;

    /// <summary>The cells that <c>let</c> variables of this agent live in, to be forgotten when its run ends.</summary>
    public IEnumerable<Statement> ForgetLocals() => _lets.Values.Select(variable => Ex.Assign(variable, Self.AsSpan(), Ex.Const(variable.Domain.Min)));

    /// <summary>Where control stands before a labelled statement, each place with the labels that can leave the statement out.</summary>
    public IEnumerable<(ImmutableArray<string> Labels, FlowTarget Entry)> PlacesOf(string label) =>
        _places.Where(place => place.Label == label && place.Entry.Resolve() is { Step: null or { Location: >= 0 } }).Select(place => (place.Labels, place.Entry));

    /// <summary>Lays a body out in front of a target.</summary>
    public FlowTarget Build(ImmutableArray<Stmt> body, FlowScope scope, FlowTarget next)
    {
        var context = new Context(scope, [], [], next, [], InPolicy: index is not null);
        return Block(body, context, next);
    }

    /// <summary>Numbers the steps in the order in which control meets them.</summary>
    public int Number(int first, params FlowTarget[] entries)
    {
        foreach (var entry in entries)
        {
            Visit(entry);
        }

        return first;

        void Visit(FlowTarget target)
        {
            var pending = new Stack<FlowTarget>([target]);
            var passed = new HashSet<Passing>(ReferenceEqualityComparer.Instance);
            while (pending.TryPop(out var current))
            {
                var resolved = current.Resolve();
                if (resolved?.Step is { Location: < 0 } step)
                {
                    step.Location = first++;
                    for (var i = step.Next.Length - 1; i >= 0; i--)
                    {
                        pending.Push(step.Next[i]);
                    }
                }
                else if (resolved?.Pass is { } pass && passed.Add(pass))
                {
                    pending.Push(pass.Without);
                    pending.Push(pass.With);
                }
            }
        }
    }

    private ImmutableArray<Expr> Self => self is null ? [] : [self];

    private FlowTarget Block(ImmutableArray<Stmt> body, Context context, FlowTarget next)
    {
        // Names must be known from front to back, targets from back to front.
        var contexts = new Context[body.Length];
        for (var i = 0; i < body.Length; i++)
        {
            contexts[i] = context;
            if (body[i].Declares is { } symbol)
            {
                context = context with { Scope = context.Scope.With(symbol, Ex.Read(Local(symbol), [.. Self])) };
            }
        }

        for (var i = body.Length - 1; i >= 0; i--)
        {
            next = Lay(body[i], contexts[i], next);
        }

        return next;
    }

    /// <summary>A place where a model that watches for it notes that control comes by; else the target itself.</summary>
    public FlowTarget Watched(Watch watch, FlowTarget next, Language.Text.SourceSpan span) =>
        translator.Monitor.IsFor(watch) ? Mark(span, new Context(FlowScope.Empty, [], [], next, [], InPolicy: false), next) : next;

    /// <summary>A place where whoever was switched out goes on; where that is, is kept with it, and not part of the flow.</summary>
    public FlowTarget GoesOn(Language.Text.SourceSpan span) => Step(new FlowAction.GoOn(), span, null, new Context(FlowScope.Empty, [], [], FlowTarget.At(0), [], InPolicy: false), FlowTarget.At(0));

    private FlowTarget Mark(Language.Text.SourceSpan span, Context context, FlowTarget next) => Step(new FlowAction.Mark(), span, null, context, next);

    private FlowTarget Lay(Stmt statement, Context outer, FlowTarget next)
    {
        if (statement.Label is not { } label)
        {
            return LayOut(statement, outer, next);
        }

        var context = outer with
        {
            Labels = translator.IsSwitchable(label) ? outer.Labels.Add(label) : outer.Labels,
            Within = outer.Within.Add(new Watch.Label(label, outer.InPolicy)),
        };
        next = Done.ContainsKey(label) ? FlowTarget.Behind(label, context.Labels, next) : next;
        var entry = translator.Monitor.IsFor(label, outer.InPolicy) ? LayOutWatched(statement, context, next) : LayOut(statement, context, next);
        _places.Add((label, context.Labels, entry));
        return entry;
    }

    /// <summary>What may wait was executed once it is over; everything else once it begins.</summary>
    private FlowTarget LayOutWatched(Stmt statement, Context context, FlowTarget next) => statement switch
    {
        HoldingStmt holding => Holding(holding, context, next, isWatched: true),
        BlockStmt or IfStmt or ForStmt or RepeatStmt or ForeverStmt or ChooseStmt or CallStmt or ReturnStmt or WithMmuStmt or El1Stmt =>
            Mark(statement.Span, context, LayOut(statement, context, next)),
        _ => LayOut(statement, context, Mark(statement.Span, context, next)),
    };

    private FlowTarget LayOut(Stmt statement, Context context, FlowTarget next)
    {
        switch (statement)
        {
            case BlockStmt block:
                return Block(block.Body, context, next);
            case IfStmt test:
                return Step(new FlowAction.Test(test.Condition, test.Text), statement, context,
                    Way(test, isTrue: true, context, Block(test.Then, context, next)), Way(test, isTrue: false, context, Block(test.Else, context, next)));
            case ForStmt loop:
                return Loop(loop, context, next);
            case RepeatStmt repeat:
                for (var i = 0; i < repeat.Times; i++)
                {
                    next = Block(repeat.Body, context, next);
                }

                return next;
            case ForeverStmt forever:
                var head = new FlowTarget();
                _heads.Add(head);
                head.Bind(Block(forever.Body, context, Through is { } watch ? Watched(watch, head, forever.Span) : head));
                return FlowTarget.Either(context.Labels, head, next);
            case ChooseStmt choose:
                return Step(new FlowAction.Fork(), statement, context,
                    [.. choose.Branches.Select(branch => Block(branch, context, next))]);
            case HoldingStmt holding:
                return Holding(holding, context, next);
            case CallStmt call:
                return Block(call.Procedure.Body, context with { Scope = Arguments(call, context), Return = next, Held = [], InPolicy = true }, next);
            case WithMmuStmt { Span: var span } when context.Scope.IsAtEl1:
                throw new ModelRefusalException("`with` at EL1, where VTTBR_EL2 cannot be written: write it outside of `el1`", span);
            case WithMmuStmt with:
                return Block(with.Body, Pinned(context) with { Scope = context.Scope with { Mmu = translator.Translate(with.Mmu, context.Scope) } }, next);
            case El1Stmt { Span: var span } when context.Scope.Mmu is not null:
                throw new ModelRefusalException("`el1` within `with`: no host's kernel executes at EL1 with a guest's VTTBR_EL2 in force", span);
            case El1Stmt atEl1:
                return Block(atEl1.Body, context with { Scope = context.Scope with { IsAtEl1 = true } }, next);
            case PreemptStmt:
                return Step(new FlowAction.Preempt(), statement, context, next);
            case ReturnStmt:
                return FlowTarget.Either(context.Labels, Return(statement, context), next);
            default:
                return Step(new FlowAction.Do(statement), statement, context with { Scope = ScopeAfter(statement, context) }, next);
        }
    }

    /// <summary>A way of a test, with a place where a model that watches for it notes that control comes by.</summary>
    private FlowTarget Way(IfStmt test, bool isTrue, Context context, FlowTarget next) =>
        translator.Monitor.IsFor(new Watch.Way(test.Span, isTrue)) ? Mark(test.Span, context, next) : next;

    /// <summary>The names that a statement's own effect may use: what it declares, and what is declared within a single step.</summary>
    private FlowScope ScopeAfter(Stmt statement, Context context) => Statements.Descend([statement])
        .Select(inner => inner.Declares).OfType<Symbol>()
        .Aggregate(context.Scope, (scope, symbol) => scope.With(symbol, Ex.Read(Local(symbol), [.. Self])));

    private FlowTarget Loop(ForStmt loop, Context context, FlowTarget next)
    {
        for (var i = translator.SortOf(loop.Sort).Size - 1; i >= 0; i--)
        {
            var inner = context with { Scope = context.Scope.With(loop.Symbol, Ex.Const(i)) };
            var body = Block(loop.Body, inner, next);
            next = loop.Set is null
                ? body
                : Step(new FlowAction.Test(new InExpr(new SymbolExpr(loop.Symbol, loop.Span), loop.Set, loop.Span), loop.Text), loop, inner, body, next);
        }

        return next;
    }

    private FlowTarget Holding(HoldingStmt holding, Context context, FlowTarget next, bool isWatched = false)
    {
        var (variable, place) = translator.Lock(holding.Lock, context.Scope);
        var inner = holding.Lock.Lock.Sleeps ? context : Pinned(context);
        var release = Step(new FlowAction.Release(variable, place, holding.Text), holding, inner, next);
        var body = Block(holding.Body, inner with { Held = context.Held.Add((variable, place, holding)) }, release);
        return Step(new FlowAction.Acquire(variable, place, holding.Text, holding.Lock.Lock.Sleeps), holding, context, isWatched ? Mark(holding.Span, inner, body) : body);
    }

    /// <summary>Within a spinlock, or another stage-2 context, an agent stays on its CPU, and nobody else runs there.</summary>
    private static Context Pinned(Context context) => context with { Pins = context.Pins.Add(context.Labels) };

    private FlowTarget Return(Stmt statement, Context context)
    {
        var next = context.Return;
        foreach (var (variable, place, holding) in context.Held)
        {
            next = Step(new FlowAction.Release(variable, place, holding.Text), statement, context, next);
        }

        return next;
    }

    private FlowScope Arguments(CallStmt call, Context context)
    {
        var scope = FlowScope.Empty with { Mmu = context.Scope.Mmu, IsAtEl1 = context.Scope.IsAtEl1 };
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            scope = scope.With(call.Procedure.Parameters[i], translator.Translate(call.Arguments[i], context.Scope));
        }

        return scope;
    }

    private FlowTarget Step(FlowAction action, Stmt statement, Context context, params ReadOnlySpan<FlowTarget> next) => Step(
        action,
        statement.Span,
        statement.Label,
        statement is AtomicStmt atomic ? context with { Within = [.. context.Within, .. Statements.AlwaysIn(atomic.Body, context.InPolicy).Where(inner => inner.Statement.Label is not null).Select(inner => new Watch.Label(inner.Statement.Label!, inner.InPolicy))] } : context,
        next);

    private FlowTarget Step(FlowAction action, Language.Text.SourceSpan span, string? label, Context context, params ReadOnlySpan<FlowTarget> next)
    {
        var step = new FlowStep(action, [.. next], context.Labels, context.Within, label, context.Scope, span, Part) { Pins = context.Pins };
        _steps.Add(step);
        return FlowTarget.To(step);
    }

    private Variable Local(Symbol symbol)
    {
        if (!_lets.TryGetValue(symbol, out var variable))
        {
            variable = translator.DeclareLocal($"{agent}.{symbol.Name}.{_lets.Count}", index is null ? [] : [index], symbol.Type);
            _lets.Add(symbol, variable);
        }

        return variable;
    }

    /// <summary>
    /// Where a statement stands: its names, the labels around it, those that can be switched off and all, where <c>return</c> goes, the locks held since, and
    /// whether it is the policy's, as handlers are and what tasks call.
    /// </summary>
    private sealed record Context(
        FlowScope Scope,
        ImmutableArray<string> Labels,
        ImmutableArray<Watch.Label> Within,
        FlowTarget Return,
        ImmutableArray<(Variable Lock, ImmutableArray<Expr> Index, HoldingStmt Statement)> Held,
        bool InPolicy)
    {
        /// <summary>What keeps the agent on its CPU here: for each a set of labels of which none must be left out.</summary>
        public ImmutableArray<ImmutableArray<string>> Pins { get; init; } = [];
    }
}
