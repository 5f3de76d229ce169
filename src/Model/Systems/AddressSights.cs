using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Guests;
using CoherenceCheck.Model.Judgements;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>What a reader must know of a verdict where accesses go by address: whether at some access that the property judges something was excluded that is there.</summary>
internal sealed class AddressSights(Shape shape, Sorts sorts, AddressParts parts, GuestRules guests, Func<Expr, Expr, Expr> inGuest)
{
    /// <summary>Whether a property judges operations of a kind.</summary>
    public static bool IsJudged(string? property, OperationKind kind) => property switch
    {
        FreshData.Name => kind == OperationKind.Load,
        PrivateTranslation.Name or Isolation.Name or BreakBeforeMake.Name => kind is OperationKind.Load or OperationKind.Store or OperationKind.Execute,
        null or FreshFetch.Name => kind == OperationKind.Execute,
        _ => false,
    };

    /// <summary>Somebody may make such an access, and what the judgement excludes could be there.</summary>
    public Expr Promised() => Ex.Or([.. guests.Accesses().Where(at => IsJudged(shape.Scenario.Asked, at.Kind)).Select(at => Ex.And(at.Stands, Runs(at.Vcpu), Excludes(at.Vcpu, at.Va, at.Kind)))]);

    private Expr Excludes(int vcpu, int va, OperationKind kind)
    {
        var ways = parts.Tlb.RoutesOf(vcpu, va).ToList();
        var contents = Contents(vcpu, va, kind);
        return Ex.Or([.. parts.Judgements.Select(judgement => judgement.Excludes(ways, shape.Scenario.Vcpus[vcpu].Vm, contents))]);
    }

    /// <summary>Bare metal could not deliver the version that is followed.</summary>
    private Expr Contents(int vcpu, int va, OperationKind kind)
    {
        if (parts.Memory is null || kind == OperationKind.Store)
        {
            return Ex.False;
        }

        var isPromised = kind == OperationKind.Execute
            ? parts.PipelineGhost is { } pipeline ? Ex.Ne(pipeline.Captured(vcpu, va), 0) : Ex.True
            : parts.MemoryGhost!.MayLoad(vcpu, va);
        return Ex.Not(isPromised);
    }

    private Expr Runs(int vcpu) => shape.IsBareMetal ? inGuest(Ex.Const(vcpu), Ex.Const(vcpu)) : Ex.Any("p", sorts.Pcpu, inGuest(Ex.Local("p"), Ex.Const(vcpu)));
}
