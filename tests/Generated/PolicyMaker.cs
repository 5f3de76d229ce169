using System.Collections.Immutable;

namespace CoherenceCheck.Generated;

/// <summary>Makes a policy: settings, states of every type, locks, procedures and handlers.</summary>
internal sealed class PolicyMaker(Random random, StatementMaker statements, ExpressionMaker expressions, HashSet<string> labels, bool translates)
{
    private static readonly string[] Events = ["vcpu_load", "vcpu_load", "guest_entry", "guest_exit", "vcpu_put", "switch_out"];

    private static readonly string[] Sorts = ["pcpu", "vcpu", "vm", "mmu", "page", "frame"];

    // With what they tell beside the vCPU and the pCPU.
    private static readonly (string Event, (string Name, GeneratedType Type)[] More)[] Traps =
    [
        ("s2_fault", [("g", new GeneratedType.Element("page", OrNone: false)), ("access", GeneratedType.Names.Of(["read", "write", "exec"])), ("kind", GeneratedType.Names.Of(["translation", "permission"]))]),
        ("sysreg_write", [("field", GeneratedType.Names.Of(["M", "C", "I"])), ("old", new GeneratedType.Number(0, 1)), ("new", new GeneratedType.Number(0, 1))]),
        ("vcpu_init", []),
        ("maintenance", [("op", GeneratedType.Names.Of(["dc", "ic", "tlbi"]))]),
        ("set_way", []),
        ("mmu_switch", [("old", new GeneratedType.Element("mmu", OrNone: false)), ("new", new GeneratedType.Element("mmu", OrNone: false))]),
    ];

    // Those that mean something where nothing is mapped.
    private static readonly string[] OfLines = ["sysreg_write", "maintenance", "set_way"];

    private readonly HashSet<string> _names = [];
    private readonly List<GeneratedType.Names> _nameTypes = [];
    private readonly List<StateName> _states = [];
    private readonly List<LockName> _locks = [];
    private readonly List<ProcedureName> _procedures = [];
    private readonly List<PolicyMember> _members = [];

    /// <summary>The states of the policy that was made last.</summary>
    public ImmutableArray<StateName> States => [.. _states];

    /// <summary>The members of a new policy.</summary>
    /// <param name="mayForce">Whether it may set fields that a machine without FEAT_S2FWB must not have.</param>
    public ImmutableArray<PolicyMember> Make(bool mayForce)
    {
        foreach (var setting in Settings(mayForce))
        {
            _members.Add(new PolicyMember.Setting(setting, Chance(50) ? NamePool.New(random, "fb", labels, isReserved: false) : null));
        }

        for (var count = Pick([0, 1, 1, 2, 2, 3]); count > 0; count--)
        {
            AddState();
        }

        for (var count = Pick([0, 0, 1, 1, 2]); count > 0; count--)
        {
            var held = new LockName(NamePool.New(random, "l", _names, isReserved: true), Chance(50) ? Pick(Sorts[..4]) : null, Chance(30));
            _locks.Add(held);
            _members.Add(new PolicyMember.Declaration($"lock {held.Name}{(held.Index is null ? "" : $"[{held.Index}]")}{(held.Sleeps ? " sleeps" : "")}"));
        }

        for (var count = Pick([0, 0, 1, 1, 2]); count > 0; count--)
        {
            AddProcedure();
        }

        for (var count = Pick([1, 1, 2, 2, 3]); count > 0; count--)
        {
            AddHandler();
        }

        return [.. _members];
    }

    /// <summary>Handlers alone, to be added to what is inherited.</summary>
    public ImmutableArray<PolicyMember> MakeMore()
    {
        _members.Clear();
        AddHandler();
        return [.. _members];
    }

    private Scope HandlerScope => new() { Place = BodyPlace.Policy, States = States, Locks = [.. _locks], Procedures = [.. _procedures], Translates = translates };

    private bool Chance(int percent) => random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    private IEnumerable<string> Settings(bool mayForce)
    {
        if (Chance(50))
        {
            yield return $"HCR_EL2.FB = {random.Next(2)}";
        }

        if (Chance(40))
        {
            yield return $"HCR_EL2.BSU = {Pick(["NE", "IS", "OS", "SY"])}";
        }

        if (mayForce && Chance(25))
        {
            yield return $"HCR_EL2.{Pick(["DC", "CD", "ID", "FWB"])} = {random.Next(2)}";
        }
    }

    private GeneratedType NewType()
    {
        switch (random.Next(10))
        {
            case < 3:
                return new GeneratedType.Truth();
            case < 5:
                return new GeneratedType.Number(Pick([0, 0, 0, -1]), random.Next(1, 3));
            case < 7:
                // The same type twice, too.
                if (_nameTypes.Count == 0 || Chance(50))
                {
                    _nameTypes.Add(GeneratedType.Names.Of([.. new[] { "idle", "busy", "P0", "host", "end", "on" }.OrderBy(_ => random.Next()).Take(random.Next(1, 4))]));
                }

                return Pick(_nameTypes);
            case < 9:
                return new GeneratedType.Element(Pick(Sorts[..5]), OrNone: true);
            default:
                return new GeneratedType.SetOf(Pick(Sorts[..4]));
        }
    }

    private void AddState()
    {
        var index = Enumerable.Range(0, Pick([0, 0, 1, 1, 2])).Select(_ => Pick(Sorts[..4])).ToImmutableArray();
        var type = NewType();
        var state = new StateName(NamePool.New(random, Pick(["last", "n", "phase"]), _names, isReserved: true), index, type);
        var initial = type switch
        {
            GeneratedType.Truth => Pick(["true", "false", "false", "0"]),
            GeneratedType.Number number => number.Min.ToString(),
            GeneratedType.Names names => Pick(names.Values),
            GeneratedType.SetOf => "{}",
            _ => "none",
        };
        _states.Add(state);
        _members.Add(new PolicyMember.Declaration($"state {state.Name}{string.Concat(index.Select(sort => $"[{sort}]"))} : {type} = {initial}"));
    }

    private void AddProcedure()
    {
        var name = NamePool.New(random, Pick(["flush", "note"]), _names, isReserved: true);
        var scope = HandlerScope;
        foreach (var type in Enumerable.Range(0, random.Next(0, 3)).Select(_ => Chance(50) ? new GeneratedType.Element(Pick(["vcpu", "vcpu", "pcpu", "mmu"]), Chance(20)) : NewType()).ToList())
        {
            scope = scope.With(new Local(NamePool.New(random, Pick(["w", "a"]), scope.TakenByLocals(), isReserved: true), type, IsVariable: false));
        }

        // What is called within one step takes no time of its own there.
        var mayBeAtomic = Chance(50);
        var parameters = scope.Locals;
        var body = statements.Body(scope with { IsAtomic = mayBeAtomic, MayWait = !mayBeAtomic }, random.Next(1, 5));
        var holding = mayBeAtomic ? "" : Holding(scope);
        _members.Add(new PolicyMember.Routine($"proc {name}({string.Join(", ", parameters.Select(parameter => $"{parameter.Name}: {parameter.Type}"))}){holding}", body));
        _procedures.Add(new ProcedureName(name, [.. parameters.Select(parameter => parameter.Type)], mayBeAtomic));
    }

    private void AddHandler()
    {
        var scope = HandlerScope;
        var taken = scope.TakenByLocals();
        if (Chance(6))
        {
            var own = NamePool.New(random, "p", taken, isReserved: true);
            _members.Add(new PolicyMember.Routine($"on cpu_up({own})", statements.Body(scope.With(new Local(own, new GeneratedType.Element("pcpu", OrNone: false), IsVariable: false)), random.Next(1, 4))));
            return;
        }

        var (vcpu, pcpu) = (NamePool.New(random, "v", taken, isReserved: true), NamePool.New(random, "p", taken, isReserved: true));
        scope = scope.With(new Local(vcpu, new GeneratedType.Element("vcpu", OrNone: false), IsVariable: false))
            .With(new Local(pcpu, new GeneratedType.Element("pcpu", OrNone: false), IsVariable: false));
        string? trap = null;
        var more = "";
        if (Chance(translates ? 45 : 15))
        {
            (trap, var parameters) = Pick(translates ? Traps : [.. Traps.Where(row => OfLines.Contains(row.Event))]);
            scope = scope with { MayPreempt = trap != "vcpu_init" };
            foreach (var (plain, type) in parameters)
            {
                var name = NamePool.New(random, plain, taken, isReserved: true);
                more += $", {name}";
                scope = scope.With(new Local(name, type, IsVariable: false));
            }
        }

        var from = Chance(20) ? " from \"arm.c:kvm_arch\"" : "";
        var test = Chance(20) ? " if " + expressions.Make(new GeneratedType.Truth(), scope, 2) : "";
        var holding = Chance(25) ? Holding(scope) : "";
        var holdsSpinlock = holding.Length > 0 && !_locks.Any(held => held.Sleeps && (holding == $" holding {held.Name}" || holding.StartsWith($" holding {held.Name}[", StringComparison.Ordinal)));
        _members.Add(new PolicyMember.Routine($"on {trap ?? Pick(Events)}({vcpu}, {pcpu}{more}){from}{test}{holding}", statements.Body(scope with { MayPreempt = scope.MayPreempt && !holdsSpinlock }, random.Next(1, 8))));
    }

    private string Holding(Scope scope) =>
        scope.Takable.Length > 0 && Pick(scope.Takable) is var held && expressions.Indices(held.Index is null ? [] : [held.Index], scope, 1) is { } index ? $" holding {held.Name}{index}" : "";
}
