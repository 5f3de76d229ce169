namespace CoherenceCheck.Cli.Files;

/// <summary>What a run reads and where its results go: no result may take the place of an input, or of another result.</summary>
/// <remarks>Pipes and devices are written to and replaced by nothing, so that nothing is lost there.</remarks>
internal sealed class FileClaims
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);

    /// <summary>Takes what the run reads.</summary>
    public FileClaims(IEnumerable<string> inputs)
    {
        foreach (var input in inputs)
        {
            _read.Add(FileKinds.Identity(input));
            _read.Add(FileKinds.Place(input));
        }

        foreach (var number in new[] { Descriptors.Output, Descriptors.Error }.Where(Descriptors.IsInherited))
        {
            var stream = $"/dev/fd/{number}";
            if (FileKinds.Of(stream) == FileKind.Regular)
            {
                _written.Add(FileKinds.Identity(stream));
            }
        }
    }

    /// <summary>The name of what a result is written to before it is put in its place.</summary>
    public static string PartialOf(string target) => target + ".partial";

    /// <summary>Claims a path for a result.</summary>
    /// <exception cref="IOException">The run reads it, or another result goes there.</exception>
    public void Write(string path)
    {
        if (Descriptors.NumberOf(path) is not null || FileKinds.Of(path) is not (FileKind.Regular or FileKind.None))
        {
            return;
        }

        var target = FileKinds.Target(path);
        var partial = PartialOf(target);
        string[] itself = [FileKinds.Identity(target), FileKinds.Place(target)];
        string[] beside = [FileKinds.Identity(partial), FileKinds.Place(partial)];
        if (itself.Any(_read.Contains))
        {
            throw new IOException("the run reads this file");
        }

        if (itself.Any(_written.Contains))
        {
            throw new IOException("another result goes to this file");
        }

        if (beside.Any(name => _read.Contains(name) || _written.Contains(name)))
        {
            throw new IOException($"until it is whole it stands in '{partial}', which the run reads or another result goes to");
        }

        _written.UnionWith([.. itself, .. beside]);
    }
}
