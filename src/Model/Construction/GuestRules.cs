using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Flows;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>The instructions of the guests: programs, and the most general guest over an alphabet.</summary>
internal sealed class GuestRules(Variables v, Shape shape, Translator translator, StatementEffects effects, RuleSet rules, Func<Expr, Expr, Expr> inGuest)
{
    private readonly Dictionary<int, ProgramFlow> _programs = [];

    /// <summary>The program counters.</summary>
    public IEnumerable<Variable> Counters => _programs.Values.Select(program => program.Counter);

    /// <summary>Lays the programs out and declares their counters.</summary>
    public IEnumerable<Statement> Declare()
    {
        foreach (var vcpu in shape.Scenario.Vcpus.Where(vcpu => vcpu.Program is not null))
        {
            var program = new ProgramFlow(NameOf(vcpu), vcpu.Program!.Value, v, translator, new Watch.Program(vcpu.Number), vcpu.Span);
            _programs.Add(vcpu.Number, program);
            yield return program.Starts();
        }
    }

    /// <summary>The programs as agents.</summary>
    public IEnumerable<Agent> Agents(AgentFinder finder) => _programs.SelectMany(program =>
        finder.Find(shape.Scenario.Vcpus[program.Key].Name, shape.Scenario.Vcpus[program.Key].Span, new Watch.Program(program.Key), program.Value.Flow, ""));

    /// <summary>True where a vCPU's program has ended, or stands before a labelled statement.</summary>
    public Expr At(int vcpu, string? label) => _programs[vcpu].At(label);

    /// <summary>True where every program has ended.</summary>
    public Expr AllEnded() => Ex.And([.. _programs.Values.Select(program => program.HasEnded())]);

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

    private (ImmutableArray<Parameter> Parameters, Expr Pcpu, Expr Runs) Place(int vcpu)
    {
        if (shape.IsBareMetal)
        {
            return ([], Ex.Const(vcpu), Ex.True);
        }

        var p = new Parameter("p", v.Pcpu);
        return ([p], Ex.Param(p), inGuest(Ex.Param(p), Ex.Const(vcpu)));
    }

    private void AddProgram(Vcpu vcpu)
    {
        var program = _programs[vcpu.Number];
        var (parameters, p, runs) = Place(vcpu.Number);
        var actor = new Actor(Ex.Const(vcpu.Number), p, p);
        Flow.AddRules(rules, program.Flow, translator, new Flow.Agent(
            $"{NameOf(vcpu)}.",
            parameters,
            step => Ex.And(runs, program.StandsAt(step)),
            location => [Ex.Assign(program.Counter, location)],
            (statement, scope) => effects.Of(statement, actor, scope),
            (step, text, operation, line) => new RuleInfo(StepKind.Guest, text, operation, vcpu.Number, Line: line, Span: step.Span)));
    }

    private void AddAlphabet(Vcpu vcpu)
    {
        var (parameters, p, runs) = Place(vcpu.Number);
        var number = Ex.Const(vcpu.Number);
        var actor = new Actor(number, p, p);
        foreach (var operation in vcpu.Alphabet)
        {
            var takesLine = operation.Operands is OperandShape.Line or OperandShape.Address or OperandShape.ValueAndAddress;
            var lines = takesLine ? [.. Lines(vcpu, operation)] : new int?[] { null };
            foreach (var line in lines)
            {
                foreach (var choice in effects.OfAlphabet(operation, actor, Ex.Const(line ?? 0)))
                {
                    var text = line is { } x ? $"{operation.Name} {shape.LineNames[x]}" : operation.Name;
                    rules.Add(
                        $"{NameOf(vcpu)}.any.{text}{choice.Suffix}",
                        new RuleInfo(StepKind.Guest, text, operation, vcpu.Number, Line: line, Span: vcpu.Span),
                        [.. parameters, .. choice.Parameters],
                        Ex.And(runs, choice.Guard),
                        choice.Body);
                }
            }
        }

        if (vcpu.TogglesMmu)
        {
            var m = new Parameter("m", v.Mode);
            rules.Add(
                $"{NameOf(vcpu)}.any.mmu",
                new RuleInfo(StepKind.Guest, "msr SCTLR_EL1", null, vcpu.Number, Span: vcpu.Span),
                [.. parameters, m],
                Ex.And(runs, Ex.Ne(Ex.Read(v.Written!, number), Ex.Param(m)), Ex.Lt(Ex.Param(m), Ex.Const(2))),
                effects.Maintenance.WriteMode(number, Ex.Param(m)));
        }
    }

    private IEnumerable<int?> Lines(Vcpu vcpu, Operation operation) => shape.Lines
        .Where(line => shape.VmOfLine[line.Number] == vcpu.Vm)
        .Where(line => operation.Kind != OperationKind.Store || shape.PageOfLine[line.Number]!.Writable)
        .Select(line => (int?)line.Number);
}
