using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>One way in which an operation may go: a step's own nondeterminism is a list of these.</summary>
/// <param name="Suffix">Tells the ways apart in rule names; empty where there is one.</param>
/// <param name="Parameters">Further choices.</param>
/// <param name="Guard">When it is possible; the operation waits while no way is.</param>
/// <param name="Body">What it does.</param>
internal sealed record Choice(string Suffix, ImmutableArray<Parameter> Parameters, Expr Guard, ImmutableArray<Statement> Body)
{
    /// <summary>The version that is stored or delivered this way, where one is chosen.</summary>
    public Operand? Version { get; init; }

    /// <summary>The way in words, where they say more than the operation: <c>g -&gt; f0 RWX</c>, <c>stage-2 fault</c>.</summary>
    public string? Told { get; init; }

    /// <summary>The translation that an access by address uses.</summary>
    public Machine.Translation.Route? Way { get; init; }

    /// <summary>The version that a load delivers this way, where contents are looked at.</summary>
    public Expr? Delivers { get; init; }

    /// <summary>The event that it raises by itself, in the middle of an instruction.</summary>
    public Language.Vocabulary.HookEvent? Raises { get; init; }

    /// <summary>Whether the operation is not done by it: it will be tried again.</summary>
    public bool Stays { get; init; }

    /// <summary>The one way that does something without waiting.</summary>
    public static Choice Always(params ReadOnlySpan<Statement> body) => new("", [], Ex.True, [.. body]);

    /// <summary>Waits, then does something.</summary>
    public static Choice When(Expr guard, params ReadOnlySpan<Statement> body) => new("", [], guard, [.. body]);

    /// <summary>This way followed by another: both guards are looked at before.</summary>
    public Choice Then(Choice next) =>
        new(Suffix + next.Suffix, [.. Parameters, .. next.Parameters], Ex.And(Guard, next.Guard), [.. Body, .. next.Body]);

    /// <summary>This way, and more is done.</summary>
    public Choice Then(IEnumerable<Statement> more) => this with { Body = [.. Body, .. more] };
}

/// <summary>Who executes an operation.</summary>
/// <param name="Vcpu">The vCPU whose instruction it is; <see langword="null"/> for the host.</param>
/// <param name="Pe">What will own the maintenance.</param>
/// <param name="Pcpu">The pCPU whose caches are its own; <see langword="null"/> for a task with a CPU of its own.</param>
/// <param name="InPolicy">Whether it is a statement of the policy.</param>
internal sealed record Actor(Expr? Vcpu, Expr Pe, Expr? Pcpu, bool InPolicy = false)
{
    /// <summary>Of the host, the stage-2 context that it has put in force (<c>with</c>); <see langword="null"/> for that of the vCPU that is loaded.</summary>
    public Expr? Mmu { get; init; }

    /// <summary>Of the host, whether it executes at EL1 (<c>el1</c>).</summary>
    public bool IsAtEl1 { get; init; }

    /// <summary>Of the host, the vCPU that is loaded where it executes; <see langword="null"/> for a task.</summary>
    public Expr? Loaded { get; init; }

    /// <summary>The translation regime in which it executes.</summary>
    public Regime Regime => Vcpu is null ? Regime.El2 : Regime.El1;
}

/// <summary>A translation regime (Arm ARM D8.1).</summary>
internal enum Regime
{
    /// <summary>EL1&amp;0, under stage 2: a guest's.</summary>
    El1,

    /// <summary>EL2: the host's.</summary>
    El2,
}
