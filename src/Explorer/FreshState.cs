namespace CoherenceCheck.Explorer;

/// <summary>A state that was found in the block at hand, and has no number yet.</summary>
internal unsafe struct FreshState
{
    /// <summary>Its words.</summary>
    public ulong* State;

    /// <summary>The place of its slot in its shard's table.</summary>
    public long Slot;

    /// <summary>Its place among the successors of its part.</summary>
    public long Place;
}
