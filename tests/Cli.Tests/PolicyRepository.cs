namespace CoherenceCheck.Cli.Tests;

/// <summary>The repository of docs/ci.md in a temporary folder, and the program, packed and installed as a .NET tool beside it.</summary>
/// <remarks><c>main</c> is the repository, <c>base</c> a second checkout of its main branch; every change has a checkout by its name, merged into
/// main as a CI server does with a pull request.</remarks>
public sealed class PolicyRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PolicyRepository()
    {
        if (Shell.Of(_folder.Path, "command -v git").Code != 0)
        {
            throw new InvalidOperationException("These tests build a repository: they need git (package git).");
        }

        Install();
        foreach (var (name, content) in PolicyDocument.Files)
        {
            _folder.Write(System.IO.Path.Combine("main", name), content);
        }

        Shell.Succeed(Folder("main"), $"git init -q -b main . && git add . && {Git} commit -qm 'The policy of today' && git worktree add -q --detach ../base main");
        foreach (var state in PolicyDocument.Changes)
        {
            Add(state, state, state);
        }
    }

    /// <summary>What a CI server sets for every step, and a <c>PATH</c> on which the tool comes first.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static string Git => "git -c user.name=Somebody -c user.email=somebody@example.org -c commit.gpgsign=false";

    /// <summary>A folder beside the repository, or a checkout of it.</summary>
    public string Folder(string name) => System.IO.Path.Combine(_folder.Path, name);

    /// <summary>A checkout of a change, merged into main.</summary>
    /// <param name="name">Of the branch and of the checkout.</param>
    /// <param name="patch">Which patch of the page.</param>
    /// <param name="message">Of the commit.</param>
    public void Add(string name, string patch, string message)
    {
        var file = _folder.Write($"{name}.patch", PolicyDocument.Patch(patch));
        _folder.Write($"{name}.message", message);
        Shell.Succeed(Folder("main"), $"git worktree add -q -b {name} ../{name} main");
        Shell.Succeed(Folder(name), $"git apply '{file}' && {Git} commit -qaF ../{name}.message && git checkout -q --detach main && {Git} merge -q --no-ff -m merged {name}");
    }

    /// <summary>Runs a script in a checkout.</summary>
    internal Run Run(string state, string script, params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal);
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return Shell.Of(Folder(state), script, environment);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Packs what the tests were built with, and installs it with no other source than the folder of the package.</summary>
    private void Install()
    {
        var configuration = Directory.GetParent(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!.Name;
        _folder.Write("nuget.config", "<configuration><packageSources><clear /><add key=\"local\" value=\"packages\" /></packageSources></configuration>\n");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{Folder("tool")}:{System.Environment.GetEnvironmentVariable("PATH")}",
            ["RUNNER_TEMP"] = Directory.CreateDirectory(Folder("temp")).FullName,
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["DOTNET_NOLOGO"] = "1",
        };

        // Servers that a build leaves behind would keep a pipe open: what it prints goes to a file.
        Shell.Succeed(
            Repository.Root,
            $"dotnet pack src/Cli -c {configuration} --no-build -o '{Folder("packages")}' --nologo -nodeReuse:false >'{Folder("log")}' 2>&1 || {{ cat '{Folder("log")}'; exit 1; }}",
            environment);

        // Only now: the user's own caches must neither serve nor keep this package.
        environment["NUGET_PACKAGES"] = Folder("cache");
        environment["DOTNET_CLI_HOME"] = Directory.CreateDirectory(Folder("home")).FullName;
        environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        Environment = environment;
        Shell.Succeed(_folder.Path, "dotnet tool install CoherenceCheck --tool-path tool --configfile nuget.config", environment);
    }
}
