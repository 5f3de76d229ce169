using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>What the hardware does by itself: pending maintenance takes effect, dirty lines are written back, stale copies evicted (docs/model.md, The machine).</summary>
internal sealed class HardwareRules(Variables v, RuleSet rules)
{
    private readonly Parameter _e = new("e", v.Pe);
    private readonly Parameter _x = new("x", v.Line);
    private readonly Parameter _q = new("q", v.Icache);

    public void AddRules()
    {
        Expr e = Ex.Param(_e), x = Ex.Param(_x), q = Ex.Param(_q);
        foreach (var (pending, kind, name) in new[]
        {
            (v.PendingCleanPoU, OperationKind.CleanToPoU, "dc cvau"),
            (v.PendingCleanPoC, OperationKind.CleanToPoC, "dc cvac"),
            (v.PendingCleanInvalidate, OperationKind.CleanInvalidateToPoC, "dc civac"),
        })
        {
            if (pending is not null)
            {
                Hardware(pending.Name, words => $"{name} {words.Line} takes effect", [_e, _x], Ex.Ne(Ex.Read(pending, e, x), 0),
                    [Ex.Assign(pending, [e, x], Ex.False), .. Cleans(kind, x)]);
            }
        }

        if (v.PendingIcLine is { } lines)
        {
            var targets = Ex.Read(lines, e, x);
            Hardware(lines.Name, words => $"ic ivau {words.Line} takes effect on {words[_q]}", [_e, _x, _q], Ex.And(Ex.Not(Ex.Read(v.Frozen.OneInstant)), Ex.Contains(targets, q)),
            [
                Ex.Assign(lines, [e, x], Ex.BitAndNot(targets, Ex.Singleton(q))),
                Ex.Assign(v.Cached, [q, x], Ex.False),
            ]);
            Hardware(lines.Name + ".at_once", words => $"ic ivau {words.Line} takes effect on every target", [_e, _x], Ex.And(Ex.Read(v.Frozen.OneInstant), Ex.Ne(targets, 0)),
            [
                Ex.ForEach("r", v.Icache, Ex.When(Ex.Contains(targets, Ex.Local("r")), Ex.Assign(v.Cached, [Ex.Local("r"), x], Ex.False))),
                Ex.Assign(lines, [e, x], Ex.False),
            ]);
        }

        if (v.PendingIcAll is { } all)
        {
            var targets = Ex.Read(all, e);
            Hardware(all.Name, words => $"ic of all takes effect on {words[_q]}", [_e, _q], Ex.And(Ex.Not(Ex.Read(v.Frozen.OneInstant)), Ex.Contains(targets, q)),
                [Ex.Assign(all, [e], Ex.BitAndNot(targets, Ex.Singleton(q))), Empties(q)]);
            Hardware(all.Name + ".at_once", _ => "ic of all takes effect on every target", [_e], Ex.And(Ex.Read(v.Frozen.OneInstant), Ex.Ne(targets, 0)),
            [
                Ex.ForEach("r", v.Icache, Ex.When(Ex.Contains(targets, Ex.Local("r")), Empties(Ex.Local("r")))),
                Ex.Assign(all, [e], Ex.False),
            ]);
        }

        if (v.PendingTlbi is { } tlbi)
        {
            var r = new Parameter("r", v.Pcpu);
            Hardware(tlbi.Name, words => $"tlbi takes effect on {words[r]}", [_e, r], Ex.Contains(Ex.Read(tlbi, e), Ex.Param(r)),
                [Ex.Assign(tlbi, [e], Ex.BitAndNot(Ex.Read(tlbi, e), Ex.Singleton(Ex.Param(r))))]);
        }

        if (v.GhostDirtied is not null)
        {
            Hardware("write.back", words => $"{words.Line} is written back to the PoC", [_x], Ex.Eq(Ex.Read(v.Difference, x), Variables.Dirty),
                [Ex.Assign(v.AtPoC, [x], Ex.Read(v.Coherent, x)), Ex.Assign(v.Difference, [x], Ex.Const(Variables.Equal))]);
        }

        if (v.HasNonCacheableStores)
        {
            Hardware("evict", words => $"the clean copy of {words.Line} is evicted", [_x], Ex.Eq(Ex.Read(v.Difference, x), Variables.Stale),
            [
                Ex.Assign(v.Coherent, [x], Ex.Read(v.AtPoC, x)),
                Ex.Assign(v.Difference, [x], Ex.Const(Variables.Equal)),
                Ex.When(NotIdc(x), Ex.Assign(v.PoU, [x], Ex.BitOr(Ex.Read(v.PoU, x), v.Only(Ex.Read(v.AtPoC, x))))),
                .. v.NoCopy(x),
            ]);
        }
    }

    private Expr NotIdc(Expr x) => Ex.Not(Ex.Read(v.Frozen.Idc, x));

    private Statement Empties(Expr cache) =>
        Ex.ForEach("x", v.Line, Ex.When(Ex.Not(Ex.Read(v.Frozen.IcIsNop, Ex.Local("x"))), Ex.Assign(v.Cached, [cache, Ex.Local("x")], Ex.False)));

    private IEnumerable<Statement> Cleans(OperationKind kind, Expr x)
    {
        Expr coherent = Ex.Read(v.Coherent, x), poc = Ex.Read(v.AtPoC, x), difference = Ex.Read(v.Difference, x);
        var toEqual = Ex.Assign(v.Difference, [x], Ex.Const(Variables.Equal));
        if (kind == OperationKind.CleanInvalidateToPoC)
        {
            return
            [
                Ex.IfElse(Ex.Eq(difference, Variables.Dirty), [Ex.Assign(v.AtPoC, [x], coherent)], [Ex.Assign(v.Coherent, [x], poc)]),
                toEqual,
                Ex.When(NotIdc(x), Ex.Assign(v.PoU, [x], v.Only(poc))),
                .. v.NoCopy(x),
            ];
        }

        // A clean copy that the PoC disagrees with stays: a fetch at the PoU may then return either.
        var clean = Ex.When(NotIdc(x), Ex.Assign(v.PoU, [x],
            Ex.BitOr(v.Only(coherent), Ex.If(Ex.Eq(difference, Variables.Stale), v.Only(poc), Ex.False))));
        return kind == OperationKind.CleanToPoU
            ? [clean]
            : [clean, Ex.When(Ex.Eq(difference, Variables.Dirty), Ex.Assign(v.AtPoC, [x], coherent), toEqual)];
    }

    private void Hardware(string name, Func<StepWords, string> sentence, ImmutableArray<Parameter> parameters, Expr guard, IEnumerable<Statement> body)
    {
        Operand? Of(Parameter parameter) => parameters.Contains(parameter) ? (Operand)parameter : null;
        rules.Add("hw." + name, new StepInfo(StepKind.Hardware, name, sentence) { Pe = Of(_e), Line = Of(_x), Icache = Of(_q) }, parameters, guard, body);
    }
}
