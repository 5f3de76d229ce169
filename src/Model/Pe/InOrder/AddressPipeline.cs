using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Machine.ICache;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe.InOrder;

/// <summary>What a fetch from a virtual page by the context that runs on a pCPU could have delivered since the last context synchronisation event, whatever the translations are now.</summary>
internal sealed class AddressPipelinePart(Sorts sorts, AddressSpace space, Declarations declarations, Fetches fetches, FrameIcachePart icache, Func<Expr, Expr, Expr> inGuest) : MachinePart
{
    private readonly Variable _captured = declarations.State(Section.Machine, "Q", [sorts.Pcpu, space.Va], sorts.Versions);

    /// <summary>What a fetch may deliver.</summary>
    public Expr Captured(Expr p, int va) => Ex.Read(_captured, p, Ex.Const(va));

    public override IEnumerable<OrderedFill> Fills()
    {
        var p = new Parameter("p", sorts.Pcpu);
        foreach (var way in fetches.Ways)
        {
            yield return new(Stratum.Captured, new Fill(
                $"fill.Q.{fetches.NameOf(way)}", [p], _captured, [Ex.Param(p), Ex.Const(way.Va)],
                Ex.BitOr(Ex.If(fetches.MayExecute(Ex.Param(p), way), icache.Cached(Ex.Param(p), way), Ex.False), fetches.Direct(Ex.Param(p), way)),
                inGuest(Ex.Param(p), Ex.Const(way.Vcpu))));
        }
    }

    public override IEnumerable<Statement> OnSynchronisedOn(Expr p) => [Ex.ForEach("a", space.Va, Ex.Assign(_captured, [p, Ex.Local("a")], Ex.False))];
}

/// <summary>The same on bare metal (<c>gQ</c>): the promise that fetches are judged by.</summary>
internal sealed class AddressPipelineGhost(Shape shape, Sorts sorts, AddressSpace space, Declarations declarations, Stage1Ghost stage1, AccessByLeaf access, PageIcacheGhost icache) : GhostPart
{
    private readonly Variable _captured = declarations.Ghost(Section.GhostFetches, "gQ", [sorts.Vcpu, space.Va], sorts.Versions);

    /// <summary>What a fetch may deliver.</summary>
    public Expr Captured(int vcpu, int va) => Ex.Read(_captured, Ex.Const(vcpu), Ex.Const(va));

    public override IEnumerable<OrderedFill> Fills()
    {
        foreach (var vcpu in shape.Scenario.Vcpus)
        {
            for (var va = 0; va < space.VasOf(vcpu.Vm).Length; va++)
            {
                foreach (var meaning in stage1.MeaningsOf(vcpu.Number, va))
                {
                    var executes = stage1.May(meaning, m => access.Has(AccessFlags.MayExecute, meaning.Vcpu, meaning.Type, 0, 0, m));
                    yield return new(Stratum.GhostCaptured, new Fill(
                        $"fill.gQ.{vcpu.Name}.{va}.{meaning.Asid}.{meaning.Leaf1}", [], _captured, [Ex.Const(vcpu.Number), Ex.Const(va)],
                        Ex.BitOr(
                            Ex.If(executes, icache.Cached(vcpu.Number, meaning.Page), Ex.False),
                            Ex.If(icache.From(meaning, AccessFlags.DeliversFromPoU, AccessFlags.DeliversFromPoC), sorts.Full, Ex.False)),
                        shape.IsThere(vcpu.Number)));
                }
            }
        }
    }

    public override IEnumerable<Statement> OnSynchronised(Expr vcpu) => [Ex.ForEach("a", space.Va, Ex.Assign(_captured, [vcpu, Ex.Local("a")], Ex.False))];

    public override IEnumerable<Statement> OnStopped(Expr vcpu) => OnSynchronised(vcpu);

    /// <inheritdoc/>
    /// <remarks>What a virtual page that may mean another page has captured of that one stays.</remarks>
    public override IEnumerable<Statement> OnPublishPage(int page, Expr holds, PublishForm form, Func<Expr, Expr> keepsCaptured)
    {
        foreach (var vcpu in shape.Scenario.Vcpus)
        {
            for (var va = 0; va < space.VasOf(vcpu.Vm).Length; va++)
            {
                var meanings = stage1.MeaningsOf(vcpu.Number, va).ToList();
                if (meanings.Any(meaning => meaning.Page == page))
                {
                    Expr v = Ex.Const(vcpu.Number), a = Ex.Const(va);
                    var stays = Ex.Or(keepsCaptured(v), Ex.Not(stage1.MeansOnly(vcpu.Number, va, page)));
                    yield return Ex.Assign(_captured, [v, a], Ex.BitOr(Ex.If(stays, Captured(vcpu.Number, va), Ex.False), sorts.Only(holds)));
                }
            }
        }
    }
}
