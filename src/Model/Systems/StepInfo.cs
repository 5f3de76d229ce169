using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Host.Flows;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Systems;

/// <summary>What kind of step a rule is.</summary>
internal enum StepKind
{
    /// <summary>The host moves a vCPU: load, entry, exit, trap, put.</summary>
    Placement,

    /// <summary>A statement of a handler.</summary>
    Handler,

    /// <summary>An instruction of a guest.</summary>
    Guest,

    /// <summary>A statement of a host task.</summary>
    Task,

    /// <summary>The hardware acts by itself.</summary>
    Hardware,
}

/// <summary>What a rule is about: everything that is said of its steps.</summary>
/// <param name="Kind">What kind of step it is.</param>
/// <param name="Text">What is done, as the spec writes it; of hardware the rule's name.</param>
/// <param name="Sentence">What is done in one step, in words.</param>
internal sealed record StepInfo(StepKind Kind, string Text, Func<StepWords, string> Sentence)
{
    /// <summary>Whose program it is a step of: a vCPU, a handler's event, a task.</summary>
    public string? Speaker { get; init; }

    /// <summary>The row of the operation table, where there is one.</summary>
    public Operation? Operation { get; init; }

    /// <summary>The CPU on which it happens; of hardware the one whose maintenance takes effect.</summary>
    public Operand? Pe { get; init; }

    /// <summary>The vCPU that it concerns.</summary>
    public Operand? Vcpu { get; init; }

    /// <summary>The line.</summary>
    public Operand? Line { get; init; }

    /// <summary>The version that is stored or delivered.</summary>
    public Operand? Version { get; init; }

    /// <summary>What of the machine maintenance takes effect on: the part whose parameter it is knows it.</summary>
    public Operand? Target { get; init; }

    /// <summary>The task.</summary>
    public int? Task { get; init; }

    /// <summary>Where it is written.</summary>
    public SourceSpan? Span { get; init; }

    /// <summary>The step of a program, task or handler that it is a way of.</summary>
    public FlowStep? Step { get; init; }

    /// <summary>Of a choice the number of the way that it takes.</summary>
    public int Branch { get; init; }

    /// <summary>The lines that it publishes, whichever way it goes.</summary>
    public IEnumerable<int> Published => Step?.Action is FlowAction.Do { Statement: var statement } && !IsDecision
        ? Statements.Descend([statement]).OfType<PublishStmt>().SelectMany(publish => publish.Lines)
        : [];

    /// <summary>What a test asks.</summary>
    public Expr? Condition { get; init; }

    /// <summary>The test with its branches exchanged.</summary>
    public Rule? OtherWay { get; init; }

    /// <summary>Whether it decides where its agent goes without being a test alone: a choice, something atomic with a test in it.</summary>
    public bool IsDecision { get; init; }

    /// <summary>What a statement says of itself: the text as written.</summary>
    public static string AsWritten(StepWords words) => words.Text;

    /// <summary>What an instruction says of itself: what a fetch delivers, and what is stored where the spec leaves it open.</summary>
    public static Func<StepWords, string> Instruction(Operation? operation) => operation?.Kind switch
    {
        OperationKind.Execute => words => words.Info.Line is null ? ByAddress(words) : $"exec {words.Line} -> {words.Version}",
        OperationKind.Store => words => words.Info.Line is null ? ByAddress(words) : words.Version is { } version ? $"str {version}, [{words.Line}]" : words.Info.Text,
        _ => ByAddress,
    };

    /// <summary>The text with the way that an access by address goes, and what is stored or delivered.</summary>
    private static string ByAddress(StepWords words)
    {
        var (info, text) = (words.Info, words.Text);
        var access = info.Operation?.Kind == OperationKind.Store && words.Version is { } stored && text.Split(' ') is [var name, var place] ? $"{name} {stored}, [{place}]"
            : (info.Delivers is not null ? words.Delivered : info.Told is null ? words.Version : null) is { } delivered ? $"{text} -> {delivered}"
            : text;
        return info.Told is { } told ? $"{access} ({told})" : access;
    }

    /// <summary>The way that an access by address goes, in words.</summary>
    public string? Told { get; init; }

    /// <summary>The translation that an access by address uses.</summary>
    public Machine.Translation.Route? Way { get; init; }

    /// <summary>The version that a load delivers, where contents are looked at.</summary>
    public Expr? Delivers { get; init; }

    /// <summary>What it says of the way in which an operation goes.</summary>
    public StepInfo Going(Choice choice) => this with { Version = choice.Version, Told = choice.Told, Raises = choice.Raises, Way = choice.Way, Delivers = choice.Delivers };

    /// <summary>The event that it raises by itself, in the middle of an instruction.</summary>
    public HookEvent? Raises { get; init; }

    /// <summary>Whose step it is.</summary>
    public StepAgent Agent => Kind switch
    {
        StepKind.Guest => StepAgent.Guest,
        StepKind.Hardware => StepAgent.Hardware,
        StepKind.Task => StepAgent.Task,
        StepKind.Placement or StepKind.Handler => StepAgent.Host,
        _ => throw new InvalidOperationException($"No agent takes a step of kind {Kind}."),
    };
}
