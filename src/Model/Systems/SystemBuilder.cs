using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Guests;
using CoherenceCheck.Model.Host;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Judgements;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>Puts the parts of a model together: one transition system for a scenario and a policy, its cells told apart by frozen variables.</summary>
internal sealed class SystemBuilder
{
    private readonly Translator _translator;
    private readonly RuleSet _rules = new();
    private readonly Declarations _declarations = new();
    private readonly VersionChoices _versions;

    public SystemBuilder(Scenario scenario, Policy policy, bool allSwitchable, Watch? watch)
    {
        Shape = new Shape(scenario, policy);
        Sorts = new Sorts(Shape);
        Placement = new Placement(Shape, Sorts, _declarations);
        _versions = new VersionChoices(Shape, Sorts, _declarations);
        var life = new LifeCycle(Shape, Sorts, _declarations);
        var power = new Power(Shape, Sorts, _declarations);

        // Who executes is known to the host, which is laid out last: its places are.
        HostRules? host = null;
        InGuest = (p, vcpu) => host!.InGuest(p, vcpu);
        IsLive = Live();
        var model = PeTable.Of(scenario.Machine.PeModel);
        Shape.LifeOf = life.IsThere;
        var surroundings = new PeSurroundings(Shape, Sorts, _declarations, _versions, power);
        var faults = new LateFaults(() => host!);
        PeModel pe;
        LineParts? lines = null;
        if (Shape.Aspect is null)
        {
            Parts = lines = new LineParts(Shape, Sorts, _declarations, model, InGuest, IsLive is { } isLive ? (p, vcpu) => Ex.Or(InGuest(p, vcpu), isLive(p, vcpu)) : InGuest, life.IsThere, watch is Watch.Promise);
            pe = model.Model(surroundings, lines);
        }
        else
        {
            var addresses = new AddressParts(Shape, Sorts, _declarations, InGuest, Placement.IsLoaded, IsLive, Placement.Mmu);
            Parts = addresses;
            pe = model.ByAddress(surroundings, addresses, faults);
        }

        PendingQueues = pe.Pending;
        _translator = new Translator(Shape, Sorts, _declarations, Placement, Parts, allSwitchable, watch);
        host = new HostRules(Shape, Sorts, _declarations, Placement, life, _translator, _rules) { LeavesGuest = pe.LeavesGuest, EntersGuest = pe.EntersGuest };
        var ends = new LifeEffects(Shape, Sorts, life, Placement, Parts, pe);
        var effects = new StatementEffects(Shape, Sorts, _translator, Parts, pe, _versions, InGuest, ends, host);
        var guests = new GuestRules(Shape, Sorts, _declarations, Parts, _translator, effects, _rules, life, InGuest);
        var tasks = new TaskRules(Shape, Sorts, _declarations, _translator, effects, _rules, host.IsIdle);

        var hotplug = new Hotplug(Shape, Sorts, _declarations, _translator, _rules, power);
        tasks.IsTaken = hotplug.Occupies;
        host.IsOccupied = p => Ex.Or(tasks.Occupies(p), hotplug.Occupies(p));
        ends.Restarts = guests.Restarts;
        ends.Forgets = host.BeginsAnew;
        Statement[] starts = [.. host.Declare(), .. guests.Declare(), .. tasks.Declare()];
        hotplug.Declare();
        _translator.At = at => at.Vcpu is not null ? guests.At(at) : tasks.At(at);
        guests.AddRules();
        host.AddRules(effects, pe);
        tasks.AddRules();
        hotplug.AddRules(effects, pe, p => Ex.And(host.IsIdle(p), Ex.Not(tasks.Occupies(p))), host);
        var hardware = new HardwareRules(_rules);
        pe.AddHardware(hardware);
        foreach (var part in Parts.Machine)
        {
            part.AddHardware(hardware);
        }

        var finder = new AgentFinder(_rules.Infos);
        Agents = [.. host.Agents(finder), .. guests.Agents(finder), .. tasks.Agents(finder), .. hotplug.Agents(finder)];
        Entries = [.. guests.Entries, .. tasks.Entries];
        RaisedBy = rule => host.RaisedBy(rule) ?? tasks.RaisedBy(rule) ?? hotplug.RaisedBy(rule);
        ProgramCounters = [.. host.Counters, .. guests.Counters, .. tasks.Counters, .. hotplug.Counters];
        var properties = Parts is AddressParts byAddress
            ? Properties(new AddressSights(Shape, Sorts, byAddress, guests, InGuest).Promised(), null, watch)
            : Properties(null, new Sights(Shape, Sorts, lines!, _versions, guests), watch);
        var initial = InitialStates([.. starts, .. _translator.InitialStates()]);
        ImmutableArray<Variable> variables = [.. _declarations.All];
        System = new TransitionSystem(
            $"{scenario.Name}: {policy.Name}",
            [.. SortsOf(variables)],
            variables,
            initial,
            _rules.ToImmutable(),
            [.. Parts.Fills],
            null,
            Ex.Or(host.HitsBound(), Ex.And(guests.AllEnded(), tasks.AllEnded(), host.IsAtRest(), hotplug.IsAtRest())),
            properties);
    }

    public TransitionSystem System { get; }

    /// <summary>Whether a vCPU executes guest instructions on a pCPU.</summary>
    public Func<Expr, Expr, Expr> InGuest { get; }

    /// <summary>
    /// Whether the registers of a vCPU serve speculation on a pCPU while the host runs there (reading <c>out_of_context_fill</c>): from its load to the end of its switch_out.
    /// <see langword="null"/> where no cell reads it so.
    /// </summary>
    /// <remarks>They are taken to be loaded before the first handler runs: a spec has no statement that loads EL1 registers.</remarks>
    public Func<Expr, Expr, Expr>? IsLive { get; }

    private Func<Expr, Expr, Expr>? Live()
    {
        if (Shape.IsBareMetal || !Shape.MayRead("out_of_context_fill", "yes"))
        {
            return null;
        }

        var fills = Ex.Read(Frozen.Truth("out_of_context", CellFacts.Reads("out_of_context_fill", "yes")));
        return (p, vcpu) => Ex.And(fills, Placement.IsLoaded(p, vcpu));
    }

    /// <summary>Maintenance that may have been issued and not be complete.</summary>
    public IEnumerable<PendingQueue> PendingQueues { get; }

    /// <summary>Where programs and tasks begin.</summary>
    public ImmutableArray<FlowTarget> Entries { get; }

    /// <summary>Where a rule that raises events leads in the flow of handlers; <see langword="null"/> for any other.</summary>
    public Func<Rule, FlowTarget?> RaisedBy { get; }

    /// <summary>What an expression of a statement means where it stands.</summary>
    public Expr Meaning(SpecExpr expression, FlowScope scope) => _translator.Translate(expression, scope);

    /// <summary>What runs statement by statement.</summary>
    public ImmutableArray<Agent> Agents { get; }

    /// <summary>What only says where handlers, programs and tasks stand.</summary>
    public ImmutableArray<ProgramCounter> ProgramCounters { get; }

    /// <summary>Maintenance that was issued and is not complete.</summary>
    public IEnumerable<Variable> Pending => _declarations.In(Section.Pending);

    public Shape Shape { get; }

    public Sorts Sorts { get; }

    public Placement Placement { get; }

    /// <summary>What the machine is made of.</summary>
    public PartList Parts { get; }

    /// <summary>What is frozen, and what it sees of a configuration.</summary>
    public FrozenDeclarations Frozen => _declarations.Frozen;

    public IReadOnlyDictionary<string, StepInfo> Infos => _rules.Infos;

    private ImmutableArray<Property> Properties(Expr? promised, Sights? sights, Watch? watch)
    {
        var all = ImmutableArray.CreateBuilder<Property>();
        all.AddRange(Parts.Judgements.Select(judgement => judgement.Property));

        // A property is asked of the policies of its own rows; another policy may lack the state that it reads.
        foreach (var declared in Shape.Scenario.Properties.Where(property => _translator.Knows(property.Condition)))
        {
            all.Add(new Property(
                declared.Name,
                declared.IsCover ? PropertyKind.Cover : PropertyKind.Invariant,
                _translator.Translate(declared.Condition, FlowScope.Empty)));
        }

        all.AddRange(watch is Watch.Promise ? [new Property(Watch.Property, PropertyKind.Invariant, sights?.NothingIsPromised() ?? Ex.Not(promised!))] : _translator.Monitor.Properties());
        all.AddRange(sights?.All() ?? (promised is Expr.Const ? [] : [new Property(Sights.Promised, PropertyKind.Sight, promised!)]));
        return all.ToImmutable();
    }

    /// <summary>With named versions one initial state. With a tracked version one for each line whose initial contents it may be, and one in which it is still to be stored.</summary>
    private ImmutableArray<InitialState> InitialStates(Statement[] starts)
    {
        if (Parts is AddressParts addresses)
        {
            return [.. ByAddress(addresses, starts)];
        }

        if (!Shape.IsTracked)
        {
            return [new InitialState("initial", [.. Contents(line => Shape.Values.IndexOf(line.Initial)), .. starts])];
        }

        var states = Shape.Lines
            .Select(it => new InitialState("it is at first in " + Shape.LineNames[it.Number], [.. Contents(line => line == it ? 0 : 1), .. starts]))
            .Append(new InitialState("it is to be stored", [.. Contents(_ => 1), _versions.IsToBeStored(), .. starts]));
        return [.. states];
    }

    private IEnumerable<Statement> Contents(Func<Line, int> version)
    {
        foreach (var statement in Shape.Lines.SelectMany(line => Contents(line, version(line))).Concat(AtFirst()))
        {
            yield return statement;
        }
    }

    /// <summary>Each value that a spec names is followed in turn, and where a guest stores values without names, one of those.</summary>
    private IEnumerable<InitialState> ByAddress(AddressParts addresses, Statement[] starts)
    {
        Statement[] first = [.. AtFirst(), .. Parts.OfMachine(part => part.Initially())];
        if (Shape.Aspect is not { HasData: true })
        {
            return [new InitialState("initial", [.. first, .. starts])];
        }

        var states = Shape.Values.Select((value, i) => new InitialState($"{value} is followed", [.. first, .. addresses.Holds(value), _versions.Follows(i), .. starts]));
        return Shape.StoresFreely
            ? states.Append(new InitialState("it is to be stored", [.. first, .. addresses.Holds(null), _versions.Follows(Shape.Values.Count), _versions.IsToBeStored(), .. starts]))
            : states;
    }

    private IEnumerable<Statement> Contents(Line line, int version)
    {
        Expr x = Ex.Const(line.Number), value = Ex.Const(version);
        return Parts.OfMachine(part => part.Holds(x, value)).Concat(Parts.OfGhost(part => part.Holds(x, Sorts.Only(value))));
    }

    private IEnumerable<Statement> AtFirst()
    {
        foreach (var statement in Parts.OfGhost(part => part.Initially()))
        {
            yield return statement;
        }

        var vcpu = Ex.Local("v");
        Statement[] perVcpu = [.. Parts.OfMachine(part => part.InitiallyOf(vcpu)), .. Parts.OfGhost(part => part.InitiallyOf(vcpu))];
        if (perVcpu.Length > 0)
        {
            yield return Ex.ForEach("v", Sorts.Vcpu, perVcpu);
        }

        foreach (var later in Shape.Scenario.Vcpus.Where(later => later.IsStopped))
        {
            var number = Ex.Const(later.Number);
            foreach (var statement in Parts.OfMachine(part => part.LeftBehindBy(number, p => Placement.MayRunOn(number, p))).Concat(Parts.OfGhost(part => part.LeftBehindBy(number))))
            {
                yield return statement;
            }
        }
    }

    private IEnumerable<Sort> SortsOf(ImmutableArray<Variable> variables)
    {
        var declared = new HashSet<Sort>();
        foreach (var variable in variables)
        {
            declared.UnionWith(variable.Index);
            declared.UnionWith(variable.Domain.Sorts());
        }

        foreach (var parameter in _rules.ToImmutable().SelectMany(rule => rule.Parameters))
        {
            declared.Add(parameter.Sort);
        }

        return declared;
    }
}
