namespace CoherenceCheck.Cli.Files;

/// <summary>Why a result cannot be written, in words about the file that was named: what it is written to first is nobody's concern.</summary>
internal static class WriteFailure
{
    /// <summary>The reason behind an exception.</summary>
    public static string Reason(Exception e) => e switch
    {
        DirectoryNotFoundException => "its folder does not exist",
        UnauthorizedAccessException => "access is denied",
        _ => e.Message.Replace(FileClaims.PartialOf("") + "'", "'", StringComparison.Ordinal),
    };
}
