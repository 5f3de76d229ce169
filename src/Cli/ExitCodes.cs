namespace CoherenceCheck.Cli;

/// <summary>The exit codes: a contract (docs/exit-codes.md). Where several apply, the first of 70, 130, 2, 1, 3, 0 wins.</summary>
internal static class ExitCodes
{
    public const int AllMet = 0;

    public const int NotMet = 1;

    public const int UsageOrSpecError = 2;

    public const int Undecided = 3;

    public const int InternalError = 70;

    public const int Interrupted = 130;
}
