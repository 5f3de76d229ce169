using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>
/// Placement and the hypervisor's handlers: load, entry, exit, put and switch, statement by statement with everything else
/// running in between. A vCPU can be loaded elsewhere only when its switch_out has ended here.
/// </summary>
internal sealed class HostRules : Faults
{
    /// <summary>The name of the host's program counter.</summary>
    public const string LocationName = "host";

    /// <summary>What the host's variables and rules are called, which states and agents of a spec may be called as well.</summary>
    public static IReadOnlySet<string> OwnNames { get; } = new HashSet<string>(StringComparer.Ordinal) { LocationName, Hotplug.FlowName, TaskSwitches.FlowName, SwitchedOut.Name };

    private const int Idle = 0, Guest = 1, Enter = 2, Decide = 3, FirstStep = 4;

    /// <summary>A place of the host's program counter at which no handler's statement stands.</summary>
    private static string NameOfPlace(int location) => location switch
    {
        Idle => "idle",
        Guest => "in the guest",
        Enter => "before the entry of the guest",
        Decide => "between exit and put",
        _ => throw new InvalidOperationException($"No handler's place, and no name for it: {location}."),
    };

    private readonly Sorts _sorts;
    private readonly Shape _shape;
    private readonly Declarations _declarations;
    private readonly Placement _placement;
    private readonly LifeCycle _life;
    private readonly Translator _translator;
    private readonly RuleSet _rules;
    private readonly FlowBuilder _flow;
    private readonly Traps _traps;
    private readonly Parameter _p;
    private readonly Parameter _w;
    private readonly Dictionary<HookEvent, (Variable Counter, int Most)> _bounds = [];
    private readonly Dictionary<string, FlowTarget> _raises = new(StringComparer.Ordinal);
    private readonly HashSet<HookEvent> _laid = [];
    private FlowTarget _load = null!;
    private FlowTarget _entry = null!;
    private FlowTarget _exit = null!;
    private FlowTarget _put = null!;
    private FlowTarget? _fault;
    private FlowTarget? _write;
    private FlowTarget? _maintenance;
    private FlowTarget? _setWay;
    private FlowTarget? _switch;
    private FlowTarget? _init;
    private FlowTarget? _wake;
    private SwitchedOut? _asleep;
    private Variable? _seen;
    private Variable? _location;

    public HostRules(Shape shape, Sorts sorts, Declarations declarations, Placement placement, LifeCycle life, Translator translator, RuleSet rules)
    {
        (_shape, _sorts, _declarations, _placement, _life, _translator, _rules) = (shape, sorts, declarations, placement, life, translator, rules);
        _p = new Parameter("p", sorts.Pcpu);
        _w = new Parameter("v", sorts.Vcpu);
        _flow = new FlowBuilder(translator, "host", sorts.Pcpu, Ex.Param(_p));
        _traps = new Traps(shape, sorts, declarations);
        Maintenance = new TrappedMaintenance(shape, sorts, declarations);
    }

    /// <summary>What leaves a guest; set when the PE is made.</summary>
    public Func<Expr, Expr, IEnumerable<Statement>>? LeavesGuest { get; set; }

    /// <summary>What ERET into a guest does; set when the PE is made.</summary>
    public Func<Expr, Expr, IEnumerable<Statement>>? EntersGuest { get; set; }

    /// <summary>Whether a task lets nobody else run on a pCPU; set when the tasks are made.</summary>
    public Func<Expr, Expr>? IsOccupied { get; set; }

    /// <inheritdoc/>
    public override bool AreHandled => !_shape.IsBareMetal && Has(HookEvent.Stage2Fault);

    /// <summary>Whether writes of SCTLR_EL1 are trapped.</summary>
    public bool TrapsWrites => !_shape.IsBareMetal && Has(HookEvent.SysregWrite);

    /// <inheritdoc/>
    public override IEnumerable<Statement> Raise(Expr p, Expr vcpu, int page, string access, string kind) =>
        [.. LeavesGuest!(p, vcpu), .. _traps.Fault(p, page, access, kind), .. GoesFrom(p, RuleSet.Location(_fault!, _translator)), .. Counts(HookEvent.Stage2Fault)];

    /// <inheritdoc/>
    public override TrappedMaintenance Maintenance { get; }

    /// <inheritdoc/>
    public override Trap? TrapOf(Operation operation)
    {
        HookEvent? raised = operation.IsBySetWay ? HookEvent.SetWay : TrappedMaintenance.KindOf(operation) is null ? null : HookEvent.Maintenance;
        return raised is { } hookEvent && !_shape.IsBareMetal && Has(hookEvent) ? new Trap(hookEvent, new TrapCondition(_translator).Of(_shape.Policy.Hooks.Where(hook => hook.Event == hookEvent), operation)) : null;
    }

    /// <inheritdoc/>
    public override IEnumerable<Statement> RaiseTrap(HookEvent hookEvent, Expr p, Expr vcpu, Access access, int? frame) =>
        [.. LeavesGuest!(p, vcpu), .. Maintenance.Traps(p, access, frame), .. GoesFrom(p, RuleSet.Location((hookEvent == HookEvent.SetWay ? _setWay : _maintenance)!, _translator)), .. Counts(hookEvent)];

    /// <summary>A write of SCTLR_EL1 traps: it will be performed by the handlers.</summary>
    public IEnumerable<Statement> RaiseWrite(Expr p, Expr vcpu, Expr field, Expr mode, Expr old, Expr value) =>
        [.. LeavesGuest!(p, vcpu), .. _traps.Write(p, field, mode, old, value), .. GoesFrom(p, RuleSet.Location(_write!, _translator)), .. Counts(HookEvent.SysregWrite)];

    /// <summary>A vCPU goes on under another stage-2 context: the handlers will perform it.</summary>
    public IEnumerable<Statement> RaiseSwitch(Expr p, Expr vcpu, int mmu) =>
        [.. LeavesGuest!(p, vcpu), .. _traps.Switch(p, Ex.Read(_placement.Mmu!, vcpu), mmu), .. GoesFrom(p, RuleSet.Location(_switch!, _translator)), .. Counts(HookEvent.MmuSwitch)];

    /// <summary>It is performed, unless it was already.</summary>
    public IEnumerable<Statement> CompletesSwitch(Expr p, Expr vcpu) => _traps.CompletesSwitch(p, mmu => [Ex.Assign(_placement.Mmu!, [vcpu], mmu)]);

    /// <summary>The trapped write is performed, unless it was already.</summary>
    public IEnumerable<Statement> Completes(Expr p, Func<Expr, IEnumerable<Statement>> write) => _traps.Completes(p, write);

    /// <summary>A vCPU is reset: when it is loaded next, that is the first time again, under the first stage-2 context of its VM.</summary>
    public IEnumerable<Statement> BeginsAnew(Expr vcpu) =>
        [.. _seen is null ? Array.Empty<Statement>() : [Ex.Assign(_seen, [], Ex.BitAndNot(Ex.Read(_seen), Ex.Singleton(vcpu)))], .. _placement.ReturnsToFirst(vcpu)];

    /// <summary>Whether an event may still happen, as far as it is bounded.</summary>
    public Expr MayHappen(HookEvent hookEvent) => _bounds.TryGetValue(hookEvent, out var bound) ? Ex.Lt(Ex.Read(bound.Counter), Ex.Const(bound.Most)) : Ex.True;

    /// <summary>The program counters of the handlers.</summary>
    public IEnumerable<ProgramCounter> Counters => _location is null ? [] : [new(_location, LocationName, _flow, NameOfPlace)];

    /// <summary>The handlers of each event as agents.</summary>
    public IEnumerable<Agent> Agents(AgentFinder finder) => _shape.Policy.Hooks.DistinctBy(hook => hook.Event).SelectMany(hook =>
        finder.Find(HookTable.Of(hook.Event).Name, hook.Span, new Watch.Handlers(hook.Event), _flow, HookTable.Of(hook.Event).Name, _raises));

    /// <summary>Where a rule that raises events leads; <see langword="null"/> for any other.</summary>
    public FlowTarget? RaisedBy(Rule rule) => _raises.GetValueOrDefault(rule.Name);

    /// <summary>Whether a vCPU executes guest instructions on a pCPU.</summary>
    public Expr InGuest(Expr p, Expr vcpu) => _shape.IsBareMetal
        ? Ex.And(Ex.Eq(p, vcpu), _life.MayExecute(vcpu))
        : Ex.And(Ex.Eq(Ex.Read(_location!, p), Guest), _placement.IsLoaded(p, vcpu));

    /// <summary>Whether no vCPU is loaded on a pCPU.</summary>
    public Expr IsIdle(Expr p) => Ex.Eq(Ex.Read(_location!, p), Idle);

    /// <summary>Whether no pCPU stands within a handler.</summary>
    public Expr IsAtRest() => _shape.IsBareMetal ? Ex.True : Ex.And(Ex.All("p", _sorts.Pcpu, Ex.Le(Ex.Read(_location!, Ex.Param(_p)), Ex.Const(Guest))), _asleep?.IsNone() ?? Ex.True);

    /// <summary>Whether something may only have stopped because a bound was reached.</summary>
    public Expr HitsBound() => Ex.Or([.. _bounds.Values.Select(bound => Ex.Eq(Ex.Read(bound.Counter), bound.Most))]);

    /// <summary>Lays the handlers out and declares the host's program counter, one for each pCPU.</summary>
    public IEnumerable<Statement> Declare()
    {
        if (_shape.IsBareMetal)
        {
            return [.. _placement.Initially(), .. _life.Initially()];
        }

        _entry = Lay(HookEvent.GuestEntry, FlowTarget.At(Enter));
        _load = Lay(HookEvent.VcpuLoad, _entry);
        _exit = Lay(HookEvent.GuestExit, FlowTarget.At(Decide));
        _put = Lay(HookEvent.VcpuPut, Lay(HookEvent.SwitchOut, FlowTarget.At(Idle)));
        if (Has(HookEvent.VcpuInit))
        {
            _init = Lay(HookEvent.VcpuInit, _load);
            _seen = _declarations.State(Section.Control, "seen", [], new Domain.Subset(_sorts.Vcpu));
        }

        if (_shape.Aspect is not null && Has(HookEvent.Stage2Fault))
        {
            _fault = Lay(HookEvent.GuestExit, Lay(HookEvent.Stage2Fault, FlowTarget.At(Decide)));
        }

        if (_shape.Aspect is not null && Has(HookEvent.SysregWrite))
        {
            _write = LayPerformed(HookEvent.SysregWrite);
        }

        if (_shape.SwitchesMmu)
        {
            if (_shape.Aspect is { Translates: true } && !AddressSpace.AllStatements(_shape.Scenario, _shape.Policy).OfType<VttbrStmt>().Any())
            {
                throw new ModelRefusalException($"guests that go on under another stage-2 context need a policy that writes VTTBR_EL2, and {_shape.Policy.Name} does not: `msr VTTBR_EL2, v.mmu ; isb` in guest_entry", _shape.SwitchesAt);
            }

            _switch = LayPerformed(HookEvent.MmuSwitch);
        }
        else
        {
            _laid.Add(HookEvent.MmuSwitch);
        }

        _maintenance = LayTrap(HookEvent.Maintenance);
        _setWay = LayTrap(HookEvent.SetWay);
        if (_shape.Policy.Hooks.FirstOrDefault(hook => hook.Event != HookEvent.CpuUp && !_laid.Contains(hook.Event)) is { } forgotten)
        {
            throw new ModelRefusalException($"{HookTable.Of(forgotten.Event).Name}: no guest's instruction traps there yet", forgotten.Span);
        }

        var mayBeSwitchedOut = _flow.Steps.Any(step => step.Action is FlowAction.Preempt or FlowAction.Acquire { MaySleep: true });
        if (mayBeSwitchedOut)
        {
            var goesOn = _flow.GoesOn(_shape.Policy.Span);
            _wake = Lay(HookEvent.VcpuLoad, goesOn);
        }

        var count = _flow.Number(FirstStep, [_load, _entry, _exit, _put, .. new[] { _init, _fault, _write, _maintenance, _setWay, _switch, _wake }.OfType<FlowTarget>()]);
        _location = _declarations.State(Section.Control, LocationName, [_sorts.Pcpu], new Domain.Range(0, count > FirstStep ? count - 1 : IsInterrupted ? Decide : Guest));
        _asleep = mayBeSwitchedOut ? new SwitchedOut(_sorts, _declarations, count, [.. _flow.Locals, .. _traps.Known, .. Maintenance.Known]) : null;
        _placement.IsSwitchedOut = _asleep is { } asleep ? asleep.Is : null;
        foreach (var bound in _shape.Scenario.Bounds)
        {
            _bounds[bound.Event] = (_declarations.State(Section.Control, "count." + bound.Event, [], new Domain.Range(0, bound.Most)), bound.Most);
        }

        return [.. _placement.Initially(), .. _life.Initially()];
    }

    public void AddRules(StatementEffects effects, PeModel pe)
    {
        foreach (var (vcpu, when) in _life.Starting(_translator))
        {
            _rules.Add($"start.{vcpu.Name}", new StepInfo(StepKind.Placement, "start", words => $"{words.Vcpu} starts") { Vcpu = vcpu.Number, Span = vcpu.Span }, [], when, _life.StartsItself(vcpu));
        }

        if (_shape.IsBareMetal)
        {
            return;
        }

        Expr p = Ex.Param(_p), w = Ex.Param(_w);
        var unloaded = Ex.All("r", _sorts.Pcpu, Ex.Ne(Ex.Read(_placement.Current, Ex.Local("r")), w));
        var mayLoad = Ex.And(IsIdle(p), Ex.Not(IsOccupied!(p)), _placement.MayRunOn(w, p), unloaded, _life.MayExecute(w), _life.MayBeLoaded(w, p, _translator));
        Statement[] loads = [Ex.Assign(_placement.Current, [p], w), .. _life.Loaded(w, p, _translator)];
        if (_asleep is not null)
        {
            Add("load", words => $"load {words.Vcpu}, which was switched out ({words.Mode})", [HookEvent.VcpuLoad], Ex.And(mayLoad, _asleep.Is(w)), loads, _wake!, ".asleep");
            mayLoad = Ex.And(mayLoad, Ex.Not(_asleep.Is(w)));
        }

        if (_seen is not null)
        {
            Add("load", words => $"load {words.Vcpu} for the first time ({words.Mode})", [HookEvent.VcpuInit, HookEvent.VcpuLoad, HookEvent.GuestEntry],
                Ex.And(mayLoad, Ex.Not(Ex.Contains(Ex.Read(_seen), w))), [.. loads, Ex.Assign(_seen, [], Ex.BitOr(Ex.Read(_seen), Ex.Singleton(w)))], _init!, ".first");
            mayLoad = Ex.And(mayLoad, Ex.Contains(Ex.Read(_seen), w));
        }

        Add("load", words => $"load {words.Vcpu} ({words.Mode})", [HookEvent.VcpuLoad, HookEvent.GuestEntry], mayLoad, loads, _load);
        var runs = InGuest(p, w);
        Statement[] leaves = [.. pe.LeavesGuest(p, w)];

        // With nothing to do at the exit, what comes next is decided at once. In some cells labels that are left out make it so.
        var first = RuleSet.Location(_exit, _translator);
        var atOnce = Places(first).Contains(Decide) ? Ex.Eq(first, Decide) : Ex.False;
        var isAlways = atOnce is Expr.Const { Value: 1 };
        if (atOnce is not Expr.Const { Value: 0 })
        {
            Add("exit", words => $"exit {words.Vcpu}", [HookEvent.GuestExit, HookEvent.VcpuPut, HookEvent.SwitchOut], Ex.And(runs, atOnce), leaves, _put);
            Add("trap", words => $"{words.Vcpu} exits and re-enters", [HookEvent.GuestExit, HookEvent.GuestEntry], Ex.And(runs, atOnce), leaves, _entry);
        }

        if (!isAlways || IsInterrupted)
        {
            var isMixed = atOnce is not Expr.Const;
            if (!isAlways)
            {
                Add("exit", words => $"exit {words.Vcpu}", [HookEvent.GuestExit], Ex.And(runs, Ex.Not(atOnce)), leaves, _exit, isMixed ? ".handled" : "");
            }

            var decides = Ex.And(Ex.Eq(Ex.Read(_location!, p), Decide), _placement.IsLoaded(p, w));
            Add("put", words => $"put {words.Vcpu}", [HookEvent.VcpuPut, HookEvent.SwitchOut], decides, Maintenance.Forgets(p), _put);
            Add("resume", words => $"resume {words.Vcpu}", [HookEvent.GuestEntry], decides, Maintenance.Forgets(p), _entry);
        }

        if (_flow.Steps.Any(step => step.Location >= 0))
        {
            var entering = Ex.And(Ex.Eq(Ex.Read(_location!, p), Enter), _placement.IsLoaded(p, w));
            Add("enter", words => $"enter {words.Vcpu}", [], entering, pe.EntersGuest(p, w), FlowTarget.At(Guest));
        }

        var actor = new Actor(null, p, p, InPolicy: true) { Loaded = w };
        FlowRules.Add(_rules, _flow, _translator, new FlowRules.Agent(
            "host.",
            [_p, _w],
            step => Ex.And(Ex.Eq(Ex.Read(_location!, p), step.Location), _placement.IsLoaded(p, w)),
            Goes,
            (statement, scope) => effects.Of(statement, actor, scope),
            (step, text, operation, line) => new StepInfo(StepKind.Handler, text, StepInfo.AsWritten)
            {
                Speaker = step.Part,
                Operation = operation,
                Pe = _p,
                Vcpu = _w,
                Line = line,
                Span = step.Span,
            },
            held => effects.Takes(p, held),
            held => effects.Gives(p, held),
            _asleep is null ? null : new FlowRules.Sleep(
                (rule, location) =>
                {
                    _raises.Add(rule, _put);
                    return [.. _asleep.Begins(p, w, location), .. Goes(RuleSet.Location(_put, _translator)), .. Counts(HookEvent.VcpuPut), .. Counts(HookEvent.SwitchOut)];
                },
                () => _asleep.Ends(p, w, Goes))));
    }

    /// <summary>Lays the handlers of an instruction that is performed behind them, if none of them performs it, behind those of the exit.</summary>
    private FlowTarget LayPerformed(HookEvent hookEvent)
    {
        _flow.Part = HookTable.Of(hookEvent).Name;
        return Lay(HookEvent.GuestExit, Lay(hookEvent, _flow.Build([new CompleteStmt(hookEvent, _shape.Policy.Span, null)], FlowScope.Empty, FlowTarget.At(Decide))));
    }

    /// <summary>Lays the handlers of maintenance that traps behind those of the exit.</summary>
    private FlowTarget? LayTrap(HookEvent hookEvent) =>
        _shape.Aspect is not null && Has(hookEvent) ? Lay(HookEvent.GuestExit, Lay(hookEvent, FlowTarget.At(Decide))) : null;

    /// <summary>An ERET that is part of the step synchronises what handlers of an interrupted instruction have left: a write that they performed, VTTBR_EL2.</summary>
    private IEnumerable<Statement> ReturnsAtOnce(FlowTarget target)
    {
        if (_write is null && !AddressSpace.AllStatements(_shape.Scenario, _shape.Policy).OfType<VttbrStmt>().Any())
        {
            return [];
        }

        var location = RuleSet.Location(target, _translator);
        Statement[] synchronises = [.. EntersGuest!(Ex.Param(_p), Ex.Param(_w))];
        return !Places(location).Contains(Enter) ? [] : location is Expr.Const ? synchronises : [Ex.When(Ex.Eq(location, Enter), synchronises)];
    }

    private FlowTarget Lay(HookEvent hookEvent, FlowTarget next)
    {
        _laid.Add(hookEvent);
        _flow.Part = HookTable.Of(hookEvent).Name;
        _flow.Through = new Watch.Handlers(hookEvent);
        next = _flow.Watched(_flow.Through, next, _shape.Policy.Span);
        foreach (var hook in _shape.Policy.Hooks.Where(hook => hook.Event == hookEvent).Reverse())
        {
            next = _flow.Build(hook.Body, Arguments(hook), next);
        }

        return _shape.Policy.Hooks.Any(hook => hook.Event == hookEvent) ? _flow.Watched(new Watch.Begins(hookEvent), next, _shape.Policy.Span) : next;
    }

    /// <summary>What the parameters of a handler stand for, by their sorts: who is loaded, and where.</summary>
    private FlowScope Arguments(Hook hook) => hook.Parameters.Zip(HookTable.Of(hook.Event).Parameters).Aggregate(FlowScope.Empty, (scope, pair) => scope.With(pair.First, pair.Second.Type switch
    {
        SpecType.Element { Sort: ScenarioSort.Vcpu } => Ex.Param(_w),
        SpecType.Element { Sort: ScenarioSort.Pcpu } => Ex.Param(_p),
        SpecType.Element { Sort: ScenarioSort.Mmu } => _traps.Context(pair.Second.Name, Ex.Param(_p)),
        _ when hook.Event == HookEvent.Maintenance => Maintenance.Kind(Ex.Param(_p)),
        _ when _shape.Aspect is not null => _traps.Argument(pair.Second.Name, Ex.Param(_p)),
        var type => throw new InvalidOperationException($"{hook.Event} knows no {type}."),
    }));

    /// <summary>Whether something takes a pCPU from the guest in the middle of an instruction.</summary>
    private bool IsInterrupted => new[] { _fault, _write, _maintenance, _setWay, _switch }.Any(target => target is not null);

    private bool Has(HookEvent hookEvent) => _shape.Policy.Hooks.Any(hook => hook.Event == hookEvent);

    /// <summary>An event happens.</summary>
    public IEnumerable<Statement> Counts(HookEvent hookEvent)
    {
        if (_bounds.TryGetValue(hookEvent, out var bound))
        {
            // At the bound nothing more is looked at: what holds does so up to it. An event that nothing raises never reaches it.
            yield return Ex.When(Ex.Lt(Ex.Read(bound.Counter), Ex.Const(bound.Most)), Ex.Assign(bound.Counter, Ex.Add(Ex.Read(bound.Counter), Ex.True)));
        }
    }

    private void Add(string name, Func<StepWords, string> sentence, HookEvent[] starts, Expr guard, IEnumerable<Statement> body, FlowTarget leads, string suffix = "")
    {
        var allowed = guard;
        var counts = new List<Statement>();
        foreach (var start in starts)
        {
            if (_bounds.TryGetValue(start, out var bound))
            {
                allowed = Ex.And(allowed, Ex.Lt(Ex.Read(bound.Counter), Ex.Const(bound.Most)));
                counts.Add(Ex.Assign(bound.Counter, Ex.Add(Ex.Read(bound.Counter), Ex.True)));
            }
        }

        _raises.Add("host." + name + suffix, leads);
        _rules.Add("host." + name + suffix, new StepInfo(StepKind.Placement, name, sentence) { Pe = _p, Vcpu = _w }, [_p, _w], allowed, [.. body, .. Leads(leads), .. counts]);
    }

    /// <summary>Where control may go, whichever labels are left out.</summary>
    private static IEnumerable<long> Places(Expr location) => location is Expr.Conditional choice
        ? Places(choice.Then).Concat(Places(choice.Else))
        : [((Expr.Const)location).Value];

    /// <summary>Control goes to a target; where nothing is left to do before the ERET, the ERET is part of the step.</summary>
    private IEnumerable<Statement> Leads(FlowTarget target) =>
        [.. ReturnsAtOnce(target), .. Goes(RuleSet.Location(target, _translator, location => location == Enter ? Guest : location))];

    private IEnumerable<Statement> Goes(Expr location) => GoesFrom(Ex.Param(_p), location);

    private IEnumerable<Statement> GoesFrom(Expr p, Expr location)
    {
        yield return Ex.Assign(_location!, [p], location);
        var there = Ex.Read(_location!, p);
        if (location is not Expr.Const { Value: not Idle })
        {
            var unloads = Ex.Assign(_placement.Current, [p], Ex.None(_sorts.Vcpu));
            yield return location is Expr.Const ? unloads : Ex.When(Ex.Eq(there, Idle), unloads);
        }

        if (location is not Expr.Const { Value: >= FirstStep or Decide } && _flow.Locals.Any())
        {
            yield return Ex.When(Ex.Le(there, Ex.Const(Enter)), [.. _flow.ForgetLocals()]);
        }
    }
}
