using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;

namespace CoherenceCheck.Transitions;

/// <summary>A 128-bit hash of what a system means to a search: names of the system, labels and sources do not matter. Equal systems have equal hashes.</summary>
/// <remarks>It is XxHash128 of <see cref="CanonicalText"/>, a prefix notation in which every list carries its length, so that different
/// systems never have the same text. Names of rules, variables, sorts and elements count: counterexamples show them.</remarks>
/// <param name="High">The high half.</param>
/// <param name="Low">The low half.</param>
public readonly record struct StructuralHash(ulong High, ulong Low)
{
    /// <summary>The hash of a system.</summary>
    public static StructuralHash Of(TransitionSystem system)
    {
        var hash = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(CanonicalText(system)));
        return new StructuralHash((ulong)(hash >> 64), (ulong)hash);
    }

    /// <summary>The text that is hashed.</summary>
    public static string CanonicalText(TransitionSystem system)
    {
        var writer = new Writer();
        writer.List(system.Sorts, s => writer.Name(s.Name).List(s.Elements, e => writer.Name(e)));
        writer.List(system.Variables, v => writer.Name(v.Name).List(v.Index, s => writer.Name(s.Name)).Domain(v.Domain).Token(v.Role.ToString()));
        writer.List(system.InitialStates, i => writer.Name(i.Name).Block(i.Body));
        writer.List(system.Rules, r => writer.Name(r.Name).Parameters(r.Parameters).Expr(r.Guard).Block(r.Body));
        writer.List(system.Fills, f => writer.Name(f.Name).Parameters(f.Parameters).Name(f.Target.Name).Exprs(f.Index).Expr(f.Value).Expr(f.When));
        writer.Token(system.Cut is null ? "uncut" : "cut").Expr(system.Cut ?? Ex.False).Expr(system.Terminal);
        writer.List([.. system.Properties.Where(p => p.Kind != PropertyKind.Sight)], p => writer.Name(p.Name).Token(p.Kind.ToString()).Expr(p.Condition));
        return writer.ToString();
    }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";

    private sealed class Writer
    {
        private readonly StringBuilder _text = new();

        public override string ToString() => _text.ToString();

        public Writer Token(string token)
        {
            _text.Append(token).Append(' ');
            return this;
        }

        public Writer Number(long value)
        {
            _text.Append(value).Append(' ');
            return this;
        }

        public Writer Name(string name)
        {
            _text.Append(name.Length).Append(':').Append(name).Append(' ');
            return this;
        }

        public Writer List<T>(ImmutableArray<T> items, Action<T> each)
        {
            Number(items.Length);
            foreach (var item in items)
            {
                each(item);
            }

            return this;
        }

        public Writer Parameters(ImmutableArray<Parameter> parameters) => List(parameters, p => Name(p.Name).Name(p.Sort.Name));

        public Writer Exprs(ImmutableArray<Expr> list) => List(list, e => Expr(e));

        public Writer Domain(Domain domain) => domain switch
        {
            Transitions.Domain.Range r => Token("range").Number(r.Low).Number(r.High),
            Transitions.Domain.Element e => Token(e.OrNone ? "element?" : "element").Name(e.Sort.Name),
            Transitions.Domain.Subset s => Token("subset").Name(s.Sort.Name),
            _ => throw new InvalidOperationException($"unknown domain {domain.GetType().Name}"),
        };

        public Writer Block(ImmutableArray<Statement> block) => List(block, s =>
        {
            _ = s switch
            {
                Statement.Assign a => Token("assign").Name(a.Variable.Name).Exprs(a.Index).Expr(a.Value),
                Statement.Let l => Token("let").Name(l.Name).Expr(l.Value),
                Statement.If i => Token("if").Expr(i.Condition).Block(i.Then).Block(i.Else),
                Statement.ForEach f => Token("each").Name(f.Binder).Name(f.Sort.Name).Block(f.Body),
                Statement.Fail f => Token("fail").Expr(f.Condition).Name(f.Message),
                _ => throw new InvalidOperationException($"unknown statement {s.GetType().Name}"),
            };
        });

        public Writer Expr(Expr e) => e switch
        {
            Transitions.Expr.Const c => Number(c.Value),
            Transitions.Expr.Read r => Token("read").Name(r.Variable.Name).Exprs(r.Index),
            Transitions.Expr.Local l => Token("local").Name(l.Name),
            Transitions.Expr.Unary u => Token(u.Op.ToString()).Expr(u.Operand),
            Transitions.Expr.Binary b => Token(b.Op.ToString()).Expr(b.Left).Expr(b.Right),
            Transitions.Expr.Conditional c => Token("choose").Expr(c.Condition).Expr(c.Then).Expr(c.Else),
            Transitions.Expr.Fold f => Token("fold").Token(f.Op.ToString()).Name(f.Binder).Name(f.Sort.Name).Expr(f.Body),
            _ => throw new InvalidOperationException($"unknown expression {e.GetType().Name}"),
        };
    }
}
