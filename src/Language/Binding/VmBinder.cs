using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds the VMs of a scenario: first all names and pages, then what each vCPU does.</summary>
internal sealed class VmBinder(ScenarioScope scope, VocabularyIndex vocabulary, DiagnosticBag diagnostics)
{
    private readonly List<(VmSyntax Syntax, int Number, ImmutableArray<Page> Pages)> _vms = [];
    private readonly Dictionary<VmSyntax, AddressSpace> _spaces = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<VmSyntax, StageOneTables> _shared = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<VcpuSyntax, StageOneTables> _tables = new(ReferenceEqualityComparer.Instance);
    private readonly PageBinder _pages = new(scope, vocabulary, diagnostics);

    public void Declare(VmSyntax syntax)
    {
        var number = scope.Vms.Count;
        scope.AddAgent(diagnostics, scope.Vms, "VM", syntax.Name, number);
        DeclareMmus(syntax, number);
        var pages = syntax.Pages.Select(_pages.Bind).OfType<Page>().ToImmutableArray();
        scope.VmOfPage.AddRange(pages.Select(_ => number));
        foreach (var vcpu in syntax.Vcpus)
        {
            scope.AddAgent(diagnostics, scope.Vcpus, "vCPU", vcpu.Name, scope.Vcpus.Count);
            scope.LabelsOfAgent.TryAdd(vcpu.Name.Text, vcpu.Program is { } program ? [.. StatementTree.PlacesOf(program).Select(label => label.Text)] : null);
        }

        if (syntax.Vcpus.IsEmpty)
        {
            diagnostics.ReportIncompleteScenario(syntax.Name.Span, $"VM `{syntax.Name.Text}` has no vCPU: add `vcpu A {{ }} any {{ … }}`");
        }

        _vms.Add((syntax, number, pages));
    }

    public ImmutableArray<Vm> Bind()
    {
        BindTables();
        var vms = ImmutableArray.CreateBuilder<Vm>();
        var vcpuNumber = 0;
        foreach (var (syntax, number, pages) in _vms)
        {
            var vcpus = ImmutableArray.CreateBuilder<Vcpu>();
            var translations = TranslationsOf(syntax, vcpu => vcpu.Program ?? []);
            foreach (var vcpu in syntax.Vcpus)
            {
                vcpus.Add(BindVcpu(vcpu, vcpuNumber++, syntax, number, translations));
            }

            var vm = new Vm(number, syntax.Name.Text, BindAxes(syntax.Settings, FieldScope.Vm, "a VM"), pages, vcpus.ToImmutable(), syntax.Name.Span) { Maps = _shared[syntax].Leaves };
            vms.Add(syntax.Mmus.IsEmpty ? vm : vm with { Mmus = [.. syntax.Mmus.Select(mmu => mmu.Text)] });
        }

        return vms.ToImmutable();
    }

    private void DeclareMmus(VmSyntax syntax, int vm)
    {
        if (syntax.Mmus.IsEmpty)
        {
            scope.MmuOfVm.TryAdd(syntax.Name.Text, scope.VmOfMmu.Count);
            scope.VmOfMmu.Add(vm);
        }

        foreach (var mmu in syntax.Mmus)
        {
            scope.AddAgent(diagnostics, scope.Mmus, "stage-2 context", mmu, scope.VmOfMmu.Count);
            scope.VmOfMmu.Add(vm);
        }
    }

    /// <summary>Binds the stage-1 tables that VMs and vCPUs declare, once all pages that guests can name are known.</summary>
    private void BindTables()
    {
        scope.VirtualPages.AddRange(_vms.SelectMany(vm => vm.Pages.Select(page => (vm.Number, page))).Select((pair, i) => new VirtualPage(i, pair.page.Name, pair.Number, i)));
        foreach (var (syntax, number, pages) in _vms)
        {
            var space = new AddressSpace(scope, number, syntax.Name.Text, pages, isIncomplete: pages.Length < syntax.Pages.Length);
            _spaces.Add(syntax, space);
            foreach (var map in syntax.Maps.Concat(syntax.Vcpus.SelectMany(vcpu => vcpu.Maps)).Concat(syntax.Vcpus.SelectMany(vcpu => VmTranslations.MadeBy(vcpu.Program ?? [])).Where(map => map.To is not null)))
            {
                space.Declare(diagnostics, map.From);
            }
        }

        foreach (var (syntax, _, _) in _vms)
        {
            var binder = new StageOneBinder(_spaces[syntax], scope, diagnostics);
            _shared.Add(syntax, binder.Bind(syntax.Maps));
            foreach (var vcpu in syntax.Vcpus)
            {
                _tables.Add(vcpu, binder.Bind(vcpu.Maps));
            }
        }
    }

    /// <summary>The tables that a vCPU uses: its own, or those of its VM where it has none.</summary>
    private StageOneTables TablesOf(VmSyntax vm, VcpuSyntax vcpu) => vcpu.Maps.IsEmpty ? _shared[vm] : _tables[vcpu];

    private ImmutableHashSet<int> AsidsOf(VmSyntax vm, VcpuSyntax vcpu, ImmutableArray<StatementSyntax> program)
    {
        var tables = TablesOf(vm, vcpu);
        return [tables.Asid, .. tables.Leaves.Select(leaf => leaf.Asid), .. VmTranslations.MadeBy(program).Where(map => map is { To: not null, Asid: not null }).Select(map => (int)map.Asid!.Number)];
    }

    private VmTranslations TranslationsOf(VmSyntax vm, Func<VcpuSyntax, ImmutableArray<StatementSyntax>> programOf)
    {
        var declared = vm.Vcpus.Select(vcpu => _tables[vcpu]).Append(_shared[vm]).ToList();
        return VmTranslations.Of(
            _spaces[vm],
            declared,
            !vm.Maps.IsEmpty || declared.SelectMany(tables => tables.Leaves).Any(leaf => leaf.From != leaf.To || leaf.Asid > 0 || leaf.Type == PageType.Device),
            [.. vm.Vcpus.Select(vcpu => (AsidsOf(vm, vcpu, programOf(vcpu)), programOf(vcpu), vcpu.Alphabet.Any(word => word.Text == AlphabetBinder.Remap)))]);
    }

    /// <summary>The numbers of the pCPUs that a placement names, in order.</summary>
    public static ImmutableArray<int> BindPlacement(PlacementSyntax syntax, ScenarioScope scope, DiagnosticBag diagnostics)
    {
        var first = new Dictionary<string, SourceSpan>();
        var numbers = ImmutableArray.CreateBuilder<int>();
        foreach (var name in syntax.Pcpus)
        {
            if (!scope.Pcpus.TryGetValue(name.Text, out var number))
            {
                diagnostics.ReportUnknownName(name.Span, "pCPU", name.Text, scope.Pcpus.Keys);
            }
            else if (!first.TryAdd(name.Text, name.Span))
            {
                diagnostics.ReportDuplicateName(name.Span, "pCPU", name.Text, first[name.Text]);
            }
            else
            {
                numbers.Add(number);
            }
        }

        numbers.Sort();
        return numbers.ToImmutable();
    }

    public static void CheckSize(ImmutableArray<Stmt> body, SourceSpan span, DiagnosticBag diagnostics)
    {
        if (StatementFacts.Size(body) > LanguageLimits.Statements)
        {
            diagnostics.ReportLimitExceeded(span, LanguageLimits.Statements, "statements in a program, repetitions written out");
        }
    }

    private Vcpu BindVcpu(VcpuSyntax syntax, int number, VmSyntax vm, int vmNumber, VmTranslations translations)
    {
        ImmutableArray<int> placement = syntax.Placement is { } written
            ? BindPlacement(written, scope, diagnostics)
            : [.. Enumerable.Range(0, scope.Pcpus.Count)];
        ImmutableArray<Stmt>? program = null;
        var alphabet = new BoundAlphabet([], TogglesMmu: false, Remaps: false, Switches: false, Places: null);
        var axes = BindAxes(syntax.Settings, FieldScope.Vcpu, "a vCPU");
        if (syntax.Program is { } body)
        {
            program = BindProgram(body, syntax, vm, translations, diagnostics);
            MmuOnCheck.Run(program.Value, axes, syntax.Name.Text, diagnostics);
        }
        else
        {
            alphabet = new AlphabetBinder(scope, _spaces[vm], diagnostics).Bind(syntax, isWithoutPages: vm.Pages.IsEmpty, translations.MayChange, hasContexts: vm.Mmus.Length > 1);
        }

        var vcpu = new Vcpu(
            number,
            syntax.Name.Text,
            vmNumber,
            placement,
            axes,
            TablesOf(vm, syntax).NonCacheableAtFirst,
            program,
            alphabet.Operations,
            alphabet.TogglesMmu,
            syntax.Name.Span)
        {
            Maps = _tables[syntax].Leaves,
            Asid = TablesOf(vm, syntax).Asid,
            Remaps = alphabet.Remaps,
            SwitchesMmu = alphabet.Switches,
            Places = alphabet.Places,
        };
        return BindLifeCycle(syntax, vcpu);
    }

    private Vcpu BindLifeCycle(VcpuSyntax syntax, Vcpu vcpu)
    {
        var first = new Dictionary<string, SourceSpan>();
        foreach (var own in syntax.LifeCycle)
        {
            // `stopped` and `starts when` both say when it is there.
            var what = own.Word.Text == "moves" ? "moves" : "starts";
            if (!first.TryAdd(what, own.Span))
            {
                diagnostics.ReportDuplicateName(own.Span, "setting", own.Word.Text, first[what]);
                continue;
            }

            SpecExpr? condition = null;
            if (own.When is { } when)
            {
                condition = new BodyBinder(vocabulary, diagnostics, BodyKind.Property) { Scenario = scope }.BindCondition(when);
            }
            else if (own.After is { } after)
            {
                if (scope.LabelsOfAgent.GetValueOrDefault(vcpu.Name) is not { } labels || !labels.Contains(after.Text))
                {
                    diagnostics.ReportUnknownLabel(after.Span, after.Text, $"the program of vCPU {vcpu.Name}", scope.LabelsOfAgent.GetValueOrDefault(vcpu.Name) ?? []);
                    continue;
                }

                condition = new AtExpr(vcpu.Number, null, after.Text, own.Span) { IsPast = true };
            }

            vcpu = own.Word.Text switch
            {
                "stopped" => vcpu with { IsStopped = true },
                "starts" => vcpu with { IsStopped = true, StartsWhen = condition },
                _ => vcpu with { MovesWhen = condition },
            };
        }

        return vcpu;
    }

    /// <summary>The VMs with other programs.</summary>
    /// <param name="vms">The VMs as they were bound.</param>
    /// <param name="text">The programs.</param>
    /// <param name="own">Takes what is wrong with them.</param>
    public ImmutableArray<Vm> Rebind(ImmutableArray<Vm> vms, ProgramText text, DiagnosticBag own) =>
    [
        .. vms.Zip(_vms, (vm, written) => Rebind(vm, written.Syntax, text, own)),
    ];

    private Vm Rebind(Vm vm, VmSyntax written, ProgramText text, DiagnosticBag own)
    {
        var translations = TranslationsOf(written, vcpu => text.BodyOf(vcpu.Name));
        return vm with
        {
            Vcpus = [.. vm.Vcpus.Zip(written.Vcpus, (vcpu, syntax) => vcpu.Program is null ? vcpu : vcpu with { Program = BindProgram(text.BodyOf(syntax.Name), syntax, written, translations, own) })],
        };
    }

    private ImmutableArray<Stmt> BindProgram(ImmutableArray<StatementSyntax> body, VcpuSyntax syntax, VmSyntax vm, VmTranslations translations, DiagnosticBag bag)
    {
        var guest = new GuestScope(_vms.First(own => own.Syntax == vm).Number, _spaces[vm], TablesOf(vm, syntax).Asid, AsidsOf(vm, syntax, body), translations);
        var binder = new BodyBinder(vocabulary, bag, BodyKind.Guest) { Scenario = scope, Guest = guest };
        var program = binder.BindBody(body);
        CheckSize(program, syntax.Name.Span, bag);
        CacheabilityCheck.Run(program, bag);
        return program;
    }

    private ImmutableArray<Axis> BindAxes(ImmutableArray<SettingSyntax> settings, FieldScope fieldScope, string where)
    {
        var binder = new SettingBinder(vocabulary, diagnostics);
        var axes = new Dictionary<string, Axis>();
        foreach (var setting in settings)
        {
            if (binder.BindAxis(setting, fieldScope, where) is { } axis && !axes.TryAdd(axis.Name, axis))
            {
                diagnostics.ReportDuplicateName(axis.Span, "field", axis.Name, axes[axis.Name].Span);
            }
        }

        return [.. axes.Values];
    }
}
