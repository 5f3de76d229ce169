using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Binding;

/// <summary>Stage-1 tables as a VM or vCPU declares them.</summary>
/// <param name="Leaves">Their leaves.</param>
/// <param name="NonCacheable">The lines that stay where they are and are Non-cacheable, each with the ASID.</param>
internal sealed record StageOneTables(ImmutableArray<StageOneMap> Leaves, ImmutableArray<(int Asid, int Line)> NonCacheable)
{
    /// <summary>The ASID with which a vCPU starts that has them.</summary>
    public int Asid => Leaves.IsEmpty ? 0 : Leaves[0].Asid;

    public ImmutableArray<int> NonCacheableAtFirst => [.. NonCacheable.Where(pair => pair.Asid == Asid).Select(pair => pair.Line).Distinct().Order()];
}

/// <summary>Binds mappings of stage 1.</summary>
internal sealed class StageOneBinder(AddressSpace space, ScenarioScope scope, DiagnosticBag diagnostics)
{
    private static readonly string[] Types = ["wb", "nc", "device"];

    /// <summary>The tables that mappings make, each leaf given once.</summary>
    public StageOneTables Bind(ImmutableArray<StageOneMapSyntax> maps)
    {
        var leaves = new List<StageOneMap>();
        var nonCacheable = ImmutableArray.CreateBuilder<(int, int)>();
        var first = new Dictionary<(int From, int Asid, int? Line), SourceSpan>();
        foreach (var map in maps)
        {
            if (BindLeaf(map) is not var (leaf, named))
            {
                continue;
            }

            // A line of several is mapped alone where the page stays where it is: no leaf can lead two ways.
            var isPart = !named.IsEmpty && leaf.From == leaf.To;
            var lines = isPart ? named : space.Pages.FirstOrDefault(page => scope.Pages[page.Name] == leaf.From)?.Frame.Lines.Select(line => line.Number).ToImmutableArray() ?? [];
            (int, int, int?)[] keys = [.. lines.Select(line => (leaf.From, leaf.Asid, (int?)line)), .. isPart ? [] : new (int, int, int?)[] { (leaf.From, leaf.Asid, null) }];
            if (Array.Find(keys, first.ContainsKey) is var taken && keys.Any(first.ContainsKey))
            {
                diagnostics.ReportDuplicateName(map.Span, "mapping of", map.From.Text, first[taken]);
                continue;
            }

            foreach (var key in keys)
            {
                first.Add(key, map.Span);
            }

            var other = leaves.FindIndex(known => known.From == leaf.From && known.Asid == leaf.Asid);
            if (other < 0)
            {
                leaves.Add(leaf);
            }
            else if (leaf.Type != PageType.WriteBack)
            {
                leaves[other] = leaves[other] with { Type = leaf.Type };
            }

            nonCacheable.AddRange(leaf.From == leaf.To && leaf.Type == PageType.NonCacheable ? lines.Select(line => (leaf.Asid, line)) : []);
        }

        return new StageOneTables([.. leaves], nonCacheable.ToImmutable());
    }

    /// <summary>Binds one leaf; without an ASID of its own that of somebody else, 0 in a declaration.</summary>
    /// <param name="map">The mapping.</param>
    /// <param name="asid">The ASID where none is written.</param>
    /// <returns>The leaf, and the lines that are named where these are not the whole page.</returns>
    public (StageOneMap Leaf, ImmutableArray<int> Lines)? BindLeaf(StageOneMapSyntax map, int asid = 0)
    {
        var to = space.FindTo(diagnostics, map.To!);
        var from = to is null ? null : space.FindFrom(diagnostics, map.From);
        var number = BindAsid(map.Asid, asid);
        var type = map.Type is null ? 0 : Array.IndexOf(Types, map.Type.Text);
        if (type < 0)
        {
            diagnostics.ReportUnknownChoice(map.Type!.Span, "a stage-1 memory type", map.Type.Text, Types);
        }

        return to is not null && from is var (page, lines) && number is { } known && type >= 0
            ? (new StageOneMap(page.Number, scope.Pages[to.Name], known, (PageType)type, map.Span), lines)
            : null;
    }

    /// <summary>The ASID that is written, or another where none is; reports one out of range.</summary>
    public int? BindAsid(AsidSyntax? syntax, int otherwise)
    {
        if (syntax is null or { Number: >= 1 and <= LanguageLimits.Asids })
        {
            return (int?)syntax?.Number ?? otherwise;
        }

        diagnostics.ReportOutOfRange(syntax.Span, syntax.Number, 1, LanguageLimits.Asids);
        return null;
    }
}
