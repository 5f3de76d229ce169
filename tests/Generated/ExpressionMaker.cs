using System.Collections.Immutable;

namespace CoherenceCheck.Generated;

/// <summary>Makes expressions of a given type out of what a scope names.</summary>
/// <remarks>Whether a type is known from where the expression stands matters: there <c>none</c>, <c>{}</c> and names of a type may be written.</remarks>
internal sealed class ExpressionMaker(Random random, ISet<string> pinned)
{
    private const int Or = 1, And = 2, Comparison = 3, Union = 4, Intersection = 5, Sum = 6, Atom = 7;

    private static readonly string[] HostBits = ["CTR_EL0.DIC", "CTR_EL0.IDC", "HCR_EL2.FB", "HCR_EL2.FWB", "ID_AA64MMFR2_EL1.FWB", "DIC", "IDC", "FWB"];

    /// <summary>An expression for a place that tells its type.</summary>
    public string Make(GeneratedType type, Scope scope, int depth) => Text(type, scope, depth, isKnown: true).Text;

    /// <summary>An expression that tells its type itself, with the type that it has; nothing where the scope has none.</summary>
    public (string Text, GeneratedType Type)? MakeAny(Scope scope, int depth)
    {
        var types = new List<GeneratedType> { new GeneratedType.Truth() };
        types.AddRange(scope.Locals.Select(local => local.Type));
        types.AddRange(scope.States.Select(state => state.Type));
        types.AddRange(scope.Elements.Where(element => IsUnique(element.Name, scope)).Select(element => new GeneratedType.Element(element.Sort, OrNone: false)));
        var type = Pick(types);
        if (type is GeneratedType.Number)
        {
            return Number(scope, depth);
        }

        return Own(type, scope, depth) is { } own ? (own.Text, own.Type) : null;
    }

    /// <summary>A set, with its sort; nothing where the scope has none.</summary>
    public (string Text, string Sort)? MakeSet(Scope scope, int depth)
    {
        var sorts = scope.States.Select(state => state.Type).Concat(scope.Locals.Select(local => local.Type)).OfType<GeneratedType.SetOf>().Select(set => set.Sort)
            .Concat(scope.Locals.Select(local => local.Type).OfType<GeneratedType.Element>().Where(element => !element.OrNone).Select(element => element.Sort))
            .Concat(scope.Elements.Where(element => IsUnique(element.Name, scope)).Select(element => element.Sort)).ToList();
        return sorts.Count > 0 && Pick(sorts) is var sort && Own(new GeneratedType.SetOf(sort), scope, depth) is { } own ? (own.Text, sort) : null;
    }

    /// <summary>A vCPU; nothing where the scope has none.</summary>
    public string? Vcpu(Scope scope) => Element("vcpu", scope, 1, isKnown: true)?.Text;

    /// <summary>An element of a sort; nothing where the scope has none.</summary>
    public string? Element(string sort, Scope scope) => Element(sort, scope, 1, isKnown: true)?.Text;

    /// <summary>The indices of a state or lock; nothing where the scope has no element of a sort.</summary>
    public string? Indices(IEnumerable<string> sorts, Scope scope, int depth)
    {
        var text = "";
        foreach (var sort in sorts)
        {
            if (Element(sort, scope, depth, isKnown: true) is not { } element)
            {
                return null;
            }

            text += $"[{element.Text}]";
        }

        return text;
    }

    /// <summary>What a procedure takes for an argument: a name, a member of one, a literal; nothing where there is none of the type.</summary>
    public string? Argument(GeneratedType type, Scope scope)
    {
        var known = scope.Locals.Where(local => Fits(local.Type, type)).Select(local => local.Name).ToList();
        switch (type)
        {
            case GeneratedType.Truth:
                known.AddRange(["true", "false"]);
                break;
            case GeneratedType.Number number:
                known.Add(random.Next(number.Min, number.Max + 1).ToString());
                break;
            case GeneratedType.Names names:
                known.AddRange(names.Values);
                break;
            case GeneratedType.Element { Sort: "vm" or "mmu" } element:
                known.AddRange(scope.Locals.Where(local => local.Type is GeneratedType.Element { Sort: "vcpu", OrNone: false }).Select(local => $"{local.Name}.{element.Sort}"));
                break;
        }

        if (type is GeneratedType.Element { OrNone: true })
        {
            known.Add("none");
        }

        return known.Count == 0 ? null : Pick(known);
    }

    private static bool Fits(GeneratedType source, GeneratedType target) => (source, target) switch
    {
        (GeneratedType.Number s, GeneratedType.Number t) => s.Min >= t.Min && s.Max <= t.Max,
        (GeneratedType.Element s, GeneratedType.Element t) => s.Sort == t.Sort && (t.OrNone || !s.OrNone),
        _ => source == target,
    };

    private bool Chance(int percent) => random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    // Parentheses where they are needed, and now and then where they are not.
    private string Operand((string Text, int Level) e, int lowest) => e.Level < lowest || Chance(4) ? $"({e.Text})" : e.Text;

    private (string Text, int Level) Binary(string op, int level, (string, int) left, (string, int) right) =>
        ($"{Operand(left, level == Comparison ? level + 1 : level)} {op} {Operand(right, level + 1)}", level);

    private (string Text, int Level) Text(GeneratedType type, Scope scope, int depth, bool isKnown)
    {
        switch (type)
        {
            case GeneratedType.Truth:
                return Truth(scope, depth);
            case GeneratedType.Number number:
                return NumberIn(number, scope, depth);
            case GeneratedType.Names names when isKnown && (Chance(60) || Own(type, scope, depth) is null):
                return (Pick(names.Values), Atom);
            case GeneratedType.Element { OrNone: true } when isKnown && (Chance(25) || Own(type, scope, depth) is null):
                return ("none", Atom);
            case GeneratedType.Element element:
                return Element(element.Sort, scope, depth, isKnown, element.OrNone) is var (name, _) ? (name, Atom) : throw new InvalidOperationException($"The scope has no {element}.");
            case GeneratedType.SetOf when isKnown && (Chance(25) || Own(type, scope, depth) is null):
                return ("{}", Atom);
            default:
                return Own(type, scope, depth) is var (text, level, _) ? (text, level) : throw new InvalidOperationException($"The scope has no {type}.");
        }
    }

    /// <summary>An expression that needs nothing from around it to have its type.</summary>
    private (string Text, int Level, GeneratedType Type)? Own(GeneratedType type, Scope scope, int depth)
    {
        switch (type)
        {
            case GeneratedType.Truth:
                return Truth(scope, depth, isKnown: false) is var (text, level) ? (text, level, type) : null;
            case GeneratedType.Element element:
                return Element(element.Sort, scope, depth, isKnown: false, element.OrNone) is var (name, orNone)
                    ? (name, Atom, element with { OrNone = orNone }) : null;
            case GeneratedType.SetOf set:
                return Set(set, scope, depth) is var (setText, setLevel) ? (setText, setLevel, type) : null;
            default:
                return Reads(type, scope, depth).ToList() is { Count: > 0 } reads ? (Pick(reads), Atom, type) : null;
        }
    }

    /// <summary>Locals and states of exactly a type.</summary>
    private IEnumerable<string> Reads(GeneratedType type, Scope scope, int depth)
    {
        foreach (var local in scope.Locals.Where(local => local.Type == type))
        {
            yield return local.Name;
        }

        foreach (var state in scope.States.Where(state => state.Type == type))
        {
            if (depth > 0 || state.Index.IsEmpty)
            {
                if (Indices(state.Index, scope, depth - 1) is { } index)
                {
                    yield return state.Name + index;
                }
            }
        }
    }

    private static bool IsUnique(string name, Scope scope) => IsFree(name, scope) && scope.Elements.Count(element => element.Name == name) == 1;

    private static bool IsFree(string name, Scope scope) =>
        NamePool.IsUsable(name) && scope.Locals.All(local => local.Name != name) && scope.States.All(state => state.Name != name);

    /// <summary>An element of a sort, and whether it may be none; nothing where the scope has none.</summary>
    private (string Text, bool OrNone)? Element(string sort, Scope scope, int depth, bool isKnown, bool orNone = false)
    {
        var found = Reads(new GeneratedType.Element(sort, OrNone: false), scope, depth).ToList();
        found.AddRange(scope.Elements.Where(element => element.Sort == sort && (isKnown ? IsFree(element.Name, scope) : IsUnique(element.Name, scope))).Select(element => element.Name));
        if (sort is "vm" or "mmu" && depth >= 0 && Element("vcpu", scope, depth - 1, isKnown: false) is var (vcpu, _))
        {
            found.Add($"{vcpu}.{sort}");
        }

        if (sort is "mmu" && depth > 0 && Element("vm", scope, depth - 1, isKnown: false) is var (vm, _))
        {
            found.Add($"{vm}.mmu");
        }

        List<string> orNoneFound = orNone ? [.. Reads(new GeneratedType.Element(sort, OrNone: true), scope, depth)] : [];
        if (orNone && sort is "pcpu" && depth > 0 && Element("vcpu", scope, depth - 1, isKnown: false) is var (loaded, _))
        {
            orNoneFound.Add($"{loaded}.pcpu");
        }

        if (orNone && sort is "vcpu" && depth > 0 && Element("pcpu", scope, depth - 1, isKnown: false) is var (pcpu, _))
        {
            orNoneFound.Add($"{pcpu}.vcpu");
        }

        var number = found.Count + orNoneFound.Count == 0 ? -1 : random.Next(found.Count + orNoneFound.Count);
        return number < 0 ? null : number < found.Count ? (found[number], false) : (orNoneFound[number - found.Count], true);
    }

    private (string Text, int Level)? Set(GeneratedType.SetOf type, Scope scope, int depth)
    {
        var element = new GeneratedType.Element(type.Sort, OrNone: false);
        var reads = Reads(type, scope, depth).ToList();
        var single = Element(type.Sort, scope, depth - 1, isKnown: false);
        if (depth > 0 && Chance(30) && Set(type, scope, depth - 1) is { } own)
        {
            // One of the two must have a type of its own; what is written first need not be it.
            var other = Text(type, scope, depth - 1, isKnown: true);
            var (op, level) = random.Next(3) switch { 0 => ("|", Union), 1 => ("&", Intersection), _ => ("-", Sum) };
            return Chance(80) ? Binary(op, level, own, other) : Binary(op, level, other, own);
        }

        if (reads.Count > 0 && (single is null || Chance(60)))
        {
            return (Pick(reads), Atom);
        }

        if (single is not var (first, _))
        {
            return null;
        }

        return Chance(30) ? ($"{{{first}, {Text(element, scope, depth - 1, isKnown: true).Text}}}", Atom) : ($"{{{first}}}", Atom);
    }

    private (string Text, int Level) NumberIn(GeneratedType.Number type, Scope scope, int depth)
    {
        var fitting = scope.Locals.Where(local => Fits(local.Type, type)).Select(local => local.Name)
            .Concat(scope.States.Where(state => Fits(state.Type, type)).Select(state => Indices(state.Index, scope, depth - 1) is { } index ? state.Name + index : null).OfType<string>()).ToList();
        if (fitting.Count > 0 && Chance(40))
        {
            return (Pick(fitting), Atom);
        }

        // Now and then a sum that may leave the range: the run then says so, with its place.
        if (depth > 0 && Chance(20) && Number(scope, depth - 1) is var (text, number) && number.Max >= type.Min && number.Min <= type.Max)
        {
            return ($"({text})", Atom);
        }

        return (random.Next(type.Min, type.Max + 1).ToString(), Atom);
    }

    private (string Text, GeneratedType.Number Type) Number(Scope scope, int depth)
    {
        var reads = scope.Locals.Where(local => local.Type is GeneratedType.Number).Select(local => (local.Name, Type: (GeneratedType.Number)local.Type))
            .Concat(scope.States.Where(state => state.Type is GeneratedType.Number)
                .Select(state => (Name: Indices(state.Index, scope, depth - 1) is { } index ? state.Name + index : "", Type: (GeneratedType.Number)state.Type)).Where(read => read.Name.Length > 0)).ToList();
        if (depth > 0 && Chance(35))
        {
            var (left, leftType) = Number(scope, depth - 1);
            var (right, rightType) = Number(scope, depth - 1);
            var second = right.Contains(' ') ? $"({right})" : right;
            return Chance(50)
                ? ($"{left} + {second}", new GeneratedType.Number(leftType.Min + rightType.Min, leftType.Max + rightType.Max))
                : ($"{left} - {second}", new GeneratedType.Number(leftType.Min - rightType.Max, leftType.Max - rightType.Min));
        }

        if (reads.Count > 0 && Chance(80))
        {
            return Pick(reads);
        }

        var value = random.Next(-1, 4);
        return (value.ToString(), new GeneratedType.Number(value, value));
    }

    private (string Text, int Level) Truth(Scope scope, int depth, bool isKnown = true)
    {
        if (depth > 0)
        {
            switch (random.Next(10))
            {
                case 0:
                    return ("!" + Operand(Truth(scope, depth - 1), Atom), Atom);
                case 1:
                    return Binary("&&", And, Truth(scope, depth - 1), Truth(scope, depth - 1));
                case 2:
                    return Binary("||", Or, Truth(scope, depth - 1), Truth(scope, depth - 1));
                case < 8 when Compare(scope, depth - 1) is { } compared:
                    return compared;
                case 8 when scope.Programs.Length > 0:
                    return At(scope);
            }
        }

        var atoms = Reads(new GeneratedType.Truth(), scope, depth).ToList();
        if (atoms.Count > 0 && Chance(60))
        {
            return (Pick(atoms), Atom);
        }

        // Where the place does not tell the type, 1 is a number.
        atoms = ["true", "false", isKnown ? Chance(50) ? "1" : "0" : "true", .. HostBits.Where(bit => bit.Contains('.') || scope.Locals.All(local => local.Name != bit))];
        if (Element("vcpu", scope, depth - 1, isKnown: false) is var (vcpu, _))
        {
            atoms.AddRange([$"{vcpu}.SCTLR_EL1.{Pick(["M", "C", "I"])}", $"{vcpu}.vm.CTR_EL0.{Pick(["DIC", "IDC"])}", $"{vcpu}.SCTLR_EL1.M"]);
        }

        return (Pick(atoms), Atom);
    }

    private (string Text, int Level) At(Scope scope)
    {
        var (agent, labels) = Pick(scope.Programs);
        var usable = labels.Where(label => label != "end").ToList();
        if (usable.Count == 0 || Chance(40))
        {
            return ($"{agent} at end", Comparison);
        }

        var label = Pick(usable);
        pinned.Add(label);
        return ($"{agent} {(Chance(25) ? "past" : "at")} {label}", Comparison);
    }

    /// <summary>A comparison of two values, of which one tells its type.</summary>
    private (string Text, int Level)? Compare(Scope scope, int depth)
    {
        if (Chance(10))
        {
            return ($"HCR_EL2.BSU {(Chance(50) ? "==" : "!=")} {Pick(["NE", "IS", "OS", "SY"])}", Comparison);
        }

        if (Chance(15))
        {
            var (number, range) = Number(scope, depth);
            return Chance(20)
                ? ($"({number}) in {{{random.Next(range.Min, range.Max + 1)}, {random.Next(range.Min, range.Max + 1)}}}", Comparison)
                : ($"{number} {Pick(["==", "!=", "<", "<=", ">", ">="])} {Number(scope, depth).Text}", Comparison);
        }

        var types = scope.Locals.Select(local => local.Type).Concat(scope.States.Select(state => state.Type))
            .Concat(scope.Elements.Select(element => new GeneratedType.Element(element.Sort, Chance(50)))).ToList();
        if (types.Count == 0)
        {
            return null;
        }

        switch (Pick(types))
        {
            case GeneratedType.Number:
                var (left, _) = Number(scope, depth);
                return ($"{left} {Pick(["==", "!=", "<", "<=", ">", ">="])} {Number(scope, 0).Text}", Comparison);
            case GeneratedType.Element { Sort: var sort } when Chance(40):
                return Member(sort, scope, depth);
            case GeneratedType.SetOf set when Chance(50):
                return Member(set.Sort, scope, depth);
            case GeneratedType.Names names when Chance(20) && Own(names, scope, depth) is var (named, level, _):
                return ($"{Operand((named, level), Union)} in {{{string.Join(", ", names.Values.Take(random.Next(1, 3)))}}}", Comparison);
            case GeneratedType.Truth when Chance(80):
                return null;
            case var type:
                type = type is GeneratedType.Element element ? element with { OrNone = Chance(60) } : type;
                return Own(type, scope, depth) is var (own, ownLevel, _) && Right(type, scope, depth) is { } right
                    ? Binary(Chance(50) ? "==" : "!=", Comparison, (own, ownLevel), right)
                    : null;
        }
    }

    // To the right of an operator the left side tells the type.
    private (string Text, int Level)? Right(GeneratedType type, Scope scope, int depth) => type switch
    {
        GeneratedType.Element { OrNone: false } element => Element(element.Sort, scope, depth, isKnown: true) is var (name, _) ? (name, Atom) : null,
        _ => Text(type, scope, depth, isKnown: true),
    };

    private (string Text, int Level)? Member(string sort, Scope scope, int depth)
    {
        if (Set(new GeneratedType.SetOf(sort), scope, depth) is not var (set, setLevel))
        {
            return null;
        }

        // In a list of elements the left side tells the type, elsewhere the right.
        var isList = set.StartsWith('{') && setLevel == Atom;
        var left = Element(sort, scope, depth, isKnown: !isList, orNone: Chance(40));
        return left is var (element, _) ? Binary("in", Comparison, (element, Atom), (set, setLevel)) : null;
    }
}
