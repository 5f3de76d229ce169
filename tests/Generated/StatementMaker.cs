using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Generated;

/// <summary>Makes bodies of every kind of statement, well typed in their scope.</summary>
/// <remarks>All in one spec share the labels, which are unique, and the budget of statements, which keeps state spaces small.</remarks>
internal sealed class StatementMaker(Random random, ExpressionMaker expressions, HashSet<string> labels)
{
    private const int Deepest = 3;

    private static readonly string[] Registers = ["SCTLR_EL1.M", "SCTLR_EL1.C", "SCTLR_EL1.I"];

    private static readonly string[] VirtualAddresses = ["va", "x0", "1"];

    private readonly Dictionary<string, Scope> _scopes = [];
    private readonly TranslationMaker _translations = new(random, expressions);
    private int _budget;

    /// <summary>A body of at most so many statements, those inside included.</summary>
    public ImmutableArray<Statement> Body(Scope scope, int budget)
    {
        _budget = budget;
        return Body(scope, Deepest, isEmptyAllowed: false);
    }

    /// <summary>Whether a label was made here.</summary>
    public bool Knows(string label) => _scopes.ContainsKey(label);

    /// <summary>Another statement without a label, which means something where the label stands.</summary>
    public Statement InPlaceOf(string label)
    {
        _budget = 3;
        return Make(_scopes[label], 1).Statement;
    }

    private bool Chance(int percent) => random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    private ImmutableArray<Statement> Body(Scope scope, int depth, bool isEmptyAllowed = true)
    {
        var body = ImmutableArray.CreateBuilder<Statement>();
        if (isEmptyAllowed && Chance(6))
        {
            return [];
        }

        var most = depth == Deepest ? 6 : random.Next(1, 4);
        do
        {
            var (statement, after) = Make(scope, depth);
            var isolated = statement.Kind == "msr" && Chance(92);
            body.Add(Labelled(statement, scope));
            if (isolated)
            {
                // Until then a data access would be refused.
                body.Add(Labelled(Statement.Of("isb", "isb"), scope));
            }

            scope = after with { MayWait = after.MayWait && !scope.IsAtomic };
            most--;
        }
        while (most > 0 && _budget > 0 && (body[^1].Kind is not "return" || Chance(30)));
        return body.ToImmutable();
    }

    private Statement Labelled(Statement statement, Scope scope)
    {
        if (Chance(45))
        {
            return statement;
        }

        var label = NamePool.New(random, Pick(["here", "l", "s", "ic", "out"]), labels, isReserved: false);
        _scopes.Add(label, scope);
        return statement with { Label = label };
    }

    private (Statement Statement, Scope After) Make(Scope scope, int depth)
    {
        _budget--;
        for (var attempt = 0; attempt < 30; attempt++)
        {
            if (Try(scope, _budget > 0 ? depth : 0) is { } made)
            {
                return made;
            }
        }

        return (Operation(scope), scope);
    }

    private (Statement Statement, Scope After)? Try(Scope scope, int depth)
    {
        var inPolicy = scope.Place == BodyPlace.Policy;
        var inner = scope with { MayWait = !scope.IsAtomic };
        if (scope.Translates && Chance(40))
        {
            var made = scope.Place == BodyPlace.Guest ? _translations.OfGuest(scope) : _translations.OfHost(scope, depth > 0 && !scope.IsAtomic ? () => BodyOf(inner with { MayPreempt = false }, depth) : null);
            return made is null ? null : (made, scope);
        }

        if (scope.MayPreempt && !scope.IsAtomic && Chance(12))
        {
            return (Statement.Of("preempt", "preempt"), scope);
        }

        switch (random.Next(scope.Place == BodyPlace.Policy ? 100 : 130))
        {
            case < 16 or >= 100:
                return (Operation(scope), scope);
            case < 36:
                return Assign(scope);
            case < 43:
                return Let(scope);
            case < 46 when scope.MayWait && expressions.MakeSet(scope, 1) is var (set, sort):
                return Declared(scope, "let in", name => $"let {name} in {set}", new GeneratedType.Element(sort, OrNone: false));
            case < 51 when inPolicy:
                return Exchange(scope);
            case < 53 when depth > 0:
                return (new Statement("block", [BodyOf(scope, depth)]), scope);
            case < 65 when depth > 0:
                return (If(inner, depth), scope);
            case < 70 when depth > 0:
                return For(inner, depth);
            case < 73 when depth > 0:
                return (new Statement("repeat", [new Part.Words($"repeat {Pick([0, 1, 2, 2, 2, 3])}"), BodyOf(inner, depth)]), scope);
            case < 75 when depth > 0 && !scope.IsAtomic:
                return (Forever(inner, depth), scope);
            case < 79 when depth > 0 && !scope.IsAtomic:
                return (Choose(inner, depth), scope);
            case < 84 when depth > 0 && scope.Place != BodyPlace.Guest:
                return (new Statement("atomic", [new Part.Words("atomic"), BodyOf(scope with { IsAtomic = true, MayPreempt = false }, depth)]), scope);
            case < 87 when depth > 0 && inPolicy && !scope.IsAtomic:
                return Holding(inner, depth);
            case < 88 when scope.MayWait && Chance(40) && expressions.Vcpu(scope) is { } vcpu:
                return (Chance(40) ? Statement.Of("kick", $"kick {vcpu}") : Life(scope, vcpu), scope);
            case < 89 when scope.MayWait && Chance(30):
                return (new Statement("await", [Test("await (", scope, ")")]), scope);
            case < 89 when scope.MayWait:
                return (Statement.Of("await", $"await {expressions.Make(new GeneratedType.Truth(), scope, 2)}"), scope);
            case < 92:
                return (Statement.Of("assert", $"assert {expressions.Make(new GeneratedType.Truth(), scope, 2)}"), scope);
            case < 96 when inPolicy:
                return Call(scope);
            case < 98 when inPolicy && !scope.IsAtomic:
                return (Statement.Of("return", "return"), scope);
            case < 100 when scope.Publishable.Length > 0:
                return (Statement.Of("publish", $"publish {Pick(scope.Publishable)}{Pick(["", "", " now", " absent"])}"), scope);
            default:
                return null;
        }
    }

    private Statement Life(Scope scope, string vcpu)
    {
        var word = scope.Place == BodyPlace.Guest ? "start" : Pick(["start", "start", "stop", "reset", "pause", "resume"]);
        return Statement.Of(word, $"{word} {vcpu}{(word == "reset" && Chance(50) ? $" {{ SCTLR_EL1.M = {Pick([0, 1])} }}" : "")}");
    }

    private Part.Body BodyOf(Scope scope, int depth) => new(Body(scope, depth - 1));

    private Statement Operation(Scope scope)
    {
        var place = scope.Place switch { BodyPlace.Guest => OperationPlace.Guest, BodyPlace.Task => OperationPlace.Task, _ => OperationPlace.Policy };
        var mayStore = scope.Lines.Any(line => line.IsWritable);
        // With DC IVAC accesses go by address, and how much is modelled then hangs on the text: laws about sizes speak of the rest.
        var known = OperationTable.All.Where(operation => operation.Refusal is null && operation.Kind != OperationKind.InvalidateToPoC && (!operation.IsBySetWay || scope.TrapsSetWay) && (operation.Place & place) == place
            && (operation.Operands is not (OperandShape.Line or OperandShape.Address or OperandShape.ValueAndAddress) || scope.Lines.Length > 0)
            && (operation.Kind != OperationKind.Store || mayStore)
            && (operation.Kind != OperationKind.Execute || scope.Lines.Any(line => line.IsExecutable))
            && (operation.Kind != OperationKind.DataSynchronizationBarrier || scope.MayWait)).ToList();

        // Kinds are equally likely, not names: there are many barriers.
        var kind = Pick(known.Select(operation => operation.Kind).Distinct().ToList());
        var chosen = Pick(known.Where(operation => operation.Kind == kind).ToList());
        var line = scope.Lines.Length == 0 ? "" : Pick(scope.Lines.Where(line =>
            (kind != OperationKind.Store || line.IsWritable) && (kind != OperationKind.Execute || line.IsExecutable)).ToList()).Text;
        return Statement.Of(chosen.Operands == OperandShape.FieldAndValue ? "msr" : chosen.Name, chosen.Operands switch
        {
            OperandShape.Line => chosen.Name.Contains(' ') ? $"{chosen.Name}, {line}" : $"{chosen.Name} {line}",
            OperandShape.Address => Chance(20) ? $"{chosen.Name} w0, [{line}]" : $"{chosen.Name} [{line}]",
            OperandShape.ValueAndAddress => $"{chosen.Name} {Pick(["new", "new", "img"])}, [{line}]",
            OperandShape.FieldAndValue => $"{chosen.Name} {Pick(Registers)}, {random.Next(2)}",
            // By address a name must be known, and a page is named by statements of their own.
            OperandShape.OptionalName when chosen.IsBySetWay => chosen.Name,
            OperandShape.OptionalName when scope.Translates => "tlbi vmalle1",
            OperandShape.OptionalName => Chance(50) ? $"{chosen.Name}, {Pick(VirtualAddresses)}" : chosen.Name,
            _ => chosen.Name,
        });
    }

    private (Statement, Scope)? Assign(Scope scope)
    {
        if (Place(scope) is not var (place, type))
        {
            return null;
        }

        var value = type is GeneratedType.Truth && Chance(20) ? "!" + place : expressions.Make(type, scope, 2);
        return (Statement.Of("assign", $"{place} = {value}"), scope);
    }

    private (string Text, GeneratedType Type)? Place(Scope scope)
    {
        var places = scope.States.Select(state => (state.Name, state.Index, state.Type))
            .Concat(scope.Locals.Where(local => local.IsVariable).Select(local => (local.Name, Index: ImmutableArray<string>.Empty, local.Type)))
            .Where(place => CanBeMade(place.Type, scope)).ToList();
        if (places.Count == 0)
        {
            return null;
        }

        var (name, sorts, type) = Pick(places);
        return expressions.Indices(sorts, scope, 1) is { } index ? (name + index, type) : null;
    }

    // Elements without `?` have no value that can always be written.
    private bool CanBeMade(GeneratedType type, Scope scope) => type switch
    {
        GeneratedType.Element { OrNone: false } element => expressions.Indices([element.Sort], scope, 2) is not null,
        _ => true,
    };

    private (Statement, Scope)? Let(Scope scope) => expressions.MakeAny(scope, 2) is var (text, type)
        ? Declared(scope, "let", name => $"let {name} = {text}", type)
        : null;

    private (Statement, Scope) Declared(Scope scope, string kind, Func<string, string> text, GeneratedType type)
    {
        var name = NewLocal(scope);
        return (Statement.Of(kind, text(name)), scope.With(new Local(name, type, IsVariable: true)));
    }

    private string NewLocal(Scope scope) => NamePool.New(random, Pick(["old", "got", "o", "k"]), scope.TakenByLocals(), isReserved: true);

    private (Statement, Scope)? Exchange(Scope scope)
    {
        if (Place(scope) is not var (place, type))
        {
            return null;
        }

        var value = expressions.Make(type, scope, 1);
        return Chance(50)
            ? Declared(scope, "xchg", name => $"let {name} = xchg({place}, {value})", type)
            : Declared(scope, "cas", name => $"let {name} = cas({place}, {expressions.Make(type, scope, 1)}, {value})", new GeneratedType.Truth());
    }

    /// <summary>A test whose operands have labels, most of them.</summary>
    private Part.Test Test(string head, Scope scope, string tail = "") => new(
        head,
        Pick(["||", "||", "&&"]),
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new Operand(
            expressions.Make(new GeneratedType.Truth(), scope, 1), Chance(70) ? NamePool.New(random, Pick(["vm", "cpu"]), labels, isReserved: false) : null))],
        tail);

    private Statement If(Scope scope, int depth)
    {
        string Condition() => expressions.Make(new GeneratedType.Truth(), scope, 2);
        var parts = new List<Part> { Chance(30) ? Test("if", scope) : new Part.Words($"if {Condition()}"), BodyOf(scope, depth) };
        while (Chance(25))
        {
            parts.AddRange([new Part.Words($"else if {Condition()}"), BodyOf(scope, depth)]);
        }

        switch (random.Next(10))
        {
            case < 4:
                parts.AddRange([new Part.Words("else"), BodyOf(scope, depth)]);
                break;
            case 4:
                // A statement without braces; its label would be the whole chain's.
                parts.AddRange([new Part.Words("else"), .. Make(scope, depth - 1).Statement.Parts]);
                break;
        }

        return new Statement(parts.Count > 2 ? "if else" : "if", [.. parts]);
    }

    private (Statement, Scope)? For(Scope scope, int depth)
    {
        var (range, sort) = (expressions.MakeSet(scope, 1), Pick(["pcpu", "vcpu", "vm", "mmu", "page", "frame"]));
        var name = NewLocal(scope);
        if (range is var (set, setSort) && Chance(60))
        {
            return (new Statement("for in set", [new Part.Words($"for {name} in {set}"), BodyOf(scope.With(new Local(name, new GeneratedType.Element(setSort, OrNone: false), IsVariable: false)), depth)]), scope);
        }

        return (new Statement("for in sort", [new Part.Words($"for {name} in {sort}"), BodyOf(scope.With(new Local(name, new GeneratedType.Element(sort, OrNone: false), IsVariable: false)), depth)]), scope);
    }

    private Statement Forever(Scope scope, int depth)
    {
        // A step that is sure, and often a way out: where there is a handler to return from.
        var body = Body(scope, depth - 1).Add(Labelled(Operation(scope), scope));
        if (scope.Place == BodyPlace.Policy && Chance(70))
        {
            body = body.Insert(0, new Statement("if", [new Part.Words($"if {expressions.Make(new GeneratedType.Truth(), scope, 1)}"), new Part.Body([Labelled(Statement.Of("return", "return"), scope)])]));
        }

        return new Statement("forever", [new Part.Words("forever"), new Part.Body(body)]);
    }

    private Statement Choose(Scope scope, int depth)
    {
        var parts = new List<Part> { new Part.Words("choose"), BodyOf(scope, depth) };
        for (var more = random.Next(3); more > 0; more--)
        {
            parts.AddRange([new Part.Words("or"), BodyOf(scope, depth)]);
        }

        return new Statement("choose", [.. parts]);
    }

    private (Statement, Scope)? Holding(Scope scope, int depth) =>
        scope.Takable.Length > 0 && Pick(scope.Takable) is var held && expressions.Indices(held.Index is null ? [] : [held.Index], scope, 1) is { } index
            ? (new Statement("holding", [new Part.Words($"holding {held.Name}{index}"), BodyOf(scope with { MayPreempt = scope.MayPreempt && held.Sleeps }, depth)]), scope)
            : null;

    private (Statement, Scope)? Call(Scope scope)
    {
        var known = scope.Procedures.Where(procedure => !scope.IsAtomic || procedure.MayBeAtomic).ToList();
        if (known.Count == 0)
        {
            return null;
        }

        var chosen = Pick(known);
        var arguments = chosen.Parameters.Select(type => expressions.Argument(type, scope)).ToList();
        return arguments.Contains(null) ? null : (Statement.Of("call", $"call {chosen.Name}({string.Join(", ", arguments)})"), scope);
    }
}
