using System.Collections.Immutable;
using CoherenceCheck.Model.Machine.Data;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Translation.Faults;

/// <summary>Faults of bare metal and of what the host has promised, where accesses go by address.</summary>
internal static class GhostFaults
{
    /// <summary>A TLBI removes when it is issued.</summary>
    public static TransitionSystem TlbisActAtIssue(this TransitionSystem system) => system.Change(
        rule => rule.Does("tlbi"), rule => rule.Replacing(a => a.Variable.Name == "gTJ" ? [a, new Statement.Assign(system.Find("gT"), [.. a.Index.Skip(1)], Ex.False)] : [a]));

    /// <summary>Rules of an operation leave a set alone.</summary>
    public static TransitionSystem Keeping(this TransitionSystem system, string operation, params string[] sets) => system.Change(rule => rule.Does(operation), rule => rule.WithoutAssigning(sets));

    /// <summary>Guests' stores to descriptors leave a set alone.</summary>
    public static TransitionSystem DescriptorsLeaving(this TransitionSystem system, params string[] sets) => system.Change(
        rule => rule.Label.Agent == "guest" && (rule.Does("map") || rule.Does("unmap")), rule => rule.WithoutAssigning(sets));

    public static TransitionSystem WithoutRefill(this TransitionSystem system, string set) => system.WithoutFills(fill => fill.Name.StartsWith($"fill.{set}.", StringComparison.Ordinal));

    /// <summary>What a DSB does for its own vCPU it does for all.</summary>
    public static TransitionSystem LocalBarrierClosesAll(this TransitionSystem system) => system.Change(rule => rule.Label.Agent == "guest" && rule.Does("dsb nsh"), rule => rule with { Body = WithoutConditions(rule.Body) });

    /// <summary>What a DSB does for all it does for its own vCPU.</summary>
    public static TransitionSystem WideBarrierClosesItsOwn(this TransitionSystem system) => system.Change(
        rule => rule.Label.Agent == "guest" && rule.Does("dsb ish"),
        rule => rule.Replacing(a => a.Variable.Name switch
        {
            "gT" => [Ex.When(Ex.Eq(a.Index[0], OwnerIn(a.Value)), a)],
            _ => [a],
        }));

    /// <summary>A DSB of stores alone closes what is open.</summary>
    public static TransitionSystem StoresOnlyBarrierClosesTlbis(this TransitionSystem system) => system.Change(rule => rule.Label.Agent == "guest" && rule.Does("dsb ishst"), rule =>
    {
        var full = system.Rules.First(other => other.Label.Agent == "guest" && other.Does("dsb ish"));
        return rule.Then(full.Body.Where(statement => statement is Statement.ForEach { Binder: "w" }));
    });

    /// <summary>A TLBI by address is one of all addresses or ASIDs.</summary>
    public static TransitionSystem TlbisOfAll(this TransitionSystem system, int place) => system.Change(rule => rule.Does("tlbi"), rule => rule.Replacing(a => a.Variable.Name == "gTJ"
        ? [Ex.ForEach("every", a.Variable.Index[place], a with { Index = a.Index.SetItem(place, Ex.Local("every")) })]
        : [a]));

    /// <summary>A TLBI of all vCPUs is one of its own.</summary>
    public static TransitionSystem TlbisOfItsOwn(this TransitionSystem system) => system.Change(
        rule => rule.Does("tlbi"), rule => rule.Replacing(a => a.Variable.Name == "gTJ" ? [Ex.When(Ex.Eq(a.Index[0], a.Index[1]), a)] : [a]));

    public static TransitionSystem InForceAtOnce(this TransitionSystem system, string own) => system.Change(
        rule => rule.Label.Agent == "guest" && !rule.Does("isb"),
        rule => rule.Replacing(a => a.Variable.Name == own && a.Value is Expr.Binary { Op: BinaryOp.BitOr } gains ? [a with { Value = gains.Right }] : [a]));

    /// <summary>A write of a register that traps counts when it is performed.</summary>
    public static TransitionSystem TrappedWritesCountWhenPerformed(this TransitionSystem system)
    {
        var own = system.Find("inforce.own");
        return system.Change(_ => true, rule => rule.Replacing(a => a.Variable == own && rule.Label.Agent == "guest" && !rule.Does("isb") ? []
            : a.Variable.Name == "inforce" && a.Value is Expr.Binary { Op: BinaryOp.BitOr } gains ? [a, a with { Variable = own, Value = Ex.BitOr(Ex.Read(own, a.Index.AsSpan()), gains.Right) }]
            : [a]));
    }

    /// <summary>With the MMU on the flat leaf may be meant, too.</summary>
    public static TransitionSystem FlatWithTheMmuOn(this TransitionSystem system) => system.Reading(read => read.Variable.Name == "inforce.own" ? Ex.Const(read.Variable.Domain.Max) : read);

    public static TransitionSystem GiveTakesTheOwnersReach(this TransitionSystem system) => system.Change(rule => rule.Does("give"), rule => rule with { Body = WithoutOwners(rule.Body) });

    public static TransitionSystem SettleLeavesNothing(this TransitionSystem system) => system.Change(
        rule => rule.Does("settle"), rule => rule.Replacing(a => a.Variable.Name == "reach" ? [a with { Value = Ex.False }] : [a]));

    /// <summary>What states of a line come to, changed: sets in what is assigned to gH and gO and what fills them.</summary>
    public static TransitionSystem LinesBecoming(this TransitionSystem system, Func<ImmutableArray<LineState>, Func<LineState, bool>> stays, Func<Rule, bool>? which = null, bool inFills = true)
    {
        Expr Change(Expr value) => Images(value, mask =>
        {
            ImmutableArray<LineState> states = [.. LineState.All.Where((_, i) => (mask >> i & 1) != 0)];
            return mask & LineState.Mask(stays(states));
        });
        bool IsLines(Variable variable) => variable.Name is "gH" or "gO";
        var changed = system.Change(which ?? (_ => true), rule => rule.Replacing(a => IsLines(a.Variable) ? [a with { Value = Change(a.Value) }] : [a]));
        return inFills ? changed.ChangeFills(fill => IsLines(fill.Target), fill => fill with { Value = Change(fill.Value) }) : changed;
    }

    /// <summary>A DC takes the line's states of its DSB, not of its issue.</summary>
    public static TransitionSystem CleansActAtTheirBarrier(this TransitionSystem system)
    {
        var images = system.Rules.Where(rule => rule.Label.Agent == "guest" && rule.Does("dc")).SelectMany(rule => Assigns(rule.Body)).Where(a => a.Variable.Name == "gO").ToList();
        return system.Change(rule => rule.Label.Agent == "guest" && rule.Does("dsb"), rule => rule.Replacing(a =>
            a.Variable.Name == "gH" && a.Value is Expr.Binary { Op: BinaryOp.BitAnd, Right: Expr.Read { Variable.Name: "gO" } open }
                ? [a with { Value = Ex.If(Ex.Ne(open, Ex.Const(open.Variable.Domain.Max)), Expr(open), Ex.Read(a.Variable, a.Index.AsSpan())) }]
                : [a]));
        Expr Expr(Expr.Read open) => Mutation.Map(images.First(image => image.Index[1].Equals(open.Index[1])).Value, read => read.Variable.Name == "gH" ? read with { Index = [open.Index[2]] } : read);
    }

    /// <summary>A DC makes those of other kinds be forgotten.</summary>
    public static TransitionSystem OneOpenClean(this TransitionSystem system) => system.Change(
        rule => rule.Label.Agent == "guest" && rule.Does("dc"),
        rule => rule.Replacing(a => a.Variable.Name == "gO"
            ? [Ex.ForEach("kind", a.Variable.Index[1], Ex.When(Ex.Ne(Ex.Local("kind"), a.Index[1]), Ex.Assign(a.Variable, [a.Index[0], Ex.Local("kind"), a.Index[2]], Ex.Const(a.Variable.Domain.Max)))), a]
            : [a]));

    /// <summary>A store to a line with no copy leaves what a fetch may see at the PoU, as a cacheable one does.</summary>
    public static TransitionSystem FetchesBesideTheLine(this TransitionSystem system) => system.Change(rule => rule.Name.Contains("str ", StringComparison.Ordinal) || rule.Does("str"), rule => rule.Replacing(a => a.Variable.Name == "gH"
        ? [a with { Value = Ex.BitOr(a.Value, LineSets.Image(Ex.Read(a.Variable, a.Index.AsSpan()), state => state.AtPoU ? [LineState.Of(false) with { AtPoU = true }] : [], _ => [])) }]
        : [a]));

    /// <summary>An open IC removes when it is issued.</summary>
    public static TransitionSystem IcsActAtIssue(this TransitionSystem system) => system.Change(
        rule => rule.Does("ic"), rule => rule.Replacing(a => a.Variable.Name == "gJ" ? [a, new Statement.Assign(system.Find("gI"), [.. a.Index.Skip(1)], Ex.False)] : [a]));

    /// <summary>I-caches of bare metal go by the frame: what one page's vCPUs fetched stands there for another's on the same frame.</summary>
    public static TransitionSystem IcachesByFrame(this TransitionSystem system) => system with
    {
        Fills =
        [
            .. system.Fills.SelectMany(fill => !fill.Name.StartsWith("fill.gI.", StringComparison.Ordinal) ? [fill]
                : from v in Enumerable.Range(0, fill.Target.Index[0].Size)
                  from g in Enumerable.Range(0, fill.Target.Index[1].Size)
                  select fill with { Name = $"{fill.Name}.{v}.{g}", Index = [Ex.Const(v), Ex.Const(g)] }),
        ],
    };

    /// <summary>Whose the version is stays what it was.</summary>
    public static TransitionSystem WriterKept(this TransitionSystem system, string operation) => system.Change(
        rule => rule.Does(operation) || (rule.Label.Agent == "guest" && rule.Name.Contains($".{operation} ", StringComparison.Ordinal)), rule => rule.WithoutAssigning("writer"));

    private static Expr Images(Expr e, Func<long, long> change) => e switch
    {
        Expr.Conditional { Then: Expr.Const { Value: not 0 } image } c => Ex.If(c.Condition, Ex.Const(change(image.Value)), Images(c.Else, change)),
        Expr.Conditional c => Ex.If(c.Condition, Images(c.Then, change), Images(c.Else, change)),
        Expr.Binary { Op: BinaryOp.BitOr } b => Ex.BitOr(Images(b.Left, change), Images(b.Right, change)),
        _ => e,
    };

    private static Expr OwnerIn(Expr value) => value is Expr.Binary { Right: Expr.Read { Variable.Name: "gTJ" } open } ? open.Index[0] : throw new InvalidOperationException($"no open set in {value}");

    private static IEnumerable<Statement.Assign> Assigns(ImmutableArray<Statement> block) => block.SelectMany(statement => statement switch
    {
        Statement.Assign a => [a],
        Statement.If i => Assigns(i.Then).Concat(Assigns(i.Else)),
        Statement.ForEach f => Assigns(f.Body),
        _ => [],
    });

    private static ImmutableArray<Statement> WithoutConditions(ImmutableArray<Statement> block) => [.. block.SelectMany(statement => statement switch
    {
        Statement.ForEach f => [f with { Body = WithoutConditions(f.Body) }],
        Statement.If i => WithoutConditions(i.Then),
        _ => (IEnumerable<Statement>)[statement],
    })];

    /// <summary>Where one frame alone has leaves that reach may lose, it does, whoever it is given to.</summary>
    private static ImmutableArray<Statement> WithoutOwners(ImmutableArray<Statement> block)
    {
        var loses = block.OfType<Statement.If>().Where(i => Assigns(i.Then).Any(a => a.Variable.Name == "reach")).ToList();
        return loses.Count == 1 ? block.Replace(loses[0], loses[0] with { Condition = Ex.True }) : block;
    }
}
