namespace CoherenceCheck.Transitions;

/// <summary>The values that one cell of a variable may have, as integers from <see cref="Min"/> to <see cref="Max"/>.</summary>
public abstract record Domain
{
    private Domain()
    {
    }

    /// <summary>The smallest value.</summary>
    public abstract long Min { get; }

    /// <summary>The largest value.</summary>
    public abstract long Max { get; }

    /// <summary>The value in words of the system: an element's name, a set of names, a number.</summary>
    public abstract string Format(long value);

    /// <summary>The sort of its elements, or of the elements of its sets; none for numbers.</summary>
    public IEnumerable<Sort> Sorts() => this switch
    {
        Element element => [element.Sort],
        Subset subset => [subset.Sort],
        _ => [],
    };

    /// <summary>Integers from <paramref name="Low"/> to <paramref name="High"/>, both included. A truth value is 0..1.</summary>
    /// <param name="Low">The smallest value.</param>
    /// <param name="High">The largest value; not below <paramref name="Low"/>.</param>
    public sealed record Range(long Low, long High) : Domain
    {
        /// <inheritdoc/>
        public override long Min => Low;

        /// <inheritdoc/>
        public override long Max => High;

        /// <inheritdoc/>
        public override string Format(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>An element of a sort, by its number; with <paramref name="OrNone"/> also <em>none</em>, whose value is the sort's size.</summary>
    /// <param name="Sort">The sort.</param>
    /// <param name="OrNone">Whether <em>none</em> is a value.</param>
    public sealed record Element(Sort Sort, bool OrNone = false) : Domain
    {
        /// <inheritdoc/>
        public override long Min => 0;

        /// <inheritdoc/>
        public override long Max => OrNone ? Sort.Size : Sort.Size - 1;

        /// <inheritdoc/>
        public override string Format(long value) =>
            value >= 0 && value < Sort.Size ? Sort.Elements[(int)value] : "none";
    }

    /// <summary>A subset of a sort as a bit mask: bit i stands for element i.</summary>
    /// <param name="Sort">The sort.</param>
    public sealed record Subset(Sort Sort) : Domain
    {
        /// <inheritdoc/>
        public override long Min => 0;

        /// <inheritdoc/>
        public override long Max => Sort.FullMask;

        /// <inheritdoc/>
        public override string Format(long value) =>
            "{" + string.Join(", ", Enumerable.Range(0, Sort.Size).Where(i => (value >> i & 1) != 0).Select(i => Sort.Elements[i])) + "}";
    }
}
