using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>Whether a row that holds holds as it claims to.</summary>
internal static class Claims
{
    /// <summary>The row with what there is to say of it.</summary>
    /// <param name="result">The row; its verdict is judged already.</param>
    /// <param name="row">What it claims.</param>
    /// <param name="findings">What there is to say.</param>
    /// <param name="isStrict">Whether it must not be vacuous unless it says so.</param>
    public static RowResult Judge(RowResult result, ExpectationRow row, ImmutableArray<RowFinding> findings, bool isStrict)
    {
        var isOpen = findings.Any(finding => finding.Kind == FindingKind.NotKnown);
        var isVacuous = findings.Any(finding => finding.IsVacuous);
        var isClaimed = row.Verdict == ExpectedVerdict.Holds;
        var fails = isClaimed && result.Met && (row.IsVacuous
            ? !isVacuous && !findings.Any(finding => finding.Kind == FindingKind.NotJudged)
            : isStrict && (isVacuous || isOpen));
        return result with
        {
            Findings = findings,
            Met = result.Met && !fails,
            OnlyLimits = fails && isOpen && !(isVacuous && !row.IsVacuous),
            Notes = fails && row.IsVacuous && !isOpen
                ? [$"{CliDiagnostics.NotVacuous.Code}: it says that it holds vacuously, and it does not: something was promised, judged and reached; write `holds`"]
                : [],
        };
    }
}
