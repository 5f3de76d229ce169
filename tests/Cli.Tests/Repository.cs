namespace CoherenceCheck.Cli.Tests;

/// <summary>The checkout that the tests belong to: its specs and documents are inputs.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Whether golden outputs and examples in documents are written anew instead of compared.</summary>
    public static bool Updates => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";

    /// <summary>A file of the checkout.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Commands name specs from here, as users do.</summary>
    public static void StandAtTheRoot()
    {
        Environment.CurrentDirectory = Root;
        Environment.SetEnvironmentVariable("NO_COLOR", "1");
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "CoherenceCheck.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not lie in a checkout.");
        }

        return folder;
    }
}
