using System.Reflection;
using CoherenceCheck.Attributes;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Model.Judgements;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Pe;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Model.Tests.Support;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.House;

/// <summary>What CONTRIBUTING says of adding things is true: what is forgotten fails by its name.</summary>
public sealed class HouseTests
{
    private const string Everything =
        """
        policy all {
          on vcpu_load(v, p) { dsb ish } on guest_entry(v, p) { dsb ish } on guest_exit(v, p) { dsb ish }
          on vcpu_put(v, p) { dsb ish } on switch_out(v, p) { dsb ish }
        }
        scenario "everything" {
          machine { pcpu P0 ; pcpu P1 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame code { x = old }
          vm guest { page code = code RWX wb
            vcpu A { SCTLR_EL1.M = 0 } { str new, [x] ; dc cvau, x ; dc cvac, x ; dc civac, x ; dsb ish ; ic ivau, x ; ic iallu ; tlbi vmalle1is ; dsb ish ; msr SCTLR_EL1.M, 1 ; isb ; exec x } }
          task t { publish x ; assert true }
          expect fresh_fetch { all : unstated }
        }
        """;

    private static readonly SystemBuilder Built = Specs.Cells(Everything).First().Model.Builder;

    [Fact]
    public void Every_part_is_in_the_list_of_parts() => Assert.Empty(Forgotten(
        [typeof(MachinePart), typeof(GhostPart), typeof(Judgement)], typeof(PartList).Assembly, [.. Built.Parts.Machine, .. Built.Parts.Ghost, .. Built.Parts.Judgements]));

    [Fact]
    public void A_part_that_is_not_in_the_list_is_named() =>
        Assert.Equal([nameof(Unlisted)], Forgotten([typeof(MachinePart)], typeof(Unlisted).Assembly, [.. Built.Parts.Machine]));

    [Fact]
    public void Every_automatic_property_has_a_judgement_and_every_judgement_a_row() => Assert.Equal(
        PropertyTable.All.Where(row => row.Keeper == PropertyKeeper.Judgement).Select(row => row.Name).Order(StringComparer.Ordinal),
        Built.Parts.Judgements.Select(judgement => judgement.Property.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_event_has_one_row_and_is_raised()
    {
        foreach (var hookEvent in Enum.GetValues<HookEvent>())
        {
            Assert.Single(HookTable.All, row => row.Event == hookEvent);
            Assert.NotEmpty(Built.Agents.Single(agent => agent.Name == HookTable.Of(hookEvent).Name).Begins);
        }
    }

    [Fact]
    public void An_event_without_a_row_is_named() =>
        Assert.Contains("99", Assert.Throws<ArgumentException>(() => HookTable.Of((HookEvent)99)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_PE_model_that_is_not_refused_has_a_row() =>
        Assert.Equal(PeModels.All.Where(model => model.Refusal is null).Select(model => model.Name), PeTable.All.Select(row => row.Name));

    [Fact]
    public void A_rule_that_asks_for_a_reading_without_a_row_is_told_its_name()
    {
        Assert.Contains("unheard_of", Assert.Throws<ArgumentException>(() => CellFacts.Reads("unheard_of", "yes")).Message, StringComparison.Ordinal);
        Assert.Contains("sometimes", Assert.Throws<ArgumentException>(() => CellFacts.Reads("ic_instant", "sometimes")).Message, StringComparison.Ordinal);
    }

    /// <summary>Every kind of operation that is not refused is issued; what is then pending, some part obeys.</summary>
    [Fact]
    public void Every_operation_that_is_not_refused_has_ways_to_go()
    {
        var effects = Built.Parts.Effects.Select(effect => effect.Kind).ToList();
        Assert.Equal(effects.Distinct(), effects);
        foreach (var operation in OperationTable.All.Where(operation => operation.Refusal is null && operation.Place.HasFlag(OperationPlace.Guest) && operation.Kind != OperationKind.WriteSystemRegister))
        {
            var x = operation.Operands is OperandShape.None or OperandShape.OptionalName ? "" : operation.Operands == OperandShape.ValueAndAddress ? " new, [x]" : operation.Operands == OperandShape.Address ? " [x]" : ", x";
            var text = Everything.Replace("str new, [x] ; ", $"str new, [x] ; {(operation.Name is "exec" ? "exec x" : operation.Name + x)} ; ", StringComparison.Ordinal);
            Assert.NotNull(Specs.Cells(text).First().Model.System);
        }
    }

    [Theory]
    [InlineData(typeof(GhostPart), typeof(MachinePart))]
    [InlineData(typeof(MachinePart), typeof(GhostPart))]
    public void No_part_of_one_side_holds_a_part_of_the_other(Type side, Type other) => Assert.Empty(
        side.Assembly.GetTypes().Where(type => type.IsSubclassOf(side)).SelectMany(type => Held(type, other)));

    [Fact]
    public void A_part_that_holds_one_of_the_other_side_is_named() => Assert.Equal(["Unlisted holds IcacheGhost"], Held(typeof(Unlisted), typeof(GhostPart)));

    /// <summary>What bare metal does hangs on what guests do, and on where they are when the host publishes; never on what the machine's caches hold.</summary>
    [Fact]
    public void Bare_metal_reads_no_machine()
    {
        var ofPrograms = new HashSet<string>(["sctlr", "inforce.own", "it.free", "cur", "host"], StringComparer.Ordinal);
        var reads = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fill in Built.System.Fills.Where(fill => fill.Target.Role == Role.Ghost))
        {
            Collect(fill.Value, reads);
            Collect(fill.When, reads);
        }

        foreach (var statement in Built.System.Rules.SelectMany(rule => rule.Body).Concat(Built.System.InitialStates.SelectMany(state => state.Body)))
        {
            CollectGhost(statement, [], reads);
        }

        Assert.Contains("inforce.own", reads);
        Assert.Empty(reads.Except(ofPrograms));
    }

    [Fact]
    public void Panels_of_a_trace_have_different_names()
    {
        var names = Built.Parts.Machine.SelectMany(part => part.Panels()).Select(panel => panel.Name).ToList();
        Assert.Equal(names.Distinct(StringComparer.Ordinal), names);
    }

    private static IEnumerable<string> Forgotten(Type[] kinds, Assembly assembly, object[] listed) => assembly.GetTypes()
        .Where(type => !type.IsAbstract && kinds.Any(type.IsSubclassOf) && listed.All(part => part.GetType() != type)).Select(type => type.Name);

    private static IEnumerable<string> Held(Type type, Type other) => type
        .GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Where(field => field.FieldType.IsAssignableTo(other)).Select(field => $"{type.Name} holds {field.FieldType.Name}");

    private static void Collect(Expr expression, HashSet<string> reads)
    {
        if (expression is Expr.Read { Variable: { Role: Role.State } variable })
        {
            reads.Add(variable.Name);
        }

        foreach (var part in Parts.Of(expression))
        {
            Collect(part, reads);
        }
    }

    /// <summary>What the ghost's assignments read, the conditions around them included where they decide about the ghost alone.</summary>
    private static void CollectGhost(Statement statement, Expr[] conditions, HashSet<string> reads)
    {
        switch (statement)
        {
            case Statement.Assign { Variable.Role: Role.Ghost } assign:
                foreach (var read in conditions.Append(assign.Value).Concat(assign.Index))
                {
                    Collect(read, reads);
                }

                break;
            case Statement.If branch:
                foreach (var inner in branch.Then.Concat(branch.Else))
                {
                    CollectGhost(inner, [.. conditions, branch.Condition], reads);
                }

                break;
            case Statement.ForEach loop:
                foreach (var inner in loop.Body)
                {
                    CollectGhost(inner, conditions, reads);
                }

                break;
        }
    }

    /// <summary>A part that nobody listed, and that looks at the other side.</summary>
    private sealed class Unlisted(Model.Machine.ICache.IcacheGhost promise) : MachinePart
    {
        private readonly Model.Machine.ICache.IcacheGhost _promise = promise;

        public override IEnumerable<Note> Notes(TraceContext context, StepView step) => _promise.Notes(context, step);
    }
}
