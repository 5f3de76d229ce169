using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Construction;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>What the words of a trace need to know of its cell: the names of versions and modes, and who runs where.</summary>
internal sealed class TraceContext
{
    private readonly SystemBuilder _builder;
    private readonly Configuration _configuration;

    /// <summary>The words of one trace.</summary>
    /// <param name="builder">The system.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="interpreter">Knows what steps do in the cell.</param>
    /// <param name="frozen">The frozen values of the cell.</param>
    /// <param name="initial">The state in which the trace begins.</param>
    public TraceContext(SystemBuilder builder, Cell cell, Interpreter interpreter, FrozenValues frozen, Valuation? initial)
    {
        (_builder, _configuration, Interpreter, Frozen) = (builder, cell.Configuration, interpreter, frozen);
        Versions = new Versions(builder.Variables, initial);
    }

    public Scenario Scenario => _builder.Shape.Scenario;

    public Variables Variables => _builder.Variables;

    public Interpreter Interpreter { get; }

    public FrozenValues Frozen { get; }

    public Versions Versions { get; }

    /// <summary>What a rule is about.</summary>
    public StepInfo InfoOf(Rule rule) => _builder.Infos[rule.Name];

    /// <summary>The name of an initial state; empty for any other state.</summary>
    public string NameOfInitial(Valuation state) => _builder.System.InitialStates.Zip(Interpreter.InitialStates())
        .FirstOrDefault(pair => state.Equals(pair.Second.State)).First?.Name ?? "";

    /// <summary>The vCPU that is loaded on a pCPU, or <see langword="null"/>.</summary>
    public int? LoadedOn(Valuation state, int p) => p < Variables.Pcpu.Size && state[Variables.Current, p] < Variables.Vcpu.Size ? (int)state[Variables.Current, p] : null;

    /// <summary>The vCPU that executes guest instructions on a pCPU, or <see langword="null"/>.</summary>
    public int? RunningOn(Valuation state, int p) =>
        LoadedOn(state, p) is { } vcpu && Interpreter.Evaluate(_builder.InGuest(Ex.Const(p), Ex.Const(vcpu)), state) != 0 ? vcpu : null;

    /// <summary>The SCTLR_EL1 value that a vCPU wrote last, in words.</summary>
    public string Mode(Valuation state, int vcpu) => NameOfMode(
        vcpu, Variables.Written is { } written ? (int)state[written, vcpu] : (int)Frozen[Variables.Frozen.InitialMode, vcpu]);

    /// <summary>An SCTLR_EL1 value of a vCPU in words.</summary>
    public string NameOfMode(int vcpu, int mode) => _configuration.DescribeMode(_builder.Shape.VcpuModes[vcpu], mode);
}
