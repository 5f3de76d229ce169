using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>TLBs, of which only the maintenance is modelled: it completes by DSB and changes nothing.</summary>
internal sealed class TlbPart(Sorts sorts) : MachinePart
{
    public override IEnumerable<Effect> Effects() =>
    [
        new Effect(OperationKind.InvalidateTranslations, "tlbi", "tlbi")
        {
            Target = new EffectTarget(new Parameter("r", sorts.Pcpu), p => p, AtOneInstant: null),
            Takes = (_, _) => [],
        },
    ];
}
