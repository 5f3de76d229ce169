namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>I-caches and pipelines of bare metal: gI, gJ, gQ by machine.md 4 with the leaves of gTu (translation.md 5.4). Sets say whether they have the tracked version.</summary>
internal sealed class GhostFetches(Shape shape, Layout layout, GhostWalks walks, GhostLines lines, Settings settings)
{
    private const int Open = 2;

    private readonly HardwareChoice _hardware = shape.Question.Hardware;

    /// <summary>Rule 1: what any vCPU may fetch at any time, loaded or not.</summary>
    public void Refill(State s)
    {
        for (var w = 0; w < shape.Vcpus; w++)
        {
            var vm = shape.VmOfVcpu[w];
            for (var a = 0; a < shape.VasOf[vm].Length; a++)
            {
                foreach (var (sctlr, d) in walks.Usable(s, w, a))
                {
                    var points = settings.Fetches(sctlr, d, s: null);
                    if (_hardware.Dic && !points.HasFlag(FetchPoints.NonCacheable))
                    {
                        continue;
                    }

                    var page = shape.PageOf(vm, d / 2);
                    if (!Reads(s, page, points))
                    {
                        continue;
                    }

                    s[layout.GhostI.At(w, page)] = 1;
                    for (var v = 0; v < shape.Vcpus; v++)
                    {
                        ref var since = ref s[layout.GhostJ.At(v, w, page)];
                        since |= (since & Open) != 0 ? (ushort)1 : (ushort)0;
                    }
                }
            }

            for (var a = 0; a < shape.VasOf[vm].Length; a++)
            {
                foreach (var (sctlr, d) in walks.Usable(s, w, a))
                {
                    var page = shape.PageOf(vm, d / 2);
                    if (s[layout.GhostI.At(w, page)] != 0 || Reads(s, page, settings.Fetches(sctlr, d, s: null)))
                    {
                        s[layout.GhostQ.At(w, a)] = 1;
                    }
                }
            }
        }
    }

    /// <summary>Rule 4: the issue of an IC by v. By VA only where a means one page.</summary>
    public void Invalidate(State s, int v, int? a, bool isBroadcast)
    {
        var vm = shape.VmOfVcpu[v];
        var pages = a is { } va ? walks.Pages(s, v, va) : (1 << shape.LocalPages) - 1;
        if (a is not null && (pages & (pages - 1)) != 0)
        {
            return;
        }

        foreach (var page in Walks.In(pages).Select(local => shape.PageOf(vm, local)).Where(page => page >= 0))
        {
            foreach (var w in walks.Reached(v, isBroadcast))
            {
                s[layout.GhostJ.At(v, w, page)] = Open;
            }
        }
    }

    /// <summary>Rule 5: a full DSB of v.</summary>
    public void Complete(State s, int v, bool isInnerShareable)
    {
        foreach (var w in walks.Reached(v, isInnerShareable))
        {
            for (var page = 0; page < shape.Pages; page++)
            {
                ref var since = ref s[layout.GhostJ.At(v, w, page)];
                if ((since & Open) != 0)
                {
                    s[layout.GhostI.At(w, page)] &= (ushort)(since & 1);
                    since = 0;
                }
            }
        }
    }

    /// <summary>Rule 6: a context synchronisation event of v's own.</summary>
    public void Synchronise(State s, int v)
    {
        for (var a = 0; a < shape.Vas; a++)
        {
            s[layout.GhostQ.At(v, a)] = 0;
        }
    }

    /// <summary>Rule 8: <c>publish</c>.</summary>
    /// <param name="s">The state.</param>
    /// <param name="page">The page.</param>
    /// <param name="isTracked">Whether its contents are the tracked version.</param>
    /// <param name="isExecuting">Whether a vCPU executes guest instructions at this moment.</param>
    public void Publish(State s, int page, bool isTracked, Func<int, bool> isExecuting)
    {
        var value = isTracked ? (ushort)1 : (ushort)0;
        for (var w = 0; w < shape.Vcpus; w++)
        {
            if (shape.VmOfVcpu[w] != shape.VmOfPage[page])
            {
                continue;
            }

            s[layout.GhostI.At(w, page)] = value;
            for (var v = 0; v < shape.Vcpus; v++)
            {
                ref var since = ref s[layout.GhostJ.At(v, w, page)];
                since = (since & Open) != 0 ? (ushort)(Open | value) : (ushort)0;
            }

            for (var a = 0; a < shape.Vas; a++)
            {
                var pages = a < shape.VasOf[shape.VmOfPage[page]].Length ? walks.Pages(s, w, a) : 0;
                var means = (pages >> shape.LocalOfPage[page]) & 1;
                var isOnly = pages == 1 << shape.LocalOfPage[page];
                ref var captured = ref s[layout.GhostQ.At(w, a)];
                captured = means == 0 ? captured : isOnly && !isExecuting(w) ? value : (ushort)(captured | value);
            }
        }
    }

    private bool Reads(State s, int page, FetchPoints points) =>
        (points.HasFlag(FetchPoints.Unification) && lines.MayFetchAtPoU(s, page)) || (points.HasFlag(FetchPoints.Coherency) && lines.MayFetchAtPoC(s, page));
}
