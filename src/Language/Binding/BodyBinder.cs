using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Syntax;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Binding;

/// <summary>Binds the statements and expressions of one body. An error is reported once, where it stands, and yields <see langword="null"/>.</summary>
internal sealed partial class BodyBinder(VocabularyIndex vocabulary, DiagnosticBag diagnostics, BodyKind kind)
{
    private readonly Dictionary<string, (Symbol Symbol, SourceSpan Span)> _symbols = [];
    private readonly List<string> _symbolOrder = [];
    private readonly HashSet<Symbol> _variables = [];
    private readonly HashSet<string> _broken = [];

    /// <summary>The policy that the body belongs to, or <see langword="null"/>.</summary>
    public PolicyScope? Policy { get; init; }

    /// <summary>The scenario that the body belongs to, or <see langword="null"/>.</summary>
    public ScenarioScope? Scenario { get; init; }

    /// <summary>For a program, what it can name.</summary>
    public GuestScope? Guest { get; init; }

    /// <summary>For a handler, when it runs; a procedure may run at any event.</summary>
    public HookRow? Event { get; init; }

    /// <summary>Whether the host maps pages: then a TLBI by IPA means what it names.</summary>
    public bool HostMaps { get; init; }

    /// <summary>For a task, what it may call: a procedure with the parameters that all of that name have; reports where there is none.</summary>
    public Func<NameSyntax, DiagnosticBag, Procedure?> Procedures { get; init; } = (_, _) => null;

    /// <summary>The states that expressions have read, each with where.</summary>
    public List<(PolicyState State, SourceSpan Span)> StatesRead { get; } = [];

    /// <summary>Whether an operand here may have a label: in a test, below nothing but <c>||</c> and <c>&amp;&amp;</c>.</summary>
    private bool _mayHaveLabel;

    private string Where => kind switch
    {
        BodyKind.Handler => "a policy",
        BodyKind.Guest => "the program of a vCPU",
        BodyKind.Task => "a task",
        BodyKind.Property => "a property",
        _ => throw new InvalidOperationException($"unexpected kind {kind}"),
    };

    /// <summary>Brings a parameter into scope.</summary>
    public Symbol DeclareParameter(NameSyntax name, SpecType type) => Declare(name, type, isVariable: false);

    private Symbol Declare(NameSyntax name, SpecType type, bool isVariable)
    {
        var symbol = new Symbol(name.Text, type);
        CheckReserved(diagnostics, name);
        if (_symbols.TryGetValue(name.Text, out var known))
        {
            diagnostics.ReportDuplicateName(name.Span, "name", name.Text, known.Span);
        }
        else if (Policy?.States.GetValueOrDefault(name.Text) is { } state)
        {
            diagnostics.ReportDuplicateName(name.Span, "name", name.Text, state.Span);
        }
        else
        {
            _symbols.Add(name.Text, (symbol, name.Span));
            _symbolOrder.Add(name.Text);
        }

        if (isVariable)
        {
            _variables.Add(symbol);
        }

        return symbol;
    }

    /// <summary>Reports a name that statements could not tell from the language's own words.</summary>
    public static void CheckReserved(DiagnosticBag diagnostics, NameSyntax name)
    {
        if (Words.Statements.Contains(name.Text) || Words.Expressions.Contains(name.Text)
            || OperationTable.IsMnemonic(name.Text))
        {
            diagnostics.ReportReservedName(name.Span, name.Text);
        }
    }

    /// <summary>Whether a name is unknown only because of an error that was reported.</summary>
    private bool IsBroken(string name) => _broken.Contains(name) || Policy?.Broken.Contains(name) == true;

    private int OpenBlock() => _symbolOrder.Count;

    private void CloseBlock(int mark)
    {
        for (var i = mark; i < _symbolOrder.Count; i++)
        {
            _symbols.Remove(_symbolOrder[i]);
        }

        _symbolOrder.RemoveRange(mark, _symbolOrder.Count - mark);
    }
}
