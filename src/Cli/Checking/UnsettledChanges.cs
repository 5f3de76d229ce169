using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Model.Questions;

namespace CoherenceCheck.Cli.Checking;

/// <summary>What a policy or task takes away at stage 2 without ever relying on it, where <c>private_translation</c> is asked: of no row is it said that a <c>settle</c> may follow.</summary>
internal static class UnsettledChanges
{
    /// <summary>A warning for each.</summary>
    public static IEnumerable<Diagnostic> Warnings(CheckPlan plan)
    {
        var found = new Dictionary<SourceSpan, (Stage2Stmt Statement, bool IsSettled)>();
        foreach (var row in plan.Checks.Where(check => check.Property == "private_translation").Select(check => (check.Row.Policy.Policy, Scenario: check.Row.Policy.In(check.Scenario))).Distinct())
        {
            foreach (var (statement, isSettled) in Unsettled.Of(row.Scenario, row.Policy))
            {
                found[statement.Span] = (statement, isSettled || (found.TryGetValue(statement.Span, out var known) && known.IsSettled));
            }
        }

        return found.Values.Where(change => !change.IsSettled)
            .OrderBy(change => change.Statement.Span.Path, StringComparer.Ordinal).ThenBy(change => change.Statement.Span.Start)
            .Select(change => CliDiagnostics.Unsettled.At(
                change.Statement.Span,
                $"`{change.Statement.Text}` is never followed by a `settle`: `private_translation` asks nothing of translations that TLBs still have from before",
                "write `settle g` where the host begins to rely on the change: behind the DSB that completes its TLBI"));
    }
}
