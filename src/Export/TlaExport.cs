using System.Collections.Immutable;
using System.Text;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export;

/// <summary>A TLA+ module: one action for each rule instance. TLC's configuration stands behind the end of the module.</summary>
/// <remarks>A body becomes definitions, one for each assignment, whose last are the variables' next values: TLC evaluates them when they are asked for.</remarks>
internal sealed class TlaExport(FlatSystem system) : ExprWriter
{
    private readonly StringBuilder _text = new();
    private Dictionary<Variable, string> _now = [];
    private List<string> _definitions = [];
    private List<string> _asserts = [];

    protected override string True => "TRUE";

    protected override string False => "FALSE";

    public string Write(ImmutableArray<string> about, string module)
    {
        _text.Line($"---- MODULE {module} ----");
        foreach (var line in about)
        {
            _text.Line(("\\* " + ExportText.Plain(line)).TrimEnd());
        }

        _text.Line("\\*")
            .Line($"\\* Save as {module}.tla, and what follows the end of the module as {module}.cfg:  java -jar tla2tools.jar {module}")
            .Line(FormattableString.Invariant($"\\* One rule instance is one action, self-loops included: 'distinct states' are the states, 'states generated' {system.InitialStates.Length} more than the transitions."))
            .Line("EXTENDS Integers, TLC").Line();
        for (var i = 0; i < system.Variables.Length; i++)
        {
            _text.Line($"VARIABLE {system.Variables[i].Name} \\* {ExportText.Plain(system.Origins[i])}");
        }

        _text.Line().Line($"vars == <<{string.Join(", ", system.Variables.Select(v => v.Name))}>>").Line();
        Bitwise();
        _text.Line("Init ==");
        foreach (var state in system.InitialStates)
        {
            _text.Line(1, $"\\/ {string.Join(" /\\ ", state.Select((value, i) => $"{system.Variables[i].Name} = {Number(Ex.Const(value))}"))}");
        }

        for (var number = 0; number < system.Rules.Length; number++)
        {
            Action(number + 1, system.Rules[number]);
        }

        _text.Line().Line("Next ==");
        foreach (var number in Enumerable.Range(1, system.Rules.Length))
        {
            _text.Line(1, FormattableString.Invariant($"\\/ Rule{number}"));
        }

        _text.Append(system.Rules.IsEmpty ? "  FALSE /\\ UNCHANGED vars\n" : "");
        _text.Line().Line("Spec == Init /\\ [][Next]_vars").Line();
        if (system.Property is { } property)
        {
            _now = [];
            _text.Line("\\* " + ExportText.Plain(property)).Line("Property == " + Truth(system.Condition)).Line();
        }

        _text.Line("====").Line("INIT Init").Line("NEXT Next").Line("CHECK_DEADLOCK FALSE");
        return _text.Append(system.Property is null ? "" : "INVARIANT Property\n").ToString();
    }

    protected override string NameOf(Variable variable) => _now.TryGetValue(variable, out var name) ? name : variable.Name;

    protected override string Not(string truth) => $"~({truth})";

    protected override string Conditional(string condition, string then, string otherwise) => $"(IF {condition} THEN {then} ELSE {otherwise})";

    protected override string Chain(BinaryOp op, IEnumerable<string> operands) => $"({string.Join(op == BinaryOp.And ? " /\\ " : " \\/ ", operands)})";

    protected override string Compare(BinaryOp op, string left, string right) => op switch
    {
        BinaryOp.Eq => $"({left} = {right})",
        BinaryOp.Ne => $"({left} # {right})",
        BinaryOp.Lt => $"({left} < {right})",
        _ => $"({left} <= {right})",
    };

    protected override string Arithmetic(BinaryOp op, string left, string right) => op switch
    {
        BinaryOp.Add => $"({left} + {right})",
        BinaryOp.Sub => $"({left} - {right})",
        BinaryOp.BitAnd => $"BitAnd({left}, {right})",
        BinaryOp.BitOr => $"BitOr({left}, {right})",
        BinaryOp.BitAndNot => $"BitAndNot({left}, {right})",
        BinaryOp.Shl => $"({left} * (2^{right}))",
        _ => $"({left} \\div (2^{right}))",
    };

    // TLA+ has no bitwise operators: bit by bit, as far as this system has bits.
    private void Bitwise()
    {
        string Sum(string of) => string.Join(" + ", Enumerable.Range(0, system.Bits).Select(i => FormattableString.Invariant($"{1L << i} * {of.Replace("$", $"{1L << i}", StringComparison.Ordinal)}")));
        _text.Line("BitAnd(a, b) == " + Sum("((a \\div $) % 2) * ((b \\div $) % 2)"))
            .Line("BitAndNot(a, b) == " + Sum("((a \\div $) % 2) * (1 - ((b \\div $) % 2))"))
            .Line("BitOr(a, b) == a + BitAndNot(b, a)").Line();
    }

    private void Action(int number, FlatRule rule)
    {
        (_now, _definitions, _asserts) = ([], [], []);
        Block(rule.Body, "");
        _text.Line().Line("\\* " + ExportText.Describe(rule)).Line(FormattableString.Invariant($"Rule{number} =="));
        var next = _now;
        _now = [];
        _text.Line(1, "/\\ " + Truth(rule.Guard));
        if (_definitions.Count > 0)
        {
            _text.Line(1, "/\\ LET");
            _definitions.ForEach(definition => _text.Line(4, definition));
            _text.Line(3, "IN");
        }

        var indent = _definitions.Count > 0 ? 4 : 1;
        _asserts.ForEach(assert => _text.Line(indent, "/\\ " + assert));
        foreach (var variable in system.Variables.Where(next.ContainsKey))
        {
            _text.Line(indent, $"/\\ {variable.Name}' = {next[variable]}");
        }

        var unchanged = system.Variables.Where(variable => !next.ContainsKey(variable)).Select(variable => variable.Name).ToList();
        if (unchanged.Count > 0)
        {
            _text.Line(indent, $"/\\ UNCHANGED <<{string.Join(", ", unchanged)}>>");
        }
    }

    private string Define(string prefix, string value)
    {
        var name = FormattableString.Invariant($"{prefix}_{_definitions.Count}");
        _definitions.Add($"{name} == {value}");
        return name;
    }

    /// <param name="block">The statements.</param>
    /// <param name="path">When they run, as a truth value; empty for always.</param>
    private void Block(ImmutableArray<Statement> block, string path)
    {
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a:
                    _now[a.Variable] = Define("n", Number(a.Value));
                    break;
                case Statement.Let l:
                    _definitions.Add($"{l.Name} == {Number(l.Value)}");
                    break;
                case Statement.Fail f:
                    var holds = Truth(Ex.Not(f.Condition));
                    _asserts.Add($"Assert({(path.Length == 0 ? holds : $"({path}) => ({holds})")}, \"{ExportText.Plain(f.Message)}\")");
                    break;
                case Statement.If i:
                    If(i, path);
                    break;
                default:
                    throw new InvalidOperationException($"{statement.GetType().Name} is not flat");
            }
        }
    }

    private void If(Statement.If i, string path)
    {
        var condition = Define("c", Truth(i.Condition));
        var before = _now;
        var prefix = path.Length == 0 ? "" : path + " /\\ ";
        _now = new(before);
        Block(i.Then, prefix + condition);
        var then = _now;
        _now = new(before);
        Block(i.Else, $"{prefix}~{condition}");
        var otherwise = _now;
        _now = before;
        foreach (var variable in system.Variables)
        {
            var (left, right) = (then.GetValueOrDefault(variable, variable.Name), otherwise.GetValueOrDefault(variable, variable.Name));
            if (left != right)
            {
                _now[variable] = Define("n", Conditional(condition, left, right));
            }
        }
    }
}
