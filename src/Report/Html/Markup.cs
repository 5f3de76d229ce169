using System.Text;
using System.Xml;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Report.Html;

/// <summary>Writes HTML that is also well-formed XML: the library escapes, and nothing but void elements is self-closing.</summary>
/// <remarks>HTML reads <c>&lt;td/&gt;</c> as an open tag, so an element without content is written with its end tag. Script and style
/// stand in CDATA sections behind comments: HTML reads them raw, XML does not.</remarks>
internal sealed class Markup : IDisposable
{
    private readonly XmlWriter _xml;

    public Markup(Stream output)
    {
        // The library would write a blank before the end of it.
        output.Write("<!DOCTYPE html>\n"u8);
        _xml = XmlWriter.Create(output, new XmlWriterSettings { OmitXmlDeclaration = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false), CloseOutput = false });
    }

    /// <summary>Opens an element; attributes may follow.</summary>
    public Markup Open(string tag, string? style = null, string? id = null)
    {
        _xml.WriteStartElement(tag);
        if (id is not null)
        {
            Attribute("id", id);
        }

        return style is null ? this : Attribute("class", style);
    }

    /// <summary>An attribute of the element that was just opened.</summary>
    public Markup Attribute(string name, string value)
    {
        _xml.WriteAttributeString(name, Printable.Of(value));
        return this;
    }

    /// <summary>Text, escaped.</summary>
    public Markup Text(string text)
    {
        _xml.WriteString(Printable.Of(text));
        return this;
    }

    /// <summary>Closes the innermost element.</summary>
    public Markup Close()
    {
        _xml.WriteFullEndElement();
        return this;
    }

    /// <summary>Closes several.</summary>
    public Markup Close(int count)
    {
        for (; count > 0; count--)
        {
            Close();
        }

        return this;
    }

    /// <summary>An element with text alone.</summary>
    public Markup Element(string tag, string text, string? style = null) => Open(tag, style).Text(text).Close();

    /// <summary>A link to an element of the page.</summary>
    public Markup Link(string target, string text, string? style = null) => Open("a", style).Attribute("href", "#" + target).Text(text).Close();

    /// <summary>A void element with attributes: each a name and a value.</summary>
    public Markup Void(string tag, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Open(tag);
        foreach (var (name, value) in attributes)
        {
            Attribute(name, value);
        }

        _xml.WriteEndElement();
        return this;
    }

    /// <summary>A script or a style, as <see cref="Resource"/> holds it.</summary>
    public Markup Raw(string tag, string content)
    {
        Open(tag);
        _xml.WriteRaw(content);
        return Close();
    }

    /// <summary>A line break of the source, where it means nothing to a reader.</summary>
    public Markup Line()
    {
        _xml.WriteRaw("\n");
        return this;
    }

    public void Dispose() => _xml.Dispose();
}
