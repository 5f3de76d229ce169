using System.Text.RegularExpressions;
using Mono.Cecil;
using NetArchTest.Rules;

namespace CoherenceCheck.Architecture.Tests;

/// <summary>No name of a type, member or parameter has a word of Arm or of hypervisors in it.</summary>
/// <remarks>Words are told apart by capitals. Words that mean something else here, too, are not forbidden: a huge page, a register of the processor, a barrier of threads.</remarks>
internal sealed partial class NoDomainWords : ICustomRule2
{
    private static readonly HashSet<string> Forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        "arm", "aarch", "cache", "caches", "cached", "cacheability", "cacheable", "icache", "dcache", "cacheline", "coherency", "shareability", "guest", "guests",
        "hypervisor", "kvm", "vm", "vms", "vcpu", "vcpus", "pcpu", "pcpus", "pe", "mmu", "tlb", "stage", "dsb", "isb", "fwb", "dic", "idc", "sctlr", "hcr", "mair", "ctr", "erratum",
    };

    public CustomRuleResult MeetsRule(TypeDefinition type)
    {
        var word = Names(type).SelectMany(name => Word().Matches(name).Select(match => match.Value)).FirstOrDefault(Forbidden.Contains);
        return new CustomRuleResult(word is null, word is null ? "" : $"it names '{word}'");
    }

    // Of types inside others the library asks by themselves.
    private static IEnumerable<string> Names(TypeDefinition type) =>
    [
        type.FullName,
        .. type.Fields.Select(field => field.Name),
        .. type.Properties.Select(property => property.Name),
        .. type.Events.Select(one => one.Name),
        .. type.Methods.SelectMany(method => method.Parameters.Select(parameter => parameter.Name).Append(method.Name)),
    ];

    [GeneratedRegex("[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
