using System.Collections.Immutable;
using CoherenceCheck.Language.Syntax;

namespace CoherenceCheck.Language.Binding;

/// <summary>What <c>with L: stmt</c> and <c>move</c> do to the body in which the label stands; to any other body nothing.</summary>
internal static class BodyEdits
{
    public static ImmutableArray<StatementSyntax>? Replace(ImmutableArray<StatementSyntax> body, ReplaceEditSyntax edit)
    {
        var index = IndexOf(body, edit.Label.Text);
        return index < 0 ? null : body.SetItem(index, edit.Statement with { Label = body[index].Label, Replaces = body[index].Replaces ?? body[index] });
    }

    public static ImmutableArray<StatementSyntax>? Move(ImmutableArray<StatementSyntax> body, MoveEditSyntax edit)
    {
        var from = IndexOf(body, edit.Label.Text);
        if (from < 0 || IndexOf(body, edit.Target.Text) < 0 || edit.Label.Text == edit.Target.Text)
        {
            return null;
        }

        var rest = body.RemoveAt(from);
        var to = IndexOf(rest, edit.Target.Text);
        return rest.Insert(edit.IsBefore ? to : to + 1, body[from]);
    }

    private static int IndexOf(ImmutableArray<StatementSyntax> body, string label)
    {
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i].Label?.Text == label)
            {
                return i;
            }
        }

        return -1;
    }
}
