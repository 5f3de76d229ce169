using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Narration;

/// <summary>What the words of a trace need to know of its cell: the names of versions and modes, and who runs where.</summary>
internal sealed class TraceContext
{
    private readonly SystemBuilder _builder;
    private readonly List<Ground> _grounds = [];

    /// <summary>The words of one trace.</summary>
    /// <param name="builder">The system.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="interpreter">Knows what steps do in the cell.</param>
    /// <param name="frozen">The frozen values of the cell.</param>
    /// <param name="initial">The state in which the trace begins.</param>
    public TraceContext(SystemBuilder builder, Cell cell, Interpreter interpreter, FrozenValues frozen, Valuation? initial)
    {
        (_builder, Configuration, Interpreter, Frozen) = (builder, cell.Configuration, interpreter, frozen);

        // A followed version that the trace starts with is the old contents; where accesses go by address, frames begin with contents of their own, and those have names.
        var followed = initial is null || builder.Shape.Aspect is null ? -1 : interpreter.InitialStates().ToList().FindIndex(first => initial.Equals(first.State));
        var name = followed >= 0 && followed < builder.Shape.Values.Count ? builder.Shape.Values[followed] : null;
        Versions = new Versions(builder.Sorts, initial is not null && builder.Parts.HoldsFollowed(initial), name);
    }

    public Sorts Sorts => _builder.Sorts;

    public PartList Parts => _builder.Parts;

    public Configuration Configuration { get; }

    public Interpreter Interpreter { get; }

    public FrozenValues Frozen { get; }

    public Versions Versions { get; }

    /// <summary>What the trace has done to translations so far.</summary>
    public TranslationHistory Translations { get; } = new();

    /// <summary>What a rule is about.</summary>
    public StepInfo InfoOf(Rule rule) => _builder.Infos[rule.Name];

    /// <summary>The name of an initial state; empty for any other state.</summary>
    public string NameOfInitial(Valuation state) => _builder.System.InitialStates.Zip(Interpreter.InitialStates())
        .FirstOrDefault(pair => state.Equals(pair.Second.State)).First?.Name ?? "";

    /// <summary>The vCPU that is loaded on a pCPU, or <see langword="null"/>.</summary>
    public int? LoadedOn(Valuation state, int p) => _builder.Placement.LoadedIn(state, p);

    /// <summary>The vCPU that executes guest instructions on a pCPU, or <see langword="null"/>.</summary>
    public int? RunningOn(Valuation state, int p) =>
        LoadedOn(state, p) is { } vcpu && Interpreter.Evaluate(_builder.InGuest(Ex.Const(p), Ex.Const(vcpu)), state) != 0 ? vcpu : null;

    /// <summary>The vCPU whose fetches may fill an I-cache of a pCPU: the one that executes there, or where registers serve speculation while the host runs, is loaded; or <see langword="null"/>.</summary>
    public int? FetchingOn(Valuation state, int p) => RunningOn(state, p)
        ?? (LoadedOn(state, p) is { } vcpu && _builder.IsLive is { } isLive && Interpreter.Evaluate(isLive(Ex.Const(p), Ex.Const(vcpu)), state) != 0 ? vcpu : null);

    /// <summary>Remembers that with a step maintenance of a vCPU is complete, or lines are published.</summary>
    public void Ground(StepView step, IEnumerable<Completed> completed)
    {
        _grounds.AddRange(completed.Select(note => new Ground(step.Number, Sorts.Vcpu.Elements[step.Vcpu!.Value], note.Line, IsPublished: false)));
        _grounds.AddRange(step.Info.Published.Select(line => new Ground(step.Number, step.Info.Speaker!, line, IsPublished: true)));
    }

    /// <summary>The last step since which bare metal may show less of a line; <see langword="null"/> where there was none.</summary>
    public Ground? Since(int line) => _grounds.FindLast(ground => ground.Line == line);
}
