using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>A leaf of a stage-1 table, as far as accesses differ by it.</summary>
/// <param name="Type">The memory type.</param>
internal sealed record Stage1Leaf(MemoryClass Type)
{
    /// <summary>The leaf through which a vCPU reaches a line of its VM.</summary>
    public static Stage1Leaf Of(Vcpu vcpu, int line) => new(vcpu.NonCacheableLines.Contains(line) ? MemoryClass.NonCacheable : MemoryClass.WriteBack);
}

/// <summary>A leaf of a stage-2 table.</summary>
/// <param name="Page">The page that it maps, with its memory type and permissions.</param>
internal sealed record Stage2Leaf(Page Page);

/// <summary>
/// The leaves through which vCPUs reach lines, as data: an access is by a pair of them. Nothing maps yet, so which leaf leads to which line is settled by the
/// scenario, and known wherever vCPU and line are.
/// </summary>
internal sealed class Leaves
{
    // Leaf 0 leads nowhere.
    private const int Invalid = 0;

    private readonly Sorts _sorts;
    private readonly Shape _shape;
    private readonly ImmutableArray<Stage1Leaf> _stage1;
    private readonly ImmutableArray<Stage2Leaf> _stage2;

    public Leaves(Shape shape, Sorts sorts)
    {
        (_shape, _sorts) = (shape, sorts);
        var reached = shape.Scenario.Vcpus.SelectMany(vcpu => Enumerable.Range(0, sorts.Line.Size).Where(line => Reaches(vcpu, line)).Select(line => (vcpu, line))).ToList();
        _stage1 = [.. reached.Select(pair => Stage1Leaf.Of(pair.vcpu, pair.line)).Distinct()];
        _stage2 = [.. reached.Select(pair => Leaf2(pair.line)).Distinct()];
        Stage1 = new Sort("leaf1", ["invalid", .. _stage1.Select((leaf, i) => $"{leaf.Type}{i}")]);
        Stage2 = new Sort("leaf2", ["invalid", .. _stage2.Select((leaf, i) => $"{leaf.Page.Name}{i}")]);
    }

    /// <summary>The leaves of stage-1 tables.</summary>
    public Sort Stage1 { get; }

    /// <summary>The leaves of stage-2 tables.</summary>
    public Sort Stage2 { get; }

    /// <summary>The stage-1 leaf through which a vCPU reaches a line.</summary>
    public Expr Stage1Of(Expr vcpu, Expr x) => Choose(vcpu, x, (v, line) => 1 + _stage1.IndexOf(Stage1Leaf.Of(v, line)));

    /// <summary>The stage-2 leaf.</summary>
    public Expr Stage2Of(Expr vcpu, Expr x) => Choose(vcpu, x, (_, line) => 1 + _stage2.IndexOf(Leaf2(line)));

    /// <summary>The pair of leaves of two numbers, where a vCPU may come by it; else <see langword="null"/>.</summary>
    public (Stage1Leaf Stage1, Stage2Leaf Stage2)? PairOf(Vcpu vcpu, int stage1, int stage2) =>
        stage1 != Invalid && stage2 != Invalid && (_stage1[stage1 - 1], _stage2[stage2 - 1]) is var pair
        && Enumerable.Range(0, _sorts.Line.Size).Any(line => Reaches(vcpu, line) && (Stage1Leaf.Of(vcpu, line), Leaf2(line)) == pair)
            ? pair
            : null;

    private Stage2Leaf Leaf2(int line) => new(_shape.PageOfLine[line]!);

    private bool Reaches(Vcpu vcpu, int line) => _shape.VmOfLine[line] == vcpu.Vm;

    /// <summary>A table of leaves; it says no more of vCPU and line than it has to.</summary>
    private Expr Choose(Expr vcpu, Expr x, Func<Vcpu, int, int> leaf)
    {
        Expr Of(Vcpu v) => Sorts.Table(x, line => Reaches(v, line) ? leaf(v, line) : Invalid, _sorts.Line.Size);
        var vcpus = _shape.Scenario.Vcpus;
        if (vcpu is Expr.Const known)
        {
            return Of(vcpus[(int)known.Value]);
        }

        var result = Of(vcpus[^1]);
        for (var v = vcpus.Length - 2; v >= 0; v--)
        {
            if (Enumerable.Range(v, vcpus.Length - v).Any(other => !Alike(vcpus[other], vcpus[^1], leaf)))
            {
                result = Ex.If(Ex.Eq(vcpu, v), Of(vcpus[v]), result);
            }
        }

        return result;
    }

    private bool Alike(Vcpu left, Vcpu right, Func<Vcpu, int, int> leaf) => Enumerable.Range(0, _sorts.Line.Size)
        .All(line => (Reaches(left, line) ? leaf(left, line) : Invalid) == (Reaches(right, line) ? leaf(right, line) : Invalid));
}
