using System.Collections.Immutable;
using System.Reflection.Emit;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>How large a generated method may become.</summary>
/// <param name="MethodBytes">Bytes of intermediate code after which a method is closed.</param>
/// <param name="MethodLocals">Locals after which a method is closed.</param>
/// <param name="InlineFillNodes">Nodes of fills that still follow a body in its method; more are called, and shared by all bodies that disturb the same fills.</param>
/// <param name="FillMethodNodes">Nodes of fills after which a method for fills is closed.</param>
/// <param name="IndexedSteps">The fewest steps that are worth an index by a cell that their guards ask for.</param>
internal sealed record CodeLimits(int MethodBytes = 8_000, int MethodLocals = 300, int InlineFillNodes = 60, int FillMethodNodes = 1_500, int IndexedSteps = 24);

/// <summary>Compiles rule instances, initial states and conditions.</summary>
/// <remarks>
/// Steps are indexed by the cells whose values their guards ask for, see <see cref="GuardIndex"/>; what is left of them
/// follows each other in a method, in order, each as: guard, or go to the next; copy the words that are written; body;
/// the fills that the body can have disturbed; append. The compiler of the runtime gives up optimising above 60,000 bytes, 2,000
/// basic blocks or 2,000 locals, and keeps only about 1,000 locals in registers: a method is closed well below. Fills that are
/// more than a few stand in methods of their own, one for each set of fills that some body disturbs.
/// </remarks>
internal sealed class StepCompiler
{
    private static readonly object Closure = new();
    private readonly TransitionSystem _system;
    private readonly Layout _layout;
    private readonly FrozenTable _frozen;
    private readonly FaultInjection _faults;
    private readonly CodeLimits _limits;
    private readonly ImmutableArray<CompiledFill> _fills;
    private readonly Dictionary<string, DynamicMethod> _fillMethods = [];

    public StepCompiler(TransitionSystem system, Layout layout, FrozenTable frozen, FaultInjection faults, CodeLimits limits)
    {
        _system = system;
        _layout = layout;
        _frozen = frozen;
        _faults = faults;
        _limits = limits;
        Instances = [.. system.Rules.SelectMany(RuleInstance.Of)];
        _fills =
        [
            .. from fill in system.Fills
               from arguments in RuleInstance.Choices(fill.Parameters)
               let step = Grounder.Ground(fill, arguments)
               where step.Guard is not Expr.Const { Value: 0 }
               select new CompiledFill(fill.Name, step, Footprint.Of(step)),
        ];
    }

    public ImmutableArray<RuleInstance> Instances { get; }

    public int CodeBytes { get; private set; }

    /// <summary>Whether guards are indexed, so that successors are not written in the order of their instances.</summary>
    public bool IsIndexed { get; private set; }

    private int Words => _layout.Words;

    public ImmutableArray<ExpandCode> CompileRules() => Delegates(Indexed(Steps(_ => true), []));

    /// <summary>Some of the instances, in order.</summary>
    public ImmutableArray<ExpandCode> CompileInstances(IReadOnlySet<int> numbers) => Delegates(Compile(Steps(numbers.Contains), afterRules: true));

    private ImmutableArray<(GroundStep Step, int Number)> Steps(Predicate<int> isWanted) =>
    [
        .. Instances.Select((instance, number) => (instance, number)).Where(pair => isWanted(pair.number) && pair.instance.Rule.Name != _faults.DroppedRule)
            .Select(pair => (Grounder.Ground(pair.instance), pair.number)).Where(step => step.Item1.Guard is not Expr.Const { Value: 0 }),
    ];

    public ImmutableArray<ExpandCode> CompileInitialStates() =>
        Delegates(Compile(_system.InitialStates.Select((initial, i) => (Grounder.Ground(initial), i)), afterRules: false));

    public TestCode CompileTest(string name, Expr condition)
    {
        var method = NewMethod(name, typeof(long), 2);
        var il = method.GetILGenerator();
        var emitter = new Emitter(il, _layout, _frozen);
        emitter.Words = LoadWords(emitter);
        emitter.Value(Grounder.Ground(condition));
        il.Emit(OpCodes.Ret);
        CodeBytes += il.ILOffset;
        return method.CreateDelegate<TestCode>(Closure);
    }

    private static ImmutableArray<ExpandCode> Delegates(IEnumerable<DynamicMethod> methods) => [.. methods.Select(method => method.CreateDelegate<ExpandCode>(Closure))];

    /// <summary>Methods that try steps: where a cell tells many of them apart, one that looks at it and calls those of its value.</summary>
    private List<DynamicMethod> Indexed(IReadOnlyList<(GroundStep Step, int Number)> steps, ImmutableHashSet<StateCell> used)
    {
        var methods = new List<DynamicMethod>();
        while (GuardIndex.Split(steps, used, _limits.IndexedSteps) is { } split)
        {
            IsIndexed = true;
            methods.Add(Dispatcher(split.Cell, split.ByValue, used.Add(split.Cell)));
            steps = split.Others;
        }

        methods.AddRange(Compile(steps, afterRules: true));
        return methods;
    }

    private DynamicMethod Dispatcher(StateCell cell, SortedDictionary<long, List<(GroundStep Step, int Number)>> byValue, ImmutableHashSet<StateCell> used)
    {
        var method = NewMethod("dispatch", typeof(ulong*), 3);
        var il = method.GetILGenerator();
        var slot = _layout[cell.Variable, cell.Number];
        var end = il.DefineLabel();
        var labels = Enumerable.Range(0, (int)slot.Mask + 1).Select(_ => end).ToArray();
        var cases = byValue.Select(pair => (Label: il.DefineLabel(), Methods: Indexed(pair.Value, used), pair.Key)).ToList();
        foreach (var (label, _, value) in cases.Where(one => one.Key - slot.Min < labels.Length))
        {
            labels[value - slot.Min] = label;
        }

        Address(il, OpCodes.Ldarg_1, slot.Word);
        il.Emit(OpCodes.Ldind_I8);
        il.Emit(OpCodes.Ldc_I4, slot.Shift);
        il.Emit(OpCodes.Shr_Un);
        il.Emit(OpCodes.Ldc_I8, (long)slot.Mask);
        il.Emit(OpCodes.And);
        il.Emit(OpCodes.Conv_I4);
        il.Emit(OpCodes.Switch, labels);
        il.Emit(OpCodes.Br, end);
        foreach (var (label, methods, _) in cases)
        {
            il.MarkLabel(label);
            foreach (var called in methods)
            {
                il.Emit(OpCodes.Ldnull);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Ldarg_2);
                il.Emit(OpCodes.Ldarg_3);
                il.Emit(OpCodes.Call, called);
                il.Emit(OpCodes.Starg_S, (byte)3);
            }

            il.Emit(OpCodes.Br, end);
        }

        il.MarkLabel(end);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Ret);
        CodeBytes += il.ILOffset;
        return method;
    }

    private List<DynamicMethod> Compile(IEnumerable<(GroundStep Step, int Number)> steps, bool afterRules)
    {
        var result = new List<DynamicMethod>();
        DynamicMethod? method = null;
        BodyEmitter? emitter = null;
        ImmutableArray<LocalBuilder> before = [];
        void Close()
        {
            if (method is not null)
            {
                emitter!.Il.Emit(OpCodes.Ldarg_3);
                emitter.Il.Emit(OpCodes.Ret);
                CodeBytes += emitter.Il.ILOffset;
                result.Add(method);
                method = null;
            }
        }

        foreach (var (step, number) in steps)
        {
            if (step.Guard is Expr.Const { Value: 0 })
            {
                continue;
            }

            if (method is null)
            {
                method = NewMethod("expand", typeof(ulong*), 3);
                emitter = new BodyEmitter(method.GetILGenerator(), _layout, _frozen, !_faults.NoDomainChecks);
                before = LoadWords(emitter);
            }

            Instance(emitter!, before, step, number, afterRules);
            if (emitter!.Il.ILOffset > _limits.MethodBytes || emitter.LocalCount > _limits.MethodLocals)
            {
                Close();
            }
        }

        Close();
        return result;
    }

    private void Instance(BodyEmitter emitter, ImmutableArray<LocalBuilder> before, GroundStep step, int number, bool afterRules)
    {
        var il = emitter.Il;
        var (next, error) = (il.DefineLabel(), il.DefineLabel());
        emitter.Ranges = step.Lets;
        emitter.Words = before;
        emitter.BranchFalse(step.Guard, next);

        var written = new HashSet<StateCell>(Footprint.Of(step).Writes);
        var fills = Disturbed(written, afterRules);
        emitter.Words = CopyWritten(emitter, before, written);
        emitter.Block(step.Body, error);
        var inline = fills.Sum(f => f.Nodes) <= _limits.InlineFillNodes;
        if (inline)
        {
            foreach (var fill in fills)
            {
                Fill(emitter, fill, error);
            }
        }

        StoreWords(il, emitter.Words);
        if (!inline)
        {
            CallFills(il, fills, error);
        }

        Finish(il, (uint)number);
        il.Emit(OpCodes.Br, next);
        il.MarkLabel(error);
        Finish(il, (uint)number | Meta.Error);
        il.MarkLabel(next);
    }

    // What a rule leaves alone is closed already: a fill runs if its reads or its target may have changed, by the body or a fill.
    private List<CompiledFill> Disturbed(HashSet<StateCell> written, bool afterRules)
    {
        var result = new List<CompiledFill>();
        foreach (var fill in _fills)
        {
            if (afterRules && fill.Name == _faults.DroppedFill)
            {
                continue;
            }

            if (!afterRules || written.Overlaps(fill.Footprint.Reads) || written.Overlaps(fill.Footprint.Writes))
            {
                result.Add(fill);
                written.UnionWith(fill.Footprint.Writes);
            }
        }

        return result;
    }

    private static void Fill(BodyEmitter emitter, CompiledFill fill, Label error)
    {
        var skip = emitter.Il.DefineLabel();
        emitter.Ranges = fill.Step.Lets;
        emitter.BranchFalse(fill.Step.Guard, skip);
        emitter.Block(fill.Step.Body, error);
        emitter.Il.MarkLabel(skip);
    }

    private void CallFills(ILGenerator il, List<CompiledFill> fills, Label error)
    {
        foreach (var part in Parts(fills))
        {
            il.Emit(OpCodes.Ldnull);
            il.Emit(OpCodes.Ldarg_3);
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Call, FillMethod(part));
            il.Emit(OpCodes.Brtrue, error);
        }
    }

    private IEnumerable<List<CompiledFill>> Parts(List<CompiledFill> fills)
    {
        var part = new List<CompiledFill>();
        foreach (var fill in fills)
        {
            part.Add(fill);
            if (part.Sum(f => f.Nodes) > _limits.FillMethodNodes)
            {
                yield return part;
                part = [];
            }
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    // Runs fills on a state in memory: 1 if one of them ends in a model error.
    private DynamicMethod FillMethod(List<CompiledFill> fills)
    {
        var key = string.Join(',', fills.Select(f => _fills.IndexOf(f)));
        if (_fillMethods.TryGetValue(key, out var known))
        {
            return known;
        }

        var method = NewMethod("fills", typeof(long), 2);
        var il = method.GetILGenerator();
        var emitter = new BodyEmitter(il, _layout, _frozen, !_faults.NoDomainChecks);
        var error = il.DefineLabel();
        emitter.Words = LoadWords(emitter);
        foreach (var fill in fills)
        {
            Fill(emitter, fill, error);
        }

        for (var word = 0; word < Words; word++)
        {
            Address(il, OpCodes.Ldarg_1, word);
            il.Emit(OpCodes.Ldloc, emitter.Words[word]);
            il.Emit(OpCodes.Stind_I8);
        }

        il.Emit(OpCodes.Ldc_I8, 0L);
        il.Emit(OpCodes.Ret);
        il.MarkLabel(error);
        il.Emit(OpCodes.Ldc_I8, 1L);
        il.Emit(OpCodes.Ret);
        CodeBytes += il.ILOffset;
        _fillMethods.Add(key, method);
        return method;
    }

    private ImmutableArray<LocalBuilder> LoadWords(Emitter emitter)
    {
        var words = new LocalBuilder[Words];
        for (var word = 0; word < words.Length; word++)
        {
            words[word] = emitter.NewLocal();
            Address(emitter.Il, OpCodes.Ldarg_1, word);
            emitter.Il.Emit(OpCodes.Ldind_I8);
            emitter.Il.Emit(OpCodes.Stloc, words[word]);
        }

        return [.. words];
    }

    private ImmutableArray<LocalBuilder> CopyWritten(Emitter emitter, ImmutableArray<LocalBuilder> before, HashSet<StateCell> written)
    {
        var result = before.ToArray();
        foreach (var word in written.Select(c => _layout[c.Variable, c.Number]).Where(s => s.Bits > 0).Select(s => s.Word).Distinct().Order())
        {
            result[word] = emitter.NewLocal();
            emitter.Il.Emit(OpCodes.Ldloc, before[word]);
            emitter.Il.Emit(OpCodes.Stloc, result[word]);
        }

        return [.. result];
    }

    private static void StoreWords(ILGenerator il, ImmutableArray<LocalBuilder> words)
    {
        for (var word = 0; word < words.Length; word++)
        {
            Address(il, OpCodes.Ldarg_3, word);
            il.Emit(OpCodes.Ldloc, words[word]);
            il.Emit(OpCodes.Stind_I8);
        }
    }

    private void Finish(ILGenerator il, ulong meta)
    {
        Address(il, OpCodes.Ldarg_3, Words);
        il.Emit(OpCodes.Ldc_I8, (long)meta);
        il.Emit(OpCodes.Stind_I8);
        Address(il, OpCodes.Ldarg_3, Words + 1);
        il.Emit(OpCodes.Starg_S, (byte)3);
    }

    private static void Address(ILGenerator il, OpCode argument, int word)
    {
        il.Emit(argument);
        if (word != 0)
        {
            il.Emit(OpCodes.Ldc_I4, word * sizeof(ulong));
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Add);
        }
    }

    private static DynamicMethod NewMethod(string name, Type result, int parameters)
    {
        Type[] types = [typeof(object), typeof(ulong*), typeof(long*), typeof(ulong*)];
        return new DynamicMethod(name, result, types[..(parameters + 1)], typeof(StepCompiler).Module, skipVisibility: true);
    }

    private sealed class CompiledFill(string name, GroundStep step, Footprint footprint)
    {
        public string Name { get; } = name;

        public GroundStep Step { get; } = step;

        public Footprint Footprint { get; } = footprint;

        public int Nodes { get; } = Size.Of(step);
    }
}
