namespace CoherenceCheck.Generated;

/// <summary>Names that are legal and awkward: those of the model's own variables, of the language's words, of other things.</summary>
internal static class NamePool
{
    private static readonly string[] Awkward =
    [
        "host", "end", "P0", "load", "idle", "hw", "pc", "cur", "I", "Q", "A", "B", "C", "v", "p", "q", "x", "y", "n", "hardware", "policy", "task", "cache",
        "it", "store", "fetch", "on", "lock", "count", "last", "coh", "poc", "stale", "n0", "old", "_", "a_b", "before", "x86", "R", "wb", "nc", "Run", "cpu", "switch", "asleep", "off", "online",
        "F", "gI", "written", "inforce", "asserted", "guest", "state", "proc", "names", "it_is", "m", "t", "w", "r", "i0", "barrier", "machine", "expect",
        "needless", "after", "from", "asid", "legal", "holds", "violated", "xs", "event", "process", "type", "var", "MODULE", "Init", "Next", "done", "kvm",
        "a_name_that_is_as_long_as_a_name_may_be_or_nearly_so_for_it_ends_only_after_ninety_eight_characters1",
    ];

    // What the language takes for its own in expressions.
    private static readonly HashSet<string> Words =
    [
        "any", "true", "false", "none", "in", "at", "end", "bool", "set", "xchg", "cas", "else", "or",
        "pcpu", "vcpu", "vm", "mmu", "page", "frame", "vmid", "FWB", "DIC", "IDC",
    ];

    /// <summary>A name that is not taken; it is taken then.</summary>
    /// <param name="random">Where it comes from.</param>
    /// <param name="plain">What to call it where names need not be awkward.</param>
    /// <param name="taken">The names that it must differ from.</param>
    /// <param name="isReserved">Whether it must not be one of the language's words.</param>
    public static string New(Random random, string plain, HashSet<string> taken, bool isReserved)
    {
        for (var i = 0; i < 20; i++)
        {
            var name = random.Next(100) < 60 ? i == 0 ? plain : plain + i : Pick(random, isReserved);
            if (!(isReserved && Words.Contains(name)) && taken.Add(name))
            {
                return name;
            }
        }

        var number = 0;
        while (!taken.Add(plain + "_" + number))
        {
            number++;
        }

        return plain + "_" + number;
    }

    /// <summary>Whether an expression can use the name of an element.</summary>
    public static bool IsUsable(string name) => !Words.Contains(name);

    private static string Pick(Random random, bool isReserved) =>
        !isReserved && random.Next(15) == 0 ? random.Next(2) == 0 ? "any" : "vcpu" : Awkward[random.Next(Awkward.Length)];
}
