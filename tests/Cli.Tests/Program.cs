using System.Diagnostics;
using System.Globalization;

namespace CoherenceCheck.Cli.Tests;

/// <summary>The program as a process of its own: for signals, memory, and standard streams.</summary>
internal sealed class Program : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private Program(Process process)
    {
        _process = process;
        (_output, _error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    /// <summary>Its command line, for a shell.</summary>
    public static string Command => $"dotnet '{Path.Combine(AppContext.BaseDirectory, "coherencecheck.dll")}'";

    /// <summary>Starts it.</summary>
    public static Program Start(params string[] args)
    {
        Repository.StandAtTheRoot();
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "coherencecheck.dll"), .. args];
        if (OperatingSystem.IsLinux())
        {
            // Whoever runs the tests may ignore signals, and children would, too.
            command = ["env", "--default-signal=HUP,INT,TERM", .. command];
        }

        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new Program(Process.Start(start)!);
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Whether it has loaded a library.</summary>
    public bool Loads(string library)
    {
        try
        {
            return File.ReadLines($"/proc/{_process.Id}/maps").Any(line => line.Contains(library, StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Waits until something is so, or it has ended, or for so long.</summary>
    public void WaitUntil(Func<bool> isSo, TimeSpan? most = null)
    {
        var clock = Stopwatch.StartNew();
        while (!_process.HasExited && !isSo() && (most is null || clock.Elapsed < most))
        {
            Thread.Sleep(5);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>What it printed, and the peak of its resident memory, in bytes.</returns>
    public (Run Run, long Peak) End()
    {
        var peak = 0L;
        var clock = Stopwatch.StartNew();
        while (!_process.WaitForExit(10))
        {
            peak = Math.Max(peak, Peak());
            if (clock.Elapsed > TimeSpan.FromMinutes(2))
            {
                _process.Kill();
                throw new TimeoutException("It did not end within two minutes.");
            }
        }

        _process.WaitForExit();
        return (new Run(_process.ExitCode, Run.WithoutVersion(_output.GetAwaiter().GetResult()), _error.GetAwaiter().GetResult()), peak);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>The system's own account, which never falls: what is read last before the end is the peak.</summary>
    private long Peak()
    {
        try
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            // It has just ended.
            return 0;
        }
    }
}
