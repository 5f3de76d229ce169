namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>Where each component of a state stands; the names are those of translation.md and machine.md.</summary>
internal sealed class Layout
{
    private int _size;

    /// <param name="shape">The numbers.</param>
    /// <param name="locals">How many locals an agent of the host has.</param>
    /// <param name="policyCells">How many cells the policy's state has.</param>
    /// <param name="tlbiKinds">How many kinds of TLBI there are.</param>
    /// <param name="cleans">How many (vCPU, kind) of DC the ghost follows.</param>
    /// <param name="lineSets">How many cells a set of line states needs.</param>
    public Layout(Shape shape, int locals, int policyCells, int tlbiKinds, int cleans, int lineSets)
    {
        var (p, v, cpus) = (shape.Pcpus, shape.Vcpus, shape.Pcpus + shape.Tasks);
        Phase = Add(p);
        Loaded = Add(p);
        Pc = Add(shape.Agents);
        Local = Add(shape.Agents, Math.Max(1, locals));
        Lock = Add(shape.Locks);
        Policy = Add(policyCells);
        GuestPc = Add(v);
        Runnable = Add(v);
        Seen = Add(v);
        Sctlr = Add(v);
        SctlrIn = Add(v);
        Asid = Add(v);
        AsidIn = Add(v);
        Vttbr = Add(cpus);
        VttbrWritten = Add(cpus);
        S1 = Add(shape.Tables, shape.Vas);
        Cur2 = Add(shape.Mmus, shape.LocalPages);
        S2 = Add(shape.Mmus, shape.LocalPages);
        Pw1 = Add(cpus, shape.Tables, shape.Vas);
        Pw2 = Add(cpus, shape.Mmus, shape.LocalPages);
        Since1 = Add(cpus, shape.Tables, shape.Vas);
        Since2 = Add(cpus, shape.Mmus, shape.LocalPages);
        Back = Add(shape.Pages);
        T = Add(p, shape.Vmids, shape.Asids.Length + 1, shape.Vas, 2 * shape.LocalPages);
        T2 = Add(p, shape.Vmids, shape.LocalPages);
        Walk = shape.Question.Hardware.WalksAreSplit ? Add(p, shape.Vmids, shape.Asids.Length, shape.Vas, 2 * shape.LocalPages) : Add(0);
        PendT = Add(cpus, tlbiKinds);
        PendDc = Add(cpus, shape.Frames);
        PendIc = Add(cpus, shape.IcacheTags + 1, shape.Frames + 1);
        Coh = Add(shape.Frames);
        Poc = Add(shape.Frames);
        Ds = Add(shape.Frames);
        F = Add(shape.Frames);
        I = Add(p, shape.IcacheTags, shape.Frames);
        Q = Add(p, shape.Vas);
        Owner = Add(shape.Frames);
        Tracked = Add(1);
        Armed = Add(1);
        Writer = Add(1);
        GhostSctlr = Add(v);
        GhostAsid = Add(v);
        GhostS1 = Add(shape.Tables, shape.Vas);
        GhostPw = Add(v, shape.Tables, shape.Vas);
        GhostT = Add(v, shape.Asids.Length, shape.Vas);
        GhostTJ = Add(v, v, shape.Asids.Length, shape.Vas);
        Reach = Add(shape.Mmus, shape.Pages);
        GhostH = Add(shape.Pages, lineSets);
        GhostOpen = Add(Math.Max(1, cleans), shape.Pages);
        GhostMaybe = Add(v, shape.Pages);
        GhostI = Add(v, shape.Pages);
        GhostQ = Add(v, shape.Vas);
        GhostJ = Add(v, v, shape.Pages);
    }

    /// <summary>What a pCPU does: 0 nothing, 1 the host, 2 a guest.</summary>
    public Region Phase { get; }

    /// <summary>1 + the vCPU that is loaded, or 0.</summary>
    public Region Loaded { get; }

    /// <summary>Where an agent of the host stands in the code.</summary>
    public Region Pc { get; }

    public Region Local { get; }

    /// <summary>1 + the agent that holds a lock, or 0.</summary>
    public Region Lock { get; }

    public Region Policy { get; }

    public Region GuestPc { get; }

    /// <summary>Whether a vCPU may be loaded.</summary>
    public Region Runnable { get; }

    /// <summary>Whether it has been loaded before.</summary>
    public Region Seen { get; }

    /// <summary>SCTLR_EL1.M, C, I as last written: bits 0, 1, 2.</summary>
    public Region Sctlr { get; }

    /// <summary>The set of values of it that may be in force on the machine.</summary>
    public Region SctlrIn { get; }

    public Region Asid { get; }

    public Region AsidIn { get; }

    /// <summary>The VTTBR in force on a CPU: 0 for the host's, else 1 + mmu * VMIDs + VMID.</summary>
    public Region Vttbr { get; }

    public Region VttbrWritten { get; }

    public Region S1 { get; }

    public Region Cur2 { get; }

    public Region S2 { get; }

    /// <summary>Stores of a CPU that walks need not see yet: the set of CPUs whose DSB ends that, and of locks that will hand it on. 0: none.</summary>
    public Region Pw1 { get; }

    public Region Pw2 { get; }

    /// <summary>Of such a store, the set of descriptors that it or a later one of anybody wrote.</summary>
    public Region Since1 { get; }

    public Region Since2 { get; }

    /// <summary>1 + the frame that the host means to put behind a page, or 0.</summary>
    public Region Back { get; }

    public Region T { get; }

    public Region T2 { get; }

    /// <summary>walk[p], by the VMID and ASID with which a walk began.</summary>
    public Region Walk { get; }

    /// <summary>The set of pCPUs where a TLBI of this kind has yet to take effect.</summary>
    public Region PendT { get; }

    /// <summary>DCs that have yet to take effect: bit 0 CVAU, 1 CVAC, 2 CIVAC.</summary>
    public Region PendDc { get; }

    /// <summary>The set of pCPUs where an IC has yet to take effect; the last one is that of all lines.</summary>
    public Region PendIc { get; }

    /// <summary>Whether the coherent value is the tracked version.</summary>
    public Region Coh { get; }

    public Region Poc { get; }

    public Region Ds { get; }

    /// <summary>Whether the tracked version is in F.</summary>
    public Region F { get; }

    /// <summary>Whether the tracked version is in an I-cache.</summary>
    public Region I { get; }

    /// <summary>Bit 0: something was captured; bit 1: the tracked version.</summary>
    public Region Q { get; }

    /// <summary>The set of VMs that own a frame; bit <see cref="Shape.Vms"/> is the host.</summary>
    public Region Owner { get; }

    /// <summary>The number of the name that is tracked, or 0xFFFF for none.</summary>
    public Region Tracked { get; }

    /// <summary>Whether some store of an <c>any</c> guest is still to become the tracked version.</summary>
    public Region Armed { get; }

    /// <summary>Who wrote it, as a set of one owner.</summary>
    public Region Writer { get; }

    public Region GhostSctlr { get; }

    public Region GhostAsid { get; }

    public Region GhostS1 { get; }

    /// <summary>Of a vCPU's store that is not complete, the set of descriptors that it or a later one of anybody wrote; 0: none.</summary>
    public Region GhostPw { get; }

    public Region GhostT { get; }

    /// <summary>Bit 15: open.</summary>
    public Region GhostTJ { get; }

    public Region Reach { get; }

    /// <summary>gH: a set of pairs of a line state and the set of open DCs that have not acted yet.</summary>
    public Region GhostH { get; }

    public Region GhostOpen { get; }

    /// <summary>DCs of a vCPU that may act on a page but promise nothing: bits as in <see cref="PendDc"/>.</summary>
    public Region GhostMaybe { get; }

    public Region GhostI { get; }

    public Region GhostQ { get; }

    /// <summary>Bit 1: open; bit 0: the tracked version.</summary>
    public Region GhostJ { get; }

    public State Create() => new(new ushort[_size]);

    private Region Add(params int[] sizes)
    {
        var region = new Region(_size, sizes);
        _size += region.Size;
        return region;
    }
}
