using System.Collections.Immutable;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine.Translation;

/// <summary>
/// Stage 1 of bare metal: the tables as each vCPU's own walker reads them, and what the private TLB of each may hold (<c>gT</c>); for each TLBI that is open, what may have come
/// there since its issue (<c>gTJ</c>). Only the guests' own stores, TLBIs and barriers count: FB, BSU, VMIDs and stage 2 are the hypervisor's (translation.md 5.1).
/// </summary>
internal sealed class Stage1Ghost : GhostPart
{
    private readonly Shape _shape;
    private readonly AddressSpace _space;
    private readonly Sorts _sorts;
    private readonly Contexts _contexts;
    private readonly Variable? _set;
    private readonly DescriptorSet? _tables;
    private readonly Variable? _held;
    private readonly Variable? _since;

    public Stage1Ghost(Shape shape, AddressSpace space, Sorts sorts, Declarations declarations, Contexts contexts)
    {
        (_shape, _space, _sorts, _contexts) = (shape, space, sorts, contexts);
        if (!space.ChangesStage1)
        {
            return;
        }

        var descriptors = new Domain.Subset(space.Descriptor1);
        _set = declarations.Ghost(Section.GhostTranslation, "gS1", [space.Table, space.Va], descriptors);
        _tables = new DescriptorSet(_set, declarations.Ghost(Section.GhostTranslation, "gS1.since", [sorts.Vcpu, space.Table, space.Va], descriptors), sorts.Vcpu);
        _held = declarations.Ghost(Section.GhostTranslation, "gT", [sorts.Vcpu, space.Asid, space.Va], new Domain.Subset(space.Leaf1Sort));
        _since = shape.GuestsInvalidateTranslations
            ? declarations.Ghost(Section.GhostTranslation, "gTJ", [sorts.Vcpu, sorts.Vcpu, space.Asid, space.Va], new Domain.Subset(space.Leaf1Sort))
            : null;
    }

    private Expr Full => Ex.Const(_space.Leaf1Sort.FullMask);

    /// <summary>What a virtual page of a vCPU may ever mean.</summary>
    public IEnumerable<Meaning> MeaningsOf(int vcpu, int va) => Routes.MeaningsOf(_space, _contexts, _shape.Scenario.Vcpus[vcpu], va);

    /// <summary>Whether it may mean that now, with a value of SCTLR_EL1 of which something is true.</summary>
    public Expr May(Meaning meaning, Func<Expr, Expr>? also = null) => meaning.Asid is not { } asid
        ? _contexts.Off(meaning.Vcpu, also)
        : Ex.And(_contexts.On(meaning.Vcpu, also), _contexts.UsesAsid(meaning.Vcpu, asid), _held is null
            ? Ex.Const(_space.InitialLeaf(TableOf(meaning.Vcpu, asid), meaning.Va) == meaning.Leaf1)
            : Ex.Contains(Ex.Read(_held, Ex.Const(meaning.Vcpu), Ex.Const(asid), Ex.Const(meaning.Va)), Ex.Const(meaning.Leaf1!.Value)));

    /// <summary>Whether, as far as it means anything, it means one page alone.</summary>
    public Expr MeansOnly(int vcpu, int va, int page) => Ex.And([.. MeaningsOf(vcpu, va).Where(meaning => meaning.Page != page).Select(meaning => Ex.Not(May(meaning)))]);

    public override IEnumerable<Statement> Initially()
    {
        if (_set is null)
        {
            yield break;
        }

        for (var table = 0; table < _space.Tables.Length; table++)
        {
            for (var va = 0; va < _space.VasOf(_space.Tables[table].Vm).Length; va++)
            {
                yield return Ex.Assign(_set, [Ex.Const(table), Ex.Const(va)], Ex.Const(1L << (_space.InitialLeaf(table, va) ?? _space.Leaf1Sort.Size)));
            }
        }

        foreach (var statement in _tables!.Initially())
        {
            yield return statement;
        }

        if (_since is not null)
        {
            yield return Translator.Everywhere(_since, [], Full);
        }
    }

    public override IEnumerable<Note> Notes(TraceContext context, StepView step)
    {
        foreach (var change in _held is null ? [] : step.ChangesOf(_held).Where(change => (change.Before & ~change.After) != 0))
        {
            var (va, rest) = (change.Cell % _space.Va.Size, change.Cell / _space.Va.Size);
            context.Translations.Completed(step.Number, rest / _space.Asid.Size, rest % _space.Asid.Size, va);
        }

        return [];
    }

    /// <summary>The table in which the stage-1 descriptor of a way stands.</summary>
    public int? TableOf(Route way) => way.Asid is { } asid ? TableOf(way.Vcpu, asid) : null;

    public override IEnumerable<OrderedFill> Fills()
    {
        if (_tables is null)
        {
            yield break;
        }

        foreach (var fill in _tables.Forgets(Stratum.GhostTranslating))
        {
            yield return fill;
        }

        foreach (var vcpu in _shape.Scenario.Vcpus.Where(vcpu => _contexts.MayBeOn(vcpu.Number)))
        {
            for (var va = 0; va < _space.VasOf(vcpu.Vm).Length; va++)
            {
                foreach (var asid in _space.AsidsOf(vcpu).Select(asid => _space.Asids.IndexOf(asid)))
                {
                    Expr w = Ex.Const(vcpu.Number), s = Ex.Const(asid), a = Ex.Const(va);
                    var leaves = Ex.BitAnd(_tables.Read([Ex.Const(TableOf(vcpu.Number, asid)), a]), Full);
                    var walks = Ex.And(_contexts.On(vcpu.Number), _contexts.UsesAsid(vcpu.Number, asid));
                    var name = $"{vcpu.Name}.{asid}.{_space.Va.Elements[va]}";
                    yield return new(Stratum.GhostWalked, new Fill($"fill.gT.{name}", [], _held!, [w, s, a], leaves, walks));
                    if (_since is not null)
                    {
                        var v = new Parameter("v", _sorts.Vcpu);
                        yield return new(Stratum.GhostWalked, new Fill($"fill.gTJ.{name}", [v], _since, [Ex.Param(v), w, s, a], leaves, walks));
                    }
                }
            }
        }

        if (_since is not null)
        {
            Parameter v = new("v", _sorts.Vcpu), w = new("w", _sorts.Vcpu), s = new("s", _space.Asid), a = new("a", _space.Va);
            yield return new(Stratum.GhostTranslating, new Fill("drop.gTJ", [v, w, s, a], _since, [Ex.Param(v), Ex.Param(w), Ex.Param(s), Ex.Param(a)],
                Ex.BitAndNot(Full, Ex.Read(_held!, Ex.Param(w), Ex.Param(s), Ex.Param(a))), Ex.True));
        }
    }

    public override IEnumerable<Statement> OnDescriptor1(Expr vcpu, int table, int va, Expr descriptor) => _tables!.Store(vcpu, [Ex.Const(table), Ex.Const(va)], descriptor);

    public override IEnumerable<Statement> OnStoresComplete(int vcpu) => _tables?.Complete(Ex.Const(vcpu)) ?? [];

    public override IEnumerable<Statement> OnInvalidateTranslations(int vcpu, TlbiForm form, int? asid, int? va, bool everywhere)
    {
        if (_since is null)
        {
            yield break;
        }

        var v = Ex.Const(vcpu);
        foreach (var w in _shape.Scenario.Vcpus.Where(w => w.Vm == _shape.Scenario.Vcpus[vcpu].Vm && (everywhere || w.Number == vcpu)))
        {
            for (var s = 0; s < _space.Asids.Length; s++)
            {
                for (var a = 0; a < _space.VasOf(w.Vm).Length; a++)
                {
                    if (Matches(form, asid, va, s, a))
                    {
                        yield return Ex.Assign(_since, [v, Ex.Const(w.Number), Ex.Const(s), Ex.Const(a)], Ex.False);
                    }
                }
            }
        }
    }

    public override IEnumerable<Statement> OnBarrier(int vcpu, bool isWide, Expr coversCleans)
    {
        if (_since is null)
        {
            return [];
        }

        Expr v = Ex.Const(vcpu), w = Ex.Local("w"), s = Ex.Local("s"), a = Ex.Local("a");
        return [Ex.ForEach("w", _sorts.Vcpu, Ex.When(isWide ? Ex.True : Ex.Eq(w, v), Ex.ForEach("s", _space.Asid, Ex.ForEach("a", _space.Va,
            Ex.Assign(_held!, [w, s, a], Ex.BitAnd(Ex.Read(_held!, w, s, a), Ex.Read(_since, v, w, s, a))),
            Ex.Assign(_since, [v, w, s, a], Full)))))];
    }

    public override IEnumerable<Statement> OnStopped(Expr vcpu) => _since is null ? [] :
        [Ex.ForEach("w", _sorts.Vcpu, Ex.ForEach("s", _space.Asid, Ex.ForEach("a", _space.Va, Ex.Assign(_since, [vcpu, Ex.Local("w"), Ex.Local("s"), Ex.Local("a")], Full))))];

    private static bool Matches(TlbiForm form, int? asid, int? va, int s, int a) => form switch
    {
        TlbiForm.Va => s == asid && a == va,
        TlbiForm.VaAllAsids => a == va,
        TlbiForm.Asid => s == asid,
        TlbiForm.Stage1 => true,
        _ => throw new ArgumentException($"{form} is no TLBI of a guest.", nameof(form)),
    };

    private int TableOf(int vcpu, int asid) => _space.TableOf(_shape.Scenario.Vcpus[vcpu], _space.Asids[asid]);
}
