using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model;

/// <summary>Something of which a model can be asked whether control ever gets there. One model watches one thing: what it asks costs a bit of its states.</summary>
public abstract record Watch
{
    /// <summary>The property of a model with a watch: violated where control gets there.</summary>
    public const string Property = "never reached";

    private Watch()
    {
    }

    /// <summary>Somebody may fetch a line of which bare metal excludes what it has held.</summary>
    public sealed record Promise : Watch;

    /// <summary>A vCPU executes an instruction.</summary>
    /// <param name="Vcpu">Its number.</param>
    public sealed record Runs(int Vcpu) : Watch;

    /// <summary>An access of a vCPU is done, by whatever way, and not stopped by a stage-2 fault.</summary>
    /// <param name="Vcpu">Its number.</param>
    /// <param name="Access">The access, as written.</param>
    /// <param name="Span">Where it is written; of an alphabet, where the vCPU is.</param>
    public sealed record Passes(int Vcpu, string Access, SourceSpan Span) : Watch;

    /// <summary>Somebody fetches a line of a page.</summary>
    /// <param name="Page">The page's name.</param>
    public sealed record Fetches(string Page) : Watch;

    /// <summary>The handlers of an event begin.</summary>
    /// <param name="Event">The event.</param>
    public sealed record Begins(HookEvent Event) : Watch;

    /// <summary>A labelled statement is executed.</summary>
    /// <param name="Name">The label.</param>
    /// <param name="InPolicy">Whether the statement is the policy's: a program may have the same label.</param>
    public sealed record Label(string Name, bool InPolicy) : Watch;

    /// <summary>A test goes one of its two ways.</summary>
    /// <param name="Test">Where the test is written.</param>
    /// <param name="IsTrue">The way: where it is true, or where it is not.</param>
    public sealed record Way(SourceSpan Test, bool IsTrue) : Watch;

    /// <summary>A program ends, or goes once round a loop for ever.</summary>
    /// <param name="Vcpu">The vCPU's number.</param>
    public sealed record Program(int Vcpu) : Watch;

    /// <summary>A task ends, or goes once round a loop for ever.</summary>
    /// <param name="Number">Its number.</param>
    public sealed record Task(int Number) : Watch;

    /// <summary>The handlers of an event end, or go once round a loop for ever.</summary>
    /// <param name="Event">The event.</param>
    public sealed record Handlers(HookEvent Event) : Watch;
}
