namespace CoherenceCheck.Model.Narration;

/// <summary>What a trace has done to translations so far, for whoever says why one is no longer to be used.</summary>
internal sealed class TranslationHistory
{
    private readonly List<(int Step, int Page, long Before, long After)> _stage2 = [];
    private readonly List<(int Step, int Table, int Va)> _stage1 = [];
    private readonly List<(int Step, int Tlb, string Words)> _tlbis = [];
    private readonly Dictionary<int, int> _settled = [];
    private readonly Dictionary<int, int> _given = [];
    private readonly Dictionary<(int Vcpu, int Asid, int Va), int> _completed = [];

    private readonly Dictionary<(int Pcpu, int Vmid, int Asid, int Va, int Leaf), int> _begun = [];
    private readonly Dictionary<(int Tlb, int Asid, int Va, int Leaf), string> _ended = [];

    /// <summary>A stage-2 descriptor of a page was stored: a number behind the last leaf is none.</summary>
    public void Stored2(int step, int page, long before, long after) => _stage2.Add((step, page, before, after));

    /// <summary>A stage-1 descriptor was stored.</summary>
    public void Stored1(int step, int table, int va) => _stage1.Add((step, table, va));

    /// <summary>A TLBI took effect on a TLB.</summary>
    public void TakesEffect(int step, int tlb, string words) => _tlbis.Add((step, tlb, words));

    /// <summary>The host relies on a page's stage 2 being what its table says.</summary>
    public void Settled(int step, int page) => _settled[page] = step;

    /// <summary>A frame has another owner.</summary>
    public void Given(int step, int frame) => _given[frame] = step;

    /// <summary>A guest's own TLBI is complete: on bare metal a virtual page of a vCPU means less.</summary>
    public void Completed(int step, int vcpu, int asid, int va) => _completed[(vcpu, asid, va)] = step;

    /// <summary>A walk has read stage 1, and is under way.</summary>
    public void Began(int step, (int Pcpu, int Vmid, int Asid, int Va, int Leaf) walk) => _begun[walk] = step;

    /// <summary>When it did last.</summary>
    public int? WhenBegun((int Pcpu, int Vmid, int Asid, int Va, int Leaf) walk) => _begun.TryGetValue(walk, out var step) ? step : null;

    /// <summary>An entry of a TLB came by a walk that had begun for another guest.</summary>
    public void Ended((int Tlb, int Asid, int Va, int Leaf) entry, string walk) => _ended[entry] = walk;

    /// <summary>The walk by which an entry came, if that had begun for another guest.</summary>
    public string? WalkOf((int Tlb, int Asid, int Va, int Leaf) entry) => _ended.GetValueOrDefault(entry);

    /// <summary>The last step that put something else in the place of a leaf, with what it put there; <see langword="null"/> where none did.</summary>
    public (int Step, long After)? Replaced(int page, long leaf) =>
        _stage2.FindLastIndex(stored => stored.Page == page && stored.Before == leaf) is >= 0 and var found ? (_stage2[found].Step, _stage2[found].After) : null;

    /// <summary>The last step that stored to a stage-1 descriptor.</summary>
    public int? LastStored1(int table, int va) => _stage1.FindLastIndex(stored => (stored.Table, stored.Va) == (table, va)) is >= 0 and var found ? _stage1[found].Step : null;

    /// <summary>When a page was settled last.</summary>
    public int? WhenSettled(int page) => _settled.TryGetValue(page, out var step) ? step : null;

    /// <summary>When a frame was given last.</summary>
    public int? WhenGiven(int frame) => _given.TryGetValue(frame, out var step) ? step : null;

    /// <summary>When a guest's TLBI was complete last.</summary>
    public int? WhenCompleted(int vcpu, int asid, int va) => _completed.TryGetValue((vcpu, asid, va), out var step) ? step : null;

    /// <summary>The TLBIs that took effect after a step.</summary>
    public IEnumerable<(int Step, int Tlb, string Words)> Since(int step) => _tlbis.Where(tlbi => tlbi.Step > step);
}
