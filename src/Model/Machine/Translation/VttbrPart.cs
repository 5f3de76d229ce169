using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>
/// VTTBR_EL2 of each pCPU: the stage-2 context and its VMID, as written and as in force since the last context synchronisation event. Where the policy never writes it, the
/// context of the vCPU that is loaded is in force, each under a VMID of its own.
/// </summary>
internal sealed class VttbrPart : MachinePart
{
    private readonly AddressSpace _space;
    private readonly Sorts _sorts;
    private readonly ImmutableArray<Vcpu> _vcpus;
    private readonly Func<Expr, Expr, Expr> _isLoaded;
    private readonly Variable? _current;
    private readonly Variable? _mmu;
    private readonly Variable? _vmid;
    private readonly Variable? _nextMmu;
    private readonly Variable? _nextVmid;

    public VttbrPart(Shape shape, AddressSpace space, Sorts sorts, Declarations declarations, Func<Expr, Expr, Expr> isLoaded, Variable? current)
    {
        (_space, _sorts, _vcpus, _isLoaded, _current) = (space, sorts, shape.Scenario.Vcpus, isLoaded, current);
        Vmid = !shape.IsBareMetal && space.WritesVttbr ? sorts.Vmid : space.Mmu;
        if (!shape.IsBareMetal && space.WritesVttbr)
        {
            var written = AddressSpace.AllStatements(shape.Scenario, shape.Policy).OfType<VttbrStmt>().First();
            if (!shape.Policy.Hooks.Any(hook => hook.Event is HookEvent.VcpuLoad or HookEvent.GuestEntry or HookEvent.VcpuInit && Statements.Descend(hook.Body).OfType<VttbrStmt>().Any()))
            {
                throw new ModelRefusalException("VTTBR_EL2 written where no handler of vcpu_load or guest_entry writes it: then nothing is in force for the guests; write it there, too", written.Span);
            }

            ImmutableArray<Sort> index = [sorts.Pcpu];
            _mmu = declarations.State(Section.Registers, "vttbr.mmu", index, new Domain.Element(space.Mmu, OrNone: true));
            _vmid = declarations.State(Section.Registers, "vttbr.vmid", index, new Domain.Element(sorts.Vmid, OrNone: true));
            _nextMmu = declarations.State(Section.Registers, "vttbr.mmu.written", index, new Domain.Element(space.Mmu, OrNone: true));
            _nextVmid = declarations.State(Section.Registers, "vttbr.vmid.written", index, new Domain.Element(sorts.Vmid, OrNone: true));
        }
    }

    /// <summary>The tags of entries.</summary>
    public Sort Vmid { get; }

    /// <summary>Whether the policy writes it.</summary>
    public bool IsWritten => _mmu is not null;

    /// <summary>The stage-2 context in force on a pCPU, on which a vCPU of some VM executes.</summary>
    public Expr MmuOf(Expr p, int vm) => _mmu is null ? Ex.Const(_space.FirstMmuOf(vm)) : Ex.Read(_mmu, p);

    /// <summary>The stage-2 context by whose leaves an access of a vCPU may go: that under which it is to run, whatever is in force.</summary>
    public Expr MeantFor(Expr p, Route way) => _current is { } current ? Ex.Read(current, Ex.Const(way.Vcpu)) : MmuOf(p, way.Vm);

    /// <summary>The stage-2 contexts that may ever be in force for a VM.</summary>
    public IEnumerable<Expr> ContextsOf(int vm) => _mmu is null ? [Ex.Const(_space.FirstMmuOf(vm))] : Enumerable.Range(0, _space.Mmus.Length).Where(mmu => _space.Mmus[mmu].Vm == vm).Select(mmu => Ex.Const(mmu));

    /// <summary>The VMID in force there; a number behind the last where there is none.</summary>
    public Expr VmidOf(Expr p, int vm) => _vmid is null ? Ex.Const(_space.FirstMmuOf(vm)) : Ex.Read(_vmid, p);

    /// <summary>Whether a stage-2 context is in force on a pCPU, whether a guest executes there or the host; <see langword="null"/> where it never is.</summary>
    public Expr? InForceOn(Expr p, int mmu) => _mmu is not null
        ? Ex.And(Ex.Eq(Ex.Read(_mmu, p), mmu), Ex.Lt(InForce(p), Ex.Const(Vmid.Size)))
        : mmu == _space.FirstMmuOf(_space.Mmus[mmu].Vm) ? Ex.Or([.. _vcpus.Where(vcpu => vcpu.Vm == _space.Mmus[mmu].Vm).Select(vcpu => _isLoaded(p, Ex.Const(vcpu.Number)))]) : null;

    /// <summary>Whether a stage-2 context of a VM is in force on a pCPU, where it may be another's.</summary>
    public Expr IsOf(Expr p, int vm) => _mmu is null ? Ex.True : Ex.Or([.. Enumerable.Range(0, _space.Mmus.Length).Where(mmu => _space.Mmus[mmu].Vm == vm).Select(mmu => Ex.Eq(Ex.Read(_mmu, p), mmu))]);

    /// <summary>The VMID in force on a pCPU, whoever is loaded.</summary>
    public Expr InForce(Expr p) => Ex.Read(_vmid!, p);

    /// <summary>The one that was written last.</summary>
    public Expr Written(Expr p) => Ex.Read(_nextVmid!, p);

    /// <summary>It is written.</summary>
    /// <param name="p">The pCPU.</param>
    /// <param name="mmu">The stage-2 context.</param>
    /// <param name="vmid">The VMID; <see langword="null"/> for one that has the context's number.</param>
    public IEnumerable<Statement> Write(Expr p, Expr mmu, Expr? vmid) => [Ex.Assign(_nextMmu!, [p], mmu), Ex.Assign(_nextVmid!, [p], vmid ?? mmu)];

    public override IEnumerable<Statement> Initially() => _mmu is null ? [] :
    [
        Translator.Everywhere(_mmu, [], Ex.None(_space.Mmu)),
        Translator.Everywhere(_nextMmu!, [], Ex.None(_space.Mmu)),
        Translator.Everywhere(_vmid!, [], Ex.None(_sorts.Vmid)),
        Translator.Everywhere(_nextVmid!, [], Ex.None(_sorts.Vmid)),
    ];

    public override IEnumerable<Statement> OnSynchronisedOn(Expr p) => _mmu is null ? [] :
        [Ex.Assign(_mmu, [p], Ex.Read(_nextMmu!, p)), Ex.Assign(_vmid!, [p], Ex.Read(_nextVmid!, p))];
}
