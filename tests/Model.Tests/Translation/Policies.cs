using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Translation;

/// <summary>Builds policies by hand.</summary>
internal sealed class PolicyBuilder
{
    private readonly List<Hook> _hooks = [];
    private readonly List<PolicyState> _states = [];
    private readonly List<PolicySetting> _settings = [];
    private readonly List<PolicyLock> _locks = [];

    public static Policy None { get; } = new PolicyBuilder().Build();

    public static Policy BareMetal { get; } = new PolicyBuilder().Build() with { IsBareMetal = true };

    public PolicyState State(string name, SpecType type, SpecExpr initial, params ScenarioSort[] index)
    {
        _states.Add(new PolicyState(name, [.. index], type, initial, Bound.Nowhere));
        return _states[^1];
    }

    public PolicyLock Lock(string name)
    {
        _locks.Add(new PolicyLock(name, [], Bound.Nowhere));
        return _locks[^1];
    }

    public PolicyBuilder Set(string field, string value)
    {
        _settings.Add(new PolicySetting(field, value, null, Bound.Nowhere));
        return this;
    }

    /// <summary>A handler; its parameters are those of the table.</summary>
    public PolicyBuilder On(HookEvent hookEvent, Func<Symbol[], IEnumerable<Stmt>> body)
    {
        var parameters = HookTable.Of(hookEvent).Parameters.Select(parameter => new Symbol(parameter.Name, parameter.Type)).ToArray();
        _hooks.Add(new Hook(hookEvent, [.. parameters], null, [.. body(parameters)], Bound.Nowhere));
        return this;
    }

    public Policy Build() => new("p", IsBareMetal: false, [.. _settings], [.. _states], [.. _locks], [.. _hooks], [], Bound.Nowhere);

    /// <summary>KVM's load hook, with what it executes where another vCPU of the VM ran last.</summary>
    public PolicyBuilder LastRan(params Stmt[] flush)
    {
        var last = State("last", Bound.Element(ScenarioSort.Vcpu, orNone: true), Bound.NoVcpu, ScenarioSort.Mmu, ScenarioSort.Pcpu);
        return On(HookEvent.VcpuLoad, parameters =>
        {
            var (v, p) = (Bound.Name(parameters[0]), Bound.Name(parameters[1]));
            ImmutableArray<SpecExpr> index = [Bound.Member(v, Member.Mmu), p];
            return [Bound.If(Bound.NotEqual(new StateExpr(last, index, Bound.Nowhere), v), [.. flush, new AssignStmt(new Place(last, index, null, last.Type), v, "last =", Bound.Nowhere, null)])];
        });
    }

    public PolicyBuilder Switch(params Stmt[] body) => On(HookEvent.SwitchOut, _ => body);
}
