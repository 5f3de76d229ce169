using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Reductions;

/// <summary>
/// What a part of a bound system means after a renaming, as text: equal texts mean the same. Names of parameters, and the order of what may be
/// exchanged, do not matter.
/// </summary>
/// <remarks>
/// A renaming moves what is an element of a permuted sort, or a set of such elements, and must not meet them anywhere else: elements that
/// are compared by size, added, or counted as true, and loops whose order matters. These are the restrictions of a scalarset (Ip and Dill,
/// "Better Verification Through Symmetry", 1996), except that constants are allowed: they are renamed, and the texts show whether the
/// system as a whole is the same afterwards.
/// </remarks>
internal sealed partial class NormalForm(Renaming renaming)
{
    private ImmutableDictionary<string, Name> _scope = ImmutableDictionary<string, Name>.Empty;
    private ImmutableDictionary<string, ValueRange> _ranges = ImmutableDictionary<string, ValueRange>.Empty;
    private int _names;

    // What a name stands for: another name, or a number where a let names one.
    private sealed record Name(string Text, Kind Kind, Expr.Const? Constant);

    /// <summary>Whether nothing was met that the renaming must not touch. Where it is false, the texts mean nothing.</summary>
    public bool IsSymmetric { get; private set; } = true;

    public string Of(Rule rule) => InScope(rule.Parameters, () => $"{Sorts(rule.Parameters)}when {Truth(rule.Guard)}{Block(rule.Body)}");

    public string Of(Fill fill) => InScope(fill.Parameters, () =>
        $"{Sorts(fill.Parameters)}{fill.Target.Name}{Index(fill.Target, fill.Index)}|={Text(fill.Value, Kind.Of(fill.Target.Domain, renaming))} when {Truth(fill.When)}");

    public string Of(Expr condition) => InScope([], () => Truth(condition));

    private static string Sorts(ImmutableArray<Parameter> parameters) => string.Concat(parameters.Select(p => p.Sort.Name + " "));

    private string InScope(ImmutableArray<Parameter> parameters, Func<string> text)
    {
        (_scope, _ranges, _names) = (_scope.Clear(), _ranges.Clear(), 0);
        foreach (var p in parameters)
        {
            Bind(p.Name, p.Sort);
        }

        return text();
    }

    private string Bind(string name, Sort sort) => Bind(name, Kind.Element(renaming[sort]), ValueRange.Of(sort), null);

    private string Bind(string name, Kind kind, ValueRange range, Expr.Const? constant)
    {
        var text = $"#{_names++}";
        _scope = _scope.SetItem(name, new Name(text, kind, constant));
        _ranges = _ranges.SetItem(name, range);
        return text;
    }

    private string Refuse()
    {
        IsSymmetric = false;
        return "?";
    }

    private T Within<T>(Func<T> text)
    {
        var (scope, ranges, names) = (_scope, _ranges, _names);
        var result = text();
        (_scope, _ranges, _names) = (scope, ranges, names);
        return result;
    }

    private string Block(ImmutableArray<Statement> block) =>
        Within(() => "{" + string.Concat(block.Select(statement => Text(statement) + ";")) + "}");

    private string Text(Statement statement)
    {
        switch (statement)
        {
            case Statement.Assign a:
                return $"{a.Variable.Name}{Index(a.Variable, a.Index)}:={Text(a.Value, Kind.Of(a.Variable.Domain, renaming))}";
            case Statement.Let l:
                if (l.Value is Expr.Const constant)
                {
                    Bind(l.Name, Kind.Number, ValueRange.Of(constant.Value), constant);
                    return "";
                }

                var kind = KindOf(l.Value) ?? Kind.Number;
                var value = Text(l.Value, kind);
                return $"{Bind(l.Name, kind, ValueRange.Of(l.Value, _ranges), null)}={value}";
            case Statement.If i:
                return Choice(
                    i.Condition, i.Then, i.Else, Block,
                    rest => rest is [Statement.If inner] ? (inner.Condition, inner.Then, inner.Else) : null);
            case Statement.ForEach f:
                if (!renaming[f.Sort].IsIdentity && !LoopOrder.IsFree(f))
                {
                    return Refuse();
                }

                return Within(() => $"each {Bind(f.Binder, f.Sort)} {f.Sort.Name}{Block(f.Body)}");
            case Statement.Fail f:
                return $"fail {Truth(f.Condition)} '{f.Message}'";
            default:
                throw new InvalidOperationException($"unknown statement {statement.GetType().Name}");
        }
    }

    private string Index(Variable variable, ImmutableArray<Expr> index) =>
        string.Concat(index.Select((e, i) => $"[{Text(e, Kind.Element(renaming[variable.Index[i]]))}]"));

    /// <summary>A chain of questions for the value of one expression is the same in every order.</summary>
    private string Choice<T>(Expr condition, T then, T otherwise, Func<T, string> text, Func<T, (Expr Condition, T Then, T Else)?> next)
    {
        if (Asked(condition) is not { } asked)
        {
            return $"if {Truth(condition)} then {text(then)} else {text(otherwise)}";
        }

        var subject = asked.Subject;
        var cases = new SortedDictionary<long, string>();
        (Expr Condition, T Then, T Else)? link = (condition, then, otherwise);
        var rest = otherwise;
        while (link is { } one && Asked(one.Condition) is { } question && question.Subject == subject && question.Value is { } value)
        {
            // What was asked before is not asked again.
            cases.TryAdd(value, text(one.Then));
            rest = one.Else;
            link = next(rest);
        }

        var last = text(rest);
        return $"choose {subject} {string.Concat(cases.Where(one => one.Value != last).Select(one => $"{one.Key}:{one.Value} "))}else {last}";
    }

    /// <summary>The two sides of <c>subject = value</c>, renamed.</summary>
    private (string Subject, long? Value)? Asked(Expr condition)
    {
        if (condition is not Expr.Binary { Op: BinaryOp.Eq } equal)
        {
            return null;
        }

        var (subject, value) = equal.Right is Expr.Const ? (equal.Left, equal.Right) : (equal.Right, equal.Left);
        if (value is not Expr.Const constant || subject is Expr.Const)
        {
            return null;
        }

        var kind = KindOf(subject) ?? Kind.Number;
        return (Text(subject, kind), kind.Image(constant.Value));
    }
}
