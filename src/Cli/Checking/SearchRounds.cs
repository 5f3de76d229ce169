namespace CoherenceCheck.Cli.Checking;

/// <summary>Searches for what the rows' own searches leave open: in one cell of each question first, which is mostly enough, then in all others.</summary>
internal static class SearchRounds
{
    /// <summary>Plans and runs the searches. Where the time limit ends the planning, what is planned is not run, and stays open.</summary>
    /// <param name="plan">The explorations.</param>
    /// <param name="runner">Runs searches.</param>
    /// <param name="planAtMost">Plans those that are still needed, so many of each question at most.</param>
    /// <param name="cancellation">The user's interruption.</param>
    public static void Run(CheckPlan plan, JobRunner runner, Action<int> planAtMost, CancellationToken cancellation)
    {
        foreach (var most in new[] { 1, int.MaxValue })
        {
            var planned = plan.Jobs.Count;
            try
            {
                planAtMost(most);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (plan.Jobs.Count > planned)
            {
                runner.Run([.. plan.Jobs.Skip(planned)], cancellation);
            }
        }
    }
}
