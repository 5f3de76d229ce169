using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>
/// Handlers may be switched out (<c>preempt</c>, a lock that sleeps) only where a kernel has preemption on: not while a vCPU is loaded, put or entered, not while a
/// spinlock is held, and not while another stage-2 context is in force (Linux: might_sleep; KVM runs __tlb_switch_to_guest with preemption off).
/// </summary>
internal static class PreemptionCheck
{
    /// <summary>The handlers that run with preemption off: they are the switch itself.</summary>
    private static readonly ImmutableArray<HookEvent> Atomic = [HookEvent.VcpuLoad, HookEvent.VcpuPut, HookEvent.SwitchOut, HookEvent.GuestEntry, HookEvent.GuestExit, HookEvent.VcpuInit, HookEvent.CpuUp];

    /// <summary>Reports each place once.</summary>
    public static void Check(ImmutableArray<Hook> hooks, DiagnosticBag diagnostics)
    {
        var reported = new HashSet<SourceSpan>();
        var called = new HashSet<(Procedure, Off?)>();
        foreach (var hook in hooks)
        {
            Check(hook.Body, Atomic.Contains(hook.Event) ? new($"in a handler of `{HookTable.Of(hook.Event).Name}`", "preemption is off there: no vCPU's thread can be switched out") : null, reported, called, diagnostics);
        }
    }

    private static void Check(ImmutableArray<Stmt> body, Off? off, HashSet<SourceSpan> reported, HashSet<(Procedure, Off?)> called, DiagnosticBag diagnostics)
    {
        foreach (var statement in body)
        {
            var what = statement switch
            {
                PreemptStmt => "`preempt`",
                HoldingStmt { Lock.Lock.Sleeps: true } holding => $"`{holding.Text}`, which may sleep,",
                _ => null,
            };
            if (what is not null && off is not null && reported.Add(statement.Span))
            {
                diagnostics.ReportNotPreemptible(statement.Span, what, off.Where, off.Hint);
            }

            var inner = off ?? statement switch
            {
                HoldingStmt { Lock.Lock: { Sleeps: false } held } => new Off($"while the spinlock `{held.Name}` is held", $"let go of it first, or say `lock {held.Name} sleeps`"),
                WithMmuStmt with => new Off($"within `{with.Text}`", "preemption is off while another stage-2 context is in force: end it first"),
                _ => null,
            };
            // A procedure is looked at once for each reason, however often it is called.
            foreach (var part in statement is CallStmt call ? called.Add((call.Procedure, inner)) ? [call.Procedure.Body] : [] : statement.Bodies)
            {
                Check(part, inner, reported, called, diagnostics);
            }
        }
    }

    /// <summary>Why preemption is off.</summary>
    /// <param name="Where">Where, in words.</param>
    /// <param name="Hint">What to do about it.</param>
    private sealed record Off(string Where, string Hint);
}
