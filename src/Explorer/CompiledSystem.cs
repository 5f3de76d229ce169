using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer;

/// <summary>Appends the successors of a state to a buffer: for each enabled instance the words of the state after it, then its <see cref="Meta"/>.</summary>
internal unsafe delegate ulong* ExpandCode(ulong* state, long* frozen, ulong* output);

/// <summary>Looks at a state: not 0 if the condition is true.</summary>
internal unsafe delegate long TestCode(ulong* state, long* frozen);

/// <summary>The last word of a successor: the instance's number, and what became of it.</summary>
internal static class Meta
{
    /// <summary>The instance ended in a model error.</summary>
    public const ulong Error = 1UL << 63;

    /// <summary>The number of the instance.</summary>
    public const ulong InstanceMask = uint.MaxValue;
}

/// <summary>A transition system as machine code. One compilation serves every cell of a shape: frozen variables are read at run time.</summary>
public sealed class CompiledSystem
{
    private readonly FaultInjection _faults;
    private readonly CodeLimits _limits;

    private CompiledSystem(TransitionSystem system, FaultInjection faults, CodeLimits limits)
    {
        (System, _faults, _limits) = (system, faults, limits);
        Layout = new Layout(system, faults.BitsTaken);
        WordBits = faults.BitsTaken > 0 || faults.NoDomainChecks ? 64 : Math.Min(64, Layout.Bits);
        Frozen = new FrozenTable(system);
        var compiler = new StepCompiler(system, Layout, Frozen, faults, limits);
        Instances = compiler.Instances;
        Expand = compiler.CompileRules();
        IsIndexed = compiler.IsIndexed;
        Initial = compiler.CompileInitialStates();
        Cut = system.Cut is null ? null : compiler.CompileTest("cut", system.Cut);
        Terminal = compiler.CompileTest("terminal", system.Terminal);
        Properties = system.Properties.ToImmutableDictionary(p => p.Name, p => compiler.CompileTest(p.Name, p.Condition), StringComparer.Ordinal);
        CodeBytes = compiler.CodeBytes;
    }

    /// <summary>What was compiled.</summary>
    public TransitionSystem System { get; }

    /// <summary>How states are packed.</summary>
    public Layout Layout { get; }

    /// <summary>The number of rule instances.</summary>
    public int InstanceCount => Instances.Length;

    /// <summary>The size of the generated intermediate code, in bytes.</summary>
    public int CodeBytes { get; }

    /// <summary>Whether successors are not written in the order of their instances: then they are sorted.</summary>
    internal bool IsIndexed { get; }

    /// <summary>Bits of a state of one word. With faults put in, a cell may overflow.</summary>
    internal int WordBits { get; }

    internal FrozenTable Frozen { get; }

    internal ImmutableArray<RuleInstance> Instances { get; }

    internal ImmutableArray<ExpandCode> Expand { get; }

    internal ImmutableArray<ExpandCode> Initial { get; }

    internal TestCode? Cut { get; }

    internal TestCode Terminal { get; }

    internal ImmutableDictionary<string, TestCode> Properties { get; }

    /// <summary>Compiles a system, bound or not.</summary>
    public static CompiledSystem Compile(TransitionSystem system) => new(system, new FaultInjection(), new CodeLimits());

    /// <summary>The code of some instances alone.</summary>
    internal ImmutableArray<ExpandCode> CompileInstances(IReadOnlySet<int> numbers) =>
        new StepCompiler(System, Layout, Frozen, _faults, _limits).CompileInstances(numbers);

    /// <summary>How often each rule fired, in the system's order, from how often each of its instances did.</summary>
    internal ImmutableArray<long> FiredByRule(ReadOnlySpan<long> fired)
    {
        var rules = System.Rules.Select((rule, i) => (rule.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i, StringComparer.Ordinal);
        var result = new long[rules.Count];
        for (var i = 0; i < InstanceCount; i++)
        {
            result[rules[Instances[i].Rule.Name]] += fired[i];
        }

        return [.. result];
    }

    internal static CompiledSystem Compile(TransitionSystem system, FaultInjection faults) => new(system, faults, new CodeLimits());

    internal static CompiledSystem Compile(TransitionSystem system, CodeLimits limits) => new(system, new FaultInjection(), limits);
}
