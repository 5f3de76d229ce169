using System.Collections.Immutable;
using System.Text;

namespace CoherenceCheck.Generated;

/// <summary>A member of a policy.</summary>
public abstract record PolicyMember
{
    private PolicyMember()
    {
    }

    /// <summary>A register field with its value.</summary>
    /// <param name="Text">The setting.</param>
    /// <param name="Label">Its label, or <see langword="null"/>.</param>
    public sealed record Setting(string Text, string? Label) : PolicyMember
    {
        /// <inheritdoc/>
        public override string ToString() => Label is null ? Text : $"{Text} @{Label}";
    }

    /// <summary>A state or a lock.</summary>
    /// <param name="Text">Its declaration.</param>
    public sealed record Declaration(string Text) : PolicyMember
    {
        /// <inheritdoc/>
        public override string ToString() => Text;
    }

    /// <summary>A handler or a procedure.</summary>
    /// <param name="Head">What stands in front of its body.</param>
    /// <param name="Body">Its body.</param>
    public sealed record Routine(string Head, ImmutableArray<Statement> Body) : PolicyMember
    {
        /// <inheritdoc/>
        public override string ToString() => SpecTree.Lines(Head, Body, "  ");
    }
}

/// <summary>A policy.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Base">What it is made from, or <see langword="null"/>.</param>
/// <param name="Members">Its members.</param>
public sealed record PolicyTree(string Name, string? Base, ImmutableArray<PolicyMember> Members);

/// <summary>A vCPU or a task.</summary>
/// <param name="Head">What stands in front of its program.</param>
/// <param name="Program">Its program; <see langword="null"/> for an <c>any</c> guest, whose alphabet is in the head.</param>
public sealed record Agent(string Head, ImmutableArray<Statement>? Program)
{
    /// <summary>Its text.</summary>
    public string ToText(string indent) => Program is { } program ? SpecTree.Lines(Head, program, indent) : Head;
}

/// <summary>A virtual machine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Members">Its settings and pages.</param>
/// <param name="Vcpus">Its vCPUs.</param>
public sealed record VmTree(string Name, ImmutableArray<string> Members, ImmutableArray<Agent> Vcpus);

/// <summary>An expect block.</summary>
/// <param name="Property">The property.</param>
/// <param name="Rows">The rows.</param>
public sealed record ExpectTree(string Property, ImmutableArray<string> Rows);

/// <summary>A generated spec of one scenario: a tree that can be printed, edited and made smaller.</summary>
/// <remarks>It knows nothing of how the language is parsed or bound: what is to be tested is not used to test it.</remarks>
public sealed record SpecTree
{
    /// <summary>The seed that it was generated from.</summary>
    public required int Seed { get; init; }

    /// <summary>Whether it speaks of translations.</summary>
    public bool Translates => TranslationMaker.IsFor(Seed);

    /// <summary>The properties that may be asked of it beside its own.</summary>
    public ImmutableArray<string> Automatic => Translates ? ["fresh_fetch", "private_translation", "isolation", "fresh_data", "deadlock"] : ["fresh_fetch", "assertions", "deadlock"];

    /// <summary>Profiles.</summary>
    public required ImmutableArray<string> Profiles { get; init; }

    /// <summary>Policies, one that is made from another after it.</summary>
    public required ImmutableArray<PolicyTree> Policies { get; init; }

    /// <summary>The members of the machine.</summary>
    public required ImmutableArray<string> Machine { get; init; }

    /// <summary>Frames.</summary>
    public required ImmutableArray<string> Frames { get; init; }

    /// <summary>Virtual machines.</summary>
    public required ImmutableArray<VmTree> Vms { get; init; }

    /// <summary>Host tasks.</summary>
    public required ImmutableArray<Agent> Tasks { get; init; }

    /// <summary>Properties, covers and bounds.</summary>
    public required ImmutableArray<string> Claims { get; init; }

    /// <summary>What is expected.</summary>
    public required ImmutableArray<ExpectTree> Expects { get; init; }

    /// <summary>Labels that something else names, <c>B at here</c>: edits must leave them where they are.</summary>
    public required ImmutableHashSet<string> Pinned { get; init; }

    /// <summary>The policy that rows speak of: the last.</summary>
    public string Subject => Policies[^1].Name;

    /// <summary>The bodies of all handlers and procedures.</summary>
    public IEnumerable<ImmutableArray<Statement>> PolicyBodies => Policies.SelectMany(policy => policy.Members).OfType<PolicyMember.Routine>().Select(routine => routine.Body);

    /// <summary>The programs of all vCPUs and tasks.</summary>
    public IEnumerable<ImmutableArray<Statement>> Programs => Vms.SelectMany(vm => vm.Vcpus).Concat(Tasks).Select(agent => agent.Program).OfType<ImmutableArray<Statement>>();

    /// <summary>All statements of policies, programs and tasks.</summary>
    public IEnumerable<Statement> Statements => PolicyBodies.Concat(Programs).SelectMany(body => body).SelectMany(statement => statement.All);

    /// <summary>The spec with one block of rows, which claim nothing, about one property. Properties that nobody asks for may name no state: they go.</summary>
    public SpecTree Asking(string property, params ReadOnlySpan<string> rows) => this with
    {
        Claims = Claims.RemoveAll(claim => claim.StartsWith("property ", StringComparison.Ordinal) && !claim.StartsWith($"property {property}:", StringComparison.Ordinal)),
        Expects = [new ExpectTree(property, [.. rows.ToArray().Select(row => row + " : unstated")])],
    };

    /// <summary>The spec with the bodies of its policies changed, those inside first.</summary>
    public SpecTree MapPolicies(Func<ImmutableArray<Statement>, ImmutableArray<Statement>> change) => this with
    {
        Policies = [.. Policies.Select(policy => policy with
        {
            Members = [.. policy.Members.Select(member => member is PolicyMember.Routine routine ? routine with { Body = Deep(routine.Body, change) } : member)],
        })],
    };

    /// <summary>The spec with the bodies of its programs and tasks changed, those inside first.</summary>
    public SpecTree MapPrograms(Func<ImmutableArray<Statement>, ImmutableArray<Statement>> change)
    {
        Agent Map(Agent agent) => agent.Program is { } program ? agent with { Program = Deep(program, change) } : agent;
        return this with
        {
            Vms = [.. Vms.Select(vm => vm with { Vcpus = [.. vm.Vcpus.Select(Map)] })],
            Tasks = [.. Tasks.Select(Map)],
        };
    }

    /// <summary>The text of the spec.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var profile in Profiles)
        {
            text.Append(profile).Append('\n');
        }

        foreach (var policy in Policies)
        {
            text.Append($"policy {policy.Name}{(policy.Base is null ? "" : " = " + policy.Base)}");
            text.Append(policy.Base is not null && policy.Members.IsEmpty ? "\n" : $" {{\n{Indented(policy.Members.Select(member => member.ToString()))}}}\n");
        }

        text.Append("scenario \"generated\" {\n").Append($"  machine {{ {string.Join(" ; ", Machine)} }}\n").Append(Indented(Frames));
        foreach (var vm in Vms)
        {
            text.Append($"  vm {vm.Name} {{\n").Append(Indented(vm.Members, "    ")).Append(Indented(vm.Vcpus.Select(vcpu => vcpu.ToText("    ")), "    ")).Append("  }\n");
        }

        text.Append(Indented(Tasks.Select(task => task.ToText("  ")))).Append(Indented(Claims));
        foreach (var expect in Expects)
        {
            text.Append($"  expect {expect.Property} {{\n").Append(Indented(expect.Rows, "    ")).Append("  }\n");
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>A head and a body, a line for each of its statements.</summary>
    internal static string Lines(string head, ImmutableArray<Statement> body, string indent) =>
        $"{head} {{\n{string.Concat(body.Select(statement => $"{indent}  {statement}\n"))}{indent}}}";

    private static string Indented(IEnumerable<string> lines, string indent = "  ") => string.Concat(lines.Select(line => $"{indent}{line}\n"));

    private static ImmutableArray<Statement> Deep(ImmutableArray<Statement> body, Func<ImmutableArray<Statement>, ImmutableArray<Statement>> change) =>
        change([.. body.Select(statement => statement.Map(inner => Deep(inner, change)))]);
}
