using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Whether a test goes a way in some cell of some scenario.</summary>
/// <param name="scenario">The first scenario in which it stands.</param>
/// <param name="test">The test.</param>
/// <param name="isTrue">The way: where it is true, or where it is not.</param>
internal sealed class TestQuestion(Scenario scenario, IfStmt test, bool isTrue) : ReachQuestion(scenario, new Watch.Way(test.Span, isTrue), test.Span)
{
    private readonly HashSet<SourceSpan> _within = [.. (isTrue ? test.Then : test.Else).SelectMany(Inside).Select(statement => statement.Span)];
    private bool _isReached;

    public override string Property => $"test at {Span}";

    public override string Note => "";

    public override RowVerdict Verdict =>
        _isReached || Cells.Any(pair => Found(pair.Search) == true) ? RowVerdict.Reached
        : Cells.All(pair => Found(pair.Search) == false) ? RowVerdict.NotReached
        : RowVerdict.Undecided;

    /// <summary>Takes in a cell in which the test is not left out. What ran within a body tells that the test went there.</summary>
    public void Add(PlannedCell cell)
    {
        _isReached = _isReached || cell.Model.SpansRun(cell.Job).Overlaps(_within);
        if (!_isReached && IsNew(cell))
        {
            Cells.Add((cell, null));
        }
    }

    private static IEnumerable<Stmt> Inside(Stmt statement) => statement.Bodies.SelectMany(body => body).SelectMany(Inside).Prepend(statement);
}

/// <summary>The tests that stand in the specs themselves and never go both ways: one of their bodies, or the test, is not needed for anything that was asked.</summary>
/// <remarks>A policy of another file may be used in part. What a limit left open is not said.</remarks>
internal sealed class OneWayTests
{
    private readonly Dictionary<SourceSpan, (IfStmt Test, TestQuestion True, TestQuestion False)> _tests = [];

    /// <summary>What has to be found out.</summary>
    public IEnumerable<ReachQuestion> Questions => _tests.Values.SelectMany(test => new[] { test.True, test.False });

    /// <summary>Takes in the cells of a row.</summary>
    public void Add(PlannedCheck check)
    {
        var scenario = check.Row.Policy.In(check.Scenario);
        var bodies = check.Row.Policy.Policy.Hooks.Select(BodyOf)
            .Concat(scenario.Vcpus.Select(vcpu => vcpu.Program ?? [])).Concat(scenario.Tasks.Select(task => task.Body));
        foreach (var (test, around) in bodies.SelectMany(body => Tests(body, [])).Where(pair => pair.Test.Span.Path == check.Spec.Path))
        {
            foreach (var cell in check.Cells.Where(cell => !around.Any(cell.Cell.Without.Contains)))
            {
                if (!_tests.TryGetValue(test.Span, out var known))
                {
                    _tests.Add(test.Span, known = (test, new TestQuestion(check.Scenario, test, isTrue: true), new TestQuestion(check.Scenario, test, isTrue: false)));
                }

                known.True.Add(cell);
                known.False.Add(cell);
            }
        }
    }

    /// <summary>A warning for each.</summary>
    public IEnumerable<Diagnostic> Warnings() => _tests.Values
        .Where(test => (test.True.Verdict, test.False.Verdict) is (RowVerdict.Reached, RowVerdict.NotReached) or (RowVerdict.NotReached, RowVerdict.Reached))
        .OrderBy(test => test.Test.Span.Path, StringComparer.Ordinal).ThenBy(test => test.Test.Span.Start)
        .Select(test => CliDiagnostics.OneWay.At(
            test.Test.Span,
            $"'{test.Test.Text}' is {(test.True.Verdict == RowVerdict.Reached ? "true" : "false")} in every cell, whenever it is asked",
            "ask about a machine or guests for which it matters, or leave it out"));

    /// <summary>Without the head of a handler of maintenance: it says what traps, and is asked of nothing else.</summary>
    private static ImmutableArray<Stmt> BodyOf(Hook hook) =>
        hook is { Event: HookEvent.Maintenance or HookEvent.SetWay, Condition: { } condition, Body: [IfStmt head] } && head.Condition == condition ? head.Then : hook.Body;

    private static IEnumerable<(IfStmt Test, ImmutableArray<string> Around)> Tests(ImmutableArray<Stmt> body, ImmutableArray<string> around)
    {
        foreach (var statement in body)
        {
            var within = statement.Label is { } label ? around.Add(label) : around;
            if (statement is IfStmt test)
            {
                yield return (test, within);
            }

            var inner = statement is CallStmt call ? [call.Procedure.Body] : statement.Bodies;
            foreach (var found in inner.SelectMany(one => Tests(one, within)))
            {
                yield return found;
            }
        }
    }
}
