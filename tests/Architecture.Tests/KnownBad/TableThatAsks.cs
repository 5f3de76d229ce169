namespace CoherenceCheck.Architecture.Tests.KnownBad;

/// <summary>No table of states may ask where a processor stands.</summary>
internal static class TableThatAsks
{
    public static int Find(int hashOfVcpu) => hashOfVcpu;
}
