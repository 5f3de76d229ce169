namespace CoherenceCheck.Language;

/// <summary>Paths of specs.</summary>
internal static class SpecPath
{
    /// <summary>A path as named by <c>use</c> in a file, relative to that file; kept short, for it is shown.</summary>
    public static string Resolve(string user, string used)
    {
        if (used.StartsWith('/') || used.Contains('\0'))
        {
            return used;
        }

        var folder = user.LastIndexOf('/') is >= 0 and var slash ? user[..(slash + 1)] : "";
        var parts = new List<string>();
        foreach (var part in (folder + used).Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] is not ("" or "." or ".."))
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != "." || parts.Count == 0)
            {
                parts.Add(part);
            }
        }

        var path = string.Join('/', parts);
        return path.StartsWith("./", StringComparison.Ordinal) && !folder.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
    }

    /// <summary>What two paths of one file have in common.</summary>
    public static string Identity(string path)
    {
        try
        {
            return Path.GetFullPath(path);
        }
        catch (Exception e) when (e is ArgumentException or IOException or NotSupportedException)
        {
            // Not a path at all: reading it will say so.
            return path;
        }
    }
}
