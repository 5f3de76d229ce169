using System.Collections.Immutable;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Translation.Faults;

/// <summary>Faults of the machine where accesses go by address: each a system with one rule wrong.</summary>
internal static class MachineFaults
{
    private static readonly string[] Entries = ["T", "T0", "T1", "T2"];

    public static TransitionSystem WithoutWalks(this TransitionSystem system, string walk) => system.WithoutFills(fill => fill.Name.StartsWith(walk + ".", StringComparison.Ordinal));

    /// <summary>Entries of a kind are not kept: what a walk may find now is all there is of them.</summary>
    public static TransitionSystem WithoutKeeping(this TransitionSystem system, params string[] entries) =>
        system.Change(_ => true, rule => rule.Then([.. system.Variables.Where(variable => entries.Contains(variable.Name)).Select(variable => Mutation.Empty(variable))]));

    public static TransitionSystem CachingInvalidLeaves(this TransitionSystem system) => system.ChangeFills(
        fill => fill.Name.StartsWith("walk2.", StringComparison.Ordinal), fill => fill.Value is Expr.Binary { Op: BinaryOp.BitAnd } masked ? fill with { Value = masked.Left } : fill);

    public static TransitionSystem WithoutVmids(this TransitionSystem system) => system.Indexing(Entries, index => index.SetItem(1, Ex.False));

    public static TransitionSystem WithoutAsids(this TransitionSystem system) => system.Indexing(["T", "T1"], index => index.SetItem(2, Ex.False));

    /// <summary>A TLBI leaves entries of a kind.</summary>
    public static TransitionSystem Leaving(this TransitionSystem system, string form, params string[] entries) =>
        system.Change(rule => rule.Name == "hw.pend.tlbi." + form, rule => rule.WithoutAssigning(entries));

    /// <summary>A TLBI removes entries of a kind, too: of the places that its parameters name, and of all others.</summary>
    public static TransitionSystem RemovingToo(this TransitionSystem system, string form, string entries, params string[] place) => system.Change(
        rule => rule.Name == "hw.pend.tlbi." + form,
        rule => rule.Then(Mutation.Empty(system.Find(entries), [.. place.Select(Ex.Local)])));

    /// <summary>The IS forms of TLBIs reach the own pCPU only.</summary>
    public static TransitionSystem BroadcastsReachTheOwnPcpu(this TransitionSystem system) => system.Issuing(isWide: true, (a, read) =>
        Ex.BitOr(read, Ex.BitAnd(Ex.Singleton(a.Index[0]), Ex.Const(a.Variable.Domain.Max))));

    public static TransitionSystem LocalFormsReachAll(this TransitionSystem system) => system.Issuing(isWide: false, (a, _) => Ex.Const(a.Variable.Domain.Max));

    public static TransitionSystem WithoutForcedBroadcast(this TransitionSystem system) => system.Reading(read => read.Variable.Name == "fb" ? Ex.False : read);

    /// <summary>A TLBI is for the VMID that was written last alone, or for that in force alone.</summary>
    public static TransitionSystem TlbisFor(this TransitionSystem system, bool isWritten)
    {
        var twins = system.Rules.Where(rule => rule.Name.EndsWith(".written", StringComparison.Ordinal)).Select(rule => isWritten ? rule.Name[..^8] : rule.Name).ToHashSet();
        var left = system.Without(rule => twins.Contains(rule.Name));

        // The choice of the written one is there only where it differs.
        return isWritten ? left.Change(rule => rule.Name.EndsWith(".written", StringComparison.Ordinal), rule => rule.Guarded(read => read.Variable.Name == "vttbr.vmid" ? Ex.Const(-1) : read)) : left;
    }

    public static TransitionSystem VttbrInForceAtOnce(this TransitionSystem system) => system.Change(_ => true, rule => rule.Replacing(a => a.Variable.Name switch
    {
        "vttbr.mmu.written" => [a, a with { Variable = system.Find("vttbr.mmu") }],
        "vttbr.vmid.written" => [a, a with { Variable = system.Find("vttbr.vmid") }],
        _ => [a],
    }));

    public static TransitionSystem IsbKeeping(this TransitionSystem system, params string[] names) => system.Change(rule => rule.Does("isb"), rule => rule.WithoutAssigning(names));

    /// <summary>Entry to a guest, and exit from it, is no context synchronisation event.</summary>
    public static TransitionSystem EntryKeeping(this TransitionSystem system, params string[] names) =>
        system.Change(rule => rule.Name is "host.exit" or "host.trap" or "host.enter", rule => rule.WithoutAssigning(names));

    public static TransitionSystem WritesInForceFromTheIsb(this TransitionSystem system, string inForce) => system.Change(
        rule => rule.Does("msr") || rule.Name.Contains(".any.mmu", StringComparison.Ordinal), rule => rule.WithoutAssigning(inForce));

    /// <summary>A DSB NSH waits for what its pCPU issued anywhere.</summary>
    public static TransitionSystem LocalBarrierWaitsForAll(this TransitionSystem system) =>
        system.Change(rule => rule.Does("dsb nsh"), rule => rule.Guarded(read => IsTlbi(read) ? Ex.If(Ex.Ne(read, 0), Ex.Const(read.Variable.Domain.Max), Ex.False) : read));

    public static TransitionSystem BarrierWaitsForNothing(this TransitionSystem system, string barrier) =>
        system.Change(rule => rule.Does(barrier), rule => rule.Guarded(read => IsTlbi(read) ? Ex.False : read));

    public static TransitionSystem StoresOnlyBarrierCompletesTlbis(this TransitionSystem system) =>
        system.Change(rule => rule.Does("dsb ishst"), rule => rule with { Guard = Ex.And(rule.Guard, NoTlbi(system)) });

    /// <summary>A TLBI is complete when it is issued.</summary>
    public static TransitionSystem TlbisAtOnce(this TransitionSystem system) =>
        system.Change(rule => !rule.Name.StartsWith("hw.", StringComparison.Ordinal), rule => rule with { Guard = Ex.And(rule.Guard, NoTlbi(system)) });

    /// <summary>No DSB makes a descriptor visible.</summary>
    public static TransitionSystem BarriersSettleNothing(this TransitionSystem system, string tables) => system.Change(rule => rule.Does("dsb ish") || rule.Does("dsb ishst"), rule => rule.WithoutAssigning(tables));

    /// <summary>A DSB makes every descriptor visible, whoever stored it.</summary>
    public static TransitionSystem BarriersSettleAll(this TransitionSystem system, string tables) => system.Change(
        rule => rule.Does("dsb ish") || rule.Does("dsb ishst"),
        rule => rule.Replacing(a => a.Variable.Name == tables ? [a with { Value = Ex.BitAnd(Ex.Read(a.Variable, a.Index.AsSpan()), LastWritten(system, tables, a.Index)) }] : [a]));

    public static TransitionSystem DescriptorsVisibleAtOnce(this TransitionSystem system, string tables) => system.Change(
        rule => !rule.Does("dsb ish") && !rule.Does("dsb ishst"),
        rule => rule.Replacing(a => a.Variable.Name == tables && a.Value is Expr.Binary { Op: BinaryOp.BitOr } gains ? [a with { Value = gains.Right }] : [a]));

    /// <summary>A choice of accesses is not there: of faults or pipelines.</summary>
    public static TransitionSystem WithoutChoice(this TransitionSystem system, string suffix) => system.Without(rule => rule.Label.Agent == "guest" && rule.Name.Contains(suffix, StringComparison.Ordinal));

    /// <summary>A store asks the table, too, whether it may write.</summary>
    public static TransitionSystem PermissionsByDescriptor(this TransitionSystem system) => system.Change(
        rule => rule.Label.Agent == "guest" && rule.Name.Contains("str ", StringComparison.Ordinal),
        rule => rule.Guarded(read => read.Variable.Name == "T" ? Ex.BitAnd(read, Ex.Read(system.Find("S2"), read.Index[1], Ex.False)) : read));

    public static TransitionSystem ExecuteNeverIsNothing(this TransitionSystem system) => system.Reading(read => read.Variable.Name == "exec" ? Ex.True : read);

    /// <summary>A part of what a rule of hardware does is missing.</summary>
    public static TransitionSystem HardwareKeeping(this TransitionSystem system, string effect, params string[] names) =>
        system.Change(rule => rule.Name == "hw." + effect, rule => rule.WithoutAssigning(names));

    public static TransitionSystem WithoutHardware(this TransitionSystem system, string effect) => system.Without(rule => rule.Name == "hw." + effect);

    /// <summary>A DC CVAC drops a stale copy.</summary>
    public static TransitionSystem CleanDropsStaleCopies(this TransitionSystem system) => system.Change(rule => rule.Name == "hw.pend.cvac", rule =>
    {
        Expr x = Ex.Local("x");
        return rule.Then(Ex.When(Ex.Eq(Ex.Read(system.Find("ds"), x), 2), Ex.Assign(system.Find("coh"), [x], Ex.Read(system.Find("poc"), x)), Ex.Assign(system.Find("ds"), [x], Ex.False)));
    });

    /// <summary>A Non-cacheable store leaves a dirty line clean.</summary>
    public static TransitionSystem NonCacheableStoreCleans(this TransitionSystem system) => system.Change(
        rule => rule.Name.EndsWith(".nc", StringComparison.Ordinal) && rule.Name.Contains("str ", StringComparison.Ordinal),
        rule => rule.Replacing(a => a.Variable.Name == "poc" ? [a, a with { Variable = system.Find("coh") }, Ex.Assign(system.Find("ds"), a.Index.AsSpan(), Ex.False)] : [a]));

    /// <summary>The host copies what the PoC holds.</summary>
    public static TransitionSystem CopiesReadThePoC(this TransitionSystem system) => system.Change(rule => rule.Does("copy"), rule => Letting(rule, l => l.Name == "copied"
        ? l with { Value = Mutation.Map(l.Value, read => read.Variable.Name == "coh" ? read with { Variable = system.Find("poc") } : read) }
        : l));

    /// <summary>What the host copies reaches the PoC.</summary>
    public static TransitionSystem CopiesReachThePoC(this TransitionSystem system) => system.Change(rule => rule.Does("copy"), rule => rule.Replacing(a => a.Variable.Name switch
    {
        "coh" => [a, a with { Variable = system.Find("poc") }],
        "ds" => [a with { Value = Ex.False }],
        _ => [a],
    }));

    /// <summary>A guest's DC or IC acts on another frame.</summary>
    public static TransitionSystem MaintenanceOnAnotherFrame(this TransitionSystem system, string pending) => system.Change(
        rule => rule.Label.Agent == "guest",
        rule => rule.Replacing(a => a.Variable.Name == pending ? [a with { Index = a.Index.SetItem(1, Ex.Sub(Ex.True, a.Index[1])) }] : [a]));

    public static TransitionSystem WithoutLinesOfEarlierOwners(this TransitionSystem system) => system with
    {
        InitialStates = [.. system.InitialStates.Select(state => state with { Body = new Rule("", [], Ex.True, state.Body, new RuleLabel("", "")).WithoutAssigning("I").Body })],
    };

    private static TransitionSystem Issuing(this TransitionSystem system, bool isWide, Func<Statement.Assign, Expr, Expr> value) => system.Change(
        rule => rule.Label.Operation.StartsWith("tlbi ", StringComparison.Ordinal) && rule.Label.Operation.Split(' ', ',')[1].EndsWith("is", StringComparison.Ordinal) == isWide,
        rule => rule.Replacing(a => a.Variable.Name.StartsWith("pend.tlbi.", StringComparison.Ordinal) ? [a with { Value = value(a, Ex.Read(a.Variable, a.Index.AsSpan())) }] : [a]));

    private static bool IsTlbi(Expr.Read read) => read.Variable.Name.StartsWith("pend.tlbi.", StringComparison.Ordinal);

    private static Expr NoTlbi(TransitionSystem system) => Ex.And([.. system.Variables.Where(variable => variable.Name.StartsWith("pend.tlbi.", StringComparison.Ordinal)).Select(variable =>
        variable.Index.Select((sort, i) => (sort, i)).Reverse().Aggregate(
            Ex.Eq(Ex.Read(variable, [.. variable.Index.Select((_, i) => Ex.Local($"n{i}"))]), 0),
            (body, place) => Ex.All($"n{place.i}", place.sort, body)))]);

    private static Expr LastWritten(TransitionSystem system, string tables, ImmutableArray<Expr> place)
    {
        var since = system.Find(tables + ".since");
        return Enumerable.Range(0, since.Index[0].Size).Select(owner => Ex.Read(since, [Ex.Const(owner), .. place])).Aggregate((left, right) => Ex.BitAnd(left, right));
    }

    private static Rule Letting(Rule rule, Func<Statement.Let, Statement.Let> change)
    {
        ImmutableArray<Statement> Block(ImmutableArray<Statement> block) => [.. block.Select(statement => statement switch
        {
            Statement.Let l => change(l),
            Statement.If i => i with { Then = Block(i.Then), Else = Block(i.Else) },
            Statement.ForEach f => f with { Body = Block(f.Body) },
            _ => statement,
        })];
        return rule with { Body = Block(rule.Body) };
    }
}
