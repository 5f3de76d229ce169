namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>Makes random programs and alphabets for the private machine.</summary>
/// <param name="seed">The seed.</param>
/// <param name="asSpec">Whether specs can say it all: each ASID has a table of its own, of a vCPU or of all together, which nobody else writes, each page has a virtual page, and the first is mapped at first.</param>
internal sealed class PrivateGenerator(int seed, bool asSpec = false)
{
    private const int Versions = 8;

    private static readonly PrivateOp[][][] Sequences =
    [
        // Code is written, cleaned, invalidated, fetched.
        [[PrivateOp.St], [PrivateOp.Cvau, PrivateOp.Cvau, PrivateOp.Cvac, PrivateOp.Civac], [PrivateOp.DsbIsh, PrivateOp.DsbIsh, PrivateOp.DsbNsh],
            [PrivateOp.Ivau, PrivateOp.Ivau, PrivateOp.Iallu, PrivateOp.Ialluis], [PrivateOp.DsbIsh, PrivateOp.DsbIsh, PrivateOp.DsbNsh], [PrivateOp.Isb], [PrivateOp.Exec]],

        // A page is unmapped or moved.
        [[PrivateOp.Unmap, PrivateOp.Map], [PrivateOp.DsbIshst, PrivateOp.DsbIsh],
            [PrivateOp.TlbiVae1Is, PrivateOp.TlbiVae1Is, PrivateOp.TlbiVae1, PrivateOp.TlbiVmalle1, PrivateOp.TlbiVmalle1Is, PrivateOp.TlbiAside1, PrivateOp.TlbiAside1Is],
            [PrivateOp.DsbIsh, PrivateOp.DsbIsh, PrivateOp.DsbNsh], [PrivateOp.Map, PrivateOp.Isb, PrivateOp.St], [PrivateOp.DsbIsh, PrivateOp.Isb], [PrivateOp.St, PrivateOp.Ld]],

        // The MMU is switched around maintenance of data.
        [[PrivateOp.St], [PrivateOp.MmuOn, PrivateOp.MmuOff], [PrivateOp.Isb], [PrivateOp.St, PrivateOp.Civac], [PrivateOp.Civac, PrivateOp.Cvac, PrivateOp.Cvau],
            [PrivateOp.DsbIsh], [PrivateOp.MmuOn, PrivateOp.MmuOff, PrivateOp.St], [PrivateOp.Isb], [PrivateOp.Ld, PrivateOp.St]],

        // Maintenance, several kinds of it, races with stores.
        [[PrivateOp.St, PrivateOp.Civac, PrivateOp.Cvau], [PrivateOp.Cvau, PrivateOp.Cvac, PrivateOp.Civac], [PrivateOp.St], [PrivateOp.Cvau, PrivateOp.Cvac, PrivateOp.Civac],
            [PrivateOp.St, PrivateOp.DsbIsh], [PrivateOp.DsbIsh], [PrivateOp.St, PrivateOp.Ld], [PrivateOp.Ivau, PrivateOp.Ialluis], [PrivateOp.DsbIsh]],

        // A page is moved without a TLBI, so that what follows may mean either.
        [[PrivateOp.Map, PrivateOp.MmuOff], [PrivateOp.Cvau, PrivateOp.Cvac, PrivateOp.Civac, PrivateOp.Ivau], [PrivateOp.St], [PrivateOp.St, PrivateOp.Isb], [PrivateOp.St, PrivateOp.DsbIsh]],
    ];

    // Each step by a vCPU of its own.
    private static readonly PrivateOp[][][] Races =
    [
        [[PrivateOp.Map, PrivateOp.Unmap], [PrivateOp.Map, PrivateOp.Unmap], [PrivateOp.DsbIshst, PrivateOp.DsbIshst, PrivateOp.DsbIsh],
            [PrivateOp.TlbiVae1Is, PrivateOp.TlbiVmalle1Is], [PrivateOp.DsbIsh], [PrivateOp.DsbIsh]],
        [[PrivateOp.MmuOff], [PrivateOp.Isb, PrivateOp.St], [PrivateOp.Cvau, PrivateOp.Cvac, PrivateOp.Civac], [PrivateOp.St, PrivateOp.Isb], [PrivateOp.St, PrivateOp.Cvau, PrivateOp.Civac],
            [PrivateOp.St, PrivateOp.DsbIsh], [PrivateOp.St, PrivateOp.DsbIsh, PrivateOp.Cvac], [PrivateOp.DsbIsh]],
    ];

    private static readonly PrivateOp[] Ops =
    [
        .. Enum.GetValues<PrivateOp>(), PrivateOp.St, PrivateOp.St, PrivateOp.DsbIsh, PrivateOp.DsbIsh, PrivateOp.DsbIsh, PrivateOp.Isb,
        PrivateOp.Cvau, PrivateOp.Cvac, PrivateOp.Civac,
    ];

    private readonly Random _random = new(seed);
    private readonly List<PrivateInstruction> _instructions = [];
    private PrivateSetting _setting = null!;
    private int[] _ttbr = [];
    private int _versions;

    /// <summary>A program of at most <paramref name="most"/> instructions.</summary>
    public PrivateProgram Program(int most)
    {
        Start();
        return Write(most);
    }

    /// <summary>Several programs with one setting.</summary>
    /// <param name="count">How many.</param>
    /// <param name="most">The most instructions of each.</param>
    public IReadOnlyList<PrivateProgram> Programs(int count, int most)
    {
        Start();
        return [.. Enumerable.Range(0, count).Select(_ => Write(most))];
    }

    private PrivateProgram Write(int most)
    {
        Begin();
        var wanted = 2 + _random.Next(most - 1);
        // One or two themes in a program: what is rare needs several steps that belong together.
        var themes = Enumerable.Range(0, 1 + _random.Next(2)).Select(_ => _random.Next(Sequences.Length + Races.Length)).ToArray();
        var (v, a, place, sequence, isRace) = (0, 0, int.MaxValue, Sequences[0], false);
        while (_instructions.Count < wanted)
        {
            if (place >= sequence.Length || _random.Next(6) == 0)
            {
                var theme = themes[_random.Next(themes.Length)];
                isRace = theme >= Sequences.Length;
                sequence = isRace ? Races[theme - Sequences.Length] : Sequences[theme];
                (v, a, place) = (_random.Next(_setting.Vcpus), _random.Next(_setting.Vas), _random.Next(2) == 0 ? 0 : _random.Next(3));
            }

            if (_random.Next(5) == 0)
            {
                _instructions.Add(Next(_random.Next(_setting.Vcpus), Ops[_random.Next(Ops.Length)], _random.Next(_setting.Vas)));
                continue;
            }

            var choices = sequence[place++];
            if (_random.Next(8) != 0)
            {
                _instructions.Add(Next(isRace || _random.Next(8) == 0 ? _random.Next(_setting.Vcpus) : v, choices[_random.Next(choices.Length)], a));
            }
        }

        return new PrivateProgram(_setting, [.. _instructions]);
    }

    /// <summary>A few instructions for each vCPU, to be repeated for ever in any order.</summary>
    public PrivateProgram Alphabet(int most)
    {
        Start();
        Begin();
        var sequences = Sequences.Concat(Races).ToArray();
        var sequence = sequences[_random.Next(sequences.Length)];
        var wanted = Math.Max(2, most - _random.Next(3));
        for (var tries = 0; _instructions.Count < wanted && tries < 100; tries++)
        {
            var choices = _random.Next(4) == 0 ? Ops : sequence[_random.Next(sequence.Length)];
            var i = Next(_random.Next(_setting.Vcpus), choices[_random.Next(choices.Length)], _random.Next(_setting.Vas));
            if (i.Op is not (PrivateOp.Ld or PrivateOp.Exec) && !_instructions.Contains(i) && !(i.Op == PrivateOp.St && _versions > _setting.Pages + 2))
            {
                _instructions.Add(i);
            }
        }

        return new PrivateProgram(_setting, [.. _instructions]);
    }

    private void Begin()
    {
        _instructions.Clear();
        _ttbr = new int[_setting.Vcpus];
        _versions = _setting.Pages;
    }

    private void Start()
    {
        var vcpus = 1 + _random.Next(2);
        var (vas, pages) = (1 + (_random.Next(3) / 2), 1 + (_random.Next(3) / 2));
        vas = asSpec ? Math.Max(vas, pages) : vas;
        var idc = _random.Next(3) == 0;
        var shared = _random.Next(2) == 0;
        var switches = _random.Next(5) == 0;
        var regimes = new PrivateRegime[vcpus][];
        for (var v = 0; v < vcpus; v++)
        {
            var own = new PrivateRegime(shared ? 0 : v, 0);
            regimes[v] = switches ? [own, asSpec ? new PrivateRegime(shared ? 1 : vcpus + v, 1) : new PrivateRegime(_random.Next(vcpus), _random.Next(2))] : [own];
        }

        var leaves = Enumerable.Range(0, asSpec ? regimes.Max(all => all.Max(regime => regime.Table)) + 1 : vcpus).Select(_ => Enumerable.Range(0, vas).Select(_ => Leaf(pages, orInvalid: true)).ToArray()).ToArray();
        foreach (var table in asSpec ? leaves : [])
        {
            table[0] = Leaf(pages, orInvalid: false);
        }

        var mmu = Enumerable.Range(0, vcpus).Select(_ => _random.Next(4) != 0).ToArray();
        _setting = new PrivateSetting(idc, idc && _random.Next(3) == 0, vas, pages, regimes, mmu, leaves) { NshWaitsForDc = _random.Next(3) == 0 };
    }

    private int Leaf(int pages, bool orInvalid) =>
        orInvalid && _random.Next(6) == 0 ? PrivateLeaf.Invalid : PrivateLeaf.Of(_random.Next(pages), _random.Next(4) == 0);

    private PrivateInstruction Next(int v, PrivateOp op, int a)
    {
        var regimes = _setting.Regimes[v];
        var regime = regimes[_ttbr[v]];
        switch (op)
        {
            case PrivateOp.St:
                // Now and then a value comes back.
                return new PrivateInstruction(v, op, a, _versions == Versions || _random.Next(8) == 0 ? _random.Next(_versions) : _versions++);
            case PrivateOp.Map or PrivateOp.Unmap:
                return new PrivateInstruction(v, op, a, op == PrivateOp.Map ? Leaf(_setting.Pages, orInvalid: false) : 0, _random.Next(4) != 0 ? regime.Table : asSpec ? regimes[_random.Next(regimes.Length)].Table : _random.Next(_setting.Tables));
            case PrivateOp.TlbiVae1 or PrivateOp.TlbiVae1Is or PrivateOp.TlbiAside1 or PrivateOp.TlbiAside1Is:
                var asid = _random.Next(4) == 0 ? _random.Next(_setting.Asids) : regime.Asid;
                return new PrivateInstruction(v, op, op is PrivateOp.TlbiVae1 or PrivateOp.TlbiVae1Is ? a : 0, asid);
            case PrivateOp.Ttbr when regimes.Length > 1:
                _ttbr[v] = _random.Next(regimes.Length);
                return new PrivateInstruction(v, op, Value: _ttbr[v]);
            case PrivateOp.Ttbr:
                return new PrivateInstruction(v, PrivateOp.Isb);
            default:
                return new PrivateInstruction(v, op, new PrivateInstruction(v, op).IsAccess ? a : 0);
        }
    }
}
