using System.Text;
using System.Text.Encodings.Web;
using CoherenceCheck.Language.Text;

namespace CoherenceCheck.Report;

/// <summary>Strings in JSON as people read them, with what cannot be shown (<see cref="Printable"/>) as an escape: the value is the same.</summary>
internal sealed unsafe class JsonText : JavaScriptEncoder
{
    private const int EscapeLength = 6;

    private static readonly JavaScriptEncoder Readable = UnsafeRelaxedJsonEscaping;

    /// <summary>The only one.</summary>
    public static JsonText Encoder { get; } = new();

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => Readable.MaxOutputCharactersPerInputCharacter;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => Readable.WillEncode(unicodeScalar) || !Printable.IsShown(new Rune(unicodeScalar));

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var rest = new ReadOnlySpan<char>(text, textLength);
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != System.Buffers.OperationStatus.Done || WillEncode(rune.Value))
            {
                return textLength - rest.Length;
            }

            rest = rest[length..];
        }

        return -1;
    }

    /// <inheritdoc/>
    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        // What it knows, and what has two UTF-16 units: all of these are known to it.
        if (Readable.WillEncode(unicodeScalar))
        {
            return Readable.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
        }

        numberOfCharactersWritten = 0;
        if (bufferLength < EscapeLength)
        {
            return false;
        }

        $"\\u{unicodeScalar:X4}".CopyTo(new Span<char>(buffer, bufferLength));
        numberOfCharactersWritten = EscapeLength;
        return true;
    }
}
