using System.Collections.Immutable;

namespace CoherenceCheck.Generated;

/// <summary>Makes a spec that shows something smaller, as long as it still shows it.</summary>
public static class Shrinker
{
    /// <summary>A spec from which nothing can be taken away without losing what it shows.</summary>
    /// <param name="spec">A spec that shows it.</param>
    /// <param name="shows">Whether a spec shows it.</param>
    /// <param name="most">How many specs are tried at most.</param>
    public static SpecTree Shrink(SpecTree spec, Func<SpecTree, bool> shows, int most = 2000)
    {
        var tried = 0;
        var isSmaller = true;
        while (isSmaller)
        {
            isSmaller = false;
            foreach (var candidate in Smaller(spec))
            {
                if (++tried > most)
                {
                    return spec;
                }

                if (shows(candidate))
                {
                    (spec, isSmaller) = (candidate, true);
                    break;
                }
            }
        }

        return spec;
    }

    /// <summary>The specs that lack one thing of a spec, large things first.</summary>
    private static IEnumerable<SpecTree> Smaller(SpecTree spec)
    {
        IEnumerable<SpecTree> Without<T>(ImmutableArray<T> all, Func<ImmutableArray<T>, SpecTree> with) =>
            Enumerable.Range(0, all.Length).Select(i => with(all.RemoveAt(i)));

        foreach (var smaller in Without(spec.Tasks, tasks => spec with { Tasks = tasks })
            .Concat(Without(spec.Claims, claims => spec with { Claims = claims }))
            .Concat(Without(spec.Vms, vms => spec with { Vms = vms }))
            .Concat(Without(spec.Frames, frames => spec with { Frames = frames }))
            .Concat(Without(spec.Machine, machine => spec with { Machine = machine }))
            .Concat(Without(spec.Profiles, profiles => spec with { Profiles = profiles }))
            .Concat(spec.Policies.Length > 1 ? [spec with { Policies = spec.Policies.RemoveAt(spec.Policies.Length - 1) }] : []))
        {
            yield return smaller;
        }

        for (var i = 0; i < spec.Vms.Length; i++)
        {
            var (vm, at) = (spec.Vms[i], i);
            foreach (var smaller in Without(vm.Vcpus, vcpus => spec with { Vms = spec.Vms.SetItem(at, vm with { Vcpus = vcpus }) })
                .Concat(Without(vm.Members, members => spec with { Vms = spec.Vms.SetItem(at, vm with { Members = members }) })))
            {
                yield return smaller;
            }
        }

        for (var i = 0; i < spec.Policies.Length; i++)
        {
            var (policy, at) = (spec.Policies[i], i);
            foreach (var smaller in Without(policy.Members, members => spec with { Policies = spec.Policies.SetItem(at, policy with { Members = members }) }))
            {
                yield return smaller;
            }
        }

        foreach (var smaller in SmallerBodies(spec))
        {
            yield return smaller;
        }
    }

    private static IEnumerable<SpecTree> SmallerBodies(SpecTree spec)
    {
        for (var i = 0; i < spec.Policies.Length; i++)
        {
            var (policy, at) = (spec.Policies[i], i);
            for (var j = 0; j < policy.Members.Length; j++)
            {
                if (policy.Members[j] is not PolicyMember.Routine routine)
                {
                    continue;
                }

                var member = j;
                foreach (var body in SmallerBody(routine.Body))
                {
                    yield return spec with { Policies = spec.Policies.SetItem(at, policy with { Members = policy.Members.SetItem(member, routine with { Body = body }) }) };
                }
            }
        }

        for (var i = 0; i < spec.Vms.Length; i++)
        {
            var (vm, at) = (spec.Vms[i], i);
            for (var j = 0; j < vm.Vcpus.Length; j++)
            {
                foreach (var program in vm.Vcpus[j].Program is { } whole ? SmallerBody(whole) : [])
                {
                    yield return spec with { Vms = spec.Vms.SetItem(at, vm with { Vcpus = vm.Vcpus.SetItem(j, vm.Vcpus[j] with { Program = program }) }) };
                }
            }
        }

        for (var i = 0; i < spec.Tasks.Length; i++)
        {
            foreach (var program in SmallerBody(spec.Tasks[i].Program!.Value))
            {
                yield return spec with { Tasks = spec.Tasks.SetItem(i, spec.Tasks[i] with { Program = program }) };
            }
        }
    }

    private static IEnumerable<ImmutableArray<Statement>> SmallerBody(ImmutableArray<Statement> body)
    {
        for (var i = 0; i < body.Length; i++)
        {
            yield return body.RemoveAt(i);
        }

        for (var i = 0; i < body.Length; i++)
        {
            foreach (var inner in body[i].Bodies)
            {
                yield return body.RemoveAt(i).InsertRange(i, inner);
            }

            foreach (var smaller in SmallerStatement(body[i]))
            {
                yield return body.SetItem(i, smaller);
            }
        }
    }

    private static IEnumerable<Statement> SmallerStatement(Statement statement)
    {
        if (statement.Label is not null)
        {
            yield return statement with { Label = null };
        }

        // A branch with the word in front of it.
        for (var i = 2; i + 1 < statement.Parts.Length; i += 2)
        {
            yield return statement with { Parts = statement.Parts.RemoveRange(i, 2) };
        }

        for (var i = 0; i < statement.Parts.Length; i++)
        {
            if (statement.Parts[i] is Part.Words { Text: var text } && text.StartsWith("if ", StringComparison.Ordinal) && text is not "if true")
            {
                yield return statement with { Parts = statement.Parts.SetItem(i, new Part.Words("if true")) };
            }
            else if (statement.Parts[i] is Part.Test { Operands.Length: > 1 } test)
            {
                foreach (var operand in test.Operands)
                {
                    yield return statement with { Parts = statement.Parts.SetItem(i, test with { Operands = test.Operands.Remove(operand) }) };
                }
            }
            else if (statement.Parts[i] is Part.Body body)
            {
                foreach (var smaller in SmallerBody(body.Statements))
                {
                    yield return statement with { Parts = statement.Parts.SetItem(i, new Part.Body(smaller)) };
                }
            }
        }
    }
}
