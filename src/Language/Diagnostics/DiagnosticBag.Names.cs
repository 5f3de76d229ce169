using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Language.Diagnostics;

internal sealed partial class DiagnosticBag
{
    public void ReportDuplicateName(SourceSpan span, string what, string name, SourceSpan first, string? advice = null) =>
        Report(DiagnosticKinds.DuplicateName, span, $"{what} {Quote(name)} is given twice", advice is null ? First(first) : $"{First(first)}; {advice}");

    public void ReportUnknownPolicy(SourceSpan span, string name, IEnumerable<string> known) =>
        ReportUnknown(DiagnosticKinds.UnknownPolicy, span, $"no policy is called {Quote(name)}", name, known, "name the file that has it with `use`");

    public void ReportUnknownProfile(SourceSpan span, string name, IEnumerable<string> known) =>
        ReportUnknown(DiagnosticKinds.UnknownProfile, span, $"no profile is called {Quote(name)}", name, known, "name the file that has it with `use`");

    public void ReportUnknownField(SourceSpan span, string name, IEnumerable<string> known) =>
        Report(DiagnosticKinds.UnknownField, span, $"{Quote(name)} is not a register field that is modelled", NearField(name, known));

    public void ReportUnknownReading(SourceSpan span, string name, IReadOnlyCollection<string> known) =>
        ReportUnknown(DiagnosticKinds.UnknownReading, span, $"{Quote(name)} is not a reading", name, known, $"readings: {List(known)}");

    public void ReportUnknownValue(SourceSpan span, string value, string name, IReadOnlyCollection<string> known) =>
        Report(DiagnosticKinds.UnknownValue, span, $"{Quote(name)} has no value {Quote(value)}", value is [_, _, ..] && !char.IsAsciiDigit(value[0]) && Spelling.Closest(value, known) is { } closest
            ? $"did you mean {Quote(closest)}?"
            : value is ['#', .. var digits] && known.Contains(digits) ? $"write it without `#`: {Quote(digits)}"
            : $"its values: {List(known)}");

    public void ReportUnknownProperty(SourceSpan span, string name, IReadOnlyCollection<string> known) =>
        ReportUnknown(DiagnosticKinds.UnknownProperty, span, $"no property is called {Quote(name)}", name, known, $"properties: {List(known)}");

    public void ReportUnknownLabel(SourceSpan span, string name, string where, IReadOnlyCollection<string> known) =>
        ReportUnknown(DiagnosticKinds.UnknownLabel, span, $"{where} has no label {Quote(name)}", name, known, known.Count == 0
            ? "give a statement a label by `@name` after it"
            : $"labels: {List(known)}");

    public void ReportUnknownName(SourceSpan span, string what, string name, IEnumerable<string> known, string? otherwise = null) =>
        ReportUnknown(DiagnosticKinds.UnknownName, span, $"no {what} is called {Quote(name)}", name, known, otherwise);

    public void ReportUnknownProcedure(SourceSpan span, string name, IReadOnlyCollection<string> policies, IReadOnlyCollection<string> known) =>
        ReportUnknown(
            DiagnosticKinds.UnknownName,
            span,
            policies.Count == 0 ? $"no row names a policy with a procedure {Quote(name)}" : $"no policy of a row ({List(policies)}) has a procedure {Quote(name)}",
            name,
            known,
            known.Count == 0 ? $"declare it in the policy: `proc {name}() {{ … }}`" : $"they have {List(known)}");

    public void ReportProceduresDiffer(SourceSpan span, Procedure first, string policy, Procedure second, string other) =>
        Report(
            DiagnosticKinds.AmbiguousName,
            span,
            $"{Quote(first.Name)} takes {Taken(first)} in policy {policy} and {Taken(second)} in policy {other}",
            "give both the same parameters, or one of them another name");

    public void ReportUnknownOperation(SourceSpan span, string name, IEnumerable<string> known, string? otherwise = null) =>
        ReportUnknown(DiagnosticKinds.UnknownOperation, span, $"{Quote(name)} is not an operation or statement", name, known, otherwise);

    public void ReportForeignOperation(SourceSpan span, string name, string hint) =>
        Report(DiagnosticKinds.UnknownOperation, span, $"{Quote(name)} is not an operation or statement", hint);

    public void ReportUnknownEvent(SourceSpan span, string name, IReadOnlyCollection<string> known) =>
        ReportUnknown(DiagnosticKinds.UnknownEvent, span, $"{Quote(name)} is not an event", name, known, $"events: {List(known)}");

    public void ReportUnknownChoice(SourceSpan span, string what, string name, IReadOnlyCollection<string> known) =>
        ReportUnknown(DiagnosticKinds.UnknownChoice, span, $"{Quote(name)} is not {what}", name, known, $"write one of: {List(known)}");

    public void ReportAmbiguousName(SourceSpan span, string name, string first, string second, string? hint = null) =>
        Report(DiagnosticKinds.AmbiguousName, span, $"{Quote(name)} may mean {first} or {second}", hint);

    public void ReportReservedName(SourceSpan span, string name) =>
        Report(DiagnosticKinds.ReservedName, span, $"{Quote(name)} is a word of the language", "choose another name");

    public void ReportReservedRevision(SourceSpan span, string name, string source) =>
        Report(DiagnosticKinds.ReservedName, span, $"{Quote(name)} is a revision of the manual ({source}), which every spec knows", "choose another name; a profile of one's own may contain the revision");

    public void ReportTypeMismatch(SourceSpan span, SpecType expected, SpecType found) =>
        Report(DiagnosticKinds.TypeMismatch, span, $"expected {Display(expected)}, found {Display(found)}");

    public void ReportTypeMismatch(SourceSpan span, string expected, string found) =>
        Report(DiagnosticKinds.TypeMismatch, span, $"expected {expected}, found {found}");

    public void ReportNoSuchMember(SourceSpan span, string member, string owner, IReadOnlyCollection<string> known) =>
        ReportUnknown(DiagnosticKinds.NoSuchMember, span, $"{owner} has no member {Quote(member)}", member, known, known.Count == 0 ? null : $"members: {List(known)}");

    public void ReportWrongIndexCount(SourceSpan span, string name, int expected, int found) =>
        Report(DiagnosticKinds.WrongIndexCount, span, $"{Quote(name)} has {Count(expected, "index", "indices")}, {found} given");

    public void ReportOperandsDoNotFit(SourceSpan span, string op, SpecType left, SpecType right) =>
        Report(DiagnosticKinds.OperandsDoNotFit, span, $"{Quote(op)} cannot join {Display(left)} and {Display(right)}");

    public void ReportTypeUnknown(SourceSpan span, string text) =>
        Report(DiagnosticKinds.TypeUnknown, span, $"nothing tells the type of {Quote(text)}");

    public void ReportNotAPlace(SourceSpan span, string why) =>
        Report(DiagnosticKinds.NotAPlace, span, $"{why} cannot be assigned", "assign to state of the policy or to a `let` variable");

    public void ReportNotConstant(SourceSpan span) =>
        Report(DiagnosticKinds.NotConstant, span, "an initial value is a constant: a number, true, false, a name of the type, none, or {}");

    public void ReportOutOfRange(SourceSpan span, long value, long min, long max) =>
        Report(DiagnosticKinds.OutOfRange, span, $"{value} is outside {min}..{max}");

    public void ReportWrongArgumentCount(SourceSpan span, string name, int expected, int found) =>
        Report(DiagnosticKinds.WrongArgumentCount, span, $"{Quote(name)} takes {Count(expected, "argument", "arguments")}, {found} given");

    public void ReportArgumentTooComplex(SourceSpan span) =>
        Report(DiagnosticKinds.ArgumentTooComplex, span, "an argument is a name, a member of one, or a literal", "name the value first: `let a = …`");

    public void ReportParameterWithoutType(SourceSpan span, string name) =>
        Report(DiagnosticKinds.ParameterWithoutType, span, $"the parameter {Quote(name)} has no type", $"write `{name}: vcpu`, say");

    /// <summary>A field of the same register must be near by itself; a register that is misspelt is looked for as a whole.</summary>
    private static string? NearField(string name, IEnumerable<string> known)
    {
        var dot = name.LastIndexOf('.') + 1;
        var candidates = known.ToList();
        var siblings = candidates.Where(candidate => candidate.StartsWith(name[..dot], StringComparison.OrdinalIgnoreCase) && candidate.LastIndexOf('.') + 1 == dot).ToList();
        if (dot == 0 || siblings.Count == 0)
        {
            return Spelling.Closest(name, candidates) is { } near ? $"did you mean {Quote(near)}?" : null;
        }

        return Spelling.Closest(name[dot..], siblings.Select(sibling => sibling[dot..])) is { } field
            ? $"did you mean {Quote(name[..dot] + field)}?"
            : $"fields of {name[..(dot - 1)]}: {List(siblings.Select(sibling => sibling[dot..]))}";
    }

    private static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    private static string Taken(Procedure procedure) =>
        procedure.Parameters.IsEmpty ? "nothing" : $"({List(procedure.Parameters.Select(parameter => Display(parameter.Type)))})";

    private static string Display(SpecType type) => type switch
    {
        SpecType.Bool => "a truth value",
        SpecType.Int range => range.Min == range.Max ? $"the number {range.Min}" : $"a number {range.Min}..{range.Max}",
        SpecType.Names names => $"one of {{{List(names.Values)}}}",
        SpecType.Element element => $"a {Display(element.Sort)}{(element.OrNone ? " or none" : "")}",
        SpecType.Set set => $"a set of {Display(set.Sort)}s",
        _ => throw new InvalidOperationException($"unexpected type {type}"),
    };

    private static string Display(ScenarioSort sort) => sort.ToString().ToLowerInvariant();
}
