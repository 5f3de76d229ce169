using CoherenceCheck.Model.Tests.Reference;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>
/// Makes random programs. Uniform instructions hardly ever do anything, so most are pieces of the sequence that makes code
/// visible (store, clean, barrier, invalidate, barrier, synchronise) with steps left out, replaced or on another vCPU.
/// </summary>
internal sealed class ProgramGenerator(Random random, StoreKind stores, int most)
{
    private static readonly Op[] Ops =
    [
        Op.Exec, Op.Str, Op.Str, Op.Cvau, Op.Cvac, Op.Civac, Op.Ivau, Op.Ivau, Op.Iallu, Op.Ialluis,
        Op.DsbIsh, Op.DsbIsh, Op.DsbNsh, Op.DsbIshst, Op.DsbNshld, Op.Dmb, Op.Isb, Op.Isb, Op.MsrM, Op.MsrI, Op.MsrC,
    ];

    private readonly List<Instruction> _instructions = [];
    private Sctlr[] _written = [];
    private HashSet<Sctlr>[] _inForce = [];
    private int _values;
    private bool _storesNonCacheable;

    public GuestProgram Next()
    {
        var alone = stores == StoreKind.MmuOffAlone;
        var vcpus = alone ? 1 : 1 + Math.Min(1, random.Next(4));
        var lines = 1 + Math.Max(0, random.Next(3) - 1);
        var toggles = !alone && random.Next(3) == 0;
        var sctlr = Enumerable.Range(0, vcpus).Select(_ => First(alone)).ToArray();
        (_written, _inForce, _values) = ([.. sctlr], [.. sctlr.Select(m => new HashSet<Sctlr> { m })], lines);
        var wanted = 3 + random.Next(most - 2);
        var (vcpu, x, place) = (0, 0, 0);
        while (_instructions.Count < wanted)
        {
            if (random.Next(5) == 0 || place >= Sequence.Length)
            {
                (vcpu, x, place) = (random.Next(vcpus), random.Next(lines), random.Next(3));
            }

            if (random.Next(4) == 0)
            {
                Add(random.Next(vcpus), Ops[random.Next(Ops.Length)], random.Next(lines), toggles, lines);
                continue;
            }

            var choices = Sequence[place++];
            if (random.Next(6) != 0)
            {
                Add(vcpu, choices[random.Next(choices.Length)], x, toggles, lines);
            }
        }

        var all = Hardware.All.Where(h => !h.Dic || random.Next(3) == 0).ToList();
        return new GuestProgram(all[random.Next(all.Count)] with { NshLimitsDc = random.Next(2) == 0 }, lines, sctlr, _instructions) { StoresNonCacheable = _storesNonCacheable };
    }

    private static Op[][] Sequence { get; } =
    [
        [Op.Str],
        [Op.Cvau, Op.Cvau, Op.Cvac, Op.Civac],
        [Op.DsbIsh, Op.DsbIsh, Op.DsbIsh, Op.DsbNsh],
        [Op.Ivau, Op.Ivau, Op.Iallu, Op.Ialluis],
        [Op.DsbIsh, Op.DsbIsh, Op.DsbNsh],
        [Op.Isb],
        [Op.Exec, Op.MsrM, Op.MsrI],
    ];

    private Sctlr First(bool off) => off || random.Next(3) == 0
        ? new Sctlr(false, random.Next(2) == 0, random.Next(4) == 0)
        : new Sctlr(true, true, random.Next(6) != 0);

    private void Add(int v, Op op, int x, bool toggles, int lines)
    {
        if (op is Op.MsrM or Op.MsrC or Op.MsrI && !toggles)
        {
            return;
        }

        // A data access or DC whose cacheability is undecided is refused: an ISB comes first.
        if (op is Op.Str or Op.Cvau or Op.Cvac or Op.Civac && _inForce[v].Count > 1)
        {
            op = Op.Isb;
        }

        var value = 0;
        var m = _written[v];
        switch (op)
        {
            case Op.Str:
                var cacheable = _inForce[v].All(mode => mode.StoresCacheable);
                if (!cacheable && stores == StoreKind.Cacheable)
                {
                    return;
                }

                // Now and then a value comes back.
                value = _values - lines >= 4 || random.Next(5) == 0 ? random.Next(_values) : _values++;
                _storesNonCacheable |= !cacheable;
                break;
            case Op.MsrM:
                value = m.M ? 0 : 1;
                m = m with { M = !m.M };
                break;
            case Op.MsrC:
                value = m.C ? 0 : 1;
                m = m with { C = !m.C };
                break;
            case Op.MsrI:
                value = m.I ? 0 : 1;
                m = m with { I = !m.I };
                break;
            case Op.Isb:
                _inForce[v].Clear();
                break;
        }

        _written[v] = m;
        _inForce[v].Add(m);
        _instructions.Add(new Instruction(v, op, x, value));
    }
}
