using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>Lays out handlers and tasks as code: loops over sorts are unrolled, procedures are put in their callers' place.</summary>
internal sealed class HostCompiler
{
    /// <summary>Locals that tell handlers of a fault or trap what happened, that the trapped write was performed, and all that it writes.</summary>
    public const int First = 0, Second = 1, Third = 2, Done = 3, Whole = 4;

    private readonly Shape _shape;
    private readonly List<HostInstruction> _code = [];
    private readonly Dictionary<string, (int Agent, int Pc)> _labels = new(StringComparer.Ordinal);
    private int _depth;
    private int _handlerStart;
    private bool _isAtEl1;

    public HostCompiler(Shape shape)
    {
        _shape = shape;
        if (!shape.IsBareMetal)
        {
            Put = Flow(HookEvent.VcpuPut, HookEvent.SwitchOut);
            Add(new HostInstruction(HostOp.Leave));
            Enter = Flow(HookEvent.GuestEntry);
            Add(new HostInstruction(HostOp.Enter));
            Load = Flow(HookEvent.VcpuLoad);
            Add(new HostInstruction(HostOp.Jump) { Target = Enter });
            FirstLoad = Flow(HookEvent.VcpuInit);
            Add(new HostInstruction(HostOp.Jump) { Target = Load });
            Exit = Flow(HookEvent.GuestExit);
            Fork();
            Reserve(Whole + 1);
            Fault = Flow(HookEvent.GuestExit, HookEvent.Stage2Fault);
            Fork();
            Reserve(Whole + 1);
            Trap = Flow(HookEvent.GuestExit, HookEvent.SysregWrite);
            Add(new HostInstruction(HostOp.Perform));
            Fork();
        }

        TaskStarts = [.. shape.Question.Scenario.Tasks.Select(task => Task(task, shape.Pcpus + task.Number))];
    }

    public IReadOnlyList<HostInstruction> Code => _code;

    /// <summary>The places of labels, by the agent whose code it is.</summary>
    public IReadOnlyDictionary<string, (int Agent, int Pc)> Labels => _labels;

    public int Locals { get; private set; }

    public int Load { get; }

    public int FirstLoad { get; }

    public int Exit { get; }

    public int Fault { get; }

    public int Trap { get; }

    public int[] TaskStarts { get; }

    public List<int> TaskEnds { get; } = [];

    private int Put { get; }

    private int Enter { get; }

    private void Fork() => Add(new HostInstruction(HostOp.Fork) { Targets = [Put, Enter] });

    private int Task(HostTask task, int agent)
    {
        var start = _code.Count;
        Body(task.Body, Names.None, agent, []);
        TaskEnds.Add(_code.Count);
        Add(new HostInstruction(HostOp.End));
        return start;
    }

    private int Flow(params HookEvent[] events)
    {
        var start = _code.Count;
        foreach (var hook in events.SelectMany(e => _shape.Question.Policy.Hooks.Where(hook => hook.Event == e)))
        {
            // The parameters of a fault or trap stand in the first locals.
            var told = hook.Event is HookEvent.Stage2Fault or HookEvent.SysregWrite;
            var names = Names.None;
            for (var i = 0; i < hook.Parameters.Length; i++)
            {
                names = names.With(hook.Parameters[i], i switch { 0 => new Binding.LoadedVcpu(), 1 => new Binding.OwnPcpu(), _ => new Binding.Slot(i - 2) });
            }

            Reserve(told || events.Length > 1 ? Whole + 1 : 0);
            Procedure(hook.Body, names, -1);
            _depth = 0;
        }

        return start;
    }

    private void Reserve(int slots)
    {
        _depth = Math.Max(_depth, slots);
        Locals = Math.Max(Locals, _depth);
    }

    private int NewSlot()
    {
        Reserve(_depth + 1);
        return _depth - 1;
    }

    /// <summary>A body that <c>return</c> ends.</summary>
    private void Procedure(IEnumerable<Stmt> body, Names names, int agent)
    {
        var outer = _handlerStart;
        _handlerStart = _code.Count;
        Body(body, names, agent, []);
        for (var i = _handlerStart; i < _code.Count; i++)
        {
            if (_code[i] is { Op: HostOp.Jump, Target: -1 } jump)
            {
                jump.Target = _code.Count;
            }
        }

        _handlerStart = outer;
    }

    private void Body(IEnumerable<Stmt> body, Names names, int agent, IReadOnlyList<(LockPlace Lock, Names Names)> held)
    {
        var depth = _depth;
        foreach (var statement in body)
        {
            if (statement.Label is { } label)
            {
                if (_shape.Question.Without.Contains(label))
                {
                    continue;
                }

                _labels.TryAdd(label, (agent, _code.Count));
            }

            names = Statement(statement, names, agent, held);
        }

        if (_depth > depth)
        {
            Add(new HostInstruction(HostOp.Forget) { Slot = depth });
            _depth = depth;
        }
    }

    private Names Statement(Stmt statement, Names names, int agent, IReadOnlyList<(LockPlace Lock, Names Names)> held)
    {
        switch (statement)
        {
            case BlockStmt s:
                Body(s.Body, names, agent, held);
                break;
            case IfStmt s:
                If(s, names, agent, held);
                break;
            case ForStmt s:
                For(s, names, agent, held);
                break;
            case RepeatStmt s:
                for (var i = 0; i < s.Times; i++)
                {
                    Body(s.Body, names, agent, held);
                }

                break;
            case ForeverStmt s:
                var start = _code.Count;
                Body(s.Body, names, agent, held);
                Add(new HostInstruction(HostOp.Jump) { Target = start });
                break;
            case ChooseStmt s:
                Choose(s, names, agent, held);
                break;
            case AtomicStmt s:
                var atomic = Add(new HostInstruction(HostOp.Atomic));
                Body(s.Body, names, agent, held);
                atomic.Target = _code.Count;
                break;
            case HoldingStmt s:
                Add(new HostInstruction(HostOp.Acquire) { Lock = s.Lock, Names = names, Statement = s });
                Body(s.Body, names, agent, [.. held, (s.Lock, names)]);
                Add(new HostInstruction(HostOp.Release) { Lock = s.Lock, Names = names, Statement = s });
                break;
            case WithMmuStmt s:
                var slot = NewSlot();
                Add(new HostInstruction(HostOp.EnterMmu) { Mmu = s.Mmu, Slot = slot, Names = names, Statement = s });
                Add(new HostInstruction(HostOp.Synchronise) { Statement = s });
                Body(s.Body, names, agent, held);
                Add(new HostInstruction(HostOp.LeaveMmu) { Slot = slot, Statement = s });
                Add(new HostInstruction(HostOp.Synchronise) { Statement = s });
                break;
            case El1Stmt s:
                var outside = _isAtEl1;
                _isAtEl1 = true;
                Body(s.Body, names, agent, held);
                _isAtEl1 = outside;
                break;
            case CallStmt s:
                var inner = Names.None;
                for (var i = 0; i < s.Arguments.Length; i++)
                {
                    inner = inner.With(s.Procedure.Parameters[i], new Binding.Argument(s.Arguments[i], names));
                }

                Procedure(s.Procedure.Body, inner, agent);
                break;
            case ReturnStmt:
                foreach (var (place, of) in held.Reverse())
                {
                    Add(new HostInstruction(HostOp.Release) { Lock = place, Names = of, Statement = statement });
                }

                Add(new HostInstruction(HostOp.Jump));
                break;
            case KickStmt:
                throw new NotSupportedException($"the reference does not have `{statement.Text}`");
            default:
                return Simple(statement, names);
        }

        return names;
    }

    private Names Simple(Stmt statement, Names names)
    {
        var outer = names;
        var slot = -1;
        if (statement.Declares is { } symbol)
        {
            slot = NewSlot();
            names = names.With(symbol, new Binding.Slot(slot));
        }

        Add(new HostInstruction(HostOp.Statement) { Statement = statement, Names = outer, Slot = slot });
        return names;
    }

    private void If(IfStmt s, Names names, int agent, IReadOnlyList<(LockPlace Lock, Names Names)> held)
    {
        var test = LabelledExpr.Without(s.Condition, _shape.Question.Without) ?? throw new NotSupportedException("nothing is left of a test");
        var branch = Add(new HostInstruction(HostOp.Test) { Test = test, Names = names, Statement = s });
        Body(s.Then, names, agent, held);
        var jump = s.Else.IsEmpty ? null : Add(new HostInstruction(HostOp.Jump) { Target = 0 });
        branch.Target = _code.Count;
        Body(s.Else, names, agent, held);
        if (jump is not null)
        {
            jump.Target = _code.Count;
        }
    }

    private void For(ForStmt s, Names names, int agent, IReadOnlyList<(LockPlace Lock, Names Names)> held)
    {
        for (var element = 0; element < _shape.SizeOf(s.Sort); element++)
        {
            var own = names.With(s.Symbol, new Binding.Fixed(element));
            var test = s.Set is null ? null : Add(new HostInstruction(HostOp.Test)
            {
                Test = new InExpr(new ElementExpr(element, new SpecType.Element(s.Sort, OrNone: false), s.Span), s.Set, s.Span),
                Names = names,
                Statement = s,
            });
            Body(s.Body, own, agent, held);
            if (test is not null)
            {
                test.Target = _code.Count;
            }
        }
    }

    private void Choose(ChooseStmt s, Names names, int agent, IReadOnlyList<(LockPlace Lock, Names Names)> held)
    {
        var targets = new int[s.Branches.Length];
        Add(new HostInstruction(HostOp.Choose) { Targets = targets, Statement = s });
        var ends = new List<HostInstruction>();
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = _code.Count;
            Body(s.Branches[i], names, agent, held);
            ends.Add(Add(new HostInstruction(HostOp.Jump) { Target = 0 }));
        }

        ends.ForEach(end => end.Target = _code.Count);
    }

    private HostInstruction Add(HostInstruction instruction)
    {
        instruction.IsAtEl1 = _isAtEl1;
        _code.Add(instruction);
        return instruction;
    }
}
