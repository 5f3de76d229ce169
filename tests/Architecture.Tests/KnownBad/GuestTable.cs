namespace CoherenceCheck.Architecture.Tests.KnownBad;

/// <summary>No table of states may be one of guests.</summary>
internal static class GuestTable
{
    public const int Size = 1;
}
