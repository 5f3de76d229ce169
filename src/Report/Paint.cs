namespace CoherenceCheck.Report;

/// <summary>Colour for terminals; plain text where it is off.</summary>
internal sealed class Paint(bool on)
{
    public string Bold(string text) => Wrap(text, "1");

    public string Dim(string text) => Wrap(text, "2");

    public string Good(string text) => Wrap(text, "32");

    public string Bad(string text) => Wrap(text, "31;1");

    public string Mark(string text) => Wrap(text, "33");

    private string Wrap(string text, string code) => on && text.Length > 0 ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
