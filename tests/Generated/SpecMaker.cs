using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Generated;

/// <summary>Makes a small spec from a seed: every kind of statement, expression, type, machine and guest, under awkward names, well typed.</summary>
public sealed class SpecMaker
{
    private readonly Random _random;
    private readonly HashSet<string> _labels = [];
    private readonly HashSet<string> _pinned = [];
    private readonly HashSet<string> _agents = [];
    private readonly ExpressionMaker _expressions;
    private readonly StatementMaker _statements;
    private readonly List<(string Sort, string Name)> _elements = [];
    private readonly List<(string Frame, string Line)> _lines = [];
    private readonly List<(string Agent, ImmutableArray<string> Labels)> _programs = [];
    private readonly List<string> _axes = [];
    private readonly PolicyMaker _policy;
    private readonly bool _translates;
    private readonly SpecTree _spec;

    private SpecMaker(int seed)
    {
        _random = new Random(seed);
        _translates = TranslationMaker.IsFor(seed);
        _expressions = new ExpressionMaker(_random, _pinned);
        _statements = new StatementMaker(_random, _expressions, _labels);
        _policy = new PolicyMaker(_random, _statements, _expressions, _labels, _translates);
        _spec = Make(seed);
    }

    /// <summary>The spec of a seed, always the same.</summary>
    public static SpecTree MakeSpec(int seed) => new SpecMaker(seed)._spec;

    /// <summary>The spec of a seed with edits of the policy that its rows speak of, to be applied from left to right; no edits where it has no label.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="most">The most edits.</param>
    public static (SpecTree Spec, ImmutableArray<Edit> Edits) MakeEdited(int seed, int most)
    {
        var maker = new SpecMaker(seed);
        return (maker._spec, new EditMaker(maker._random, maker._statements).Make(maker._spec, most));
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];

    private string Name(string plain, HashSet<string> taken) => NamePool.New(_random, plain, taken, isReserved: false);

    private SpecTree Make(int seed)
    {
        var pcpus = Enumerable.Range(0, Chance(70) ? 1 : 2).Select(i => Agent("pcpu", $"P{i}")).ToImmutableArray();
        var vcpuCount = Pick([1, 1, 1, 2, 2, 2, 3]);
        var vmCount = vcpuCount > 1 && Chance(25) ? 2 : 1;
        var isLegal = Chance(80);
        var frames = ImmutableArray.CreateBuilder<string>();
        var pages = PagesOf(vmCount, isLegal, frames);
        var machine = MachineMembers(pcpus, isLegal);
        var vms = Vms(pcpus, vmCount, vcpuCount, pages);
        ImmutableArray<Agent> tasks = [.. Enumerable.Range(0, Pick([0, 0, 0, 0, 1, 1, 2])).Select(i => NewTask(i, pcpus))];
        var policyNames = new HashSet<string> { "none", "bare_metal", "needless" };
        var policies = ImmutableArray.Create(new PolicyTree(Name("p", policyNames), null, _policy.Make(isLegal)));
        if (Chance(12))
        {
            policies = policies.Add(new PolicyTree(Name("q", policyNames), policies[0].Name, Chance(50) ? [] : _policy.MakeMore()));
        }

        var (claims, properties) = Claims();
        var spec = new SpecTree
        {
            Seed = seed,
            Profiles = machine.Profile is null ? [] : [machine.Profile],
            Policies = policies,
            Machine = machine.Members,
            Frames = frames.ToImmutable(),
            Vms = vms,
            Tasks = tasks,
            Claims = claims,
            Expects = [],
            Pinned = [.. _pinned],
        };
        return spec with { Expects = Expects(spec, properties) };
    }

    private string Agent(string sort, string plain)
    {
        var name = Name(plain, _agents);
        _elements.Add((sort, name));
        return name;
    }

    private Scope ScenarioScope(BodyPlace place) => new() { Place = place, Elements = [.. _elements], Programs = [.. _programs], Translates = _translates };

    private (ImmutableArray<string> Members, string? Profile) MachineMembers(ImmutableArray<string> pcpus, bool isLegal)
    {
        var members = new List<string>();
        members.AddRange(pcpus.Select(pcpu => $"pcpu {pcpu}{(Chance(12) ? " hotplug" : "")}"));
        if (pcpus.Length > 1 && Chance(30))
        {
            members.Add($"share {(_translates && Chance(50) ? "tlb" : "icache")} {{{string.Join(Chance(50) ? ", " : " ", pcpus)}}}");
        }

        if (_translates && Chance(15))
        {
            members.Add("vmids 2");
        }

        // DIC needs IDC.
        var idc = _random.Next(2);
        var dic = idc == 1 ? _random.Next(2) : 0;
        var settings = new List<string> { Setting("CTR_EL0.DIC", dic, isLegal && Chance(10), isSplit: idc == 1), Setting("CTR_EL0.IDC", idc, isLegal && Chance(10), isSplit: dic == 0) };
        var mayHaveFwb = isLegal && Chance(20);
        if (mayHaveFwb)
        {
            settings.Add(Setting("ID_AA64MMFR2_EL1.FWB", _random.Next(2), Chance(30), isSplit: false));
        }

        if (isLegal && Chance(20))
        {
            // LoUU <= LoUIS <= LoC, and with FWB nothing is to be cleaned to the PoU.
            string[] levels = ["LoC", "LoUIS", "LoUU"];
            settings.AddRange(levels.Take(mayHaveFwb ? 1 : _random.Next(1, 4)).Select(level => $"CLIDR_EL1.{level} = {(level == "LoUU" ? 1 : 2)}"));
        }

        // Where nothing maps, readings about translations would make accesses go by address, and nothing else.
        foreach (var reading in ReadingRegistry.All.Where(reading => (_translates || reading.Info.Name is not ("bbm" or "walks")) && Chance(5)))
        {
            var values = reading.Info.Values.Where(value => value.Refusal is null).Select(value => value.Name).ToList();
            settings.Add($"reading {reading.Info.Name} {(Chance(25) ? $"in {{{string.Join(", ", values)}}}" : "= " + Pick(values))}");
        }

        if (Chance(4))
        {
            settings.Add($"profile {Pick(RevisionRegistry.All).Name}");
        }

        if (Chance(20))
        {
            members.Add(Pick(["pe in-order", "icache pipt"]));
        }

        if (isLegal)
        {
            members.Add("legal");
        }

        if (!Chance(12))
        {
            members.AddRange(settings);
            return ([.. members], null);
        }

        members.AddRange(["profile soc", .. settings.Skip(1)]);
        return ([.. members], $"profile soc {{ {settings[0]} }}");
    }

    /// <summary>A field with one value or with both.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The one.</param>
    /// <param name="isOpen">Whether it has both.</param>
    /// <param name="isSplit">Whether there are cells with either, so that rows may tell them apart.</param>
    private string Setting(string field, int value, bool isOpen, bool isSplit)
    {
        if (isOpen && isSplit)
        {
            _axes.Add(field);
        }

        return isOpen ? Chance(50) ? $"{field} in {{0, 1}}" : $"{field} in any" : $"{field} = {value}";
    }

    private List<(int Vm, string Page, string Frame, bool IsWritable, bool IsExecutable, string Text)> PagesOf(int vmCount, bool isLegal, ImmutableArray<string>.Builder frames)
    {
        var pages = new List<(int, string, string, bool, bool, string)>();
        var (frameNames, pageNames) = (new HashSet<string> { "none" }, new HashSet<string>());
        for (var vm = 0; vm < vmCount; vm++)
        {
            for (var count = Chance(15) ? 2 : 1; count > 0; count--)
            {
                var frame = NewFrame(frameNames, frames);
                var page = Name("code", pageNames);
                _elements.Add(("page", page));
                var permissions = Pick(["RWX", "RWX", "RWX", "", "RX", "RW", "R-X", "R--"]);
                var isExecutable = permissions.Length == 0 || permissions.Contains('X');
                var fields = "";
                if (isExecutable && Chance(12))
                {
                    fields += Chance(50) ? $" XN = {_random.Next(2)}" : " XN in any";
                }

                fields += Chance(12) ? Pick([" MemAttr = 0110", " MemAttr = 0101", " MemAttr in {0101, 0110}", " MemAttr = 0000", .. isLegal ? [" MemAttr in any", " MemAttr any"] : (string[])[]]) : Pick(["", " wb", " wb", " wb", " nc", " device"]);
                if (_translates && Chance(20))
                {
                    pages.Add((vm, page, frame, true, true, $"page {page} = none backing {frame}"));
                    continue;
                }

                pages.Add((vm, page, frame, permissions.Length == 0 || permissions.Contains('W'), isExecutable, $"page {page} = {frame}{(permissions.Length == 0 ? "" : " " + permissions)}{fields}"));
            }
        }

        if (Chance(8))
        {
            NewFrame(frameNames, frames);
        }

        return pages;
    }

    private string NewFrame(HashSet<string> names, ImmutableArray<string>.Builder frames)
    {
        var frame = Name("code", names);
        _elements.Add(("frame", frame));
        var own = new HashSet<string>();
        var lines = Enumerable.Range(0, _translates || Chance(85) ? 1 : 2).Select(_ => Name("x", own)).ToList();
        _lines.AddRange(lines.Select(line => (frame, line)));
        frames.Add($"frame {frame} {{ {string.Join(" ; ", lines.Select(line => $"{line} = {Pick(["old", "old", "zero", line])}{(_translates && Chance(25) ? " after secret" : "")}"))} }}");
        return frame;
    }

    /// <summary>A line by its name, or with its frame where another frame has a line of that name.</summary>
    private string Address(string frame, string line) =>
        Chance(10) || _lines.Count(other => other.Line == line) > 1 ? $"{frame}.{line}" : line;

    private ImmutableArray<VmTree> Vms(
        ImmutableArray<string> pcpus, int vmCount, int vcpuCount, List<(int Vm, string Page, string Frame, bool IsWritable, bool IsExecutable, string Text)> pages)
    {
        var vms = new List<VmTree>();
        var names = Enumerable.Range(0, vmCount).Select(i => Agent("vm", $"guest{i}")).ToList();
        var vcpus = Enumerable.Range(0, vcpuCount).Select(i => (Vm: i * vmCount / vcpuCount, Name: Agent("vcpu", ((char)('A' + i)).ToString()))).ToList();
        for (var vm = 0; vm < vmCount; vm++)
        {
            var members = new List<string>();
            if (Chance(10))
            {
                members.Add($"CTR_EL0.{Pick(["DIC", "IDC"])} = {Pick(["0", "0", "1"])}");
            }

            var own = pages.Where(page => page.Vm == vm).ToList();
            members.AddRange(own.Select(page => page.Text));
            ImmutableArray<LineName> lines = [.. own.SelectMany(page => _lines.Where(line => line.Frame == page.Frame)
                .Select(line => new LineName(_translates ? page.Page : Address(line.Frame, line.Line), page.IsWritable, page.IsExecutable)))];
            ImmutableArray<string> addresses = [];
            var hasAsids = false;
            if (_translates)
            {
                addresses = [.. lines.Select(line => line.Text)];
                hasAsids = Chance(50);
                if (hasAsids || Chance(30))
                {
                    string[] asids = hasAsids ? [" asid 1", " asid 2"] : [""];
                    members.AddRange(asids.SelectMany(asid => addresses.Select(va => $"map {va} -> {Pick(addresses)}{asid}")));
                }
            }

            vms.Add(new VmTree(names[vm], [.. members], [.. vcpus.Where(vcpu => vcpu.Vm == vm).Select(vcpu => NewVcpu(vcpu.Name, pcpus, lines, own[0].Page, addresses, hasAsids))]));
        }

        return [.. vms];
    }

    private Agent NewVcpu(string name, ImmutableArray<string> pcpus, ImmutableArray<LineName> lines, string page, ImmutableArray<string> addresses, bool hasAsids)
    {
        var on = Chance(40) ? $" on {{{string.Join(", ", Chance(50) ? [Pick(pcpus)] : pcpus)}}}" : "";
        var settings = new List<string> { Chance(8) ? "SCTLR_EL1.M in {0, 1}" : $"SCTLR_EL1.M = {Pick([0, 1, 1, 1])}" };
        settings.AddRange(new[] { "C", "I" }.Where(_ => Chance(25)).Select(bit => $"SCTLR_EL1.{bit} = {_random.Next(2)}"));
        if (!_translates && Chance(10))
        {
            settings.Add($"map {lines[0].Text} -> {page}{Pick([" nc", " nc", " wb", ""])}");
        }

        var life = Chance(85) ? "" : Pick([" stopped", " starts when true", " starts when 1 < 2 && true", " moves when false", " moves when true", " stopped moves when false"]);
        var head = $"vcpu {name}{on}{life} {{ {string.Join(" ; ", settings)} }}";
        if (Chance(30))
        {
            _programs.RemoveAll(program => program.Agent == name);
            var at = Chance(75) ? "" : $" at {{{string.Join(Pick([" ", ", "]), addresses.Append(page).Distinct(StringComparer.Ordinal).Where(_ => Chance(50)).DefaultIfEmpty(page))}}}";
            return new Agent($"{head} any {{ {Alphabet()} }}{at}", null);
        }

        var body = _statements.Body(ScenarioScope(BodyPlace.Guest) with { Lines = lines, Addresses = addresses, OwnPages = addresses, HasAsids = hasAsids, TrapsSetWay = Chance(20) }, Pick([1, 2, 3, 4, 5, 7]));
        AddProgram(name, body);
        return new Agent(head, body);
    }

    private string Alphabet()
    {
        var letters = OperationTable.Letters.Where(letter => OperationTable.Find("dc " + letter)?.IsBySetWay != true).Append("mmu").OrderBy(_ => _random.Next()).Take(_random.Next(1, 4)).ToList();
        if (_translates)
        {
            letters = [.. letters.Concat(new[] { "remap", "tlbi", "load", "store" }.Where(_ => Chance(40))).Distinct(StringComparer.Ordinal)];
        }
        else if (Chance(60))
        {
            letters = [.. letters.Union(["fetch", "isb"], StringComparer.Ordinal)];
        }

        return string.Join(Chance(50) ? " " : ", ", letters);
    }

    private void AddProgram(string name, ImmutableArray<Statement> body)
    {
        if (NamePool.IsUsable(name))
        {
            _programs.Add((name, [.. body.SelectMany(statement => statement.All).Select(statement => statement.Label).OfType<string>()]));
        }
    }

    private Agent NewTask(int number, ImmutableArray<string> pcpus)
    {
        var name = Name($"vmm{number}", _agents);
        var on = Chance(40) ? $" on {{{string.Join(", ", Chance(50) ? [Pick(pcpus)] : pcpus)}}}" : "";
        ImmutableArray<LineName> lines = [.. _lines.Select(line => new LineName(Address(line.Frame, line.Line), IsWritable: true, IsExecutable: true))];
        var body = _statements.Body(ScenarioScope(BodyPlace.Task) with { Lines = lines, Publishable = Publishable(lines) }, Pick([1, 2, 3, 4, 6]));
        AddProgram(name, body);
        return new Agent($"task {name}{on}", body);
    }

    // A page or frame stands for its lines, where its name means nothing else.
    private ImmutableArray<string> Publishable(ImmutableArray<LineName> lines)
    {
        var whole = _elements.Where(element => element.Sort is "page" or "frame").Select(element => element.Name)
            .Where(name => _elements.Count(other => other.Sort is "page" or "frame" && other.Name == name) == 1 && _lines.All(line => line.Line != name)).ToHashSet();
        var others = _elements.Where(element => element.Sort is "page" or "frame").Select(element => element.Name).ToHashSet();
        return [.. whole, .. lines.Select(line => line.Text).Where(text => !others.Contains(text))];
    }

    private (ImmutableArray<string> Claims, ImmutableArray<string> Properties) Claims()
    {
        var claims = new List<string>();
        var properties = new List<string>();
        var names = new HashSet<string> { "fresh_fetch", "assertions", "deadlock", "fresh_data", "private_translation", "isolation" };
        var scope = ScenarioScope(BodyPlace.Property) with { States = _policy.States };
        while (Chance(35))
        {
            var isCover = Chance(40);
            var name = Name("claim", names);
            claims.Add($"{(isCover ? "cover" : "property")} {name}: {_expressions.Make(new GeneratedType.Truth(), scope, 3)}");
            if (!isCover)
            {
                properties.Add(name);
            }
        }

        foreach (var happens in new[] { "vcpu_load", "guest_entry", "guest_exit", "vcpu_put", "switch_out" }.Where(happens => Chance(happens == "vcpu_load" ? 60 : 4)))
        {
            claims.Add($"bound {happens} <= {Pick([1, 1, 2, 2, 3])}");
        }

        return ([.. claims], [.. properties]);
    }

    /// <summary>Rows of every form, about every property.</summary>
    private ImmutableArray<ExpectTree> Expects(SpecTree spec, ImmutableArray<string> properties)
    {
        var inPrograms = spec.Programs.SelectMany(body => body).SelectMany(statement => statement.All).Select(statement => statement.Label).OfType<string>().ToList();
        var labels = spec.PolicyBodies.SelectMany(body => body).SelectMany(statement => statement.All).Select(statement => statement.Label)
            .Concat(spec.Policies.SelectMany(policy => policy.Members).OfType<PolicyMember.Setting>().Select(setting => setting.Label)).OfType<string>().Concat(inPrograms).ToList();
        var asked = spec.Automatic.Where(_ => Chance(45)).Concat(properties.Where(_ => Chance(80) || !_policy.States.IsEmpty)).ToList();
        return [.. (asked.Count == 0 ? ["fresh_fetch"] : asked).Select(property => new ExpectTree(property, [.. Rows(spec, labels, inPrograms)]))];
    }

    private IEnumerable<string> Rows(SpecTree spec, List<string> labels, List<string> inPrograms)
    {
        // Two rows that differ in their policy speak of different cells.
        var policies = new HashSet<string> { spec.Subject };
        if (labels.Count > 0 && Chance(50))
        {
            policies.Add($"{spec.Subject} without {Pick(labels)}");
        }

        if (Chance(15))
        {
            policies.Add($"{spec.Subject} with HCR_EL2.FB = {_random.Next(2)}");
        }

        // None has none of the states that a property may speak of.
        if (_policy.States.IsEmpty && Chance(30))
        {
            policies.Add("none");
        }

        // A row that names no policy speaks of bare metal, which has no state either.
        if (_policy.States.IsEmpty && Chance(20))
        {
            yield return inPrograms.Count > 0 && Chance(50) ? $"without {Pick(inPrograms)} : unstated" : Pick([": unstated", "otherwise : unstated"]);
        }

        foreach (var policy in policies)
        {
            var needless = policy == "none" ? inPrograms : labels;
            if (_axes.Count > 0 && Chance(50))
            {
                yield return $"{policy} when {_axes[0]} = 0 : {Verdict(needless)}";
                yield return Chance(50) ? $"{policy} when {_axes[0]} in {{1}} : unstated" : $"{policy} otherwise : {Verdict(needless)}";
            }
            else
            {
                yield return $"{policy} : {Verdict(needless)}";
            }
        }
    }

    private string Verdict(List<string> labels) =>
        Pick(["unstated", "unstated", "holds", "violated"]) is var verdict && verdict == "holds" && labels.Count > 0 && Chance(40) ? $"holds needless {Pick(labels)}" : verdict;
}
