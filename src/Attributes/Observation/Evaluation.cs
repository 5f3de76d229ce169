using CoherenceCheck.Attributes.Configurations;

namespace CoherenceCheck.Attributes.Observation;

/// <summary>Computes observables in one configuration.</summary>
internal sealed class Evaluation
{
    /// <summary>The field that one PE may have otherwise than the others.</summary>
    private const string OfPe = "CTR_EL0.DIC";

    private readonly IReadOnlyDictionary<string, string> _policy;
    private readonly Func<string, string?> _read;
    private readonly ReadingSet _readings;

    /// <summary>Reads dimensions by their names; <see langword="null"/> of one that there is not.</summary>
    public Evaluation(IReadOnlyDictionary<string, string> policy, Func<string, string?> read)
    {
        _policy = policy;
        _read = read;
        _readings = ReadingSet.InOrder.Watched(number =>
        {
            var info = ReadingRegistry.All[number].Info;
            return read(info.Name) is { } value ? PositionOf(value, info.Values.Select(known => known.Name)) : -1;
        });
    }

    public int Value(Observable observable) => observable switch
    {
        FieldObservable field => PositionOf(Registers(field.ToldTo, field.Pe).Get(field.Field), FieldRegistry.ValuesOf(field.Field)),
        ReadingObservable reading => PositionOf(_readings[reading.Reading], ReadingRegistry.Find(reading.Reading)!.Info.Values.Select(value => value.Name)),
        CacheObservable cache => (int)CacheBehaviour.Of(Registers(cache.ToldTo, cache.Pe)).Flags,
        AccessObservable access => (int)Access(access).Flags,
        RegisterLegality legality => ConstraintOf(legality.Constraint).IsMet!(Registers(legality.ToldTo, legality.Pe)) ? 1 : 0,
        EncodingLegality legality => ConstraintOf(legality.Constraint).IsMetBy!(UnderStage2(legality.Page, Registers(null, null), default)) ? 1 : 0,
        _ => throw new ArgumentException($"No value of {observable} is known.", nameof(observable)),
    };

    private static LegalityConstraint ConstraintOf(string id) => Legality.Constraints.First(constraint => constraint.Id == id);

    private LineAccess Access(AccessObservable access)
    {
        var registers = Registers(access.BareMetal, access.Pe);
        var own = new AttributeInput
        {
            Access = AccessKind.Fetch,
            SctlrM = Bit(access.M),
            SctlrC = Bit(access.C),
            SctlrI = Bit(access.I),
            Stage1 = MemoryType.Of(access.Stage1),
        };
        var isBareMetal = access.BareMetal is not null;
        var input = isBareMetal ? own : UnderStage2(access.Page, registers, own);
        return new LineAccess(
            AccessBehaviour.Fetch(input, isBareMetal || !Bit(access.Page.ExecuteNever), registers),
            AccessBehaviour.Data(input, registers),
            registers);
    }

    private AttributeInput UnderStage2(Stage2Page page, MachineRegisters registers, AttributeInput? own)
    {
        var fwb = registers.Fwb;
        return (own ?? new AttributeInput { Access = AccessKind.Data, SctlrM = true, SctlrC = true, SctlrI = true }) with
        {
            HcrVm = true,
            HcrDc = registers.Dc,
            HcrCd = registers.Cd,
            HcrId = registers.Id,
            Fwb = fwb,
            MemAttr = Convert.ToInt32(Text(fwb ? page.MemAttrWithFwb : page.MemAttr), 2),
        };
    }

    private MachineRegisters Registers(string? toldTo, string? pe)
    {
        Func<string, string?> Own(Func<string, string?> common) => pe is null ? common : field => (field == OfPe ? _read($"{pe}.{field}") : null) ?? common(field);
        return toldTo is null
            ? new MachineRegisters(Own(_read), _policy, _readings)
            : MachineRegisters.Told(_read, Own(field => _read($"{toldTo}.{field}")), _readings);
    }

    private bool Bit(Input input) => Text(input) == "1";

    private string Text(Input input) => input.Dimension is not { } name ? input.Value
        : _read(name) ?? throw new ArgumentException($"The space has no dimension '{name}'.", nameof(input));

    private static int PositionOf(string value, IEnumerable<string> values) => values.TakeWhile(known => known != value).Count();
}
