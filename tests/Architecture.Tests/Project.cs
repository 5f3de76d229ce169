using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using CoherenceCheck.Attributes;
using CoherenceCheck.Cli;
using CoherenceCheck.Explorer;
using CoherenceCheck.Export;
using CoherenceCheck.Language.Diagnostics;
using CoherenceCheck.Model;
using CoherenceCheck.Report;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Architecture.Tests;

/// <summary>A folder of <c>src</c>, and the folders that it may know: the layout of CONTRIBUTING.md.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sample">A type of it.</param>
/// <param name="Knows">The projects that it may reference.</param>
internal sealed record Project(string Name, Type Sample, params ImmutableArray<string> Knows)
{
    private const string Product = "CoherenceCheck";

    public static ImmutableArray<Project> All { get; } =
    [
        new("Transitions", typeof(Expr)),
        new("Language", typeof(Diagnostic)),
        new("Attributes", typeof(ReadingSet), "Language"),
        new("Model", typeof(ScenarioModel), "Transitions", "Language", "Attributes"),
        new("Explorer", typeof(Exploration), "Transitions"),
        new("Export", typeof(Flattener), "Transitions"),
        new("Report", typeof(CheckResult), "Transitions", "Language", "Attributes", "Model"),
        new("Cli", typeof(CliDiagnostics), "Transitions", "Language", "Attributes", "Model", "Explorer", "Export", "Report"),
    ];

    public Assembly Assembly => Sample.Assembly;

    public string Namespace => $"{Product}.{Name}";

    /// <summary>Namespaces that it must not use.</summary>
    public string[] Forbidden => [.. All.Where(other => other.Name != Name && !Knows.Contains(other.Name)).Select(other => other.Namespace)];

    /// <summary>The text of its project file.</summary>
    public string File => System.IO.File.ReadAllText(Path.Combine(Sources(), Name, Name + ".csproj"));

    public static Project Of(string name) => All.Single(project => project.Name == name);

    /// <summary>The folders of <c>src</c> that hold a project.</summary>
    public static IEnumerable<string> Folders() =>
        Directory.EnumerateFiles(Sources(), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file));

    /// <summary>The folder <c>src</c>.</summary>
    public static string Sources([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../src"));
}
