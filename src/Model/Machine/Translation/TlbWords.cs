using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>What a trace shows and says of TLBs.</summary>
/// <param name="space">The address spaces.</param>
/// <param name="sorts">The sorts.</param>
/// <param name="vttbr">Knows VMIDs.</param>
/// <param name="joined">Entries of both stages together.</param>
/// <param name="flat">The same with the MMU off.</param>
/// <param name="second">Entries of stage 2 alone.</param>
internal sealed class TlbWords(AddressSpace space, Sorts sorts, VttbrPart vttbr, Variable joined, Variable? flat, Variable? second)
{
    /// <summary>What is said of walks that are under way; <see langword="null"/> where none is kept.</summary>
    public WalkWords? Walks { get; init; }

    public Panel Panel() => new(PanelName, "TLBs", "TLBs", IsSummary: false, [.. sorts.Tlb.Elements.Select(tlb => new PanelColumn(tlb, [new PanelEntry("")]))]);

    public PanelValues Show(Valuation state) => new(
        [.. Enumerable.Range(0, sorts.Tlb.Size).Select(tlb => ImmutableArray.Create(string.Join("; ", Entries(tlb).Where(entry => state[entry.Variable, entry.Cell] != 0)
            .Select(entry => $"{(entry.Variable == second ? "stage 2 alone: " : "")}{entry.From} -> {entry.Words(Leaves(state[entry.Variable, entry.Cell]))}").Concat(Walks?.Show(state, tlb) ?? []))))]);

    /// <summary>What entered or left TLBs, and what a TLBI removed that was there again at once.</summary>
    public IEnumerable<Note> Notes(TraceContext context, StepView step)
    {
        var tlbi = TlbiOf(step);
        if (tlbi is var (form, place, target))
        {
            context.Translations.TakesEffect(step.Number, target, Tell(form, [.. PlaceOf(form).Zip(place, (part, element) => part.Sort.Elements[element])]));
        }

        return Enumerable.Range(0, sorts.Tlb.Size).SelectMany(tlb => Changes(context, step, tlb).Concat(tlbi is { } effect && effect.Target == tlb ? Refills(step, effect) : [])).Concat(Walks?.Notes(context, step) ?? []);
    }

    private IEnumerable<Note> Changes(TraceContext context, StepView step, int tlb)
    {
        long Gained(TlbEntry entry) => step.After[entry.Variable, entry.Cell] & ~step.Before[entry.Variable, entry.Cell];
        long Lost(TlbEntry entry) => step.Before[entry.Variable, entry.Cell] & ~step.After[entry.Variable, entry.Cell];

        // An entry of stage 2 alone comes and goes with those of both stages, as a rule; it is spoken of where it does not.
        var (gained, lost) = (0L, 0L);
        foreach (var entry in Entries(tlb))
        {
            if ((Gained(entry) & (entry.Variable == second ? ~gained : -1)) is not 0 and var came)
            {
                gained |= came;
                yield return new Filled(NameOf(tlb, entry), entry.From, entry.Words(Leaves(came)), null, new(PanelName, tlb))
                {
                    Joint = " -> ",
                    Walk = entry.Variable == joined ? Walks?.EndOf(context, step, tlb, entry.Place) : null,
                };
            }

            if ((Lost(entry) & (entry.Variable == second ? ~lost : -1)) is not 0 and var went)
            {
                lost |= went;
                yield return new Emptied(NameOf(tlb, entry), entry.From, entry.Words(Leaves(went)), new(PanelName, tlb)) { Joint = " -> " };
            }
        }
    }

    /// <summary>What a TLBI named, and is there as before.</summary>
    private IEnumerable<Note> Refills(StepView step, (TlbiForm Form, ImmutableArray<int> Place, int Target) tlbi) => Entries(tlbi.Target)
        .Where(entry => IsNamed(tlbi.Form, tlbi.Place, entry) && (step.Before[entry.Variable, entry.Cell] & step.After[entry.Variable, entry.Cell]) != 0)
        .Select(entry => new Refilled(NameOf(tlbi.Target, entry), entry.From, entry.Words(Leaves(step.Before[entry.Variable, entry.Cell] & step.After[entry.Variable, entry.Cell])), null, new(PanelName, tlbi.Target))
        {
            Walk = entry.Variable == second || second is null || tlbi.Form is TlbiForm.BothStages or TlbiForm.All ? "walked anew" : "made from what stage 2 alone left",
        });

    /// <summary>The TLBI that takes effect with a step: its form, what it names, and the TLB; <see langword="null"/> for other steps.</summary>
    private (TlbiForm Form, ImmutableArray<int> Place, int Target)? TlbiOf(StepView step)
    {
        if (step.Info is not { Kind: StepKind.Hardware, Target: { } target } || !step.Info.Text.StartsWith(Pending, StringComparison.Ordinal))
        {
            return null;
        }

        foreach (var form in Enum.GetValues<TlbiForm>().Where(form => step.Info.Text == Pending + TlbiForms.NameOf(form)[TlbiForms.Prefix.Length..]))
        {
            return (form, [.. PlaceOf(form).Select(part => ((Operand)part).In(step.Instance))], target.In(step.Instance));
        }

        return null;
    }

    /// <summary>Whether a form names an entry.</summary>
    private bool IsNamed(TlbiForm form, ImmutableArray<int> place, TlbEntry entry)
    {
        var isOff = entry.Variable == flat;
        return form == TlbiForm.All || (place[0] == entry.Place[1] && form switch
        {
            TlbiForm.Va => entry.Variable == joined && entry.Place[2] == place[1] && entry.Place[3] == place[2],
            TlbiForm.VaAllAsids => entry.Variable == joined && entry.Place[3] == place[1],
            TlbiForm.Asid => entry.Variable == joined && entry.Place[2] == place[1],
            TlbiForm.Stage1 => entry.Variable == joined || isOff,
            TlbiForm.Ipa => entry.Variable == second && entry.Place[2] == place[1],
            _ => true,
        });
    }

    /// <summary>The name of their panel.</summary>
    public const string PanelName = "TLB";

    private string Leaves(long set) => string.Join(" or ", space.Leaf2Sort.Elements.Where((_, leaf) => (set >> leaf & 1) != 0));

    private const string Pending = "pend." + TlbiForms.Prefix;

    private string NameOf(int tlb, TlbEntry entry) => $"{sorts.Tlb.Elements[tlb]} TLB{(entry.Variable == second ? ", stage 2 alone" : "")}";

    /// <summary>An entry of a TLB, a cell of one of the sets.</summary>
    /// <param name="Variable">The set.</param>
    /// <param name="Cell">The cell.</param>
    /// <param name="Place">Its indices, the TLB first.</param>
    /// <param name="From">What it translates, in words.</param>
    /// <param name="Tail">What is to be said behind where it leads.</param>
    private readonly record struct TlbEntry(Variable Variable, int Cell, int[] Place, string From, string Tail)
    {
        public string Words(string leaves) => leaves + Tail;
    }

    /// <summary>The entries of a TLB: of both stages together, and then of stage 2 alone.</summary>
    private IEnumerable<TlbEntry> Entries(int tlb)
    {
        foreach (var entries in new[] { joined, flat, second }.OfType<Variable>())
        {
            var ofTlb = entries.CellCount / sorts.Tlb.Size;
            for (var cell = tlb * ofTlb; cell < (tlb + 1) * ofTlb; cell++)
            {
                var rest = cell;
                var place = new int[entries.Index.Length];
                for (var i = place.Length - 1; i >= 0; i--)
                {
                    (place[i], rest) = (rest % entries.Index[i].Size, rest / entries.Index[i].Size);
                }

                var vm = VmOf(place[1]);
                var from = entries == second ? space.IpaName(vm, place[2])
                    : entries == flat ? space.Arrow(vm, place[2], null, null)
                    : space.Arrow(vm, place[3], place[4], place[2]);
                var vmid = vttbr.Vmid.Size > 1 && vttbr.IsWritten ? $"VMID {vttbr.Vmid.Elements[place[1]]} " : "";
                yield return new TlbEntry(entries, cell, place, vmid + from, entries == flat ? " (MMU off)" : "");
            }
        }
    }

    /// <summary>The name of a form: that of the operation for all ASIDs, levels and domains.</summary>
    public static string NameOf(TlbiForm form) => form switch
    {
        TlbiForm.Va => "tlbi vae1",
        TlbiForm.VaAllAsids => "tlbi vaae1",
        TlbiForm.Asid => "tlbi aside1",
        TlbiForm.Stage1 => "tlbi vmalle1",
        TlbiForm.Ipa => "tlbi ipas2e1",
        TlbiForm.BothStages => "tlbi vmalls12e1",
        _ => "tlbi alle1",
    };

    /// <summary>A TLBI in words: what it names, and whose entries, where there are several VMIDs.</summary>
    /// <param name="form">Its form.</param>
    /// <param name="of">The names of what it names: the VMID first.</param>
    public string Tell(TlbiForm form, ImmutableArray<string> of)
    {
        if (form == TlbiForm.All)
        {
            return NameOf(form);
        }

        var vm = VmOf(vttbr.Vmid.Elements.IndexOf(of[0]));
        var names = form switch
        {
            TlbiForm.Va => " " + space.Arrow(vm, space.Va.Elements.IndexOf(of[2]), null, space.Asid.Elements.IndexOf(of[1])),
            TlbiForm.VaAllAsids => " " + space.Arrow(vm, space.Va.Elements.IndexOf(of[1]), null, null),
            TlbiForm.Ipa => " " + space.IpaName(vm, space.Ipa.Elements.IndexOf(of[1])),
            TlbiForm.Asid => " " + of[1],
            _ => "",
        };
        return $"{NameOf(form)}{names}{(vttbr.Vmid.Size == 1 ? "" : vttbr.IsWritten ? $" (VMID {of[0]})" : $" ({of[0]})")}";
    }

    /// <summary>The VM of a VMID; <see langword="null"/> where the policy hands them out.</summary>
    private int? VmOf(int vmid) => vttbr.IsWritten ? null : space.Mmus[vmid].Vm;

    /// <summary>What a form names.</summary>
    public ImmutableArray<Parameter> PlaceOf(TlbiForm form)
    {
        Parameter vmid = new("i", vttbr.Vmid), asid = new("s", space.Asid), va = new("a", space.Va), ipa = new("g", space.Ipa);
        return form switch
        {
            TlbiForm.Va => [vmid, asid, va],
            TlbiForm.VaAllAsids => [vmid, va],
            TlbiForm.Asid => [vmid, asid],
            TlbiForm.Ipa => [vmid, ipa],
            TlbiForm.All => [],
            _ => [vmid],
        };
    }
}
