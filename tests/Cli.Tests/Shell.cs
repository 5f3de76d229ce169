using System.ComponentModel;
using System.Diagnostics;

namespace CoherenceCheck.Cli.Tests;

/// <summary>Scripts as a CI server runs them: by bash, in a folder, with an environment.</summary>
internal static class Shell
{
    /// <summary>Runs a script that ends at its first failure.</summary>
    /// <remarks>What the tests were started from must not reach it: git's variables inside a hook, MSBuild's inside <c>dotnet test</c>, the user's git configuration.</remarks>
    public static Run Of(string folder, string script, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT", StringComparison.Ordinal) || name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"This did not end within five minutes: {script}");
        }

        return new Run(process.ExitCode, Run.WithoutVersion(output.GetAwaiter().GetResult()), error.GetAwaiter().GetResult());
    }

    /// <summary>Runs a script that must succeed.</summary>
    public static Run Succeed(string folder, string script, IReadOnlyDictionary<string, string>? environment = null)
    {
        var run = Of(folder, script, environment);
        Assert.True(run.Code == 0, $"exit code {run.Code} of: {script}\n{run.Output}{run.Error}");
        return run;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"These tests need bash: {exception.Message}", exception);
        }
    }
}
