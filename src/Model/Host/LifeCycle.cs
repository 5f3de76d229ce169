using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>Which vCPUs are there, which are kept from executing, and which have to stay where they are: state of the host, which bare metal goes by as well.</summary>
/// <remarks>A vCPU that is not there fetches nothing, on the machine and on bare metal. Nothing of it is a variable where no vCPU of the scenario comes or goes.</remarks>
internal sealed class LifeCycle
{
    private readonly Shape _shape;
    private readonly Sorts _sorts;
    private readonly Variable? _there;
    private readonly Variable? _paused;
    private readonly Variable? _home;
    private readonly Variable? _began;

    public LifeCycle(Shape shape, Sorts sorts, Declarations declarations)
    {
        (_shape, _sorts) = (shape, sorts);
        var vcpus = new Domain.Subset(sorts.Vcpu);
        _there = shape.HasLifeCycle ? declarations.State(Section.Control, "there", [], vcpus) : null;
        _paused = shape.MayPause ? declarations.State(Section.Control, "paused", [], vcpus) : null;
        _home = !shape.IsBareMetal && Vcpus.Any(vcpu => vcpu.MovesWhen is not null) ? declarations.State(Section.Control, "home", [sorts.Vcpu], new Domain.Element(sorts.Pcpu, OrNone: true)) : null;
        _began = Vcpus.Any(vcpu => vcpu.StartsWhen is not null) ? declarations.State(Section.Control, "began", [], vcpus) : null;
    }

    /// <summary>Whether a vCPU is there; <see langword="null"/> where all are, always.</summary>
    public Expr? IsThere(Expr vcpu) => _there is null ? null : Ex.Contains(Ex.Read(_there), vcpu);

    /// <summary>Whether a vCPU may execute, as far as its life goes.</summary>
    public Expr MayExecute(Expr vcpu) => Ex.And(IsThere(vcpu) ?? Ex.True, _paused is null ? Ex.True : Ex.Not(Ex.Contains(Ex.Read(_paused), vcpu)));

    /// <summary>Whether a vCPU may be loaded on a pCPU, as far as it has to stay where it is.</summary>
    public Expr MayBeLoaded(Expr vcpu, Expr p, Translator translator) => _home is null ? Ex.True : Ex.And([.. Bound().Select(own => Ex.Or(
        Ex.Ne(vcpu, own.Number),
        translator.Translate(own.MovesWhen!, FlowScope.Empty),
        Ex.Eq(Ex.Read(_home, vcpu), Ex.None(_sorts.Pcpu)),
        Ex.Eq(Ex.Read(_home, vcpu), p)))]);

    /// <summary>A vCPU is loaded.</summary>
    public IEnumerable<Statement> Loaded(Expr vcpu, Expr p, Translator translator) => _home is null ? [] : Bound().Select(own => Ex.When(
        Ex.Eq(vcpu, own.Number),
        Ex.Assign(_home, [vcpu], Ex.If(translator.Translate(own.MovesWhen!, FlowScope.Empty), Ex.None(_sorts.Pcpu), p))));

    /// <summary>Which vCPUs are there at first.</summary>
    public IEnumerable<Statement> Initially()
    {
        if (_there is not null)
        {
            yield return Ex.Assign(_there, [], Ex.Const(Vcpus.Where(vcpu => !vcpu.IsStopped).Aggregate(0L, (mask, vcpu) => mask | (1L << vcpu.Number))));
        }

        if (_home is not null)
        {
            yield return Ex.ForEach("v", _sorts.Vcpu, Ex.Assign(_home, [Ex.Local("v")], Ex.None(_sorts.Pcpu)));
        }
    }

    /// <summary>The vCPUs that start by themselves, each with when.</summary>
    public IEnumerable<(Vcpu Vcpu, Expr When)> Starting(Translator translator) => Vcpus.Where(vcpu => vcpu.StartsWhen is not null)
        .Select(vcpu => (vcpu, Ex.And(Ex.Not(Ex.Contains(Ex.Read(_began!), Ex.Const(vcpu.Number))), translator.Translate(vcpu.StartsWhen!, FlowScope.Empty))));

    /// <summary>A vCPU starts by itself, as it does once.</summary>
    public IEnumerable<Statement> StartsItself(Vcpu vcpu) => [Add(_began!, Ex.Const(vcpu.Number)), Start(Ex.Const(vcpu.Number))];

    /// <summary>A vCPU is there from here on.</summary>
    public Statement Start(Expr vcpu) => Add(_there!, vcpu);

    /// <summary>A vCPU is there no longer.</summary>
    public IEnumerable<Statement> Stop(Expr vcpu) => [Remove(_there!, vcpu), .. _home is null ? Array.Empty<Statement>() : [Ex.Assign(_home, [vcpu], Ex.None(_sorts.Pcpu))]];

    /// <summary>A vCPU is kept from executing.</summary>
    public Statement Pause(Expr vcpu) => Add(_paused!, vcpu);

    /// <summary>It may execute again; one that nobody pauses may always.</summary>
    public IEnumerable<Statement> Resume(Expr vcpu) => _paused is null ? [] : [Remove(_paused, vcpu)];

    private ImmutableArray<Vcpu> Vcpus => _shape.Scenario.Vcpus;

    private IEnumerable<Vcpu> Bound() => Vcpus.Where(vcpu => vcpu.MovesWhen is not null);

    private static Statement Add(Variable set, Expr vcpu) => Ex.Assign(set, [], Ex.BitOr(Ex.Read(set), Ex.Singleton(vcpu)));

    private static Statement Remove(Variable set, Expr vcpu) => Ex.Assign(set, [], Ex.BitAndNot(Ex.Read(set), Ex.Singleton(vcpu)));
}
