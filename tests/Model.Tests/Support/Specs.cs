using System.Text;
using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Tests.Support;

/// <summary>From the text of a spec to bound systems.</summary>
internal static class Specs
{
    private static readonly ArchitectureVocabulary Vocabulary = ArmVocabulary.Create();

    /// <summary>The policies of specs/kvm, for tests that write their own scenarios.</summary>
    public const string Kvm =
        """
        policy kvm {
          HCR_EL2.FB = 1 @fb ; HCR_EL2.BSU = IS @bsu
          state last[mmu][pcpu] : vcpu? = none
          on switch_out(v, p) { dsb ish @sw }
          on vcpu_load(v, p) {
            if last[v.mmu][p] != v {
              ic iallu @ic ; dsb nsh @nsh ; isb @isb
              last[v.mmu][p] = v @keep
            } @load
          }
        }

        """;

    /// <summary>The folder of the shipped specs, found upwards from the test assembly.</summary>
    public static string Folder
    {
        get
        {
            for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                var specs = Path.Combine(folder, "specs", "kvm");
                if (Directory.Exists(specs))
                {
                    return specs;
                }
            }

            throw new DirectoryNotFoundException("no folder 'specs/kvm' above the test assembly");
        }
    }

    /// <summary>Binds a spec, or says why not.</summary>
    public static LoadResult TryLoad(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return SpecLoader.Load("test.coh", Vocabulary, _ => bytes);
    }

    /// <summary>Binds a spec; warnings are allowed, errors are not.</summary>
    public static Spec Load(string text)
    {
        var result = TryLoad(text);
        return result.Spec ?? throw new InvalidOperationException(string.Join('\n', result.Diagnostics) + "\n" + text);
    }

    public static Spec LoadFile(string name)
    {
        var result = SpecLoader.Load(Path.Combine(Folder, name), Vocabulary);
        return result.Spec ?? throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
    }

    /// <summary>A plan that keeps the models it builds.</summary>
    public static CellPlan Plan(Dictionary<Policy, ScenarioModel> models) => new(
        new AttributeDecisions(new Enumerator()),
        (scenario, policy) => models.TryGetValue(policy, out var model) ? model : models[policy] = Build(scenario, policy));

    /// <summary>All cells of the only scenario, each with its row and its model.</summary>
    public static IEnumerable<CellCase> Cells(string text) => Cells(Assert.Single(Load(text).Scenarios));

    /// <summary>The same of a text that asks about instructions, asking about another property.</summary>
    public static IEnumerable<CellCase> Cells(string text, string property) => Cells(text.Replace("expect fresh_fetch", $"expect {property}", StringComparison.Ordinal));

    /// <summary>All cells of a scenario: those of the rows, and those that a row says an operation is needless in.</summary>
    public static IEnumerable<CellCase> Cells(Scenario scenario)
    {
        foreach (var expectation in scenario.Expectations)
        {
            // What is modelled may hang on the property, and a row may edit programs and tasks.
            var models = new Dictionary<(Scenario, Policy), ScenarioModel>();
            var plan = new CellPlan(
                new AttributeDecisions(new Enumerator()),
                (asked, policy) => models.TryGetValue((asked, policy), out var known) ? known : models[(asked, policy)] = Build(asked, policy));
            var diagnostics = new List<Diagnostic>();
            foreach (var row in plan.Of(scenario, expectation, diagnostics))
            {
                var model = models[(ScenarioModel.Asking(row.Row.Policy.In(scenario), expectation.Property), row.Row.Policy.Policy)];
                foreach (var cell in row.Cells)
                {
                    yield return new CellCase(scenario, expectation.Property, row, cell, model, row.Row.Verdict);
                }

                foreach (var cell in row.NeedlessCells)
                {
                    yield return new CellCase(scenario, expectation.Property, row, cell, model, ExpectedVerdict.Holds);
                }
            }

            Assert.Empty(diagnostics);
        }
    }

    public static ScenarioModel Build(Scenario scenario, Policy policy)
    {
        var diagnostics = new List<Diagnostic>();
        return ScenarioModel.Build(scenario, policy, diagnostics) ?? throw new InvalidOperationException(string.Join('\n', diagnostics));
    }
}

/// <summary>A cell of a row, with the model that it is a cell of.</summary>
internal sealed record CellCase(Scenario Scenario, string Property, PlannedRow Planned, Cell Cell, ScenarioModel Model, ExpectedVerdict Expected)
{
    public ExpectationRow Row => Planned.Row;

    public FrozenValues Frozen { get; } = Model.Freeze(Cell).Values;

    public TransitionSystem Bound => _bound ??= Binder.Bind(Model.System, Frozen);

    private TransitionSystem? _bound;

    public override string ToString() => $"{Scenario.Name}: {Row.Policy.Text}, {Cell.Registers}; {Cell.Readings}";
}
