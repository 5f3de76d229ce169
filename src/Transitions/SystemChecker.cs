using System.Collections.Immutable;

namespace CoherenceCheck.Transitions;

/// <summary>The checks of <see cref="WellFormedness"/>.</summary>
internal sealed partial class SystemChecker(TransitionSystem system)
{
    private readonly ImmutableArray<string>.Builder _problems = ImmutableArray.CreateBuilder<string>();
    private readonly HashSet<Variable> _declared = [.. system.Variables];
    private readonly HashSet<Sort> _sorts = new(system.Sorts, ReferenceEqualityComparer.Instance);
    private string _where = "";

    public ImmutableArray<string> Problems => [.. _problems.Distinct()];

    public void Run()
    {
        Unique("sort", system.Sorts.Select(s => s.Name));
        Unique("variable", system.Variables.Select(v => v.Name));
        Unique("initial state", system.InitialStates.Select(i => i.Name));
        Unique("rule", system.Rules.Select(r => r.Name));
        Unique("fill", system.Fills.Select(f => f.Name));
        Unique("property", system.Properties.Select(p => p.Name));
        foreach (var sort in system.Sorts)
        {
            At($"sort '{sort.Name}'", () => CheckSort(sort));
        }

        foreach (var variable in system.Variables)
        {
            At($"variable '{variable.Name}'", () => CheckVariable(variable));
        }

        if (system.InitialStates.IsEmpty)
        {
            Problem("the system has no initial state");
        }

        foreach (var initial in system.InitialStates)
        {
            At($"initial state '{initial.Name}'", () => CheckBlock(initial.Body, Scope.Empty));
        }

        foreach (var rule in system.Rules)
        {
            At($"rule '{rule.Name}'", () => CheckRule(rule));
        }

        for (var i = 0; i < system.Fills.Length; i++)
        {
            At($"fill '{system.Fills[i].Name}'", () => CheckFill(i));
        }

        if (system.Cut is not null)
        {
            At("cut", () => CheckExpr(system.Cut, Scope.Empty));
        }

        At("terminal", () => CheckExpr(system.Terminal, Scope.Empty));
        foreach (var property in system.Properties)
        {
            At($"property '{property.Name}'", () => CheckExpr(property.Condition, Scope.Empty));
        }
    }

    private void Problem(string text) => _problems.Add(_where.Length == 0 ? text : $"{_where}: {text}");

    private void At(string where, Action check)
    {
        _where = where;
        check();
        _where = "";
    }

    private void Unique(string kind, IEnumerable<string> names)
    {
        foreach (var name in names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Skip(1).Any()))
        {
            Problem($"the {kind} '{name.Key}' is declared {name.Count()} times");
        }
    }

    private void CheckSort(Sort sort)
    {
        if (sort.Size < 1 || sort.Size > Sort.MaxSize)
        {
            Problem($"it has {sort.Size} elements, not 1 to {Sort.MaxSize}");
        }

        Unique("element", sort.Elements);
    }

    private void CheckVariable(Variable variable)
    {
        foreach (var sort in variable.Index)
        {
            Declared(sort);
        }

        switch (variable.Domain)
        {
            case Domain.Range r when r.Low > r.High:
                Problem($"its domain {r.Low}..{r.High} is empty");
                break;
            case Domain.Range r when (Int128)r.High - r.Low >= (Int128)1 << 62:
                Problem($"its domain {r.Low}..{r.High} needs more than 62 bits");
                break;
            case Domain.Element e:
                Declared(e.Sort);
                break;
            case Domain.Subset s:
                Declared(s.Sort);
                break;
            default:
                break;
        }
    }

    private void CheckRule(Rule rule)
    {
        var scope = ScopeOf(rule.Parameters);
        CheckExpr(rule.Guard, scope);
        CheckBlock(rule.Body, scope);
    }

    private Scope ScopeOf(ImmutableArray<Parameter> parameters)
    {
        Unique("parameter", parameters.Select(p => p.Name));
        var scope = Scope.Empty;
        foreach (var p in parameters)
        {
            Declared(p.Sort);
            scope = scope.With(p.Name, ValueRange.Of(p.Sort));
        }

        return scope;
    }

    private void Declared(Sort sort)
    {
        if (!_sorts.Contains(sort) && !_sorts.Any(s => s.Name == sort.Name && s.Elements.AsSpan().SequenceEqual(sort.Elements.AsSpan())))
        {
            Problem($"the sort '{sort.Name}' is not declared");
        }
    }

    private void CheckAccess(Variable variable, ImmutableArray<Expr> index, Scope scope)
    {
        if (!_declared.Contains(variable))
        {
            Problem($"the variable '{variable.Name}' is not declared");
        }

        if (index.Length != variable.Index.Length)
        {
            Problem($"'{variable.Name}' takes {variable.Index.Length} indices, not {index.Length}");
        }

        foreach (var i in index)
        {
            CheckExpr(i, scope);
        }
    }

    private sealed record Scope(ImmutableDictionary<string, ValueRange> Names)
    {
        public static Scope Empty { get; } = new(ImmutableDictionary<string, ValueRange>.Empty);

        public Scope With(string name, ValueRange range) => new(Names.SetItem(name, range));
    }
}
