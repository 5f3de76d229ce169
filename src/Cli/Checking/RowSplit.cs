using System.Collections.Immutable;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Checking;

/// <summary>
/// A row whose cells are not all alike, split: rows in its place of which each is as it says. The conditions are the terms of the formulas of its cells by
/// what is true of them, so what they say together is exactly what was found.
/// </summary>
/// <remarks>The law: pasted in the place of the row, the rows are accepted, and met. Nothing is proposed where a cell is undecided, for a row would have to say
/// something of it, nor where the formulas need more rows than <see cref="MostRows"/>.</remarks>
internal static class RowSplit
{
    /// <summary>The largest number of rows that are proposed: more of them say less than <c>--classes</c>.</summary>
    public const int MostRows = 16;

    /// <summary>The rows that say what was found, as they are written; empty where the row is as one, or where that cannot be said.</summary>
    /// <param name="check">The row.</param>
    /// <param name="verdictOf">The verdict of a cell.</param>
    public static ImmutableArray<string> Of(PlannedCheck check, Func<PlannedCell, RowVerdict> verdictOf)
    {
        var all = Union(check, check.Cells);
        var parts = Parts(check, all, verdictOf);
        if (parts.Length < 2 || parts.Any(part => part.Claim is null))
        {
            return [];
        }

        var classes = check.Planned.Classes;
        var formulas = classes.FormulasOver(all);
        var rows = ImmutableArray.CreateBuilder<string>();
        foreach (var (claim, where) in parts)
        {
            var said = classes.Space.None;
            foreach (var term in formulas.Of(where).Terms)
            {
                var conditions = Conditions(check, term);
                said |= conditions.Aggregate(classes.Legal, (set, condition) => set & classes.Where(condition));
                rows.Add($"{check.Row.Policy.Text}{(conditions.Length == 0 ? "" : " when " + TextReport.Conditions(conditions))} : {claim}");
            }

            // A dimension that a policy overrides means as a condition what is in force: then no row can say it.
            if (said != where)
            {
                return [];
            }
        }

        return rows.Count > MostRows ? [] : rows.ToImmutable();
    }

    /// <summary>The cells by what a row may claim of them; <see langword="null"/> where nothing may be claimed.</summary>
    private static ImmutableArray<(string? Claim, ConfigurationSet Where)> Parts(PlannedCheck check, ConfigurationSet all, Func<PlannedCell, RowVerdict> verdictOf)
    {
        var holds = Union(check, check.Cells.Where(cell => verdictOf(cell) == RowVerdict.Holds));
        var violated = Union(check, check.Cells.Where(cell => verdictOf(cell) == RowVerdict.Violated));
        var isNeedlessRow = !check.Row.Needless.IsEmpty;
        var needless = isNeedlessRow ? holds & Union(check, check.NeedlessCells.Where(cell => verdictOf(cell) == RowVerdict.Holds)) : all.Space.None;
        var openWithout = holds & Union(check, check.NeedlessCells.Where(cell => verdictOf(cell) is not (RowVerdict.Holds or RowVerdict.Violated)));
        (string?, ConfigurationSet Where)[] parts =
        [
            ("violated", violated),
            ($"holds needless {string.Join(", ", check.Row.Needless)}", needless),
            ("holds", holds - needless - openWithout),
            (null, (all - holds - violated) | openWithout),
        ];
        return [.. parts.Where(part => !part.Where.IsEmpty)];
    }

    /// <summary>The conditions of the row, narrowed by a term: of what both speak, the term has the last word.</summary>
    private static ImmutableArray<RowCondition> Conditions(PlannedCheck check, Term term)
    {
        var narrowed = term.Literals.Select(literal => Condition(check, literal)).ToList();
        return [.. check.Row.Conditions.Where(own => !narrowed.Exists(other => (other.Owner, other.Name) == (own.Owner, own.Name))), .. narrowed];
    }

    private static RowCondition Condition(PlannedCheck check, Literal literal)
    {
        // 'A.SCTLR_EL1.M', 'code.XN', 'CTR_EL0.IDC', 'IDC': only what a pCPU, VM, vCPU or page sets has an owner.
        var dot = literal.Name.IndexOf('.', StringComparison.Ordinal);
        var owner = dot > 0 && literal.Name[..dot] is var first && IsOwner(check.Scenario, first, literal.Name[(dot + 1)..]) ? first : null;
        return new RowCondition(owner is null ? literal.Name : literal.Name[(dot + 1)..], owner, literal.Values, check.Row.Span);
    }

    private static bool IsOwner(Scenario scenario, string name, string field) =>
        scenario.Vms.Any(vm => (vm.Name == name && vm.Axes.Any(axis => axis.Name == field)) || vm.Pages.Any(page => page.Name == name && page.Axes.Any(axis => axis.Name == field)))
        || scenario.Vcpus.Any(vcpu => vcpu.Name == name && vcpu.Axes.Any(axis => axis.Name == field))
        || scenario.Machine.PcpuAxes.Zip(scenario.Machine.Pcpus).Any(pair => pair.Second == name && pair.First.Any(axis => axis.Name == field));

    private static ConfigurationSet Union(PlannedCheck check, IEnumerable<PlannedCell> cells) =>
        cells.Aggregate(check.Planned.Classes.Space.None, (all, cell) => all | cell.Cell.Where);
}
