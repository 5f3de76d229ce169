using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>Which vCPU is loaded on each pCPU, and where each may be. On bare metal each has a PE of its own, for good.</summary>
internal sealed class Placement
{
    private readonly Shape _shape;
    private readonly Sorts _sorts;
    private readonly Variable _mayRunOn;

    public Placement(Shape shape, Sorts sorts, Declarations declarations)
    {
        (_shape, _sorts) = (shape, sorts);
        Current = declarations.State(Section.Machine, "cur", [sorts.Pcpu], new Domain.Element(sorts.Vcpu, OrNone: true));
        Mmu = shape.SwitchesMmu ? declarations.State(Section.Control, "mmu", [sorts.Vcpu], new Domain.Element(sorts.Mmu)) : null;
        _mayRunOn = declarations.Frozen.Table("may_run", [sorts.Vcpu], new Domain.Subset(sorts.Pcpu), [.. shape.Scenario.Vcpus.Select(vcpu => Seen.Always(PlacesOf(vcpu)))]);
    }

    /// <summary>The stage-2 context under which a vCPU is to run; <see langword="null"/> where that is the first of its VM for good.</summary>
    public Variable? Mmu { get; }

    /// <summary>The vCPU that is loaded.</summary>
    public Variable Current { get; }

    /// <summary>Whether a vCPU may be loaded on a pCPU.</summary>
    public Expr MayRunOn(Expr w, Expr p) => Ex.Contains(Ex.Read(_mayRunOn, w), p);

    /// <summary>Whether a vCPU is the one that is loaded on a pCPU.</summary>
    public Expr IsLoaded(Expr p, Expr w) => Ex.Eq(Ex.Read(Current, p), w);

    /// <summary>The vCPU that is loaded on a pCPU.</summary>
    public Expr LoadedOn(Expr p) => _shape.IsBareMetal ? p : Ex.Read(Current, p);

    /// <summary>The pCPU on which a vCPU is loaded, or none.</summary>
    public Expr PcpuOf(Expr vcpu)
    {
        if (_shape.IsBareMetal)
        {
            return vcpu;
        }

        var result = Ex.None(_sorts.Pcpu);
        for (var p = _sorts.Pcpu.Size - 1; p >= 0; p--)
        {
            result = Ex.If(IsLoaded(Ex.Const(p), vcpu), Ex.Const(p), result);
        }

        return result;
    }

    /// <summary>Whether a vCPU was switched out in the middle of a handler; set where it may be.</summary>
    public Func<Expr, Expr>? IsSwitchedOut { get; set; }

    /// <summary>Whether a vCPU is loaded nowhere, and no handler of its waits to go on; on bare metal it never has to leave.</summary>
    public Expr IsNowhere(Expr vcpu) => _shape.IsBareMetal ? Ex.True
        : Ex.And(Ex.All("r", _sorts.Pcpu, Ex.Ne(Ex.Read(Current, Ex.Local("r")), vcpu)), IsSwitchedOut is { } isOut ? Ex.Not(isOut(vcpu)) : Ex.True);

    /// <summary>Where vCPUs are at first.</summary>
    public IEnumerable<Statement> Initially() =>
    [
        LoadedAtFirst(),
        .. Mmu is null ? [] : _shape.Scenario.Vcpus.Select(vcpu => Ex.Assign(Mmu, [Ex.Const(vcpu.Number)], Ex.Const(FirstMmuOf(vcpu)))),
    ];

    /// <summary>A vCPU that is reset begins under the first stage-2 context of its VM, as at first.</summary>
    public IEnumerable<Statement> ReturnsToFirst(Expr vcpu) =>
        Mmu is null ? [] : [Ex.Assign(Mmu, [vcpu], Sorts.Table(vcpu, i => FirstMmuOf(_shape.Scenario.Vcpus[i]), _sorts.Vcpu.Size))];

    private int FirstMmuOf(Vcpu vcpu) => _shape.Scenario.Vms.Take(vcpu.Vm).Sum(vm => vm.Mmus.Length);

    private Statement LoadedAtFirst() => Ex.ForEach("p", _sorts.Pcpu, Ex.Assign(Current, [Ex.Local("p")], _shape.IsBareMetal ? Ex.Local("p") : Ex.None(_sorts.Vcpu)));

    /// <summary>The vCPU that is loaded on a pCPU in a state, or <see langword="null"/>.</summary>
    public int? LoadedIn(Valuation state, int p) => p < _sorts.Pcpu.Size && state[Current, p] < _sorts.Vcpu.Size ? (int)state[Current, p] : null;

    private long PlacesOf(Vcpu vcpu) => _shape.IsBareMetal ? 1L << vcpu.Number : vcpu.Placement.Aggregate(0L, (mask, p) => mask | (1L << p));
}
