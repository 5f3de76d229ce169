using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Model.Cells;

/// <summary>A scenario with everything open that it does not say of the hardware, to ask on what a verdict depends.</summary>
public static class OpenScenario
{
    // The usual value first: it is the one that a trace shows where it does not matter.
    private static readonly ImmutableArray<(string Field, ImmutableArray<string> Values)> Hardware =
    [
        ("CTR_EL0.DIC", ["0", "1"]),
        ("CTR_EL0.IDC", ["0", "1"]),
        ("CLIDR_EL1.LoUU", ["1", "0", "2", "3", "4", "5", "6", "7"]),
        ("CLIDR_EL1.LoUIS", ["1", "0", "2", "3", "4", "5", "6", "7"]),
        ("CLIDR_EL1.LoC", ["2", "0", "1", "3", "4", "5", "6", "7"]),
        ("ID_AA64MMFR2_EL1.FWB", ["0", "1"]),
    ];

    /// <summary>The readings that a scenario keeps at their defaults when it is opened, since they count as settled and neither it nor the user opens them.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="opened">The settled readings that the user opens.</param>
    public static IEnumerable<Reading> Settled(Scenario scenario, IReadOnlySet<string>? opened = null) => ReadingRegistry.All.Where(reading =>
        reading.Settled is not null && opened?.Contains(reading.Info.Name) != true && !scenario.Machine.Axes.Any(axis => axis.Name == reading.Info.Name));

    /// <summary>The readings about which is asked on request alone, and that neither the request nor the scenario opens or sets.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="opened">The readings that are opened.</param>
    public static IEnumerable<Reading> NotAsked(Scenario scenario, IReadOnlySet<string>? opened = null) => ReadingRegistry.All.Where(reading =>
        reading.IsOnRequest && opened?.Contains(reading.Info.Name) != true && !scenario.Machine.Axes.Any(axis => axis.Name == reading.Info.Name));

    /// <summary>
    /// The scenario with every ID register field and every reading open that it does not set, apart from those that are settled or asked about on request. What policies
    /// set stays as they set it.
    /// </summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="opened">Those of them that are opened, too.</param>
    public static Scenario Of(Scenario scenario, IReadOnlySet<string>? opened = null)
    {
        var settled = Settled(scenario, opened).ToHashSet();
        var notAsked = NotAsked(scenario, opened).ToHashSet();
        var machine = scenario.Machine;
        bool IsSet(string name) => machine.Axes.Any(axis => axis.Name == name);
        var fields = Hardware
            .Where(field => !IsSet(field.Field) && !(field.Field == "ID_AA64MMFR2_EL1.FWB" && IsSet("HCR_EL2.FWB")))
            .Select(field => new Axis(field.Field, IsReading: false, field.Values, machine.Span));
        var readings = ReadingRegistry.All.Where(reading => !IsSet(reading.Info.Name) && !settled.Contains(reading) && !notAsked.Contains(reading)).Select(reading => new Axis(
            reading.Info.Name,
            IsReading: true,
            [.. reading.Info.Values.Where(value => value.Refusal is null).Select(value => value.Name).OrderBy(value => value != reading.InOrderDefault)],
            machine.Span));
        return scenario with
        {
            Machine = machine with { Legal = true, Axes = [.. machine.Axes, .. fields, .. readings.Where(axis => axis.Values.Length > 1)] },
        };
    }

    /// <summary>The largest number of operations of programs and tasks that get labels: each can be left out of every cell.</summary>
    public const int MostLabelled = 256;

    /// <summary>Whether a scenario's programs and tasks have too many operations to leave each out.</summary>
    public static bool HasTooManyOperations(Scenario scenario) => ProgramOperations(scenario).Skip(MostLabelled).Any();

    /// <summary>The scenario with a label on every operation of programs and tasks that has none, so that each can be left out; as it is where they are too many.</summary>
    public static Scenario WithProgramLabels(Scenario scenario) => HasTooManyOperations(scenario) ? scenario : new(
        scenario.Name,
        scenario.Remark,
        scenario.Span,
        scenario.Machine,
        scenario.Frames,
        [.. scenario.Vms.Select(vm => vm with { Vcpus = [.. vm.Vcpus.Select(Labelled)] })],
        [.. scenario.Tasks.Select(task => task with { Body = Labelled(task.Name, task.Body) })],
        scenario.Properties,
        scenario.Bounds,
        scenario.Expectations)
    {
        VirtualPages = scenario.VirtualPages,
        Asked = scenario.Asked,
    };

    /// <summary>The operations of programs and tasks that have labels, in order, each with whose it is; no vCPU for those of a task.</summary>
    public static IEnumerable<(string Owner, Vcpu? Vcpu, Stmt Operation)> LabelledOperations(Scenario scenario) =>
        ProgramOperations(scenario).Where(pair => pair.Operation.Label is not null);

    /// <summary>An operation's label behind its text, where the spec gives it one: <c>'dsb ish' @done</c>.</summary>
    public static string WithLabel(Stmt operation) => $"'{operation.Text}'{(operation.Label is { } label && !IsGiven(label) ? $" @{label}" : "")}";

    private static IEnumerable<(string Owner, Vcpu? Vcpu, Stmt Operation)> ProgramOperations(Scenario scenario) => scenario.Vcpus
        .Where(vcpu => vcpu.Program is not null)
        .SelectMany(vcpu => Systems.Statements.Descend(vcpu.Program!.Value).Where(IsAsked).Select(statement => (vcpu.Name, (Vcpu?)vcpu, statement)))
        .Concat(scenario.Tasks.SelectMany(task => task.Body.SelectMany(statement => statement.WithInner()).Where(IsAsked).Select(statement => (task.Name, (Vcpu?)null, statement))));

    /// <summary>Whether what a verdict relies on is asked of a statement: of operations, and of an interrupt, which is the context synchronisation event of another.</summary>
    private static bool IsAsked(Stmt statement) => statement is OperationStmt or KickStmt;

    // No label that a spec can write has it.
    private const char Mark = '#';

    /// <summary>Whether a label is one that was given to an operation without.</summary>
    public static bool IsGiven(string label) => label.Contains(Mark, StringComparison.Ordinal);

    private static Vcpu Labelled(Vcpu vcpu) => vcpu.Program is { } program ? vcpu with { Program = Labelled(vcpu.Name, program) } : vcpu;

    private static ImmutableArray<Stmt> Labelled(string owner, ImmutableArray<Stmt> body)
    {
        var number = 0;
        return All(body);

        ImmutableArray<Stmt> All(ImmutableArray<Stmt> body) => [.. body.Select(One)];

        Stmt One(Stmt statement) => statement switch
        {
            { Label: null } when IsAsked(statement) => statement with { Label = $"{owner}{Mark}{++number}" },
            _ => statement.WithBodies([.. statement.Bodies.Select(All)]),
        };
    }
}
