using System.Reflection;
using System.Xml.Linq;
using NetArchTest.Rules;

namespace CoherenceCheck.Architecture.Tests;

/// <summary>The laws. Each says what breaks it: nothing where it is kept.</summary>
internal static class Laws
{
    /// <summary>A project references only those that it may know, even if it uses nothing of the others.</summary>
    /// <param name="project">The project.</param>
    /// <param name="file">The text of its project file.</param>
    public static IEnumerable<string> References(Project project, string file) =>
        XDocument.Parse(file).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)).Except(project.Knows);

    /// <summary>An assembly uses only assemblies of the projects that a project may know: also those that come along with a reference.</summary>
    public static IEnumerable<string> Assemblies(Project project, Assembly assembly) =>
        Referenced(assembly).Intersect(Project.All.Select(other => other.Assembly.GetName().Name!)).Except(project.Knows.Select(name => Project.Of(name).Assembly.GetName().Name!));

    /// <summary>A type uses no namespace of a project that its own may not know.</summary>
    public static IEnumerable<string> Namespaces(Project project, Types types) => Failing(types.Should().NotHaveDependencyOnAny(project.Forbidden));

    /// <summary>Only the command line talks to the console: what is asked of the others is returned, or written to what they are given.</summary>
    public static IEnumerable<string> NoConsole(Types types) => Failing(types.Should().NotHaveDependencyOnAny("System.Console"));

    /// <summary>What is true of any transition system names nothing of the domain.</summary>
    public static IEnumerable<string> NoDomain(Types types) => Failing(types.Should().MeetCustomRule(new NoDomainWords()));

    /// <summary>A folder of the model knows none of those that it must not know.</summary>
    public static IEnumerable<string> Rooms(Room room, Types types) => Failing(types.That().ResideInNamespace(Room.NamespaceOf(room.Name))
        .Should().NotHaveDependencyOnAny([.. room.MustNotKnow.Select(Room.NamespaceOf)]));

    private static IEnumerable<string> Failing(ConditionList condition) =>
        condition.GetResult().FailingTypes?.Select(type => type.Explanation is { Length: > 0 } why ? $"{type.FullName}: {why}" : type.FullName) ?? [];

    private static IEnumerable<string> Referenced(Assembly assembly) => assembly.GetReferencedAssemblies().Select(name => name.Name!);
}
