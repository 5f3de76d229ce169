using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Machine.Translation;
using CoherenceCheck.Model.Narration;
using CoherenceCheck.Model.Systems;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>
/// A mechanism of bare metal, as the ghost has it: sets of what may be, driven by the guests' instructions alone (docs/model.md, The ghost). It never reads
/// the machine: what it may read is given to it when it is made.
/// </summary>
/// <remarks>Answers of several parts to one event are one step, in the order of <see cref="PartList"/>, after those of the machine. Maintenance counts from its
/// issue: what may stand since is an <em>open</em> set, which a DSB intersects with what may be.</remarks>
internal abstract class GhostPart
{
    /// <summary>What it holds of a line at first.</summary>
    /// <param name="x">The line.</param>
    /// <param name="only">The set of the one version that is there.</param>
    public virtual IEnumerable<Statement> Holds(Expr x, Expr only) => [];

    /// <summary>What else it has at first.</summary>
    public virtual IEnumerable<Statement> Initially() => [];

    /// <summary>What it has of a vCPU at first.</summary>
    public virtual IEnumerable<Statement> InitiallyOf(Expr vcpu) => [];

    /// <summary>What is left in it at first of a vCPU that is not there yet: what an earlier life of it, in which lines held what they hold at first, may have left.</summary>
    public virtual IEnumerable<Statement> LeftBehindBy(Expr vcpu) => [];

    /// <summary>What is left of what a vCPU did when it is stopped, by the line: nothing that is open, nothing that was captured.</summary>
    public virtual IEnumerable<Statement> OnStopped(Expr vcpu, Expr x) => [];

    /// <summary>The same, of the vCPU.</summary>
    public virtual IEnumerable<Statement> OnStopped(Expr vcpu) => [];

    /// <summary>A vCPU is reset, with a value of SCTLR_EL1.</summary>
    public virtual IEnumerable<Statement> OnReset(Expr vcpu, Expr mode) => [];

    /// <summary>What fills itself after every step.</summary>
    public virtual IEnumerable<OrderedFill> Fills() => [];

    /// <summary>A store through a Write-Back view; the host's are.</summary>
    public virtual IEnumerable<Statement> OnCacheableStore(Expr x, Expr n) => [];

    /// <summary>A store through a Non-cacheable view.</summary>
    public virtual IEnumerable<Statement> OnNonCacheableStore(Expr x, Expr n) => [];

    /// <summary>Any store, after the one or the other.</summary>
    public virtual IEnumerable<Statement> OnStored(Expr x, Expr n) => [];

    /// <summary>A vCPU issues a DC, all of which clean to the PoU; some invalidate as well.</summary>
    public virtual IEnumerable<Statement> OnCleanToPoU(Expr vcpu, Expr x, bool invalidates) => [];

    /// <summary>A vCPU issues a DC that invalidates.</summary>
    public virtual IEnumerable<Statement> OnInvalidate(Expr vcpu, Expr x) => [];

    /// <summary>A vCPU issues a DC that cleans to the PoC.</summary>
    public virtual IEnumerable<Statement> OnCleanToPoC(Expr vcpu, Expr x) => [];

    /// <summary>A vCPU issues an IC that reaches a line, of the whole Inner Shareable domain or of its own PE.</summary>
    public virtual IEnumerable<Statement> OnInvalidateInstructions(Expr vcpu, Expr x, bool everywhere) => [];

    /// <summary>A vCPU's DSB that covers its DCs is complete, of a line.</summary>
    public virtual IEnumerable<Statement> OnCleansComplete(Expr vcpu, Expr x) => [];

    /// <summary>What follows of such a DSB when all lines are done.</summary>
    public virtual IEnumerable<Statement> OnAllCleansComplete(Expr vcpu) => [];

    /// <summary>A vCPU's DSB is complete, of a line: its ICs are, in the whole Inner Shareable domain or on its own PE (NSH).</summary>
    public virtual IEnumerable<Statement> OnInvalidationsComplete(Expr vcpu, Expr x, bool isWide) => [];

    /// <summary>A context synchronisation event that a vCPU's program makes itself, of a line.</summary>
    public virtual IEnumerable<Statement> OnSynchronise(Expr vcpu, Expr x) => [];

    /// <summary>The same, of the vCPU.</summary>
    public virtual IEnumerable<Statement> OnSynchronised(Expr vcpu) => [];

    /// <summary>A vCPU writes SCTLR_EL1.</summary>
    public virtual IEnumerable<Statement> OnWriteSctlr(Expr vcpu, Expr mode) => [];

    /// <summary>From here every vCPU must see what a line holds: in memory.</summary>
    /// <param name="x">The line.</param>
    /// <param name="isAbsent">Whether no cache holds it either, but for what is fetched from here on.</param>
    public virtual IEnumerable<Statement> OnPublish(Expr x, bool isAbsent) => [];

    /// <summary>The same, in what a vCPU's own caches hold.</summary>
    public virtual IEnumerable<Statement> OnPublishTo(Expr w, Expr x, bool isAbsent) => [];

    /// <summary>The same, in what is open of a vCPU, and in its pipeline.</summary>
    /// <param name="w">The vCPU.</param>
    /// <param name="x">The line.</param>
    /// <param name="keepsCaptured">Whether what the vCPU has captured stays until its next context synchronisation event.</param>
    public virtual IEnumerable<Statement> OnPublishSince(Expr w, Expr x, Expr keepsCaptured) => [];

    /// <summary>A vCPU writes the ASID of TTBR0_EL1.</summary>
    public virtual IEnumerable<Statement> OnWriteAsid(Expr vcpu, Expr asid) => [];

    /// <summary>A vCPU stores to a descriptor of a stage-1 table.</summary>
    public virtual IEnumerable<Statement> OnDescriptor1(Expr vcpu, int table, int va, Expr descriptor) => [];

    /// <summary>The host stores to a descriptor of a stage-2 table.</summary>
    public virtual IEnumerable<Statement> OnDescriptor2(int mmu, int page, Expr descriptor) => [];

    /// <summary>A vCPU issues a TLBI.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="form">The form.</param>
    /// <param name="asid">The ASID that it names, by its place among all, or <see langword="null"/>.</param>
    /// <param name="va">The virtual page that it names, or <see langword="null"/>.</param>
    /// <param name="everywhere">Whether it reaches the Inner Shareable domain, or its own PE alone.</param>
    public virtual IEnumerable<Statement> OnInvalidateTranslations(int vcpu, TlbiForm form, int? asid, int? va, bool everywhere) => [];

    /// <summary>A vCPU stores through a virtual page.</summary>
    public virtual IEnumerable<Statement> OnGuestStore(int vcpu, int va, Expr n) => [];

    /// <summary>The host stores to a frame, or a copy arrives there.</summary>
    /// <param name="isBehind">Whether a page has that frame.</param>
    /// <param name="n">The version.</param>
    public virtual IEnumerable<Statement> OnHostStore(Func<int, Expr> isBehind, Expr n) => [];

    /// <summary>The host stores a version of its own.</summary>
    public virtual IEnumerable<Statement> OnStoredByHost(Expr n) => [];

    /// <summary>A vCPU issues a DC through a virtual page.</summary>
    public virtual IEnumerable<Statement> OnGuestClean(int vcpu, int va, OperationKind kind) => [];

    /// <summary>A vCPU issues a DC by set/way that is sure to reach what its VM's pages hold.</summary>
    public virtual IEnumerable<Statement> OnCleanBySetWay(int vcpu, OperationKind kind) => [];

    /// <summary>A vCPU issues an IC through a virtual page, or of everything.</summary>
    public virtual IEnumerable<Statement> OnGuestInvalidate(int vcpu, int? va, bool everywhere) => [];

    /// <summary>A vCPU's full DSB is complete.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="isWide">Whether it covers the Inner Shareable domain.</param>
    /// <param name="coversCleans">Whether it covers its DCs.</param>
    public virtual IEnumerable<Statement> OnBarrier(int vcpu, bool isWide, Expr coversCleans) => [];

    /// <summary>A vCPU's DSB of the Inner Shareable domain has completed its stores.</summary>
    public virtual IEnumerable<Statement> OnStoresComplete(int vcpu) => [];

    /// <summary>The host relies on a page's stage 2 being what its table says.</summary>
    public virtual IEnumerable<Statement> OnSettle(int page) => [];

    /// <summary>A frame is somebody else's from here on.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="owners">The VMs.</param>
    public virtual IEnumerable<Statement> OnGive(Expr frame, Expr owners) => [];

    /// <summary>A page's contents are its VM's from here on.</summary>
    /// <param name="page">The page.</param>
    /// <param name="holds">The version that its frame holds.</param>
    /// <param name="form">How much is promised.</param>
    /// <param name="keepsCaptured">Whether what a vCPU has captured stays until its next context synchronisation event.</param>
    public virtual IEnumerable<Statement> OnPublishPage(int page, Expr holds, PublishForm form, Func<Expr, Expr> keepsCaptured) => [];

    /// <summary>What there is to say of a step.</summary>
    public virtual IEnumerable<Note> Notes(TraceContext context, StepView step) => [];
}
