using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>Evaluates expressions of policies, tasks and programs: numbers of elements (-1 for none), truth values as 0 and 1, sets as bit masks.</summary>
internal sealed class Evaluator(Shape shape, Layout layout, Settings settings, Func<AtExpr, State, bool> isAt)
{
    private readonly Question _question = shape.Question;

    public int Evaluate(SpecExpr expression, Names names, State s, int agent)
    {
        switch (expression)
        {
            case LiteralExpr e:
                return (int)e.Value;
            case NoneExpr:
                return -1;
            case ElementExpr e:
                return e.Number;
            case SetExpr e:
                return e.Elements.Aggregate(0, (set, element) => set | (1 << Evaluate(element, names, s, agent)));
            case SymbolExpr e:
                return Evaluate(names[e.Symbol], s, agent);
            case StateExpr e:
                return (short)s[Cell(e.State, e.Index, names, s, agent)];
            case MemberExpr e:
                return Member(e, Evaluate(e.Target, names, s, agent), s);
            case FieldExpr e:
                return Field(e, names, s, agent);
            case NotExpr e:
                return Evaluate(e.Operand, names, s, agent) == 0 ? 1 : 0;
            case LabelledExpr e:
                return Evaluate(e.Operand, names, s, agent);
            case InExpr e:
                return (Evaluate(e.Set, names, s, agent) >> Evaluate(e.Element, names, s, agent)) & 1;
            case AtExpr e:
                return isAt(e, s) ? 1 : 0;
            case BinaryExpr e:
                var left = Evaluate(e.Left, names, s, agent);
                return e.Op switch
                {
                    ExprOp.Or when left != 0 => 1,
                    ExprOp.And when left == 0 => 0,
                    _ => Binary(e, left, Evaluate(e.Right, names, s, agent)),
                };
            default:
                throw new NotSupportedException(expression.GetType().Name);
        }
    }

    /// <summary>The cell of a place of the policy's state.</summary>
    public int Cell(PolicyState state, IReadOnlyList<SpecExpr> index, Names names, State s, int agent)
    {
        var cell = 0;
        foreach (var before in _question.Policy.States)
        {
            // By name: a property of the scenario and an edited policy have records of their own.
            if (before.Name == state.Name)
            {
                break;
            }

            cell += shape.CellsOf(before.Index);
        }

        var offset = 0;
        for (var i = 0; i < index.Count; i++)
        {
            offset = (offset * shape.SizeOf(state.Index[i])) + Evaluate(index[i], names, s, agent);
        }

        return layout.Policy.At(cell + offset);
    }

    /// <summary>The cell of a lock.</summary>
    public int LockNumber(LockPlace place, Names names, State s, int agent)
    {
        var number = 0;
        foreach (var before in _question.Policy.Locks.TakeWhile(before => before.Name != place.Lock.Name))
        {
            number += shape.CellsOf(before.Index);
        }

        return number + (place.Index.IsEmpty ? 0 : Evaluate(place.Index[0], names, s, agent));
    }

    /// <summary>The frame that stands behind a page, or that an expression names; -1 for none.</summary>
    public int Frame(SpecExpr place, Names names, State s, int agent)
    {
        var element = Evaluate(place, names, s, agent);
        return place.Type is SpecType.Element { Sort: ScenarioSort.Page } && element >= 0 ? FrameOfPage(s, element) : element;
    }

    /// <summary>The frame to which a page's stage-2 table leads as last written, or -1.</summary>
    public int FrameOfPage(State s, int page) => LeafOfPage(s, page)?.Frame ?? -1;

    private Leaf? LeafOfPage(State s, int page)
    {
        var current = s[layout.Cur2.At(shape.MmuOfVm(shape.VmOfPage[page]), shape.LocalOfPage[page])];
        return current == 0 ? null : shape.Leaves[current - 1];
    }

    private int Evaluate(Binding binding, State s, int agent) => binding switch
    {
        Binding.Slot slot => (short)s[layout.Local.At(agent, slot.Number)],
        Binding.Fixed element => element.Value,
        Binding.Argument argument => Evaluate(argument.Value, argument.Names, s, agent),
        Binding.LoadedVcpu => s[layout.Loaded.At(agent)] - 1,
        _ => agent,
    };

    private int Member(MemberExpr e, int element, State s)
    {
        var sort = ((SpecType.Element)e.Target.Type).Sort;
        if (element < 0)
        {
            return e.Member is Language.Scenarios.Member.Mapped or Language.Scenarios.Member.Writable or Language.Scenarios.Member.Executable ? 0 : -1;
        }

        var vm = sort switch { ScenarioSort.Vcpu => shape.VmOfVcpu[element], ScenarioSort.Page => shape.VmOfPage[element], _ => element };
        return e.Member switch
        {
            Language.Scenarios.Member.Vm => vm,
            Language.Scenarios.Member.Mmu => shape.MmuOfVm(vm),
            Language.Scenarios.Member.Pcpu => Enumerable.Range(0, shape.Pcpus).Where(p => s[layout.Loaded.At(p)] == element + 1).DefaultIfEmpty(-1).First(),
            Language.Scenarios.Member.Vcpu => s[layout.Loaded.At(element)] - 1,
            Language.Scenarios.Member.Frame => FrameOfPage(s, element),
            Language.Scenarios.Member.Backing => s[layout.Back.At(element)] - 1,
            Language.Scenarios.Member.Mapped => LeafOfPage(s, element) is null ? 0 : 1,
            Language.Scenarios.Member.Writable => LeafOfPage(s, element) is { Writable: true } ? 1 : 0,
            Language.Scenarios.Member.Executable => LeafOfPage(s, element) is { Executable: true } ? 1 : 0,
            _ => throw new NotSupportedException(e.Member.ToString()),
        };
    }

    private int Field(FieldExpr e, Names names, State s, int agent)
    {
        if (e.Target is { Type: SpecType.Element { Sort: ScenarioSort.Vcpu } } target && Settings.SctlrBit(e.Field) is >= 0 and var bit)
        {
            return (s[layout.Sctlr.At(Evaluate(target, names, s, agent))] >> bit) & 1;
        }

        var value = settings.Field(e.Field);
        return e.Type is SpecType.Names named ? named.Values.IndexOf(value) : Values.Number(value);
    }

    private static int Binary(BinaryExpr e, int left, int right) => e.Op switch
    {
        ExprOp.Or or ExprOp.And => right,
        ExprOp.Equal => left == right ? 1 : 0,
        ExprOp.NotEqual => left != right ? 1 : 0,
        ExprOp.Less => left < right ? 1 : 0,
        ExprOp.LessOrEqual => left <= right ? 1 : 0,
        ExprOp.Add => left + right,
        ExprOp.Subtract => left - right,
        ExprOp.Union => left | right,
        ExprOp.Intersect => left & right,
        _ => left & ~right,
    };
}
