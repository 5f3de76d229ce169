using System.Collections;

namespace CoherenceCheck.Attributes;

/// <summary>A set of memory types: what an encoding may mean. An allocated encoding means one, a reserved one any (Arm ARM K1.2.19).</summary>
public readonly record struct MemoryTypeSet : IEnumerable<MemoryType>
{
    private const int Devices = 4;
    private const int Cacheabilities = 3;
    private const int Types = Devices + (Cacheabilities * Cacheabilities);

    // Bits 0 to 3: the Device types; bits 4 to 12: inner x outer cacheability.
    private readonly ushort _mask;

    private MemoryTypeSet(int mask) => _mask = (ushort)mask;

    /// <summary>Every type.</summary>
    public static MemoryTypeSet All { get; } = new((1 << Types) - 1);

    /// <summary>How many types it has.</summary>
    public int Count => int.PopCount(_mask);

    /// <summary>The set of one type.</summary>
    public static implicit operator MemoryTypeSet(MemoryType type) => Of(type);

    /// <summary>The set of one type.</summary>
    public static MemoryTypeSet Of(MemoryType type) => new(1 << Number(type));

    /// <summary>The same with one more type.</summary>
    public MemoryTypeSet With(MemoryType type) => new(_mask | (1 << Number(type)));

    /// <summary>Whether it has a type.</summary>
    public bool Contains(MemoryType type) => (_mask & (1 << Number(type))) != 0;

    /// <inheritdoc/>
    public IEnumerator<MemoryType> GetEnumerator()
    {
        for (var number = 0; number < Types; number++)
        {
            if ((_mask & (1 << number)) != 0)
            {
                yield return TypeOf(number);
            }
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(" or ", this);

    private static int Number(MemoryType type) => type.IsDevice
        ? (int)type.Inner
        : Devices + (Cacheabilities * (type.Inner - MemoryClass.NonCacheable)) + (type.Outer - MemoryClass.NonCacheable);

    private static MemoryType TypeOf(int number) => number < Devices
        ? MemoryType.Of((MemoryClass)number)
        : new MemoryType(
            MemoryClass.NonCacheable + ((number - Devices) / Cacheabilities),
            MemoryClass.NonCacheable + ((number - Devices) % Cacheabilities));
}
