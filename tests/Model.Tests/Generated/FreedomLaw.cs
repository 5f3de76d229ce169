using System.Collections.Immutable;
using CoherenceCheck.Explorer;
using CoherenceCheck.Generated;
using Runner = CoherenceCheck.Generated.Agent;

namespace CoherenceCheck.Model.Tests.Generated;

/// <summary>
/// Whoever may do more breaks what it broke before: a pCPU that may go offline, a lock on which a handler may sleep, a handler that may be switched out somewhere, a task or a vCPU that runs
/// on more pCPUs, one pCPU more. None of it turns violated into holds.
/// </summary>
/// <param name="Spec">The spec, with one block of one row.</param>
/// <param name="Freedom">What is allowed beside.</param>
/// <param name="Place">Where, by its number among the places.</param>
internal sealed record FreedomLaw(SpecTree Spec, string Freedom, int Place) : ILawCase<FreedomLaw>
{
    private static readonly string[] Freedoms = ["hotplug", "sleeps", "preempt", "a task that moves", "a vCPU that moves", "a pCPU", "an address"];

    /// <summary>The events whose handlers may be switched out.</summary>
    private static readonly string[] Preemptible = ["on s2_fault(", "on sysreg_write(", "on maintenance(", "on set_way(", "on mmu_switch("];

    /// <summary>The case of a seed; <see langword="null"/> where its spec has no place for more.</summary>
    public static FreedomLaw? Of(int seed)
    {
        var spec = SpecMaker.MakeSpec(seed);

        // A deadlock may end where more may be done.
        ImmutableArray<string> properties = [.. spec.Automatic.Where(property => property != "deadlock")];
        var asking = spec.Asking(properties[seed % properties.Length], spec.Subject);
        return Enumerable.Range(0, Freedoms.Length).Select(i => new FreedomLaw(asking, Freedoms[(seed + i) % Freedoms.Length], seed / 8)).FirstOrDefault(law => law.Larger() is not null);
    }

    public string Text => $"{Spec}\n// {Freedom}\n{Larger()}";

    public Comparison Compare()
    {
        if (Larger() is not { } larger || Outcome.Of(Spec.ToString(), Describe) is not Outcome.Explored smaller)
        {
            return Comparison.TooLarge;
        }

        return Outcome.Of(larger.ToString(), Describe) switch
        {
            Outcome.Broken broken => new Comparison(Compared.Differ, broken.Kind, broken.ToString()),
            Outcome.Explored also => IsViolated(smaller) && !IsViolated(also)
                ? new Comparison(Compared.Differ, "violated, then holds", $"{smaller}\n{also}\n")
                : new Comparison(Compared.Equal, IsViolated(smaller) ? "violated" : "", ""),
            Outcome.Refused refused => new Comparison(Compared.BothRefused, refused.Errors[0].Code, ""),
            _ => Comparison.TooLarge,
        };
    }

    /// <summary>Whether what is compared is violated.</summary>
    public bool IsViolation => Outcome.Of(Spec.ToString(), Describe) is Outcome.Explored explored && IsViolated(explored);

    public FreedomLaw Shrink(string what) => this with { Spec = Shrinker.Shrink(Spec, smaller => (this with { Spec = smaller }).Compare() is { Result: Compared.Differ } comparison && comparison.What == what) };

    private static bool IsViolated(Outcome.Explored explored) => explored.Verdicts.Contains("Violated", StringComparison.Ordinal);

    private static string Describe(Exploration result) => $"{result.Verdict}";

    /// <summary>The spec that allows more; <see langword="null"/> where there is no place for it.</summary>
    private SpecTree? Larger()
    {
        var pcpus = Spec.Machine.Where(member => member.StartsWith("pcpu ", StringComparison.Ordinal)).ToList();
        switch (Freedom)
        {
            case "hotplug":
                return Change(Spec.Machine, member => pcpus.Contains(member) && !member.EndsWith(" hotplug", StringComparison.Ordinal) ? member + " hotplug" : null, machine => Spec with { Machine = machine });
            case "a pCPU":
                return Spec with { Machine = Spec.Machine.Insert(0, "pcpu Further") };
            case "sleeps":
                return ChangePolicy(member => member is PolicyMember.Declaration { Text: var text } && text.StartsWith("lock ", StringComparison.Ordinal) && !text.EndsWith(" sleeps", StringComparison.Ordinal)
                    ? new PolicyMember.Declaration(text + " sleeps") : null);
            case "preempt":
                return ChangePolicy(member => member is PolicyMember.Routine routine && Preemptible.Any(head => routine.Head.StartsWith(head, StringComparison.Ordinal)) && routine.Body.Length > 0
                    ? routine with { Body = routine.Body.Insert(Place / 7 % (routine.Body.Length + 1), Statement.Of("preempt", "preempt")) } : null);
            case "a task that moves":
                return pcpus.Count < 2 ? null : Change(Spec.Tasks, task => EveryPcpu(task, pcpus), tasks => Spec with { Tasks = tasks });
            case "a vCPU that moves":
                return pcpus.Count < 2 ? null : Change(Spec.Vms, vm => Change(vm.Vcpus, vcpu => EveryPcpu(vcpu, pcpus), vcpus => vm with { Vcpus = vcpus }), vms => Spec with { Vms = vms });
            default:
                return Change(Spec.Vms, vm => Change(vm.Vcpus, vcpu => vcpu.Head.IndexOf("} at {", StringComparison.Ordinal) is >= 0 and var at ? vcpu with { Head = vcpu.Head[..(at + 1)] } : null, vcpus => vm with { Vcpus = vcpus }), vms => Spec with { Vms = vms });
        }
    }

    private static Runner? EveryPcpu(Runner agent, IEnumerable<string> pcpus)
    {
        const string On = " on {";
        var open = agent.Head.IndexOf(On, StringComparison.Ordinal);
        var close = open < 0 ? -1 : agent.Head.IndexOf('}', open);
        var all = $"{On}{string.Join(", ", pcpus.Select(pcpu => pcpu.Split(' ')[1]))}}}";
        return open < 0 || agent.Head[open..(close + 1)] == all ? null : agent with { Head = agent.Head[..open] + all + agent.Head[(close + 1)..] };
    }

    private SpecTree? ChangePolicy(Func<PolicyMember, PolicyMember?> more) =>
        Change(Spec.Policies, policy => Change(policy.Members, more, members => policy with { Members = members }), policies => Spec with { Policies = policies });

    /// <summary>Changes one member, of those that can be changed.</summary>
    private TWhole? Change<T, TWhole>(ImmutableArray<T> members, Func<T, T?> more, Func<ImmutableArray<T>, TWhole> whole)
        where T : class
        where TWhole : class
    {
        var open = Enumerable.Range(0, members.Length).Where(i => more(members[i]) is not null).ToList();
        return open.Count == 0 ? null : open[Place % open.Count] is var i ? whole(members.SetItem(i, more(members[i])!)) : null;
    }
}
