using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Shared;

/// <summary>Writers that keep lines coherent, one reader with the MMU off, and hypervisor scheduling: a system whose counts are known from other checkers.</summary>
public static class IciSystem
{
    /// <summary>The system of a size.</summary>
    /// <param name="pcpus">CPUs.</param>
    /// <param name="vcpus">Virtual CPUs; the last one is the reader.</param>
    /// <param name="lines">Lines of memory.</param>
    /// <param name="values">Values that a line may have.</param>
    /// <param name="policy">Whether the hypervisor invalidates where another virtual CPU ran before.</param>
    /// <param name="check">Whether the property asks for coherence, or holds everywhere.</param>
    public static TransitionSystem Build(int pcpus, int vcpus, int lines, int values, bool policy = true, bool check = true)
    {
        var writers = vcpus - 1;
        var pcpu = Numbered("pcpu", "P", pcpus);
        var vcpu = Numbered("vcpu", "v", vcpus);
        var line = Numbered("line", "l", lines);
        var val = new Domain.Range(0, values - 1);
        var dside = new Variable("dside", [line], val, Role.State);
        var pou = new Variable("pou", [line], val, Role.State);
        var mem = new Variable("mem", [line], val, Role.State);
        var icache = new Variable("icache", [pcpu, line], new Domain.Range(0, values), Role.State);
        var running = new Variable("running", [pcpu], new Domain.Element(vcpu, OrNone: true), Role.State);
        var lastran = new Variable("lastran", [pcpu], new Domain.Element(vcpu, OrNone: true), Role.State);
        var pc = new Variable("pc", [vcpu], new Domain.Range(0, 4 * lines - 1), Role.State);

        Parameter p = new("p", pcpu), l = new("l", line), v = new("v", vcpu);
        var (atP, atL, atV) = (Ex.Param(p), Ex.Param(l), Ex.Param(v));
        var none = Ex.Const(values);
        var runs = Ex.Read(running, atP);
        var counter = Ex.Read(pc, runs);
        var atLine = Ex.Add(runs, Times(writers, Ex.Shr(counter, Ex.Const(2))));
        Expr Cached(Expr where) => Ex.Read(icache, atP, where);
        Expr Phase(int phase) => Ex.And(Ex.Lt(runs, Ex.Const(writers)), Ex.Eq(Ex.BitAnd(counter, Ex.Const(3)), phase));
        Statement[] Next()
        {
            var length = Ex.Const(0);
            for (var w = 0; w < writers; w++)
            {
                length = Ex.If(Ex.Eq(runs, w), Ex.Const(4 * ((lines - w + writers - 1) / writers)), length);
            }

            var next = Ex.Add(counter, Ex.Const(1));
            return [Ex.Assign(pc, [runs], Ex.If(Ex.Eq(next, length), Ex.Const(0), next))];
        }

        Rule Make(string name, Parameter[] parameters, Expr guard, params Statement[] body) =>
            new(name, [.. parameters], guard, [.. body], new RuleLabel("test", name));

        Statement Flush(string binder, Sort sort, params Expr[] index) => Ex.ForEach(binder, sort, Ex.Assign(icache, index, none));

        var store = Ex.Add(Ex.Read(dside, Ex.Local("at")), Ex.Const(1));
        Rule[] rules =
        [
            Make("store", [p], Phase(0), [Ex.Let("at", atLine), Ex.Assign(dside, [Ex.Local("at")], Ex.If(Ex.Eq(store, values), Ex.Const(0), store)), .. Next()]),
            Make("dc cvau", [p], Phase(1), [Ex.Let("at", atLine), Ex.Assign(pou, [Ex.Local("at")], Ex.Read(dside, Ex.Local("at"))), .. Next()]),
            Make("ic ivau", [p], Phase(2), [Ex.Let("at", atLine), Flush("q", pcpu, Ex.Local("q"), Ex.Local("at")), .. Next()]),
            Make("execute", [p], Ex.And(Phase(3), Ex.Ne(Cached(atLine), none)), Next()),
            Make(
                "mmu-off fetch",
                [p],
                Ex.Eq(runs, writers),
                Ex.Let("at", Ex.Read(pc, Ex.Const(writers))),
                Ex.When(Ex.Eq(Cached(Ex.Local("at")), none), Ex.Assign(icache, [atP, Ex.Local("at")], Ex.Read(mem, Ex.Local("at")))),
                Ex.Assign(pc, [Ex.Const(writers)], Ex.If(Ex.Eq(Ex.Local("at"), lines - 1), Ex.Const(0), Ex.Add(Ex.Local("at"), Ex.Const(1))))),
            Make(
                "icache fill",
                [p, l],
                Ex.And(Ex.Ne(runs, vcpus), Ex.Eq(Cached(atL), none)),
                Ex.Assign(icache, [atP, atL], Ex.If(Ex.Lt(runs, Ex.Const(writers)), Ex.Read(pou, atL), Ex.Read(mem, atL)))),
            Make("icache evict", [p, l], Ex.Ne(Cached(atL), none), Ex.Assign(icache, [atP, atL], none)),
            Make(
                "schedule",
                [p, v],
                Ex.And(Ex.Eq(runs, vcpus), Ex.All("q", pcpu, Ex.Ne(Ex.Read(running, Ex.Local("q")), atV))),
                Ex.Assign(running, [atP], atV),
                Ex.When(Ex.And(Ex.Const(policy), Ex.Ne(Ex.Read(lastran, atP), atV)), Flush("m", line, atP, Ex.Local("m"))),
                Ex.Assign(lastran, [atP], atV)),
            Make("deschedule", [p], Ex.Ne(runs, vcpus), Ex.Assign(running, [atP], Ex.Const(vcpus))),
            Make("write back to PoU", [l], Ex.Ne(Ex.Read(dside, atL), Ex.Read(pou, atL)), Ex.Assign(pou, [atL], Ex.Read(dside, atL))),
            Make("write back to memory", [l], Ex.Ne(Ex.Read(pou, atL), Ex.Read(mem, atL)), Ex.Assign(mem, [atL], Ex.Read(pou, atL))),
        ];
        var init = ImmutableArray.Create(
            Ex.ForEach("p", pcpu, Flush("l", line, Ex.Local("p"), Ex.Local("l")), Ex.Assign(running, [Ex.Local("p")], Ex.Const(vcpus)), Ex.Assign(lastran, [Ex.Local("p")], Ex.Const(vcpus))));
        var coherent = Ex.All("p", pcpu, Ex.Implies(Ex.And(Phase(3), Ex.Ne(Cached(atLine), none)), Ex.Eq(Cached(atLine), Ex.Read(dside, atLine))));
        return new TransitionSystem(
            "ici",
            [pcpu, vcpu, line],
            [dside, pou, mem, icache, running, lastran, pc],
            [new InitialState("start", init)],
            [.. rules],
            [],
            null,
            Ex.False,
            [
                new Property("coherent execute", PropertyKind.Invariant, check ? coherent : Ex.True),
                new Property("reader runs", PropertyKind.Cover, Ex.Any("p", pcpu, Ex.Eq(runs, writers))),
            ]);
    }

    private static Sort Numbered(string name, string prefix, int count) => new(name, [.. Enumerable.Range(0, count).Select(i => $"{prefix}{i}")]);

    private static Expr Times(int factor, Expr e) => Enumerable.Repeat(e, factor).Aggregate(Ex.Const(0), Ex.Add);
}
