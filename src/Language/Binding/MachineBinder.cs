using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds the hardware of a scenario, profiles included.</summary>
internal sealed class MachineBinder
{
    private const string DefaultPeModel = "in-order";
    private const string Where = "a machine";

    private readonly Declarations _declarations;
    private readonly VocabularyIndex _vocabulary;
    private readonly DiagnosticBag _diagnostics;
    private readonly SettingBinder _settings;
    private readonly Dictionary<string, Axis> _own = [];
    private readonly Dictionary<string, Axis> _inherited = [];
    private readonly HashSet<string> _profilesDone = [];
    private readonly HashSet<string> _profilesOpen = [];
    private readonly List<(Axis Axis, SourceSpan First)> _disagreements = [];

    public MachineBinder(Declarations declarations, VocabularyIndex vocabulary, DiagnosticBag diagnostics)
    {
        (_declarations, _vocabulary, _diagnostics) = (declarations, vocabulary, diagnostics);
        _settings = new SettingBinder(vocabulary, diagnostics);
    }

    /// <summary>Checks a profile by itself, whether or not a scenario uses it.</summary>
    public void CheckProfile(ProfileSyntax profile)
    {
        AddProfile(profile.Name);
        ReportDisagreements();
    }

    public Machine? Bind(MachineSyntax syntax, ScenarioScope scope)
    {
        var pcpus = syntax.Members.OfType<PcpuSyntax>().ToArray();
        foreach (var pcpu in pcpus)
        {
            scope.AddAgent(_diagnostics, scope.Pcpus, "pCPU", pcpu.Name, scope.Pcpus.Count);
            BindOfOne(pcpu, scope);
        }

        if (scope.Pcpus.Count == 0)
        {
            _diagnostics.ReportIncompleteScenario(syntax.Span, "the machine has no pCPU: add `pcpu P0`");
            return null;
        }

        if (pcpus.Length > LanguageLimits.Pcpus)
        {
            _diagnostics.ReportLimitExceeded(pcpus[LanguageLimits.Pcpus].Name.Span, LanguageLimits.Pcpus, "pCPUs in a scenario");
            return null;
        }

        foreach (var setting in syntax.Members.OfType<MachineSettingSyntax>())
        {
            AddSetting(setting.Setting, _own, "machine");
        }

        ReportDisagreements();
        RefuseOthers(syntax);
        var pe = BindPe(syntax);
        var legal = syntax.Members.OfType<LegalSyntax>().ToArray();
        if (legal.Length > 1)
        {
            _diagnostics.ReportDuplicateName(legal[1].Span, "setting", "legal", legal[0].Span);
        }

        var icaches = BindGroups(syntax, "icache", scope);
        CheckShared(icaches, scope);
        return new Machine(
            [.. scope.Pcpus.Keys],
            icaches,
            pe,
            legal.Length > 0,
            [.. _own.Values, .. _inherited.Values.Where(axis => !_own.ContainsKey(axis.Name)), .. Assumed(syntax.Span)],
            syntax.Span)
        {
            TlbGroups = syntax.Members.OfType<ShareSyntax>().Any(share => share.What.Text == "tlb") ? BindGroups(syntax, "tlb", scope) : [],
            Vmids = BindVmids(syntax),
            PcpuAxes = scope.AxesOfPcpu.Count == 0 ? [] : [.. scope.Pcpus.Keys.Select(pcpu => scope.AxesOfPcpu.TryGetValue(pcpu, out var axis) ? ImmutableArray.Create(axis) : [])],
            TagsIcache = syntax.Members.OfType<IcacheSyntax>().Any(icache => icache.Kind.Text == "tag"),
            Hotplugged = [.. pcpus.Where(pcpu => pcpu.IsHotplugged).Select(pcpu => scope.Pcpus[pcpu.Name.Text]).Distinct().Order()],
        };
    }

    /// <summary>What a pCPU has of its own: its I-cache, and so DIC. All else is of the hierarchy that CPUs share, and a reading says what hardware may do.</summary>
    private void BindOfOne(PcpuSyntax pcpu, ScenarioScope scope)
    {
        foreach (var setting in pcpu.Settings)
        {
            if (setting is not FieldSettingSyntax { Field.Text: var name } || _vocabulary.Field(name) is not { } field || (field.Scope & FieldScope.Pcpu) == FieldScope.Derived)
            {
                RefuseOfOne(setting);
            }
            else if (_settings.BindAxis(setting, FieldScope.Pcpu, "a pCPU") is { } axis && !scope.AxesOfPcpu.TryAdd(pcpu.Name.Text, axis))
            {
                _diagnostics.ReportDuplicateName(axis.Span, "field", axis.Name, scope.AxesOfPcpu[pcpu.Name.Text].Span);
            }
        }
    }

    private void RefuseOfOne(SettingSyntax setting) => _diagnostics.ReportSettingNotHere(
        setting.Span,
        setting switch { FieldSettingSyntax field => $"`{field.Field.Text}`", ReadingSettingSyntax => "a reading", _ => "a profile" },
        "a single pCPU",
        setting is FieldSettingSyntax { Field.Text: var name }
            ? SettingBinder.IsCommon(name) ? "what a DC owes is a matter of the caches that CPUs share: set it in `machine`" : "set it in `machine`, or where it belongs: a policy, a VM, a vCPU"
            : "set it in `machine`: a reading says what hardware may do, so what holds with the weaker value holds where only some pCPUs have it");

    /// <summary>Who shares an I-cache has DIC in common.</summary>
    private void CheckShared(ImmutableArray<int> groups, ScenarioScope scope)
    {
        foreach (var (pcpu, axis) in scope.AxesOfPcpu)
        {
            if (groups.Count(group => group == groups[scope.Pcpus[pcpu]]) > 1)
            {
                _diagnostics.ReportSettingNotHere(axis.Span, $"`{axis.Name}`", $"a pCPU that shares its I-cache", "an I-cache is coherent, or is not, for all who use it: set it in `machine`, or leave out `share icache`");
            }
        }
    }

    /// <summary>What the revision settles that specs are read by, and that nothing here sets.</summary>
    private IEnumerable<Axis> Assumed(SourceSpan span) => (_vocabulary.Assumed?.Readings ?? [])
        .Where(reading => !_own.ContainsKey(reading.Reading) && !_inherited.ContainsKey(reading.Reading))
        .Select(reading => new Axis(reading.Reading, IsReading: true, [reading.Value], span));

    private void AddSetting(SettingSyntax syntax, Dictionary<string, Axis> axes, string what)
    {
        if (syntax is ProfileSettingSyntax profile)
        {
            AddProfile(profile.Name);
            return;
        }

        if (_settings.BindAxis(syntax, FieldScope.Machine, what == "machine" ? Where : "a profile") is not { } axis)
        {
            return;
        }

        Add(axis, axes, what);
    }

    private void Add(Axis axis, Dictionary<string, Axis> axes, string what)
    {
        if (axes.TryAdd(axis.Name, axis))
        {
            return;
        }

        if (what == "machine")
        {
            _diagnostics.ReportDuplicateName(axis.Span, axis.IsReading ? "reading" : "field", axis.Name, axes[axis.Name].Span);
        }
        else if (!axes[axis.Name].Values.ToHashSet().SetEquals(axis.Values))
        {
            _disagreements.Add((axis, axes[axis.Name].Span));
        }
    }

    private void AddProfile(NameSyntax name)
    {
        if (_profilesOpen.Contains(name.Text))
        {
            _diagnostics.ReportCycle(name.Span, "profile", name.Text);
            return;
        }

        if (_vocabulary.Revision(name.Text) is { } revision)
        {
            foreach (var reading in _profilesDone.Add(name.Text) ? revision.Readings : [])
            {
                Add(new Axis(reading.Reading, IsReading: true, [reading.Value], name.Span), _inherited, "profile");
            }

            return;
        }

        if (_declarations.Profile(name.Text) is not { } profile)
        {
            _diagnostics.ReportUnknownProfile(name.Span, name.Text, [.. _declarations.ProfileNames.Where(known => !_profilesOpen.Contains(known)), .. _vocabulary.Revisions.Select(known => known.Name)]);
            return;
        }

        if (_profilesOpen.Count >= LanguageLimits.Inheritance)
        {
            _diagnostics.ReportLimitExceeded(name.Span, LanguageLimits.Inheritance, "profiles that build on one another");
            return;
        }

        if (!_profilesDone.Add(name.Text))
        {
            return;
        }

        _profilesOpen.Add(name.Text);
        foreach (var setting in profile.Settings)
        {
            AddSetting(setting, _inherited, "profile");
        }

        _profilesOpen.Remove(name.Text);
    }

    private void ReportDisagreements()
    {
        foreach (var (axis, first) in _disagreements.Where(pair => !_own.ContainsKey(pair.Axis.Name)))
        {
            _diagnostics.ReportProfilesDisagree(axis.Span, axis.Name, first);
        }
    }

    private void RefuseOthers(MachineSyntax syntax)
    {
        if (syntax.Members.OfType<IcacheSyntax>().ToArray() is [var first, var second, ..])
        {
            _diagnostics.ReportDuplicateName(second.Kind.Span, "setting", "icache", first.Kind.Span);
        }

        foreach (var member in syntax.Members)
        {
            switch (member)
            {
                case ShareSyntax { What.Text: not ("icache" or "tlb") } share:
                    _diagnostics.ReportUnknownChoice(share.What.Span, "something that pCPUs share", share.What.Text, ["icache", "tlb"]);
                    break;
                case IcacheSyntax { Kind.Text: "vipt" } icache:
                    _diagnostics.ReportMachineNotModelled(icache.Kind.Span, "instruction caches by virtual index are");
                    break;
                case IcacheSyntax { Kind.Text: not ("pipt" or "tag") } icache:
                    _diagnostics.ReportUnknownChoice(icache.Kind.Span, "a kind of instruction cache", icache.Kind.Text, ["pipt", "vipt", "tag"]);
                    break;
            }
        }
    }

    private string BindPe(MachineSyntax syntax)
    {
        var models = syntax.Members.OfType<PeSyntax>().ToArray();
        if (models.Length == 0)
        {
            return DefaultPeModel;
        }

        var name = models[0].Model;
        if (models.Length > 1)
        {
            _diagnostics.ReportDuplicateName(models[1].Model.Span, "PE model", models[1].Model.Text, name.Span);
        }

        if (_vocabulary.PeModels.FirstOrDefault(model => model.Name == name.Text) is not { } model)
        {
            _diagnostics.ReportUnknownChoice(name.Span, "a PE model", name.Text, [.. _vocabulary.PeModels.Select(m => m.Name)]);
        }
        else if (model.Refusal is not null)
        {
            _diagnostics.ReportValueNotModelled(name.Span, name.Text, "pe", model.Refusal);
        }

        return name.Text;
    }

    private int? BindVmids(MachineSyntax syntax)
    {
        var all = syntax.Members.OfType<VmidsSyntax>().ToArray();
        if (all.Length == 0)
        {
            return null;
        }

        if (all.Length > 1)
        {
            _diagnostics.ReportDuplicateName(all[1].Span, "setting", "vmids", all[0].Span);
        }

        if (all[0].Number is < 1 or > LanguageLimits.Vmids)
        {
            _diagnostics.ReportOutOfRange(all[0].NumberSpan, all[0].Number, 1, LanguageLimits.Vmids);
            return null;
        }

        return (int)all[0].Number;
    }

    /// <summary>For each pCPU the number of the cache or TLB that it uses.</summary>
    private ImmutableArray<int> BindGroups(MachineSyntax syntax, string what, ScenarioScope scope)
    {
        var groupOf = new int[scope.Pcpus.Count];
        Array.Fill(groupOf, -1);
        var groups = 0;
        var first = new Dictionary<string, SourceSpan>();
        foreach (var share in syntax.Members.OfType<ShareSyntax>().Where(share => share.What.Text == what))
        {
            foreach (var name in share.Pcpus)
            {
                if (!scope.Pcpus.TryGetValue(name.Text, out var number))
                {
                    _diagnostics.ReportUnknownName(name.Span, "pCPU", name.Text, scope.Pcpus.Keys);
                }
                else if (!first.TryAdd(name.Text, name.Span))
                {
                    _diagnostics.ReportDuplicateName(name.Span, "pCPU", name.Text, first[name.Text]);
                }
                else
                {
                    groupOf[number] = groups;
                }
            }

            groups++;
        }

        // Groups are numbered in the order of their first pCPU, so that equal machines are equal.
        var numbers = new Dictionary<int, int>();
        var next = 0;
        return [.. groupOf.Select(group => group < 0 ? next++ : numbers.TryGetValue(group, out var number) ? number : numbers[group] = next++)];
    }
}
