using System.Collections.Immutable;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Machine.Translation;

namespace CoherenceCheck.Model.Systems;

/// <summary>
/// What a scenario and a policy need of the machine: which state exists at all. Variables that nothing could change are left
/// out, so that small questions have small states. A shape is common to all cells that differ in frozen values only.
/// </summary>
internal sealed class Shape
{
    private readonly HashSet<OperationKind> _kinds = [];
    private readonly List<Operation> _operations = [];
    private readonly List<Operation> _ofGuests = [];

    public Shape(Scenario scenario, Policy policy)
    {
        Scenario = scenario;
        Policy = policy;
        Aspect = Aspect.Of(scenario, policy);
        foreach (var vcpu in scenario.Vcpus)
        {
            foreach (var operation in vcpu.Alphabet)
            {
                Note(operation);
            }
        }

        foreach (var statement in AllStatements())
        {
            if (statement is OperationStmt { Operation: var operation, Value: var value })
            {
                Note(operation);
                if (operation.Kind == OperationKind.Store)
                {
                    AddValue(value!);
                }
            }
        }

        _ofGuests.AddRange(scenario.Vcpus.SelectMany(vcpu => vcpu.Alphabet.Concat(Statements.Descend(vcpu.Program ?? []).OfType<OperationStmt>().Select(statement => statement.Operation))).Distinct());
        StoresFreely = scenario.Vcpus.Any(vcpu => vcpu.Alphabet.Any(operation => operation.Kind == OperationKind.Store));
        IsTracked = Aspect?.HasData ?? StoresFreely;
        Lines = [.. scenario.Frames.SelectMany(frame => frame.Lines).OrderBy(line => line.Number)];
        LineNames = [.. scenario.Frames.SelectMany(frame => frame.Lines.Select(line =>
            Lines.Count(other => other.Name == line.Name) > 1 ? $"{frame.Name}.{line.Name}" : line.Name))];
        foreach (var line in Lines)
        {
            AddValue(line.Initial);
            if (line.Before is { } before)
            {
                AddValue(before);
            }
        }

        if (Aspect is not null && scenario.Frames.FirstOrDefault(frame => frame.Lines.Length > 1) is { } wide)
        {
            throw new ModelRefusalException($"a frame of several lines where accesses go by address: `{wide.Name}` has {wide.Lines.Length}; take a frame for each", wide.Span);
        }

        if (SettingNames().Contains("HCR_EL2.DC", StringComparer.Ordinal) && scenario.Vcpus.SelectMany(vcpu => vcpu.Axes).FirstOrDefault(axis => axis.Name == "HCR_EL2.DC") is { } twice)
        {
            throw new ModelRefusalException("HCR_EL2.DC of a vCPU beside that of a policy or the machine: set it for each vCPU, or once for all", twice.Span);
        }

        VcpuModes = [.. scenario.Vcpus.Select(ModesOf)];
        ModeCount = VcpuModes.Max(modes => modes.Count);
        VmOfLine = [.. Lines.Select(line => scenario.Vms.FirstOrDefault(vm => vm.Pages.Any(page => page.Frame.Lines.Contains(line)))?.Number)];
        PageOfLine = [.. Lines.Select(line => scenario.Vms.SelectMany(vm => vm.Pages).FirstOrDefault(page => page.Frame.Lines.Contains(line)))];
        MayStoreNonCacheable = Aspect is { HasData: true } || scenario.Vcpus.Any(StoresNonCacheable)
            || (Uses(OperationKind.Store) && SettingNames().Contains("HCR_EL2.CD", StringComparer.Ordinal));
        HostStores = scenario.Tasks.SelectMany(task => Statements.Descend(task.Body)).Any(statement => statement is OperationStmt { Operation.Kind: OperationKind.Store });
        PublishesCopies = AllStatements().Any(statement => statement is PublishStmt { Form: not PublishForm.Absent });
        var steps = AllStatements().OfType<LifeStmt>().Select(statement => statement.Step).ToHashSet();
        HasLifeCycle = scenario.Vcpus.Any(vcpu => vcpu.IsStopped) || steps.Overlaps([LifeStep.Start, LifeStep.Stop, LifeStep.Reset]);
        MayPause = steps.Contains(LifeStep.Pause);
        SwitchesMmu = !IsBareMetal && scenario.Vcpus.Any(vcpu => vcpu.SwitchesMmu || Statements.Descend(vcpu.Program ?? []).OfType<SwitchMmuStmt>().Any());
        HasAssertions = AllStatements().OfType<AssertStmt>().Any();
    }

    public Scenario Scenario { get; }

    public Policy Policy { get; }

    /// <summary>Whether one version is tracked and all others are "other" (docs/model.md, Guests): any-guests store values without end.</summary>
    public bool IsTracked { get; }

    /// <summary>The names of the values, the initial ones and those stored, in order of appearance.</summary>
    public List<string> Values { get; } = [];

    public ImmutableArray<Line> Lines { get; }

    /// <summary>The lines' names; with the frame in front where two frames have a line of the same name.</summary>
    public ImmutableArray<string> LineNames { get; }

    /// <summary>For each line the VM that maps it, if any.</summary>
    public ImmutableArray<int?> VmOfLine { get; }

    /// <summary>For each line the page that maps it, if any.</summary>
    public ImmutableArray<Page?> PageOfLine { get; }

    public ImmutableArray<VcpuModes> VcpuModes { get; }

    /// <summary>The largest number of SCTLR_EL1 values that a vCPU may have in one cell.</summary>
    public int ModeCount { get; }

    public bool HasAssertions { get; }

    /// <summary>Whether some vCPU may not be there.</summary>
    public bool HasLifeCycle { get; }

    /// <summary>Whether some vCPU may be kept from executing.</summary>
    public bool MayPause { get; }

    /// <summary>Where the first guest that does so goes on under another stage-2 context of its VM.</summary>
    public SourceSpan SwitchesAt => Scenario.Vcpus.SelectMany(vcpu => vcpu.SwitchesMmu ? [vcpu.Span] : Statements.Descend(vcpu.Program ?? []).OfType<SwitchMmuStmt>().Select(one => one.Span)).First();

    /// <summary>Whether some guest goes on under another stage-2 context of its VM.</summary>
    public bool SwitchesMmu { get; }

    /// <summary>Whether the host stores to a line.</summary>
    public bool HostStores { get; }

    /// <summary>Whether somebody publishes a line of which clean copies may stand.</summary>
    public bool PublishesCopies { get; }

    /// <summary>Whether some vCPU that stores may do so with its MMU or data cache off, or to memory that is not Write-Back.</summary>
    public bool MayStoreNonCacheable { get; }

    /// <summary>Whether views of lines change, or come and go with their vCPUs, where that matters: bare metal's copies then arise in the course of a run.</summary>
    public bool ViewsChange => MayStoreNonCacheable && (ModeCount > 1 || HasLifeCycle);

    /// <summary>Whether some vCPU of the VM looks at a line Write-Back from the beginning, as far as its own stage 1 goes: then a clean copy may stay in a cache.</summary>
    public Seen<bool> IsWriteBackAtFirst(CellFacts facts, int line) => Seen.Any(VcpuModes
        .Where(modes => modes.Vcpu.Vm == VmOfLine[line])
        .Select(modes => facts.Access(modes.Vcpu, Stage1Leaf.Of(modes.Vcpu, line), null, modes.AtFirst).Select(flags => flags.HasFlag(AccessFlags.IsCacheable))));

    public bool IsBareMetal => Policy.IsBareMetal;

    /// <summary>How much of the machine is there, where accesses go by address; <see langword="null"/> where they go by the line.</summary>
    public Aspect? Aspect { get; }

    /// <summary>Whether some guest stores versions without end.</summary>
    public bool StoresFreely { get; }

    /// <summary>All operations of guests, tasks and handlers, each once.</summary>
    public IEnumerable<Operation> Operations => _operations;

    /// <summary>Those of guests.</summary>
    public IEnumerable<Operation> GuestOperations => _ofGuests;

    /// <summary>Whether a guest executes a TLBI.</summary>
    public bool GuestsInvalidateTranslations => _ofGuests.Any(operation => operation.Kind == OperationKind.InvalidateTranslations);

    /// <summary>Who knows whether a vCPU is there.</summary>
    public Func<Transitions.Expr, Transitions.Expr?>? LifeOf { get; set; }

    /// <summary>Whether a vCPU is there.</summary>
    public Transitions.Expr IsThere(int vcpu) => LifeOf?.Invoke(Transitions.Ex.Const(vcpu)) ?? Transitions.Ex.True;

    /// <summary>Whether in some cell a reading has a value. What only another value than the default needs is not there where no cell has it.</summary>
    public bool MayRead(string reading, string value) => Aspect.MayRead(Scenario, reading, value);

    /// <summary>Whether under the host pCPUs differ in DIC.</summary>
    public bool PcpusDiffer => !IsBareMetal && !Scenario.Machine.PcpuAxes.IsEmpty;

    /// <summary>Whether some vCPU is told a DIC of its own.</summary>
    public bool VcpusDiffer => Scenario.Vcpus.Any(vcpu => Cells.CellFacts.Own(vcpu) is not null);

    /// <summary>The PE whose DIC an I-cache has, where they differ: a pCPU, or on bare metal the vCPU of its number.</summary>
    public string? PeOf(int pcpu) => PcpusDiffer ? Scenario.Machine.Pcpus[pcpu] : IsBareMetal && pcpu < Scenario.Vcpus.Length ? Cells.CellFacts.Own(Scenario.Vcpus[pcpu]) : null;

    public bool Uses(OperationKind kind) => _kinds.Contains(kind);

    /// <summary>Whether a DC reaches the PoC.</summary>
    public bool CleansToPoC => UsesAny(row => row.Cleans == CleanPoint.PoC);

    /// <summary>Whether operations of some sort stand where some labels are left out; <see langword="null"/> where there are none at all.</summary>
    /// <param name="isOf">Whether an operation is of the sort.</param>
    /// <param name="ofGuests">Whether to look at guests alone.</param>
    public Func<IReadOnlySet<string>, bool>? Standing(Func<Operation, bool> isOf, bool ofGuests)
    {
        if (Scenario.Vcpus.Any(vcpu => vcpu.Alphabet.Any(isOf)))
        {
            return _ => true;
        }

        var others = ofGuests ? [] : Policy.Hooks.Select(hook => hook.Body).Concat(Scenario.Tasks.Select(task => task.Body));
        ImmutableArray<ImmutableArray<string>> around =
        [
            .. Scenario.Vcpus.Select(vcpu => vcpu.Program ?? []).Concat(others).SelectMany(body => Statements.WithLabels(body))
                .Where(pair => pair.Statement is OperationStmt { Operation: var operation } && isOf(operation))
                .Select(pair => pair.Labels).DistinctBy(labels => string.Join(' ', labels)),
        ];
        return around.IsEmpty ? null : without => around.Any(labels => !labels.Any(without.Contains));
    }

    /// <summary>
    /// Whether maintenance by set/way of a vCPU is sure to reach, on bare metal, what its VM's pages hold: no other PE's caches could, since it is the only vCPU of the VM, the frames are
    /// behind no other VM's pages, and the host, whose caches are another PE's, neither stores nor loads, nor leaves a copy by a promise.
    /// </summary>
    public bool ReachesBySetWay(int vcpu)
    {
        var vm = Scenario.Vms[Scenario.Vcpus[vcpu].Vm];
        return vm.Vcpus.Length == 1
            && !Scenario.Vms.Where(other => other.Number != vm.Number).SelectMany(other => other.Pages).Any(page => vm.Pages.Any(own => own.Frame == page.Frame))
            && !Policy.Hooks.SelectMany(hook => Statements.Descend(hook.Body)).Concat(Scenario.Tasks.SelectMany(task => Statements.Descend(task.Body)))
                .Any(statement => statement is CopyStmt or BackStmt or PublishStmt { Form: not PublishForm.Absent } or OperationStmt { Operation.Kind: OperationKind.Store or OperationKind.Load });
    }

    /// <summary>Whether there is an operation of some kind.</summary>
    public bool UsesAny(Func<KindRow, bool> isOf) => _kinds.Select(KindTable.Of).Any(isOf);

    /// <summary>Every statement of the policy, the tasks and the guest programs, procedures included at each call.</summary>
    public IEnumerable<Stmt> AllStatements() =>
        Policy.Hooks.SelectMany(hook => Statements.Descend(hook.Body))
            .Concat(Scenario.Tasks.SelectMany(task => Statements.Descend(task.Body)))
            .Concat(Scenario.Vcpus.Where(vcpu => vcpu.Program is not null).SelectMany(vcpu => Statements.Descend(vcpu.Program!.Value)));

    /// <summary>What the names of an agent's rules and variables begin with: its own name, unless the host's begin so.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Its name in the spec.</param>
    public static string AgentName(string kind, string name) => Host.HostRules.OwnNames.Contains(name) ? $"{kind}-{name}" : name;

    private IEnumerable<string> SettingNames() =>
        Scenario.Machine.Axes.Select(axis => axis.Name).Concat(Policy.Settings.Select(setting => setting.Field))
            .Concat(Scenario.Expectations.SelectMany(e => e.Rows).SelectMany(row => row.Policy.With).Select(setting => setting.Field));

    private bool StoresNonCacheable(Vcpu vcpu)
    {
        var stores = vcpu.Alphabet.Any(operation => operation.Kind == OperationKind.Store)
            || (vcpu.Program is { } program && Statements.Descend(program).OfType<OperationStmt>().Any(s => s.Operation.Kind == OperationKind.Store));
        var alwaysOn = !vcpu.TogglesMmu && VcpuModes[vcpu.Number].WrittenFields.IsEmpty
            && vcpu.Axes.Any(axis => axis.Name == "SCTLR_EL1.M" && axis.Values is ["1"])
            && vcpu.Axes.All(axis => axis.Name != "SCTLR_EL1.C" || axis.Values is ["1"]);
        var writeBack = vcpu.NonCacheableLines.IsEmpty && Scenario.Vms[vcpu.Vm].Pages.All(page => page.Type == PageType.WriteBack && page.Axes.All(axis => axis.Name != PageFields.MemAttr));
        return stores && !(alwaysOn && writeBack);
    }

    private void Note(Operation operation)
    {
        _kinds.Add(operation.Kind);
        if (!_operations.Contains(operation))
        {
            _operations.Add(operation);
        }
    }

    private void AddValue(string value)
    {
        if (!Values.Contains(value, StringComparer.Ordinal))
        {
            Values.Add(value);
        }
    }

    private VcpuModes ModesOf(Vcpu vcpu)
    {
        IEnumerable<string> written = vcpu.Program is { } program
            ? Statements.Descend(program).OfType<OperationStmt>()
                .Where(statement => statement.Operation.Kind == OperationKind.WriteSystemRegister && statement.Field != AddressSpace.AsidField)
                .Select(statement => statement.Field!)
            : [];
        var reset = AllStatements().OfType<LifeStmt>().Where(statement => statement.Vcpu is not ElementExpr { Number: var number } || number == vcpu.Number)
            .SelectMany(statement => statement.Sctlr.Select(set => set.Field));
        return new VcpuModes(vcpu, vcpu.TogglesMmu ? [] : [.. written.Concat(reset).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }
}
