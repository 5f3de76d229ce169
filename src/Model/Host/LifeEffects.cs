using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Host;

/// <summary>What <c>start</c>, <c>stop</c>, <c>reset</c>, <c>pause</c> and <c>resume</c> do in one step.</summary>
internal sealed class LifeEffects(Shape shape, Sorts sorts, LifeCycle life, Placement placement, PartList parts, PeModel pe)
{
    /// <summary>Puts a vCPU's program back to its beginning; set when programs are laid out.</summary>
    public Func<int, IEnumerable<Statement>>? Restarts { get; set; }

    /// <summary>The one way in which a statement goes: it waits until the vCPU is loaded nowhere, where it takes it away.</summary>
    public Choice Of(LifeStmt statement, Expr vcpu) => statement.Step switch
    {
        LifeStep.Start => Choice.Always(life.Start(vcpu)),
        LifeStep.Stop => Choice.When(placement.IsNowhere(vcpu), [.. Stop(vcpu)]),
        LifeStep.Reset => Choice.When(placement.IsNowhere(vcpu), [.. Stop(vcpu), .. Forgets!(vcpu), .. shape.Scenario.Vcpus.SelectMany(own => Reset(statement, own, vcpu))]),
        LifeStep.Pause => Choice.When(placement.IsNowhere(vcpu), [life.Pause(vcpu), .. Leaves(vcpu)]),
        LifeStep.Resume => Choice.Always([.. life.Resume(vcpu)]),
        _ => throw new InvalidOperationException($"No effect for {statement.Step}."),
    };

    /// <summary>What the host forgets of a vCPU that is reset: that it has been loaded; set when the host is made.</summary>
    public Func<Expr, IEnumerable<Statement>>? Forgets { get; set; }

    private IEnumerable<Statement> Stop(Expr vcpu)
    {
        var x = Ex.Local("x");
        Statement[] perLine = [.. parts.OfGhost(part => part.OnStopped(vcpu, x))];
        return [.. life.Stop(vcpu), .. Leaves(vcpu), .. perLine.Length == 0 ? [] : new[] { Ex.ForEach("x", sorts.Line, perLine) }, .. parts.OfGhost(part => part.OnStopped(vcpu))];
    }

    /// <summary>Without a host no exit has emptied its pipeline.</summary>
    private IEnumerable<Statement> Leaves(Expr vcpu) => shape.IsBareMetal ? pe.LeavesGuest(vcpu, vcpu) : [];

    private IEnumerable<Statement> Reset(LifeStmt statement, Vcpu own, Expr vcpu)
    {
        var number = Ex.Const(own.Number);
        if (vcpu is Expr.Const { Value: var only } && only != own.Number)
        {
            return [];
        }

        var mode = Mode(statement, own);
        Statement[] body = [.. parts.OfMachine(part => part.OnReset(number, mode)), .. parts.OfGhost(part => part.OnReset(number, mode)), .. Restarts!(own.Number)];
        return body.Length == 0 ? [] : vcpu is Expr.Const ? body : [Ex.When(Ex.Eq(vcpu, number), body)];
    }

    private Expr Mode(LifeStmt statement, Vcpu own)
    {
        var modes = shape.VcpuModes[own.Number];
        var mode = parts.Regime.Initial(Ex.Const(own.Number));
        if (own.TogglesMmu)
        {
            return statement.Sctlr.IsEmpty ? mode
                : statement.Sctlr.Select(set => set.Value).Distinct(StringComparer.Ordinal).Count() == 1 ? Ex.Const(statement.Sctlr[0].Value == "1" ? 1 : 0)
                : throw new ModelRefusalException($"a reset of {own.Name} to different values of M, C and I: its alphabet turns them on and off together", statement.Span);
        }

        foreach (var (field, value) in statement.Sctlr)
        {
            var bit = Ex.Const(1L << modes.WrittenFields.IndexOf(field, 0, StringComparer.Ordinal));
            mode = value == "1" ? Ex.BitOr(mode, bit) : Ex.BitAndNot(mode, bit);
        }

        return mode;
    }
}
