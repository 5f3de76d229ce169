using CoherenceCheck.Attributes;
using CoherenceCheck.Attributes.Configurations;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Construction;

namespace CoherenceCheck.Model.Cells;

/// <summary>What a model sees of a configuration: everything that <see cref="Freezer"/> turns into tables.</summary>
internal sealed class Observables(SystemBuilder builder, ConfigurationSpace space)
{
    private readonly Shape _shape = builder.Shape;

    private Scenario Scenario => _shape.Scenario;

    public IEnumerable<Observable> All()
    {
        yield return new CacheObservable(null);
        foreach (var vm in Scenario.Vms)
        {
            yield return new CacheObservable(vm.Name);
        }

        yield return new ReadingObservable("ic_instant");
        yield return new ReadingObservable("ic_iallu_scope");
        yield return new FieldObservable(null, "HCR_EL2.FB");
        yield return new FieldObservable(null, "HCR_EL2.BSU");
        foreach (var observable in Accesses().Distinct())
        {
            yield return observable;
        }

        foreach (var name in builder.Translator.Fields.Keys)
        {
            var field = name[(name.IndexOf('.') + 1)..];
            if (name.StartsWith("reg.", StringComparison.Ordinal))
            {
                yield return new FieldObservable(null, field);
            }
            else if (name.StartsWith("vm.", StringComparison.Ordinal))
            {
                foreach (var vm in Scenario.Vms)
                {
                    yield return new FieldObservable(vm.Name, field);
                }
            }
        }
    }

    /// <summary>The dimensions that show as they are: what SCTLR_EL1 says at first of a vCPU whose mode may change, or is asked for.</summary>
    public IEnumerable<int> Dimensions()
    {
        var isAsked = builder.Translator.Fields.Keys.Any(name => name.Contains("SCTLR_EL1", StringComparison.Ordinal));
        return Scenario.Vcpus.Where(vcpu => isAsked || _shape.VcpuModes[vcpu.Number].Count > 1)
            .SelectMany(vcpu => vcpu.Axes.Select(axis => space.Find(ScenarioSpace.NameOf(vcpu.Name, axis.Name))));
    }

    public static Stage2Page PageOf(Page page)
    {
        var executeNever = page.Axes.Any(axis => axis.Name == PageFields.ExecuteNever)
            ? Input.Open(ScenarioSpace.NameOf(page.Name, PageFields.ExecuteNever))
            : Input.Fixed(!page.Executable);
        return page.Axes.Any(axis => axis.Name == PageFields.MemAttr)
            ? new Stage2Page(Input.Open(ScenarioSpace.NameOf(page.Name, PageFields.MemAttr)), Input.Open(ScenarioSpace.NameOf(page.Name, PageFields.MemAttr)), executeNever)
            : new Stage2Page(Input.Fixed(Encoding(page.Type, fwb: false)), Input.Fixed(Encoding(page.Type, fwb: true)), executeNever);
    }

    /// <summary>What SCTLR_EL1 says of a field at first, as <see cref="Configuration.Initially"/>.</summary>
    public static Input Initially(Vcpu vcpu, string field) => vcpu.Axes.Any(axis => axis.Name == field) ? Input.Open(ScenarioSpace.NameOf(vcpu.Name, field))
        : field == "SCTLR_EL1.M" ? Input.Fixed(false)
        : Initially(vcpu, "SCTLR_EL1.M");

    private IEnumerable<AccessObservable> Accesses()
    {
        foreach (var vcpu in Scenario.Vcpus)
        {
            for (var line = 0; line < _shape.Lines.Length; line++)
            {
                if (_shape.VmOfLine[line] != vcpu.Vm)
                {
                    continue;
                }

                var page = PageOf(_shape.PageOfLine[line]!);
                var stage1 = vcpu.NonCacheableLines.Contains(line) ? MemoryClass.NonCacheable : MemoryClass.WriteBack;
                foreach (var (m, c, i) in ModesOf(vcpu))
                {
                    yield return new AccessObservable(Scenario.Vms[vcpu.Vm].Name, m, c, i, stage1, page);
                    if (!_shape.IsBareMetal)
                    {
                        yield return new AccessObservable(null, m, c, i, stage1, page);
                    }
                }
            }
        }
    }

    private IEnumerable<(Input M, Input C, Input I)> ModesOf(Vcpu vcpu)
    {
        var modes = _shape.VcpuModes[vcpu.Number];
        var zero = Input.Fixed(false);
        var one = Input.Fixed(true);
        if (modes.Toggles)
        {
            // Whichever of the two it starts in has C and I as they are at first.
            var (c, i) = (Initially(vcpu, "SCTLR_EL1.C"), Initially(vcpu, "SCTLR_EL1.I"));
            return [(one, one, one), (zero, zero, zero), (one, c, i), (zero, c, i)];
        }

        return Enumerable.Range(0, modes.Count).Select(mode =>
        {
            Input Field(string name)
            {
                var index = modes.WrittenFields.IndexOf(name, 0, StringComparer.Ordinal);
                return index >= 0 ? Input.Fixed((mode >> index & 1) != 0) : Initially(vcpu, name);
            }

            return (Field("SCTLR_EL1.M"), Field("SCTLR_EL1.C"), Field("SCTLR_EL1.I"));
        });
    }

    /// <summary>The stage-2 encodings of KVM (arch/arm64/include/asm/memory.h): memory 1111, with FWB 0110; Non-cacheable 0101; Device-nGnRE 0001.</summary>
    public static string Encoding(PageType type, bool fwb) => type switch
    {
        PageType.WriteBack => fwb ? "0110" : "1111",
        PageType.NonCacheable => "0101",
        PageType.Device => "0001",
        _ => throw new InvalidOperationException($"No encoding for {type}."),
    };
}
