using CoherenceCheck.Architecture.Tests.KnownBad;
using NetArchTest.Rules;

namespace CoherenceCheck.Architecture.Tests;

/// <summary>The code keeps to its layout; and each law rejects what is known to break it, so that it does say something.</summary>
public sealed class LawTests
{
    public static TheoryData<string> Projects() => [.. Project.All.Select(project => project.Name)];

    public static TheoryData<string> Silent() => [.. Project.All.Where(project => project.Name != "Cli").Select(project => project.Name)];

    [Fact]
    public void Every_project_of_src_has_its_laws() =>
        Assert.Equal(Project.Folders().Order(StringComparer.Ordinal), Project.All.Select(project => project.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_only_what_it_may_know(string name) => Assert.Empty(Laws.References(Project.Of(name), Project.Of(name).File));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assembly_uses_only_what_it_may_know(string name) => Assert.Empty(Laws.Assemblies(Project.Of(name), Project.Of(name).Assembly));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Types_use_only_what_they_may_know(string name) => Assert.Empty(Laws.Namespaces(Project.Of(name), TypesOf(name)));

    [Theory]
    [MemberData(nameof(Silent))]
    public void Only_the_command_line_talks_to_the_console(string name) => Assert.Empty(Laws.NoConsole(TypesOf(name)));

    [Theory]
    [InlineData("Transitions")]
    [InlineData("Explorer")]
    public void What_holds_for_any_system_names_nothing_of_the_domain(string name) => Assert.Empty(Laws.NoDomain(TypesOf(name)));

    public static TheoryData<string> Rooms() => [.. Room.All.Select(room => room.Name)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_of_the_model_knows_none_that_it_must_not_know(string name) => Assert.Empty(Laws.Rooms(Room.All.Single(room => room.Name == name), TypesOf("Model")));

    /// <summary>A new mechanism, or a new PE model, does not stand outside the laws.</summary>
    [Fact]
    public void Every_folder_of_a_mechanism_has_its_laws()
    {
        var folders = new[] { "Machine", "Pe" }.SelectMany(room => Directory.GetDirectories(Path.Combine(Project.Sources(), "Model", room)).Select(folder => $"{room}.{Path.GetFileName(folder)}"));
        Assert.DoesNotContain(folders, folder => Room.All.All(room => room.Name != folder && room.Name != folder.Split('.')[0]));
    }

    [Fact]
    public void A_room_that_knows_what_it_must_not_is_rejected()
    {
        Assert.Contains(Laws.Rooms(new Room("Machine", ["Pe"]), TypesOf("Model")), type => type.StartsWith("CoherenceCheck.Model.Machine.LineParts", StringComparison.Ordinal));
        Assert.NotEmpty(Laws.Rooms(new Room("Narration", ["Machine"]), TypesOf("Model")));
    }

    [Fact]
    public void Laws_do_look_at_what_is_built()
    {
        Assert.NotEmpty(Laws.NoConsole(TypesOf("Cli")));
        Assert.NotEmpty(Laws.NoDomain(TypesOf("Model")));
        Assert.NotEmpty(Laws.Namespaces(Project.Of("Explorer"), TypesOf("Cli")));
    }

    [Fact]
    public void A_report_that_references_the_explorer_is_rejected() => Assert.Equal(
        ["Explorer"],
        Laws.References(Project.Of("Report"), """<Project><ItemGroup><ProjectReference Include="../Model/Model.csproj" /><ProjectReference Include="../Explorer/Explorer.csproj" /></ItemGroup></Project>"""));

    [Fact]
    public void An_assembly_that_uses_the_explorer_is_rejected() =>
        Assert.Contains("CoherenceCheck.Explorer", Laws.Assemblies(Project.Of("Report"), typeof(ReportThatSearches).Assembly));

    [Fact]
    public void A_type_that_uses_the_explorer_is_rejected() => Rejects(typeof(ReportThatSearches), types => Laws.Namespaces(Project.Of("Report"), types));

    [Fact]
    public void A_type_that_uses_the_explorer_is_accepted_where_it_may() =>
        Assert.DoesNotContain(Laws.Namespaces(Project.Of("Cli"), Own()), type => type.StartsWith(typeof(ReportThatSearches).FullName!, StringComparison.Ordinal));

    [Fact]
    public void A_type_that_writes_to_the_console_is_rejected() => Rejects(typeof(ModelThatTalks), Laws.NoConsole);

    [Fact]
    public void A_type_that_is_named_after_the_domain_is_rejected() => Rejects(typeof(GuestTable), Laws.NoDomain);

    [Fact]
    public void A_type_with_a_parameter_that_is_named_after_the_domain_is_rejected() => Rejects(typeof(TableThatAsks), Laws.NoDomain);

    private static void Rejects(Type known, Func<Types, IEnumerable<string>> law) =>
        Assert.Contains(law(Own()), type => type.StartsWith(known.FullName!, StringComparison.Ordinal));

    private static Types Own() => Types.InAssembly(typeof(LawTests).Assembly);

    private static Types TypesOf(string name) => Types.InAssembly(Project.Of(name).Assembly);
}
