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
    private readonly PageBinder _pages = new(scope, vocabulary, diagnostics);

    public void Declare(VmSyntax syntax)
    {
        var number = scope.Vms.Count;
        scope.AddAgent(diagnostics, scope.Vms, "VM", syntax.Name, number);
        foreach (var mmu in syntax.Mmus)
        {
            diagnostics.ReportMappingNotModelled(mmu, "several stage-2 contexts of a VM are");
        }

        var pages = syntax.Pages.Select(_pages.Bind).OfType<Page>().ToImmutableArray();
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
        var vms = ImmutableArray.CreateBuilder<Vm>();
        var vcpuNumber = 0;
        foreach (var (syntax, number, pages) in _vms)
        {
            var vcpus = ImmutableArray.CreateBuilder<Vcpu>();
            foreach (var vcpu in syntax.Vcpus)
            {
                vcpus.Add(BindVcpu(vcpu, vcpuNumber++, syntax, number, pages));
            }

            vms.Add(new Vm(number, syntax.Name.Text, BindAxes(syntax.Settings, FieldScope.Vm, "a VM"), pages, vcpus.ToImmutable(), syntax.Name.Span));
        }

        return vms.ToImmutable();
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

    private Vcpu BindVcpu(VcpuSyntax syntax, int number, VmSyntax vm, int vmNumber, ImmutableArray<Page> pages)
    {
        ImmutableArray<int> placement = syntax.Placement is { } written
            ? BindPlacement(written, scope, diagnostics)
            : [.. Enumerable.Range(0, scope.Pcpus.Count)];
        ImmutableArray<Stmt>? program = null;
        ImmutableArray<Operation> alphabet = [];
        var togglesMmu = false;
        var axes = BindAxes(syntax.Settings, FieldScope.Vcpu, "a vCPU");
        if (syntax.Program is { } body)
        {
            program = BindProgram(body, syntax, vm, pages, diagnostics);
            MmuOnCheck.Run(program.Value, axes, syntax.Name.Text, diagnostics);
        }
        else
        {
            (alphabet, togglesMmu) = BindAlphabet(syntax, isWithoutPages: vm.Pages.IsEmpty);
        }

        var vcpu = new Vcpu(
            number,
            syntax.Name.Text,
            vmNumber,
            placement,
            axes,
            BindMaps(syntax.Maps, pages),
            program,
            alphabet,
            togglesMmu,
            syntax.Name.Span);
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
        .. vms.Zip(_vms, (vm, written) => vm with
        {
            Vcpus = [.. vm.Vcpus.Zip(written.Syntax.Vcpus, (vcpu, syntax) => vcpu.Program is null ? vcpu : vcpu with { Program = BindProgram(text.BodyOf(syntax.Name), syntax, written.Syntax, written.Pages, own) })],
        }),
    ];

    private ImmutableArray<Stmt> BindProgram(ImmutableArray<StatementSyntax> body, VcpuSyntax syntax, VmSyntax vm, ImmutableArray<Page> pages, DiagnosticBag bag)
    {
        var pageOfLine = pages.SelectMany(page => page.Frame.Lines.Select(line => (line.Number, page))).ToDictionary(pair => pair.Number, pair => pair.page);
        var binder = new BodyBinder(vocabulary, bag, BodyKind.Guest) { Scenario = scope, Guest = new GuestScope(vm.Name.Text, pageOfLine, IsIncomplete: pages.Length < vm.Pages.Length) };
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

    private ImmutableArray<int> BindMaps(ImmutableArray<StageOneMapSyntax> maps, ImmutableArray<Page> pages)
    {
        var nonCacheable = new SortedSet<int>();
        var first = new Dictionary<int, SourceSpan>();
        foreach (var map in maps)
        {
            if (map.Asid is { } asid)
            {
                diagnostics.ReportMappingNotModelled(asid, "ASIDs are");
                continue;
            }

            if (pages.FirstOrDefault(page => page.Name == map.To.Text) is not { } target)
            {
                if (scope.BrokenPages.Contains(map.To.Text))
                {
                    continue;
                }

                if (scope.Lines.ContainsKey(map.To.Text))
                {
                    diagnostics.ReportMappingNotModelled(map.Span, "a mapping of a single line to another is");
                    continue;
                }

                if (scope.Pages.ContainsKey(map.To.Text))
                {
                    diagnostics.ReportMappingNotModelled(map.To.Span, "a mapping to another VM's page is");
                }
                else
                {
                    diagnostics.ReportUnknownName(map.To.Span, "page of the VM", map.To.Text, pages.Select(page => page.Name));
                }

                continue;
            }

            var lines = scope.FindLines(diagnostics, map.From);
            if (lines.Any(line => target.Frame.Lines.All(own => own.Number != line)))
            {
                diagnostics.ReportMappingNotModelled(map.Span, "a mapping that leads elsewhere than to its own page is");
                continue;
            }

            if (map.Type is { Text: not ("wb" or "nc") } type)
            {
                diagnostics.ReportUnknownChoice(type.Span, "a stage-1 memory type", type.Text, ["wb", "nc"]);
                continue;
            }

            foreach (var line in lines)
            {
                if (!first.TryAdd(line, map.Span))
                {
                    diagnostics.ReportDuplicateName(map.Span, "mapping of", map.From.Text, first[line]);
                }
                else if (map.Type?.Text == "nc")
                {
                    nonCacheable.Add(line);
                }
            }
        }

        return [.. nonCacheable];
    }

    private (ImmutableArray<Operation> Alphabet, bool TogglesMmu) BindAlphabet(VcpuSyntax syntax, bool isWithoutPages)
    {
        const string Mmu = "mmu";
        if (isWithoutPages)
        {
            diagnostics.ReportIncompleteScenario(syntax.GuestSpan, "an `any` guest needs a page to work on: add `page … = FRAME RWX wb` to its VM");
        }

        var words = new HashSet<string>();
        foreach (var word in syntax.Alphabet)
        {
            if (word.Text == "remap")
            {
                diagnostics.ReportOperationNotModelled(word.Span, word.Text, "stage-1 translation");
            }
            else if (word.Text != Mmu && !OperationTable.Letters.Contains(word.Text))
            {
                diagnostics.ReportUnknownChoice(word.Span, "a word of an alphabet", word.Text, [.. OperationTable.Letters, Mmu, "remap"]);
            }
            else if (!words.Add(word.Text))
            {
                diagnostics.ReportDuplicateName(word.Span, "word", word.Text, syntax.Alphabet.First(other => other.Text == word.Text).Span);
            }
        }

        ImmutableArray<Operation> alphabet = [.. OperationTable.All.Where(operation => operation.Letters.Split(' ').Any(words.Contains))];
        if (alphabet.Any(operation => operation.Kind == OperationKind.Execute)
            && alphabet.All(operation => operation.Kind != OperationKind.InstructionSynchronizationBarrier)
            && !scope.IsSynchronisedByOthers)
        {
            diagnostics.ReportFetchWithoutIsb(syntax.GuestSpan);
        }

        return (alphabet, words.Contains(Mmu));
    }
}
