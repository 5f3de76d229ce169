using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>What tasks call, once the policy is known: its own procedures.</summary>
internal static class LateCalls
{
    private static readonly ConditionalWeakTable<Policy, ConditionalWeakTable<Scenario, Scenario>> Known = [];

    /// <summary>The scenario with the calls of its tasks as those of a policy; the same one whenever it is asked, and the scenario itself where no task calls anything.</summary>
    public static Scenario In(Scenario scenario, Policy policy) => scenario.Tasks.Any(IsIn)
        ? Known.GetValue(policy, _ => []).GetValue(scenario, whole => whole with { Tasks = [.. whole.Tasks.Select(task => In(task, policy))] })
        : scenario;

    /// <summary>A task with its calls as those of a policy.</summary>
    public static HostTask In(HostTask task, Policy policy) => IsIn(task) ? task with { Body = In(task.Body, policy) } : task;

    /// <summary>Whether a task calls anything.</summary>
    public static bool IsIn(HostTask task) => IsIn(task.Body);

    private static bool IsIn(ImmutableArray<Stmt> body) => body.Any(statement => statement is LateCallStmt || statement.Bodies.Any(IsIn));

    private static ImmutableArray<Stmt> In(ImmutableArray<Stmt> body, Policy policy) => [.. body.Select(statement => In(statement, policy)).OfType<Stmt>()];

    private static Stmt? In(Stmt statement, Policy policy)
    {
        if (statement is not LateCallStmt call)
        {
            return statement.WithBodies([.. statement.Bodies.Select(body => In(body, policy))]);
        }

        return policy.Procedures.FirstOrDefault(procedure => procedure.Name == call.Name) is { } procedure ? Call(call, procedure)
            : call.Label is null ? null
            : new BlockStmt([], call.Span, call.Label) { Replaces = call.Replaces };
    }

    private static Stmt Call(LateCallStmt call, Procedure procedure)
    {
        var names = ImmutableArray.CreateBuilder<Stmt>();
        ImmutableArray<SpecExpr> arguments = [.. call.Arguments.Zip(procedure.Parameters, (argument, parameter) => IsFixed(argument) ? argument : Named(argument, parameter))];
        var bound = new CallStmt(procedure, arguments, call.Text, call.Span, call.Label);
        return (names.Count == 0 ? bound : (Stmt)new BlockStmt([.. names, bound with { Label = null }], call.Span, call.Label)) with { Replaces = call.Replaces };

        SymbolExpr Named(SpecExpr argument, Symbol parameter)
        {
            var symbol = new Symbol(parameter.Name, argument.Type);
            names.Add(new LetStmt(symbol, argument, $"let {symbol.Name} = {argument.Span.Text.Content.AsSpan(argument.Span.Start, argument.Span.Length)}", argument.Span, Label: null));
            return new SymbolExpr(symbol, argument.Span);
        }
    }

    /// <summary>Whether an argument means the same wherever the procedure uses it; of others the value is taken once, before.</summary>
    private static bool IsFixed(SpecExpr argument) => argument is not MemberExpr member || (member.Member is Member.Vm or Member.Mmu && IsFixed(member.Target));
}
