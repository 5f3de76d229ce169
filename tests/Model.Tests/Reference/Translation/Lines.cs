namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>The hierarchy of the machine, a line a frame: translation.md 4, instruction-fetch.md C.5 T3 to T5, T11, T12. Values are whether they are the tracked version.</summary>
/// <param name="layout">The layout.</param>
/// <param name="hasF">Whether F says more than the coherent value: IDC = 0, and somebody asks for fetches.</param>
internal sealed class Lines(Layout layout, bool hasF)
{
    /// <summary>EQ: as the PoC, and a clean copy may be cached; none where a machine without host can cache none (D3).</summary>
    public const ushort Eq = 0, Dirty = 1, Stale = 2, None = 3;

    /// <summary>Kinds of DC, as bits of <see cref="Layout.PendDc"/>.</summary>
    public const int Cvau = 0, Cvac = 1, Civac = 2;

    /// <summary>D2 and T3, Write-Back.</summary>
    public void StoreWriteBack(State s, int f, bool isTracked)
    {
        s[layout.Coh.At(f)] = Bit(isTracked);
        s[layout.Ds.At(f)] = Dirty;
        AddToF(s, f, isTracked);
    }

    /// <summary>D2 and T12, Non-cacheable: two choices where a clean copy may be cached.</summary>
    public IEnumerable<State> StoreNonCacheable(State s, int f, bool isTracked)
    {
        var ds = s[layout.Ds.At(f)];
        if (ds == Eq)
        {
            var copied = s.Clone();
            copied[layout.Poc.At(f)] = Bit(isTracked);
            copied[layout.Ds.At(f)] = Stale;
            yield return copied;
        }

        s[layout.Poc.At(f)] = Bit(isTracked);
        switch (ds)
        {
            case Eq or None:
                s[layout.Coh.At(f)] = Bit(isTracked);
                SetF(s, f, isTracked);
                break;
            case Dirty:
                AddToF(s, f, isTracked);
                break;
        }

        yield return s;
    }

    /// <summary>T4, T5: a DC takes effect.</summary>
    public void Clean(State s, int f, int kind)
    {
        var (coh, poc, ds) = (s[layout.Coh.At(f)] != 0, s[layout.Poc.At(f)] != 0, s[layout.Ds.At(f)]);
        SetF(s, f, coh);
        if (ds == Stale)
        {
            AddToF(s, f, poc);
        }

        if (kind == Cvau)
        {
            return;
        }

        if (ds == Dirty)
        {
            WriteBack(s, f);
        }

        if (kind == Civac)
        {
            Drop(s, f);
            SetF(s, f, s[layout.Poc.At(f)] != 0);
        }
    }

    /// <summary>T11: a dirty line is written back.</summary>
    public void WriteBack(State s, int f)
    {
        s[layout.Poc.At(f)] = s[layout.Coh.At(f)];
        s[layout.Ds.At(f)] = Eq;
    }

    /// <summary>T11: a clean copy that the PoC has left behind is evicted.</summary>
    public void Evict(State s, int f)
    {
        Drop(s, f);
        AddToF(s, f, s[layout.Poc.At(f)] != 0);
    }

    /// <summary>What a copy was is forgotten: in a hypervisor machine a new one may come at any time.</summary>
    private void Drop(State s, int f)
    {
        s[layout.Coh.At(f)] = s[layout.Poc.At(f)];
        s[layout.Ds.At(f)] = HasHost ? Eq : None;
    }

    /// <summary>Whether a host's Write-Back alias may bring a copy of any frame at any time.</summary>
    public bool HasHost { get; init; } = true;

    /// <summary>Whether a fetch at the PoU may read the tracked version.</summary>
    public bool IsAtPoU(State s, int f) => s[(hasF ? layout.F : layout.Coh).At(f)] != 0;

    public bool IsAtPoC(State s, int f) => s[layout.Poc.At(f)] != 0;

    private void SetF(State s, int f, bool isTracked)
    {
        if (hasF)
        {
            s[layout.F.At(f)] = Bit(isTracked);
        }
    }

    private void AddToF(State s, int f, bool isTracked)
    {
        if (hasF)
        {
            s[layout.F.At(f)] |= Bit(isTracked);
        }
    }

    private static ushort Bit(bool value) => value ? (ushort)1 : (ushort)0;
}
