using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>Instances that are enough where a cell has a value: nothing else that may happen there depends on them, or is looked at.</summary>
/// <param name="Control">The cell: a program counter, mostly.</param>
/// <param name="Value">Its value.</param>
/// <param name="Instances">The numbers of the instances.</param>
internal sealed record AmpleSet(StateCell Control, long Value, ImmutableSortedSet<int> Instances);

/// <summary>Finds ample sets before the search starts.</summary>
/// <remarks>
/// <para>For a cell c and a value k the set is the least one that holds the instances whose guards ask for c = k, and with an instance each
/// that depends on it and may be enabled while c = k. What changes c there is in it; so until one of the set runs, c stays k, the others that run are independent of all of the set,
/// and running one of the set first leads to the same. Effects are those where c = k, and for the others where c is k or what the set makes of it.</para>
/// <para>No set writes what the property, a cover or the cut looks at, and no run goes in a circle within sets alone: the values of control
/// variables cannot, for the edges between values that have sets form no circle, and what leaves its control cell alone takes an element from a set to which no such instance adds any.
/// So a violation that some run leads to is still led to, though perhaps by a longer one.</para>
/// <para>Ample sets: Peled, "All from One, One for All" (CAV 1993); found before the search and without a check for circles during it: Kurshan, Levin, Minea, Peled
/// and Yenigün, "Static Partial Order Reduction" (TACAS 1998). Effects in the states at hand, instead of footprints of rules, are ours.</para>
/// </remarks>
internal sealed class AmpleSets
{
    private readonly List<(int Number, GroundStep Step)> _steps;
    private readonly EffectsFinder _finder;
    private readonly Dictionary<StateCell, long> _visible = [];
    private readonly int _instances;
    private readonly HashSet<Variable> _filled;
    private readonly ReductionFaults? _faults;

    private AmpleSets(TransitionSystem system, IReadOnlyList<GroundFill> fills, List<(int Number, GroundStep Step)> steps, IEnumerable<Expr> visible, ReductionFaults? faults)
    {
        _faults = faults;
        var reachable = new ReachableValues(system, fills, steps.Select(step => step.Step));
        _finder = new EffectsFinder(fills, reachable.Of);
        _steps = [.. steps.Where(step => _finder.Of(step.Step).MayFire)];
        _instances = _steps.Count;
        _filled = [.. fills.Select(fill => fill.Target.Variable)];
        foreach (var condition in visible)
        {
            foreach (var (cell, bits) in _finder.ReadsOf(Grounder.Ground(condition)))
            {
                _visible[cell] = _visible.GetValueOrDefault(cell) | bits;
            }
        }
    }

    /// <summary>The sets of a system, those with the fewest instances first.</summary>
    /// <param name="system">A system without frozen variables.</param>
    /// <param name="number">The number of an instance.</param>
    /// <param name="properties">The names of the properties that are asked for.</param>
    /// <param name="faults">Faults that tests put in.</param>
    public static ImmutableArray<AmpleSet> Of(TransitionSystem system, Func<RuleInstance, int> number, IReadOnlyCollection<string> properties, ReductionFaults? faults = null)
    {
        if (GroundFill.Of(system) is not { } fills)
        {
            return [];
        }

        var steps = system.Rules.SelectMany(RuleInstance.Of).Select(instance => (number(instance), Grounder.Ground(instance)))
            .Where(step => step.Item2.Guard is not Expr.Const { Value: 0 }).ToList();
        var visible = system.Properties.Where(property => properties.Contains(property.Name)).Select(property => property.Condition);
        return new AmpleSets(system, fills, steps, system.Cut is null ? visible : visible.Append(system.Cut), faults).Find();
    }

    private ImmutableArray<AmpleSet> Find()
    {
        var asked = _steps.SelectMany(step => GuardIndex.Equalities(step.Step.Guard).Select(pair => (pair.Cell, pair.Value)))
            .Where(pair => pair.Cell.Variable.Domain is Domain.Range).Distinct().ToList();
        var sets = asked.Select(pair => SetAt(pair.Cell, pair.Value)).OfType<Candidate>().ToList();
        return [.. CircleFree(sets).Select(set => new AmpleSet(set.Control, set.Value, [.. set.Members.Select(member => member.Number)])).OrderBy(set => set.Instances.Count)];
    }

    private sealed record Member(int Number, GroundStep Step, Effects Effects);

    /// <summary>A set with the values to which it may bring its control cell.</summary>
    private sealed record Candidate(StateCell Control, long Value, ImmutableArray<Member> Members, Values Next)
    {
        /// <summary>Those that leave the control cell alone.</summary>
        public IEnumerable<Member> Others => Members.Where(member => !member.Effects.Writes.ContainsKey(Control));
    }

    private Candidate? SetAt(StateCell control, long value)
    {
        var at = Values.Of(value);
        var pinned = _steps.Where(step => GuardIndex.Equalities(step.Step.Guard).Contains((control, value))).ToList();
        var seeds = pinned.Select(step => new Member(step.Number, step.Step, _finder.Of(step.Step, (control, at)))).Where(member => member.Effects.MayFire).ToList();
        var next = seeds.Where(seed => seed.Effects.Writes.ContainsKey(control)).Aggregate(at, (all, seed) => all.Or(seed.Effects.After[control]));
        if (seeds.Count == 0 || next.Few is null)
        {
            return null;
        }

        var numbers = seeds.Select(seed => seed.Number).ToHashSet();
        var others = _steps.Where(step => !numbers.Contains(step.Number) && _finder.Of(step.Step, (control, at)).MayFire)
            .Select(step => new Member(step.Number, step.Step, _finder.Of(step.Step, (control, next)))).ToList();
        var members = new List<Member>(seeds);
        for (var i = 0; i < members.Count; i++)
        {
            if (_faults is not { OverlooksWhatIsAsked: true } && members[i].Effects.WritesAnyOf(_visible))
            {
                return null;
            }

            foreach (var other in others.Where(other => members[i].Effects.DependsOn(other.Effects, _faults is { OverlooksReads: true })).ToList())
            {
                // What is not asked for by the control cell must leave it alone, or the values after it would not be known.
                if (other.Effects.Writes.ContainsKey(control))
                {
                    return null;
                }

                members.Add(other);
                others.Remove(other);
            }
        }

        return members.Count < _instances && others.Count > 0 ? new Candidate(control, value, [.. members], next) : null;
    }

    private List<Candidate> CircleFree(List<Candidate> sets)
    {
        var controls = sets.Select(set => set.Control.Variable).ToHashSet();
        sets = [.. sets.Where(set => set.Members.All(member => LeavesAlone(member, set.Control, controls)) && set.Others.All(member => Shrunk(member) is not null)
            && set.Members.Any(member => member.Effects.Writes.ContainsKey(set.Control)))];
        var shrunk = sets.SelectMany(set => set.Others).Select(member => Shrunk(member)!).ToHashSet();
        sets = [.. sets.Where(set => set.Others.All(member => member.Effects.Writes.Keys.All(cell => cell.Variable == Shrunk(member) || !shrunk.Contains(cell.Variable))))];
        var result = new List<Candidate>();
        var edges = new HashSet<(Variable Variable, long From, long To)>();
        foreach (var group in sets.GroupBy(set => (set.Control.Variable, set.Value)))
        {
            var added = group.SelectMany(set => set.Next.Few!.Where(to => set.Members.Any(member => member.Effects.After.TryGetValue(set.Control, out var after) && after.Few!.Contains(to))).Select(to => (group.Key.Variable, group.Key.Value, to))).ToList();
            if (!Reaches([.. edges, .. added], group.Key.Variable, [.. added.Select(edge => edge.to)], group.Key.Value, [.. result.Where(set => set.Control.Variable == group.Key.Variable).Select(set => set.Value), group.Key.Value]))
            {
                edges.UnionWith(added);
                result.AddRange(group);
            }
        }

        return result;
    }

    // A member may write its own control cell, and no other that controls sets.
    private static bool LeavesAlone(Member member, StateCell control, HashSet<Variable> controls) =>
        member.Effects.Writes.Keys.All(cell => cell == control || !controls.Contains(cell.Variable));

    private static bool Reaches(List<(Variable Variable, long From, long To)> edges, Variable variable, List<long> from, long wanted, HashSet<long> within)
    {
        var seen = new HashSet<long>();
        var open = new Stack<long>(from.Where(within.Contains));
        while (open.TryPop(out var value))
        {
            if (value == wanted)
            {
                return true;
            }

            if (seen.Add(value))
            {
                edges.Where(edge => edge.Variable == variable && edge.From == value && within.Contains(edge.To)).ToList().ForEach(edge => open.Push(edge.To));
            }
        }

        return false;
    }

    /// <summary>The variable from a set of which an instance takes an element that its guard asks for, and to which it adds none.</summary>
    private Variable? Shrunk(Member member)
    {
        foreach (var assign in member.Step.Body.OfType<Statement.Assign>())
        {
            if (assign is { Variable.Domain: Domain.Subset, Value: Expr.Binary { Op: BinaryOp.BitAndNot, Left: Expr.Read own, Right: Expr.Const taken } }
                && own.Variable == assign.Variable && !_filled.Contains(own.Variable) && Emitter.KnownCell(own.Variable, own.Index) is { } cell and >= 0
                && cell == Emitter.KnownCell(assign.Variable, assign.Index)
                && Asks(member.Step.Guard, new StateCell(own.Variable, cell), taken.Value)
                && member.Step.Body.OfType<Statement.Assign>().Count(other => other.Variable == assign.Variable) == 1
                && member.Effects.Writes.Keys.Count(written => written.Variable == assign.Variable) == 1)
            {
                return assign.Variable;
            }
        }

        return null;
    }

    private static bool Asks(Expr guard, StateCell cell, long taken) => guard switch
    {
        Expr.Binary { Op: BinaryOp.And } both => Asks(both.Left, cell, taken) || Asks(both.Right, cell, taken),
        Expr.Binary { Op: BinaryOp.BitAnd, Right: Expr.Const { Value: 1 }, Left: Expr.Binary { Op: BinaryOp.Shr, Left: Expr.Read read, Right: Expr.Const { Value: >= 0 and <= 62 } element } } =>
            read.Variable == cell.Variable && Emitter.KnownCell(read.Variable, read.Index) == cell.Number && (taken >> (int)element.Value & 1) != 0,
        Expr.Binary { Op: BinaryOp.BitAnd, Right: Expr.Const { Value: 1 }, Left: Expr.Read read } =>
            read.Variable == cell.Variable && Emitter.KnownCell(read.Variable, read.Index) == cell.Number && (taken & 1) != 0,
        _ => false,
    };
}
