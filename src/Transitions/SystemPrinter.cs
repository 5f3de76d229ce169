using System.Collections.Immutable;
using System.Text;

namespace CoherenceCheck.Transitions;

/// <summary>Shows a system as text: stable, with parentheses only where they are needed, and elements by their names.</summary>
public static class SystemPrinter
{
    /// <summary>A whole system.</summary>
    public static string Print(TransitionSystem system)
    {
        var text = new StringBuilder();
        text.Append("system ").Append(system.Name).Append('\n');
        foreach (var sort in system.Sorts)
        {
            text.Append("sort ").Append(sort.Name).Append(" = {").AppendJoin(", ", sort.Elements).Append("}\n");
        }

        foreach (var variable in system.Variables)
        {
            text.Append(Role(variable.Role)).Append(' ').Append(variable.Name);
            text.Append(string.Concat(variable.Index.Select(s => $"[{s.Name}]"))).Append(": ").Append(Domain(variable.Domain)).Append('\n');
        }

        foreach (var initial in system.InitialStates)
        {
            text.Append("\ninit ").Append(initial.Name).Append('\n');
            new StatementPrinter(text).Block(initial.Body, 1);
        }

        foreach (var rule in system.Rules)
        {
            var printer = new StatementPrinter(text, rule.Parameters);
            text.Append("\nrule ").Append(rule.Name).Append(Parameters(rule.Parameters)).Append(Label(rule.Label)).Append('\n');
            text.Append("  when ").Append(printer.Expr(rule.Guard)).Append('\n');
            printer.Block(rule.Body, 1);
        }

        foreach (var fill in system.Fills)
        {
            var printer = new StatementPrinter(text, fill.Parameters);
            text.Append("\nfill ").Append(fill.Name).Append(Parameters(fill.Parameters)).Append('\n');
            text.Append("  ").Append(printer.Expr(new Expr.Read(fill.Target, fill.Index))).Append(" |= ");
            text.Append(printer.Expr(fill.Value, fill.Target.Domain)).Append(" when ").Append(printer.Expr(fill.When)).Append('\n');
        }

        text.Append('\n');
        if (system.Cut is not null)
        {
            text.Append("cut ").Append(Print(system.Cut)).Append('\n');
        }

        text.Append("terminal ").Append(Print(system.Terminal)).Append('\n');
        foreach (var property in system.Properties)
        {
            var kind = property.Kind.ToString().ToLowerInvariant() + " ";
            text.Append(kind).Append(property.Name).Append(": ").Append(Print(property.Condition)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>An expression.</summary>
    public static string Print(Expr e) => new ExprPrinter().Print(e);

    private static string Role(Role role) => role.ToString().ToLowerInvariant();

    private static string Domain(Domain domain) => domain switch
    {
        Transitions.Domain.Range r => $"{r.Low}..{r.High}",
        Transitions.Domain.Element e => e.OrNone ? $"{e.Sort.Name} or none" : e.Sort.Name,
        Transitions.Domain.Subset s => $"set of {s.Sort.Name}",
        _ => throw new InvalidOperationException($"unknown domain {domain.GetType().Name}"),
    };

    private static string Parameters(ImmutableArray<Parameter> parameters) =>
        parameters.IsEmpty ? "" : "(" + string.Join(", ", parameters.Select(p => $"{p.Name}: {p.Sort.Name}")) + ")";

    private static string Label(RuleLabel label)
    {
        var text = $"  -- {label.Agent}: {label.Operation}";
        text += label.Switch is null ? "" : $", switch {label.Switch}";
        return label.Source is null ? text : $"{text}, {label.Source}";
    }

    private sealed class StatementPrinter(StringBuilder text, ImmutableArray<Parameter> parameters = default)
    {
        private readonly ExprPrinter _exprs = new(parameters.IsDefault ? [] : parameters);

        public string Expr(Expr e, Domain? domain = null) => _exprs.Print(e, domain);

        public void Block(ImmutableArray<Statement> block, int indent)
        {
            foreach (var statement in block)
            {
                text.Append(' ', indent * 2);
                switch (statement)
                {
                    case Statement.Assign a:
                        text.Append(Expr(new Expr.Read(a.Variable, a.Index))).Append(" := ").Append(Expr(a.Value, a.Variable.Domain)).Append('\n');
                        break;
                    case Statement.Let l:
                        text.Append("let ").Append(l.Name).Append(" = ").Append(Expr(l.Value)).Append('\n');
                        break;
                    case Statement.If i:
                        text.Append("if ").Append(Expr(i.Condition)).Append('\n');
                        Block(i.Then, indent + 1);
                        if (!i.Else.IsEmpty)
                        {
                            text.Append(' ', indent * 2).Append("else\n");
                            Block(i.Else, indent + 1);
                        }

                        break;
                    case Statement.ForEach f:
                        text.Append("for each ").Append(f.Binder).Append(": ").Append(f.Sort.Name).Append('\n');
                        _exprs.Within(f.Binder, f.Sort, () => Block(f.Body, indent + 1));
                        break;
                    case Statement.Fail f:
                        text.Append("fail if ").Append(Expr(f.Condition)).Append(": ").Append(f.Message).Append('\n');
                        break;
                    default:
                        throw new InvalidOperationException($"unknown statement {statement.GetType().Name}");
                }
            }
        }
    }
}
