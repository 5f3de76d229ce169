using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Binding;

/// <summary>What follows from the statements of a bound body.</summary>
internal static class StatementFacts
{
    // Sorts are at most this large; a loop over one is written out.
    private const int LargestSort = 8;

    /// <summary>Facts of a procedure, found once: procedures that call one another many times would be walked exponentially often.</summary>
    private static readonly ConditionalWeakTable<Procedure, ProcedureFacts> KnownProcedures = [];

    /// <summary>Whether control may come to the end of a body without a step: one that repeats it would never do anything.</summary>
    public static bool PassesWithoutStep(ImmutableArray<Stmt> body) => Way(body) is { TakesStep: false, Leaves: false };

    /// <summary>Whether a body takes a step as far as control goes in it, and whether a <c>return</c> takes control out of it.</summary>
    private static (bool TakesStep, bool Leaves) Way(ImmutableArray<Stmt> body)
    {
        var takesStep = false;
        foreach (var statement in body)
        {
            var (takes, leaves) = statement switch
            {
                ReturnStmt => (false, true),
                CallStmt s => (Facts(s.Procedure).TakesStep, false),
                { TakesStep: false, RunsBodies: true } => Way([.. statement.Bodies.SelectMany(inner => inner)]),
                _ => (statement.TakesStep, false),
            };
            takesStep |= takes;
            if (leaves)
            {
                return (takesStep, true);
            }
        }

        return (takesStep, false);
    }

    /// <summary>The number of statements, with procedures and repetitions written out.</summary>
    public static long Size(ImmutableArray<Stmt> body)
    {
        var size = 0L;
        foreach (var statement in body)
        {
            size = Saturate(size + 1 + (statement switch
            {
                CallStmt s => Facts(s.Procedure).Size,
                RepeatStmt s => Saturate(s.Times * Size(s.Body)),
                ForStmt s => Saturate(LargestSort * Size(s.Body)),
                _ => statement.Bodies.Sum(Size),
            }));
        }

        return size;
    }

    /// <summary>Reports what keeps the body of <c>atomic</c> from being one step.</summary>
    public static void CheckAtomic(AtomicStmt statement, DiagnosticBag diagnostics) => CheckAtomicBody(statement.Body, isFirst: true, diagnostics);

    // No product of two saturated numbers overflows.
    private static long Saturate(long value) => Math.Min(value, int.MaxValue);

    private static ProcedureFacts Facts(Procedure procedure) => KnownProcedures.GetValue(procedure, p => new ProcedureFacts(
        Size(p.Body),
        Way(p.Body).TakesStep,
        p.Body.Skip(1).Any(MayWait),
        p.Body.Take(1).Any(MayWait),
        p.Body.Any(IsNeverAtomic)));

    private static bool MayWait(Stmt statement) => statement.MayWait || (statement is CallStmt s
        ? Facts(s.Procedure) is var facts && (facts.WaitsFirst || facts.WaitsLater)
        : statement.Bodies.Any(body => body.Any(MayWait)));

    private static bool IsNeverAtomic(Stmt statement) => !statement.FitsInStep || (statement is CallStmt s
        ? Facts(s.Procedure).IsNeverAtomic
        : statement.Bodies.Any(body => body.Any(IsNeverAtomic)));

    private static void CheckAtomicBody(ImmutableArray<Stmt> body, bool isFirst, DiagnosticBag diagnostics)
    {
        foreach (var statement in body)
        {
            CheckAtomicStatement(statement, isFirst, diagnostics);
            isFirst = false;
        }
    }

    private static void CheckAtomicStatement(Stmt statement, bool isFirst, DiagnosticBag diagnostics)
    {
        switch (statement)
        {
            case { FitsInStep: false }:
                diagnostics.ReportNotAtomic(statement.Span, $"`{statement.Text.Split(' ')[0]}`");
                break;
            case CallStmt { Procedure: var procedure } when Facts(procedure).IsNeverAtomic:
                diagnostics.ReportNotAtomic(statement.Span, $"`{procedure.Name}`, which contains `forever`, `choose`, `holding` or `return`,");
                break;
            case CallStmt { Procedure: var procedure } when Facts(procedure) is var facts && (facts.WaitsLater || (facts.WaitsFirst && !isFirst)):
                diagnostics.ReportWaitsInAtomic(statement.Span, $"call {procedure.Name}");
                break;
            case BlockStmt or AtomicStmt:
                CheckAtomicBody(statement.Bodies[0], isFirst, diagnostics);
                break;
            case { MayWait: true } when !isFirst:
                diagnostics.ReportWaitsInAtomic(statement.Span, statement.Text);
                break;
            default:
                foreach (var inner in statement.Bodies)
                {
                    CheckAtomicBody(inner, isFirst: false, diagnostics);
                }

                break;
        }
    }

    private sealed record ProcedureFacts(long Size, bool TakesStep, bool WaitsLater, bool WaitsFirst, bool IsNeverAtomic);
}
