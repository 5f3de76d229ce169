namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What the ghost knows of a line in one case: U(m), K(c, m) or D(c, m), each with its F.</summary>
/// <param name="Copy">Nothing cached, a clean copy, a dirty copy.</param>
/// <param name="C">What a coherent access sees.</param>
/// <param name="M">What the PoC has.</param>
/// <param name="F">What a fetch at the PoU may return, as a mask; 0 with IDC = 1, where it is always c.</param>
internal readonly record struct PrivateLine(PrivateCopy Copy, int C, int M, int F)
{
    public static PrivateLine Uncached(int m, int f) => new(PrivateCopy.None, m, m, f);

    /// <summary>A store of n, Write-Back or Non-cacheable.</summary>
    public PrivateLine Store(int n, bool nonCacheable) => (nonCacheable, Copy) switch
    {
        (false, _) => new PrivateLine(PrivateCopy.Dirty, n, M, F | Bit(n)),
        (true, PrivateCopy.None) => Uncached(n, Bit(n)),
        (true, PrivateCopy.Clean) => this with { M = n },
        (true, _) => this with { M = n, F = F | Bit(n) },
    };

    /// <summary>What the hardware may do by itself in one step.</summary>
    /// <param name="mayBeCached">Whether some vCPU has a Write-Back translation of the page.</param>
    public IEnumerable<PrivateLine> Moves(bool mayBeCached) => Copy switch
    {
        PrivateCopy.Dirty => [this with { Copy = PrivateCopy.Clean, M = C }],
        PrivateCopy.Clean => [Uncached(M, F | Bit(M))],
        _ => mayBeCached ? [this with { Copy = PrivateCopy.Clean }] : [],
    };

    /// <summary>The effect of a DC.</summary>
    public PrivateLine After(PrivateOp dc)
    {
        var m = dc != PrivateOp.Cvau && Copy == PrivateCopy.Dirty ? C : M;
        return dc == PrivateOp.Civac
            ? Uncached(m, Bit(m))
            : new PrivateLine(dc == PrivateOp.Cvac && Copy == PrivateCopy.Dirty ? PrivateCopy.Clean : Copy, C, m,
                Copy == PrivateCopy.Clean ? Bit(C) | Bit(M) : Bit(C));
    }

    private static int Bit(int version) => 1 << version;
}
