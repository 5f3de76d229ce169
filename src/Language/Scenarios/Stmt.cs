using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Language.Scenarios;

/// <summary>A bound statement. Each is one step of its agent, with everything else running in between, unless it says otherwise.</summary>
/// <remarks>What it answers here is all that most of those who walk over statements need to know of its kind.</remarks>
/// <param name="Text">As written, or its head where it has a body, blanks normalised.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label, or <see langword="null"/>. On a block the label stands for all of it.</param>
public abstract record Stmt(string Text, SourceSpan Span, string? Label)
{
    /// <summary>The text of what stood in its place before a row put it there, or <see langword="null"/>.</summary>
    public string? Replaces { get; init; }

    /// <summary>What it means, without its bodies: words, and in their places what it names.</summary>
    /// <remarks>
    /// That is a <see cref="Symbol"/> that it declares, a <see cref="SpecExpr"/>, <see cref="Place"/>, <see cref="LockPlace"/>, <see cref="ScenarioSort"/>,
    /// <see cref="LineList"/> or <see cref="ArgumentList"/>. Each name that it uses is in one of them.
    /// </remarks>
    public abstract FormattableString Head { get; }

    /// <summary>The bodies that stand in it, in order; that of a called procedure does not.</summary>
    public virtual ImmutableArray<ImmutableArray<Stmt>> Bodies => [];

    /// <summary>The statement with other bodies, as many as it has.</summary>
    public virtual Stmt WithBodies(ImmutableArray<ImmutableArray<Stmt>> bodies) => this;

    /// <summary>The statement and all that stand in it; called procedures do not.</summary>
    public IEnumerable<Stmt> WithInner()
    {
        // An explicit stack: nested iterators would cost the depth for each statement.
        var pending = new Stack<Stmt>([this]);
        while (pending.TryPop(out var statement))
        {
            yield return statement;
            foreach (var inner in statement.Bodies.Reverse().SelectMany(body => body.Reverse()))
            {
                pending.Push(inner);
            }
        }
    }

    /// <summary>What it tests, whose operands may have labels; <see langword="null"/> where it tests nothing.</summary>
    public virtual SpecExpr? Test => null;

    /// <summary>The statement with another test, where it has one.</summary>
    public virtual Stmt WithTest(SpecExpr test) => this;

    /// <summary>Whether all of its bodies are executed whenever it is.</summary>
    public virtual bool RunsBodies => false;

    /// <summary>Whether it may execute a body more than once.</summary>
    public virtual bool MayRepeat => false;

    /// <summary>Whether it takes a step whatever its bodies, or the procedure that it calls, do.</summary>
    public virtual bool TakesStep => true;

    /// <summary>Whether it may have to wait itself.</summary>
    public virtual bool MayWait => false;

    /// <summary>Whether it can be a part of one step.</summary>
    public virtual bool FitsInStep => true;

    /// <summary>The name that it declares for those behind it in its body, or <see langword="null"/>.</summary>
    public virtual Symbol? Declares => null;
}

/// <summary>A statement with one body.</summary>
/// <param name="Body">What stands in it.</param>
/// <param name="Text">Its head as written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
public abstract record EnclosingStmt(ImmutableArray<Stmt> Body, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<ImmutableArray<Stmt>> Bodies => [Body];

    /// <inheritdoc/>
    public sealed override Stmt WithBodies(ImmutableArray<ImmutableArray<Stmt>> bodies) => this with { Body = bodies[0] };

    /// <inheritdoc/>
    public override bool RunsBodies => true;
}

/// <summary>Lines that a statement names, by their numbers.</summary>
public sealed record LineList(ImmutableArray<int> Numbers);

/// <summary>The parameters of a procedure, each with what stands for it.</summary>
public sealed record ArgumentList(ImmutableArray<(Symbol Parameter, SpecExpr Value)> Arguments);

/// <summary>An operation of the table.</summary>
/// <param name="Operation">The row of the table.</param>
/// <param name="Line">The number of the line it names, or <see langword="null"/>.</param>
/// <param name="Value">For a store, the name of the value; for <c>msr</c>, the value written.</param>
/// <param name="Field">For <c>msr</c>, the field: SCTLR_EL1.M, .C or .I, or TTBR0_EL1.ASID.</param>
/// <param name="Text">As written, blanks normalised: <c>dc cvau, x</c>.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
public sealed record OperationStmt(Operation Operation, int? Line, string? Value, string? Field, string Text, SourceSpan Span, string? Label)
    : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => Operation.Operands switch
    {
        OperandShape.Line when Operation.Name.Contains(' ', StringComparison.Ordinal) => $"{Operation.Name}, {Target}",
        OperandShape.Line => $"{Operation.Name} {Target}",
        OperandShape.Address => $"{Operation.Name} [{Target}]",
        OperandShape.ValueAndAddress => $"{Operation.Name} {Value}, [{Target}]",
        OperandShape.FieldAndValue => $"{Operation.Name} {Field}, {Value}",
        OperandShape.OptionalName when Place is not null => $"{Operation.Name}, {Place}",
        OperandShape.OptionalName when VirtualPage is not null || Asid is not null => $"{Operation.Name}, {string.Join(", ", new[] { VirtualPage is { } page ? $"page {page}" : null, Asid is { } asid ? $"asid {asid}" : null }.OfType<string>())}",
        _ => $"{Operation.Name}",
    };

    /// <inheritdoc/>
    public override bool MayWait => Operation.Kind == OperationKind.DataSynchronizationBarrier;

    /// <summary>Of an access or DC or IC by address of a guest, and of a TLBI by VA, the number of the virtual page.</summary>
    public int? VirtualPage { get; init; }

    /// <summary>Of the host's, what stands for the frame: a frame, or a page and so the frame that its stage 2 maps; of a TLBI by IPA, the page.</summary>
    public SpecExpr? Place { get; init; }

    /// <summary>Of a TLBI, the ASID that it names.</summary>
    public int? Asid { get; init; }

    /// <summary>Of a TLBI by address, page or ASID, whether it names none that is known: it has no operand, or stands in a policy, which knows no VM's addresses.</summary>
    public bool NamesNothing { get; init; }

    /// <summary>Of an access of a guest, whether several pages of the VM have the line: then the virtual page says which is meant.</summary>
    public bool IsShared { get; init; }

    private object Target => Place is not null ? Place
        : VirtualPage is { } page && (Line is null || IsShared) ? $"page {page}"
        : new LineList(Line is { } line ? [line] : []);
}

/// <summary>A sequence of statements; no step of its own.</summary>
public sealed record BlockStmt(ImmutableArray<Stmt> Body, SourceSpan Span, string? Label) : EnclosingStmt(Body, "{ … }", Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"block";

    /// <inheritdoc/>
    public override bool TakesStep => false;
}

/// <summary>Gives a place of the policy's state, or a <c>let</c> variable, a value.</summary>
public sealed record AssignStmt(Place Place, SpecExpr Value, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"{Place} = {Value}";
}

/// <summary><c>let ID = expr</c>: names a value, taken now, until the end of the block.</summary>
public sealed record LetStmt(Symbol Symbol, SpecExpr Value, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"let {Symbol} = {Value}";

    /// <inheritdoc/>
    public override Symbol? Declares => Symbol;
}

/// <summary><c>let ID in set</c>: any element of the set, chosen freely; waits while it is empty.</summary>
public sealed record LetInStmt(Symbol Symbol, SpecExpr Set, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"let {Symbol} in {Set}";

    /// <inheritdoc/>
    public override Symbol? Declares => Symbol;

    /// <inheritdoc/>
    public override bool MayWait => true;
}

/// <summary><c>let ID = xchg(place, value)</c>: the old value, atomically.</summary>
public sealed record ExchangeStmt(Symbol Symbol, Place Place, SpecExpr Value, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"let {Symbol} = xchg({Place}, {Value})";

    /// <inheritdoc/>
    public override Symbol? Declares => Symbol;
}

/// <summary><c>let ID = cas(place, expected, value)</c>: whether the place held the expected value and got the new one, atomically.</summary>
public sealed record CompareAndSwapStmt(Symbol Symbol, Place Place, SpecExpr Expected, SpecExpr Value, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"let {Symbol} = cas({Place}, {Expected}, {Value})";

    /// <inheritdoc/>
    public override Symbol? Declares => Symbol;
}

/// <summary><c>if</c>: the test is a step.</summary>
public sealed record IfStmt(SpecExpr Condition, ImmutableArray<Stmt> Then, ImmutableArray<Stmt> Else, string Text, SourceSpan Span, string? Label)
    : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"if {Condition}";

    /// <inheritdoc/>
    public override SpecExpr? Test => Condition;

    /// <inheritdoc/>
    public override Stmt WithTest(SpecExpr test) => this with { Condition = test };

    /// <inheritdoc/>
    public override ImmutableArray<ImmutableArray<Stmt>> Bodies => [Then, Else];

    /// <inheritdoc/>
    public override Stmt WithBodies(ImmutableArray<ImmutableArray<Stmt>> bodies) => this with { Then = bodies[0], Else = bodies[1] };
}

/// <summary><c>for ID in SORT|set</c>: the body once for each element of the sort, in order; for a set, for those elements that are in it when their turn comes (a step each).</summary>
/// <param name="Symbol">The loop variable.</param>
/// <param name="Sort">What it ranges over.</param>
/// <param name="Set">The set, or <see langword="null"/> for all of the sort.</param>
/// <param name="Body">The body.</param>
/// <param name="Text">The head as written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
public sealed record ForStmt(Symbol Symbol, ScenarioSort Sort, SpecExpr? Set, ImmutableArray<Stmt> Body, string Text, SourceSpan Span, string? Label) : EnclosingStmt(Body, Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"for {Symbol} in {(object?)Set ?? Sort}";

    /// <inheritdoc/>
    public override bool RunsBodies => Set is null;

    /// <inheritdoc/>
    public override bool MayRepeat => true;

    /// <inheritdoc/>
    public override bool TakesStep => Set is not null;
}

/// <summary><c>repeat N</c>: the body N times, 0 to 64.</summary>
public sealed record RepeatStmt(int Times, ImmutableArray<Stmt> Body, SourceSpan Span, string? Label) : EnclosingStmt(Body, $"repeat {Times}", Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"repeat {Times}";

    /// <inheritdoc/>
    public override bool RunsBodies => Times > 0;

    /// <inheritdoc/>
    public override bool MayRepeat => true;

    /// <inheritdoc/>
    public override bool TakesStep => false;
}

/// <summary><c>forever</c>: the body again and again; it takes at least one step.</summary>
public sealed record ForeverStmt(ImmutableArray<Stmt> Body, SourceSpan Span, string? Label) : EnclosingStmt(Body, "forever", Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"forever";

    /// <inheritdoc/>
    public override bool MayRepeat => true;

    /// <inheritdoc/>
    public override bool FitsInStep => false;
}

/// <summary><c>choose … or …</c>: one of the bodies, chosen freely: a step.</summary>
public sealed record ChooseStmt(ImmutableArray<ImmutableArray<Stmt>> Branches, SourceSpan Span, string? Label) : Stmt("choose", Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"choose";

    /// <inheritdoc/>
    public override ImmutableArray<ImmutableArray<Stmt>> Bodies => Branches;

    /// <inheritdoc/>
    public override Stmt WithBodies(ImmutableArray<ImmutableArray<Stmt>> bodies) => this with { Branches = bodies };

    /// <inheritdoc/>
    public override bool FitsInStep => false;
}

/// <summary><c>atomic</c>: the body in one step. Only its first statement may wait.</summary>
public sealed record AtomicStmt(ImmutableArray<Stmt> Body, string Text, SourceSpan Span, string? Label) : EnclosingStmt(Body, Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"atomic";
}

/// <summary><c>holding lock</c>: takes the lock (a step that waits for it), runs the body, gives it back (a step).</summary>
public sealed record HoldingStmt(LockPlace Lock, ImmutableArray<Stmt> Body, string Text, SourceSpan Span, string? Label) : EnclosingStmt(Body, Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"holding {Lock}";

    /// <inheritdoc/>
    public override bool MayWait => true;

    /// <inheritdoc/>
    public override bool FitsInStep => false;
}

/// <summary>
/// <c>preempt</c>: here the vCPU may be switched out; its handler goes on behind this where the vCPU is loaded next, on whichever pCPU that is
/// (Linux: preemption is on, and <c>kvm_sched_out</c>, <c>kvm_sched_in</c> are called).
/// </summary>
public sealed record PreemptStmt(SourceSpan Span, string? Label) : Stmt("preempt", Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"preempt";

    /// <inheritdoc/>
    public override bool FitsInStep => false;
}

/// <summary><c>await</c>: waits until the condition is true.</summary>
public sealed record AwaitStmt(SpecExpr Condition, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"await {Condition}";

    /// <inheritdoc/>
    public override SpecExpr? Test => Condition;

    /// <inheritdoc/>
    public override Stmt WithTest(SpecExpr test) => this with { Condition = test };

    /// <inheritdoc/>
    public override bool MayWait => true;
}

/// <summary><c>assert</c>: violates the automatic property <c>assertions</c> where the condition is false.</summary>
public sealed record AssertStmt(SpecExpr Condition, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"assert {Condition}";

    /// <inheritdoc/>
    public override SpecExpr? Test => Condition;

    /// <inheritdoc/>
    public override Stmt WithTest(SpecExpr test) => this with { Condition = test };
}

/// <summary><c>call</c>: the procedure's body with its parameters standing for the arguments (names, members of names, or literals).</summary>
public sealed record CallStmt(Procedure Procedure, ImmutableArray<SpecExpr> Arguments, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"call ({new ArgumentList([.. Procedure.Parameters.Zip(Arguments)])})";

    /// <inheritdoc/>
    public override bool TakesStep => false;
}

/// <summary><c>call</c> in a task: of the procedure of that name in the policy of the row, of which each may have another; a row without it does nothing there.</summary>
/// <remarks>Only the scenario as it is written has it: <see cref="EditedPolicy.In"/> puts a <see cref="CallStmt"/> in its place.</remarks>
public sealed record LateCallStmt(string Name, ImmutableArray<SpecExpr> Arguments, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head =>
        FormattableStringFactory.Create($"call {Name} ({string.Join(", ", Arguments.Select((_, i) => $"{{{i}}}"))})", [.. Arguments]);

    /// <inheritdoc/>
    public override bool TakesStep => false;
}

/// <summary><c>return</c>: ends the hook or procedure; locks that were taken in it are given back (a step each).</summary>
public sealed record ReturnStmt(SourceSpan Span, string? Label) : Stmt("return", Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"return";

    /// <inheritdoc/>
    public override bool TakesStep => false;

    /// <inheritdoc/>
    public override bool FitsInStep => false;
}

/// <summary>How much <c>publish</c> promises.</summary>
public enum PublishForm
{
    /// <summary>Memory and I-caches: what a vCPU that executes has captured in its pipeline stays until its own context synchronisation event.</summary>
    Visible,

    /// <summary>Pipelines, too: every fetch that begins later.</summary>
    Now,

    /// <summary>As <see cref="Visible"/>, and no cache holds the line, not even what memory holds.</summary>
    Absent,
}

/// <summary><c>publish line</c>: from here every vCPU of the VM must see the line's contents; a ghost statement. A page or frame stands for all of its lines.</summary>
public sealed record PublishStmt(ImmutableArray<int> Lines, PublishForm Form, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <summary>In the place of lines a page or frame that is known when the statement runs; <see langword="null"/> where lines are named.</summary>
    public SpecExpr? Place { get; init; }

    /// <summary>The words behind the lines, each with what it means.</summary>
    public static ImmutableArray<(string Word, PublishForm Form)> Forms { get; } = [("now", PublishForm.Now), ("absent", PublishForm.Absent)];

    /// <inheritdoc/>
    public override FormattableString Head => Form switch
    {
        PublishForm.Visible => $"publish {Places}",
        _ => $"publish {Places} {Forms.First(form => form.Form == Form).Word}",
    };

    private object Places => (object?)Place ?? new LineList(Lines);
}

/// <summary><c>kick v</c>: interrupts a vCPU (an IPI: exception entry and return, a context synchronisation event of the machine and of bare metal), and waits until that has happened.</summary>
public sealed record KickStmt(SpecExpr Vcpu, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <inheritdoc/>
    public override FormattableString Head => $"kick {Vcpu}";

    /// <inheritdoc/>
    public override bool MayWait => true;
}

/// <summary>What the host does to a vCPU's life.</summary>
public enum LifeStep
{
    /// <summary>It is there from here on (PSCI CPU_ON).</summary>
    Start,

    /// <summary>It is there no longer (PSCI CPU_OFF).</summary>
    Stop,

    /// <summary>It is stopped, and will begin from the beginning, with the SCTLR_EL1 of a reset.</summary>
    Reset,

    /// <summary>It does not execute until it is resumed, but is there.</summary>
    Pause,

    /// <summary>It may execute again.</summary>
    Resume,
}

/// <summary><c>start v</c>, <c>stop v</c>, <c>reset v</c>, <c>pause v</c>, <c>resume v</c>: all but the first and the last wait until the vCPU is loaded nowhere.</summary>
/// <param name="Step">What is done.</param>
/// <param name="Vcpu">The vCPU.</param>
/// <param name="Sctlr">For <see cref="LifeStep.Reset"/>, fields of SCTLR_EL1 with their values after it; others are as at first.</param>
/// <param name="Text">As written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Label">Its label.</param>
public sealed record LifeStmt(LifeStep Step, SpecExpr Vcpu, ImmutableArray<(string Field, string Value)> Sctlr, string Text, SourceSpan Span, string? Label) : Stmt(Text, Span, Label)
{
    /// <summary>The words, each with what it means.</summary>
    public static ImmutableArray<(string Word, LifeStep Step)> Words { get; } =
        [("start", LifeStep.Start), ("stop", LifeStep.Stop), ("reset", LifeStep.Reset), ("pause", LifeStep.Pause), ("resume", LifeStep.Resume)];

    /// <inheritdoc/>
    public override FormattableString Head => $"{Words.First(word => word.Step == Step).Word} {Vcpu} {string.Join(", ", Sctlr.Select(set => $"{set.Field} = {set.Value}"))}";

    /// <inheritdoc/>
    public override bool MayWait => Step is LifeStep.Stop or LifeStep.Reset or LifeStep.Pause;
}
