namespace CoherenceCheck.Architecture.Tests.KnownBad;

/// <summary>No model may write where nobody asked for it.</summary>
internal static class ModelThatTalks
{
    public static void Talk() => Console.Error.WriteLine("built");
}
