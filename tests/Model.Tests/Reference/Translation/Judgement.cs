namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>The judgements of translation.md 5.4.</summary>
internal static class Judgement
{
    /// <summary>J1 to J3 of an access that used a route.</summary>
    public static Failures JudgeRoute(this World world, State s, int v, int a, Route route)
    {
        var (shape, layout) = (world.Shape, world.Layout);
        var failures = Failures.None;
        if (!world.GhostWalks.Usable(s, v, a).Any(leaf => leaf.D == route.D))
        {
            failures |= Failures.StageOne;
        }

        var vm = shape.VmOfVcpu[v];
        if (((s[layout.Owner.At(shape.Leaves[route.S - 1].Frame)] >> vm) & 1) == 0)
        {
            failures |= Failures.Owner;
        }

        if (shape.PageOf(vm, route.D / 2) is var page && (page < 0 || ((s[layout.Reach.At(page)] >> (route.S - 1)) & 1) == 0))
        {
            failures |= Failures.StageTwo;
        }

        if (world.Question.Property == "break_before_make" && world.IsInConflict(s, v, a, route))
        {
            failures |= Failures.Conflict;
        }

        return failures;
    }

    /// <summary>B2 under bbm = flag. Where bare metal may hold both stage-1 leaves, the guest itself has broken the rule.</summary>
    private static bool IsInConflict(this World world, State s, int v, int a, Route route)
    {
        var p = Enumerable.Range(0, world.Shape.Pcpus).First(pcpu => s[world.Layout.Loaded.At(pcpu)] == v + 1);
        var own = world.GhostWalks.Usable(s, v, a).Select(leaf => leaf.D).ToHashSet();
        var used = world.Shape.Leaves[route.S - 1];
        return world.Walks.Routes(s, p, a).Where(other => other.S > 0 && other.D >= 0 && other.Tag == route.Tag).Any(other =>
            (world.Shape.Leaves[other.S - 1] is var leaf && (leaf.Frame != used.Frame || leaf.Type != used.Type || other.D % 2 != route.D % 2))
            && (other.D == route.D || !own.Contains(other.D) || !own.Contains(route.D)));
    }

    /// <summary>J4 of an access that delivered the tracked version.</summary>
    public static Failures JudgeContents(this World world, State s, int v, int a, bool isFetch)
    {
        var (shape, layout) = (world.Shape, world.Layout);
        var vm = shape.VmOfVcpu[v];
        var isAllowed = isFetch && s[layout.GhostQ.At(v, a)] != 0;
        foreach (var (sctlr, d) in world.GhostWalks.Usable(s, v, a))
        {
            var page = shape.PageOf(vm, d / 2);
            isAllowed |= isFetch ? s[layout.GhostI.At(v, page)] != 0 : world.MayLoad(s, page, world.Settings.DataIsWriteBack(sctlr, d, s: null));
        }

        return isAllowed ? Failures.None
            : ((s[layout.Writer.At(0)] >> vm) & 1) == 0 ? Failures.Contents
            : isFetch ? Failures.Fetch : Failures.Data;
    }

    private static bool MayLoad(this World world, State s, int page, bool isWriteBack) => world.GhostLines.MayLoad(s, page, isWriteBack)
        || (world.Question.Hardware.NcDataMayHit && world.GhostLines.MayLoad(s, page, isWriteBack: true));
}
