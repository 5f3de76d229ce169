using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Host;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Guests;

/// <summary>The instructions of the guests: programs, and the most general guest over an alphabet.</summary>
internal sealed class GuestRules(Shape shape, Sorts sorts, Declarations declarations, PartList parts, Translator translator, StatementEffects effects, RuleSet rules, LifeCycle life, Func<Expr, Expr, Expr> inGuest)
{
    private readonly Dictionary<int, ProgramFlow> _programs = [];
    private readonly RegimePart _regime = parts.Regime;
    private readonly AddressSpace? _space = (parts as AddressParts)?.Space;

    /// <summary>The program counters.</summary>
    public IEnumerable<ProgramCounter> Counters => _programs.Values.Select(program => program.Place);

    /// <summary>Lays the programs out and declares their counters.</summary>
    public IEnumerable<Statement> Declare()
    {
        foreach (var vcpu in shape.Scenario.Vcpus.Where(vcpu => vcpu.Program is not null))
        {
            var program = new ProgramFlow(NameOf(vcpu), vcpu.Program!.Value, StatementNames.PastOf(shape.Scenario).Where(at => at.Vcpu == vcpu.Number).Select(at => at.Label!), declarations, translator, new Watch.Program(vcpu.Number), vcpu.Span);
            _programs.Add(vcpu.Number, program);
            foreach (var statement in program.Starts())
            {
                yield return statement;
            }
        }
    }

    /// <summary>The programs as agents.</summary>
    public IEnumerable<Agent> Agents(AgentFinder finder) => _programs.SelectMany(program =>
        finder.Find(shape.Scenario.Vcpus[program.Key].Name, shape.Scenario.Vcpus[program.Key].Span, new Watch.Program(program.Key), program.Value.Flow, ""));

    /// <summary>Where the programs begin.</summary>
    public IEnumerable<FlowTarget> Entries => _programs.Values.Select(program => program.Entry);

    /// <summary>True where a vCPU's program has ended, stands before a labelled statement, or has done it.</summary>
    public Expr At(AtExpr at) => _programs[at.Vcpu!.Value].At(at);

    /// <summary>True where every program has ended, or its vCPU is not there.</summary>
    public Expr AllEnded() => Ex.And([.. _programs.Select(program => life.IsThere(Ex.Const(program.Key)) is { } isThere ? Ex.Or(program.Value.HasEnded(), Ex.Not(isThere)) : program.Value.HasEnded())]);

    /// <summary>Puts a vCPU's program back to its beginning.</summary>
    public IEnumerable<Statement> Restarts(int vcpu) => _programs.TryGetValue(vcpu, out var program) ? program.Restarts() : [];

    /// <summary>Where somebody may fetch.</summary>
    public IEnumerable<(Expr Vcpu, Expr Line, Expr Stands)> Fetches() => Before(OperationKind.Execute);

    /// <summary>Where somebody may store.</summary>
    public IEnumerable<(Expr Vcpu, Expr Line, Expr Stands)> Stores() => Before(OperationKind.Store);

    /// <summary>Where an access by address is the next step of a vCPU: its virtual page by its place in the VM.</summary>
    public IEnumerable<(int Vcpu, int Va, OperationKind Kind, Expr Stands)> Accesses()
    {
        foreach (var vcpu in shape.Scenario.Vcpus)
        {
            if (_programs.TryGetValue(vcpu.Number, out var program))
            {
                foreach (var step in program.Flow.Steps.Where(step => step.Location >= 0))
                {
                    if (step.Action is FlowAction.Do { Statement: OperationStmt { Operation: var operation, VirtualPage: { } page } } && operation.TakesLine)
                    {
                        yield return (vcpu.Number, _space!.IndexOf(page), operation.Kind, program.StandsAt(step));
                    }
                }
            }
            else
            {
                foreach (var operation in vcpu.Alphabet.Where(operation => operation.TakesLine))
                {
                    foreach (var page in _space!.AlphabetOf(vcpu))
                    {
                        yield return (vcpu.Number, _space.IndexOf(page), operation.Kind, Ex.True);
                    }
                }
            }
        }
    }

    /// <summary>Where an operation of a kind is the next step of a vCPU that executes, by the line.</summary>
    private IEnumerable<(Expr Vcpu, Expr Line, Expr Stands)> Before(OperationKind kind)
    {
        foreach (var vcpu in shape.Scenario.Vcpus)
        {
            var number = Ex.Const(vcpu.Number);
            var runs = shape.IsBareMetal ? inGuest(number, number) : Ex.Any("p", sorts.Pcpu, inGuest(Ex.Local("p"), number));
            if (_programs.TryGetValue(vcpu.Number, out var program))
            {
                foreach (var step in program.Flow.Steps.Where(step => step.Location >= 0))
                {
                    if (step.Action is FlowAction.Do { Statement: OperationStmt { Operation.Kind: var own, Line: { } line } } && own == kind)
                    {
                        yield return (number, Ex.Const(line), Ex.And(runs, program.StandsAt(step)));
                    }
                }
            }
            else
            {
                foreach (var line in vcpu.Alphabet.Where(operation => operation.Kind == kind).SelectMany(operation => Lines(vcpu, operation)))
                {
                    yield return (number, Ex.Const(line!.Value), runs);
                }
            }
        }
    }

    public void AddRules()
    {
        foreach (var vcpu in shape.Scenario.Vcpus)
        {
            if (vcpu.Program is not null)
            {
                AddProgram(vcpu);
            }
            else
            {
                AddAlphabet(vcpu);
            }
        }
    }

    private static string NameOf(Vcpu vcpu) => Shape.AgentName("vcpu", vcpu.Name);

    private static StepInfo About(Vcpu vcpu, string text, Operation? operation, int? line, Place place) => new(StepKind.Guest, text, StepInfo.Instruction(operation))
    {
        Speaker = vcpu.Name,
        Operation = operation,
        Pe = place.Pe,
        Vcpu = vcpu.Number,
        Line = line,
        Span = vcpu.Span,
    };

    /// <summary>Where a vCPU executes: on bare metal on the PE of its number, else on any pCPU on which it runs.</summary>
    private Place PlaceOf(int vcpu)
    {
        if (shape.IsBareMetal)
        {
            return new([], Ex.Const(vcpu), life.MayExecute(Ex.Const(vcpu)), vcpu);
        }

        var p = new Parameter("p", sorts.Pcpu);
        return new([p], Ex.Param(p), inGuest(Ex.Param(p), Ex.Const(vcpu)), p);
    }

    private void AddProgram(Vcpu vcpu)
    {
        var program = _programs[vcpu.Number];
        var place = PlaceOf(vcpu.Number);
        var (parameters, p, runs, _) = place;
        var actor = new Actor(Ex.Const(vcpu.Number), p, p);
        FlowRules.Add(rules, program.Flow, translator, new FlowRules.Agent(
            $"{NameOf(vcpu)}.",
            parameters,
            step => Ex.And(runs, program.StandsAt(step)),
            location => [Ex.Assign(program.Counter, location)],
            (statement, scope) => statement is OperationStmt { Operation: var operation, Line: var line }
                ? [.. effects.Of(statement, actor, scope).Select(choice => choice with { Body = [.. translator.Monitor.Noting(choice.Body, [.. Watches(vcpu, operation, line), .. Passes(vcpu, choice, statement.Text, statement.Span)])] })]
                : effects.Of(statement, actor, scope),
            (step, text, operation, line) => About(vcpu, text, operation, line, place) with { Span = step.Span }));
    }

    private void AddAlphabet(Vcpu vcpu)
    {
        var place = PlaceOf(vcpu.Number);
        var (parameters, p, runs, _) = place;
        var number = Ex.Const(vcpu.Number);
        var actor = new Actor(number, p, p);
        if (_space is not null)
        {
            AddAlphabetByAddress(vcpu, place, actor);
        }

        foreach (var operation in _space is null ? vcpu.Alphabet : [])
        {
            var lines = operation.TakesLine ? [.. Lines(vcpu, operation)] : new int?[] { null };
            foreach (var line in lines)
            {
                foreach (var choice in effects.OfAlphabet(operation, actor, Ex.Const(line ?? 0)))
                {
                    var text = line is { } x ? $"{operation.Name} {shape.LineNames[x]}" : operation.Name;
                    rules.Add(
                        $"{NameOf(vcpu)}.any.{text}{choice.Suffix}",
                        About(vcpu, text, operation, line, place) with { Version = choice.Version },
                        [.. parameters, .. choice.Parameters],
                        Ex.And(runs, choice.Guard),
                        translator.Monitor.Noting(choice.Body, Watches(vcpu, operation, line)));
                }
            }
        }

        if (vcpu.TogglesMmu)
        {
            var m = new Parameter("m", sorts.Mode);
            rules.Add(
                $"{NameOf(vcpu)}.any.mmu",
                About(vcpu, "msr SCTLR_EL1", null, null, place) with { Sentence = words => $"msr SCTLR_EL1 ({words.ModeOf(m)})", Raises = effects.TrapsWrites ? HookEvent.SysregWrite : null },
                [.. parameters, m],
                Ex.And(runs, Ex.Ne(Ex.Read(_regime.Written!, number), Ex.Param(m)), Ex.Lt(Ex.Param(m), Ex.Const(2))),
                effects.WriteMode(number, p, Ex.False, Ex.Param(m), Ex.Read(_regime.Written!, number), Ex.Param(m)));
        }
    }

    /// <summary>The same where accesses go by address: through every virtual page that the guest has, and of its tables.</summary>
    private void AddAlphabetByAddress(Vcpu vcpu, Place place, Actor actor)
    {
        void Add(string text, Operation? operation, Choice choice) => rules.Add(
            $"{NameOf(vcpu)}.any.{text}{choice.Suffix}",
            About(vcpu, text, operation, null, place).Going(choice),
            [.. place.Parameters, .. choice.Parameters],
            Ex.And(place.Runs, choice.Guard),
            operation is null ? choice.Body : translator.Monitor.Noting(choice.Body, [.. Watches(vcpu, operation, null), .. Passes(vcpu, choice, text, vcpu.Span)]));
        var pages = _space!.AlphabetOf(vcpu).ToList();
        foreach (var operation in vcpu.Alphabet)
        {
            var takesPage = operation.TakesLine || (operation.Kind == OperationKind.InvalidateTranslations && TlbiForms.Of(operation) is TlbiForm.Va or TlbiForm.VaAllAsids);
            foreach (var page in takesPage ? pages.Select(own => (int?)own) : [null])
            {
                foreach (var choice in effects.OfAlphabet(operation, actor, page))
                {
                    Add(page is { } named ? $"{operation.Name} {shape.Scenario.VirtualPages[named].Name}" : operation.Name, operation, choice);
                }
            }
        }

        for (var mmu = 0; vcpu.SwitchesMmu && mmu < _space.Mmus.Length; mmu++)
        {
            if (_space.Mmus[mmu].Vm == vcpu.Vm)
            {
                Add($"under {_space.Mmus[mmu].Name}", null, effects.Switch(mmu, actor));
            }
        }

        foreach (var page in vcpu.Remaps ? pages : [])
        {
            var name = shape.Scenario.VirtualPages[page].Name;
            foreach (var leaf in _space.AnyLeaf(vcpu))
            {
                Add($"map {name} -> {shape.Scenario.Vms[vcpu.Vm].Pages[leaf.Ipa].Name}", null, effects.Remap(vcpu, _space.IndexOf(page), leaf, actor));
            }

            Add($"unmap {name}", null, effects.Remap(vcpu, _space.IndexOf(page), null, actor));
        }
    }

    /// <summary>What happens when a vCPU executes an operation, for a model that watches for it.</summary>
    private IEnumerable<Watch> Watches(Vcpu vcpu, Operation operation, int? line)
    {
        yield return new Watch.Runs(vcpu.Number);
        if (operation.Kind == OperationKind.Execute && line is { } known && shape.PageOfLine[known] is { } page)
        {
            yield return new Watch.Fetches(page.Name);
        }
    }

    /// <summary>That an access is let through, for a model that watches for it.</summary>
    private static IEnumerable<Watch> Passes(Vcpu vcpu, Choice choice, string text, SourceSpan span) => choice.Stays ? [] : [new Watch.Passes(vcpu.Number, text, span)];

    private IEnumerable<int?> Lines(Vcpu vcpu, Operation operation) => shape.Lines
        .Where(line => shape.VmOfLine[line.Number] == vcpu.Vm && vcpu.MayNameLine(line.Number))
        .Where(line => operation.Kind != OperationKind.Store || shape.PageOfLine[line.Number]!.Writable)
        .Select(line => (int?)line.Number);

    private sealed record Place(ImmutableArray<Parameter> Parameters, Expr Pcpu, Expr Runs, Operand Pe);
}
