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

        return failures;
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
            isAllowed |= isFetch ? s[layout.GhostI.At(v, page)] != 0 : world.GhostLines.MayLoad(s, page, world.Settings.DataIsWriteBack(sctlr, d, s: null));
        }

        return isAllowed ? Failures.None
            : ((s[layout.Writer.At(0)] >> vm) & 1) == 0 ? Failures.Contents
            : isFetch ? Failures.Fetch : Failures.Data;
    }
}
