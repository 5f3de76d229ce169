using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CoherenceCheck.Attributes.Observation;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>Decides attributes by rules of the Arm architecture as constraints for Z3.</summary>
/// <remarks>Written from the architecture's text, apart from the functions that the other decider calls: it shares their inputs and
/// the names of results, and no rule. Safe for several threads: one question is answered at a time.</remarks>
public sealed partial class Z3Decider : IAttributeDecider, IDisposable
{
    private readonly Z3Instance _instance;
    private readonly RuleFault? _fault;
    private AccessQuery? _access;
    private MairQuery? _mair;

    /// <summary>Makes a decider.</summary>
    /// <exception cref="InvalidOperationException">Z3 cannot be used: <see cref="Deciders.Z3Status"/> says why.</exception>
    public Z3Decider()
        : this(fault: null)
    {
    }

    /// <summary>The same with one rule changed.</summary>
    internal Z3Decider(RuleFault? fault)
    {
        _instance = Z3Host.Open();
        _fault = fault;
        Description = Z3Host.Status is Z3Found { Version: var version } ? $"Z3 {version}" : Name;
    }

    /// <summary>The rules, each with its source.</summary>
    public static ImmutableArray<AttributeRule> Rules => RuleBook.All;

    /// <inheritdoc/>
    public string Name => "z3";

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Stage 1 is on and permits no type.</exception>
    public EffectiveAttributes Of(AttributeInput input, ReadingSet readings)
    {
        lock (_instance.Context)
        {
            _access ??= new AccessQuery(_instance, _fault);
            var results = _access.Results(input, readings);
            return results.Count > 0
                ? new EffectiveAttributes(results)
                : throw new ArgumentException("The rules permit no result: does stage 1 permit a type?", nameof(input));
        }
    }

    /// <summary>The memory types that a byte of MAIR_EL1 may mean: one, or all for a reserved byte.</summary>
    /// <param name="attr">MAIR_EL1.Attr&lt;n&gt;: the outer nibble above the inner.</param>
    /// <param name="extensions">Extensions that are implemented.</param>
    public MemoryTypeSet DecodeMair(byte attr, MairExtensions extensions = MairExtensions.None)
    {
        lock (_instance.Context)
        {
            _mair ??= new MairQuery(_instance, _fault);
            return _mair.Results(attr, extensions).Aggregate(default(MemoryTypeSet), (types, type) => types.With(type));
        }
    }

    /// <summary>Frees what Z3 holds for this decider; no other call may follow or run.</summary>
    public void Dispose()
    {
        lock (_instance.Context)
        {
            _access?.Dispose();
            _mair?.Dispose();
            _instance.Dispose();
        }
    }
}
