using System.Security.Cryptography;
using System.Text;

namespace CoherenceCheck.Report.Html;

/// <summary>The style and the script of the page, and their hashes for its content security policy.</summary>
/// <param name="Content">The element's content: valid in HTML and in XML.</param>
internal sealed record Resource(string Content)
{
    /// <summary>The style.</summary>
    public static Resource Style { get; } = new("/*<![CDATA[*/\n" + Read("report.css") + "/*]]>*/");

    /// <summary>The script.</summary>
    public static Resource Script { get; } = new("//<![CDATA[\n" + Read("report.js") + "//]]>");

    /// <summary>What allows it, and nothing else.</summary>
    /// <remarks>W3C "Content Security Policy Level 3", 6.7.3.3: the hash of the element's text.</remarks>
    public string Source => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Content)))}'";

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Resource).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} is missing."));

        // A checkout may have other line ends; browsers hash what they parsed, with \n.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
