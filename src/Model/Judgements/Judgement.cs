using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Judgements;

/// <summary>An automatic property: what of a delivery is judged, and by which promise.</summary>
internal abstract class Judgement
{
    /// <summary>The property; violated where what it judges went wrong.</summary>
    public abstract Property Property { get; }

    /// <summary>A fetch delivers a version; where one version is followed, that one: the others are not judged.</summary>
    /// <param name="vcpu">The vCPU that fetches.</param>
    /// <param name="p">The pCPU, on bare metal its own PE.</param>
    /// <param name="x">The line.</param>
    /// <param name="version">The version; <see langword="null"/> for the one that is followed.</param>
    public virtual IEnumerable<Statement> OnFetch(Expr vcpu, Expr p, Expr x, Expr? version) => [];

    /// <summary>An access goes a way.</summary>
    /// <param name="p">The pCPU on which it does.</param>
    /// <param name="way">The way.</param>
    public virtual IEnumerable<Statement> OnAccess(Expr p, Route way) => [];

    /// <summary>An access of a VM delivers the version that is followed, where bare metal could not.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="isFetch">Whether it is a fetch; else a load.</param>
    /// <param name="isDelivered">Whether it does.</param>
    public virtual IEnumerable<Statement> OnUnpromised(int vm, bool isFetch, Expr isDelivered) => [];

    /// <summary>Whether something is excluded that an access might come by, so that a policy could go wrong.</summary>
    /// <param name="ways">The ways that it may ever go.</param>
    /// <param name="vm">The VM.</param>
    /// <param name="isUnpromised">Whether bare metal could not deliver the version that is followed.</param>
    public virtual Expr Excludes(IReadOnlyList<Route> ways, int vm, Expr isUnpromised) => Ex.False;

    /// <summary>What there is to say of a step.</summary>
    public virtual IEnumerable<Note> Notes(TraceContext context, StepView step) => [];
}

/// <summary>A judgement that notes in a variable that it was broken, where accesses go by address.</summary>
internal abstract class NotedJudgement : Judgement
{
    /// <summary>Where it is noted.</summary>
    protected abstract Variable Noted { get; }

    /// <summary>What it is called in a picture.</summary>
    protected abstract string Title { get; }

    /// <summary>The I-cache through which a fetch got what it delivers; <see langword="null"/> for what is no fetch, or is judged by its translation.</summary>
    protected static PanelPlace? FetchedFrom(TraceContext context, StepView step) =>
        step.Info is { Way: null, Operation.Kind: OperationKind.Execute } && step is { Pe: { } pe, Vcpu: { } vcpu }
            ? new(Machine.ICache.IcacheWords.PanelName, ((Machine.AddressParts)context.Parts).IcacheColumn(context, step.Before, pe, vcpu)) : null;

    /// <summary>Where what was used or delivered is shown; <see langword="null"/> where it is not.</summary>
    protected virtual PanelPlace? From(TraceContext context, StepView step) => null;

    /// <summary>Why it is broken.</summary>
    protected abstract string Sentence(TraceContext context, StepView step);

    public override IEnumerable<Note> Notes(TraceContext context, StepView step)
    {
        if (step.Before[Noted, 0] == 0 && step.After[Noted, 0] != 0)
        {
            yield return new Judged(Title, Sentence(context, step), null, From(context, step));
        }
    }
}
