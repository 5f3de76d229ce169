using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>The programs and tasks of a scenario after a row's <c>with LABEL: stmt</c> and <c>move</c>.</summary>
/// <param name="vms">The VMs with the programs of their vCPUs.</param>
/// <param name="tasks">The tasks.</param>
public sealed class EditedPrograms(ImmutableArray<Vm> vms, ImmutableArray<HostTask> tasks)
{
    private readonly ConditionalWeakTable<Scenario, Scenario> _edited = [];

    /// <summary>The VMs with the programs of their vCPUs.</summary>
    public ImmutableArray<Vm> Vms => vms;

    /// <summary>The tasks.</summary>
    public ImmutableArray<HostTask> Tasks => tasks;

    /// <summary>The labels of their statements.</summary>
    public IEnumerable<string> Labels => vms.SelectMany(vm => vm.Vcpus).SelectMany(vcpu => vcpu.Program ?? []).Concat(tasks.SelectMany(task => task.Body)).SelectMany(LabelsIn);

    private static IEnumerable<string> LabelsIn(Stmt statement) =>
        (statement.Label is { } label ? [label] : Enumerable.Empty<string>()).Concat(statement.Test is { } test ? LabelledExpr.In(test).Select(operand => operand.Label) : []).Concat(statement.Bodies.SelectMany(body => body.SelectMany(LabelsIn)));

    /// <summary>The scenario with these in place of its own; the same one whenever it is asked.</summary>
    public Scenario In(Scenario scenario) => _edited.GetValue(scenario, whole => new Scenario(
        whole.Name, whole.Remark, whole.Span, whole.Machine, whole.Frames, vms, tasks, whole.Properties, whole.Bounds, whole.Expectations)
    {
        VirtualPages = whole.VirtualPages,
        Asked = whole.Asked,
    });
}
