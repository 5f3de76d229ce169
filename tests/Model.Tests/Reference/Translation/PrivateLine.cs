namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What the ghost knows of a line in one case: U(m), K(c, m) or D(c, m), each with its F.</summary>
/// <param name="Copy">Nothing cached, a clean copy, a dirty copy.</param>
/// <param name="C">What a coherent access sees.</param>
/// <param name="M">What the PoC has.</param>
/// <param name="F">What a fetch at the PoU may return, as a mask; with IDC = 1 it is always c, and nobody asks.</param>
internal readonly record struct PrivateLine(PrivateCopy Copy, int C, int M, int F)
{
    public static PrivateLine Initial(int version) => Uncached(version, Bit(version));

    public static string Key(IEnumerable<PrivateLine> lines) =>
        string.Join(' ', lines.Select(x => $"{(int)x.Copy}{x.C}{x.M}.{x.F}").Order(StringComparer.Ordinal));

    /// <summary>After a store of n through any of the leaves that it may use.</summary>
    public IEnumerable<PrivateLine> After(int n, bool writeBack, bool nonCacheable, bool elsewhere)
    {
        if (writeBack)
        {
            yield return new PrivateLine(PrivateCopy.Dirty, n, M, F | Bit(n));
        }

        if (nonCacheable)
        {
            yield return Copy switch
            {
                PrivateCopy.None => Uncached(n, Bit(n)),
                PrivateCopy.Clean => this with { M = n },
                _ => this with { M = n, F = F | Bit(n) },
            };
        }

        if (elsewhere)
        {
            yield return this;
        }
    }

    /// <summary>What the hardware may do by itself in one step.</summary>
    /// <param name="mayBeCached">Whether some vCPU has a Write-Back translation of the page.</param>
    public IEnumerable<PrivateLine> Moves(bool mayBeCached) => Copy switch
    {
        PrivateCopy.Dirty => [this with { Copy = PrivateCopy.Clean, M = C }],
        PrivateCopy.Clean => [Uncached(M, F | Bit(M))],
        _ => mayBeCached ? [this with { Copy = PrivateCopy.Clean }] : [],
    };

    /// <summary>The effect of a DC: it does not depend on F.</summary>
    public PrivateLine After(PrivateOp dc)
    {
        var (copy, m) = dc != PrivateOp.Cvau && Copy == PrivateCopy.Dirty ? (PrivateCopy.Clean, C) : (Copy, M);
        return dc == PrivateOp.Civac
            ? Uncached(m, Bit(m))
            : new PrivateLine(copy, C, m, Copy == PrivateCopy.Clean ? Bit(C) | Bit(M) : Bit(C));
    }

    private static PrivateLine Uncached(int m, int f) => new(PrivateCopy.None, m, m, f);

    private static int Bit(int version) => 1 << version;
}
