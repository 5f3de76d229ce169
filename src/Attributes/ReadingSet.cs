using System.Collections.Immutable;

namespace CoherenceCheck.Attributes;

/// <summary>A value for every reading. Immutable; equal sets have equal values.</summary>
public sealed class ReadingSet : IEquatable<ReadingSet>
{
    // Position of the value in the reading's list of values, by the reading's position in the registry.
    private readonly ImmutableArray<byte> _choices;

    // Asked first where there is one; -1 leaves a reading as it stands above.
    private readonly Func<int, int>? _watched;

    private ReadingSet(ImmutableArray<byte> choices, Func<int, int>? watched = null)
    {
        _choices = choices;
        _watched = watched;
    }

    /// <summary>The defaults with the in-order PE model.</summary>
    public static ReadingSet InOrder { get; } = Default(PeModels.InOrder);

    /// <summary>The defaults with the window PE model.</summary>
    public static ReadingSet Window { get; } = Default(PeModels.Window);

    /// <summary>Reading <c>fwb_ifetch</c>.</summary>
    public FwbIfetch FwbIfetch => (FwbIfetch)Choice("fwb_ifetch");

    /// <summary>Reading <c>sctlr_i_alloc</c>.</summary>
    public SctlrIAlloc SctlrIAlloc => (SctlrIAlloc)Choice("sctlr_i_alloc");

    /// <summary>Reading <c>mmuoff_wt_point</c>.</summary>
    public MmuoffWtPoint MmuoffWtPoint => (MmuoffWtPoint)Choice("mmuoff_wt_point");

    /// <summary>Reading <c>nc_fetch_point</c>.</summary>
    public NcFetchPoint NcFetchPoint => (NcFetchPoint)Choice("nc_fetch_point");

    /// <summary>Reading <c>xn_blocks_alloc</c>.</summary>
    public bool XnBlocksAlloc => Is("xn_blocks_alloc", "yes");

    /// <summary>Reading <c>device_fetch</c>.</summary>
    public DeviceFetch DeviceFetch => (DeviceFetch)Choice("device_fetch");

    /// <summary>Reading <c>fwb_implies_idc</c>.</summary>
    public bool FwbImpliesIdc => Is("fwb_implies_idc", "yes");

    /// <summary>Reading <c>idc_effective</c>.</summary>
    public IdcEffective IdcEffective => (IdcEffective)Choice("idc_effective");

    /// <summary>Reading <c>s1_effective_sh</c>.</summary>
    public S1EffectiveSh S1EffectiveSh => (S1EffectiveSh)Choice("s1_effective_sh");

    /// <summary>The value of a reading.</summary>
    /// <exception cref="ArgumentException">There is no such reading.</exception>
    public string this[string name]
    {
        get
        {
            var number = ReadingRegistry.NumberOf(name);
            return ReadingRegistry.All[number].Info.Values[Choice(number)].Name;
        }
    }

    /// <summary>The defaults with a PE model.</summary>
    /// <exception cref="ArgumentException">There is no such PE model.</exception>
    public static ReadingSet Default(string peModel) =>
        new([.. ReadingRegistry.All.Select(reading => Position(reading, reading.DefaultWith(peModel)))]);

    /// <summary>The same with one reading changed.</summary>
    /// <exception cref="ArgumentException">There is no such reading, or it has no such value.</exception>
    public ReadingSet With(string name, string value)
    {
        var number = ReadingRegistry.NumberOf(name);
        return new ReadingSet(_choices.SetItem(number, Position(ReadingRegistry.All[number], value)));
    }

    /// <summary>Whether a reading has a value.</summary>
    /// <exception cref="ArgumentException">There is no such reading, or it has no such value.</exception>
    public bool Is(string name, string value)
    {
        var number = ReadingRegistry.NumberOf(name);
        return Choice(number) == Position(ReadingRegistry.All[number], value);
    }

    /// <summary>The readings that differ from the defaults of a PE model, in the registry's order.</summary>
    public IEnumerable<(string Name, string Value)> OtherThanDefault(string peModel)
    {
        var defaults = Default(peModel);
        for (var number = 0; number < _choices.Length; number++)
        {
            if (_choices[number] != defaults._choices[number])
            {
                var info = ReadingRegistry.All[number].Info;
                yield return (info.Name, info.Values[_choices[number]].Name);
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(ReadingSet? other) => other is not null && _choices.AsSpan().SequenceEqual(other._choices.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReadingSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_choices.AsSpan());
        return hash.ToHashCode();
    }

    /// <summary>The same, but a reading's value is asked for when it is needed: so that the caller learns which readings matter.</summary>
    /// <param name="choice">The position of the value of a reading, by its number; -1 leaves it as it is. Equality and listing do not ask.</param>
    internal ReadingSet Watched(Func<int, int> choice) => new(_choices, choice);

    private int Choice(string name) => Choice(ReadingRegistry.NumberOf(name));

    private int Choice(int number) => _watched?.Invoke(number) is { } choice and >= 0 ? choice : _choices[number];

    private static byte Position(Reading reading, string value)
    {
        var values = reading.Info.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Name == value)
            {
                return (byte)i;
            }
        }

        throw new ArgumentException($"Reading '{reading.Info.Name}' has no value '{value}'.", nameof(value));
    }
}
