namespace CoherenceCheck.Cli.Checking;

/// <summary>What the user asked of a check.</summary>
/// <param name="Threads">Cells explored at once; at least 1.</param>
/// <param name="MaxStates">States of one cell.</param>
/// <param name="MaxBytes">Memory of the process.</param>
/// <param name="Deadline">When the whole command gives up, or <see langword="null"/>.</param>
/// <param name="Quiet">Whether to say nothing on standard error.</param>
internal sealed record CheckOptions(int Threads, long MaxStates, long MaxBytes, DateTime? Deadline, bool Quiet);
