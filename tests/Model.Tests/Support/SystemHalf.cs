using System.Collections.Immutable;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>A part of a system that runs by itself: some variables, all that their values come of, and what assigns them.</summary>
/// <remarks>Where the machine is right not to look at its ghost and the ghost not at the machine, each half does alone what it does in the whole.</remarks>
internal static class SystemHalf
{
    /// <summary>What is compared with the machine: what bare metal promises, without the marks in which a judgement notes what it found.</summary>
    /// <remarks>Its rules have no guards: which instruction happens when is the machine's.</remarks>
    public static TransitionSystem OfGhost(TransitionSystem system)
    {
        var marks = Marks(system);
        return Of(system, variable => variable.Role == Role.Ghost && !marks.Contains(variable), isWhole: false);
    }

    /// <summary>The machine with the programs, policies and tasks that run on it.</summary>
    public static TransitionSystem OfMachine(TransitionSystem system) => Of(system, variable => variable.Role == Role.State, isWhole: true);

    /// <summary>What the ghosts look at that is none: each rule, fill and initial state with what it reads to give them their values.</summary>
    public static IEnumerable<(Rule? Rule, string Where, Variable Variable)> ReadsOfGhost(TransitionSystem system)
    {
        var marks = Marks(system);
        var half = Of(system, system.Variables.Where(variable => variable.Role == Role.Ghost && !marks.Contains(variable)).ToHashSet(), isWhole: false);
        return half.Rules.SelectMany(rule => Read(rule, $"rule '{rule.Name}'", reads => Collect(rule.Body, reads)))
            .Concat(half.InitialStates.SelectMany(state => Read(null, $"initial state '{state.Name}'", reads => Collect(state.Body, reads))))
            .Concat(half.Fills.SelectMany(fill => Read(null, $"fill '{fill.Name}'", reads =>
            {
                foreach (var part in (Expr[])[fill.When, fill.Value, .. fill.Index])
                {
                    Collect(part, reads);
                }
            })));

        static IEnumerable<(Rule?, string, Variable)> Read(Rule? rule, string where, Action<HashSet<Variable>> collect)
        {
            var reads = new HashSet<Variable>();
            collect(reads);
            return reads.Where(variable => variable.Role == Role.State).Select(variable => (rule, where, variable));
        }
    }

    /// <summary>What hardware rules and fills give values to, the ghosts among them.</summary>
    public static IReadOnlySet<Variable> OfHardware(TransitionSystem system) => system.Rules.Where(rule => rule.Label.Agent == "hardware")
        .SelectMany(rule => Assigned(rule.Body)).Concat(system.Fills.Select(fill => fill.Target)).ToHashSet();

    /// <summary>Where judgements note what they found.</summary>
    public static IReadOnlySet<Variable> Marks(TransitionSystem system)
    {
        var marks = new HashSet<Variable>();
        foreach (var property in system.Properties.Where(property => property.Kind == PropertyKind.Invariant))
        {
            Collect(property.Condition, marks);
        }

        return marks;
    }

    private static TransitionSystem Of(TransitionSystem system, Func<Variable, bool> isWanted, bool isWhole)
    {
        var kept = system.Variables.Where(isWanted).ToHashSet();
        while (true)
        {
            var half = Of(system, kept, isWhole);
            var reads = new HashSet<Variable>();
            foreach (var part in half.Rules.Select(rule => rule.Guard).Concat(half.Fills.SelectMany(fill => (Expr[])[fill.When, fill.Value, .. fill.Index])).Append(half.Terminal).Append(half.Cut ?? Ex.False))
            {
                Collect(part, reads);
            }

            foreach (var block in half.Rules.Select(rule => rule.Body).Concat(half.InitialStates.Select(state => state.Body)))
            {
                Collect(block, reads);
            }

            var before = kept.Count;
            kept.UnionWith(reads.Where(variable => variable.Role != Role.Frozen));
            if (kept.Count == before)
            {
                return half;
            }
        }
    }

    private static TransitionSystem Of(TransitionSystem system, HashSet<Variable> kept, bool isWhole) => system with
    {
        Variables = [.. system.Variables.Where(variable => variable.Role == Role.Frozen || kept.Contains(variable))],
        InitialStates = [.. system.InitialStates.Select(state => state with { Body = Of(state.Body, kept, isWhole) })],
        Rules = [.. system.Rules.Select(rule => rule with { Guard = isWhole ? rule.Guard : Ex.True, Body = Of(rule.Body, kept, isWhole) })],
        Fills = [.. system.Fills.Where(fill => kept.Contains(fill.Target))],
        Cut = isWhole ? system.Cut : null,
        Terminal = isWhole ? system.Terminal : Ex.False,
        Properties = [],
    };

    /// <summary>The statements that matter to what is kept; backwards, since a local name matters where somebody behind it uses it.</summary>
    private static ImmutableArray<Statement> Of(ImmutableArray<Statement> block, HashSet<Variable> kept, bool isWhole)
    {
        var result = new List<Statement>();
        foreach (var statement in block.Reverse())
        {
            switch (statement)
            {
                case Statement.Assign a when kept.Contains(a.Variable):
                case Statement.Fail when isWhole:
                case Statement.Let l when result.Any(later => Uses(later, l.Name)):
                    result.Insert(0, statement);
                    break;
                case Statement.If i when i with { Then = Of(i.Then, kept, isWhole), Else = Of(i.Else, kept, isWhole) } is var inner && !(inner.Then.IsEmpty && inner.Else.IsEmpty):
                    result.Insert(0, inner);
                    break;
                case Statement.ForEach f when f with { Body = Of(f.Body, kept, isWhole) } is var loop && !loop.Body.IsEmpty:
                    result.Insert(0, loop);
                    break;
            }
        }

        return [.. result];
    }

    private static bool Uses(Statement statement, string name) =>
        Parts.Of(statement).Any(part => Uses(part, name)) || Parts.Blocks(statement).Any(block => block.Any(inner => Uses(inner, name)));

    private static bool Uses(Expr e, string name) => e is Expr.Local local ? local.Name == name : Parts.Of(e).Any(part => Uses(part, name));

    private static IEnumerable<Variable> Assigned(ImmutableArray<Statement> block) =>
        block.SelectMany(statement => Parts.Blocks(statement).SelectMany(Assigned).Concat(statement is Statement.Assign assign ? [assign.Variable] : []));

    private static void Collect(ImmutableArray<Statement> block, HashSet<Variable> reads)
    {
        foreach (var statement in block)
        {
            foreach (var part in Parts.Of(statement))
            {
                Collect(part, reads);
            }

            foreach (var inner in Parts.Blocks(statement))
            {
                Collect(inner, reads);
            }
        }
    }

    private static void Collect(Expr e, HashSet<Variable> reads)
    {
        if (e is Expr.Read read)
        {
            reads.Add(read.Variable);
        }

        foreach (var part in Parts.Of(e))
        {
            Collect(part, reads);
        }
    }
}
