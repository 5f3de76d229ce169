using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Attributes;

/// <summary>The revisions of the manual that specs can be read by: each is a profile that every spec knows.</summary>
/// <remarks>All of them settle the same readings, so that any two can be compared; the last one is what the defaults are.</remarks>
public static class RevisionRegistry
{
    /// <summary>All of them, the oldest first.</summary>
    public static ImmutableArray<RevisionInfo> All { get; } =
    [
        new("arm_m_a", "Arm ARM DDI 0487, issue M.a", [new("dsb_domain", "all")]),
        new("arm_m_b", "Arm ARM DDI 0487, issue M.b (known issue AARCH-24234 of M.a)", [new("dsb_domain", "maintenance")]),
    ];

    /// <summary>A revision by its name, or <see langword="null"/>.</summary>
    public static RevisionInfo? Find(string name) => All.FirstOrDefault(revision => revision.Name == name);
}
