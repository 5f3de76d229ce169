using System.Collections.Immutable;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Machine;
using CoherenceCheck.Model.Machine.Memory;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Pe.InOrder;

/// <summary>
/// The in-order PE where accesses go by address: a guest's by any way that its TLB allows, or into a fault; the host's by the frame. Accesses are atomic: a TLBI is complete
/// only when accesses that used the old entry are, so nothing is left to model (translation.md 2). A fetch alone may deliver what the pipeline captured before.
/// </summary>
internal sealed partial class AddressPe(PeSurroundings surroundings, AddressParts parts, Faults faults) : InOrderPe(surroundings, parts)
{
    private readonly Shape _shape = surroundings.Shape;
    private readonly AddressParts _parts = parts;

    private AddressSpace Space => _parts.Space;

    /// <inheritdoc/>
    protected override IEnumerable<Choice> Store(Access access)
    {
        if (access.Actor.Vcpu is null)
        {
            return [HostStore(access)];
        }

        var (vcpu, va) = At(access);
        if (_parts.Memory is null)
        {
            return [.. Reaches(access, way => Leaf(way).Writable), .. Faults(access, "write")];
        }

        var version = Versions.Stored(access.Value);
        Statement[] ghost = [.. _parts.OfGhost(part => part.OnGuestStore(vcpu, va, version.Value)), .. version.Used];
        var ways = new List<Choice>();
        foreach (var way in _parts.Tlb.RoutesOf(vcpu, va).Where(way => Leaf(way).Writable))
        {
            var p = access.Actor.Pcpu!;
            var store = new Store(
                access.Actor.Vcpu, p, Ex.Const(Leaf(way).Frame), version.Value, version.Allowed,
                _parts.Tlb.MayGo(p, way, m => Has(AccessFlags.IsCacheable, way, m)), _parts.Tlb.MayGo(p, way, m => Ex.Not(Has(AccessFlags.IsCacheable, way, m))));
            IEnumerable<Choice> own = [Choice.Always([.. Judged(p, way)])];
            foreach (var part in _parts.Machine)
            {
                own = [.. own.SelectMany(first => part.OnStore(store).Select(first.Then))];
            }

            ways.AddRange(own.Select(choice => choice.Then(ghost) with { Suffix = Suffix(way) + choice.Suffix, Told = Words(way), Way = way, Parameters = version.Parameters, Version = version.Operand }));
        }

        return [.. ways, .. Faults(access, "write")];
    }

    /// <inheritdoc/>
    /// <remarks>What the pipeline delivers is judged by what is delivered alone; a fetch that uses a translation now, by the translation.</remarks>
    protected override IEnumerable<Choice> Fetch(Access access)
    {
        var (vcpu, va) = At(access);
        if (_parts.Pipeline is not { } pipeline)
        {
            return [.. Reaches(access, _ => true, AccessFlags.MayExecute), .. Faults(access, "exec")];
        }

        var captured = pipeline.Captured(access.Actor.Pcpu!, va);
        var isUnpromised = Ex.Eq(_parts.PipelineGhost!.Captured(vcpu, va), 0);
        Statement[] judged = [.. _parts.Judgements.SelectMany(judgement => judgement.OnUnpromised(_shape.Scenario.Vcpus[vcpu].Vm, isFetch: true, isUnpromised))];
        return
        [
            Choice.When(Ex.Ne(captured, 0), judged) with { Suffix = ".it", Version = 0 },
            .. access.Proceeds ? [Choice.Always() with { Suffix = ".other", Version = 1 }] : Array.Empty<Choice>(),
            .. Reaches(access, _ => true, AccessFlags.MayExecute).Where(choice => !choice.Body.IsEmpty),
            .. Faults(access, "exec"),
        ];
    }

    /// <inheritdoc/>
    /// <remarks>The host's loads are not judged, and change nothing.</remarks>
    protected override IEnumerable<Choice> Load(Access access)
    {
        if (access.Actor.Vcpu is null)
        {
            return [Choice.Always()];
        }

        if (_parts.Memory is not { } memory)
        {
            return [.. Reaches(access, _ => true), .. Faults(access, "read")];
        }

        var (vcpu, va) = At(access);
        var p = access.Actor.Pcpu!;
        var isPromised = _parts.MemoryGhost!.MayLoad(vcpu, va);
        var ways = new List<Choice>();
        foreach (var way in _parts.Tlb.RoutesOf(vcpu, va))
        {
            var line = Ex.Const(Leaf(way).Frame);
            void Delivers(bool isCacheable, Expr value, Expr when, string suffix, string words)
            {
                var mayGo = _parts.Tlb.MayGo(p, way, m => isCacheable ? Has(AccessFlags.IsCacheable, way, m) : Ex.Not(Has(AccessFlags.IsCacheable, way, m)));
                var isStale = Ex.And(Ex.Eq(value, 0), Ex.Not(isPromised));
                ways.Add(Choice.When(Ex.And(mayGo, when), [.. Judged(p, way), .. _parts.Judgements.SelectMany(judgement => judgement.OnUnpromised(way.Vm, isFetch: false, isStale))]) with
                { Suffix = Suffix(way) + suffix, Told = Words(way) + words, Way = way, Delivers = value });
            }

            Delivers(isCacheable: true, memory.Coherent(line), Ex.True, "", "");
            Delivers(isCacheable: false, memory.PoC(line), Ex.True, ".nc", ", Non-cacheable");
            if (_parts.NonCacheableMayHit is { } mayHit)
            {
                Delivers(isCacheable: false, memory.Coherent(line), mayHit, ".nc.hit", ", Non-cacheable, from a cache");
            }
        }

        return [.. ways, .. Faults(access, "read")];
    }

    /// <inheritdoc/>
    protected override IEnumerable<Choice> Clean(Access access, KindRow kind)
    {
        if (access.Actor.Vcpu is null)
        {
            return [_parts.Memory is null ? Choice.Always() : Choice.Always(OnFrame(access.Line!, line => Issue(access.Actor, kind.Kind, line)))];
        }

        var (vcpu, va) = At(access);
        if (_parts.Memory is null)
        {
            return [Choice.Always(), .. Faults(access, "read")];
        }

        Statement[] ghost = [.. _parts.OfGhost(part => part.OnGuestClean(vcpu, va, kind.Kind))];
        return
        [
            .. ByFrame(access).Select(way => way.Choice.Then([Issue(access.Actor, kind.Kind, Ex.Const(way.Frame)), .. ghost])),
            .. Faults(access, "read"),
        ];
    }

    /// <inheritdoc/>
    /// <remarks>At EL1 an IC acts on lines of the VMID in force: a guest's on its own, a host's on those of none.</remarks>
    protected override Expr Tagged(Actor actor, EffectTarget target, Expr reached) => _parts.IcacheTags is not { } tags || target.OwnOnes is null ? reached
        : actor.Vcpu is { } vcpu ? Ex.BitAnd(reached, tags.OfVmid(actor.Pcpu!, _shape.Scenario.Vcpus[Number(vcpu)].Vm))
        : actor.IsAtEl1 ? Ex.False
        : reached;

    /// <inheritdoc/>
    protected override IEnumerable<Choice> InvalidateLine(Access access)
    {
        Statement[] Issues(Expr line) => PendingOf.Obeys(OperationKind.InvalidateInstructionLine) ? [PendingOf.Issue(OperationKind.InvalidateInstructionLine, access.Actor.Pe, line, target => Tagged(access.Actor, target, Power.Reaches(target)))] : [];
        if (access.Actor.Vcpu is null)
        {
            return [Choice.Always(Issues(Ex.True).Length == 0 ? [] : OnFrame(access.Line!, line => Issues(line)[0]))];
        }

        var (vcpu, va) = At(access);
        Statement[] ghost = [.. _parts.OfGhost(part => part.OnGuestInvalidate(vcpu, va, everywhere: true))];
        return _parts.Fetches is null
            ? [Choice.Always(), .. Faults(access, "read")]
            : [.. ByFrame(access).Select(way => way.Choice.Then([.. Issues(Ex.Const(way.Frame)), .. ghost])), .. Faults(access, "read")];
    }

    /// <inheritdoc/>
    /// <remarks>The VMID is that in force, or while a write of VTTBR_EL2 is not synchronised also the one written: which of them is settled at the issue (T2).</remarks>
    protected override IEnumerable<Choice> InvalidateTranslations(Access access)
    {
        var (operation, actor) = (access.Operation, access.Actor);
        var (form, asid, va) = TargetOf(access);
        if (!IsUsed(form, asid, va))
        {
            yield return Choice.Always();
            yield break;
        }

        Statement[] ghost = actor.Vcpu is null ? [] : [.. OnBareMetal(access)];
        if (!PendingOf.Obeys(OperationKind.InvalidateTranslations))
        {
            yield return Choice.Always(ghost);
            yield break;
        }

        foreach (var (vmid, suffix, when) in VmidsOf(access, form))
        {
            ImmutableArray<Expr> place = form switch
            {
                TlbiForm.Va => [vmid, Ex.Const(asid!.Value), Ex.Const(va!.Value)],
                TlbiForm.VaAllAsids => [vmid, Ex.Const(va!.Value)],
                TlbiForm.Asid => [vmid, Ex.Const(asid!.Value)],
                TlbiForm.Ipa => [vmid, IpaOf(access.Page!)],
                TlbiForm.All => [],
                _ => [vmid],
            };
            var issue = PendingOf.Issue(TlbiForms.NameOf(form), actor.Pe, place, target => Reach(actor, target, operation.Scope, ForcesBroadcast(actor)));
            var none = _parts.Vttbr.Vmid.Size;
            yield return Choice.When(when, [vmid is Expr.Const ? issue : Ex.When(Ex.Lt(vmid, Ex.Const(none)), issue), .. ghost]) with { Suffix = suffix };
        }
    }

    /// <summary>What a TLBI names: virtual page and ASID by their places.</summary>
    private (TlbiForm Form, int? Asid, int? Va) TargetOf(Access access) => (
        TlbiForms.Of(access.Operation),
        access.Asid is { } named ? Space.Asids.IndexOf(named) : access.Actor.Vcpu is Expr.Const { Value: var own } ? Space.Asids.IndexOf(_shape.Scenario.Vcpus[(int)own].Asid) : null,
        access.VirtualPage is { } page ? Space.IndexOf(page) : null);

    /// <summary>Whether some guest uses what a TLBI names: else it is in no TLB.</summary>
    private static bool IsUsed(TlbiForm form, int? asid, int? va) => (form is not (TlbiForm.Va or TlbiForm.VaAllAsids) || va is >= 0) && (form is not (TlbiForm.Va or TlbiForm.Asid) || asid is >= 0);

    /// <inheritdoc/>
    protected override IEnumerable<Statement> GhostInvalidatesAll(Expr vcpu, bool everywhere) => _parts.OfGhost(part => part.OnGuestInvalidate(Number(vcpu), null, everywhere));

    /// <inheritdoc/>
    protected override IEnumerable<Statement> GhostBarrier(Expr vcpu, bool isWide) =>
        _parts.OfGhost(part => part.OnBarrier(Number(vcpu), isWide, _parts.Architecture.LocalBarrierCompletesCleans));

    /// <inheritdoc/>
    protected override IEnumerable<Statement> SynchronisesLines(Expr p, Expr? vcpu) => [];

    /// <inheritdoc/>
    protected override IEnumerable<Statement> StoresComplete(Actor actor) =>
        [.. _parts.OfMachine(part => part.OnStoresComplete(actor.Pe)), .. actor.Vcpu is { } vcpu ? _parts.OfGhost(part => part.OnStoresComplete(Number(vcpu))) : []];

    private static int Number(Expr vcpu) => (int)((Expr.Const)vcpu).Value;

    private (int Vcpu, int Va) At(Access access) => (Number(access.Actor.Vcpu!), Space.IndexOf(access.VirtualPage!.Value));

    private Leaf2 Leaf(Route way) => Space.Leaves2[way.Leaf2];

    private Expr Has(AccessFlags flag, Route way, Expr mode) =>
        _parts.Access.Has(flag, way.Vcpu, way.Leaf1 is { } leaf ? Space.Leaves1[leaf].Type : PageType.WriteBack, way.Ipa, way.Leaf2, mode);

    private IEnumerable<Statement> Judged(Expr p, Route way) => _parts.Judgements.SelectMany(judgement => judgement.OnAccess(p, way));

    private const string MmuOff = "off";

    /// <summary>The first stage of a way as a part of a name: a page may be called as the MMU is.</summary>
    private string Stage1Name(int? leaf) => leaf is not { } known ? MmuOff : Space.Leaf1Sort.Elements[known] is var page && page == MmuOff ? "page " + page : page;

    private string Suffix(Route way) => $".{Stage1Name(way.Leaf1)}{(Space.Asids.Length > 1 ? $".{way.Asid}" : "")}.{Space.Leaf2Sort.Elements[way.Leaf2]}";

    /// <summary>A way in words: the virtual page, the page, the frame with its permissions.</summary>
    private string Words(Route way) => $"by {Space.Arrow(way.Vm, way.Va, way.Leaf1, way.Asid)} -> {Space.Leaf2Sort.Elements[way.Leaf2]}{(way.IsOn ? "" : ", MMU off")}";

    /// <summary>An access of which nothing counts but by which way it goes.</summary>
    private IEnumerable<Choice> Reaches(Access access, Func<Route, bool> mayGo, AccessFlags? flag = null)
    {
        var (vcpu, va) = At(access);
        foreach (var way in _parts.Tlb.RoutesOf(vcpu, va).Where(mayGo))
        {
            yield return Choice.When(_parts.Tlb.MayGo(access.Actor.Pcpu!, way, flag is { } also ? m => Has(also, way, m) : null), [.. Judged(access.Actor.Pcpu!, way)]) with { Suffix = Suffix(way), Told = Words(way), Way = way };
        }
    }

    /// <summary>The frames that a guest's DC or IC by address may act on.</summary>
    private IEnumerable<(int Frame, Choice Choice)> ByFrame(Access access)
    {
        var (vcpu, va) = At(access);
        return _parts.Tlb.RoutesOf(vcpu, va).GroupBy(way => Leaf(way).Frame).Select(ways => (
            ways.Key,
            Choice.When(Ex.Or([.. ways.Select(way => _parts.Tlb.MayGo(access.Actor.Pcpu!, way))])) with { Suffix = "." + _shape.Scenario.Frames[ways.Key].Name, Told = "on " + _shape.Scenario.Frames[ways.Key].Name }));
    }

    /// <summary>The faults that an access may take: of stage 1, which the guest handles itself and goes on behind; of stage 2, which take the pCPU to the host.</summary>
    private IEnumerable<Choice> Faults(Access access, string kindOfAccess)
    {
        var (vcpu, va) = At(access);
        Expr p = access.Actor.Pcpu!, v = access.Actor.Vcpu!;
        if (_parts.Tlb.MayFault1(p, vcpu, va) is var fault1 and not Expr.Const { Value: 0 })
        {
            yield return Choice.When(fault1, [.. Synchronise(v, p)]) with { Suffix = ".fault1", Told = "stage-1 fault" };
        }

        if (!faults.AreHandled)
        {
            yield break;
        }

        // Nobody handles a fault at an address that is no page of the VM.
        foreach (var meaning in _parts.Tlb.KnownOf(vcpu, va).Where(meaning => Space.VmOfPage[meaning.Page] == meaning.Vm))
        {
            if (_parts.Tlb.MayFault2(p, meaning) is var fault2 and not Expr.Const { Value: 0 })
            {
                var way = Stage1Name(meaning.Leaf1);
                yield return Choice.When(fault2, [.. faults.Raise(p, v, meaning.Page, kindOfAccess, "translation")]) with { Suffix = $".fault2.{way}.{meaning.Asid}", Stays = true, Raises = HookEvent.Stage2Fault, Told = $"stage-2 translation fault at {_shape.Scenario.Pages[meaning.Page].Name}" };
            }
        }

        foreach (var ways in _parts.Tlb.RoutesOf(vcpu, va).Where(way => Space.VmOfPage[way.Page] == way.Vm && (kindOfAccess == "exec" || (kindOfAccess == "write" && !Leaf(way).Writable))).GroupBy(way => way.Page))
        {
            var denied = Ex.Or([.. ways.Select(way => kindOfAccess == "exec"
                ? _parts.Tlb.MayGo(p, way, m => Ex.Not(Has(AccessFlags.MayExecute, way, m)))
                : _parts.Tlb.MayGo(p, way))]);
            if (denied is not Expr.Const { Value: 0 })
            {
                yield return Choice.When(denied, [.. faults.Raise(p, v, ways.Key, kindOfAccess, "permission")]) with { Suffix = $".denied.{Space.Ipa.Elements[Space.IpaOf(ways.Key)]}", Stays = true, Raises = HookEvent.Stage2Fault, Told = $"stage-2 permission fault at {_shape.Scenario.Pages[ways.Key].Name}" };
            }
        }
    }

    private Choice HostStore(Access access)
    {
        if (_parts.Memory is null)
        {
            return Choice.Always();
        }

        var version = Versions.Stored(access.Value);
        return Choice.When(version.Allowed, OnFrame(access.Line!, line => Ex.IfElse(Ex.True, [.. HostStores(line, version.Value), .. GhostStores(line, version.Value), .. version.Used], []))) with
        {
            Parameters = version.Parameters,
            Version = version.Operand,
        };
    }

    /// <summary>What the host stores through its Write-Back alias: a version of its own, or one that it copies.</summary>
    /// <remarks>A copy is behind the guest's back: on bare metal nothing happens then.</remarks>
    public IEnumerable<Statement> HostStores(Expr line, Expr version)
    {
        var store = new Store(null, null, line, version, Ex.True, Ex.True, Ex.False);
        return _parts.Machine.SelectMany(part => part.OnStore(store).First().Body);
    }

    /// <summary>A version of the host's own is a store by nobody to each page that the frame is behind, or is to be once the guest asks for it.</summary>
    private IEnumerable<Statement> GhostStores(Expr line, Expr version) =>
    [
        .. _parts.OfGhost(part => part.OnHostStore(page => Ex.Eq(_parts.Stage2.FrameBehind(page), line), version)),
        .. _parts.OfGhost(part => part.OnStoredByHost(version)),
    ];

    /// <summary>Something about a frame, where there is one.</summary>
    private Statement[] OnFrame(Expr frame, Func<Expr, Statement> body) =>
        [frame is Expr.Const { Value: var known } ? known < _shape.Scenario.Frames.Length ? body(frame) : Ex.IfElse(Ex.True, [], []) : Ex.When(Ex.Lt(frame, Ex.Const(_shape.Scenario.Frames.Length)), body(frame))];

    private Statement Issue(Actor actor, OperationKind kind, Expr line) => kind == OperationKind.InvalidateToPoC
        ? PendingOf.IssueByLine(actor.Vcpu is not null && !_shape.IsBareMetal ? MemoryPart.InvalidatesAtEl1 : MemoryPart.Loses, actor.Pe, line)
        : PendingOf.Issue(kind, actor.Pe, line, Power.Reaches);

    private Expr IpaOf(Expr page) => Sorts.Table(page, i => Space.IpaOf(i), Space.VmOfPage.Length);

    /// <summary>The VMIDs for which a TLBI may be issued.</summary>
    private IEnumerable<(Expr Vmid, string Suffix, Expr When)> VmidsOf(Access access, TlbiForm form)
    {
        var actor = access.Actor;
        if (form == TlbiForm.All)
        {
            return [(Ex.False, "", Ex.True)];
        }

        if (actor.Vcpu is { } guest)
        {
            return [(_parts.Vttbr.VmidOf(actor.Pcpu!, _shape.Scenario.Vcpus[Number(guest)].Vm), "", Ex.True)];
        }

        if (_parts.Vttbr.IsWritten && actor.Mmu is null && actor.Pcpu is { } p)
        {
            Expr inForce = _parts.Vttbr.InForce(p), written = _parts.Vttbr.Written(p);
            return [(inForce, "", Ex.True), (written, ".written", Ex.Ne(inForce, written))];
        }

        var mmu = actor.Mmu ?? (actor.Loaded is { } loaded ? Sorts.Table(loaded, v => Space.FirstMmuOf(_shape.Scenario.Vcpus[v].Vm), Sorts.Vcpu.Size) : MmuOf(access));
        if (_parts.Vttbr.Vmid.Size < Space.Mmus.Length && form != TlbiForm.All)
        {
            // `with` puts a context in force under a number of its own, and there are not so many.
            throw new ModelRefusalException($"`{access.Operation.Name}` within `with`, or of a task, where {_parts.Vttbr.Vmid.Size} VMIDs serve {Space.Mmus.Length} stage-2 contexts: write `msr VTTBR_EL2, M, VMID ; isb` before it", null);
        }

        return [(mmu, "", Ex.True)];
    }

    /// <summary>Of a task, which has no vCPU: the stage-2 context of the page that it names, or the only one there is.</summary>
    private Expr MmuOf(Access access) => access.Page is { } page
        ? Sorts.Table(page, i => Space.FirstMmuOf(Space.VmOfPage[i]), Space.VmOfPage.Length)
        : Space.Mmus.Length == 1 ? Ex.False
        : throw new ModelRefusalException($"`{access.Operation.Name}` of a task, with {Space.Mmus.Length} stage-2 contexts: write it within `with M {{ … }}`", access.Span);
}
