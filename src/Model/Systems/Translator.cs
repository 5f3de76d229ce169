using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Host;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>Gives the names and expressions of a policy, program or property their meaning in the system.</summary>
internal sealed class Translator
{
    private readonly Sorts _sorts;
    private readonly Declarations _declarations;
    private readonly Placement _placement;
    private readonly RegimePart _regime;
    private readonly AddressParts? _addresses;
    private readonly Shape _shape;
    private readonly CellFacts _facts;
    private readonly Dictionary<string, Variable> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Variable> _locks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Variable> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Variable> _switches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Sort> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _switchable;
    private readonly bool _allSwitchable;

    public Translator(Shape shape, Sorts sorts, Declarations declarations, Placement placement, PartList parts, bool allSwitchable, Watch? watch)
    {
        Monitor = new ReachMonitor(declarations, watch);
        (_shape, _sorts, _declarations, _placement, _regime, _addresses) = (shape, sorts, declarations, placement, parts.Regime, parts as AddressParts);
        _facts = new CellFacts(shape.Scenario);
        _allSwitchable = allSwitchable;
        _switchable = new HashSet<string>(
            shape.Scenario.Expectations.SelectMany(e => e.Rows)
                .SelectMany(row => row.Policy.Without.Union(row.Needless)),
            StringComparer.Ordinal);
        foreach (var state in shape.Policy.States)
        {
            // A policy may call its state as the model calls a part of the machine.
            var name = HostRules.OwnNames.Contains(state.Name) || declarations.All.Any(variable => variable.Name == state.Name) ? "policy." + state.Name : state.Name;
            _states[state.Name] = declarations.State(Section.Control, name, [.. state.Index.Select(SortOf)], DomainOf(state.Type));
        }

        foreach (var held in shape.Policy.Locks)
        {
            _locks[held.Name] = declarations.State(Section.Control, Sorts.NameOf(held), [.. held.Index.Select(SortOf)], Sorts.Truth);
        }
    }

    /// <summary>What the model watches for.</summary>
    public ReachMonitor Monitor { get; }

    /// <summary>Where <c>B at end</c> and <c>B at label</c> are true; set when the programs are laid out.</summary>
    public Func<AtExpr, Expr>? At { get; set; }

    /// <summary>The assignments that give the policy's state its initial values.</summary>
    public IEnumerable<Statement> InitialStates() => _shape.Policy.States.Select(state =>
        Everywhere(_states[state.Name], [], Translate(state.Initial, FlowScope.Empty)));

    /// <summary>Whether some row switches the label off.</summary>
    public bool IsSwitchable(string label) => _allSwitchable || _switchable.Contains(label);

    /// <summary>True in cells in which none of the labels is switched off.</summary>
    public Expr Enabled(ImmutableArray<string> labels)
    {
        var result = Ex.True;
        foreach (var label in labels)
        {
            if (!_switches.TryGetValue(label, out var variable))
            {
                variable = _declarations.Frozen.Switch("with." + label, label);
                _switches.Add(label, variable);
            }

            result = Ex.And(result, Ex.Read(variable));
        }

        return result;
    }

    /// <summary>Whether the policy has all the state that an expression reads.</summary>
    public bool Knows(SpecExpr expression) => StatementNames.All(expression).OfType<StateExpr>().All(read => _shape.Policy.States.Any(state =>
        state.Name == read.State.Name && state.Type == read.State.Type && state.Index.SequenceEqual(read.State.Index)));

    public Sort SortOf(ScenarioSort sort) => _sorts.Of(sort);

    public Domain DomainOf(SpecType type) => type switch
    {
        SpecType.Bool => Sorts.Truth,
        SpecType.Int range => new Domain.Range(range.Min, range.Max),
        SpecType.Names names => new Domain.Element(NamesOf(names)),
        SpecType.Element element => new Domain.Element(SortOf(element.Sort), element.OrNone),
        SpecType.Set set => new Domain.Subset(SortOf(set.Sort)),
        _ => throw new InvalidOperationException(),
    };

    /// <summary>One sort for one type, however often it is written.</summary>
    private Sort NamesOf(SpecType.Names names)
    {
        var name = "names." + string.Join('.', names.Values);
        if (!_names.TryGetValue(name, out var sort))
        {
            sort = new Sort(name, names.Values);
            _names.Add(name, sort);
        }

        return sort;
    }

    public Variable DeclareLocal(string name, ImmutableArray<Sort> index, SpecType type) => _declarations.State(Section.Control, name, index, DomainOf(type));

    public (Variable Lock, ImmutableArray<Expr> Index) Lock(LockPlace place, FlowScope scope) =>
        (_locks[place.Lock.Name], [.. place.Index.Select(index => Translate(index, scope))]);

    /// <summary>An assignment to a place.</summary>
    public Statement Assign(Place place, Expr value, FlowScope scope)
    {
        if (place.Symbol is { } symbol)
        {
            var read = (Expr.Read)scope.Values[symbol];
            return Ex.Assign(read.Variable, read.Index.AsSpan(), value);
        }

        return Ex.Assign(_states[place.State!.Name], [.. place.Index.Select(index => Translate(index, scope))], value);
    }

    /// <summary>A value that is to be kept.</summary>
    /// <exception cref="ModelRefusalException">It has a pCPU in it that bare metal does not have, where each vCPU and task has a PE of its own.</exception>
    public Expr Kept(SpecExpr value, FlowScope scope)
    {
        if (_shape.IsBareMetal && value.Type is SpecType.Element or SpecType.Set && FirstMissing(value) is { } missing)
        {
            throw new ModelRefusalException($"on bare metal {_shape.Scenario.Machine.Pcpus[missing.Number]} is no CPU of anybody's: each vCPU and task has one of its own; ask this of a policy, or of `none`", missing.Span);
        }

        return Translate(value, scope);
    }

    private ElementExpr? FirstMissing(SpecExpr value) => value switch
    {
        ElementExpr { Type: SpecType.Element { Sort: ScenarioSort.Pcpu } } element when element.Number >= _sorts.Pcpu.Size => element,
        SetExpr set => set.Elements.Select(FirstMissing).FirstOrDefault(found => found is not null),
        BinaryExpr binary => FirstMissing(binary.Left) ?? FirstMissing(binary.Right),
        _ => null,
    };

    /// <summary>The value of a place.</summary>
    public Expr Read(Place place, FlowScope scope) => place.Symbol is { } symbol
        ? scope.Values[symbol]
        : Ex.Read(_states[place.State!.Name], [.. place.Index.Select(index => Translate(index, scope))]);

    public Expr Translate(SpecExpr e, FlowScope scope)
    {
        switch (e)
        {
            case LiteralExpr literal:
                return Ex.Const(literal.Value);
            case NoneExpr none:
                return Ex.None(SortOf(((SpecType.Element)none.Type).Sort));
            case ElementExpr element:
                return Ex.Const(element.Number);
            case SetExpr set:
                return Ex.BitOr([.. set.Elements.Select(item => Ex.Singleton(Translate(item, scope)))]);
            case SymbolExpr name:
                return scope.Values[name.Symbol];
            case StateExpr state:
                return Ex.Read(_states[state.State.Name], [.. state.Index.Select(index => Translate(index, scope))]);
            case MemberExpr member:
                return Member(member, Translate(member.Target, scope));
            case FieldExpr field:
                return Field(field, scope);
            case NotExpr not:
                return Ex.Not(Translate(not.Operand, scope));
            case InExpr contains:
                return Ex.Contains(Translate(contains.Set, scope), Translate(contains.Element, scope));
            case LabelledExpr labelled:
                return Translate(labelled.Operand, scope);
            case BinaryExpr { Op: ExprOp.And or ExprOp.Or } both when IsLoose(both):
                return Loose(both, scope);
            case BinaryExpr binary:
                return Binary(binary, Translate(binary.Left, scope), Translate(binary.Right, scope));
            case AtExpr at:
                return At!(at);
            default:
                throw new InvalidOperationException($"No meaning for {e.GetType().Name}.");
        }
    }

    /// <summary>Whether some row leaves an operand out of a test.</summary>
    private bool IsLoose(SpecExpr test) => LabelledExpr.In(test).Any(operand => IsSwitchable(operand.Label));

    /// <summary>A test without the operands that are left out. Of nothing nothing is asked: no text has that (Deletion).</summary>
    private Expr Loose(BinaryExpr e, FlowScope scope)
    {
        Expr left = Translate(e.Left, scope), right = Translate(e.Right, scope), hasLeft = IsLeft(e.Left), hasRight = IsLeft(e.Right);
        return e.Op == ExprOp.Or
            ? Ex.Or(Ex.And(hasLeft, left), Ex.And(hasRight, right))
            : Ex.And(Ex.Or(Ex.Not(hasLeft), left), Ex.Or(Ex.Not(hasRight), right));
    }

    /// <summary>Whether something is left of an operand.</summary>
    private Expr IsLeft(SpecExpr e) => e switch
    {
        LabelledExpr labelled => Ex.And(IsSwitchable(labelled.Label) ? Enabled([labelled.Label]) : Ex.True, IsLeft(labelled.Operand)),
        BinaryExpr { Op: ExprOp.And or ExprOp.Or } both => Ex.Or(IsLeft(both.Left), IsLeft(both.Right)),
        _ => Ex.True,
    };

    /// <summary>The assignment of a value to every cell of a variable.</summary>
    public static Statement Everywhere(Variable variable, ImmutableArray<Expr> index, Expr value)
    {
        if (index.Length == variable.Index.Length)
        {
            return Ex.Assign(variable, index.AsSpan(), value);
        }

        var binder = "i" + index.Length;
        return Ex.ForEach(binder, variable.Index[index.Length], Everywhere(variable, index.Add(Ex.Local(binder)), value));
    }

    private static Expr Binary(BinaryExpr e, Expr left, Expr right) => e.Op switch
    {
        ExprOp.Or => Ex.Or(left, right),
        ExprOp.And => Ex.And(left, right),
        ExprOp.Equal => Ex.Eq(left, right),
        ExprOp.NotEqual => Ex.Ne(left, right),
        ExprOp.Less => Ex.Lt(left, right),
        ExprOp.LessOrEqual => Ex.Le(left, right),
        ExprOp.Add => Ex.Add(left, right),
        ExprOp.Subtract => Ex.Sub(left, right),
        ExprOp.Union => Ex.BitOr(left, right),
        ExprOp.Intersect => Ex.BitAnd(left, right),
        ExprOp.Without => Ex.BitAndNot(left, right),
        _ => throw new InvalidOperationException(),
    };

    private Expr Member(MemberExpr e, Expr target)
    {
        var sort = ((SpecType.Element)e.Target.Type).Sort;
        switch (e.Member)
        {
            case Language.Scenarios.Member.Vm:
                return sort switch
                {
                    ScenarioSort.Vcpu => Sorts.Table(target, i => _shape.Scenario.Vcpus[i].Vm, _sorts.Vcpu.Size),
                    ScenarioSort.Page => Sorts.Table(target, i => VmOfPage(i), _sorts.Page.Size),
                    ScenarioSort.Mmu => Sorts.Table(target, i => _shape.Scenario.Vms.SelectMany(vm => vm.Mmus.Select(_ => vm.Number)).ElementAt(i), _sorts.Mmu.Size),
                    _ => target,
                };
            case Language.Scenarios.Member.Mmu:
                int FirstMmu(int vm) => _shape.Scenario.Vms.Take(vm).Sum(earlier => earlier.Mmus.Length);
                return sort switch
                {
                    ScenarioSort.Vcpu when _placement.Mmu is { } current => Ex.Read(current, target),
                    ScenarioSort.Vcpu => Sorts.Table(target, i => FirstMmu(_shape.Scenario.Vcpus[i].Vm), _sorts.Vcpu.Size),
                    ScenarioSort.Page => Sorts.Table(target, i => FirstMmu(VmOfPage(i)), _sorts.Page.Size),
                    ScenarioSort.Vm => Sorts.Table(target, i => FirstMmu(i), _sorts.Vm.Size),
                    _ => target,
                };
            case Language.Scenarios.Member.Frame:
                return OfPage(target, page => _addresses!.Stage2.CurrentFrame(page));
            case Language.Scenarios.Member.Backing:
                return OfPage(target, page => _addresses!.Stage2.Backing(page));
            case Language.Scenarios.Member.Mapped:
                return OfPage(target, page => Is(page, _ => true));
            case Language.Scenarios.Member.Writable:
                return OfPage(target, page => Is(page, leaf => leaf.Writable));
            case Language.Scenarios.Member.Executable:
                return OfPage(target, page => Is(page, leaf => leaf.Executable));
            case Language.Scenarios.Member.Vcpu:
                return _placement.LoadedOn(target);
            default:
                return _placement.PcpuOf(target);
        }
    }

    private int VmOfPage(int page) => _shape.Scenario.Vms.SelectMany(vm => vm.Pages.Select(_ => vm.Number)).ElementAt(page);

    private Expr Is(int page, Func<Leaf2, bool> isIt) =>
        _addresses!.Stage2.Is(_addresses.Stage2.Current(_addresses.Space.FirstMmuOf(VmOfPage(page)), page), isIt);

    /// <summary>Something of a page; without translations it is as the page declares.</summary>
    private Expr OfPage(Expr page, Func<int, Expr> value)
    {
        if (page is Expr.Const { Value: var known })
        {
            return value((int)known);
        }

        var result = value(_sorts.Page.Size - 1);
        for (var i = _sorts.Page.Size - 2; i >= 0; i--)
        {
            result = Ex.If(Ex.Eq(page, i), value(i), result);
        }

        return result;
    }

    private Expr Field(FieldExpr e, FlowScope scope)
    {
        var domain = e.Type switch
        {
            SpecType.Int range => new Domain.Range(range.Min, range.Max),
            _ => DomainOf(e.Type),
        };
        if (e.Target is null)
        {
            return Ex.Read(FieldVariable("reg." + e.Field, [], domain, () => [_facts.Field(null, e.Field).Select(value => (long)value)]));
        }

        var target = Translate(e.Target, scope);
        if (((SpecType.Element)e.Target.Type).Sort == ScenarioSort.Pcpu)
        {
            return Ex.Read(FieldVariable("pcpu." + e.Field, [_sorts.Pcpu], domain, () => Enumerable.Range(0, _sorts.Pcpu.Size).Select(p => _facts.Field(null, e.Field, _shape.PcpusDiffer ? _shape.PeOf(p) : null).Select(value => (long)value))), target);
        }

        if (((SpecType.Element)e.Target.Type).Sort == ScenarioSort.Vcpu && e.Field == CellFacts.OfPe)
        {
            return Ex.Read(FieldVariable("vcpu." + e.Field, [_sorts.Vcpu], domain, () => _shape.Scenario.Vcpus.Select(vcpu => _facts.Field(vcpu.Vm, e.Field, CellFacts.Own(vcpu)).Select(value => (long)value))), target);
        }

        if (((SpecType.Element)e.Target.Type).Sort == ScenarioSort.Vcpu)
        {
            var mode = _regime.Written is null ? Ex.False : Ex.Read(_regime.Written, target);
            return Ex.Read(FieldVariable("vcpu." + e.Field, [_sorts.Vcpu, _sorts.Mode], domain, () => SctlrField(e.Field)), target, mode);
        }

        return Ex.Read(FieldVariable("vm." + e.Field, [_sorts.Vm], domain, () => _shape.Scenario.Vms.Select(vm => _facts.Field(vm.Number, e.Field).Select(value => (long)value))), target);
    }

    /// <summary>A field of SCTLR_EL1 of each vCPU in each of its modes.</summary>
    private IEnumerable<Seen<long>> SctlrField(string field)
    {
        // A spec that asks for one field sees all that its vCPUs start with.
        _declarations.Frozen.Shows(_shape.Scenario.Vcpus.SelectMany(vcpu => vcpu.Axes.Select(axis => ScenarioSpace.NameOf(vcpu.Name, axis.Name))));
        if (field.StartsWith("HCR_EL2.", StringComparison.Ordinal))
        {
            var values = FieldRegistry.ValuesOf(field);
            return _shape.Scenario.Vcpus.SelectMany(vcpu => Enumerable.Repeat(
                values.Select((value, number) => _facts.HypervisorIs(vcpu, field, value, _shape.IsBareMetal).Select(isIt => isIt ? (long)number : 0))
                    .Aggregate((left, right) => left.With(right, Math.Max)),
                _sorts.Mode.Size));
        }

        Func<Sctlr, Input> one = field switch
        {
            "SCTLR_EL1.M" => sctlr => sctlr.M,
            "SCTLR_EL1.C" => sctlr => sctlr.C,
            "SCTLR_EL1.I" => sctlr => sctlr.I,
            _ => throw new InvalidOperationException($"No value of {field}."),
        };
        return _shape.VcpuModes.SelectMany(modes => Enumerable.Range(0, _sorts.Mode.Size).Select(mode =>
            mode < modes.Count ? modes.In(mode, sctlr => Seen.Bit(one(sctlr))).Select(on => on ? 1L : 0) : Seen.Always(0L)));
    }

    private Variable FieldVariable(string name, ImmutableArray<Sort> index, Domain domain, Func<IEnumerable<Seen<long>>> cells)
    {
        if (!_fields.TryGetValue(name, out var variable))
        {
            variable = _declarations.Frozen.Table(name, index, domain, [.. cells()], Section.Control);
            _fields.Add(name, variable);
        }

        return variable;
    }
}
