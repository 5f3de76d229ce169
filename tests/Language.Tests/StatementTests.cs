using System.Collections.Immutable;
using CoherenceCheck.Language.Scenarios;

namespace CoherenceCheck.Language.Tests;

/// <summary>What every statement says of itself, so that who walks over statements keeps no list of their kinds.</summary>
public sealed class StatementTests
{
    /// <summary>Every kind of statement.</summary>
    private const string Forms = """
        policy p {
          state n[pcpu] : 0..3 = 0
          lock l
          proc f(w: vcpu, m: mmu) { isb ; return }
          on vcpu_load(v, p) {
            { isb ; dmb ish }
            let a = n[p] ; let s in {p} ; let old = xchg(n[p], 1) ; let ok = cas(n[p], a, 2)
            n[p] = old
            if ok { isb } else { dsb nsh ; assert s == p }
            for q in pcpu { isb }
            for q in {p} { isb ; isb }
            repeat 2 { isb }
            choose { isb } or { } or { dmb ish ; isb }
            atomic { await n[p] == 1 ; n[p] = 2 }
            holding l { call f(v, v.mmu) ; isb }
            forever { isb }
          }
          on s2_fault(v, p, g, access, kind) {
            map g, g.backing, RW- nc in g.mmu ; perm g, R-X ; clear g in v.mmu ; settle g
            g.backing = g.frame ; give g.frame to host ; give g.frame to {v.vm} ; copy g.frame to g.backing ; publish g now
            with v.mmu { tlbi ipas2e1is, g ; dc civac, g.frame ; str zero, [g.backing] }
            msr VTTBR_EL2, v.mmu ; msr VTTBR_EL2, g.mmu, 1
          }
          on set_way(v, p) { complete ; preempt ; el1 { ic ialluis ; dsb ish } }
        }

        """;

    private static readonly ImmutableArray<Stmt> Statements = [.. All()];

    public static TheoryData<string> Kinds() => [.. typeof(Stmt).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Stmt)) && !type.IsAbstract).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Statement_answers_with_all_statements_that_it_holds(string kind)
    {
        Assert.All(Instances(kind), statement => Assert.Equal(Held(statement).Select(Shown), statement.Bodies.Select(body => Shown(body))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Statement_with_its_own_bodies_is_the_same(string kind)
    {
        Assert.All(Instances(kind), statement => Assert.Equal(statement, statement.WithBodies(statement.Bodies)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Statement_with_other_bodies_has_those(string kind)
    {
        Assert.All(Instances(kind), statement =>
        {
            var others = statement.Bodies.Select((_, i) => Statements.Slice(i, 1)).ToImmutableArray();
            Assert.Equal(others.Select(body => Shown(body)), statement.WithBodies(others).Bodies.Select(body => Shown(body)));
        });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Statement_names_in_its_head_all_that_its_members_name(string kind)
    {
        Assert.All(Instances(kind), statement => Assert.Superset(Named(Members(statement)), Named(statement.Head.GetArguments())));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Statement_declares_a_name_that_its_head_says(string kind)
    {
        Assert.All(Instances(kind).Where(statement => statement.Declares is not null), statement => Assert.Contains(statement.Declares, statement.Head.GetArguments()));
    }

    private static IEnumerable<Stmt> Instances(string kind)
    {
        var instances = Statements.Where(statement => statement.GetType().Name == kind).ToList();
        Assert.True(instances.Count > 0, $"Of {kind} there is none: write one above.");
        return instances;
    }

    private static IEnumerable<Stmt> All()
    {
        var policy = Specs.Bind(Forms + "scenario \"s\" { " + Specs.Base + " expect fresh_fetch { p : holds } }").Scenarios.Single().Expectations.Single().Rows.Single().Policy.Policy;
        var task = Specs.BindScenario("task vmm on {P0} { publish code ; kick A ; reset A { SCTLR_EL1.M = 0 } ; start A ; call f(A, guest) }\nexpect fresh_fetch { q : holds }", "policy q { proc f(w: vcpu, m: mmu) { isb } }").Tasks.Single();
        var program = Specs.BindScenario("frame f { z = old }\nvm b { mmu m0 m1 ; page q = f ; page r = f ; vcpu C { } { map va -> q ; unmap va ; exec q ; tlbi vae1, va, asid 0 ; under m1 } }").Vcpus[2].Program!.Value;
        return Within([.. program, .. policy.Hooks.SelectMany(hook => hook.Body), .. policy.Procedures.SelectMany(procedure => procedure.Body), .. task.Body]);
    }

    private static IEnumerable<Stmt> Within(IEnumerable<Stmt> body) => body.SelectMany(statement => Held(statement).SelectMany(Within).Prepend(statement));

    /// <summary>The bodies that a statement's members hold, whatever it answers.</summary>
    private static IEnumerable<IEnumerable<Stmt>> Held(Stmt statement) => statement.GetType().GetProperties()
        .Where(property => property.Name != nameof(Stmt.Bodies))
        .OrderBy(property => property.MetadataToken)
        .SelectMany(property => property.GetValue(statement) switch
        {
            Stmt one => [[one]],
            IEnumerable<Stmt> body => [body],
            IEnumerable<ImmutableArray<Stmt>> bodies => bodies.Select(body => (IEnumerable<Stmt>)body),
            _ => Array.Empty<IEnumerable<Stmt>>(),
        });

    private static IEnumerable<object?> Members(Stmt statement) => statement.GetType().GetProperties()
        .Where(property => property.Name is not nameof(Stmt.Head) and not nameof(Stmt.Declares))
        .Select(property => property.GetValue(statement));

    private static HashSet<object> Named(IEnumerable<object?> parts) => [.. parts.SelectMany(part => part switch
    {
        Symbol or SpecExpr or Place or LockPlace => [part],
        ImmutableArray<SpecExpr> expressions => expressions.AsEnumerable<object>(),
        ArgumentList { Arguments: var arguments } => arguments.Select(argument => (object)argument.Value),
        _ => [],
    })];

    // Equal statements may stand in several places; where they stand tells them apart.
    private static string Shown(IEnumerable<Stmt> body) => string.Join("; ", body.Select(statement => $"{statement.GetType().Name} at {statement.Span.Start}"));
}
