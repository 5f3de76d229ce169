using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>What those who look for order and causes ask of steps.</summary>
internal interface IStepFacts
{
    /// <summary>Whose sequence a step belongs to.</summary>
    Lane LaneOf(RuleInstance step);

    /// <summary>Whether a change only says where an agent stands now.</summary>
    bool IsControl(CellChange change);

    /// <summary>Whether a step is the hardware's own.</summary>
    bool IsHardware(RuleInstance step);

    /// <summary>Whether a step decides where its agent goes: a test, a choice, or something atomic with a test in it.</summary>
    bool Decides(RuleInstance step);

    /// <summary>A test as one that goes the other way; <see langword="null"/> where that cannot be said.</summary>
    RuleInstance? OtherWay(RuleInstance test);

    /// <summary>What may follow a step of an agent before anybody else does something: its own steps, and the maintenance it waits for.</summary>
    IEnumerable<RuleInstance> OwnSteps(RuleInstance step);
}

/// <summary>Whose sequence a step belongs to: the CPU's, with what the hardware does for it; a vCPU's on bare metal; a task's; the memory system's.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Number">Which of its kind; 0 for the memory system.</param>
internal readonly record struct Lane(LaneKind Kind, int Number)
{
    public override string ToString() => $"{Kind} {Number}";
}

/// <summary>What has a sequence of its own.</summary>
internal enum LaneKind
{
    /// <summary>The memory system.</summary>
    Memory,

    /// <summary>A CPU.</summary>
    Cpu,

    /// <summary>A vCPU's program, where it has a PE to itself.</summary>
    Program,

    /// <summary>A host task.</summary>
    Task,
}

/// <summary>The facts of the steps of a system.</summary>
internal sealed class StepFacts(SystemBuilder builder) : IStepFacts
{
    private readonly HashSet<Variable> _counters = [.. builder.ProgramCounters.Select(counter => counter.Variable)];
    private ILookup<Lane, RuleInstance>? _lanes;

    public Lane LaneOf(RuleInstance step) => InfoOf(step) switch
    {
        { Pe: { Parameter: not null } pe } => new Lane(LaneKind.Cpu, pe.In(step)),
        { Kind: StepKind.Guest, Vcpu: { } vcpu } => new Lane(LaneKind.Program, vcpu.In(step)),
        { Task: { } task } => new Lane(LaneKind.Task, task),
        _ => new Lane(LaneKind.Memory, 0),
    };

    /// <inheritdoc/>
    /// <remarks>That a vCPU is unloaded when its last handler ends counts as the program counter's move.</remarks>
    public bool IsControl(CellChange change) =>
        _counters.Contains(change.Variable)
        || (change.Variable == builder.Placement.Current && change.After == builder.Sorts.Vcpu.Size);

    public bool IsHardware(RuleInstance step) => InfoOf(step).Kind == StepKind.Hardware;

    public bool Decides(RuleInstance step) => InfoOf(step) is { OtherWay: not null } or { IsDecision: true };

    public RuleInstance? OtherWay(RuleInstance test) => InfoOf(test).OtherWay is { } other ? test with { Rule = other } : null;

    public IEnumerable<RuleInstance> OwnSteps(RuleInstance step)
    {
        var own = _lanes ??= builder.System.Rules.SelectMany(RuleInstance.Of).ToLookup(LaneOf);
        return own[LaneOf(step)].OrderBy(IsHardware);
    }

    private StepInfo InfoOf(RuleInstance step) => builder.Infos[step.Rule.Name];
}
