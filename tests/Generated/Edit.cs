using System.Collections.Immutable;

namespace CoherenceCheck.Generated;

/// <summary>An edit of a policy, as a row writes it, and what it means: another text.</summary>
public abstract record Edit
{
    private Edit()
    {
    }

    /// <summary>The spec whose text the edit stands for.</summary>
    public abstract SpecTree Apply(SpecTree spec);

    /// <summary>Whether the labels that it names stand where they must.</summary>
    public virtual bool IsPossible(SpecTree spec) => true;

    /// <summary>The labels that the edit names.</summary>
    public abstract ImmutableArray<string> Labels { get; }

    /// <summary><c>without L</c>: the statement or setting is not there.</summary>
    /// <param name="Label">The label.</param>
    public sealed record Without(string Label) : Edit
    {
        /// <inheritdoc/>
        public override ImmutableArray<string> Labels => [Label];

        /// <inheritdoc/>
        public override SpecTree Apply(SpecTree spec)
        {
            var edited = spec.MapPolicies(Delete).MapPrograms(Delete);
            return edited with
            {
                Policies = [.. edited.Policies.Select(policy => policy with { Members = policy.Members.RemoveAll(member => member is PolicyMember.Setting { Label: { } label } && label == Label) })],
            };
        }

        /// <inheritdoc/>
        public override string ToString() => $"without {Label}";

        private ImmutableArray<Statement> Delete(ImmutableArray<Statement> body) =>
            [.. body.RemoveAll(statement => statement.Label == Label).Select(statement => statement.WithoutOperand(Label))];
    }

    /// <summary><c>with L: stmt</c>: another statement is there, with the label.</summary>
    /// <param name="Label">The label.</param>
    /// <param name="Statement">The other statement.</param>
    public sealed record Replace(string Label, Statement Statement) : Edit
    {
        /// <inheritdoc/>
        public override ImmutableArray<string> Labels => [Label];

        /// <inheritdoc/>
        public override SpecTree Apply(SpecTree spec) => spec.MapPolicies(Put).MapPrograms(Put);

        /// <inheritdoc/>
        public override string ToString() => $"with {Label}: {Statement with { Label = null }}";

        private ImmutableArray<Statement> Put(ImmutableArray<Statement> body) => [.. body.Select(statement => statement.Label == Label ? Statement with { Label = Label } : statement)];
    }

    /// <summary><c>move L before M</c>, <c>move L after M</c>: the statement stands elsewhere in its body.</summary>
    /// <param name="Label">The label.</param>
    /// <param name="IsBefore">Whether it goes before the other.</param>
    /// <param name="Target">The label of the other.</param>
    public sealed record Move(string Label, bool IsBefore, string Target) : Edit
    {
        /// <inheritdoc/>
        public override ImmutableArray<string> Labels => [Label, Target];

        /// <inheritdoc/>
        public override bool IsPossible(SpecTree spec)
        {
            var inOneBody = false;
            ImmutableArray<Statement> Look(ImmutableArray<Statement> body)
            {
                inOneBody |= body.Any(statement => statement.Label == Label) && body.Any(statement => statement.Label == Target);
                return body;
            }

            spec.MapPolicies(Look).MapPrograms(Look);
            return inOneBody;
        }

        /// <inheritdoc/>
        public override SpecTree Apply(SpecTree spec) => spec.MapPolicies(Put).MapPrograms(Put);

        private ImmutableArray<Statement> Put(ImmutableArray<Statement> body)
        {
            if (body.FirstOrDefault(statement => statement.Label == Label) is not { } moved)
            {
                return body;
            }

            var rest = body.Remove(moved);
            var target = rest.IndexOf(rest.First(statement => statement.Label == Target));
            return rest.Insert(IsBefore ? target : target + 1, moved);
        }

        /// <inheritdoc/>
        public override string ToString() => $"move {Label} {(IsBefore ? "before" : "after")} {Target}";
    }
}
