using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Lines, pages and frames as operands: what guests name are addresses, what the host names is memory.</summary>
internal sealed partial class BodyBinder
{
    private OperationStmt? BindPlaceOperand(Operation operation, OperandSyntax operand, NameSyntax? value, OperationSyntax syntax)
    {
        if (value is not null)
        {
            Scenario?.AddValue(diagnostics, value);
        }

        var statement = new OperationStmt(operation, Line: null, value?.Text, Field: null, syntax.Text, syntax.Span, syntax.Label?.Text);
        if (Guest is null)
        {
            return FindPlace(operand.Place) is var (line, place) ? statement with { Line = line, Place = place } : null;
        }

        if (operand.Place.Indexed is not null)
        {
            diagnostics.ReportWrongOperands(syntax.Span, operation.Name, FormOf(operation));
            return null;
        }

        return Guest.Space.FindOperand(diagnostics, operand.Name) is var (page, ofPage) && MayAccess(operation.Kind, page, operand.Name)
            ? statement with { Line = ofPage, VirtualPage = page.Number, IsShared = IsShared(ofPage) }
            : null;
    }

    private bool IsShared(int? line) => line is { } number && Guest!.Space.Pages.Count(page => page.Frame.Lines.Any(own => own.Number == number)) > 1;

    private bool MayAccess(OperationKind operation, VirtualPage virtualPage, DottedNameSyntax name)
    {
        // Where a handler answers faults, or the address leads elsewhere, it is for the model to say.
        if (Scenario!.MayChangeStageTwo || Guest!.Translations.Moved.Contains(virtualPage.Number) || Guest.Space.PageAt(virtualPage) is not { IsMapped: true } page)
        {
            return true;
        }

        var missing = operation switch
        {
            OperationKind.Store when !page.Writable => "W",
            OperationKind.Execute when !page.Executable => "X",
            _ => null,
        };
        if (missing is null)
        {
            return true;
        }

        diagnostics.ReportAccessNotPermitted(name.Span, name.Text, page.Name, missing);
        return false;
    }

    /// <summary>The memory that the host names: a line where it is known, else what stands for a frame; reports where there is none.</summary>
    private (int? Line, SpecExpr? Place)? FindPlace(PlaceSyntax syntax)
    {
        var name = syntax.Name;
        if (IsExpression(syntax))
        {
            return BindPlaceExpression(syntax.Expression) is { } place ? (null, place) : null;
        }

        if (IsVariable(name) && !Scenario!.Lines.ContainsKey(name.Text))
        {
            diagnostics.ReportAmbiguousName(name.Span, name.Text, "a variable", "a page or frame", "rename the variable");
            return null;
        }

        if (name.Parts.Length == 1 && !Scenario!.Lines.ContainsKey(name.Text))
        {
            if (Scenario.Frames.TryGetValue(name.Text, out var frame))
            {
                return OnlyLine(frame) is { } line ? (line, null) : (null, Element(name, ScenarioSort.Frame, Scenario.FrameNumbers));
            }

            if (Scenario.FrameOfPage.TryGetValue(name.Text, out var ofPage))
            {
                return !Scenario.ChangedPages.Contains(name.Text) && OnlyLine(ofPage) is { } line ? (line, null) : (null, Element(name, ScenarioSort.Page, Scenario.Pages));
            }

            if (Scenario.BrokenPages.Contains(name.Text))
            {
                return null;
            }
        }

        return Scenario!.FindLine(diagnostics, name) is { } found ? (found.Line.Number, null) : null;
    }

    private static int? OnlyLine(Frame frame) => frame.Lines is [var only] ? only.Number : null;

    private static ElementExpr Element(DottedNameSyntax name, ScenarioSort sort, Dictionary<string, int> numbers) => new(numbers[name.Text], new SpecType.Element(sort, OrNone: false), name.Span);

    /// <summary>Whether a name is that of a variable that stands for memory.</summary>
    private bool IsVariable(DottedNameSyntax name) => name.Parts is [var only] && _symbols.TryGetValue(only.Text, out var known) && known.Symbol.Type is SpecType.Element { Sort: ScenarioSort.Page or ScenarioSort.Frame };

    /// <summary>Whether what stands for memory is known when the statement runs: in a policy always, in a task where it is no name of the scenario.</summary>
    private bool IsExpression(PlaceSyntax syntax) => kind == BodyKind.Handler || syntax.Indexed is not null || syntax.Name.Parts switch
    {
        [var only] => IsVariable(syntax.Name) && !Scenario!.Lines.ContainsKey(only.Text) && !Scenario.Frames.ContainsKey(only.Text) && !Scenario.Pages.ContainsKey(only.Text),
        [var frame, { Text: "frame" or Backing } line] => Scenario?.Frames.GetValueOrDefault(frame.Text)?.Lines.Any(own => own.Name == line.Text) != true,
        _ => false,
    };

    private SpecExpr? BindPlaceExpression(ExpressionSyntax syntax)
    {
        if (Bind(syntax) is not { } bound)
        {
            return null;
        }

        if (bound.Type is SpecType.Element { Sort: ScenarioSort.Frame } or SpecType.Element { Sort: ScenarioSort.Page, OrNone: false })
        {
            return bound;
        }

        diagnostics.ReportWrongSort(bound.Span, "a page or frame", bound.Type, "name a page, or a frame: `g`, `g.frame`, `g.backing`");
        return null;
    }

    private PublishStmt? BindPublish(PublishSyntax syntax)
    {
        var form = PublishForm.Visible;
        if (syntax.Form is { } word)
        {
            if (PublishStmt.Forms.FirstOrDefault(known => known.Word == word.Text) is not { Word: not null } known)
            {
                diagnostics.ReportUnknownChoice(word.Span, "a form of `publish`", word.Text, [.. PublishStmt.Forms.Select(all => all.Word)]);
                return null;
            }

            form = known.Form;
        }

        var name = syntax.Place.Name;
        var isChanged = name.Parts.Length == 1 && !Scenario?.Lines.ContainsKey(name.Text) == true && !Scenario!.Frames.ContainsKey(name.Text) && Scenario.ChangedPages.Contains(name.Text);
        var place = IsExpression(syntax.Place) ? BindPlaceExpression(syntax.Place.Expression) : isChanged ? Element(name, ScenarioSort.Page, Scenario!.Pages) : null;
        if (place is not null || IsExpression(syntax.Place))
        {
            return place is null || !IsOwn(place, name) ? null : new PublishStmt([], form, syntax.Text, syntax.Span, syntax.Label?.Text) { Place = place };
        }

        var lines = Scenario!.FindLines(diagnostics, name);
        if (Guest is not null && lines.Any(line => !Guest.Space.HasLine(line)))
        {
            diagnostics.ReportLineNotMapped(name.Span, name.Text, Guest.Space.Vm);
            return null;
        }

        return lines.IsEmpty ? null : new PublishStmt(lines, form, syntax.Text, syntax.Span, syntax.Label?.Text);
    }

    /// <summary>Whether a guest speaks of a page of its own VM.</summary>
    private bool IsOwn(SpecExpr place, DottedNameSyntax name)
    {
        if (Guest is null || (place is ElementExpr && Guest.Space.Find(name.Text) is not null))
        {
            return true;
        }

        if (place is ElementExpr { Number: var page })
        {
            diagnostics.ReportPageOfOther(name.Span, name.Text, Scenario!.Vms.First(vm => vm.Value == Scenario.VmOfPage[page]).Key, Guest.Space.Vm);
        }
        else
        {
            diagnostics.ReportStatementNotHere(place.Span, "what is known only when it runs", Where, "a program publishes its lines and pages by their names");
        }

        return false;
    }

    /// <summary>The operand of a TLBI. Where no translation ever changes, it names what it likes.</summary>
    private OperationStmt? BindTranslationOperand(Operation operation, OperationSyntax syntax)
    {
        var statement = new OperationStmt(operation, Line: null, Value: null, Field: null, syntax.Text, syntax.Span, syntax.Label?.Text);
        switch (operation.Target, syntax.Operands)
        {
            case (_, []):
                return statement with { NamesNothing = !operation.IsBySetWay };
            case (_, [{ IsBracketed: false, Asid: null, Place.Indexed: null }]) when operation.IsBySetWay:
                return statement;
            case (TranslationTarget.IntermediatePage, [{ IsBracketed: false, Asid: null } page]):
                return BindIntermediatePage(statement, page.Place);
            case (TranslationTarget.Asid, [{ IsBracketed: false } asid]):
                return BindAsidOperand(statement, asid, syntax);
            case (TranslationTarget.VirtualPage or TranslationTarget.AnyAsid, [{ IsBracketed: false, Asid: null, Place.Indexed: null } page]):
                return BindVirtualPage(statement, page.Name);
            case (TranslationTarget.VirtualPage, [{ IsBracketed: false, Asid: null, Place.Indexed: null } page, { IsBracketed: false, Asid: not null } asid]):
                return BindVirtualPage(statement, page.Name) is { } ofPage ? BindAsidOperand(ofPage, asid, syntax) : null;
            default:
                diagnostics.ReportWrongOperands(syntax.Span, operation.Name, FormOf(operation));
                return null;
        }
    }

    private OperationStmt? BindVirtualPage(OperationStmt statement, DottedNameSyntax name)
    {
        if (Guest is null)
        {
            // An address is one of some VM: where it is that of one alone, it is known.
            var known = Scenario?.VirtualPages.Where(page => page.Name == name.Text).ToList() ?? [];
            return known is [var only] ? statement with { VirtualPage = only.Number } : statement with { NamesNothing = true };
        }

        var page = Guest.Translations.MayChange ? Guest.Space.FindFrom(diagnostics, name)?.Page : Guest.Space.FindFrom(new DiagnosticBag(), name)?.Page;
        return page is null && Guest.Translations.MayChange ? null : statement with { VirtualPage = page?.Number };
    }

    private OperationStmt? BindAsidOperand(OperationStmt statement, OperandSyntax operand, OperationSyntax syntax)
    {
        var isNumber = int.TryParse(operand.Name.Text, out var number);
        if (operand.Asid is { } asid)
        {
            (isNumber, number) = (true, (int)asid.Number);
        }

        var isMeant = operand.Asid is not null || Guest?.Translations.MayChange == true;
        if (!isNumber && isMeant)
        {
            diagnostics.ReportWrongOperands(syntax.Span, statement.Operation.Name, FormOf(statement.Operation));
            return null;
        }

        if (Guest is not null)
        {
            return !isMeant ? statement : HasAsid(operand.Span, number, Guest.Translations.Asids) ? statement with { Asid = number } : null;
        }

        if (isNumber && operand.Asid is not null && number is < 0 or > LanguageLimits.Asids)
        {
            diagnostics.ReportOutOfRange(operand.Span, number, 0, LanguageLimits.Asids);
            return null;
        }

        return isNumber && number is >= 0 and <= LanguageLimits.Asids ? statement with { Asid = number } : statement with { NamesNothing = true };
    }

    private OperationStmt? BindIntermediatePage(OperationStmt statement, PlaceSyntax place)
    {
        // Whoever maps nothing may call it `ipa`.
        var first = place.Name.Parts[0].Text;
        var isKnown = place.Indexed is not null || (_symbols.TryGetValue(first, out var symbol) && symbol.Symbol.Type is SpecType.Element { Sort: ScenarioSort.Page }) || Scenario?.Pages.ContainsKey(first) == true;
        if (!isKnown && !HostMaps)
        {
            return statement with { NamesNothing = true };
        }

        return BindElementOf(place.Expression, ScenarioSort.Page) is { } page ? statement with { Place = page } : null;
    }
}
