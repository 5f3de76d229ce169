using System.Collections.Immutable;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>The groups in which a system lists its variables, in this order; within one, as they are declared. A reader of a system finds together what belongs together.</summary>
internal enum Section
{
    /// <summary>Where vCPUs are, and what memory and caches hold.</summary>
    Machine,

    /// <summary>Maintenance that was issued and is not complete.</summary>
    Pending,

    /// <summary>What translations bare metal allows, and what the host has promised of them.</summary>
    GhostTranslation,

    /// <summary>What memory holds on bare metal.</summary>
    GhostMemory,

    /// <summary>What its data caches do.</summary>
    GhostDataCaches,

    /// <summary>What its fetches have left behind.</summary>
    GhostFetches,

    /// <summary>What may stand since the issue of a clean that is open.</summary>
    GhostCleaning,

    /// <summary>The same of a clean and invalidation.</summary>
    GhostFlushing,

    /// <summary>The same of an invalidation.</summary>
    GhostInvalidating,

    /// <summary>What was judged.</summary>
    Judged,

    /// <summary>System registers.</summary>
    Registers,

    /// <summary>Copies in bare metal's data caches.</summary>
    GhostCopies,

    /// <summary>The same in a machine that is bare metal.</summary>
    Copies,

    /// <summary>Marks of a run: what is stored, what has failed.</summary>
    Marks,

    /// <summary>What registers, attributes and readings come to.</summary>
    Frozen,

    /// <summary>What policy, programs and tasks have, and where they stand.</summary>
    Control,
}

/// <summary>The variables of a system as they are declared.</summary>
internal sealed class Declarations
{
    private readonly List<(Section Section, Variable Variable)> _all = [];

    public Declarations() => Frozen = new FrozenDeclarations((section, name, index, domain) => Add(section, name, index, domain, Role.Frozen));

    /// <summary>What is frozen, and what it sees of a configuration.</summary>
    public FrozenDeclarations Frozen { get; }

    /// <summary>All of them, in the order of their sections.</summary>
    public IEnumerable<Variable> All => _all.OrderBy(declared => declared.Section).Select(declared => declared.Variable);

    /// <summary>Those of a section.</summary>
    public IEnumerable<Variable> In(Section section) => _all.Where(declared => declared.Section == section).Select(declared => declared.Variable);

    /// <summary>A variable of the machine, or of the programs that run on it.</summary>
    public Variable State(Section section, string name, ImmutableArray<Sort> index, Domain domain) => Add(section, name, index, domain, Role.State);

    /// <summary>A variable of the ghost.</summary>
    public Variable Ghost(Section section, string name, ImmutableArray<Sort> index, Domain domain) => Add(section, name, index, domain, Role.Ghost);

    private Variable Add(Section section, string name, ImmutableArray<Sort> index, Domain domain, Role role)
    {
        var variable = new Variable(name, index, domain, role);
        _all.Add((section, variable));
        return variable;
    }
}
