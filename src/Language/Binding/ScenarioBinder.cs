using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds a scenario: names first, then bodies, then what is expected.</summary>
internal sealed class ScenarioBinder(ScenarioSyntax syntax, Declarations declarations, VocabularyIndex vocabulary, PolicyCatalog policies, DiagnosticBag diagnostics)
{
    private readonly ScenarioScope _scope = new();

    /// <summary>The policies that rows name, without their edits: these change no parameters.</summary>
    private List<Policy?>? _policies;

    public Scenario? Bind()
    {
        if (BindMachine() is not { } machine)
        {
            return null;
        }

        var frames = BindFrames();
        var vms = new VmBinder(_scope, vocabulary, diagnostics);
        foreach (var vm in syntax.Vms)
        {
            vms.Declare(vm);
        }

        foreach (var task in syntax.Tasks)
        {
            _scope.AddAgent(diagnostics, _scope.Tasks, "task", task.Name, _scope.Tasks.Count);
            _scope.LabelsOfAgent.TryAdd(task.Name.Text, [.. StatementTree.PlacesOf(task.Body).Select(label => label.Text)]);
        }

        if (!HasFittingCounts())
        {
            return null;
        }

        CheckProgramLabels();
        _scope.IsSynchronisedByOthers = Bodies().SelectMany(agent => declarations.WithCalled(agent.Body))
            .Any(statement => statement is KickSyntax or PublishSyntax { Form: not null });
        _scope.ChangedPages.UnionWith(ChangedBy(syntax.Tasks.Select(task => task.Body)));
        _scope.MayChangeStageTwo = declarations.MayChangeStageTwo || syntax.Tasks.Any(task => StatementTree.ChangesStageTwo(task.Body));
        var boundVms = vms.Bind();
        var tasks = BindTasks();
        CheckAxes(machine, boundVms);
        var edits = new ProgramEdits(ProgramText.Of(syntax), policies, (text, own) => Rebind(text, own, vms, boundVms, tasks), diagnostics);
        var expectations = new ExpectationBinder(syntax, _scope, vocabulary, policies, edits, new EditedPrograms(boundVms, tasks), diagnostics);
        var rows = expectations.Bind();
        foreach (var block in rows)
        {
            if (PropertyTable.Find(block.Property)?.Needs is var (reading, value) && !machine.Axes.Any(axis => axis.Name == reading && axis.Values.Contains(value, StringComparer.Ordinal)))
            {
                diagnostics.ReportNobodyJudges(block.Span, block.Property, reading, value);
            }
        }

        return new Scenario(
            syntax.Title.Text,
            Remarks.Above(syntax.Keyword),
            syntax.Title.Span,
            machine,
            frames,
            boundVms,
            tasks,
            expectations.BindProperties(rows),
            BindBounds(),
            rows)
        {
            VirtualPages = [.. _scope.VirtualPages],
        };
    }

    /// <summary>The pages that tasks, and what they call, map, permit, clear or back: all where one of them is not named.</summary>
    private IEnumerable<string> ChangedBy(IEnumerable<ImmutableArray<StatementSyntax>> bodies)
    {
        var changed = bodies.SelectMany(declarations.WithCalled).Select(statement => statement switch
        {
            Stage2Syntax s => s.Page,
            AssignSyntax { Place: MemberSyntax { Member.Text: BodyBinder.Backing, Target: var page } } => page,
            _ => null,
        }).OfType<ExpressionSyntax>().ToList();
        return changed.TrueForAll(page => page is NameExpressionSyntax { Name.Text: var name } && _scope.Pages.ContainsKey(name))
            ? changed.Select(page => ((NameExpressionSyntax)page).Name.Text)
            : _scope.Pages.Keys;
    }

    private Machine? BindMachine()
    {
        if (syntax.Machines.IsEmpty)
        {
            diagnostics.ReportIncompleteScenario(syntax.Title.Span, "the scenario has no machine: add `machine { pcpu P0 }`");
            return null;
        }

        if (syntax.Machines is [var first, var second, ..])
        {
            diagnostics.ReportDuplicateName(second.Span, "block", "machine", first.Span);
        }

        return new MachineBinder(declarations, vocabulary, diagnostics).Bind(syntax.Machines[0], _scope);
    }

    private ImmutableArray<Frame> BindFrames()
    {
        var frames = ImmutableArray.CreateBuilder<Frame>();
        var first = new Dictionary<string, NameSyntax>();
        var number = 0;
        foreach (var frame in syntax.Frames)
        {
            if (!first.TryAdd(frame.Name.Text, frame.Name))
            {
                diagnostics.ReportDuplicateName(frame.Name.Span, "frame", frame.Name.Text, first[frame.Name.Text].Span);
                continue;
            }

            var lines = ImmutableArray.CreateBuilder<Line>();
            var names = new Dictionary<string, NameSyntax>();
            foreach (var line in frame.Lines)
            {
                if (!names.TryAdd(line.Name.Text, line.Name))
                {
                    diagnostics.ReportDuplicateName(line.Name.Span, "line", line.Name.Text, names[line.Name.Text].Span);
                    continue;
                }

                if (number == LanguageLimits.Lines)
                {
                    diagnostics.ReportLimitExceeded(line.Name.Span, LanguageLimits.Lines, "lines in a scenario");
                }

                _scope.AddValue(diagnostics, line.Initial);
                if (line.Before is { } before)
                {
                    _scope.AddValue(diagnostics, before);
                }

                var bound = new Line(number++, line.Name.Text, line.Initial.Text, line.Name.Span) { Before = line.Before?.Text };
                lines.Add(bound);
                if (!_scope.Lines.TryGetValue(bound.Name, out var named))
                {
                    _scope.Lines.Add(bound.Name, named = []);
                }

                named.Add(new PlacedLine(frame.Name.Text, bound));
            }

            if (lines.Count == 0)
            {
                diagnostics.ReportIncompleteScenario(frame.Name.Span, $"frame `{frame.Name.Text}` has no line: add `x = old`");
            }

            var result = new Frame(frame.Name.Text, lines.ToImmutable(), frame.Name.Span);
            _scope.FrameNumbers.Add(result.Name, frames.Count);
            _scope.Frames.Add(result.Name, result);
            frames.Add(result);
        }

        return frames.ToImmutable();
    }

    private bool HasFittingCounts()
    {
        var errors = diagnostics.ErrorCount;
        if (_scope.Frames.Count == 0)
        {
            diagnostics.ReportIncompleteScenario(syntax.Title.Span, "the scenario has no frame: add `frame code { x = old }`");
        }

        if (_scope.Vcpus.Count == 0)
        {
            diagnostics.ReportIncompleteScenario(syntax.Title.Span, "the scenario has no vCPU: add `vm guest { … vcpu A { … } any { … } }`");
        }

        // Each at the first one that is too many: that is where to begin cutting.
        CheckCount(syntax.Vms.SelectMany(vm => vm.Vcpus).Select(vcpu => vcpu.Name.Span), LanguageLimits.Vcpus, "vCPUs in a scenario");
        CheckCount(syntax.Vms.SelectMany(vm => vm.Pages).Select(page => page.Name.Span), LanguageLimits.Pages, "pages in a scenario");
        CheckCount(syntax.Vms.SelectMany(vm => vm.Mmus.DefaultIfEmpty(vm.Name)).Select(mmu => mmu.Span), LanguageLimits.Mmus, "stage-2 contexts in a scenario");
        CheckCount(syntax.Tasks.Select(task => task.Name.Span), LanguageLimits.Tasks, "tasks in a scenario");
        CheckCount(syntax.Properties.Select(property => property.Name.Span), LanguageLimits.Properties, "properties and covers in a scenario");
        CheckCount(syntax.Expectations.Select(expectation => expectation.Property.Span), LanguageLimits.Properties, "expect blocks in a scenario");
        CheckCount(syntax.Expectations.SelectMany(expectation => expectation.Rows).Select(row => row.Policy.Span), LanguageLimits.Rows, "rows in a scenario");
        return diagnostics.ErrorCount == errors;
    }

    private void CheckCount(IEnumerable<SourceSpan> places, int most, string what)
    {
        foreach (var place in places.Skip(most).Take(1))
        {
            diagnostics.ReportLimitExceeded(place, most, what);
        }
    }

    /// <summary>Labels of programs and tasks are unique in a scenario: rows switch them off by name.</summary>
    private void CheckProgramLabels()
    {
        var first = new Dictionary<string, NameSyntax>();
        foreach (var (label, _) in ProgramText.Of(syntax).AllLabels)
        {
            if (!first.TryAdd(label.Text, label))
            {
                diagnostics.ReportDuplicateName(label.Span, "label", label.Text, first[label.Text].Span);
            }
        }
    }

    private IEnumerable<(string Owner, ImmutableArray<StatementSyntax> Body)> Bodies() =>
        syntax.Vms.SelectMany(vm => vm.Vcpus).Select(vcpu => (Owner: $"vCPU {vcpu.Name.Text}", Body: vcpu.Program ?? []))
            .Concat(syntax.Tasks.Select(task => (Owner: $"task {task.Name.Text}", task.Body)));

    private ImmutableArray<HostTask> BindTasks()
    {
        var tasks = ImmutableArray.CreateBuilder<HostTask>();
        foreach (var task in syntax.Tasks)
        {
            var numbers = task.Placement is { } placement ? VmBinder.BindPlacement(placement, _scope, diagnostics) : [];
            tasks.Add(new HostTask(tasks.Count, task.Name.Text, numbers is [var only] ? only : null, BindTask(task.Body, task.Name, diagnostics), task.Name.Span)
            {
                MovesOver = numbers.Length > 1 ? numbers : [],
            });
        }

        return tasks.ToImmutable();
    }

    /// <summary>Binds other programs and tasks; what they say of each other's labels is then of these.</summary>
    private EditedPrograms Rebind(ProgramText text, DiagnosticBag own, VmBinder binder, ImmutableArray<Vm> vms, ImmutableArray<HostTask> tasks)
    {
        var written = _scope.LabelsOfAgent.ToList();
        var changed = _scope.ChangedPages;
        _scope.ChangedPages = [.. changed, .. ChangedBy(text.Bodies.Where(body => _scope.Tasks.ContainsKey(body.Name.Text)).Select(body => body.Body))];
        foreach (var body in text.Bodies)
        {
            _scope.LabelsOfAgent[body.Name.Text] = [.. StatementTree.PlacesOf(body.Body).Select(label => label.Text)];
        }

        var edited = new EditedPrograms(binder.Rebind(vms, text, own), Rebind(tasks, text, own));
        written.ForEach(pair => _scope.LabelsOfAgent[pair.Key] = pair.Value);
        _scope.ChangedPages = changed;
        return edited;
    }

    private ImmutableArray<HostTask> Rebind(ImmutableArray<HostTask> tasks, ProgramText text, DiagnosticBag own) =>
        [.. tasks.Zip(syntax.Tasks, (task, written) => task with { Body = BindTask(text.BodyOf(written.Name), written.Name, own) })];

    private ImmutableArray<Stmt> BindTask(ImmutableArray<StatementSyntax> text, NameSyntax name, DiagnosticBag bag)
    {
        var body = new BodyBinder(vocabulary, bag, BodyKind.Task) { Scenario = _scope, HostMaps = _scope.MayChangeStageTwo, Procedures = FindProcedure }.BindBody(text);
        VmBinder.CheckSize(body, name.Span, bag);
        return body;
    }

    /// <summary>A procedure of that name of a policy of the rows; all of them must have the same parameters.</summary>
    private Procedure? FindProcedure(NameSyntax name, DiagnosticBag bag)
    {
        _policies ??= [.. syntax.Expectations.SelectMany(expectation => expectation.Rows).Select(row => row.Policy.Base).DistinctBy(policy => policy.Text).Select(policies.Bind)];
        var known = _policies.OfType<Policy>().ToList();
        var found = known.SelectMany(policy => policy.Procedures.Where(procedure => procedure.Name == name.Text).Select(procedure => (Policy: policy, Procedure: procedure))).ToList();
        if (found.Count == 0)
        {
            // What an unknown policy has nobody knows.
            if (known.Count == _policies.Count)
            {
                var names = known.SelectMany(policy => policy.Procedures).Select(procedure => procedure.Name).Distinct(StringComparer.Ordinal).ToList();
                bag.ReportUnknownProcedure(name.Span, name.Text, [.. known.Select(policy => policy.Name).Distinct(StringComparer.Ordinal)], names);
            }

            return null;
        }

        var (first, procedure) = found[0];
        if (found.Find(other => !other.Procedure.Parameters.Select(parameter => parameter.Type).SequenceEqual(procedure.Parameters.Select(parameter => parameter.Type))) is { Procedure: not null } second)
        {
            bag.ReportProceduresDiffer(name.Span, procedure, first.Name, second.Procedure, second.Policy.Name);
            return null;
        }

        return procedure;
    }

    private void CheckAxes(Machine machine, ImmutableArray<Vm> vms)
    {
        var axes = machine.Axes.Concat(machine.PcpuAxes.SelectMany(own => own)).Concat(vms.SelectMany(vm => vm.Axes.Concat(vm.Pages.SelectMany(page => page.Axes)).Concat(vm.Vcpus.SelectMany(vcpu => vcpu.Axes))));

        // As they are read: those of profiles in other files before all that the scenario sets itself.
        var text = syntax.Title.Span.Text;
        CheckCount(axes.Select(axis => axis.Span).OrderBy(span => span.Text == text ? span.Start : -1), LanguageLimits.Axes, "fields and readings set in a scenario");
    }

    private ImmutableArray<EventBound> BindBounds()
    {
        var bounds = ImmutableArray.CreateBuilder<EventBound>();
        foreach (var bound in syntax.Bounds)
        {
            if (PolicyBinder.FindEvent(bound.Event, diagnostics) is not { } found)
            {
                continue;
            }

            if (bound.Most > LanguageLimits.EventBound)
            {
                diagnostics.ReportOutOfRange(bound.MostSpan, bound.Most, 0, LanguageLimits.EventBound);
                continue;
            }

            if (bounds.FirstOrDefault(other => other.Event == found) is { } first)
            {
                diagnostics.ReportDuplicateName(bound.Event.Span, "bound of", bound.Event.Text, first.Span);
                continue;
            }

            bounds.Add(new EventBound(found, (int)bound.Most, bound.Event.Span));
        }

        return bounds.ToImmutable();
    }
}
