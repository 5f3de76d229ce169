using CoherenceCheck.Model.Machine;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe.InOrder;

/// <summary>The pipeline of the in-order PE: it holds what it may have captured until a context synchronisation event.</summary>
internal sealed class InOrderPipeline(FetchSources sources) : Pipeline
{
    private readonly PipelinePart _machine = new(sources.Sorts, sources.Declarations, sources.Memory, sources.Icache, sources.Views, sources.InGuest);
    private readonly PipelineGhost _ghost = new(sources.Sorts, sources.Declarations, sources.MemoryGhost, sources.IcacheGhost, sources.GhostViews, sources.IsThere);

    public override MachinePart Machine => _machine;

    public override GhostPart Ghost => _ghost;

    public override Expr Captured(Expr p, Expr x) => _machine.Captured(p, x);

    public override Expr Promised(Expr vcpu, Expr x) => _ghost.Captured(vcpu, x);

    public override long PromisedIn(Valuation state, int vcpu, int line) => _ghost.CapturedIn(state, vcpu, line);
}
