using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Systems;

namespace CoherenceCheck.Model.Questions;

/// <summary>
/// Bound statements and expressions as text that says what they mean and nothing else: comments, layout, operands that are ignored and the names of
/// labels make no difference.
/// </summary>
/// <param name="scenario">The scenario whose lines, vCPUs … they name.</param>
internal sealed class CanonicalText(Scenario scenario)
{
    private readonly ImmutableArray<(string Frame, Line Line)> _lines =
        [.. scenario.Frames.SelectMany(frame => frame.Lines.Select(line => (frame.Name, line))).OrderBy(placed => placed.line.Number)];

    /// <summary>The statements of a body, one a line; what stands within one is indented.</summary>
    /// <param name="body">The body.</param>
    /// <param name="mark">What to write before a statement: <c>off</c>, say.</param>
    /// <param name="depth">How far to indent.</param>
    public IEnumerable<string> Lines(IEnumerable<Stmt> body, Func<Stmt, string>? mark = null, int depth = 0)
    {
        foreach (var statement in body)
        {
            var marked = mark?.Invoke(statement) ?? "";
            if (statement is BlockStmt { Body: var inner } && marked.Length == 0)
            {
                // A sequence within a sequence is no step of its own.
                foreach (var line in Lines(inner, mark, depth))
                {
                    yield return line;
                }

                continue;
            }

            yield return new string(' ', 2 * depth) + marked + Head(statement);
            foreach (var line in Within(statement, mark, depth))
            {
                yield return line;
            }
        }
    }

    /// <summary>A statement in one line.</summary>
    public string InOneLine(Stmt statement) => string.Join(" ; ", Lines([statement]).Select(line => line.Trim()));

    /// <summary>A line's name; with its frame in front where another frame has a line of that name.</summary>
    public string Line(int number)
    {
        var (frame, line) = _lines[number];
        return _lines.Count(other => other.Line.Name == line.Name) > 1 ? $"{frame}.{line.Name}" : line.Name;
    }

    /// <summary>An expression.</summary>
    public string Of(SpecExpr expression) => expression switch
    {
        LiteralExpr literal => Literal(literal.Value, literal.Type),
        NoneExpr => "none",
        ElementExpr element => Element(element),
        SetExpr set => $"{{{string.Join(", ", set.Elements.Select(Of))}}}",
        SymbolExpr symbol => symbol.Symbol.Name,
        StateExpr state => state.State.Name + Index(state.Index),
        MemberExpr member => $"{Operand(member.Target)}.{member.Member.ToString().ToLowerInvariant()}",
        FieldExpr { Target: { } target } field => $"{Operand(target)}.{field.Field}",
        FieldExpr field => field.Field,
        NotExpr not => $"!{Operand(not.Operand)}",
        BinaryExpr binary => $"{Operand(binary.Left, binary)} {Operator(binary.Op)} {Operand(binary.Right, binary)}",
        InExpr membership => $"{Operand(membership.Element)} in {Operand(membership.Set)}",
        AtExpr at => At(at),
        LabelledExpr labelled => Of(labelled.Operand),
        _ => throw new InvalidOperationException($"An expression without a canonical text: {expression.GetType().Name}."),
    };

    /// <summary>A type.</summary>
    public static string Of(SpecType type) => type switch
    {
        SpecType.Bool => "bool",
        SpecType.Int range => $"{range.Min}..{range.Max}",
        SpecType.Names names => $"{{{string.Join(", ", names.Values)}}}",
        SpecType.Element element => $"{element.Sort}{(element.OrNone ? "?" : "")}",
        SpecType.Set set => $"set {set.Sort}",
        _ => throw new InvalidOperationException($"A type without a canonical text: {type.GetType().Name}."),
    };

    private IEnumerable<string> Within(Stmt statement, Func<Stmt, string>? mark, int depth)
    {
        ImmutableArray<ImmutableArray<Stmt>> bodies = statement switch
        {
            IfStmt { Else.IsEmpty: true } branch => [branch.Then],
            CallStmt call => [call.Procedure.Body],
            _ => statement.Bodies,
        };
        for (var i = 0; i < bodies.Length; i++)
        {
            if (i > 0)
            {
                yield return new string(' ', 2 * depth) + (statement is IfStmt ? "else" : "or");
            }

            foreach (var line in Lines(bodies[i], mark, depth + 1))
            {
                yield return line;
            }
        }
    }

    /// <summary>A statement without what stands within it.</summary>
    private string Head(Stmt statement) => string.Format(statement.Head.Format, [.. statement.Head.GetArguments().Select(Part)]);

    private object? Part(object? part) => part switch
    {
        Symbol symbol => symbol.Name,
        SpecExpr expression => Of(expression),
        Place place => Place(place),
        LockPlace place => place.Lock.Name + Index(place.Index),
        ScenarioSort sort => sort.ToString().ToLowerInvariant(),
        LineList lines => string.Join(", ", lines.Numbers.Select(Line).Order(StringComparer.Ordinal)),
        ArgumentList { Arguments: var arguments } => string.Join(", ", arguments.Select(argument => $"{argument.Parameter.Name} = {Of(argument.Value)}")),
        _ => part,
    };

    private string Place(Place place) => (place.State?.Name ?? place.Symbol!.Name) + Index(place.Index);

    private string Index(ImmutableArray<SpecExpr> index) => string.Concat(index.Select(each => $"[{Of(each)}]"));

    /// <summary>Where a program or task stands, by the number of the statement: its label is a name.</summary>
    private string At(AtExpr at)
    {
        var (agent, body) = at.Vcpu is { } vcpu
            ? (scenario.Vcpus[vcpu].Name, scenario.Vcpus[vcpu].Program ?? [])
            : (scenario.Tasks[at.Task!.Value].Name, scenario.Tasks[at.Task!.Value].Body);
        return at.Label is { } label ? $"{agent} {(at.IsPast ? "past" : "at")} {Numbered(body, label)}" : $"{agent} at end";
    }

    /// <summary>A statement of a task as it is for every row: what it calls is the policy's.</summary>
    public static Stmt AsWritten(Stmt statement) => statement is CallStmt call
        ? new LateCallStmt(call.Procedure.Name, call.Arguments, call.Text, call.Span, call.Label)
        : statement.WithBodies([.. statement.Bodies.Select(body => body.Select(AsWritten).ToImmutableArray())]);

    /// <summary>The statement of a label in a body: its number from 1, outer before inner, what it calls not counted, and its text.</summary>
    public string Numbered(ImmutableArray<Stmt> body, string label)
    {
        var (statement, number) = body.SelectMany(statement => statement.WithInner()).Select((statement, i) => (statement, i + 1)).First(pair => pair.statement.Label == label);
        return $"statement {number}, '{InOneLine(AsWritten(statement))}'";
    }

    private string Element(ElementExpr element) => ((SpecType.Element)element.Type).Sort switch
    {
        ScenarioSort.Pcpu => scenario.Machine.Pcpus[element.Number],
        ScenarioSort.Vcpu => scenario.Vcpus[element.Number].Name,
        ScenarioSort.Vm => scenario.Vms[element.Number].Name,
        ScenarioSort.Page => scenario.Vms.SelectMany(vm => vm.Pages).ElementAt(element.Number).Name,
        ScenarioSort.Frame => scenario.Frames[element.Number].Name,
        var sort => $"{sort} {element.Number}",
    };

    private static string Literal(long value, SpecType type) => type switch
    {
        SpecType.Bool => value == 0 ? "false" : "true",
        SpecType.Names names => names.Values[(int)value],
        _ => value.ToString(),
    };

    private string Operand(SpecExpr operand, BinaryExpr? of = null)
    {
        operand = operand is LabelledExpr { Operand: var unlabelled } ? unlabelled : operand;

        // A register field is written as a number.
        if (operand is LiteralExpr { Type: SpecType.Bool } literal && of is { Left: FieldExpr } or { Right: FieldExpr })
        {
            return ((LiteralExpr)operand).Value.ToString();
        }

        var isPlain = operand is not (BinaryExpr or InExpr or AtExpr) || (operand is AtExpr && of is not null)
            || (operand is BinaryExpr { Op: var op } && op == of?.Op && op is ExprOp.And or ExprOp.Or);
        return isPlain ? Of(operand) : $"({Of(operand)})";
    }

    private static string Operator(ExprOp op) => op switch
    {
        ExprOp.Or => "||",
        ExprOp.And => "&&",
        ExprOp.Equal => "==",
        ExprOp.NotEqual => "!=",
        ExprOp.Less => "<",
        ExprOp.LessOrEqual => "<=",
        ExprOp.Add => "+",
        ExprOp.Subtract => "-",
        ExprOp.Union => "|",
        ExprOp.Intersect => "&",
        ExprOp.Without => "\\",
        _ => throw new InvalidOperationException($"An operator without a text: {op}."),
    };
}
