using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>What a TLBI names.</summary>
internal enum TlbiForm
{
    /// <summary>VAE1, VALE1: an ASID and a VA.</summary>
    Va,

    /// <summary>VAAE1, VAALE1: a VA.</summary>
    VaAllAsids,

    /// <summary>ASIDE1.</summary>
    AllOfAsid,

    /// <summary>VMALLE1: stage 1 of a VMID.</summary>
    AllStageOne,

    /// <summary>IPAS2E1, IPAS2LE1.</summary>
    Ipa,

    /// <summary>VMALLS12E1.</summary>
    AllOfVmid,

    /// <summary>ALLE1.</summary>
    All,
}

/// <summary>A kind of TLBI: the k of pendT[p][k]. What its form does not name is 0.</summary>
internal readonly record struct Tlbi(TlbiForm Form, int Vmid, int Tag, int Va, int Page)
{
    /// <summary>The form of an operation.</summary>
    public static TlbiForm FormOf(Operation operation) => operation.Name.Split(' ')[1].Replace("is", "", StringComparison.Ordinal) switch
    {
        "vae1" or "vale1" => TlbiForm.Va,
        "vaae1" or "vaale1" => TlbiForm.VaAllAsids,
        "aside1" => TlbiForm.AllOfAsid,
        "vmalle1" => TlbiForm.AllStageOne,
        "ipas2e1" or "ipas2le1" => TlbiForm.Ipa,
        "vmalls12e1" => TlbiForm.AllOfVmid,
        "alle1" => TlbiForm.All,
        var other => throw new NotSupportedException(other),
    };

    /// <summary>Every kind that may occur.</summary>
    public static Tlbi[] All(Shape shape)
    {
        var forms = shape.Operations.Where(operation => operation.Kind == OperationKind.InvalidateTranslations).Select(FormOf).Distinct();
        return [.. forms.SelectMany(form =>
            from vmid in Enumerable.Range(0, form == TlbiForm.All ? 1 : shape.Vmids)
            from tag in Enumerable.Range(0, form is TlbiForm.Va or TlbiForm.AllOfAsid ? shape.Asids.Length : 1)
            from va in Enumerable.Range(0, form is TlbiForm.Va or TlbiForm.VaAllAsids ? shape.Vas : 1)
            from page in Enumerable.Range(0, form == TlbiForm.Ipa ? shape.LocalPages : 1)
            select new Tlbi(form, vmid, tag, va, page))];
    }

    /// <summary>Whether it removes entries of stage 1, combined ones included, of this tag and VA (and VMID).</summary>
    /// <remarks>The tag of M = 0 is matched by neither VAE1 nor ASIDE1.</remarks>
    public bool RemovesStageOne(int tag, int va) => Form switch
    {
        TlbiForm.Va => tag == Tag && va == Va,
        TlbiForm.VaAllAsids => va == Va,
        TlbiForm.AllOfAsid => tag == Tag,
        TlbiForm.Ipa => false,
        _ => true,
    };

    /// <summary>Whether it removes stage-2-only entries of a page (of the VMID).</summary>
    public bool RemovesStageTwo(int page) => Form switch
    {
        TlbiForm.Ipa => page == Page,
        TlbiForm.AllOfVmid or TlbiForm.All => true,
        _ => false,
    };

    /// <summary>Whether it is for this VMID.</summary>
    public bool Concerns(int vmid) => Form == TlbiForm.All || vmid == Vmid;
}
