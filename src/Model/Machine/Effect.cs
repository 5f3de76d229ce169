using System.Collections.Immutable;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Machine;

/// <summary>Maintenance that a part obeys. What it does stands here; when it takes effect, and what waits for it, is the PE's.</summary>
/// <param name="Kind">The operation.</param>
/// <param name="Name">Its name in variables and rules.</param>
/// <param name="Words">Its name in sentences.</param>
internal sealed record Effect(OperationKind Kind, string Name, string Words)
{
    /// <summary>What it is of, for each of which it may be pending: a line, an ASID and a virtual page; nothing where it is of all there is.</summary>
    public ImmutableArray<Parameter> Place { get; init; } = [];

    /// <summary>Whether it is of one line.</summary>
    public bool IsByLine => Place is [{ Name: "x" }];

    /// <summary>What it takes effect on, each at its own time; <see langword="null"/> for what has one place.</summary>
    public EffectTarget? Target { get; init; }

    /// <summary>Whether there is anything to do: given the line, or any line where it is of all.</summary>
    public Func<Expr, Expr>? IsNeeded { get; init; }

    /// <summary>It in words, given the names of what it is of, where these are not just to be told one after the other.</summary>
    public Func<ImmutableArray<string>, string>? Tells { get; init; }

    /// <summary>It in words, given the names of what it is of.</summary>
    public string WordsOf(ImmutableArray<string> of) => Tells is { } tells ? tells(of) : Words + string.Concat(of.Select(name => " " + name));

    /// <summary>It in words, with what it is of by the number of the cell in which it is pending.</summary>
    public string WordsOf(int cell)
    {
        var of = new string[Place.Length];
        for (var i = Place.Length - 1; i >= 0; i--)
        {
            of[i] = Place[i].Sort.Elements[cell % Place[i].Sort.Size];
            cell /= Place[i].Sort.Size;
        }

        return WordsOf([.. of]);
    }

    /// <summary>What it does: to what it is of, and at a target.</summary>
    public required Func<ImmutableArray<Expr>, Expr?, IEnumerable<Statement>> Takes { get; init; }
}

/// <summary>What maintenance takes effect on.</summary>
/// <param name="Parameter">The parameter that says on which.</param>
/// <param name="Own">The one that belongs to a pCPU.</param>
/// <param name="AtOneInstant">Where maintenance takes effect on all of them at one instant; <see langword="null"/> where it never does.</param>
internal sealed record EffectTarget(Parameter Parameter, Func<Expr, Expr> Own, Expr? AtOneInstant)
{
    /// <summary>Those that belong to a pCPU, as a set; <see langword="null"/> where that is one.</summary>
    public Func<Expr, Expr>? OwnOnes { get; init; }

    /// <summary>Those that belong to a pCPU, as a set.</summary>
    public Expr OwnSet(Expr p) => OwnOnes?.Invoke(p) ?? Ex.Singleton(Own(p));

    /// <summary>All of them.</summary>
    public Expr All => Ex.Const(Parameter.Sort.FullMask);
}
