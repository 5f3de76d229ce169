using System.Collections.Immutable;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>Which names statements and expressions use.</summary>
public static class StatementNames
{
    /// <summary>The names that a statement uses itself: those used by statements in its bodies not included.</summary>
    public static IEnumerable<Symbol> UsedBy(Stmt statement) => statement.Head.GetArguments().SelectMany(part => part switch
    {
        SpecExpr expression => UsedBy(expression),
        Place place => UsedBy(place),
        LockPlace place => place.Index.SelectMany(UsedBy),
        ArgumentList { Arguments: var arguments } => arguments.SelectMany(argument => UsedBy(argument.Value)),
        _ => [],
    });

    /// <summary>The names that an expression uses.</summary>
    public static IEnumerable<Symbol> UsedBy(SpecExpr expression) => All(expression).OfType<SymbolExpr>().Select(name => name.Symbol);

    /// <summary>An expression and all expressions in it.</summary>
    public static IEnumerable<SpecExpr> All(SpecExpr expression) => [expression, .. PartsOf(expression).SelectMany(All)];

    /// <summary>The places of <c>B past L</c> in the properties, programs and tasks of a scenario, and in when its vCPUs start and move.</summary>
    public static IEnumerable<AtExpr> PastOf(Scenario scenario) => scenario.Properties.Select(property => property.Condition).Concat(LifeCyclesOf(scenario))
        .Concat(scenario.Vcpus.SelectMany(vcpu => vcpu.Program ?? []).Concat(scenario.Tasks.SelectMany(task => task.Body)).SelectMany(ExpressionsIn))
        .SelectMany(All).OfType<AtExpr>().Where(at => at is { IsPast: true, Label: not null });

    /// <summary>When the vCPUs of a scenario start and move.</summary>
    public static IEnumerable<SpecExpr> LifeCyclesOf(Scenario scenario) => scenario.Vcpus.SelectMany(vcpu => new[] { vcpu.StartsWhen, vcpu.MovesWhen }).OfType<SpecExpr>();

    /// <summary>The expressions that a statement itself has.</summary>
    public static IEnumerable<SpecExpr> ExpressionsOf(Stmt statement) => statement.Head.GetArguments().OfType<SpecExpr>();

    private static IEnumerable<SpecExpr> ExpressionsIn(Stmt statement) =>
        ExpressionsOf(statement).Concat(statement.Bodies.SelectMany(body => body.SelectMany(ExpressionsIn)));

    private static IEnumerable<Symbol> UsedBy(Place place) =>
        place.Index.SelectMany(UsedBy).Concat(place.Symbol is { } symbol ? [symbol] : Array.Empty<Symbol>());

    private static ImmutableArray<SpecExpr> PartsOf(SpecExpr expression) => expression switch
    {
        SetExpr e => e.Elements,
        StateExpr e => e.Index,
        MemberExpr e => [e.Target],
        FieldExpr { Target: { } target } => [target],
        NotExpr e => [e.Operand],
        BinaryExpr e => [e.Left, e.Right],
        InExpr e => [e.Element, e.Set],
        LabelledExpr e => [e.Operand],
        _ => [],
    };
}
