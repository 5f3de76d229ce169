using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Syntax;

namespace CoherenceCheck.Language.Binding;

/// <summary>The policies and profiles of all files of a spec: one space of names.</summary>
internal sealed class Declarations
{
    private readonly Dictionary<string, PolicySyntax> _policies = [];
    private readonly Dictionary<string, ProfileSyntax> _profiles = [];

    private readonly Lazy<Dictionary<string, (string Owner, string Scenario)>> _programLabels;
    private readonly Lazy<bool> _mayChangeStageTwo;

    public Declarations(ImmutableArray<FileSyntax> files, VocabularyIndex vocabulary, DiagnosticBag diagnostics)
    {
        _programLabels = new(() => files.SelectMany(file => file.Scenarios)
            .SelectMany(scenario => ProgramText.Of(scenario).AllLabels.Select(pair => (pair.Label.Text, pair.Owner, Scenario: scenario.Title.Text)))
            .DistinctBy(label => label.Text).ToDictionary(label => label.Text, label => (label.Owner, label.Scenario), StringComparer.Ordinal));
        _mayChangeStageTwo = new(() => files.SelectMany(file => file.Policies).SelectMany(policy => policy.Members).Any(StatementTree.ChangesStageTwo));
        foreach (var file in files)
        {
            foreach (var policy in file.Policies)
            {
                if (policy.Name.Text is BuiltInPolicies.None or BuiltInPolicies.BareMetal)
                {
                    diagnostics.ReportReservedName(policy.Name.Span, policy.Name.Text);
                }
                else if (!_policies.TryAdd(policy.Name.Text, policy))
                {
                    diagnostics.ReportDuplicateName(policy.Name.Span, "policy", policy.Name.Text, _policies[policy.Name.Text].Name.Span);
                }
            }

            foreach (var profile in file.Profiles)
            {
                if (vocabulary.Revision(profile.Name.Text) is { } revision)
                {
                    // Were it the file's own, a spec and --revision would mean different things by one name.
                    diagnostics.ReportReservedRevision(profile.Name.Span, profile.Name.Text, revision.Source);
                }
                else if (!_profiles.TryAdd(profile.Name.Text, profile))
                {
                    diagnostics.ReportDuplicateName(profile.Name.Span, "profile", profile.Name.Text, _profiles[profile.Name.Text].Name.Span);
                }
            }
        }
    }

    /// <summary>Whether a policy changes stage 2, or answers its faults.</summary>
    public bool MayChangeStageTwo => _mayChangeStageTwo.Value;

    /// <summary>The statements of a body and of the procedures of any policy that it may call by their names.</summary>
    public IEnumerable<StatementSyntax> WithCalled(ImmutableArray<StatementSyntax> body)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<ImmutableArray<StatementSyntax>>([body]);
        while (pending.TryPop(out var next))
        {
            foreach (var statement in StatementTree.All(next))
            {
                yield return statement;
                foreach (var called in statement is CallSyntax { Name.Text: var name } && known.Add(name) ? Procedures.Where(procedure => procedure.Name.Text == name) : [])
                {
                    pending.Push(called.Body);
                }
            }
        }
    }

    private IEnumerable<ProcedureSyntax> Procedures => _policies.Values.SelectMany(policy => policy.Members).OfType<ProcedureSyntax>();

    public IReadOnlyCollection<PolicySyntax> Policies => _policies.Values;

    public IReadOnlyCollection<ProfileSyntax> Profiles => _profiles.Values;

    public IEnumerable<string> PolicyNames => [.. _policies.Keys, BuiltInPolicies.None, BuiltInPolicies.BareMetal];

    public IEnumerable<string> ProfileNames => _profiles.Keys;

    /// <summary>Which program or task of which scenario has a label; of several the first.</summary>
    public (string Owner, string Scenario)? OwnerOfLabel(string label) => _programLabels.Value.TryGetValue(label, out var owner) ? owner : null;

    public PolicySyntax? Policy(string name) => _policies.GetValueOrDefault(name);

    public ProfileSyntax? Profile(string name) => _profiles.GetValueOrDefault(name);
}
