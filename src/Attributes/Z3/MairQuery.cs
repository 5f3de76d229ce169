using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The rules of MAIR_EL1 with the byte open. The caller holds the lock of the context.</summary>
internal sealed class MairQuery : IDisposable
{
    private readonly Solver _solver;
    private readonly TypeSymbols _type;
    private readonly Literal[] _attr;
    private readonly Literal _xs;
    private readonly Literal _mte2;
    private readonly Dictionary<MemoryType, BoolExpr> _others = [];

    public MairQuery(Z3Instance instance, RuleFault? fault)
    {
        _solver = instance.NewSolver();
        var rules = new Constraints(instance.Context, _solver, fault);
        _attr = [.. Enumerable.Range(0, 8).Select(bit => Literal.Of(rules, rules.Symbol($"MAIR_EL1.{bit}")))];
        _xs = Literal.Of(rules, rules.Symbol("FEAT_XS"));
        _mte2 = Literal.Of(rules, rules.Symbol("FEAT_MTE2"));
        _type = MairRules.Assert(rules, [.. _attr.Select(bit => bit.Yes)], _xs.Yes, _mte2.Yes);
        foreach (var type in TypeSymbols.All)
        {
            _others.Add(type, Literal.Of(rules, $"type={type}", _type.Is(rules, type)).No);
        }
    }

    /// <summary>All types that the rules permit.</summary>
    public List<MemoryType> Results(byte attr, MairExtensions extensions)
    {
        List<BoolExpr> assumptions =
        [
            .. _attr.Select((bit, position) => bit.Is((attr >> position & 1) != 0)),
            _xs.Is(extensions.HasFlag(MairExtensions.Xs)),
            _mte2.Is(extensions.HasFlag(MairExtensions.Mte2)),
        ];
        List<MemoryType> results = [];
        while (_solver.CanBe(assumptions))
        {
            using var model = _solver.Model;
            results.Add(model.Type(_type));
            assumptions.Add(_others[results[^1]]);
        }

        return results;
    }

    public void Dispose() => _solver.Dispose();
}
