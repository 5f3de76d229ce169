using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>
/// TLBs as sets of what they may hold, filled eagerly by whoever executes a guest, emptied by TLBI alone: entries of both stages together, of stage 2 alone and, where
/// stage 2 changes and stage 1 may be another under one tag, of stage 1 alone (Arm ARM D8.16; translation.md 1, 2). No descriptor that is invalid is ever held. With the MMU off the entry is the flat one, which TLBIs by
/// address or ASID leave alone.
/// </summary>
/// <remarks>What is under way of walks (reading <c>walks</c>) is <see cref="SplitWalks"/>'.</remarks>
internal sealed class TlbEntriesPart : MachinePart
{
    private readonly Shape _shape;
    private readonly AddressSpace _space;
    private readonly Sorts _sorts;
    private readonly Contexts _contexts;
    private readonly Stage1Part _stage1;
    private readonly Stage2Part _stage2;
    private readonly VttbrPart _vttbr;
    private readonly Func<Expr, Expr, Expr> _mayWalk;
    private readonly Variable? _first;
    private readonly Variable? _second;
    private readonly Variable? _joined;
    private readonly Variable? _flat;
    private readonly SplitWalks? _split;
    private readonly TlbWords? _words;

    public TlbEntriesPart(Shape shape, AddressSpace space, Sorts sorts, Declarations declarations, Contexts contexts, Stage1Part stage1, Stage2Part stage2, VttbrPart vttbr, Func<Expr, Expr, Expr> mayWalk)
    {
        (_shape, _space, _sorts, _contexts, _stage1, _stage2, _vttbr, _mayWalk) = (shape, space, sorts, contexts, stage1, stage2, vttbr, mayWalk);
        if (!shape.Aspect!.Translates)
        {
            return;
        }

        var leaf2Changes = !shape.IsBareMetal && (space.ChangesStage2 || vttbr.IsWritten);
        var leaf2 = new Domain.Subset(space.Leaf2Sort);
        var mayBeAnother = space.ChangesStage1 || shape.Scenario.Vcpus.Any(vcpu => Enumerable.Range(0, space.VasOf(vcpu.Vm).Length).Any(va => Foreign(vcpu.Number, va).Any()));
        _first = mayBeAnother && leaf2Changes ? declarations.State(Section.Machine, "T1", [sorts.Tlb, vttbr.Vmid, space.Asid, space.Va], new Domain.Subset(space.Leaf1Sort)) : null;
        _second = leaf2Changes ? declarations.State(Section.Machine, "T2", [sorts.Tlb, vttbr.Vmid, space.Ipa], leaf2) : null;
        _joined = declarations.State(Section.Machine, "T", [sorts.Tlb, vttbr.Vmid, space.Asid, space.Va, space.Leaf1Sort], leaf2);
        _flat = leaf2Changes && shape.Scenario.Vcpus.Any(vcpu => contexts.MayBeOff(vcpu.Number))
            ? declarations.State(Section.Machine, "T0", [sorts.Tlb, vttbr.Vmid, space.Va], leaf2)
            : null;
        _split = !shape.IsBareMetal && shape.MayRead("walks", "split") ? new SplitWalks(shape, space, sorts, declarations, stage2, vttbr, _second, _joined) : null;
        _words = new TlbWords(space, sorts, vttbr, _joined, _flat, _second)
        {
            Walks = _split is null ? null : new WalkWords(space, sorts, vttbr, _split.UnderWay, _first),
        };
    }

    /// <summary>Where stage-2 context <paramref name="mmu"/> is put in force on a pCPU for a step, walks that are under way there may end by it.</summary>
    public IEnumerable<Statement> Ends(Expr p, Expr mmu) => _split?.EndBy(p, mmu) ?? [];

    /// <summary>The ways of a vCPU through a virtual page: those of its own tables, and of all that are cached under the same tag.</summary>
    public IEnumerable<Route> RoutesOf(int vcpu, int va) => Routes.Of(_space, MeaningsOf(vcpu, va).Concat(Foreign(vcpu, va)), _vttbr.IsWritten);

    /// <summary>What a virtual page means in other tables whose entries have the same tag: another vCPU's of the VM under the ASID, or another VM's under the VMID.</summary>
    private IEnumerable<Meaning> Foreign(int vcpu, int va)
    {
        var own = _shape.Scenario.Vcpus[vcpu];
        if (!_shape.Aspect!.Translates || !_contexts.MayBeOn(vcpu))
        {
            yield break;
        }

        foreach (var asid in _space.AsidsOf(own))
        {
            var mine = _space.PossibleLeaves(_space.TableOf(own, asid), va);
            var others = Enumerable.Range(0, _space.Tables.Length)
                .Where(table => _space.Tables[table].Asid == asid && (_vttbr.IsWritten || _split is not null || _space.Tables[table].Vm == own.Vm) && va < _space.VasOf(_space.Tables[table].Vm).Length)
                .SelectMany(table => _space.PossibleLeaves(table, va).Select(leaf => (Leaf: leaf, _space.Tables[table].Vm))).DistinctBy(other => other.Leaf).OrderBy(other => other.Leaf);
            foreach (var (leaf, vm) in others.Where(other => !mine.Contains(other.Leaf)))
            {
                // An address that is no page of its own VM is one of the other's.
                var ipa = _space.Leaves1[leaf].Ipa;
                var page = _space.PageOf(ipa < _shape.Scenario.Vms[own.Vm].Pages.Length ? own.Vm : vm, ipa);
                yield return new Meaning(vcpu, own.Vm, va, _space.Asids.IndexOf(asid), leaf, page, _space.Leaves1[leaf].Type);
            }
        }
    }

    /// <summary>What it may mean at stage 1, and what an entry of stage 1 alone may say that another left under the tag.</summary>
    public IEnumerable<Meaning> KnownOf(int vcpu, int va) => _first is null ? MeaningsOf(vcpu, va) : MeaningsOf(vcpu, va).Concat(Foreign(vcpu, va));

    /// <summary>What it may mean at stage 1.</summary>
    public IEnumerable<Meaning> MeaningsOf(int vcpu, int va) => Routes.MeaningsOf(_space, _contexts, _shape.Scenario.Vcpus[vcpu], va);

    /// <summary>Whether an access on a pCPU may go a way, with a value of SCTLR_EL1 of which something is true.</summary>
    public Expr MayGo(Expr p, Route way, Func<Expr, Expr>? also = null)
    {
        var vmid = _vttbr.VmidOf(p, way.Vm);
        var mmu = _vttbr.MmuOf(p, way.Vm);
        if (way.Asid is not { } asid)
        {
            var flat = _flat is null ? _stage2.MayFind(mmu, way.Vm, way.Ipa, way.Leaf2) : Ex.Contains(Ex.Read(_flat, Tlb(p), vmid, Ex.Const(way.Va)), Ex.Const(way.Leaf2));
            return Ex.And(_contexts.Off(way.Vcpu, also), flat);
        }

        var entry = _joined is null
            ? Ex.And(_stage1.MayFind(TableOf(way.Vcpu, asid), way.Va, way.Leaf1!.Value), _stage2.MayFind(mmu, way.Vm, way.Ipa, way.Leaf2))
            : Ex.Contains(Ex.Read(_joined, Tlb(p), vmid, Ex.Const(asid), Ex.Const(way.Va), Ex.Const(way.Leaf1!.Value)), Ex.Const(way.Leaf2));
        return Ex.And(_contexts.On(way.Vcpu, also), _contexts.UsesAsid(way.Vcpu, asid), entry);
    }

    /// <summary>Whether an access on a pCPU may find no stage-1 leaf.</summary>
    public Expr MayFault1(Expr p, int vcpu, int va) => Ex.And(_contexts.On(vcpu), Ex.Or([.. _space.AsidsOf(_shape.Scenario.Vcpus[vcpu]).Select(asid => Ex.And(
        _contexts.UsesAsid(vcpu, _space.Asids.IndexOf(asid)), _stage1.MayFind(_space.TableOf(_shape.Scenario.Vcpus[vcpu], asid), va, _space.Leaf1Sort.Size)))]));

    /// <summary>Whether an access on a pCPU that means a page may find no stage-2 leaf.</summary>
    public Expr MayFault2(Expr p, Meaning meaning)
    {
        var none = _stage2.MayFind(_vttbr.MmuOf(p, meaning.Vm), meaning.Vm, _space.IpaOf(meaning.Page), _space.Leaf2Sort.Size);
        return meaning.Asid is not { } asid
            ? Ex.And(_contexts.Off(meaning.Vcpu), none)
            : Ex.And(_contexts.On(meaning.Vcpu), _contexts.UsesAsid(meaning.Vcpu, asid), Knows(p, meaning.Vcpu, meaning.Vm, asid, meaning.Va, meaning.Leaf1!.Value), none);
    }

    public override IEnumerable<OrderedFill> Fills()
    {
        if (_joined is null)
        {
            yield break;
        }

        var p = new Parameter("p", _sorts.Pcpu);
        var on = Ex.Param(p);
        foreach (var vcpu in _shape.Scenario.Vcpus)
        {
            var vmid = _vttbr.VmidOf(on, vcpu.Vm);
            var runs = Ex.And(_mayWalk(on, Ex.Const(vcpu.Number)), _vttbr.IsWritten ? Ex.Lt(vmid, Ex.Const(_vttbr.Vmid.Size)) : Ex.True);
            var mmu = _vttbr.MmuOf(on, vcpu.Vm);
            for (var va = 0; va < _space.VasOf(vcpu.Vm).Length; va++)
            {
                Expr a = Ex.Const(va);
                var own = MeaningsOf(vcpu.Number, va).ToHashSet();
                foreach (var meaning in KnownOf(vcpu.Number, va))
                {
                    var ipa = _space.IpaOf(meaning.Page);
                    var name = $"{vcpu.Name}.{_space.Va.Elements[va]}";
                    var walks = _stage2.Leaves(mmu, vcpu.Vm, ipa);
                    var second = _second is null ? walks : Ex.Read(_second, Tlb(on), vmid, Ex.Const(ipa));
                    if (meaning.Asid is not { } asid)
                    {
                        var off = Ex.And(runs, _contexts.Off(vcpu.Number));
                        if (_flat is not null)
                        {
                            yield return new(Stratum.Walked2, new Fill($"walk2.{name}.off", [p], _second!, [Tlb(on), vmid, Ex.Const(ipa)], walks, off));
                            yield return new(Stratum.Joined, new Fill($"walk.{name}.off", [p], _flat, [Tlb(on), vmid, a], second, off));
                        }

                        continue;
                    }

                    var leaf = meaning.Leaf1!.Value;
                    name += $".{asid}.{_space.Leaf1Sort.Elements[leaf]}";
                    Expr s = Ex.Const(asid), d = Ex.Const(leaf);
                    var uses = Ex.And(runs, _contexts.On(vcpu.Number), _contexts.UsesAsid(vcpu.Number, asid));
                    if (_first is not null && own.Contains(meaning))
                    {
                        yield return new(Stratum.Walked1, new Fill($"walk1.{name}", [p], _first, [Tlb(on), vmid, s, a], Ex.Singleton(d), Ex.And(uses, _stage1.MayFind(TableOf(vcpu.Number, asid), va, leaf))));
                    }

                    if (_split is not null)
                    {
                        yield return _split.Starts($"walk.start.{name}", p, vmid, s, a, leaf, Ex.And(uses, _stage1.MayFind(TableOf(vcpu.Number, asid), va, leaf)));
                    }

                    var knows = Ex.And(uses, Knows(on, vcpu.Number, vcpu.Vm, asid, va, leaf));
                    if (_second is not null)
                    {
                        yield return new(Stratum.Walked2, new Fill($"walk2.{name}", [p], _second, [Tlb(on), vmid, Ex.Const(ipa)], walks, knows));
                    }

                    yield return new(Stratum.Joined, new Fill($"walk.{name}", [p], _joined, [Tlb(on), vmid, s, a, d], second, knows));
                }
            }
        }

        foreach (var fill in _split?.Fills() ?? [])
        {
            yield return fill;
        }
    }

    /// <inheritdoc/>
    /// <remarks>A DSB of the PE ends its walks (Linux 55b5bac15939 "KVM: arm64: nvhe: Synchronise with page table walker on vcpu run").</remarks>
    public override IEnumerable<Statement> OnBarrierOn(Expr p) => _split?.Drops(p) ?? [];

    public override IEnumerable<Panel> Panels() => _words is null ? [] : [_words.Panel()];

    public override IEnumerable<PanelValues> Show(TraceContext context, Valuation state) => _words is null ? [] : [_words.Show(state)];

    public override IEnumerable<Note> Notes(TraceContext context, StepView step) => _words?.Notes(context, step) ?? [];

    public override IEnumerable<Effect> Effects()
    {
        if (_joined is null)
        {
            return [];
        }

        var forms = _shape.Operations.Where(operation => operation.Kind == OperationKind.InvalidateTranslations).Select(TlbiForms.Of).Distinct().Order();
        return forms.Select(form => new Effect(OperationKind.InvalidateTranslations, TlbiForms.NameOf(form), TlbWords.NameOf(form))
        {
            Place = _words!.PlaceOf(form),
            Tells = of => _words.Tell(form, of),
            Target = new EffectTarget(new Parameter("r", _sorts.Tlb), Tlb, AtOneInstant: null),
            Takes = (place, tlb) => Removes(form, place, tlb!),
        });
    }

    /// <summary>What a form removes from a TLB (translation.md 2, the table of TLBIs).</summary>
    private IEnumerable<Statement> Removes(TlbiForm form, ImmutableArray<Expr> place, Expr tlb)
    {
        Statement Empty(Variable entries, params Expr[] known)
        {
            // What is not named stands for all.
            var index = new Expr[entries.Index.Length];
            index[0] = tlb;
            known.CopyTo(index, 1);
            Statement body = null!;
            var open = new List<(string Name, Sort Sort)>();
            for (var i = 1; i < index.Length; i++)
            {
                if (index[i] is null)
                {
                    open.Add(("e" + i, entries.Index[i]));
                    index[i] = Ex.Local("e" + i);
                }
            }

            body = Ex.Assign(entries, index, Ex.False);
            for (var i = open.Count - 1; i >= 0; i--)
            {
                body = Ex.ForEach(open[i].Name, open[i].Sort, body);
            }

            return body;
        }

        IEnumerable<Statement> Of(bool first, bool flat, bool second, Expr[] stage1, Expr[] stage2)
        {
            if (first)
            {
                if (_first is not null)
                {
                    yield return Empty(_first, stage1);
                }

                yield return Empty(_joined!, stage1);
                foreach (var statement in _split?.Invalidates(tlb, stage1) ?? [])
                {
                    yield return statement;
                }
            }

            if (flat && _flat is not null)
            {
                yield return Empty(_flat, stage1.Length == 0 ? [] : [stage1[0]]);
            }

            if (second && _second is not null)
            {
                yield return Empty(_second, stage2);
            }
        }

        return form switch
        {
            TlbiForm.Va => Of(true, false, false, [place[0], place[1], place[2]], []),
            TlbiForm.VaAllAsids => Of(true, false, false, [place[0], null!, place[1]], []),
            TlbiForm.Asid => Of(true, false, false, [place[0], place[1]], []),
            TlbiForm.Stage1 => Of(true, true, false, [place[0]], []),
            TlbiForm.Ipa => Of(false, false, true, [], [place[0], place[1]]),
            TlbiForm.BothStages => Of(true, true, true, [place[0]], [place[0]]),
            _ => Of(true, true, true, [], []),
        };
    }

    /// <summary>Whether a stage-1 leaf is known on a pCPU: an entry of stage 1 alone says so, or a walk finds it.</summary>
    private Expr Knows(Expr p, int vcpu, int vm, int asid, int va, int leaf) => _first is null
        ? _stage1.MayFind(TableOf(vcpu, asid), va, leaf)
        : Ex.Contains(Ex.Read(_first, Tlb(p), _vttbr.VmidOf(p, vm), Ex.Const(asid), Ex.Const(va)), Ex.Const(leaf));

    private int TableOf(int vcpu, int asid) => _space.TableOf(_shape.Scenario.Vcpus[vcpu], _space.Asids[asid]);

    private Expr Tlb(Expr p) => _sorts.TlbOf(p);
}
