namespace CoherenceCheck.Explorer;

/// <summary>The number of words of a state as a type: the compiler of the runtime makes code of its own for each.</summary>
internal interface IWidth
{
    /// <summary>The number of words; 0 where it is known at run time only.</summary>
    static abstract int Words { get; }
}

/// <summary>One word.</summary>
internal readonly struct OneWord : IWidth
{
    public static int Words => 1;
}

/// <summary>Two words.</summary>
internal readonly struct TwoWords : IWidth
{
    public static int Words => 2;
}

/// <summary>Three words.</summary>
internal readonly struct ThreeWords : IWidth
{
    public static int Words => 3;
}

/// <summary>Four words.</summary>
internal readonly struct FourWords : IWidth
{
    public static int Words => 4;
}

/// <summary>Five words.</summary>
internal readonly struct FiveWords : IWidth
{
    public static int Words => 5;
}

/// <summary>Six words.</summary>
internal readonly struct SixWords : IWidth
{
    public static int Words => 6;
}

/// <summary>Any number of words.</summary>
internal readonly struct AnyWords : IWidth
{
    public static int Words => 0;
}
