using System.Collections.Immutable;

namespace CoherenceCheck.Model.Questions;

/// <summary>What a scenario asks of every policy: all of it but the policies and what is expected of them.</summary>
/// <param name="Line">The line of the scenario's title, from 1.</param>
/// <param name="Parts">Its parts: no two of the same kind speak of the same.</param>
public sealed record Question(int Line, ImmutableArray<QuestionPart> Parts);

/// <summary>A part of a question in canonical text: equal texts ask the same, however the spec is laid out.</summary>
/// <param name="Kind">What sort of part it is, one of <see cref="QuestionParts"/>.</param>
/// <param name="Of">What it speaks of: <c>CTR_EL0.DIC</c>, <c>B</c>.</param>
/// <param name="IsChoice">
/// Whether what it says are possibilities that are all asked about: more of them ask more. Else it is a text that is the same or not.
/// </param>
/// <param name="Says">The possibilities, in ordinal order, or the lines of the text.</param>
/// <param name="Unset">The possibility that a question without this part asks about; <see langword="null"/> where there is none.</param>
public sealed record QuestionPart(string Kind, string Of, bool IsChoice, ImmutableArray<string> Says, string? Unset = null);

/// <summary>The kinds of parts, as they are stored.</summary>
public static class QuestionParts
{
    /// <summary>The PE model, the ghost, the pCPUs and what they share.</summary>
    public const string Machine = "machine";

    /// <summary>The values of a register field of the machine, of what a VM is told, of a vCPU or of a page's descriptor: a choice.</summary>
    public const string Field = "field";

    /// <summary>The values of a reading: a choice.</summary>
    public const string Reading = "reading";

    /// <summary>The lines of a frame with their first contents.</summary>
    public const string Frame = "frame";

    /// <summary>The stage-2 contexts of a VM, where it has several, and what the tables map that its vCPUs share.</summary>
    public const string Vm = "vm";

    /// <summary>Whose page it is, what is behind it, and its attributes.</summary>
    public const string Page = "page";

    /// <summary>Whose vCPU it is, and what its stage 1 maps.</summary>
    public const string Vcpu = "vcpu";

    /// <summary>The pCPUs where a vCPU may run: a choice.</summary>
    public const string Placement = "placement";

    /// <summary>The operations of an <c>any</c> guest: a choice.</summary>
    public const string Alphabet = "any";

    /// <summary>The addresses to which an <c>any</c> guest keeps: a choice. Where it is missing, all of its VM.</summary>
    public const string Addresses = "at";

    /// <summary>The program of a vCPU.</summary>
    public const string Program = "program";

    /// <summary>Where a task runs, and its program.</summary>
    public const string Task = "task";

    /// <summary>The condition of a declared property.</summary>
    public const string Property = "property";

    /// <summary>The condition of a cover.</summary>
    public const string Cover = "cover";

    /// <summary>How often an event may happen.</summary>
    public const string Bound = "bound";
}
