using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Judgements;

namespace CoherenceCheck.Model.Systems;

/// <summary>
/// How much of the machine a question needs beside hosts and guests. Where addresses are what they are for good and instructions alone are asked about, that is memory and
/// I-caches by line (<see langword="null"/> stands for it). Else accesses go by address, and translations, data and I-caches are there as far as the property looks at them:
/// no rule about tables, TLBs and what is promised of them reads a line, so a question about translations alone needs no line (docs/model.md, Two halves).
/// </summary>
/// <param name="Translates">Whether which frame an address leads to may change, or differ by who asks.</param>
/// <param name="HasData">Whether lines have contents.</param>
/// <param name="HasFetches">Whether there are I-caches and pipelines.</param>
internal sealed record Aspect(bool Translates, bool HasData, bool HasFetches)
{
    /// <summary>The scenario with the property that is asked of it, where that decides what is modelled.</summary>
    public static Scenario Asking(Scenario scenario, string property) =>
        IsByAddress(property) || IsByAddress(scenario) || scenario.Expectations.SelectMany(block => block.Rows).Any(row => IsByAddress(row.Policy.Policy))
            ? scenario with { Asked = property }
            : scenario;

    /// <summary>What a scenario and a policy need for the property that is asked.</summary>
    public static Aspect? Of(Scenario scenario, Policy policy)
    {
        var asked = scenario.Asked ?? FreshFetch.Name;
        if (!IsByAddress(asked) && !IsByAddress(scenario) && !IsByAddress(policy))
        {
            return null;
        }

        var translates = Translation(scenario, policy);
        var executes = scenario.Vcpus.Any(vcpu => vcpu.Alphabet.Any(IsFetch) || Statements.Descend(vcpu.Program ?? []).Any(statement => statement is OperationStmt { Operation: var operation } && IsFetch(operation)));
        return asked switch
        {
            FreshFetch.Name => new(translates, HasData: true, HasFetches: true),
            FreshData.Name => new(translates, HasData: true, HasFetches: false),
            Isolation.Name => new(translates, HasData: true, HasFetches: executes),
            _ => new(translates, HasData: false, HasFetches: false),
        };
    }

    /// <summary>Whether in some cell of a scenario a reading has a value that is not its default.</summary>
    public static bool MayRead(Scenario scenario, string reading, string value) => scenario.Machine.Axes.Any(axis => axis.IsReading && axis.Name == reading && axis.Values.Contains(value, StringComparer.Ordinal));

    private static bool IsFetch(Operation operation) => operation.Kind == OperationKind.Execute;

    private static bool IsByAddress(string property) => property is FreshData.Name or PrivateTranslation.Name or Isolation.Name or BreakBeforeMake.Name;

    private static bool IsByAddress(Scenario scenario) =>
        scenario.Vms.Any(vm => !vm.Maps.IsEmpty || vm.Mmus.Length > 1)
        || scenario.Pages.Any(page => !page.IsMapped)
        || scenario.Pages.GroupBy(page => page.Frame).Any(pages => pages.Count() > 1)
        || scenario.Frames.SelectMany(frame => frame.Lines).Any(line => line.Before is not null)
        || MayRead(scenario, "walks", "split")
        || scenario.Machine.TagsIcache || scenario.Machine.Vmids is not null || scenario.Machine.TlbGroups.Distinct().Count() < scenario.Machine.TlbGroups.Length
        || scenario.Vcpus.Any(vcpu => vcpu.Remaps || vcpu.Maps.Any(map => map.From != map.To || map.Asid != 0 || map.Type == PageType.Device))
        || scenario.Tasks.Any(task => IsByAddress(task.Body)) || scenario.Vcpus.Any(vcpu => IsByAddress(vcpu.Program ?? []) || vcpu.Alphabet.Any(IsNew));

    private static bool IsByAddress(Policy policy) =>
        policy.Hooks.Any(hook => hook.Event is HookEvent.Stage2Fault or HookEvent.SysregWrite or HookEvent.SetWay or HookEvent.Maintenance || IsByAddress(hook.Body));

    private static bool IsByAddress(IEnumerable<Stmt> body) => Statements.Descend(body).Any(statement => statement switch
    {
        Stage2Stmt or SettleStmt or GiveStmt or CopyStmt or BackStmt or DescriptorStmt or VttbrStmt => true,
        OperationStmt op => op.Place is not null || op.Field == AddressSpace.AsidField || IsNew(op.Operation),
        PublishStmt publish => publish.Place is not null,
        _ => false,
    });

    private static bool IsNew(Operation operation) => operation.Kind == OperationKind.InvalidateToPoC || operation.IsBySetWay;

    private static bool Translation(Scenario scenario, Policy policy) =>
        MayRead(scenario, "walks", "split") || scenario.Machine.Vmids is not null
        || scenario.Pages.Any(page => !page.IsMapped)
        || scenario.Vcpus.Any(vcpu => vcpu.Remaps)
        || AddressSpace.AllStatements(scenario, policy).Any(statement => statement is Stage2Stmt or DescriptorStmt or VttbrStmt)
        || AddressSpace.DisagreesByTag(scenario);
}
