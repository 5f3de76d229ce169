using System.Globalization;

namespace CoherenceCheck.Model.Tests.Reference.Translation;

/// <summary>Values as specs write them.</summary>
internal static class Values
{
    public static int Number(string value) => int.Parse(value, NumberStyles.Integer, CultureInfo.InvariantCulture);
}
