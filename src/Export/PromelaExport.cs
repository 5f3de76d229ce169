using System.Collections.Immutable;
using System.Text;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export;

/// <summary>Promela: one process, one loop, one <c>d_step</c> for each rule instance, so that each is one transition of SPIN.</summary>
/// <remarks>
/// Lets are variables that are 0 again when the step ends: SPIN's breadth-first search refuses hidden ones. What is written but
/// never read would be hidden by SPIN, which would take states together: options that are never enabled read it. One initial state stands in the declarations; several are chosen
/// among by a first step, which adds a state (before the choice) and as many transitions as there are initial states. SPIN also
/// counts the state that it begins in as a transition. The property is an option of the loop that is enabled where it is violated.
/// </remarks>
internal sealed class PromelaExport(FlatSystem system) : ExprWriter
{
    private readonly StringBuilder _text = new();
    private readonly HashSet<Variable> _read = [];

    protected override string True => "true";

    protected override string False => "false";

    public string Write(ImmutableArray<string> about)
    {
        var initial = system.InitialStates;
        _text.Line("/*");
        foreach (var line in about)
        {
            _text.Line("   " + ExportText.Plain(line));
        }

        _text.Line()
            .Line("   spin -a FILE && gcc -O2 -DNOREDUCE -DBFS -DSAFETY -DVECTORSZ=4096 -o pan pan.c && ./pan -E -n")
            .Line("   One rule instance is one transition, self-loops included; a state is a state.")
            .Line(initial.Length == 1
                ? "   'states, stored' are the states; 'transitions' are one more, for SPIN counts the beginning."
                : FormattableString.Invariant($"   There are {initial.Length} initial states: 'states, stored' are one more than the states, 'transitions' {initial.Length + 1} more."))
            .Line(system.Property is { } name ? $"   Violated where an assertion is: {ExportText.Plain(name)}, or the model itself." : "   No property: only what the model excludes is asserted.")
            .Line("*/").Line();
        for (var i = 0; i < system.Variables.Length; i++)
        {
            var variable = system.Variables[i];
            _text.Line($"{TypeOf(variable.Domain)} {variable.Name}{(initial.Length == 1 ? FormattableString.Invariant($" = {initial[0][i]}") : "")}; /* {ExportText.Plain(system.Origins[i])} */");
        }

        for (var i = 0; i < system.Rules.Select(rule => rule.Lets.Length).DefaultIfEmpty().Max(); i++)
        {
            _text.Line(FormattableString.Invariant($"int t{i}; /* 0 between steps */"));
        }

        _text.Line().Line("active proctype system() {");
        if (initial.Length > 1)
        {
            _text.Line(1, "if");
            foreach (var state in initial)
            {
                var values = state.Select((value, i) => FormattableString.Invariant($"{system.Variables[i].Name} = {value}"));
                _text.Line(1, $":: d_step {{ {string.Join("; ", values)} }}");
            }

            _text.Line(1, "fi;");
        }

        _text.Line(1, "do");
        foreach (var rule in system.Rules)
        {
            _text.Line(1, $"/* {ExportText.Describe(rule)} */");
            _text.Line(1, $":: d_step {{ {Truth(rule.Guard)} ->");
            Block([.. rule.Body, .. rule.Lets.Select(let => new Statement.Let(let.Name, Ex.False))], 3);
            _text.Line(2, "}");
        }

        if (system.Property is { } property)
        {
            _text.Line(1, $"/* {ExportText.Plain(property)} */").Line(1, $":: d_step {{ {Truth(Ex.Not(system.Condition))} -> assert(false) }}");
        }

        _text.Line(1, "/* Never enabled: what is never read, SPIN would not store. */").Line(1, ":: d_step { false -> skip }");
        foreach (var variable in system.Variables.Where(variable => !_read.Contains(variable)))
        {
            _text.Line(1, FormattableString.Invariant($":: d_step {{ ({variable.Name} > {variable.Domain.Max}) -> skip }}"));
        }

        return _text.Line(1, "od").Line("}").ToString();
    }

    protected override string NameOf(Variable variable)
    {
        _read.Add(variable);
        return variable.Name;
    }

    protected override string NumberOf(string truth) => truth;

    protected override string Not(string truth) => $"!({truth})";

    protected override string Conditional(string condition, string then, string otherwise) => $"({condition} -> {then} : {otherwise})";

    protected override string Chain(BinaryOp op, IEnumerable<string> operands) => $"({string.Join(op == BinaryOp.And ? " && " : " || ", operands)})";

    protected override string Compare(BinaryOp op, string left, string right) => op switch
    {
        BinaryOp.Eq => $"({left} == {right})",
        BinaryOp.Ne => $"({left} != {right})",
        BinaryOp.Lt => $"({left} < {right})",
        _ => $"({left} <= {right})",
    };

    private static string TypeOf(Domain domain) => domain switch
    {
        { Min: >= 0, Max: <= 1 } => "bit",
        { Min: >= 0, Max: <= byte.MaxValue } => "byte",
        { Min: >= short.MinValue, Max: <= short.MaxValue } => "short",
        _ => "int",
    };

    private void Block(ImmutableArray<Statement> block, int indent)
    {
        for (var i = 0; i < block.Length; i++)
        {
            Write(block[i], indent, i == block.Length - 1 ? "" : ";");
        }

        if (block.IsEmpty)
        {
            _text.Line(indent, "skip");
        }
    }

    private void Write(Statement statement, int indent, string end)
    {
        switch (statement)
        {
            case Statement.Assign a:
                _text.Line(indent, $"{a.Variable.Name} = {Number(a.Value)}{end}");
                break;
            case Statement.Let l:
                _text.Line(indent, $"{l.Name} = {Number(l.Value)}{end}");
                break;
            case Statement.Fail f:
                _text.Line(indent, $"assert({Truth(Ex.Not(f.Condition))}){end} /* {ExportText.Plain(f.Message)} */");
                break;
            case Statement.If i:
                _text.Line(indent, $"if :: {Truth(i.Condition)} ->");
                Block(i.Then, indent + 1);
                _text.Line(indent, ":: else ->");
                Block(i.Else, indent + 1);
                _text.Line(indent, "fi" + end);
                break;
            default:
                throw new InvalidOperationException($"{statement.GetType().Name} is not flat");
        }
    }
}
