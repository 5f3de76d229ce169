using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What a name of a body stands for.</summary>
internal abstract record Binding
{
    /// <summary>A local of the agent.</summary>
    public sealed record Slot(int Number) : Binding;

    /// <summary>An element, the same each time the code runs.</summary>
    public sealed record Fixed(int Value) : Binding;

    /// <summary>An argument of a procedure, in the caller's names.</summary>
    public sealed record Argument(SpecExpr Value, Names Names) : Binding;

    /// <summary>The vCPU that is loaded on the agent's pCPU.</summary>
    public sealed record LoadedVcpu : Binding;

    /// <summary>The agent's pCPU.</summary>
    public sealed record OwnPcpu : Binding;
}

/// <summary>The names of a body; symbols are compared by reference.</summary>
internal sealed class Names
{
    private readonly ImmutableDictionary<Symbol, Binding> _bindings;

    private Names(ImmutableDictionary<Symbol, Binding> bindings) => _bindings = bindings;

    public static Names None { get; } = new(ImmutableDictionary.Create<Symbol, Binding>(ReferenceEqualityComparer.Instance));

    public Binding this[Symbol symbol] => _bindings[symbol];

    public Names With(Symbol symbol, Binding binding) => new(_bindings.SetItem(symbol, binding));
}

/// <summary>What an instruction of the host's code does.</summary>
internal enum HostOp
{
    /// <summary>A statement without a body.</summary>
    Statement,

    /// <summary>Tests: false goes to Target.</summary>
    Test,

    /// <summary>One of Targets, chosen freely.</summary>
    Choose,

    /// <summary>Takes a lock.</summary>
    Acquire,

    /// <summary>Gives it back.</summary>
    Release,

    /// <summary><c>with</c>: writes VTTBR_EL2 and keeps the old one in Slot.</summary>
    EnterMmu,

    /// <summary>Writes what Slot keeps.</summary>
    LeaveMmu,

    /// <summary>An ISB that <c>with</c> brings.</summary>
    Synchronise,

    /// <summary>Everything up to Target is one step.</summary>
    Atomic,

    /// <summary>No step: goes to Target.</summary>
    Jump,

    /// <summary>No step: forgets the locals from Slot on.</summary>
    Forget,

    /// <summary>No step: performs the trapped write, unless <c>complete</c> has.</summary>
    Perform,

    /// <summary>No step: to one of Targets, put or enter again.</summary>
    Fork,

    /// <summary>No step: ERET to the guest.</summary>
    Enter,

    /// <summary>No step: the vCPU has left its pCPU.</summary>
    Leave,

    /// <summary>A task has ended.</summary>
    End,
}

/// <summary>An instruction of the host's code.</summary>
internal sealed record HostInstruction(HostOp Op)
{
    public Stmt? Statement { get; init; }

    public Names Names { get; init; } = Names.None;

    /// <summary>Whether the host executes it at EL1.</summary>
    public bool IsAtEl1 { get; set; }

    public SpecExpr? Test { get; init; }

    public LockPlace? Lock { get; init; }

    public SpecExpr? Mmu { get; init; }

    public int Slot { get; init; } = -1;

    public int Target { get; set; } = -1;

    public int[] Targets { get; init; } = [];
}
