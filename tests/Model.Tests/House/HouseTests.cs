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
    private static readonly string Everything = TextOf(byAddress: false);

    /// <summary>Where accesses go by address, what is there hangs on the property that is asked.</summary>
    private static readonly string ByAddress = TextOf(byAddress: true);

    private static string TextOf(bool byAddress) =>
        "policy all {\n" + string.Concat(HookTable.All.Where(row => byAddress || row.Event is not (HookEvent.Stage2Fault or HookEvent.SysregWrite or HookEvent.SetWay or HookEvent.Maintenance or HookEvent.MmuSwitch)).Select(row => $"on {row.Name}({string.Join(", ", row.Parameters.Select((_, i) => "a" + i))}) {{ dsb ish }}\n")) + (byAddress ? "on guest_entry(v, p) { msr VTTBR_EL2, v.mmu ; isb }\n" : "") + "}\n"
        + """
        scenario "everything" {
          machine { pcpu P0 ; pcpu P1 hotplug ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
          frame code { x = old }
          vm guest { page code = code RWX wb
            vcpu A { SCTLR_EL1.M = 0 } { str new, [x] ; dc cvau, x ; dc cvac, x ; dc civac, x ; dsb ish ; ic ivau, x ; ic iallu ; tlbi vmalle1is ; dsb nsh ; dsb ish ; msr SCTLR_EL1.M, 1 ; isb ; exec x } }
          task t { publish x ; assert true }
          expect fresh_fetch { all : unstated }
        }
        """.Replace("dsb nsh ;", byAddress ? "dsb nsh ; dc cisw ; under m1 ;" : "dsb nsh ;", StringComparison.Ordinal)
        .Replace("vm guest {", byAddress ? "vm guest { mmu m0 m1 ;" : "vm guest {", StringComparison.Ordinal);

    private static readonly SystemBuilder Built = Specs.Cells(Everything).First().Model.Builder;

    private static readonly SystemBuilder[] OfAll = [Built, .. PropertyTable.All.Where(row => row.IsPromise || row.Name == Isolation.Name).Select(row => Specs.Cells(With(ByAddress, row.Needs), row.Name).First().Model.Builder)];

    private static string With(string text, (string Reading, string Value)? needs) => needs is var (reading, value) ? text.Replace("machine {", $"machine {{ reading {reading} = {value} ;", StringComparison.Ordinal) : text;

    [Fact]
    public void Every_part_is_in_the_list_of_parts() => Assert.Empty(Forgotten(
        [typeof(MachinePart), typeof(GhostPart), typeof(Judgement)], typeof(PartList).Assembly, [.. OfAll.SelectMany(built => built.Parts.Machine.Cast<object>().Concat(built.Parts.Ghost).Concat(built.Parts.Judgements))]));

    [Fact]
    public void A_part_that_is_not_in_the_list_is_named() =>
        Assert.Equal([nameof(Unlisted)], Forgotten([typeof(MachinePart)], typeof(Unlisted).Assembly, [.. OfAll.SelectMany(built => built.Parts.Machine)]));

    [Fact]
    public void Every_automatic_property_has_a_judgement_and_every_judgement_a_row() => Assert.Equal(
        PropertyTable.All.Where(row => row.Keeper == PropertyKeeper.Judgement).Select(row => row.Name).Order(StringComparer.Ordinal),
        OfAll.SelectMany(built => built.Parts.Judgements).Select(judgement => judgement.Property.Name).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_event_has_one_row_and_is_raised()
    {
        foreach (var hookEvent in Enum.GetValues<HookEvent>())
        {
            Assert.Single(HookTable.All, row => row.Event == hookEvent);
            var name = HookTable.Of(hookEvent).Name;
            Assert.True(OfAll.Any(built => built.Agents.Any(agent => agent.Name == name && !agent.Begins.IsEmpty)), $"nobody raises {name}");
        }
    }

    /// <summary>A bound on an event is kept: it is counted where the event is raised.</summary>
    [Fact]
    public void Every_event_can_be_bounded()
    {
        foreach (var row in HookTable.All)
        {
            var built = Specs.Cells(ByAddress.Replace("  expect fresh_fetch", $"  bound {row.Name} <= 1\n  expect fresh_fetch", StringComparison.Ordinal), FreshFetch.Name).First().Model;
            var counter = built.System.Variables.Single(variable => variable.Name.StartsWith("count.", StringComparison.Ordinal));
            Assert.True(built.System.Rules.Any(rule => Assigned(rule.Body).Contains(counter)), $"nobody counts {row.Name}");
        }
    }

    private static IEnumerable<Variable> Assigned(IEnumerable<Statement> body) => body.SelectMany(statement => statement switch
    {
        Statement.Assign assign => [assign.Variable],
        Statement.If branch => Assigned(branch.Then.Concat(branch.Else)),
        Statement.ForEach loop => Assigned(loop.Body),
        _ => Enumerable.Empty<Variable>(),
    });

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

    [Fact]
    public void Every_kind_of_operation_has_a_row() => Assert.Equal(Enum.GetValues<OperationKind>(), KindTable.All.Select(row => row.Kind));

    [Fact]
    public void No_kind_has_two_effects() => Assert.Equal(Built.Parts.Effects.Select(effect => effect.Kind).Distinct(), Built.Parts.Effects.Select(effect => effect.Kind));

    /// <summary>Every operation that is not refused is built alone: no other makes room for what it needs.</summary>
    [Fact]
    public void Every_operation_that_is_not_refused_has_ways_to_go()
    {
        foreach (var operation in OperationTable.All.Where(operation => operation.Refusal is null && operation.Kind != OperationKind.WriteSystemRegister))
        {
            var operands = operation.Operands switch
            {
                OperandShape.Line => operation.Name == "exec" ? " x" : ", x",
                OperandShape.Address => " [x]",
                OperandShape.ValueAndAddress => " new, [x]",
                _ => "",
            };
            var (own, task, hook) = operation.Place.HasFlag(OperationPlace.Guest) ? (operation.Name + operands, "", "")
                : operation.Place.HasFlag(OperationPlace.Task) ? ("isb", operation.Name + operands, "")
                : ("isb", "", operation.Name + operands);
            var built = Specs.Cells(
                $$"""
                policy one { on vcpu_load(v, p) { {{hook}} } }
                scenario "alone" {
                  machine { pcpu P0 ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0 }
                  frame code { x = old }
                  vm guest { page code = code RWX wb
                    vcpu A { SCTLR_EL1.M = 0 } { {{own}} } }
                  task t { {{task}} }
                  expect fresh_fetch { one : unstated }
                }
                """).First().Model.Builder;
            Assert.True(built.System.Rules.Any(rule => built.Infos[rule.Name].Operation == operation), $"no way to go for {operation.Name}");
        }
    }

    /// <summary>An event of parts that nobody raises would be answered by nobody.</summary>
    [Theory]
    [InlineData(typeof(MachinePart))]
    [InlineData(typeof(GhostPart))]
    [InlineData(typeof(Judgement))]
    public void Every_event_of_parts_is_raised(Type kind)
    {
        var source = string.Concat(Directory.GetFiles(Path.Combine(Specs.Folder, "..", "..", "src", "Model"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.Empty(Unraised(kind, source));
        Assert.NotEmpty(Unraised(kind, ""));
    }

    private static IEnumerable<string> Unraised(Type kind, string source) => kind.GetMethods().Where(method => method.Name.StartsWith("On", StringComparison.Ordinal))
        .Select(method => method.Name).Where(name => !source.Contains($".{name}(", StringComparison.Ordinal));

    /// <summary>A reading that nothing asks makes no difference to anything: then its row is a promise that is not kept.</summary>
    [Fact]
    public void Every_reading_with_several_values_is_asked()
    {
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var open = Everything.Replace(" ; CTR_EL0.DIC = 0 ; CTR_EL0.IDC = 0", "", StringComparison.Ordinal);
        string[] texts =
        [
            open,
            open.Replace("{ SCTLR_EL1.M = 0 }", "{ SCTLR_EL1.M = 0 ; SCTLR_EL1.I = 1 }", StringComparison.Ordinal),
            open.Replace("RWX wb", "RW- wb", StringComparison.Ordinal).Replace("; exec x", "", StringComparison.Ordinal),
            open.Replace("RWX wb", "RWX device", StringComparison.Ordinal),
        ];
        // Those that make accesses go by address are opened alone, so that few others multiply them.
        var byLine = ReadingRegistry.All.Select(reading => reading.Info.Name).Except(["bbm", "walks", "nc_data_hit"]).ToHashSet();
        string[] byAddress = ["fresh_data", "break_before_make"];
        var scenarios = texts.Select(text => OpenScenario.Of(Specs.Load(text).Scenarios[0], byLine)).Concat(byAddress.Select(property => ScenarioModel.Asking(
            Specs.Load(Everything.Replace("machine {", "machine { reading bbm in any ; reading walks in any ; reading nc_data_hit in any ;", StringComparison.Ordinal)
                .Replace("expect fresh_fetch", $"expect {property}", StringComparison.Ordinal)).Scenarios[0], property)));
        foreach (var scenario in scenarios)
        {
            var row = scenario.Expectations[0].Rows[0];
            var classes = new CellClasses(Specs.Build(scenario, row.Policy.Policy), row.Policy, row.Policy.Without, new AttributeDecisions(new Attributes.Observation.Enumerator()));
            asked.UnionWith(classes.OpenReadings
                .Where(reading => classes.Classes.Append(classes.Legal).Any(one => Enumerable.Range(0, classes.Space.Dimensions[reading.Dimension].Values.Length).Any(value => !one.With(reading.Dimension, value).IsWithin(one))))
                .Select(reading => reading.Reading.Info.Name));
        }

        var several = ReadingRegistry.All.Where(reading => reading.Info.Values.Count(value => value.Refusal is null) > 1).Select(reading => reading.Info.Name);

        // Shareability has no effect on coherence within one domain: its row says so.
        Assert.Equal("s1_effective_sh", string.Join(' ', several.Except(asked)));
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

    [Fact]
    public void Panels_show_what_they_say_and_compare_with_panels_that_there_are()
    {
        var cell = Specs.Cells(Everything).First();
        var trace = cell.Model.Narrate(cell.Cell, [(null, new Interpreter(cell.Model.System, cell.Frozen).InitialStates().First().State!)], null);
        Assert.Equal(
            trace.Panels.Select(panel => string.Join(' ', panel.Columns.Select(column => column.Entries.Length))),
            trace.Steps[0].Values.Select(values => string.Join(' ', values.Columns.Select(texts => texts.Length))));
        Assert.Empty(trace.Panels.SelectMany(panel => panel.Columns).SelectMany(column => column.Entries).Select(entry => entry.Panel).OfType<string>().Except(trace.Panels.Select(panel => panel.Name)));
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
