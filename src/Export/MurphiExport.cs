using System.Collections.Immutable;
using System.Text;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Export;

/// <summary>Murphi as rumur reads it: one rule for each rule instance, one start state for each distinct initial state.</summary>
internal sealed class MurphiExport(FlatSystem system) : ExprWriter
{
    private readonly StringBuilder _text = new();

    protected override string True => "true";

    protected override string False => "false";

    public string Write(ImmutableArray<string> about)
    {
        foreach (var line in about)
        {
            _text.Line(("-- " + ExportText.Plain(line)).TrimEnd());
        }

        _text.Line("--")
            .Line("-- rumur --deadlock-detection off --symmetry-reduction off --output FILE.c FILE && gcc -O2 -mcx16 -o FILE.exe FILE.c -lpthread -latomic && ./FILE.exe")
            .Line("-- One rule instance is one rule, self-loops included: 'states' are the states, 'rules fired' the transitions.")
            .Line().Line("var");
        for (var i = 0; i < system.Variables.Length; i++)
        {
            _text.Line(1, $"{system.Variables[i].Name}: {Range(ValueRange.Of(system.Variables[i].Domain))}; -- {ExportText.Plain(system.Origins[i])}");
        }

        for (var number = 0; number < system.InitialStates.Length; number++)
        {
            _text.Line().Line(FormattableString.Invariant($"startstate \"initial {number + 1}\"")).Line("begin");
            for (var i = 0; i < system.Variables.Length; i++)
            {
                _text.Line(1, $"{system.Variables[i].Name} := {Number(Ex.Const(system.InitialStates[number][i]))};");
            }

            _text.Line("end;");
        }

        for (var number = 0; number < system.Rules.Length; number++)
        {
            var rule = system.Rules[number];
            _text.Line().Line("-- " + ExportText.Describe(rule)).Line(FormattableString.Invariant($"rule \"{number + 1} {ExportText.Plain(rule.Name)}\"")).Line(1, Truth(rule.Guard)).Line("==>");
            foreach (var (name, range) in rule.Lets)
            {
                _text.Line($"var {name}: {Range(range)};");
            }

            _text.Line("begin");
            Block(rule.Body, 1);
            _text.Line("end;");
        }

        if (system.Property is { } property)
        {
            _text.Line().Line($"invariant \"{ExportText.Plain(property)}\"").Line(1, Truth(system.Condition) + ";");
        }

        return _text.ToString();
    }

    protected override string Not(string truth) => $"!({truth})";

    protected override string Conditional(string condition, string then, string otherwise) => $"({condition} ? {then} : {otherwise})";

    protected override string Chain(BinaryOp op, IEnumerable<string> operands) => $"({string.Join(op == BinaryOp.And ? " & " : " | ", operands)})";

    protected override string Compare(BinaryOp op, string left, string right) => op switch
    {
        BinaryOp.Eq => $"({left} = {right})",
        BinaryOp.Ne => $"({left} != {right})",
        BinaryOp.Lt => $"({left} < {right})",
        _ => $"({left} <= {right})",
    };

    private static string Range(ValueRange range) => FormattableString.Invariant($"{range.Min}..{range.Max}");

    private void Block(ImmutableArray<Statement> block, int indent)
    {
        foreach (var statement in block)
        {
            switch (statement)
            {
                case Statement.Assign a:
                    _text.Line(indent, $"{a.Variable.Name} := {Number(a.Value)};");
                    break;
                case Statement.Let l:
                    _text.Line(indent, $"{l.Name} := {Number(l.Value)};");
                    break;
                case Statement.Fail f:
                    _text.Line(indent, $"assert {Truth(Ex.Not(f.Condition))} \"{ExportText.Plain(f.Message)}\";");
                    break;
                case Statement.If i:
                    _text.Line(indent, $"if {Truth(i.Condition)} then");
                    Block(i.Then, indent + 1);
                    if (!i.Else.IsEmpty)
                    {
                        _text.Line(indent, "else");
                        Block(i.Else, indent + 1);
                    }

                    _text.Line(indent, "end;");
                    break;
                default:
                    throw new InvalidOperationException($"{statement.GetType().Name} is not flat");
            }
        }
    }
}
