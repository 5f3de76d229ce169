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
    public int Vcpus => Sctlr.Count;

    public bool StoresNonCacheable { get; init; }

    public static string NameOf(int vcpu) => vcpu switch { 0 => "A", 1 => "B", _ => "C" };

    /// <summary>A random program; the same for the same seed.</summary>
    public static GuestProgram Random(int seed, StoreKind stores, int most = 13) =>
        new ProgramGenerator(new Random(seed), stores, most).Next();

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
