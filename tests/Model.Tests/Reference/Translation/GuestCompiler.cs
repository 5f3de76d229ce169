using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What an instruction of a guest does.</summary>
internal enum GuestOp
{
    Load,
    Store,
    Execute,
    Clean,
    InvalidateLine,
    InvalidateAll,
    Tlbi,
    Dsb,
    Isb,
    WriteSctlr,
    ToggleMmu,
    WriteAsid,
    Descriptor,
    Await,
    Publish,
    Nothing,
    Jump,
    Choose,
}

/// <summary>An instruction of a guest, with what its operands are numbered as.</summary>
internal sealed record GuestInstruction(GuestOp Op, string Text)
{
    public int Va { get; init; } = -1;

    /// <summary>The kind of a DC, the bit of SCTLR_EL1, or the number of an ASID.</summary>
    public int Kind { get; init; }

    public string? Value { get; init; }

    public OperationScope Scope { get; init; }

    public BarrierAccess Access { get; init; }

    public TlbiForm Form { get; init; }

    /// <summary>The table of a descriptor, by the number of its ASID.</summary>
    public int Asid { get; init; }

    /// <summary>The leaf of a descriptor, or -1.</summary>
    public int Leaf { get; init; } = -1;

    public Stmt? Statement { get; init; }

    public int[] Targets { get; init; } = [];
}

/// <summary>Lays out programs, and lists what an <c>any</c> guest may execute.</summary>
internal sealed class GuestCompiler
{
    private readonly Shape _shape;
    private readonly List<GuestInstruction> _code = [];
    private Vcpu _vcpu = null!;

    public GuestCompiler(Shape shape)
    {
        _shape = shape;
        foreach (var vcpu in shape.Question.Scenario.Vcpus)
        {
            LayOut(vcpu);
        }
    }

    /// <summary>By vCPU: the program, or everything that an <c>any</c> guest may do next.</summary>
    public List<GuestInstruction[]> Code { get; } = [];

    /// <summary>By vCPU: where labels stand.</summary>
    public List<Dictionary<string, int>> Labels { get; } = [];

    /// <summary>The kind of a DC as a bit of <see cref="Layout.PendDc"/>, or -1.</summary>
    public static int CleanKind(OperationKind kind) => kind switch
    {
        OperationKind.CleanToPoU => Lines.Cvau,
        OperationKind.CleanToPoC => Lines.Cvac,
        OperationKind.CleanInvalidateToPoC => Lines.Civac,
        _ => -1,
    };

    private void LayOut(Vcpu vcpu)
    {
        _vcpu = vcpu;
        _code.Clear();
        Labels.Add(new Dictionary<string, int>(StringComparer.Ordinal));
        if (vcpu.Program is { } program)
        {
            Body(program);
        }
        else
        {
            Alphabet();
        }

        Code.Add([.. _code]);
    }

    private void Body(IEnumerable<Stmt> body)
    {
        foreach (var statement in body)
        {
            if (statement.Label is { } label)
            {
                if (_shape.Question.Without.Contains(label))
                {
                    continue;
                }

                Labels[^1].TryAdd(label, _code.Count);
            }

            Statement(statement);
        }
    }

    private void Statement(Stmt statement)
    {
        switch (statement)
        {
            case OperationStmt s:
                _code.Add(Operation(s));
                break;
            case DescriptorStmt s:
                _code.Add(new GuestInstruction(GuestOp.Descriptor, s.Text)
                {
                    Va = _shape.VaOf(_vcpu.Vm, s.VirtualPage),
                    Asid = _shape.AsidIndex(s.Asid),
                    Leaf = s.Page is { } page ? _shape.StageOne(page, s.Type == PageType.WriteBack) : -1,
                });
                break;
            case AwaitStmt or PublishStmt:
                _code.Add(new GuestInstruction(statement is AwaitStmt ? GuestOp.Await : GuestOp.Publish, statement.Text) { Statement = statement });
                break;
            case BlockStmt s:
                Body(s.Body);
                break;
            case RepeatStmt s:
                for (var i = 0; i < s.Times; i++)
                {
                    Body(s.Body);
                }

                break;
            case ForeverStmt s:
                var start = _code.Count;
                Body(s.Body);
                _code.Add(new GuestInstruction(GuestOp.Jump, "") { Targets = [start] });
                break;
            case ChooseStmt s:
                Choose(s);
                break;
            default:
                throw new NotSupportedException($"the reference's guests do not have `{statement.Text}`");
        }
    }

    private void Choose(ChooseStmt s)
    {
        var targets = new int[s.Branches.Length];
        _code.Add(new GuestInstruction(GuestOp.Choose, "choose") { Targets = targets });
        var ends = new List<int[]>();
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = _code.Count;
            Body(s.Branches[i]);
            ends.Add(new int[1]);
            _code.Add(new GuestInstruction(GuestOp.Jump, "") { Targets = ends[^1] });
        }

        ends.ForEach(end => end[0] = _code.Count);
    }

    private GuestInstruction Operation(OperationStmt s)
    {
        var va = s.VirtualPage is { } page ? _shape.VaOf(_vcpu.Vm, page) : s.Line is { } line ? VaOfLine(line) : -1;
        if (s.Operation.Kind == OperationKind.WriteSystemRegister)
        {
            return Shape.IsTtbr(s.Field)
                ? new GuestInstruction(GuestOp.WriteAsid, s.Text) { Kind = _shape.AsidIndex(Values.Number(s.Value!)) }
                : new GuestInstruction(GuestOp.WriteSctlr, s.Text) { Kind = Settings.SctlrBit(s.Field), Value = s.Value };
        }

        if (va < 0 && IsByVa(s.Operation))
        {
            throw new NotSupportedException($"`{s.Text}` names no virtual page");
        }

        return Of(s.Operation, va, s.Asid ?? _vcpu.Asid, s.Text) with { Value = s.Value };
    }

    private GuestInstruction Of(Operation operation, int va, int asid, string text)
    {
        var instruction = new GuestInstruction(KindOf(operation), text) { Va = va, Scope = operation.Scope, Access = operation.Access, Asid = _shape.AsidIndex(asid) };
        return instruction.Op switch
        {
            GuestOp.Clean => instruction with { Kind = CleanKind(operation.Kind) },
            GuestOp.Tlbi => instruction with { Form = Tlbi.FormOf(operation) },
            _ => instruction,
        };
    }

    private static GuestOp KindOf(Operation operation) => operation.Kind switch
    {
        OperationKind.Load => GuestOp.Load,
        OperationKind.Store => GuestOp.Store,
        OperationKind.Execute => GuestOp.Execute,
        OperationKind.CleanToPoU or OperationKind.CleanToPoC or OperationKind.CleanInvalidateToPoC => GuestOp.Clean,
        OperationKind.InvalidateInstructionLine => GuestOp.InvalidateLine,
        OperationKind.InvalidateInstructionAll => GuestOp.InvalidateAll,
        OperationKind.InvalidateTranslations => GuestOp.Tlbi,
        OperationKind.DataSynchronizationBarrier => GuestOp.Dsb,
        OperationKind.InstructionSynchronizationBarrier => GuestOp.Isb,
        OperationKind.DataMemoryBarrier => GuestOp.Nothing,
        _ => throw new NotSupportedException($"the reference's guests do not have `{operation.Name}`"),
    };

    private static bool IsByVa(Operation operation) => KindOf(operation) switch
    {
        GuestOp.Load or GuestOp.Store or GuestOp.Execute or GuestOp.Clean or GuestOp.InvalidateLine => true,
        GuestOp.Tlbi => Tlbi.FormOf(operation) is TlbiForm.Va or TlbiForm.VaAllAsids,
        _ => false,
    };

    private void Alphabet()
    {
        var vas = Enumerable.Range(0, _shape.VasOf[_vcpu.Vm].Length).ToArray();
        foreach (var operation in _vcpu.Alphabet)
        {
            _code.AddRange(IsByVa(operation)
                ? vas.Select(a => Of(operation, a, _vcpu.Asid, $"{operation.Name} {_shape.VasOf[_vcpu.Vm][a].Name}"))
                : [Of(operation, -1, _vcpu.Asid, operation.Name)]);
        }

        if (_vcpu.TogglesMmu)
        {
            _code.Add(new GuestInstruction(GuestOp.ToggleMmu, "mmu"));
        }

        if (_vcpu.Remaps)
        {
            _code.AddRange(from a in vas
                           from leaf in _shape.Question.Scenario.Pages.Select((_, g) => g).Where(g => _shape.VmOfPage[g] == _vcpu.Vm).Select(g => _shape.StageOne(g, isWriteBack: true)).Prepend(-1)
                           select new GuestInstruction(GuestOp.Descriptor, leaf < 0 ? $"unmap va{a}" : $"map va{a} -> page{leaf / 2}") { Va = a, Asid = _shape.AsidIndex(_vcpu.Asid), Leaf = leaf });
        }
    }

    private int VaOfLine(int line)
    {
        var frame = _shape.FrameOfLine(line);
        return Array.FindIndex(_shape.VasOf[_vcpu.Vm], page => page.Page is { } g && _shape.FrameOf(_shape.Question.Scenario.Pages[g]) == frame);
    }
}
