namespace CoherenceCheck.Attributes.Configurations;

/// <summary>Multi-valued decision diagrams, reduced and shared: equal sets are the same node.</summary>
/// <remarks>Kam, Villa, Brayton and Sangiovanni-Vincentelli, "Multi-valued decision diagrams: theory and applications", 1998. A node
/// of level l has a child for each value of dimension l; a level that makes no difference has no node. The nodes of a space are
/// never freed: a space lives as long as one question. Not safe for several threads.</remarks>
internal sealed class DiagramNodes(int[] sizes)
{
    public const int Empty = 0;
    public const int Full = 1;

    private readonly List<(int Level, int[] Children)> _nodes = [(sizes.Length, []), (sizes.Length, [])];
    private readonly Dictionary<Children, int> _known = [];
    private readonly Dictionary<(Operation, int, int), int> _results = [];
    private readonly Dictionary<(int, int, int), int> _with = [];
    private readonly Dictionary<int, long> _counts = [];

    public enum Operation
    {
        And,
        Or,
        Except,
    }

    public int Cube(IReadOnlyList<ulong> allowed)
    {
        var node = Full;
        for (var level = sizes.Length - 1; level >= 0; level--)
        {
            var children = new int[sizes[level]];
            for (var value = 0; value < children.Length; value++)
            {
                children[value] = (allowed[level] >> value & 1) != 0 ? node : Empty;
            }

            node = Make(level, children);
        }

        return node;
    }

    public int Apply(Operation operation, int left, int right)
    {
        var simple = operation switch
        {
            Operation.And when left == Empty || right == Empty => Empty,
            Operation.And when left == Full || left == right => right,
            Operation.And when right == Full => left,
            Operation.Or when left == Full || right == Full => Full,
            Operation.Or when left == Empty || left == right => right,
            Operation.Or when right == Empty => left,
            Operation.Except when left == Empty || right == Full || left == right => Empty,
            Operation.Except when right == Empty => left,
            _ => -1,
        };
        if (simple >= 0)
        {
            return simple;
        }

        if (_results.TryGetValue((operation, left, right), out var known))
        {
            return known;
        }

        var level = Math.Min(_nodes[left].Level, _nodes[right].Level);
        var children = new int[sizes[level]];
        for (var value = 0; value < children.Length; value++)
        {
            children[value] = Apply(operation, Child(left, level, value), Child(right, level, value));
        }

        return _results[(operation, left, right)] = Make(level, children);
    }

    public long Count(int node) => CountBelow(node) * Product(0, _nodes[node].Level);

    /// <summary>The sum over all configurations of a set of the product of the weights of their values.</summary>
    public ulong Fingerprint(int node, ulong[][] weights)
    {
        var sums = weights.Select(SetFingerprint.Sum).ToArray();
        var known = new Dictionary<int, ulong> { [Empty] = 0, [Full] = 1 };
        return Skipped(0, node);

        // A level without a node has every value.
        ulong Skipped(int from, int below) => sums.AsSpan(from, _nodes[below].Level - from).ToArray().Aggregate(Below(below), SetFingerprint.Multiply);

        ulong Below(int node)
        {
            if (!known.TryGetValue(node, out var sum))
            {
                var (level, children) = _nodes[node];
                sum = SetFingerprint.Sum(children.Select((child, value) => SetFingerprint.Multiply(weights[level][value], Skipped(level + 1, child))));
                known.Add(node, sum);
            }

            return sum;
        }
    }

    /// <summary>The first configuration of a set that is not empty: the one whose values come first, dimension by dimension.</summary>
    public int[] First(int node)
    {
        var values = new int[sizes.Length];
        while (node != Full)
        {
            var (level, children) = _nodes[node];
            values[level] = Array.FindIndex(children, child => child != Empty);
            node = children[values[level]];
        }

        return values;
    }

    /// <summary>The set with one dimension at a value, and then free.</summary>
    public int With(int node, int dimension, int value)
    {
        var (level, children) = _nodes[node];
        if (level >= dimension)
        {
            return Child(node, dimension, value);
        }

        if (!_with.TryGetValue((node, dimension, value), out var result))
        {
            result = Make(level, [.. children.Select(child => With(child, dimension, value))]);
            _with.Add((node, dimension, value), result);
        }

        return result;
    }

    /// <summary>The configuration of a set that is not empty which differs from another in the fewest dimensions; the first of several.</summary>
    public int[] Nearest(int node, int[] from)
    {
        var distances = new Dictionary<int, int>();
        var values = (int[])from.Clone();
        while (node != Full)
        {
            var (level, children) = _nodes[node];
            var best = Enumerable.Range(0, children.Length).Where(value => children[value] != Empty)
                .MinBy(value => Distance(children[value]) + (value == from[level] ? 0 : 1));
            values[level] = best;
            node = children[best];
        }

        return values;

        int Distance(int below)
        {
            if (below == Full)
            {
                return 0;
            }

            if (!distances.TryGetValue(below, out var distance))
            {
                var (level, children) = _nodes[below];
                distance = Enumerable.Range(0, children.Length).Where(value => children[value] != Empty)
                    .Min(value => Distance(children[value]) + (value == from[level] ? 0 : 1));
                distances.Add(below, distance);
            }

            return distance;
        }
    }

    public int Child(int node, int level, int value) => _nodes[node].Level == level ? _nodes[node].Children[value] : node;

    private long CountBelow(int node)
    {
        if (node <= Full)
        {
            return node;
        }

        if (!_counts.TryGetValue(node, out var count))
        {
            var (level, children) = _nodes[node];
            count = children.Aggregate(0L, (sum, child) => sum + (CountBelow(child) * Product(level + 1, _nodes[child].Level)));
            _counts.Add(node, count);
        }

        return count;
    }

    private long Product(int from, int to)
    {
        var product = 1L;
        for (var level = from; level < to; level++)
        {
            product *= sizes[level];
        }

        return product;
    }

    private int Make(int level, int[] children)
    {
        if (Array.TrueForAll(children, child => child == children[0]))
        {
            return children[0];
        }

        var key = new Children(level, children);
        if (!_known.TryGetValue(key, out var node))
        {
            node = _nodes.Count;
            _nodes.Add((level, children));
            _known.Add(key, node);
        }

        return node;
    }

    private readonly record struct Children(int Level, int[] Nodes)
    {
        public bool Equals(Children other) => Level == other.Level && Nodes.AsSpan().SequenceEqual(other.Nodes);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(Level);
            foreach (var node in Nodes)
            {
                hash.Add(node);
            }

            return hash.ToHashCode();
        }
    }
}
