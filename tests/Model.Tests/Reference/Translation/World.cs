using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>The machine and the ghost of one question: its parts, what closes a state after every step, and the judgements.</summary>
internal sealed class World
{
    private readonly int[] _icacheOf;
    private readonly bool _mayExecute;
    private readonly bool _hasF;

    public World(Question question)
    {
        Question = question;
        Shape = new Shape(question);
        Settings = new Settings(question);
        Host = new HostCompiler(Shape);
        Guests = new GuestCompiler(Shape);
        _mayExecute = Shape.Operations.Any(operation => operation.Kind == OperationKind.Execute);

        // Translations never read a line (translation.md 7.2), and data never reads an I-cache.
        HasLines = question.Property is not ("private_translation" or "break_before_make");
        HasFetches = _mayExecute && question.Property is "fresh_fetch" or "isolation";
        _hasF = HasFetches && !question.Hardware.Idc;
        var cleans = OpenCleans();
        Tlbis = Tlbi.All(Shape);
        Layout = new Layout(
            Shape,
            Host.Locals,
            question.Policy.States.Sum(state => Shape.CellsOf(state.Index)),
            Tlbis.Length,
            cleans.Length,
            HasLines ? ((GhostLines.LineStates(_hasF) << cleans.Length) + 15) / 16 : 0);
        Walks = new Walks(Shape, Layout);
        Lines = new Lines(Layout, _hasF) { HasHost = !Shape.IsBareMetal };
        GhostWalks = new GhostWalks(Shape, Layout);
        GhostLines = new GhostLines(Shape, Layout, GhostWalks, Settings, _hasF, cleans);
        GhostFetches = new GhostFetches(Shape, Layout, GhostWalks, GhostLines, Settings);
        Evaluator = new Evaluator(Shape, Layout, Settings, IsAt);
        _icacheOf = [.. Enumerable.Range(0, Shape.Pcpus).Select(p => Shape.IsBareMetal ? p : question.Scenario.Machine.IcacheGroups[p])];
    }

    public Question Question { get; }

    public Shape Shape { get; }

    public Settings Settings { get; }

    public HostCompiler Host { get; }

    public GuestCompiler Guests { get; }

    public Layout Layout { get; }

    public Tlbi[] Tlbis { get; }

    public Walks Walks { get; }

    public Lines Lines { get; }

    public GhostWalks GhostWalks { get; }

    public GhostLines GhostLines { get; }

    public GhostFetches GhostFetches { get; }

    public Evaluator Evaluator { get; }

    /// <summary>Whether contents are followed.</summary>
    public bool HasLines { get; }

    /// <summary>Whether I-caches are.</summary>
    public bool HasFetches { get; }

    /// <summary>What hardware does at once: fills of the machine, then of the ghost.</summary>
    public void Close(State s)
    {
        bool again;
        do
        {
            again = false;
            for (var p = 0; p < Shape.Pcpus; p++)
            {
                again |= Walks.Fill(s, p);
            }
        }
        while (again && Walks.NeedsSeveral);

        if (HasLines && Shape.IsBareMetal)
        {
            Copy(s);
        }

        if (_mayExecute)
        {
            Fetch(s, isFilling: true);
            Fetch(s, isFilling: false);
        }

        GhostWalks.Refill(s);
        for (var page = 0; HasLines && page < Shape.Pages; page++)
        {
            GhostLines.Close(s, page);
        }

        if (HasFetches)
        {
            GhostFetches.Refill(s);
        }
    }

    /// <summary>What may reach a frame from p: routes that stage 2 allows for a fetch, and what an I-cache may hold or be filled with.</summary>
    private void Fetch(State s, bool isFilling)
    {
        for (var p = 0; p < Shape.Pcpus; p++)
        {
            // The pipeline is the running context's alone.
            if (isFilling ? !Walks.IsWalking(s, p) : s[Layout.Phase.At(p)] != Phases.Guest)
            {
                continue;
            }

            var vas = Shape.VasOf[Shape.VmOfVcpu[s[Layout.Loaded.At(p)] - 1]].Length;
            for (var a = 0; a < vas; a++)
            {
                foreach (var route in Walks.Routes(s, p, a))
                {
                    if (route.S == 0)
                    {
                        continue;
                    }

                    var leaf = Shape.Leaves[route.S - 1];
                    if (isFilling)
                    {
                        FillIcache(s, p, route, leaf);
                    }
                    else if (leaf.Executable)
                    {
                        s[Layout.Q.At(p, a)] |= (ushort)(MayDeliver(s, p, route, leaf) ? 3 : 1);
                    }
                }
            }
        }
    }

    private void FillIcache(State s, int p, Route route, Leaf leaf)
    {
        var points = Settings.Fetches(route.Sctlr, route.D, Combined(leaf));
        var mayFill = leaf.Executable || !Question.Hardware.XnBlocksAlloc;
        if (HasFetches && mayFill && (!Question.Hardware.Dic || points.HasFlag(FetchPoints.NonCacheable)) && Reads(s, leaf.Frame, points))
        {
            s[Layout.I.At(_icacheOf[p], IcacheTag(s, p), leaf.Frame)] = 1;
        }
    }

    /// <summary>Whether the tracked version is in V(p, f).</summary>
    private bool MayDeliver(State s, int p, Route route, Leaf leaf) =>
        HasFetches && (s[Layout.I.At(_icacheOf[p], IcacheTag(s, p), leaf.Frame)] != 0 || Reads(s, leaf.Frame, Settings.Fetches(route.Sctlr, route.D, Combined(leaf))));

    private bool Reads(State s, int f, FetchPoints points) =>
        (points.HasFlag(FetchPoints.Unification) && Lines.IsAtPoU(s, f)) || (points.HasFlag(FetchPoints.Coherency) && Lines.IsAtPoC(s, f));

    /// <summary>D3 without a host: a clean copy comes only where some context may cache the line.</summary>
    private void Copy(State s)
    {
        for (var p = 0; p < Shape.Pcpus; p++)
        {
            for (var a = 0; a < Shape.VasOf[Shape.VmOfVcpu[p]].Length; a++)
            {
                foreach (var route in Walks.Routes(s, p, a).Where(route => route.S > 0 && Settings.MayCopy(route.Sctlr, route.D)))
                {
                    ref var ds = ref s[Layout.Ds.At(Shape.Leaves[route.S - 1].Frame)];
                    ds = ds == Lines.None ? Lines.Eq : ds;
                }
            }
        }
    }

    /// <summary>V6: the tag of what a fetch on a pCPU fills and finds, and on which a guest's IC there acts: the VMID in force.</summary>
    public int IcacheTag(State s, int p) => !Shape.TagsIcache ? 0 : (s[Layout.Vttbr.At(p)] - 1) % Shape.Vmids;

    /// <summary>An IC takes effect on a pCPU; the tag and the frame behind the last stand for all.</summary>
    public void InvalidateIcache(State s, int q, int tag, int frame)
    {
        for (var t = 0; t < Shape.IcacheTags; t++)
        {
            for (var f = 0; f < Shape.Frames; f++)
            {
                if ((t == tag || tag == Shape.IcacheTags) && (f == frame || frame == Shape.Frames))
                {
                    s[Layout.I.At(_icacheOf[q], t, f)] = 0;
                }
            }
        }
    }

    /// <summary>The stage-2 leaf that attributes are combined with: on bare metal there is none.</summary>
    public Leaf? Combined(Leaf leaf) => Shape.IsBareMetal ? null : leaf;

    /// <summary>Whether DCs of this kind do anything that is followed.</summary>
    public bool Cleans(int kind) => HasLines && (kind > Translation.Lines.Cvau || _hasF);

    /// <summary>Whether some handler runs when a vCPU is loaded for the first time.</summary>
    public bool HasVcpuInit => !Shape.IsBareMetal && Question.Policy.Hooks.Any(hook => hook.Event == HookEvent.VcpuInit);

    /// <summary>The VTTBR of a context, with the VMID that is its number.</summary>
    public int Vttbr(int mmu) => 1 + (mmu * Shape.Vmids) + mmu;

    public bool IsLoaded(State s, int v) => Enumerable.Range(0, Shape.Pcpus).Any(p => s[Layout.Loaded.At(p)] == v + 1);

    public bool IsExecuting(State s, int v) => Enumerable.Range(0, Shape.Pcpus).Any(p => s[Layout.Loaded.At(p)] == v + 1 && s[Layout.Phase.At(p)] == Phases.Guest);

    /// <summary>Whether a value of this name is the tracked version.</summary>
    public bool IsTracked(State s, string name) => s[Layout.Tracked.At(0)] == Array.IndexOf(Shape.ValueNames, name);

    /// <summary>A context synchronisation event of a pCPU.</summary>
    public void Synchronise(State s, int p)
    {
        var v = s[Layout.Loaded.At(p)] - 1;
        s[Layout.SctlrIn.At(v)] = (ushort)(1 << s[Layout.Sctlr.At(v)]);
        s[Layout.AsidIn.At(v)] = (ushort)(1 << s[Layout.Asid.At(v)]);
        s[Layout.Vttbr.At(p)] = s[Layout.VttbrWritten.At(p)];
        for (var a = 0; a < Shape.Vas; a++)
        {
            s[Layout.Q.At(p, a)] = 0;
        }
    }

    /// <summary>A context synchronisation event of a vCPU's own.</summary>
    public void SynchroniseGhost(State s, int v)
    {
        s[Layout.GhostSctlr.At(v)] = (ushort)(1 << s[Layout.Sctlr.At(v)]);
        s[Layout.GhostAsid.At(v)] = (ushort)(1 << s[Layout.Asid.At(v)]);
        if (HasFetches)
        {
            GhostFetches.Synchronise(s, v);
        }
    }

    /// <summary>Moves a vCPU's program on.</summary>
    public void Advance(State s, int v, int steps)
    {
        if (Question.Scenario.Vcpus[v].Program is null)
        {
            return;
        }

        var code = Guests.Code[v];
        var pc = s[Layout.GuestPc.At(v)] + steps;
        while (pc < code.Length && code[pc].Op == GuestOp.Jump)
        {
            pc = code[pc].Targets[0];
        }

        s[Layout.GuestPc.At(v)] = (ushort)pc;
    }

    /// <summary>Whether a CPU has issued something that a full DSB waits for.</summary>
    public bool IsPending(State s, int cpu, bool isWide)
    {
        var domain = isWide ? ~0 : cpu < Shape.Pcpus ? 1 << cpu : 0;
        return Enumerable.Range(0, Tlbis.Length).Any(k => (s[Layout.PendT.At(cpu, k)] & domain) != 0)
            || Enumerable.Range(0, Shape.IcacheTags + 1).Any(tag => Enumerable.Range(0, Shape.Frames + 1).Any(f => (s[Layout.PendIc.At(cpu, tag, f)] & domain) != 0))
            || ((isWide || Question.Hardware.NshCompletesCleans) && Enumerable.Range(0, Shape.Frames).Any(f => s[Layout.PendDc.At(cpu, f)] != 0));
    }

    private bool IsAt(AtExpr at, State s)
    {
        var (pc, place) = at.Vcpu is { } v
            ? (s[Layout.GuestPc.At(v)], at.Label is { } own ? Guests.Labels[v][own] : Guests.Code[v].Length)
            : (s[Layout.Pc.At(Shape.Pcpus + at.Task!.Value)], at.Label is { } label ? Host.Labels[label].Pc : Host.TaskEnds[at.Task.Value]);

        // Straight-line programs: past a statement is behind it.
        return at.IsPast && at.Label is not null ? pc > place : pc == place;
    }

    private (int Vcpu, int Kind)[] OpenCleans() =>
    [
        .. from vcpu in Question.Scenario.Vcpus
           from operation in (vcpu.Program ?? []).SelectMany(s => s.WithInner()).OfType<OperationStmt>().Select(s => s.Operation).Concat(vcpu.Alphabet)
           let kind = GuestCompiler.CleanKind(operation.Kind)
           where kind >= 0 && Cleans(kind)
           group kind by (vcpu.Number, kind) into clean
           select clean.Key,
    ];
}
