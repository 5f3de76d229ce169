using System.Collections.Immutable;

namespace CoherenceCheck.Generated;

/// <summary>The type of a generated value.</summary>
internal abstract record GeneratedType
{
    /// <summary>A truth value.</summary>
    public sealed record Truth : GeneratedType
    {
        public override string ToString() => "bool";
    }

    /// <summary>A number in a range.</summary>
    public sealed record Number(int Min, int Max) : GeneratedType
    {
        public override string ToString() => $"{Min}..{Max}";
    }

    /// <summary>One of some names.</summary>
    public sealed record Names(string Written, ImmutableArray<string> Values) : GeneratedType
    {
        public static Names Of(ImmutableArray<string> values) => new($"{{{string.Join(", ", values)}}}", values);

        // Two types of the same names are the same type.
        public bool Equals(Names? other) => other is not null && Written == other.Written;

        public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Written);

        public override string ToString() => Written;
    }

    /// <summary>An element of a sort, or none.</summary>
    public sealed record Element(string Sort, bool OrNone) : GeneratedType
    {
        public override string ToString() => OrNone ? Sort + "?" : Sort;
    }

    /// <summary>A set of elements of a sort.</summary>
    public sealed record SetOf(string Sort) : GeneratedType
    {
        public override string ToString() => "set " + Sort;
    }
}

/// <summary>A name for a value within a body.</summary>
internal sealed record Local(string Name, GeneratedType Type, bool IsVariable);

/// <summary>A state of a policy.</summary>
internal sealed record StateName(string Name, ImmutableArray<string> Index, GeneratedType Type);

/// <summary>A lock of a policy.</summary>
internal sealed record LockName(string Name, string? Index, bool Sleeps);

/// <summary>A procedure of a policy: what may call it, and from where.</summary>
internal sealed record ProcedureName(string Name, ImmutableArray<GeneratedType> Parameters, bool MayBeAtomic);

/// <summary>A line as it is addressed, with what its page permits.</summary>
internal sealed record LineName(string Text, bool IsWritable, bool IsExecutable);

/// <summary>What a body may name, by where it stands.</summary>
internal sealed record Scope
{
    /// <summary>Who executes the body.</summary>
    public required BodyPlace Place { get; init; }

    public ImmutableArray<Local> Locals { get; init; } = [];

    public ImmutableArray<StateName> States { get; init; } = [];

    public ImmutableArray<LockName> Locks { get; init; } = [];

    public ImmutableArray<ProcedureName> Procedures { get; init; } = [];

    /// <summary>The lines that operations may name.</summary>
    public ImmutableArray<LineName> Lines { get; init; } = [];

    /// <summary>What <c>publish</c> may name.</summary>
    public ImmutableArray<string> Publishable { get; init; } = [];

    /// <summary>The elements of a scenario, by sort.</summary>
    public ImmutableArray<(string Sort, string Name)> Elements { get; init; } = [];

    /// <summary>The vCPUs and tasks that <c>at</c> may name, with their labels.</summary>
    public ImmutableArray<(string Agent, ImmutableArray<string> Labels)> Programs { get; init; } = [];

    /// <summary>Whether the spec speaks of translations.</summary>
    public bool Translates { get; init; }

    /// <summary>The virtual addresses that a guest may map anew, where its spec speaks of translations.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>Whether a guest has tables of ASIDs 1 and 2.</summary>
    public bool HasAsids { get; init; }

    /// <summary>The pages of a guest's VM.</summary>
    public ImmutableArray<string> OwnPages { get; init; } = [];

    /// <summary>Whether a guest may execute maintenance by set/way.</summary>
    public bool TrapsSetWay { get; init; }

    /// <summary>Whether the body is part of one step.</summary>
    public bool IsAtomic { get; init; }

    /// <summary>Whether the vCPU may be switched out here.</summary>
    public bool MayPreempt { get; init; }

    /// <summary>The locks that may be taken here: one that sleeps where the vCPU may be switched out.</summary>
    public ImmutableArray<LockName> Takable => [.. Locks.Where(held => MayPreempt || !held.Sleeps)];

    /// <summary>Whether the next statement may wait.</summary>
    public bool MayWait { get; init; } = true;

    /// <summary>The names that a new local variable must not have. It could have that of a type's value, which would then be hidden.</summary>
    public HashSet<string> TakenByLocals() =>
    [
        .. Locals.Select(local => local.Name), .. States.Select(state => state.Name),
        .. States.Select(state => state.Type).Concat(Locals.Select(local => local.Type)).Concat(Procedures.SelectMany(procedure => procedure.Parameters)).OfType<GeneratedType.Names>().SelectMany(names => names.Values),
    ];

    public Scope With(Local local) => this with { Locals = Locals.Add(local) };
}

/// <summary>Where a body stands.</summary>
internal enum BodyPlace
{
    Policy,
    Guest,
    Task,
    Property,
}
