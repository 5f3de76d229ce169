using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Translations of both stages, and what the host says of frames and pages.</summary>
internal sealed partial class BodyBinder
{
    /// <summary>The member of a page that can be assigned.</summary>
    public const string Backing = "backing";

    private const string Host = "host";

    private bool IsHost(SourceSpan span, string what, string hint)
    {
        if (kind is BodyKind.Handler or BodyKind.Task)
        {
            return true;
        }

        diagnostics.ReportStatementNotHere(span, what, Where, hint);
        return false;
    }

    private Stmt? BindTranslation(StatementSyntax syntax)
    {
        var label = syntax.Label?.Text;
        switch (syntax)
        {
            case Stage2Syntax s:
                return BindStage2(s);
            case DescriptorSyntax s:
                return BindDescriptor(s);
            case SettleSyntax s when IsHost(s.Span, "`settle`", "it is the host's word about its stage 2"):
                return BindElementOf(s.Page, ScenarioSort.Page) is { } settled ? new SettleStmt(settled, s.Text, s.Span, label) : null;
            case GiveSyntax s when IsHost(s.Span, "`give`", "frames are the host's to give"):
                return BindGive(s);
            case CopySyntax s when IsHost(s.Span, "`copy`", "the host copies; a guest loads and stores: `ldr [x]`, `str new, [x]`"):
                return BindElementOf(s.From, ScenarioSort.Frame) is var from && BindElementOf(s.To, ScenarioSort.Frame) is { } to && from is not null ? new CopyStmt(from, to, s.Text, s.Span, label) : null;
            case WithMmuSyntax s when IsHost(s.Span, "`with`", "the host chooses the stage-2 context"):
                return BindWithMmu(s);
            case VttbrSyntax s when IsHost(s.Span, "`msr VTTBR_EL2`", "the host chooses the stage-2 context; a guest writes `msr TTBR0_EL1.ASID, 1`"):
                return BindVttbr(s);
            case CompleteSyntax s:
                return BindComplete(s);
            case El1Syntax s when IsHost(s.Span, "`el1`", "a guest executes at EL1 anyway"):
                return new El1Stmt(BindBody(s.Body), "el1", s.Span, label);
            case El1Syntax:
                return null;
            case SwitchMmuSyntax s:
                return BindSwitchMmu(s);
            case SettleSyntax or GiveSyntax or CopySyntax or WithMmuSyntax or VttbrSyntax:
                return null;
            default:
                throw new InvalidOperationException($"unexpected statement {syntax.GetType().Name}");
        }
    }

    private Stage2Stmt? BindStage2(Stage2Syntax syntax)
    {
        var word = syntax.Keyword.Text;
        if (!IsHost(syntax.Span, $"`{word}`", word == "clear" ? "stage 2 is the host's; a guest writes `unmap a`" : "stage 2 is the host's; a guest writes `map a -> g`"))
        {
            return null;
        }

        var page = BindElementOf(syntax.Page, ScenarioSort.Page);
        var frame = syntax.Frame is null ? null : BindElementOf(syntax.Frame, ScenarioSort.Frame);
        var mmu = syntax.Mmu is null ? null : BindElementOf(syntax.Mmu, ScenarioSort.Mmu);
        var permissions = syntax.Permissions is null ? (false, false) : PageBinder.BindPermissions(syntax.Permissions, diagnostics);
        var type = syntax.Type is null ? PageType.WriteBack : PageBinder.BindType(syntax.Type, diagnostics);
        if (page is null || frame is null != syntax.Frame is null || mmu is null != syntax.Mmu is null || permissions is not var (isWritable, isExecutable) || type is not { } known || !FitsMmu(page, mmu))
        {
            return null;
        }

        var step = word switch { "map" => Stage2Step.Map, "perm" => Stage2Step.Permit, _ => Stage2Step.Clear };
        return new Stage2Stmt(step, page, frame, isWritable, isExecutable, known, mmu, syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    /// <summary>Whether a page is one of the VM that a stage-2 context is of, as far as both are named; and whether one is named where there are several.</summary>
    private bool FitsMmu(SpecExpr page, SpecExpr? mmu)
    {
        if (page is not ElementExpr { Number: var number })
        {
            return true;
        }

        var vm = Scenario!.VmOfPage[number];
        var own = Scenario.NamesOf(ScenarioSort.Mmu).Where(name => Scenario.VmOfMmu[NumberOfMmu(name)] == vm).ToList();
        if (mmu is ElementExpr { Number: var named } && Scenario.VmOfMmu[named] != vm)
        {
            diagnostics.ReportMmuOfOther(mmu.Span, Scenario.Pages.Keys.ElementAt(number), own);
            return false;
        }

        if (mmu is null && own.Count > 1)
        {
            diagnostics.ReportWhichMmu(page.Span, Scenario.Pages.Keys.ElementAt(number), own);
            return false;
        }

        return true;
    }

    private int NumberOfMmu(string name) => Scenario!.Mmus.TryGetValue(name, out var number) ? number : Scenario.MmuOfVm[name];

    private DescriptorStmt? BindDescriptor(DescriptorSyntax syntax)
    {
        var (leaf, label) = (syntax.Leaf, syntax.Label?.Text);
        if (Guest is null)
        {
            diagnostics.ReportStatementNotHere(syntax.Span, leaf.To is null ? "`unmap`" : "`map … -> …`", Where, leaf.To is null ? "stage 1 is the guest's; the host writes `clear g`" : "stage 1 is the guest's; the host writes `map g, f, RWX`");
            return null;
        }

        var binder = new StageOneBinder(Guest.Space, Scenario!, diagnostics);
        if (leaf.To is not null)
        {
            return binder.BindLeaf(leaf, Guest.Asid) is var (bound, _) ? new DescriptorStmt(bound.From, bound.To, bound.Type, bound.Asid, syntax.Text, syntax.Span, label) : null;
        }

        if (Guest.Space.FindFrom(diagnostics, leaf.From) is not var (page, _) || binder.BindAsid(leaf.Asid, Guest.Asid) is not { } asid || !HasAsid(leaf.Asid, Guest.Asids))
        {
            return null;
        }

        return new DescriptorStmt(page.Number, null, PageType.WriteBack, asid, syntax.Text, syntax.Span, label);
    }

    private bool HasAsid(AsidSyntax? asid, ImmutableHashSet<int> known) => asid is null || HasAsid(asid.Span, asid.Number, known);

    private bool HasAsid(SourceSpan span, long asid, ImmutableHashSet<int> known)
    {
        if (known.Contains((int)asid))
        {
            return true;
        }

        diagnostics.ReportNoSuchAsid(span, asid, known);
        return false;
    }

    private GiveStmt? BindGive(GiveSyntax syntax)
    {
        var frame = BindElementOf(syntax.Frame, ScenarioSort.Frame);
        SpecExpr? owner = null;
        if (syntax.Owner is NameExpressionSyntax { Name: { Text: Host } host } && !_symbols.ContainsKey(Host))
        {
            if (Scenario?.Vms.ContainsKey(Host) == true)
            {
                diagnostics.ReportAmbiguousName(host.Span, Host, "the host", "a VM", "rename the VM");
                return null;
            }
        }
        else
        {
            owner = syntax.Owner is SetSyntax or BinarySyntax ? BindAs(syntax.Owner, new SpecType.Set(ScenarioSort.Vm)) : BindOwner(syntax.Owner);
            if (owner is null)
            {
                return null;
            }
        }

        return frame is null ? null : new GiveStmt(frame, owner, syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    private SpecExpr? BindOwner(ExpressionSyntax syntax)
    {
        if (Bind(syntax, new SpecType.Element(ScenarioSort.Vm, OrNone: false)) is not { } owner)
        {
            return null;
        }

        if (owner.Type is SpecType.Element { Sort: ScenarioSort.Vm, OrNone: false } or SpecType.Set { Sort: ScenarioSort.Vm })
        {
            return owner;
        }

        diagnostics.ReportWrongSort(owner.Span, "`host`, a vm or a set of vms", owner.Type, owner.Type is SpecType.Element { Sort: ScenarioSort.Vcpu or ScenarioSort.Page, OrNone: false } ? $"write `{TextOf(syntax)}.vm`" : "write `give f to host`, `give f to v.vm` or `give f to {V1, V2}`");
        return null;
    }

    private BackStmt? BindBack(AssignSyntax syntax, ExpressionSyntax page)
    {
        if (!IsHost(syntax.Span, "an assignment to `backing`", "the host chooses the frame behind a page"))
        {
            return null;
        }

        var bound = BindElementOf(page, ScenarioSort.Page);
        var frame = syntax.Value is NameExpressionSyntax { Name.Text: "none" } ? Bind(syntax.Value, new SpecType.Element(ScenarioSort.Frame, OrNone: true)) : BindElementOf(syntax.Value, ScenarioSort.Frame);
        return bound is null || frame is null ? null : new BackStmt(bound, frame, syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    private WithMmuStmt? BindWithMmu(WithMmuSyntax syntax)
    {
        var mmu = BindElementOf(syntax.Mmu, ScenarioSort.Mmu);
        var body = BindBody(syntax.Body);
        if (syntax.Body.IsEmpty)
        {
            diagnostics.ReportWithNothing(syntax.Span);
            return null;
        }

        return mmu is null ? null : new WithMmuStmt(mmu, body, syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    private VttbrStmt? BindVttbr(VttbrSyntax syntax)
    {
        var mmu = BindElementOf(syntax.Mmu, ScenarioSort.Mmu);
        var vmid = syntax.Vmid is null ? null : BindVmid(syntax.Vmid);
        return mmu is null || vmid is null != syntax.Vmid is null ? null : new VttbrStmt(mmu, vmid, syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    private SpecExpr? BindVmid(ExpressionSyntax syntax)
    {
        var number = new SpecType.Int(0, LanguageLimits.Vmids);
        return Bind(syntax, new SpecType.Element(ScenarioSort.Vmid, OrNone: false)) switch
        {
            null => null,
            { Type: SpecType.Element { Sort: ScenarioSort.Vmid } } vmid and not NoneExpr => vmid,
            { Type: SpecType.Int } plain => Fits(plain, number) ? plain : null,
            var other => Refuse(other),
        };

        SpecExpr? Refuse(SpecExpr other)
        {
            diagnostics.ReportWrongSort(other.Span, "a vmid or a number", other.Type, "write `msr VTTBR_EL2, m, n`, n a vmid or a number");
            return null;
        }
    }

    private SwitchMmuStmt? BindSwitchMmu(SwitchMmuSyntax syntax)
    {
        if (kind != BodyKind.Guest)
        {
            diagnostics.ReportStatementNotHere(syntax.Span, "`under`", Where, "a guest asks for another stage-2 context of its VM; the host's handlers of `mmu_switch` do what there is to do");
            return null;
        }

        if (BindElementOf(syntax.Mmu, ScenarioSort.Mmu) is not ElementExpr mmu)
        {
            return null;
        }

        if (Scenario!.VmOfMmu[mmu.Number] != Guest!.Vm)
        {
            diagnostics.ReportMmuOfOtherVm(mmu.Span, [.. Scenario.NamesOf(ScenarioSort.Mmu).Where(name => Scenario.VmOfMmu[NumberOfMmu(name)] == Guest.Vm)]);
            return null;
        }

        return new SwitchMmuStmt(mmu.Number, syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    private CompleteStmt? BindComplete(CompleteSyntax syntax)
    {
        if (kind == BodyKind.Handler && Event is { IsTrap: true, Event: var happens })
        {
            return new CompleteStmt(happens, syntax.Span, syntax.Label?.Text);
        }

        var traps = string.Join(", ", HookTable.All.Where(row => row.IsTrap).Select(row => $"`{row.Name}`"));
        diagnostics.ReportStatementNotHere(syntax.Span, "`complete`", kind != BodyKind.Handler ? Where : Event is null ? "a procedure" : $"a handler of `{Event.Name}`", $"it performs the instruction that has trapped: only in a handler of {traps}");
        return null;
    }

    /// <summary>Binds an element of a sort; a frame may be none, which does nothing then.</summary>
    private SpecExpr? BindElementOf(ExpressionSyntax syntax, ScenarioSort sort)
    {
        var wanted = new SpecType.Element(sort, OrNone: sort == ScenarioSort.Frame);
        if (syntax is NameExpressionSyntax { Name: var name } && IsUnknown(name))
        {
            if (!Scenario!.BrokenPages.Contains(name.Text) && !IsBroken(name.Text))
            {
                diagnostics.ReportUnknownName(name.Span, NameOf(sort), name.Text, Scenario.NamesOf(sort), HintFor(name, sort));
            }

            return null;
        }

        if (Bind(syntax, wanted) is not { } bound)
        {
            return null;
        }

        if (bound is not NoneExpr && bound.Type is SpecType.Element { Sort: var found, OrNone: var orNone } && found == sort && (wanted.OrNone || !orNone))
        {
            return bound;
        }

        diagnostics.ReportWrongSort(bound.Span, $"a {NameOf(sort)}", bound.Type, HintFor(bound.Type, TextOf(syntax), sort));
        return null;
    }

    /// <summary>Whether a name means nothing in a body that knows a scenario: there its pages and frames are what may be meant.</summary>
    private bool IsUnknown(NameSyntax name) => Scenario is not null && !_symbols.ContainsKey(name.Text) && name.Text is not ("none" or "true" or "false")
        && Policy?.States.ContainsKey(name.Text) != true && vocabulary.Field(name.Text) is null && !Scenario.Elements(name.Text).Any() && !Scenario.MmuOfVm.ContainsKey(name.Text);

    private static string NameOf(ScenarioSort sort) => sort == ScenarioSort.Mmu ? "stage-2 context" : Word(sort);

    private string? HintFor(NameSyntax name, ScenarioSort sort) => Scenario!.Lines.TryGetValue(name.Text, out var lines)
        ? $"a line stands for no {NameOf(sort)}{(sort == ScenarioSort.Frame ? $": write `{lines[0].Frame}`" : "")}"
        : $"{NameOf(sort)}s: {string.Join(", ", Scenario.NamesOf(sort))}";

    private static string HintFor(SpecType found, string text, ScenarioSort sort) => (found, sort) switch
    {
        (SpecType.Element { Sort: ScenarioSort.Page, OrNone: false }, ScenarioSort.Frame) => $"write `{text}.frame` for the frame that stage 2 maps, `{text}.{Backing}` for the one that the host means to put there",
        (SpecType.Element { Sort: ScenarioSort.Frame }, ScenarioSort.Page) => "name the page: stage 2 leads from pages to frames",
        (SpecType.Element { Sort: ScenarioSort.Vcpu or ScenarioSort.Vm or ScenarioSort.Page, OrNone: false }, ScenarioSort.Mmu) => $"write `{text}.mmu`",
        (SpecType.Element { OrNone: true }, ScenarioSort.Frame) => "`clear g` leaves no frame behind a page",
        _ => $"what stands here is a {NameOf(sort)}",
    };

    private static string TextOf(ExpressionSyntax syntax) => syntax.Span.Text.Content.Substring(syntax.Span.Start, syntax.Span.Length);
}
