namespace CoherenceCheck.Cli.Tests;

/// <summary>The Dockerfile as far as it can be followed without a container.</summary>
public sealed class DockerfileTests
{
    private static readonly string[] Lines = Repository.Read("Dockerfile").Split('\n');

    /// <summary>What the build stage copies from the repository.</summary>
    private static IReadOnlyList<string> Copied { get; } = [.. Lines.TakeWhile(line => !line.StartsWith("FROM mcr.microsoft.com/dotnet/runtime", StringComparison.Ordinal))
        .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[1..^1])];

    [Fact]
    public void What_the_Dockerfile_copies_exists_and_is_not_ignored()
    {
        Assert.Contains("src", Copied);
        var ignore = Repository.Read(".dockerignore").Split('\n');
        Assert.Equal("*", ignore.First(line => !line.StartsWith('#')));
        Assert.All(Copied, path => Assert.True(System.IO.Path.Exists(System.IO.Path.Combine(Repository.Root, path)), path));
        Assert.Equal(Copied.Select(path => "!" + path).Order(StringComparer.Ordinal), ignore.Where(line => line.StartsWith('!')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_commands_of_the_build_stage_make_a_working_program_of_what_is_copied_without_docker()
    {
        using var folder = new TemporaryFolder();
        var command = Assert.Single(Lines, line => line.StartsWith("RUN dotnet ", StringComparison.Ordinal))[4..];
        Assert.Contains(" -o /app ", command, StringComparison.Ordinal);
        Assert.Contains("COPY --from=build /app /opt/coherencecheck", Lines);
        Assert.Contains("ENTRYPOINT [\"coherencecheck\"]", Lines);
        Shell.Succeed(Repository.Root, $"tar --exclude=bin --exclude=obj -cf - {string.Join(' ', Copied)} | tar -xf - -C '{folder.Path}'");

        command = $"{command.Replace("/app", "app", StringComparison.Ordinal)} -nodeReuse:false >log 2>&1";

        // Known to fail: a file that is not copied.
        Assert.NotEqual(0, Shell.Of(folder.Path, $"mv Directory.Packages.props aside && {command}").Code);
        Shell.Succeed(folder.Path, $"mv aside Directory.Packages.props && {{ {command} || {{ cat log; exit 1; }}; }}");
        var run = Shell.Of(Repository.Root, $"'{folder.Path}/app/coherencecheck' check specs/kvm/c04-broadcast.coh --quiet --trace none");
        Assert.Equal(0, run.Code);
        Assert.Contains("19 rows: 19 as expected", run.Output, StringComparison.Ordinal);
    }
}
