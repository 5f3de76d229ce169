namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>
/// Memory of bare metal, gH (translation.md 5.3), as the subset construction itself: a set of pairs of a line state and of the open DCs that have not acted
/// yet. The page's gO are what is left of it when a DC has acted.
/// </summary>
/// <remarks>
/// Line states, with the tracked version as 1: U(m) is m, K(c, m) is 2 + 2c + m, D(c, m) is 6 + 2c + m; 10 more where the tracked version is in F.
/// </remarks>
internal sealed class GhostLines
{
    private readonly Shape _shape;
    private readonly Layout _layout;
    private readonly GhostWalks _walks;
    private readonly Settings _settings;
    private readonly bool _hasF;
    private readonly (int Vcpu, int Kind)[] _cleans;

    /// <param name="shape">The numbers.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="walks">Stage 1 of the ghost.</param>
    /// <param name="settings">Types of accesses.</param>
    /// <param name="hasF">Whether F is a part of the line's state.</param>
    /// <param name="cleans">The DCs that may be open.</param>
    public GhostLines(Shape shape, Layout layout, GhostWalks walks, Settings settings, bool hasF, (int Vcpu, int Kind)[] cleans)
    {
        (_shape, _layout, _walks, _settings, _hasF, _cleans) = (shape, layout, walks, settings, hasF, cleans);
    }

    public static int LineStates(bool hasF) => hasF ? 20 : 10;

    private int Lines => LineStates(_hasF);

    private int Masks => 1 << _cleans.Length;

    /// <summary>5.3.1, and DCs that are open, closed at once.</summary>
    public void Close(State s, int page)
    {
        var vm = _shape.VmOfPage[page];
        var mayCopy = MayCopySomewhere(s, vm, _shape.LocalOfPage[page]);
        var maybe = Enumerable.Range(0, _shape.Vcpus).Aggregate(0, (set, v) => set | s[_layout.GhostMaybe.At(v, page)]);
        var pending = new Stack<int>(Members(s, page));
        while (pending.TryPop(out var pair))
        {
            var (line, mask) = (pair % Lines, pair / Lines);
            foreach (var next in Hardware(line, mayCopy))
            {
                Add(next, mask);
            }

            for (var clean = 0; clean < _cleans.Length; clean++)
            {
                if (((mask >> clean) & 1) != 0)
                {
                    Add(Cleaned(line, _cleans[clean].Kind), mask & ~(1 << clean));
                }
            }

            foreach (var kind in Walks.In(maybe))
            {
                Add(Cleaned(line, kind), mask);
            }
        }

        void Add(int line, int mask)
        {
            if (!Has(s, page, line, mask))
            {
                Set(s, page, line, mask);
                pending.Push((mask * Lines) + line);
            }
        }
    }

    /// <summary>gH[g] := {U(value)}, whatever is open.</summary>
    public void Publish(State s, int page, bool isTracked)
    {
        var open = Enumerable.Range(0, _cleans.Length).Where(clean => s[_layout.GhostOpen.At(clean, page)] != 0).Aggregate(0, (set, clean) => set | (1 << clean));
        Clear(s, page);
        for (var mask = 0; mask < Masks; mask++)
        {
            if ((mask & ~open) == 0)
            {
                Set(s, page, Uncached(isTracked ? 1 : 0, isTracked ? 1 : 0), mask);
            }
        }
    }

    /// <summary>5.3.2: a store of v by a.</summary>
    public void Store(State s, int v, int a, bool isTracked)
    {
        var leaves = _walks.Usable(s, v, a).Distinct().ToArray();
        var vm = _shape.VmOfVcpu[v];
        foreach (var local in leaves.Select(leaf => leaf.D / 2).Distinct())
        {
            var page = _shape.PageOf(vm, local);
            var types = leaves.Where(leaf => leaf.D / 2 == local).Select(leaf => _settings.DataIsWriteBack(leaf.Sctlr, leaf.D, s: null)).Distinct().ToArray();
            Store(s, page, types, isTracked, keeps: leaves.Any(leaf => leaf.D / 2 != local));
        }
    }

    /// <summary>A Write-Back store by nobody: machine.md 4, rule 8.</summary>
    public void StoreByHost(State s, int page, bool isTracked) => Store(s, page, [true], isTracked, keeps: false);

    /// <summary>5.3.3: the issue of a DC by v on a. Where a may mean several pages nothing is guaranteed, but each may be cleaned.</summary>
    public void Clean(State s, int v, int a, int kind)
    {
        var pages = _walks.Pages(s, v, a);
        foreach (var local in Walks.In(pages))
        {
            var page = _shape.PageOf(_shape.VmOfVcpu[v], local);
            if ((pages & (pages - 1)) != 0)
            {
                // Without F a DC does nothing that a line does not do by itself.
                s[_layout.GhostMaybe.At(v, page)] |= _hasF ? (ushort)(1 << kind) : (ushort)0;
                continue;
            }

            var clean = Array.IndexOf(_cleans, (v, kind));
            if (clean < 0)
            {
                continue;
            }

            var members = Members(s, page).ToArray();
            Clear(s, page);
            foreach (var pair in members)
            {
                Set(s, page, pair % Lines, (pair / Lines) | (1 << clean));
            }

            s[_layout.GhostOpen.At(clean, page)] = 1;
        }
    }

    /// <summary>5.3.3: a DSB of v: its DCs have acted.</summary>
    public void Complete(State s, int v)
    {
        for (var page = 0; page < _shape.Pages; page++)
        {
            s[_layout.GhostMaybe.At(v, page)] = 0;
            for (var clean = 0; clean < _cleans.Length; clean++)
            {
                if (_cleans[clean].Vcpu != v || s[_layout.GhostOpen.At(clean, page)] == 0)
                {
                    continue;
                }

                s[_layout.GhostOpen.At(clean, page)] = 0;
                foreach (var pair in Members(s, page).Where(pair => ((pair / Lines / (1 << clean)) & 1) != 0).ToArray())
                {
                    Unset(s, page, pair);
                }
            }
        }
    }

    /// <summary>5.3.4: whether a load of this type may deliver the tracked version.</summary>
    public bool MayLoad(State s, int page, bool isWriteBack) => Members(s, page).Any(pair => (isWriteBack ? Coherent(pair % Lines) : Memory(pair % Lines)) != 0);

    /// <summary>Whether a fetch at the PoU may read it.</summary>
    public bool MayFetchAtPoU(State s, int page) => Members(s, page).Any(pair => (_hasF ? pair % Lines / 10 : Coherent(pair % Lines)) != 0);

    /// <summary>Whether a fetch at the PoC may.</summary>
    public bool MayFetchAtPoC(State s, int page) => MayLoad(s, page, isWriteBack: false);

    private void Store(State s, int page, IReadOnlyList<bool> types, bool isTracked, bool keeps)
    {
        var members = Members(s, page).ToArray();
        if (!keeps)
        {
            Clear(s, page);
        }

        foreach (var pair in members)
        {
            foreach (var isWriteBack in types)
            {
                Set(s, page, Stored(pair % Lines, isWriteBack, isTracked ? 1 : 0), pair / Lines);
            }
        }
    }

    private int Stored(int line, bool isWriteBack, int n)
    {
        var (kind, _, m, f) = Parts(line);
        return isWriteBack ? Line(2, n, m, f | n) : kind switch
        {
            0 => Uncached(n, n),
            1 => Line(1, Coherent(line), n, f),
            _ => Line(2, Coherent(line), n, f | n),
        };
    }

    private int Cleaned(int line, int kind)
    {
        var (state, c, m, _) = Parts(line);
        return (state, kind) switch
        {
            (0, _) => Uncached(m, m),
            (1, Translation.Lines.Civac) => Uncached(m, m),
            (1, _) => Line(1, c, m, c | m),
            (_, Translation.Lines.Cvau) => Line(2, c, m, c),
            (_, Translation.Lines.Cvac) => Line(1, c, c, c),
            _ => Uncached(c, c),
        };
    }

    private IEnumerable<int> Hardware(int line, bool mayCopy)
    {
        var (kind, c, m, f) = Parts(line);
        switch (kind)
        {
            case 0 when mayCopy:
                yield return Line(1, m, m, f);
                break;
            case 1:
                yield return Uncached(m, f | m);
                break;
            case 2:
                yield return Line(1, c, c, f);
                yield return Uncached(c, f | c);
                break;
        }
    }

    private bool MayCopySomewhere(State s, int vm, int local)
    {
        for (var w = 0; w < _shape.Vcpus; w++)
        {
            for (var a = 0; _shape.VmOfVcpu[w] == vm && a < _shape.VasOf[vm].Length; a++)
            {
                if (_walks.Usable(s, w, a).Any(leaf => leaf.D / 2 == local && _settings.MayCopy(leaf.Sctlr, leaf.D)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private (int Kind, int C, int M, int F) Parts(int line)
    {
        var (plain, f) = (line % 10, line / 10);
        return plain < 2 ? (0, plain, plain, f) : ((plain - 2) / 4 + 1, (plain - 2) / 2 % 2, (plain - 2) % 2, f);
    }

    private int Line(int kind, int c, int m, int f) => (_hasF ? 10 * f : 0) + (kind == 0 ? m : 2 + (4 * (kind - 1)) + (2 * c) + m);

    private int Uncached(int m, int f) => Line(0, m, m, f);

    private int Coherent(int line) => Parts(line).C;

    private int Memory(int line) => Parts(line).M;

    private IEnumerable<int> Members(State s, int page)
    {
        for (var pair = 0; pair < Lines * Masks; pair++)
        {
            if (((s[_layout.GhostH.At(page, pair / 16)] >> (pair % 16)) & 1) != 0)
            {
                yield return pair;
            }
        }
    }

    private bool Has(State s, int page, int line, int mask) => ((s[_layout.GhostH.At(page, ((mask * Lines) + line) / 16)] >> (((mask * Lines) + line) % 16)) & 1) != 0;

    private void Set(State s, int page, int line, int mask)
    {
        var pair = (mask * Lines) + line;
        s[_layout.GhostH.At(page, pair / 16)] |= (ushort)(1 << (pair % 16));
    }

    private void Unset(State s, int page, int pair) => s[_layout.GhostH.At(page, pair / 16)] &= (ushort)~(1 << (pair % 16));

    private void Clear(State s, int page)
    {
        for (var cell = 0; cell <= ((Lines * Masks) - 1) / 16; cell++)
        {
            s[_layout.GhostH.At(page, cell)] = 0;
        }
    }
}
