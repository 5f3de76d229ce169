using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>The states at first: one for each version that may be the tracked one.</summary>
internal static class Initial
{
    private const ushort NoName = 0xFFFF;

    public static IEnumerable<State> Of(World world)
    {
        var plain = world.Layout.Create();
        Plain(world, plain);
        if (!world.HasLines)
        {
            plain[world.Layout.Tracked.At(0)] = NoName;
            world.Close(plain);
            yield return plain;
            yield break;
        }

        var names = world.Shape.ValueNames;
        for (var i = 0; i < names.Length; i++)
        {
            yield return Tracking(world, plain.Clone(), names[i], i);
        }

        if (world.Question.Scenario.Vcpus.Any(vcpu => vcpu.Alphabet.Any(operation => operation.Kind == OperationKind.Store)))
        {
            plain[world.Layout.Armed.At(0)] = 1;
            yield return Tracking(world, plain, name: null, NoName);
        }
    }

    private static State Tracking(World world, State s, string? name, int number)
    {
        var (shape, layout) = (world.Shape, world.Layout);
        s[layout.Tracked.At(0)] = (ushort)number;
        for (var f = 0; f < shape.Frames; f++)
        {
            var line = world.Question.Scenario.Frames[f].Lines[0];
            var isTracked = name is not null && line.Initial == name;
            s[layout.Coh.At(f)] = s[layout.Poc.At(f)] = Bit(isTracked);
            if (world.HasFetches)
            {
                s[layout.F.At(f)] = world.Question.Hardware.Idc ? (ushort)0 : Bit(isTracked);
            }

            // With DIC = 1 hardware has dropped what an earlier owner left, as it drops what a store replaces; on bare metal nobody was before.
            for (var p = 0; world.HasFetches && !world.Question.Hardware.Dic && !shape.IsBareMetal && p < shape.Pcpus; p++)
            {
                s[layout.I.At(p, 0, f)] = Bit(name is not null && line.Before == name);
            }

            if (isTracked && s[layout.Writer.At(0)] == 0)
            {
                s[layout.Writer.At(0)] = s[layout.Owner.At(f)];
            }
        }

        for (var g = 0; g < shape.Pages; g++)
        {
            var f = shape.FrameOf(world.Question.Scenario.Pages[g]);
            world.GhostLines.Publish(s, g, f >= 0 && s[layout.Coh.At(f)] != 0);
        }

        world.Close(s);
        return s;
    }

    private static void Plain(World world, State s)
    {
        var (shape, layout) = (world.Shape, world.Layout);
        foreach (var vcpu in world.Question.Scenario.Vcpus)
        {
            if (vcpu.IsStopped || vcpu.StartsWhen is not null || vcpu.MovesWhen is not null)
            {
                throw new NotSupportedException("vCPUs of the reference are there from the beginning");
            }

            StartVcpu(world, s, vcpu);
        }

        for (var task = 0; task < shape.Tasks; task++)
        {
            s[layout.Pc.At(shape.Pcpus + task)] = (ushort)world.Host.TaskStarts[task];
        }

        for (var f = 0; f < shape.Frames; f++)
        {
            var owners = Enumerable.Range(0, shape.Pages).Where(g => shape.FrameOf(world.Question.Scenario.Pages[g]) == f).Aggregate(0, (set, g) => set | (1 << shape.VmOfPage[g]));
            s[layout.Owner.At(f)] = (ushort)(owners == 0 ? shape.HostOwner : owners);
            s[layout.Ds.At(f)] = shape.IsBareMetal ? Lines.None : Lines.Eq;
        }

        for (var g = 0; g < shape.Pages; g++)
        {
            StartPage(world, s, g);
        }

        var cell = 0;
        foreach (var state in world.Question.Policy.States)
        {
            for (var i = 0; i < shape.CellsOf(state.Index); i++, cell++)
            {
                s[layout.Policy.At(cell)] = (ushort)world.Evaluator.Evaluate(state.Initial, Names.None, s, -1);
            }
        }
    }

    private static void StartVcpu(World world, State s, Vcpu vcpu)
    {
        var (shape, layout, v) = (world.Shape, world.Layout, vcpu.Number);
        s[layout.Runnable.At(v)] = 1;
        s[layout.Sctlr.At(v)] = (ushort)Settings.Sctlr(vcpu);
        s[layout.SctlrIn.At(v)] = s[layout.GhostSctlr.At(v)] = (ushort)(1 << s[layout.Sctlr.At(v)]);
        s[layout.Asid.At(v)] = (ushort)shape.AsidIndex(vcpu.Asid);
        s[layout.AsidIn.At(v)] = s[layout.GhostAsid.At(v)] = (ushort)(1 << s[layout.Asid.At(v)]);
        StartTables(world, s, vcpu);
        world.Advance(s, v, 0);
        if (shape.IsBareMetal)
        {
            s[layout.Phase.At(v)] = Phases.Guest;
            s[layout.Loaded.At(v)] = (ushort)(v + 1);
            s[layout.Vttbr.At(v)] = s[layout.VttbrWritten.At(v)] = (ushort)world.Vttbr(shape.MmuOfVm(vcpu.Vm));
        }
    }

    private static void StartTables(World world, State s, Vcpu vcpu)
    {
        var (shape, layout) = (world.Shape, world.Layout);
        var scenario = world.Question.Scenario;
        var maps = Shape.HasOwnTables(vcpu) ? vcpu.Maps : scenario.Vms[vcpu.Vm].Maps;
        for (var asid = 0; asid < shape.Asids.Length; asid++)
        {
            for (var a = 0; a < shape.Vas; a++)
            {
                var leaf = -1;
                // A page that no mapping names stands at its own address in every table.
                if (a < shape.VasOf[vcpu.Vm].Length && shape.VasOf[vcpu.Vm][a].Page is { } page && !maps.Any(map => map.To == page || shape.VaOf(vcpu.Vm, map.From) == a))
                {
                    var isNonCacheable = scenario.Pages[page].Frame.Lines.Any(line => vcpu.NonCacheableLines.Contains(line.Number));
                    leaf = shape.StageOne(page, !isNonCacheable);
                }
                else if (maps.FirstOrDefault(map => map.Asid == shape.Asids[asid] && shape.VaOf(vcpu.Vm, map.From) == a) is { } map)
                {
                    leaf = shape.StageOne(map.To, map.Type == PageType.WriteBack);
                }

                var table = shape.Table(vcpu.Number, asid);
                s[layout.S1.At(table, a)] = s[layout.GhostS1.At(table, a)] = (ushort)(1 << (leaf + 1));
            }
        }
    }

    private static void StartPage(World world, State s, int g)
    {
        var (shape, layout) = (world.Shape, world.Layout);
        var page = world.Question.Scenario.Pages[g];
        var f = shape.FrameOf(page);
        var leaf = f >= 0 && (page.IsMapped || shape.IsBareMetal) ? shape.LeafNumber(shape.Declared(g)) : -1;
        var (mmu, local) = (shape.MmuOfVm(shape.VmOfPage[g]), shape.LocalOfPage[g]);
        s[layout.Back.At(g)] = (ushort)(f + 1);
        s[layout.Cur2.At(mmu, local)] = (ushort)(leaf + 1);
        s[layout.S2.At(mmu, local)] = (ushort)(1 << (leaf + 1));
        s[layout.Reach.At(mmu, g)] = leaf < 0 ? (ushort)0 : (ushort)(1 << leaf);
    }

    private static ushort Bit(bool value) => value ? (ushort)1 : (ushort)0;
}
