namespace CoherenceCheck.Attributes.Tests;

/// <summary>Accesses and registers in few words.</summary>
internal static class Accesses
{
    /// <summary>A guest with everything on, Write-Back at both stages, Inner Shareable.</summary>
    public static AttributeInput Guest(AccessKind access) => new()
    {
        Access = access,
        SctlrM = true,
        SctlrC = true,
        SctlrI = true,
        HcrVm = true,
    };

    /// <summary>The same with stage 1 off.</summary>
    public static AttributeInput MmuOff(AccessKind access, bool i = false) => Guest(access) with { SctlrM = false, SctlrC = false, SctlrI = i };

    public static MachineRegisters Machine(params (string Field, string Value)[] machine) => Machine(ReadingSet.InOrder, machine);

    public static MachineRegisters Machine(ReadingSet readings, params (string Field, string Value)[] machine) => new(Fields(machine), Fields(), readings);

    public static Dictionary<string, string> Fields(params (string Field, string Value)[] fields) =>
        fields.ToDictionary(field => field.Field, field => field.Value, StringComparer.Ordinal);

    /// <summary>The results in words.</summary>
    public static string Of(AttributeInput input, ReadingSet? readings = null) => EffectiveMemory.Of(input, readings ?? ReadingSet.InOrder).ToString();
}
