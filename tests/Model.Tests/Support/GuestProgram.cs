using System.Globalization;
using CoherenceCheck.Model.Tests.Reference;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>What programs are made of.</summary>
internal enum StoreKind
{
    /// <summary>Every store is Write-Back.</summary>
    Cacheable,

    /// <summary>Stores are as SCTLR_EL1 says.</summary>
    Any,

    /// <summary>One vCPU whose MMU is off for good.</summary>
    MmuOffAlone,
}

/// <summary>A small program for each vCPU and the order in which their instructions happen.</summary>
/// <param name="Hardware">The hardware.</param>
/// <param name="Lines">The number of lines.</param>
/// <param name="Sctlr">SCTLR_EL1 of each vCPU at first.</param>
/// <param name="Instructions">The instructions in order.</param>
internal sealed record GuestProgram(Hardware Hardware, int Lines, IReadOnlyList<Sctlr> Sctlr, IReadOnlyList<Instruction> Instructions)
{
    private static readonly Op[] Ops =
    [
        Op.Exec, Op.Str, Op.Str, Op.Str, Op.Cvau, Op.Cvau, Op.Cvac, Op.Civac, Op.Ivau, Op.Ivau, Op.Iallu, Op.Ialluis,
        Op.DsbIsh, Op.DsbIsh, Op.DsbIsh, Op.DsbNsh, Op.DsbIshst, Op.DsbNshld, Op.Dmb, Op.Isb, Op.Isb, Op.MsrM, Op.MsrI, Op.MsrC,
    ];

    public int Vcpus => Sctlr.Count;

    /// <summary>Whether some vCPU may access lines Write-Back at some time: in a mode of any of its MSRs.</summary>
    public bool MayBeCached { get; } = Enumerable.Range(0, Sctlr.Count).Any(v =>
        (Sctlr[v].M || Instructions.Any(i => i.Vcpu == v && i is { Op: Op.MsrM, Value: 1 }))
        && (Sctlr[v].C || Instructions.Any(i => i.Vcpu == v && i is { Op: Op.MsrC, Value: 1 })));

    public bool StoresNonCacheable { get; private init; }

    public static string NameOf(int vcpu) => vcpu switch { 0 => "A", 1 => "B", _ => "C" };

    public static GuestProgram Random(int seed, StoreKind stores, int most = 11)
    {
        var random = new Random(seed);
        var alone = stores == StoreKind.MmuOffAlone;
        var vcpus = alone ? 1 : 1 + random.Next(2);
        var lines = 1 + random.Next(2);
        var toggles = !alone && random.Next(3) == 0;
        var sctlr = Enumerable.Range(0, vcpus).Select(_ => alone ? new Sctlr(false, random.Next(2) == 0, random.Next(4) == 0)
            : random.Next(3) == 0 ? new Sctlr(false, random.Next(4) == 0, random.Next(4) == 0)
            : new Sctlr(true, true, random.Next(6) != 0)).ToArray();
        var written = sctlr.ToArray();
        var inForce = sctlr.Select(m => new HashSet<Sctlr> { m }).ToArray();
        var instructions = new List<Instruction>();
        var (next, nonCacheable) = (lines, false);
        for (var left = 3 + random.Next(most - 2); left > 0; left--)
        {
            var (v, x, op) = (random.Next(vcpus), random.Next(lines), Ops[random.Next(Ops.Length)]);
            if (op is Op.MsrM or Op.MsrC or Op.MsrI && !toggles)
            {
                continue;
            }

            // A data access or DC whose cacheability is undecided is refused: an ISB comes first.
            if (op is Op.Str or Op.Cvau or Op.Cvac or Op.Civac && inForce[v].Count > 1)
            {
                op = Op.Isb;
            }

            var value = 0;
            switch (op)
            {
                case Op.Str:
                    var cacheable = inForce[v].All(m => m.StoresCacheable);
                    if (next - lines >= 4 || (!cacheable && stores == StoreKind.Cacheable))
                    {
                        continue;
                    }

                    nonCacheable |= !cacheable;
                    value = next++;
                    break;
                case Op.MsrM:
                    value = written[v].M ? 0 : 1;
                    Write(written[v] with { M = value == 1 });
                    break;
                case Op.MsrC:
                    value = written[v].C ? 0 : 1;
                    Write(written[v] with { C = value == 1 });
                    break;
                case Op.MsrI:
                    value = written[v].I ? 0 : 1;
                    Write(written[v] with { I = value == 1 });
                    break;
                case Op.Isb:
                    inForce[v] = [written[v]];
                    break;
            }

            instructions.Add(new Instruction(v, op, x, value));

            void Write(Sctlr m)
            {
                written[v] = m;
                inForce[v].Add(m);
            }
        }

        var hardware = Hardware.All[random.Next(Hardware.All.Count)];
        return new GuestProgram(hardware, lines, sctlr, instructions) { StoresNonCacheable = nonCacheable };
    }

    /// <summary>The scenario under a policy: pinned 1:1 unless it is bare metal.</summary>
    public string ToSpec(string policy)
    {
        string[] pcpus = [.. Enumerable.Range(0, Vcpus).Select(v => $"pcpu P{v}")];
        var lines = string.Join(" ; ", Enumerable.Range(0, Lines).Select(x => $"{Instruction.LineName(x)} = n{x}"));
        var vcpus = Sctlr.Select((m, v) => string.Create(CultureInfo.InvariantCulture,
            $$"""
                vcpu {{NameOf(v)}} on {P{{v}}} { SCTLR_EL1.M = {{(m.M ? 1 : 0)}} ; SCTLR_EL1.C = {{(m.C ? 1 : 0)}} ; SCTLR_EL1.I = {{(m.I ? 1 : 0)}} } { {{string.Join(" ; ", Instructions.Where(i => i.Vcpu == v))}} }
            """));
        return (policy is "bare_metal" or "none" ? "" : Specs.Kvm) +
            $$"""
            scenario "random program" {
              machine { {{string.Join(" ; ", pcpus)}} ; {{Hardware.Settings()}} }
              frame code { {{lines}} }
              vm guest {
                page code = code RWX wb
            {{string.Join('\n', vcpus)}}
              }
              expect fresh_fetch { {{policy}} : unstated }
            }
            """;
    }

    /// <summary>The order of the instructions, for messages.</summary>
    public override string ToString() => $"{Hardware}\n{string.Join(", ", Sctlr)}\n"
        + string.Join('\n', Instructions.Select((i, n) => $"{n + 1}. {NameOf(i.Vcpu)}: {i}"));
}
