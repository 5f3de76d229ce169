using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

internal sealed partial class BodyBinder
{
    private static readonly SpecType.Bool Truth = new();

    /// <summary>What can be asked of an element.</summary>
    private static readonly ImmutableArray<(ScenarioSort Owner, string Name, Member Member, SpecType Type)> Members =
    [
        (ScenarioSort.Vcpu, "vm", Member.Vm, new SpecType.Element(ScenarioSort.Vm, OrNone: false)),
        (ScenarioSort.Vcpu, "mmu", Member.Mmu, new SpecType.Element(ScenarioSort.Mmu, OrNone: false)),
        (ScenarioSort.Vcpu, "pcpu", Member.Pcpu, new SpecType.Element(ScenarioSort.Pcpu, OrNone: true)),
        (ScenarioSort.Vm, "mmu", Member.Mmu, new SpecType.Element(ScenarioSort.Mmu, OrNone: false)),
        (ScenarioSort.Pcpu, "vcpu", Member.Vcpu, new SpecType.Element(ScenarioSort.Vcpu, OrNone: true)),
        (ScenarioSort.Page, "vm", Member.Vm, new SpecType.Element(ScenarioSort.Vm, OrNone: false)),
        (ScenarioSort.Page, "mmu", Member.Mmu, new SpecType.Element(ScenarioSort.Mmu, OrNone: false)),
        (ScenarioSort.Page, "frame", Member.Frame, new SpecType.Element(ScenarioSort.Frame, OrNone: true)),
        (ScenarioSort.Page, Backing, Member.Backing, new SpecType.Element(ScenarioSort.Frame, OrNone: true)),
        (ScenarioSort.Page, "mapped", Member.Mapped, Truth),
        (ScenarioSort.Page, "writable", Member.Writable, Truth),
        (ScenarioSort.Page, "executable", Member.Executable, Truth),
    ];

    /// <summary>Binds a truth value.</summary>
    public SpecExpr? BindCondition(ExpressionSyntax syntax) => BindAs(syntax, Truth);

    /// <summary>Binds a value that must have a type.</summary>
    public SpecExpr? BindAs(ExpressionSyntax syntax, SpecType type) => Bind(syntax, type) is { } bound && Fits(bound, type) ? bound : null;

    /// <summary>Binds an expression; an expected type helps where a name or <c>none</c> has none of its own.</summary>
    private SpecExpr? Bind(ExpressionSyntax syntax, SpecType? expected = null)
    {
        var mayHaveLabel = _mayHaveLabel;
        _mayHaveLabel &= syntax is LabelledSyntax or BinarySyntax { Operator: TokenKind.PipePipe or TokenKind.AmpersandAmpersand };
        var bound = BindExpression(syntax, expected);
        _mayHaveLabel = mayHaveLabel;
        return bound;
    }

    private SpecExpr? BindExpression(ExpressionSyntax syntax, SpecType? expected) => syntax switch
    {
        LabelledSyntax labelled => BindLabelled(labelled),
        NothingLeftSyntax nothing => ReportNothingLeft(nothing),
        NumberSyntax number => BindNumber(number, expected),
        NameExpressionSyntax name => BindName(name.Name, expected),
        MemberSyntax member => BindMember(member),
        IndexSyntax index => BindIndex(index),
        NotSyntax not => BindCondition(not.Operand) is { } operand ? new NotExpr(operand, not.Span) : null,
        BinarySyntax binary => BindBinary(binary, expected),
        AtSyntax at => BindAt(at),
        SetSyntax set => BindSet(set, expected),
        _ => null,
    };

    private bool Fits(SpecExpr value, SpecType type)
    {
        switch (type, value.Type)
        {
            case (SpecType.Int target, SpecType.Int source) when source.Max < target.Min || source.Min > target.Max:
                diagnostics.ReportOutOfRange(value.Span, source.Max < target.Min ? source.Max : source.Min, target.Min, target.Max);
                return false;
            case (SpecType.Int, SpecType.Int):
                return true;
            case (SpecType.Element target, SpecType.Element source) when target.Sort == source.Sort && (target.OrNone || !source.OrNone):
                return true;
            default:
                if (type == value.Type)
                {
                    return true;
                }

                diagnostics.ReportTypeMismatch(value.Span, type, value.Type);
                return false;
        }
    }

    private static LiteralExpr BindNumber(NumberSyntax number, SpecType? expected) =>
        expected is SpecType.Bool && number.Value is 0 or 1
            ? new LiteralExpr(number.Value, Truth, number.Span)
            : new LiteralExpr(number.Value, new SpecType.Int(number.Value, number.Value), number.Span);

    private SpecExpr? BindName(NameSyntax name, SpecType? expected)
    {
        switch (name.Text)
        {
            case "true" or "false":
                return new LiteralExpr(name.Text == "true" ? 1 : 0, Truth, name.Span);
            case "none" when expected is SpecType.Element element:
                return new NoneExpr(element with { OrNone = true }, name.Span);
            case "none":
                diagnostics.ReportTypeUnknown(name.Span, name.Text);
                return null;
        }

        if (_symbols.TryGetValue(name.Text, out var known))
        {
            return new SymbolExpr(known.Symbol, name.Span);
        }

        if (expected is SpecType.Names names && names.Values.IndexOf(name.Text) is >= 0 and var position)
        {
            return new LiteralExpr(position, names, name.Span);
        }

        if (Policy?.States.ContainsKey(name.Text) == true)
        {
            return BindState(name, [], name.Span);
        }

        if (vocabulary.Field(name.Text) is { } field)
        {
            return new FieldExpr(Target: null, field.Name, VocabularyIndex.TypeOf(field), name.Span);
        }

        return BindElement(name, expected);
    }

    private ElementExpr? BindElement(NameSyntax name, SpecType? expected)
    {
        var elements = Scenario?.Elements(name.Text).ToArray() ?? [];
        if (expected is SpecType.Element { Sort: var sort } && elements.Any(element => element.Sort == sort))
        {
            elements = [elements.First(element => element.Sort == sort)];
        }
        else if (expected is SpecType.Element { Sort: ScenarioSort.Mmu } && Scenario?.MmuOfVm.TryGetValue(name.Text, out var ofVm) == true)
        {
            elements = [(ScenarioSort.Mmu, ofVm)];
        }

        switch (elements)
        {
            case [var only]:
                return new ElementExpr(only.Number, new SpecType.Element(only.Sort, OrNone: false), name.Span);
            case [var first, var second, ..]:
                diagnostics.ReportAmbiguousName(name.Span, name.Text, $"a {Word(first.Sort)}", $"a {Word(second.Sort)}");
                return null;
            default:
                if (!IsBroken(name.Text))
                {
                    diagnostics.ReportUnknownName(
                        name.Span, "variable or state", name.Text, KnownNames(expected), kind == BodyKind.Handler ? "a policy knows its state, the parameters of its handlers, and what `let` names: no vCPUs, pages and lines of a scenario" : null);
                }

                return null;
        }
    }

    private static string Word(ScenarioSort sort) => sort.ToString().ToLowerInvariant();

    private IEnumerable<string> KnownNames(SpecType? expected) =>
    [
        .. _symbols.Keys, .. Policy?.States.Keys.AsEnumerable() ?? [], .. (expected as SpecType.Names)?.Values ?? [],
        .. Scenario is null ? [] : Scenario.Pcpus.Keys.Concat(Scenario.Vcpus.Keys).Concat(Scenario.Vms.Keys),
    ];

    private StateExpr? BindState(NameSyntax name, ImmutableArray<ExpressionSyntax> index, SourceSpan span)
    {
        var state = Policy!.States[name.Text];
        if (BindIndices(name, state.Index, index, span) is not { } bound)
        {
            return null;
        }

        StatesRead.Add((state, name.Span));
        return new StateExpr(state, bound, span);
    }

    private ImmutableArray<SpecExpr>? BindIndices(NameSyntax name, ImmutableArray<ScenarioSort> sorts, ImmutableArray<ExpressionSyntax> index, SourceSpan span)
    {
        if (sorts.Length != index.Length)
        {
            diagnostics.ReportWrongIndexCount(span, name.Text, sorts.Length, index.Length);
            return null;
        }

        var bound = ImmutableArray.CreateBuilder<SpecExpr>();
        for (var i = 0; i < sorts.Length; i++)
        {
            if (BindAs(index[i], new SpecType.Element(sorts[i], OrNone: false)) is { } element)
            {
                bound.Add(element);
            }
        }

        return bound.Count == sorts.Length ? bound.ToImmutable() : null;
    }

    private static (ExpressionSyntax Target, ImmutableArray<ExpressionSyntax> Index) SplitIndices(ExpressionSyntax syntax)
    {
        var index = new List<ExpressionSyntax>();
        while (syntax is IndexSyntax part)
        {
            index.Add(part.Index);
            syntax = part.Target;
        }

        index.Reverse();
        return (syntax, [.. index]);
    }

    private StateExpr? BindIndex(IndexSyntax syntax)
    {
        var (target, index) = SplitIndices(syntax);
        if (target is NameExpressionSyntax { Name: var name } && Policy?.States.ContainsKey(name.Text) == true && !_symbols.ContainsKey(name.Text))
        {
            return BindState(name, index, syntax.Span);
        }

        var text = (target as NameExpressionSyntax)?.Name.Text ?? "this";
        if (!IsBroken(text))
        {
            diagnostics.ReportUnknownName(target.Span, "state", text, Policy?.States.Keys ?? Enumerable.Empty<string>(), _symbols.ContainsKey(text)
                ? "only state has indices"
                : $"declare it: `state {text}[SORT] : TYPE = VALUE`");
        }

        return null;
    }

    private SpecExpr? BindMember(MemberSyntax syntax)
    {
        if (syntax.Target is NameExpressionSyntax { Name: var register } && vocabulary.IsRegister(register.Text))
        {
            return BindField(target: null, FieldScope.Machine | FieldScope.Policy, $"{register.Text}.{syntax.Member.Text}", syntax.Span);
        }

        if (syntax.Target is MemberSyntax inner && vocabulary.IsRegister(inner.Member.Text))
        {
            return Bind(inner.Target) is { } owner ? BindOwnedField(owner, $"{inner.Member.Text}.{syntax.Member.Text}", syntax) : null;
        }

        if (Bind(syntax.Target, OwnerOf(syntax)) is not { } target)
        {
            return null;
        }

        if (target.Type is SpecType.Element { OrNone: false, Sort: var sort } && Members.FirstOrDefault(member => member.Name == syntax.Member.Text && member.Owner == sort) is { Name: not null } found)
        {
            return new MemberExpr(target, found.Member, found.Type, syntax.Span);
        }

        ReportNoSuchMember(target, syntax.Member);
        return null;
    }

    /// <summary>What a name in front of a member must be, where of all that it may be only one has the member.</summary>
    private SpecType.Element? OwnerOf(MemberSyntax syntax)
    {
        if (syntax.Target is not NameExpressionSyntax { Name.Text: var name })
        {
            return null;
        }

        var owners = Scenario?.Elements(name).Select(element => element.Sort).Where(sort => Members.Any(member => member.Owner == sort && member.Name == syntax.Member.Text)).ToList() ?? [];
        return owners is [var only] ? new SpecType.Element(only, OrNone: false) : null;
    }

    private void ReportNoSuchMember(SpecExpr target, NameSyntax member)
    {
        var (owner, members) = target.Type switch
        {
            SpecType.Element { OrNone: true } => ("a value that may be none", (string[])[]),
            SpecType.Element { Sort: var sort } when Members.Any(known => known.Owner == sort) => ($"a {Word(sort)}", [.. Members.Where(known => known.Owner == sort).Select(known => known.Name)]),
            _ => ("this value", []),
        };
        diagnostics.ReportNoSuchMember(member.Span, member.Text, owner, members);
    }

    private FieldExpr? BindOwnedField(SpecExpr owner, string name, MemberSyntax syntax)
    {
        switch (owner.Type)
        {
            case SpecType.Element { Sort: ScenarioSort.Vm, OrNone: false }:
                return BindField(owner, FieldScope.Vm, name, syntax.Span);
            case SpecType.Element { Sort: ScenarioSort.Vcpu, OrNone: false }:
                return BindField(owner, FieldScope.Vcpu, name, syntax.Span);
            case SpecType.Element { Sort: ScenarioSort.Pcpu, OrNone: false }:
                return BindField(owner, FieldScope.Pcpu, name, syntax.Span);
            default:
                ReportNoSuchMember(owner, ((MemberSyntax)syntax.Target).Member);
                return null;
        }
    }

    private FieldExpr? BindField(SpecExpr? target, FieldScope scope, string name, SourceSpan span)
    {
        if (vocabulary.Field(name) is not { } field)
        {
            diagnostics.ReportUnknownField(span, name, vocabulary.FieldNames);
            return null;
        }

        if ((field.Scope & scope) != FieldScope.Derived)
        {
            return new FieldExpr(target, field.Name, VocabularyIndex.TypeOf(field), span);
        }

        diagnostics.ReportWrongOwner(
            span,
            $"`{name}` is not a field of {(target is null ? "the machine or policy" : (scope & FieldScope.Vm) != FieldScope.Derived ? "a VM" : (scope & FieldScope.Pcpu) != FieldScope.Derived ? "a pCPU" : "a vCPU")}",
            (field.Scope & FieldScope.Vcpu) != FieldScope.Derived ? $"write `v.{name}` for a vCPU v" : (field.Scope & FieldScope.Vm) != FieldScope.Derived ? $"write `v.vm.{name}` for a vCPU v" : $"write `{name}`");
        return null;
    }
}
