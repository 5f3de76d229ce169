namespace CoherenceCheck.Explorer;

/// <summary>Something that is done or not as a type: a loop that does not do it has no code for it.</summary>
internal interface ISwitch
{
    static abstract bool IsOn { get; }
}

/// <summary>Done.</summary>
internal readonly struct On : ISwitch
{
    public static bool IsOn => true;
}

/// <summary>Not done.</summary>
internal readonly struct Off : ISwitch
{
    public static bool IsOn => false;
}
