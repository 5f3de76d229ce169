using System.CommandLine;
using System.Globalization;

namespace CoherenceCheck.Cli.Commands;

/// <summary>Options that take numbers: what is none, or too large, is said in a sentence.</summary>
internal static class NumberOption
{
    /// <summary>A number above 0.</summary>
    public static Option<long?> Positive(string name, string description) => Of<long?>(name, description, 1, long.MaxValue, number => number);

    /// <summary>A number above 0, in 32 bits.</summary>
    /// <param name="name">The name of the option.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="otherwise">What it is where nothing is said.</param>
    public static Option<int> PositiveInt(string name, string description, int otherwise)
    {
        var option = Of(name, description, 1, int.MaxValue, number => (int)number);
        option.DefaultValueFactory = _ => otherwise;
        return option;
    }

    /// <summary>The number of a row: that there is no such row is said by who knows them.</summary>
    public static Option<int?> Row(string name, string description) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            result.AddError($"{name} takes the number of a row, as 'check' prints it in brackets, not '{text}'.");
            return null;
        },
    };

    /// <summary>A whole number within bounds.</summary>
    public static Option<T> Of<T>(string name, string description, long least, long most, Func<long, T> convert) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return convert(number);
            }

            var isNumber = text.TrimStart('-', '+') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);
            result.AddError(!isNumber ? $"{name} takes a whole number, not '{text}'."
                : least == 1 && (text[0] == '-' || text.Trim('0').Length == 0) ? $"{name} takes a number above 0."
                : string.Create(CultureInfo.InvariantCulture, $"{name} takes a number from {least} to {most}, not '{text}'."));
            return default!;
        },
    };

    /// <summary>A number of seconds above 0; 0 where nothing is said.</summary>
    public static Option<double> Seconds(string name, string description) => new(name)
    {
        HelpName = "SECONDS",
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 && double.IsFinite(seconds))
            {
                return seconds;
            }

            result.AddError($"{name} takes a number of seconds above 0, not '{text}'.");
            return 0;
        },
    };
}
