using System.Collections.Immutable;
using CoherenceCheck.Attributes;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;

namespace CoherenceCheck.Model.Questions;

/// <summary>What a scenario asks, in canonical text: so that two of them can be compared, and what differs can be said.</summary>
public static class ScenarioQuestion
{
    /// <summary>The strength of the ghost: bare metal runs beside the hypervisor, step by step.</summary>
    public const string Ghost = "lockstep";

    /// <summary>The question of a scenario.</summary>
    public static Question Of(Scenario scenario)
    {
        var text = new CanonicalText(scenario);
        IEnumerable<QuestionPart> parts =
        [
            MachineOf(scenario.Machine),
            .. scenario.Machine.Axes.Select(axis => Choice(null, axis, DefaultOf(axis, scenario.Machine.PeModel))),
            .. scenario.Machine.PcpuAxes.SelectMany((own, p) => own.Select(axis => Choice(scenario.Machine.Pcpus[p], axis, null))),
            .. scenario.Frames.Select(frame => Text(QuestionParts.Frame, frame.Name, frame.Lines.Select(line => $"{line.Name} = {line.Initial}{(line.Before is { } before ? $" after {before}" : "")}").Order(StringComparer.Ordinal))),
            .. scenario.Vms.SelectMany(vm => PartsOf(scenario, vm)),
            .. scenario.Vcpus.SelectMany(vcpu => PartsOf(scenario, vcpu, text)),
            .. scenario.Tasks.Select(task => Text(
                QuestionParts.Task, task.Name, [task.Pcpu is { } pcpu ? $"on {scenario.Machine.Pcpus[pcpu]}" : task.MovesOver.IsEmpty ? "on a CPU of its own" : $"on {string.Join(", ", task.MovesOver.Select(p => scenario.Machine.Pcpus[p]))}", .. text.Lines(task.Body)])),
            .. scenario.Properties.Select(property => Text(property.IsCover ? QuestionParts.Cover : QuestionParts.Property, property.Name, [text.Of(property.Condition)])),
            .. scenario.Bounds.Select(bound => Text(QuestionParts.Bound, ScenarioModel.NameOf(bound.Event), [bound.Most.ToString()])),
        ];
        return new Question(scenario.Span.Line, [.. parts.OrderBy(part => part.Kind, StringComparer.Ordinal).ThenBy(part => part.Of, StringComparer.Ordinal)]);
    }

    private static QuestionPart MachineOf(Language.Scenarios.Machine machine) => Text(QuestionParts.Machine, "",
    [
        $"pe {machine.PeModel}",
        $"ghost {Ghost}",
        .. machine.Pcpus.Order(StringComparer.Ordinal).Select(pcpu => $"pcpu {pcpu}"),
        .. machine.Hotplugged.Select(p => $"hotplug {machine.Pcpus[p]}").Order(StringComparer.Ordinal),
        .. Shared(machine, "icache", machine.IcacheGroups),
        .. Shared(machine, "tlb", machine.TlbGroups),
        .. machine.TagsIcache ? ["icache tag vmid"] : Array.Empty<string>(),
        .. machine.Vmids is { } vmids ? [$"vmids {vmids}"] : Array.Empty<string>(),
    ]);

    private static IEnumerable<string> Shared(Language.Scenarios.Machine machine, string what, ImmutableArray<int> groups) =>
        machine.Pcpus.Zip(groups).GroupBy(pair => pair.Second, pair => pair.First).Where(group => group.Count() > 1)
            .Select(group => $"share {what} {{{string.Join(", ", group.Order(StringComparer.Ordinal))}}}").Order(StringComparer.Ordinal);

    private static IEnumerable<QuestionPart> PartsOf(Scenario scenario, Vm vm) =>
    [
        .. vm.Maps.IsEmpty && vm.Mmus.Length == 1 ? Array.Empty<QuestionPart>() : [Text(QuestionParts.Vm, vm.Name, [.. vm.Mmus.Length > 1 ? [$"mmu {string.Join(' ', vm.Mmus)}"] : Array.Empty<string>(), .. MapsOf(scenario, vm.Maps)])],
        .. vm.Axes.Select(axis => Choice(vm.Name, axis, null)),
        .. vm.Pages.Select(page => PageOf(vm, page)),

        // Without XN the permissions alone decide, as they do where it is 0.
        .. vm.Pages.SelectMany(page => page.Axes.Select(axis => Choice(page.Name, axis, axis.Name == PageFields.ExecuteNever ? "0" : null))),
    ];

    private static IEnumerable<string> MapsOf(Scenario scenario, ImmutableArray<StageOneMap> maps) => maps
        .Select(map => $"map {scenario.VirtualPages[map.From].Name} -> {scenario.Pages[map.To].Name} asid {map.Asid} {WordOf(map.Type)}").Order(StringComparer.Ordinal);

    private static string WordOf(PageType type) => type switch
    {
        PageType.WriteBack => "wb",
        PageType.NonCacheable => "nc",
        _ => "device",
    };

    private static QuestionPart PageOf(Vm vm, Page page)
    {
        var permissions = $"R{(page.Writable ? "W" : "")}{(page.Executable ? "X" : "")}";
        string[] type = page.Axes.Any(axis => axis.Name == PageFields.MemAttr) ? [] : [WordOf(page.Type)];
        return Text(QuestionParts.Page, page.Name, page.IsMapped
            ? [$"of {vm.Name}", $"frame {page.Frame.Name}", permissions, .. type]
            : [$"of {vm.Name}", $"none, and frame {page.Frame.Name} to be put behind it", .. type]);
    }

    private static IEnumerable<QuestionPart> PartsOf(Scenario scenario, Vcpu vcpu, CanonicalText text)
    {
        string[] toggles =
        [
            .. vcpu.TogglesMmu ? ["turns its MMU on and off"] : Array.Empty<string>(),
            .. vcpu.Remaps ? ["stores to its stage-1 tables"] : Array.Empty<string>(),
            .. vcpu.SwitchesMmu ? ["goes on under other stage-2 contexts"] : Array.Empty<string>(),
        ];
        yield return Text(QuestionParts.Vcpu, vcpu.Name,
        [
            $"of {scenario.Vms[vcpu.Vm].Name}",
            .. toggles,
            .. vcpu.StartsWhen is { } when ? [$"starts when {text.Of(when)}"] : vcpu.IsStopped ? ["is stopped"] : Array.Empty<string>(),
            .. vcpu.MovesWhen is { } moves ? [$"moves when {text.Of(moves)}"] : Array.Empty<string>(),
            .. vcpu.Asid == 0 ? Array.Empty<string>() : [$"starts with ASID {vcpu.Asid}"],
            .. MapsOf(scenario, vcpu.Maps),
            .. vcpu.NonCacheableLines.Select(text.Line).Order(StringComparer.Ordinal).Select(line => $"maps {line} Non-cacheable"),
        ]);
        yield return Choice(QuestionParts.Placement, vcpu.Name, vcpu.Placement.Select(pcpu => scenario.Machine.Pcpus[pcpu]));
        foreach (var axis in vcpu.Axes)
        {
            // C and I are as M where they are not set.
            yield return Choice(vcpu.Name, axis, axis.Name == "SCTLR_EL1.M" ? "0" : null);
        }

        yield return vcpu.Program is { } program
            ? Text(QuestionParts.Program, vcpu.Name, text.Lines(program))
            : Choice(QuestionParts.Alphabet, vcpu.Name, vcpu.Alphabet.Select(operation => operation.Name));
        if (vcpu.Places is { } places)
        {
            yield return Choice(QuestionParts.Addresses, vcpu.Name, places.VirtualPages.SelectMany(page => NamesOf(scenario, scenario.VirtualPages[page], places, text)));
        }
    }

    /// <summary>A page of several lines line by line, since some of them may be left out.</summary>
    private static IEnumerable<string> NamesOf(Scenario scenario, VirtualPage page, AlphabetPlaces places, CanonicalText text) =>
        page.Page is { } own && scenario.Pages[own].Frame.Lines is { Length: > 1 } lines
            ? lines.Where(line => places.Lines.Contains(line.Number)).Select(line => text.Line(line.Number))
            : [page.Name];

    /// <summary>What an axis of the machine is where nobody sets it; <see langword="null"/> where that depends on others.</summary>
    private static string? DefaultOf(Axis axis, string peModel) => axis.IsReading ? ReadingRegistry.Find(axis.Name)!.DefaultWith(peModel)
        : axis.Name.EndsWith(".FWB", StringComparison.Ordinal) || axis.Name.StartsWith("CLIDR_EL1.", StringComparison.Ordinal) ? null
        : FieldRegistry.ValuesOf(axis.Name)[0];

    private static QuestionPart Text(string kind, string of, IEnumerable<string> lines) => new(kind, of, IsChoice: false, [.. lines]);

    private static QuestionPart Choice(string? owner, Axis axis, string? unset) =>
        Choice(axis.IsReading ? QuestionParts.Reading : QuestionParts.Field, ScenarioSpace.NameOf(owner, axis.Name), axis.Values, unset);

    private static QuestionPart Choice(string kind, string of, IEnumerable<string> values, string? unset = null) =>
        new(kind, of, IsChoice: true, [.. values.Order(StringComparer.Ordinal)], unset);
}
