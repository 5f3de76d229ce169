using System.Collections.Immutable;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Binding;

/// <summary>What a body belongs to: it decides which statements and names it may use.</summary>
internal enum BodyKind
{
    /// <summary>A hook or procedure of a policy.</summary>
    Handler,

    /// <summary>The program of a vCPU.</summary>
    Guest,

    /// <summary>A host task.</summary>
    Task,

    /// <summary>The condition of a property or cover.</summary>
    Property,
}

/// <summary>The names of a policy.</summary>
internal sealed class PolicyScope
{
    public Dictionary<string, PolicyState> States { get; } = [];

    public Dictionary<string, PolicyLock> Locks { get; } = [];

    /// <summary>States with an error in their declaration: what uses them is not reported too.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>Finds and binds a procedure; reports where it is unknown or recursive.</summary>
    public Func<NameSyntax, Procedure?> Procedure { get; set; } = _ => null;
}

/// <summary>A line with where it lies.</summary>
internal sealed record PlacedLine(string Frame, Line Line);

/// <summary>The names of a scenario. Agents (pCPUs, VMs, stage-2 contexts, vCPUs, tasks) share one space of names; pages (of all VMs) and frames have one each.</summary>
internal sealed class ScenarioScope
{
    private readonly Dictionary<string, SourceSpan> _agents = [];

    public Dictionary<string, int> Pcpus { get; } = [];

    public Dictionary<string, int> Vms { get; } = [];

    public Dictionary<string, int> Vcpus { get; } = [];

    public Dictionary<string, int> Tasks { get; } = [];

    /// <summary>Stage-2 contexts that have names of their own.</summary>
    public Dictionary<string, int> Mmus { get; } = [];

    /// <summary>The stage-2 contexts that are called like their VM.</summary>
    public Dictionary<string, int> MmuOfVm { get; } = [];

    /// <summary>The VM of each stage-2 context.</summary>
    public List<int> VmOfMmu { get; } = [];

    public Dictionary<string, int> Pages { get; } = [];

    /// <summary>The VM of each page.</summary>
    public List<int> VmOfPage { get; } = [];

    /// <summary>The pages that guests name: first those of all VMs, with the same numbers.</summary>
    /// <summary>What a pCPU has of its own.</summary>
    public Dictionary<string, Axis> AxesOfPcpu { get; } = [];

    public List<VirtualPage> VirtualPages { get; } = [];

    /// <summary>The pages that stage 2 does not map at first, or that a task maps, permits, clears or backs: behind them may stand one frame or another.</summary>
    public HashSet<string> ChangedPages { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Whether a policy or task of the spec changes stage 2, or has a word for its faults: then none is an error of the guest.</summary>
    public bool MayChangeStageTwo { get; set; }

    /// <summary>Pages with an error in their declaration: what names them is not reported too.</summary>
    public HashSet<string> BrokenPages { get; } = [];

    public Dictionary<string, Frame> Frames { get; } = [];

    public Dictionary<string, int> FrameNumbers { get; } = [];

    public Dictionary<string, List<PlacedLine>> Lines { get; } = [];

    /// <summary>The frame behind each page, by the page's name.</summary>
    public Dictionary<string, Frame> FrameOfPage { get; } = [];

    /// <summary>The fields that each page sets or leaves open, by the page's name.</summary>
    public Dictionary<string, ImmutableArray<Axis>> AxesOfPage { get; } = [];

    /// <summary>The labels in the program of each vCPU and task; <see langword="null"/> for an <c>any</c> guest.</summary>
    public Dictionary<string, HashSet<string>?> LabelsOfAgent { get; } = [];

    /// <summary>Whether somebody interrupts vCPUs, or promises what does not wait for their own synchronisation.</summary>
    public bool IsSynchronisedByOthers { get; set; }

    /// <summary>The names of all values.</summary>
    public HashSet<string> Values { get; } = [];

    public void AddAgent(DiagnosticBag diagnostics, Dictionary<string, int> names, string what, NameSyntax name, int number)
    {
        if (_agents.TryAdd(name.Text, name.Span))
        {
            names.Add(name.Text, number);
        }
        else
        {
            diagnostics.ReportDuplicateName(name.Span, what, name.Text, _agents[name.Text]);
        }
    }

    /// <summary>Counts a value's name; reports when there are too many.</summary>
    public void AddValue(DiagnosticBag diagnostics, NameSyntax value)
    {
        if (Values.Add(value.Text) && Values.Count > LanguageLimits.Values)
        {
            diagnostics.ReportLimitExceeded(value.Span, LanguageLimits.Values, "values in a scenario");
        }
    }

    /// <summary>The elements that a name may stand for in an expression.</summary>
    public IEnumerable<(ScenarioSort Sort, int Number)> Elements(string name)
    {
        foreach (var (sort, names) in new[]
        {
            (ScenarioSort.Pcpu, Pcpus), (ScenarioSort.Vcpu, Vcpus), (ScenarioSort.Vm, Vms), (ScenarioSort.Mmu, Mmus), (ScenarioSort.Page, Pages), (ScenarioSort.Frame, FrameNumbers),
        })
        {
            if (names.TryGetValue(name, out var number))
            {
                yield return (sort, number);
            }
        }
    }

    /// <summary>The names of a sort of places.</summary>
    public IEnumerable<string> NamesOf(ScenarioSort sort) => sort switch
    {
        ScenarioSort.Page => Pages.Keys,
        ScenarioSort.Frame => Frames.Keys,
        ScenarioSort.Mmu => Mmus.Keys.Concat(MmuOfVm.Keys),
        _ => Vms.Keys,
    };

    /// <summary>The line that a name means, <c>x</c> or <c>frame.x</c>; reports where there is none or more than one.</summary>
    public PlacedLine? FindLine(DiagnosticBag diagnostics, DottedNameSyntax name)
    {
        if (name.Parts is [var frameName, var lineName])
        {
            if (!Frames.TryGetValue(frameName.Text, out var frame))
            {
                diagnostics.ReportUnknownName(frameName.Span, "frame", frameName.Text, Frames.Keys);
                return null;
            }

            if (frame.Lines.FirstOrDefault(line => line.Name == lineName.Text) is { } line)
            {
                return new PlacedLine(frame.Name, line);
            }

            diagnostics.ReportUnknownName(lineName.Span, "line of that frame", lineName.Text, frame.Lines.Select(l => l.Name));
            return null;
        }

        if (name.Parts.Length != 1 || !Lines.TryGetValue(name.Text, out var lines))
        {
            diagnostics.ReportUnknownName(name.Span, "line", name.Text, Lines.Keys);
            return null;
        }

        if (lines is [var only])
        {
            return only;
        }

        var (first, second) = ($"{lines[0].Frame}.{name.Text}", $"{lines[1].Frame}.{name.Text}");
        diagnostics.ReportAmbiguousName(name.Span, name.Text, first, second, $"write `{first}` or `{second}`");
        return null;
    }

    /// <summary>The lines that a name means: a line, or all lines of a page or frame.</summary>
    public ImmutableArray<int> FindLines(DiagnosticBag diagnostics, DottedNameSyntax name)
    {
        var frame = Frames.GetValueOrDefault(name.Text) ?? FrameOfPage.GetValueOrDefault(name.Text);
        if (frame is null)
        {
            return FindLine(diagnostics, name) is { } line ? [line.Line.Number] : [];
        }

        if (FrameOfPage.TryGetValue(name.Text, out var ofPage) && ofPage != frame)
        {
            diagnostics.ReportAmbiguousName(name.Span, name.Text, "a frame", "a page on another frame");
            return [];
        }

        ImmutableArray<int> lines = [.. frame.Lines.Select(line => line.Number)];
        if (Lines.TryGetValue(name.Text, out var named) && !(named is [var only] && lines is [var single] && only.Line.Number == single))
        {
            diagnostics.ReportAmbiguousName(name.Span, name.Text, "a line", "a page or frame");
            return [];
        }

        return lines;
    }
}
