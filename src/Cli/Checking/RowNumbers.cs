using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Cli.Checking;

/// <summary>The numbers in brackets by which all commands name rows: those of <c>check</c>, where the covers of a scenario follow its rows.</summary>
internal static class RowNumbers
{
    /// <summary>Numbers rows that are in the order of their scenarios.</summary>
    public static IEnumerable<(int Number, T Row)> Of<T>(IEnumerable<T> rows, Func<T, Scenario> scenarioOf)
    {
        var number = 0;
        Scenario? scenario = null;
        foreach (var row in rows)
        {
            if (scenario is not null && scenarioOf(row) != scenario)
            {
                number += scenario.Properties.Count(property => property.IsCover);
            }

            scenario = scenarioOf(row);
            yield return (++number, row);
        }
    }
}
