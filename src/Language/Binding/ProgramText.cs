using System.Collections.Immutable;
using CoherenceCheck.Language.Syntax;

namespace CoherenceCheck.Language.Binding;

/// <summary>The text of a program or task.</summary>
/// <param name="Owner">Whose it is: <c>task vmm</c>.</param>
/// <param name="Name">The name of the vCPU or task.</param>
/// <param name="Body">Its statements.</param>
internal sealed record ProgramBody(string Owner, NameSyntax Name, ImmutableArray<StatementSyntax> Body);

/// <summary>The texts of the programs and tasks of a scenario, edited or not.</summary>
internal sealed class ProgramText(ImmutableArray<ProgramBody> bodies)
{
    private readonly Lazy<Dictionary<string, string>> _labels = new(() => OwnersOf(bodies));

    /// <summary>Those of a scenario, as it is written.</summary>
    public static ProgramText Of(ScenarioSyntax scenario) => new(
    [
        .. scenario.Vms.SelectMany(vm => vm.Vcpus).Where(vcpu => vcpu.Program is not null).Select(vcpu => new ProgramBody($"vCPU {vcpu.Name.Text}", vcpu.Name, vcpu.Program!.Value)),
        .. scenario.Tasks.Select(task => new ProgramBody($"task {task.Name.Text}", task.Name, task.Body)),
    ]);

    public ImmutableArray<ProgramBody> Bodies { get; } = bodies;

    /// <summary>All labels, each with whose it is.</summary>
    public IReadOnlyDictionary<string, string> Labels => _labels.Value;

    /// <summary>All labels in the order of the text, those that stand twice included.</summary>
    public IEnumerable<(NameSyntax Label, string Owner)> AllLabels => Bodies.SelectMany(body => StatementTree.LabelsOf(body.Body).Select(label => (label, body.Owner)));

    /// <summary>The statements of a vCPU or task; of what has no program none.</summary>
    public ImmutableArray<StatementSyntax> BodyOf(NameSyntax name) => Bodies.FirstOrDefault(body => body.Name == name)?.Body ?? [];

    /// <summary>Applies an edit to the first body to which it applies; <see langword="null"/> where there is none.</summary>
    public ProgramText? Edit(Func<ImmutableArray<StatementSyntax>, ImmutableArray<StatementSyntax>?> edit)
    {
        for (var i = 0; i < Bodies.Length; i++)
        {
            if (StatementTree.EditBody(Bodies[i].Body, edit) is { } edited)
            {
                return new ProgramText(Bodies.SetItem(i, Bodies[i] with { Body = edited }));
            }
        }

        return null;
    }

    /// <summary>Deletes statements by their labels.</summary>
    public ProgramText Without(IReadOnlySet<string> labels) => labels.Count == 0 ? this
        : new ProgramText([.. Bodies.Select(body => body with { Body = StatementTree.Delete(body.Body, labels) })]);

    private static Dictionary<string, string> OwnersOf(ImmutableArray<ProgramBody> bodies)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (owner, label) in bodies.SelectMany(body => StatementTree.LabelsOf(body.Body).Select(label => (body.Owner, label.Text))))
        {
            owners.TryAdd(label, owner);
        }

        return owners;
    }
}
