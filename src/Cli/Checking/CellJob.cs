using CoherenceCheck.Explorer;
using CoherenceCheck.Explorer.Reductions;
using CoherenceCheck.Language.Text;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Cli.Checking;

/// <summary>A model with its code, compiled when first needed and shared by all of its cells.</summary>
internal sealed class CompiledModel(ScenarioModel model)
{
    private readonly Lazy<CompiledSystem> _compiled = new(() => CompiledSystem.Compile(model.System));

    public ScenarioModel Model { get; } = model;

    public CompiledSystem Compiled => _compiled.Value;

    public bool IsCompiled => _compiled.IsValueCreated;

    /// <summary>The labels of the statements that ran in an exploration of the model's system or an equal one.</summary>
    public IReadOnlySet<Watch.Label> LabelsRun(CellJob job)
    {
        lock (_labels)
        {
            if (!_labels.TryGetValue(job, out var labels))
            {
                labels = Model.System.Rules.Where(rule => job.Fired.GetValueOrDefault(rule.Name) > 0).SelectMany(Model.LabelsRunBy).ToHashSet();
                _labels.Add(job, labels);
            }

            return labels;
        }
    }

    private readonly Dictionary<CellJob, HashSet<Watch.Label>> _labels = [];

    /// <summary>Where the statements are written of which a step was taken in an exploration of the model's system or an equal one.</summary>
    public IReadOnlySet<SourceSpan> SpansRun(CellJob job)
    {
        lock (_spans)
        {
            if (!_spans.TryGetValue(job, out var spans))
            {
                spans = Model.System.Rules.Where(rule => job.Fired.GetValueOrDefault(rule.Name) > 0).Select(Model.StatementOf).OfType<SourceSpan>().ToHashSet();
                _spans.Add(job, spans);
            }

            return spans;
        }
    }

    private readonly Dictionary<CellJob, HashSet<SourceSpan>> _spans = [];
}

/// <summary>One exploration: a bound system and the property to check on it, for all cells that come to the same.</summary>
/// <param name="model">The model.</param>
/// <param name="frozen">The values of its frozen variables.</param>
/// <param name="property">The property.</param>
/// <param name="known">A job of an equal system that ran already, of another model perhaps; <see langword="null"/> where there is none.</param>
internal sealed class CellJob(CompiledModel model, FrozenValues frozen, string property, CellJob? known = null)
{
    private Exploration? _result = known?.Result;

    public CompiledModel Model { get; } = model;

    public FrozenValues Frozen { get; } = frozen;

    public string Property { get; } = property;

    /// <summary>What was found, once the job has run; <see langword="null"/> if it was never started.</summary>
    public Exploration? Result => _result;

    /// <summary>Whether it was never started because the process had no memory left.</summary>
    public bool LacksMemory { get; set; }

    /// <summary>How often each rule fired, by its name, those left out that were not looked at: cells of other models may share the exploration.</summary>
    public IReadOnlyDictionary<string, long> Fired => known?.Fired ?? (_fired ??= _result is null
        ? []
        : Model.Model.System.Rules.Zip(_result.Fired).Where(pair => pair.Second >= 0).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal));

    private Dictionary<string, long>? _fired;

    /// <summary>A guess at how large it is: large ones go first, so that none is left alone at the end.</summary>
    public long Weight { get; } = Guess(model.Model);

    public void Run(CheckOptions options, SearchLimits limits, int threads, IProgress<SearchProgress>? progress, CancellationToken cancellation)
    {
        var request = new SearchRequest(
            Property == CheckRun.Deadlock ? null : Property,
            Model.Model.Covers,
            Property == CheckRun.Deadlock,
            limits,
            progress)
        {
            Threads = threads,
            Sights = PropertyTable.Find(Property) is { IsPromise: true } ? Model.Model.Sights : [],

            // A state in which bare metal is allowed too much is not to be passed over.
            Reductions = Model.Model.Sights.Contains(ScenarioModel.WidenedSight) && PropertyTable.Find(Property) is { IsPromise: true } ? options.Reductions & ~Reduction.PartialOrder : options.Reductions,
            ReduceFrom = options.ReducesAlways ? 0 : CheckOptions.ReduceFrom,
            OrderFrom = options.ReducesAlways ? 0 : CheckOptions.OrderFrom,
            CountSaved = options.CountSaved,
        };
        _result = Search.Run(Model.Compiled, Frozen, request, cancellation);
    }

    private static long Guess(ScenarioModel model)
    {
        var scenario = model.Scenario;
        var free = scenario.Vcpus.Count(vcpu => vcpu.Program is null);
        return model.System.Rules.Length * (1L << (2 * (free + scenario.Machine.Pcpus.Length)));
    }
}
