using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Flows;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>Puts the parts of a model together: one transition system for a scenario and a policy, its cells told apart by frozen variables.</summary>
internal sealed class SystemBuilder
{
    /// <summary>The automatic property of docs/model.md, Stale: no fetch delivers what bare metal could not.</summary>
    public const string FreshFetch = "fresh_fetch";

    /// <summary>The automatic property that <c>assert</c> states.</summary>
    public const string Assertions = "assertions";

    private readonly Shape _shape;
    private readonly Variables _v;
    private readonly Translator _translator;
    private readonly RuleSet _rules = new();

    public SystemBuilder(Scenario scenario, Policy policy, bool allSwitchable, Watch? watch)
    {
        _shape = new Shape(scenario, policy);
        _v = new Variables(_shape);
        _translator = new Translator(_v, _shape, allSwitchable, watch);
        var host = new HostRules(_v, _shape, _translator, _rules);
        var effects = new StatementEffects(_v, _shape, _translator, host.InGuest);
        var guests = new GuestRules(_v, _shape, _translator, effects, _rules, host.InGuest);
        var tasks = new TaskRules(_v, _shape, _translator, effects, _rules, host.IsIdle);

        Statement[] starts = [.. host.Declare(), .. guests.Declare(), .. tasks.Declare()];
        _translator.At = at => at.Vcpu is { } vcpu ? guests.At(vcpu, at.Label) : tasks.At(at.Task!.Value, at.Label);
        guests.AddRules();
        host.AddRules(effects);
        tasks.AddRules();
        new HardwareRules(_v, _rules).AddRules();

        InGuest = host.InGuest;
        var finder = new AgentFinder(_rules.Infos);
        Agents = [.. host.Agents(finder), .. guests.Agents(finder), .. tasks.Agents(finder)];
        ProgramCounters = [.. host.Counters, .. guests.Counters, .. tasks.Counters];
        var properties = Properties();
        var initial = InitialStates([.. starts, .. _translator.InitialStates()]);
        System = new TransitionSystem(
            $"{scenario.Name}: {policy.Name}",
            [.. Sorts()],
            [.. _v.All],
            initial,
            _rules.ToImmutable(),
            new Closure(_v, host.InGuest).Fills(),
            null,
            Ex.Or(host.HitsBound(), Ex.And(guests.AllEnded(), tasks.AllEnded(), host.IsAtRest())),
            properties);
    }

    public TransitionSystem System { get; }

    /// <summary>Whether a vCPU executes guest instructions on a pCPU.</summary>
    public Func<Expr, Expr, Expr> InGuest { get; }

    /// <summary>What runs statement by statement.</summary>
    public ImmutableArray<Agent> Agents { get; }

    /// <summary>What only says where handlers, programs and tasks stand.</summary>
    public ImmutableHashSet<Variable> ProgramCounters { get; }

    public Shape Shape => _shape;

    public Variables Variables => _v;

    /// <summary>What is frozen, and what it sees of a configuration.</summary>
    public FrozenDeclarations Frozen => _v.Declarations;

    public Translator Translator => _translator;

    public IReadOnlyDictionary<string, StepInfo> Infos => _rules.Infos;

    private ImmutableArray<Property> Properties()
    {
        var all = ImmutableArray.CreateBuilder<Property>();
        all.Add(new Property(FreshFetch, PropertyKind.Invariant, Ex.Eq(Ex.Read(_v.IsStale), 0)));

        // A mutant may leave out the last assertion: then none can fail.
        all.Add(new Property(Assertions, PropertyKind.Invariant, _v.AssertionFailed is { } failed ? Ex.Eq(Ex.Read(failed), 0) : Ex.True));

        // A property is asked of the policies of its own rows; another policy may lack the state that it reads.
        foreach (var declared in _shape.Scenario.Properties.Where(property => _translator.Knows(property.Condition)))
        {
            all.Add(new Property(
                declared.Name,
                declared.IsCover ? PropertyKind.Cover : PropertyKind.Invariant,
                _translator.Translate(declared.Condition, FlowScope.Empty)));
        }

        all.AddRange(_translator.Monitor.Properties());
        return all.ToImmutable();
    }

    /// <summary>With named versions one initial state. With a tracked version one for each line whose initial contents it may be, and one in which it is still to be stored.</summary>
    private ImmutableArray<InitialState> InitialStates(Statement[] starts)
    {
        if (!_shape.IsTracked)
        {
            return [new InitialState("initial", [.. Contents(line => _shape.Values.IndexOf(line.Initial)), .. starts])];
        }

        var states = _shape.Lines
            .Select(it => new InitialState("it is at first in " + _shape.LineNames[it.Number], [.. Contents(line => line == it ? 0 : 1), .. starts]))
            .Append(new InitialState("it is to be stored", [.. Contents(_ => 1), Ex.Assign(_v.ItIsFree!, Ex.True), .. starts]));
        return [.. states];
    }

    private IEnumerable<Statement> Contents(Func<Line, int> version)
    {
        foreach (var line in _shape.Lines)
        {
            var x = Ex.Const(line.Number);
            var value = Ex.Const(version(line));
            var only = _v.Only(value);
            yield return Ex.Assign(_v.Coherent, [x], value);
            yield return Ex.Assign(_v.AtPoC, [x], value);
            yield return Ex.When(Ex.Not(Ex.Read(_v.Frozen.Idc, x)), Ex.Assign(_v.PoU, [x], only));
            foreach (var set in new[] { _v.GhostCoherent, _v.GhostPoU, _v.GhostPoC })
            {
                yield return Ex.Assign(set, [x], only);
            }
        }

        foreach (var open in new[] { _v.GhostCleanPoU, _v.GhostCleanPoC, _v.GhostInvalidate })
        {
            if (open is not null)
            {
                yield return Translator.Everywhere(open, [], _v.Full);
            }
        }

        foreach (var since in new[] { _v.GhostCopiesSince, _v.GhostDirtiedSince }.OfType<Variable>())
        {
            yield return Translator.Everywhere(since, [], Ex.Const(_v.Line.FullMask));
        }

        if (_v.Written is { } written)
        {
            var vcpu = Ex.Local("v");
            var mode = Ex.Read(_v.Frozen.InitialMode, vcpu);
            yield return Ex.ForEach(
                "v", _v.Vcpu,
                Ex.Assign(written, [vcpu], mode),
                Ex.Assign(_v.InForce!, [vcpu], Ex.Singleton(mode)),
                Ex.Assign(_v.OwnInForce!, [vcpu], Ex.Singleton(mode)));
        }
    }

    private IEnumerable<Sort> Sorts()
    {
        var declared = new HashSet<Sort>();
        foreach (var variable in _v.All)
        {
            foreach (var sort in variable.Index)
            {
                declared.Add(sort);
            }

            switch (variable.Domain)
            {
                case Domain.Element element:
                    declared.Add(element.Sort);
                    break;
                case Domain.Subset subset:
                    declared.Add(subset.Sort);
                    break;
            }
        }

        foreach (var parameter in _rules.ToImmutable().SelectMany(rule => rule.Parameters))
        {
            declared.Add(parameter.Sort);
        }

        return declared;
    }
}
