using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Finds data accesses that may follow a write of SCTLR_EL1 without an ISB between: their cacheability would be undecided.</summary>
/// <remarks>A forward walk with one bit, <em>a write may be pending</em>. What a body does to the bit is found first, once for each body, so that nested loops cost nothing.</remarks>
internal sealed class CacheabilityCheck
{
    private readonly DiagnosticBag _diagnostics;
    private readonly ConditionalWeakTable<Stmt, Effect> _effects = [];

    private CacheabilityCheck(DiagnosticBag diagnostics) => _diagnostics = diagnostics;

    public static void Run(ImmutableArray<Stmt> program, DiagnosticBag diagnostics) => new CacheabilityCheck(diagnostics).Walk(program, pending: false);

    private bool Walk(ImmutableArray<Stmt> body, bool pending)
    {
        foreach (var statement in body)
        {
            if (statement is OperationStmt operation)
            {
                Check(operation, pending);
            }

            // A body that may run again may find what it left pending itself.
            var atStart = pending || (statement.MayRepeat && EffectOf(statement).Apply(pending));
            foreach (var inner in statement.Bodies)
            {
                Walk(inner, atStart);
            }

            pending = EffectOf(statement).Apply(pending);
        }

        return pending;
    }

    private void Check(OperationStmt statement, bool pending)
    {
        var isDataAccess = KindTable.Of(statement.Operation.Kind).IsDataAccess && !statement.Operation.IsBySetWay;
        if (pending && isDataAccess)
        {
            _diagnostics.ReportCacheabilityUndecided(statement.Span, statement.Text);
        }
    }

    private Effect EffectOf(Stmt statement) => _effects.GetValue(statement, Find);

    private Effect EffectOf(ImmutableArray<Stmt> body) =>
        body.Aggregate(Effect.Nothing, (before, statement) => before.Then(EffectOf(statement)));

    private Effect Find(Stmt statement) => statement switch
    {
        OperationStmt { Operation.Kind: OperationKind.WriteSystemRegister, Field: not OperationTable.AsidField } => new Effect(FromClear: true, FromPending: true),
        OperationStmt { Operation.Kind: OperationKind.InstructionSynchronizationBarrier } => new Effect(FromClear: false, FromPending: false),
        RepeatStmt { RunsBodies: false } => Effect.Nothing,
        ForStmt s => EffectOf(s.Body).Or(Effect.Nothing),
        // Of several bodies one is executed; a body that is executed again and again leaves what it leaves once.
        _ => statement.Bodies.Select(EffectOf).DefaultIfEmpty(Effect.Nothing).Aggregate((a, b) => a.Or(b)),
    };

    /// <summary>Whether a write may be pending afterwards, by whether one was before.</summary>
    private sealed record Effect(bool FromClear, bool FromPending)
    {
        public static Effect Nothing { get; } = new(FromClear: false, FromPending: true);

        public bool Apply(bool pending) => pending ? FromPending : FromClear;

        public Effect Then(Effect next) => new(next.Apply(FromClear), next.Apply(FromPending));

        public Effect Or(Effect other) => new(FromClear || other.FromClear, FromPending || other.FromPending);
    }
}
