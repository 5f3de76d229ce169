namespace CoherenceCheck.Cli.Tests;

/// <summary>The launcher, in a checkout of its own with a compiler that compiles nothing: what fails in it is no verdict.</summary>
public sealed class LauncherTests
{
    private const string Compiler = """
        #!/usr/bin/env bash
        case $1 in
            --version) echo 10.0.100 ;;
            build) [[ ! -e broken ]] && touch src/Cli/bin/Release/net10.0/coherencecheck.dll ;;
            *) echo "ran: ${*:2}"; exit 3 ;;
        esac
        """;

    [Theory]
    [InlineData("")]
    [InlineData("2>&-")]
    [InlineData("<&- 2>&-")]
    public void It_becomes_the_program(string streams)
    {
        var run = Launch("true", streams);
        Assert.Equal((3, "ran: check x\n"), (run.Code, run.Output));
    }

    [Theory]
    [InlineData("touch src/Cli/obj", "src/Cli/obj cannot be made")]
    [InlineData("touch src/Cli/bin", "src/Cli/bin/Release/net10.0 cannot be made")]
    [InlineData("mkdir -p src/Cli/obj/launcher.lock", "launcher.lock cannot be written")]
    [InlineData("mkdir -p src/Cli/obj/launcher.log", "launcher.log cannot be written")]
    [InlineData("mkdir -p src/Cli/obj/launcher.stamp", "launcher.stamp cannot be written")]
    [InlineData("mkdir -p src/Cli/obj ; ln -s /dev/full src/Cli/obj/launcher.began", "launcher.began cannot be written")]
    [InlineData("mkdir -p src/Cli/obj ; ln -s /no/such/folder/x src/Cli/obj/launcher.log", "launcher.log cannot be written")]
    [InlineData("touch broken", "the build failed")]
    [InlineData("echo '#!/no/such/interpreter' > bin/dotnet", "needs the .NET SDK")]
    [InlineData("rm build/install-z3", "the launcher failed in line")]
    public void What_fails_in_it_exits_70_and_says_what(string script, string said)
    {
        var run = Launch(script, "");
        Assert.Equal((70, ""), (run.Code, run.Output));
        Assert.Contains(said, run.Error, StringComparison.Ordinal);

        // Where nobody can read it, too.
        Assert.Equal(70, Launch(script, "2>&-").Code);
    }

    [Fact]
    public void A_checkout_that_cannot_be_written_exits_70_where_it_must_be_built_and_runs_where_it_is()
    {
        Assert.SkipUnless(Shell.Of("/", "unshare --mount true").Code == 0, "Mounts need rights.");
        const string ReadOnly = "mount --bind -o ro . . 2>/dev/null || { mount --bind . . ; mount -o remount,bind,ro . ; } ; cd \"$PWD\" ;";
        using var checkout = Checkout();
        var refused = Shell.Of(checkout.Path, $"unshare --mount bash -c '{ReadOnly} PATH=$PWD/bin:$PATH COHERENCECHECK_AHEAD=off ./coherencecheck check x'");
        Assert.Equal(70, refused.Code);
        Assert.Contains("cannot be", refused.Error, StringComparison.Ordinal);
        Shell.Of(checkout.Path, "PATH=$PWD/bin:$PATH COHERENCECHECK_AHEAD=off ./coherencecheck check x");
        Assert.Equal(3, Shell.Of(checkout.Path, $"unshare --mount bash -c '{ReadOnly} PATH=$PWD/bin:$PATH ./coherencecheck check x'").Code);
    }

    private static Run Launch(string script, string streams)
    {
        using var checkout = Checkout();
        return Shell.Of(checkout.Path, $"{script}\nPATH=$PWD/bin:$PATH COHERENCECHECK_AHEAD=off ./coherencecheck check x {streams}");
    }

    private static TemporaryFolder Checkout()
    {
        var folder = new TemporaryFolder();
        folder.Write("src/Cli/Cli.csproj", "<Project />");
        folder.Write("build/install-z3", "#!/bin/sh\n");
        folder.Write("bin/dotnet", Compiler);
        File.Copy(Path.Combine(Repository.Root, "coherencecheck"), Path.Combine(folder.Path, "coherencecheck"));
        Shell.Succeed(folder.Path, "chmod +x coherencecheck bin/dotnet build/install-z3");
        return folder;
    }
}
