using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>What a TLBI names of the entries that it removes (Arm ARM C5.5; forms for the last level alone remove what a leaf left, as the others do).</summary>
internal enum TlbiForm
{
    /// <summary>VAE1, VALE1: an ASID and a virtual page.</summary>
    Va,

    /// <summary>VAAE1, VAALE1: a virtual page under any ASID.</summary>
    VaAllAsids,

    /// <summary>ASIDE1: an ASID.</summary>
    Asid,

    /// <summary>VMALLE1: all of stage 1, and of both stages together, of a VMID.</summary>
    Stage1,

    /// <summary>IPAS2E1, IPAS2LE1: what stage 2 alone left of a page.</summary>
    Ipa,

    /// <summary>VMALLS12E1: all of a VMID.</summary>
    BothStages,

    /// <summary>ALLE1: all.</summary>
    All,
}

/// <summary>The forms by the names of operations.</summary>
internal static class TlbiForms
{
    /// <summary>The form of an operation.</summary>
    /// <exception cref="ArgumentException">It is no TLBI.</exception>
    public static TlbiForm Of(Operation operation)
    {
        var option = operation.Name.Split(' ')[^1];
        return (option.EndsWith("is", StringComparison.Ordinal) ? option[..^2] : option) switch
        {
            "vae1" or "vale1" => TlbiForm.Va,
            "vaae1" or "vaale1" => TlbiForm.VaAllAsids,
            "aside1" => TlbiForm.Asid,
            "vmalle1" => TlbiForm.Stage1,
            "ipas2e1" or "ipas2le1" => TlbiForm.Ipa,
            "vmalls12e1" => TlbiForm.BothStages,
            "alle1" => TlbiForm.All,
            _ => throw new ArgumentException($"'{operation.Name}' is no TLBI.", nameof(operation)),
        };
    }

    /// <summary>What the names of all effects begin with.</summary>
    public const string Prefix = "tlbi.";

    /// <summary>The name of its effect.</summary>
    public static string NameOf(TlbiForm form) => form switch
    {
        TlbiForm.Va => "tlbi.va",
        TlbiForm.VaAllAsids => "tlbi.vaa",
        TlbiForm.Asid => "tlbi.asid",
        TlbiForm.Stage1 => "tlbi.vmall",
        TlbiForm.Ipa => "tlbi.ipa",
        TlbiForm.BothStages => "tlbi.s12",
        _ => "tlbi.all",
    };
}
