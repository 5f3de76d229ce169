using CoherenceCheck.Attributes.Configurations;

namespace CoherenceCheck.Attributes.Observation;

/// <summary>Computes observables in one configuration.</summary>
internal sealed class Evaluation
{
    private readonly AttributeQuestion _question;
    private readonly ReadPath _path;
    private readonly ReadingSet _readings;

    public Evaluation(AttributeQuestion question, ReadPath path)
    {
        _question = question;
        _path = path;
        _readings = ReadingSet.InOrder.Watched(number =>
        {
            var info = ReadingRegistry.All[number].Info;
            return path.Read(info.Name) is { } value ? PositionOf(value, info.Values.Select(known => known.Name)) : -1;
        });
    }

    public int Value(Observable observable) => observable switch
    {
        FieldObservable field => PositionOf(Registers(field.ToldTo).Get(field.Field), FieldRegistry.ValuesOf(field.Field)),
        ReadingObservable reading => PositionOf(_readings[reading.Reading], ReadingRegistry.Find(reading.Reading)!.Info.Values.Select(value => value.Name)),
        CacheObservable cache => CacheBehaviour.Of(Registers(cache.ToldTo)).Bits,
        AccessObservable access => Access(access).Bits,
        RegisterLegality legality => ConstraintOf(legality.Constraint).IsMet!(Registers(legality.ToldTo)) ? 1 : 0,
        EncodingLegality legality => ConstraintOf(legality.Constraint).IsMetBy!(UnderStage2(legality.Page, Registers(null), default)) ? 1 : 0,
        _ => throw new ArgumentException($"No value of {observable} is known.", nameof(observable)),
    };

    private static LegalityConstraint ConstraintOf(string id) => Legality.Constraints.First(constraint => constraint.Id == id);

    private LineAccess Access(AccessObservable access)
    {
        var registers = Registers(access.BareMetal);
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

    private MachineRegisters Registers(string? toldTo) => toldTo is null
        ? new MachineRegisters(_path.Read, _question.Policy, _readings)
        : MachineRegisters.Told(_path.Read, field => _path.Read($"{toldTo}.{field}"), _readings);

    private bool Bit(Input input) => Text(input) == "1";

    private string Text(Input input) => input.Dimension is not { } name ? input.Value
        : _path.Read(name) ?? throw new ArgumentException($"The space has no dimension '{name}'.", nameof(input));

    private static int PositionOf(string value, IEnumerable<string> values) => values.TakeWhile(known => known != value).Count();
}
