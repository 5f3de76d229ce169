using System.Collections.Immutable;

namespace CoherenceCheck.Generated;

/// <summary>Makes statements about translations: descriptors of guests and of the host, TLBIs by address and by page, frames that change page or owner, what the host says of them.</summary>
internal sealed class TranslationMaker(Random random, ExpressionMaker expressions)
{
    private static readonly string[] Permissions = ["RWX", "RWX", "RW-", "R-X", "R--"];

    private static readonly string[] ByAddress = ["vae1", "vae1is", "vaae1", "vaae1is", "vale1is"];

    /// <summary>Whether the seed's spec speaks of translations: about a quarter do.</summary>
    public static bool IsFor(int seed) => new Random(unchecked((seed * 7919) + 13)).Next(100) < 25;

    /// <summary>A statement of a guest; nothing where it has no address.</summary>
    public Statement? OfGuest(Scope scope)
    {
        if (scope.Addresses.IsEmpty)
        {
            return null;
        }

        var va = Pick(scope.Addresses);
        var asid = Chance(50) || !scope.HasAsids ? "" : $" asid {random.Next(1, 3)}";
        return random.Next(scope.HasAsids ? 6 : 4) switch
        {
            0 or 1 => Statement.Of("map", $"map {va} -> {Pick(scope.OwnPages)}{asid}{Pick(["", "", " nc"])}"),
            2 => Statement.Of("unmap", $"unmap {va}{asid}"),
            4 => Statement.Of("msr ttbr", $"msr TTBR0_EL1.ASID, {random.Next(1, 3)}"),
            3 => Pick(ByAddress) is var form ? Statement.Of($"tlbi {form}", $"tlbi {form}, {va}{(form.Contains("aa", StringComparison.Ordinal) ? "" : asid.Replace(" asid", ", asid", StringComparison.Ordinal))}") : null,
            _ => Statement.Of("tlbi aside1is", $"tlbi aside1{Pick(["", "is"])}, {random.Next(1, 3)}"),
        };
    }

    /// <summary>A statement of a policy or task; nothing where its scope has no page.</summary>
    /// <param name="scope">What it may name.</param>
    /// <param name="body">Makes the body of <c>with</c>; <see langword="null"/> where there may be none.</param>
    public Statement? OfHost(Scope scope, Func<Part.Body>? body)
    {
        if (expressions.Element("page", scope) is not { } page)
        {
            return null;
        }

        var frame = Chance(40) ? $"{page}.backing" : expressions.Element("frame", scope) ?? $"{page}.backing";
        switch (random.Next(12))
        {
            case 0 or 1:
                return Statement.Of("map", $"map {page}, {frame}, {Pick(Permissions)}{Pick(["", "", " nc"])}");
            case 2:
                return Statement.Of("perm", $"perm {page}, {Pick(Permissions)}");
            case 3 or 4:
                return Statement.Of("clear", $"clear {page}");
            case 5:
                return Statement.Of("settle", $"settle {page}");
            case 6:
                return Statement.Of("backing", $"{page}.backing = {(Chance(50) ? "none" : frame)}");
            case 7:
                return Statement.Of("give", $"give {frame} to {(Chance(40) || expressions.Element("vm", scope) is not { } vm ? "host" : vm)}");
            case 8 when scope.MayWait:
                return Statement.Of("copy", $"copy {frame} to {expressions.Element("frame", scope) ?? frame}");
            case 9 when scope.MayWait:
                return Statement.Of("tlbi ipas2e1is", $"tlbi ipas2e1{Pick(["", "is"])}, {page}");
            case 10 when scope.MayWait:
                return Statement.Of("dc civac of a page", $"dc {Pick(["civac", "cvac"])}, {page}");
            case 11 when body is not null && expressions.Element("mmu", scope) is { } mmu:
                return new Statement("with", [new Part.Words($"with {mmu}"), body()]);
            default:
                return null;
        }
    }

    private bool Chance(int percent) => random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
}
