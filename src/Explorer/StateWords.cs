using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoherenceCheck.Explorer;

/// <summary>Copies and compares states of more than one word: where their number is known, without a loop, which the compiler of the runtime would leave as it is.</summary>
internal static unsafe class StateWords<TWidth>
    where TWidth : struct, IWidth
{
    private const int Four = 4;

    /// <summary>Where the words begin that are no four.</summary>
    private static int Rest
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWidth.Words & Four;
    }

    private static bool HasPair
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TWidth.Words & 2) != 0;
    }

    private static bool HasSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TWidth.Words & 1) != 0;
    }

    /// <summary>Copies a state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ulong* from, ulong* to, int words)
    {
        if (TWidth.Words == 0)
        {
            for (var i = 0; i < words; i++)
            {
                to[i] = from[i];
            }

            return;
        }

        if (Rest != 0)
        {
            Vector256.Load(from).Store(to);
        }

        if (HasPair)
        {
            Vector128.Load(from + Rest).Store(to + Rest);
        }

        if (HasSingle)
        {
            to[TWidth.Words - 1] = from[TWidth.Words - 1];
        }
    }

    /// <summary>Whether two states are the same. All words are looked at: most states that are compared are the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(ulong* a, ulong* b, int words)
    {
        if (TWidth.Words == 0)
        {
            var difference = 0UL;
            for (var i = 0; i < words; i++)
            {
                difference |= a[i] ^ b[i];
            }

            return difference == 0;
        }

        return (Rest == 0 || Vector256.EqualsAll(Vector256.Load(a), Vector256.Load(b)))
            & (!HasPair || Vector128.EqualsAll(Vector128.Load(a + Rest), Vector128.Load(b + Rest)))
            & (!HasSingle || a[TWidth.Words - 1] == b[TWidth.Words - 1]);
    }

    /// <summary>A hash of a state: 64 bits by multiply and fold (wyhash).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(ulong* state, int words)
    {
        if (TWidth.Words == 2)
        {
            return Mix(Mix(state[0] ^ 0xa0761d6478bd642f, state[1] ^ 0xe7037ed1a0b428db) ^ state[1], 0x8ebc6af09c88c6e3);
        }

        var hash = 0x589965cc75374cc3UL;
        if (TWidth.Words == 0)
        {
            for (var i = 0; i + 1 < words; i += 2)
            {
                hash = Add(state + i, hash);
            }

            return End(hash, words % 2 != 0 ? state[words - 1] : 0);
        }

        hash = Add(state, hash);
        hash = TWidth.Words >= 4 ? Add(state + 2, hash) : hash;
        hash = TWidth.Words >= 6 ? Add(state + 4, hash) : hash;
        return End(hash, HasSingle ? state[TWidth.Words - 1] : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Add(ulong* pair, ulong hash) => Mix(pair[0] ^ 0xa0761d6478bd642f, pair[1] ^ hash) ^ pair[1];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong End(ulong hash, ulong single) => Mix(hash ^ single, 0xe7037ed1a0b428db);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
