using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CoherenceCheck.Language.Vocabulary;

/// <summary>What an operation does to the machine; the model gives each kind its meaning.</summary>
public enum OperationKind
{
    /// <summary><c>str VALUE, [LINE]</c></summary>
    Store,

    /// <summary><c>ldr [LINE]</c></summary>
    Load,

    /// <summary><c>exec LINE</c>: fetches and executes what is there.</summary>
    Execute,

    /// <summary>Clean by VA to the Point of Unification.</summary>
    CleanToPoU,

    /// <summary>Clean by VA to the Point of Coherency.</summary>
    CleanToPoC,

    /// <summary>Clean and invalidate by VA to the Point of Coherency.</summary>
    CleanInvalidateToPoC,

    /// <summary>Invalidate by VA to the Point of Coherency, without a clean.</summary>
    InvalidateToPoC,

    /// <summary>Invalidate the instruction cache by VA to the Point of Unification.</summary>
    InvalidateInstructionLine,

    /// <summary>Invalidate all of the instruction cache.</summary>
    InvalidateInstructionAll,

    /// <summary>Invalidate translations. Completes by DSB.</summary>
    InvalidateTranslations,

    /// <summary>Data synchronisation barrier.</summary>
    DataSynchronizationBarrier,

    /// <summary>Data memory barrier.</summary>
    DataMemoryBarrier,

    /// <summary>Instruction synchronisation barrier: a context synchronisation event.</summary>
    InstructionSynchronizationBarrier,

    /// <summary><c>msr REGISTER.FIELD, VALUE</c></summary>
    WriteSystemRegister,
}

/// <summary>How far a kind of operation cleans a line.</summary>
public enum CleanPoint
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>To the Point of Unification.</summary>
    PoU,

    /// <summary>To the Point of Coherency, and so to the Point of Unification, too.</summary>
    PoC,
}

/// <summary>What is known of a kind of operation wherever kinds are told apart.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="IsDataAccess">Whether it accesses data, so that its memory type must be settled when it executes.</param>
/// <param name="Cleans">How far it cleans.</param>
/// <param name="InvalidatesData">Whether it takes the line out of data caches.</param>
public sealed record KindRow(OperationKind Kind, bool IsDataAccess = false, CleanPoint Cleans = CleanPoint.None, bool InvalidatesData = false)
{
    /// <summary>Whether it is a DC: what it does of cleaning and invalidating takes effect by itself, and completes by DSB.</summary>
    public bool IsClean => Cleans != CleanPoint.None || InvalidatesData;
}

/// <summary>The one table of kinds: a row each.</summary>
public static class KindTable
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<KindRow> All { get; } =
    [
        new(OperationKind.Store, IsDataAccess: true),
        new(OperationKind.Load, IsDataAccess: true),
        new(OperationKind.Execute),
        new(OperationKind.CleanToPoU, IsDataAccess: true, Cleans: CleanPoint.PoU),
        new(OperationKind.CleanToPoC, IsDataAccess: true, Cleans: CleanPoint.PoC),
        new(OperationKind.CleanInvalidateToPoC, IsDataAccess: true, Cleans: CleanPoint.PoC, InvalidatesData: true),
        new(OperationKind.InvalidateToPoC, IsDataAccess: true, InvalidatesData: true),
        new(OperationKind.InvalidateInstructionLine),
        new(OperationKind.InvalidateInstructionAll),
        new(OperationKind.InvalidateTranslations),
        new(OperationKind.DataSynchronizationBarrier),
        new(OperationKind.DataMemoryBarrier),
        new(OperationKind.InstructionSynchronizationBarrier),
        new(OperationKind.WriteSystemRegister),
    ];

    /// <summary>The row of a kind.</summary>
    /// <exception cref="ArgumentException">It has none.</exception>
    public static KindRow Of(OperationKind kind) => All.FirstOrDefault(row => row.Kind == kind) ?? throw new ArgumentException($"Kind {kind} has no row.", nameof(kind));
}

/// <summary>The one table of operations: a row each.</summary>
public static class OperationTable
{
    private const string NoOrdering = "acquire and release need an out-of-order PE, which is not modelled yet";

    /// <summary>The operations, in the order in which alphabets and documents list them.</summary>
    public static ImmutableArray<Operation> All { get; } =
    [
        Row("exec", OperationKind.Execute, OperandShape.Line, OperationPlace.Guest, Obligation.NewCode, "fetch exec", "Arm ARM B2.3 (instruction fetch)"),
        Row("ldr", OperationKind.Load, OperandShape.Address, OperationPlace.Everywhere, Obligation.NewCode, "load ldr", "Arm ARM C6.2 LDR"),
        Row("str", OperationKind.Store, OperandShape.ValueAndAddress, OperationPlace.Everywhere, Obligation.NewCode, "store str", "Arm ARM C6.2 STR"),
        Row("ldar", OperationKind.Load, OperandShape.Address, OperationPlace.Guest, Obligation.NewCode, "", "Arm ARM C6.2 LDAR", NoOrdering),
        Row("stlr", OperationKind.Store, OperandShape.ValueAndAddress, OperationPlace.Guest, Obligation.NewCode, "", "Arm ARM C6.2 STLR", NoOrdering),

        Row("dc cvau", OperationKind.CleanToPoU, OperandShape.Line, OperationPlace.Everywhere, Obligation.NewCode, "dc cvau", "Arm ARM C5.3 DC CVAU"),
        Row("dc cvac", OperationKind.CleanToPoC, OperandShape.Line, OperationPlace.Everywhere, Obligation.MmuOff, "dc cvac", "Arm ARM C5.3 DC CVAC"),
        Row("dc civac", OperationKind.CleanInvalidateToPoC, OperandShape.Line, OperationPlace.Everywhere, Obligation.MmuOff, "dc civac", "Arm ARM C5.3 DC CIVAC"),
        Row("dc ivac", OperationKind.InvalidateToPoC, OperandShape.Line, OperationPlace.Everywhere, Obligation.MmuOff, "ivac", "Arm ARM C5.3 DC IVAC"),
        .. SetWay("isw", OperationKind.InvalidateToPoC),
        .. SetWay("csw", OperationKind.CleanToPoC),
        .. SetWay("cisw", OperationKind.CleanInvalidateToPoC),
        Row("dc zva", OperationKind.Store, OperandShape.Line, OperationPlace.Everywhere, Obligation.NewCode, "", "Arm ARM C5.3 DC ZVA", "write a value with str instead"),

        Row("ic ivau", OperationKind.InvalidateInstructionLine, OperandShape.Line, OperationPlace.Everywhere, Obligation.NewCode, "ic ivau", "Arm ARM C5.3 IC IVAU"),
        Row("ic iallu", OperationKind.InvalidateInstructionAll, OperandShape.None, OperationPlace.Everywhere, Obligation.LocalMaintenance, "ic iallu", "Arm ARM C5.3 IC IALLU", scope: OperationScope.Local),
        Row("ic ialluis", OperationKind.InvalidateInstructionAll, OperandShape.None, OperationPlace.Everywhere, Obligation.NewCode, "ic ialluis", "Arm ARM C5.3 IC IALLUIS", scope: OperationScope.InnerShareable),

        .. Tlbi("vmalle1", TranslationTarget.None, OperationPlace.Everywhere, "tlbi"),
        .. Tlbi("vae1", TranslationTarget.VirtualPage, OperationPlace.Everywhere),
        .. Tlbi("vaae1", TranslationTarget.AnyAsid, OperationPlace.Everywhere),
        .. Tlbi("vale1", TranslationTarget.VirtualPage, OperationPlace.Everywhere),
        .. Tlbi("vaale1", TranslationTarget.AnyAsid, OperationPlace.Everywhere),
        .. Tlbi("aside1", TranslationTarget.Asid, OperationPlace.Everywhere),
        .. Tlbi("ipas2e1", TranslationTarget.IntermediatePage, OperationPlace.Host),
        .. Tlbi("ipas2le1", TranslationTarget.IntermediatePage, OperationPlace.Host),
        .. Tlbi("vmalls12e1", TranslationTarget.None, OperationPlace.Host),
        .. Tlbi("alle1", TranslationTarget.None, OperationPlace.Host),

        .. Barriers("dsb", OperationKind.DataSynchronizationBarrier, "ish", "nsh"),
        .. Barriers("dmb", OperationKind.DataMemoryBarrier, "ish", ""),
        Row("isb", OperationKind.InstructionSynchronizationBarrier, OperandShape.None, OperationPlace.Everywhere, Obligation.NewCode, "barrier isb", "Arm ARM C6.2 ISB"),

        Row("msr", OperationKind.WriteSystemRegister, OperandShape.FieldAndValue, OperationPlace.Guest, Obligation.NewCode, "", "Arm ARM C6.2 MSR (register)"),
    ];

    private static readonly FrozenDictionary<string, Operation> ByName = All.ToFrozenDictionary(operation => operation.Name);

    private static readonly FrozenDictionary<string, ImmutableArray<string>> Options = All
        .GroupBy(operation => operation.Name.Split(' ')[0])
        .ToFrozenDictionary(group => group.Key, group => group.Where(o => o.Name.Contains(' ')).Select(o => o.Name.Split(' ')[1]).ToImmutableArray());

    /// <summary>The words of alphabets that stand for operations; <c>mmu</c> beside them lets a vCPU toggle its MMU.</summary>
    public static ImmutableArray<string> Letters { get; } = [.. All.SelectMany(o => o.Letters.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct()];

    /// <summary>The fields that <c>msr</c> may write.</summary>
    public static ImmutableArray<string> WritableFields { get; } = ["SCTLR_EL1.M", "SCTLR_EL1.C", "SCTLR_EL1.I"];

    /// <summary>The field by which a guest chooses among its stage-1 tables.</summary>
    public const string AsidField = "TTBR0_EL1.ASID";

    /// <summary>The first words of operations.</summary>
    internal static IEnumerable<string> Mnemonics => Options.Keys;

    /// <summary>The operation of a name, <c>dc cvau</c>, or <see langword="null"/>.</summary>
    public static Operation? Find(string name) => ByName.GetValueOrDefault(name);

    internal static bool IsMnemonic(string word) => Options.ContainsKey(word);

    internal static bool HasOption(string mnemonic) => !OptionsOf(mnemonic).IsEmpty;

    internal static ImmutableArray<string> OptionsOf(string mnemonic) => Options.TryGetValue(mnemonic, out var options) ? options : [];

    private static Operation Row(
        string name,
        OperationKind kind,
        OperandShape operands,
        OperationPlace place,
        Obligation obligation,
        string letters,
        string source,
        string? refusal = null,
        OperationScope scope = OperationScope.None,
        BarrierAccess access = BarrierAccess.Full) => new(name, kind, operands, scope, access, place, obligation, letters, source, refusal);

    private static IEnumerable<Operation> SetWay(string option, OperationKind kind)
    {
        yield return Row($"dc {option}", kind, OperandShape.OptionalName, OperationPlace.Guest, Obligation.MmuOff, option, $"Arm ARM C5.3 DC {option.ToUpperInvariant()}", scope: OperationScope.Local) with { IsBySetWay = true };
    }

    private static IEnumerable<Operation> Tlbi(string option, TranslationTarget target, OperationPlace place, string letters = "")
    {
        foreach (var (suffix, scope) in new[] { ("", OperationScope.Local), ("is", OperationScope.InnerShareable) })
        {
            var name = option + suffix;
            var operands = target == TranslationTarget.None ? OperandShape.None : OperandShape.OptionalName;
            var own = place.HasFlag(OperationPlace.Guest) ? $"{letters} {name}".TrimStart() : "";
            yield return Row($"tlbi {name}", OperationKind.InvalidateTranslations, operands, place, Obligation.Translations, own, $"Arm ARM C5.5 TLBI {name.ToUpperInvariant()}", scope: scope) with { Target = target };
        }
    }

    private static IEnumerable<Operation> Barriers(string mnemonic, OperationKind kind, params string[] inAlphabets)
    {
        foreach (var domain in new[] { "ish", "nsh", "osh", "sy" })
        {
            foreach (var (suffix, access) in new[] { ("", BarrierAccess.Full), ("st", BarrierAccess.Stores), ("ld", BarrierAccess.Loads) })
            {
                var option = domain == "sy" && suffix.Length > 0 ? suffix : domain + suffix;
                var scope = domain == "nsh" ? OperationScope.Local : OperationScope.InnerShareable;
                var letters = inAlphabets.Contains(option) ? $"barrier {mnemonic}" : "";
                yield return Row($"{mnemonic} {option}", kind, OperandShape.None, OperationPlace.Everywhere, Obligation.NewCode, letters, $"Arm ARM C6.2 {mnemonic.ToUpperInvariant()}", scope: scope, access: access);
            }
        }
    }
}
