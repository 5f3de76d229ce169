using System.Runtime.InteropServices;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>Where the native library of Z3 is looked for.</summary>
/// <remarks>The managed package brings libraries for Windows and macOS on x64 and none for Linux, where Debian's <c>libz3-4</c> has
/// <c>libz3.so.4</c>; <c>libz3.so</c> is there only with the files for developers.</remarks>
public static class Z3Search
{
    /// <summary>The environment variable that decides: <c>off</c> pretends that there is no Z3, any other value is the path of the library; without it the usual names are tried.</summary>
    public const string Setting = "COHERENCECHECK_Z3";

    /// <summary>What to do where Z3 is missing.</summary>
    public const string Hint = "Install libz3-4 (Debian, Ubuntu), or set COHERENCECHECK_Z3 to the path of libz3.";

    private const string Off = "off";

    private static readonly string[] Names = ["libz3.so.4", "libz3.so", "libz3"];

    /// <summary>What this code calls by itself; the managed package calls the rest by name.</summary>
    private static readonly string[] EntryPoints = ["Z3_get_version", "Z3_mk_config", "Z3_mk_context_rc", "Z3_del_config", "Z3_del_context"];

    /// <summary>Looks for the library; no exception.</summary>
    /// <param name="setting">The value of <see cref="Setting"/>, or <see langword="null"/>.</param>
    /// <param name="load">Loads a library, and says why it could not: <see cref="Load"/>, or a test's own.</param>
    internal static Z3Candidate Find(string? setting, Func<string, Z3LoadResult> load)
    {
        if (string.Equals(setting?.Trim(), Off, StringComparison.OrdinalIgnoreCase))
        {
            return Nothing(Z3Lack.SwitchedOff, $"{Setting} is off.", $"Unset {Setting} to use Z3.");
        }

        string[] names = string.IsNullOrWhiteSpace(setting) ? Names : [setting.Trim()];
        Z3Candidate? broken = null;
        foreach (var name in names)
        {
            var result = load(name);
            if (result.Handle != 0)
            {
                return Checked(name, result.Handle);
            }

            // A library of the wrong architecture is reported only where no other name does better.
            broken ??= result.Failure is { } failure ? Nothing(Z3Lack.LibraryNotLoadable, $"{name} cannot be loaded: {failure}", Hint) : null;
        }

        return broken ?? Nothing(Z3Lack.LibraryNotFound, $"The native library of Z3 was not found ({string.Join(", ", names)}).", Hint);
    }

    /// <summary>Loads a library by the loader's usual search, next to the program first.</summary>
    internal static Z3LoadResult Load(string name)
    {
        try
        {
            return new Z3LoadResult(NativeLibrary.Load(name, typeof(Microsoft.Z3.Context).Assembly, searchPath: null), Failure: null);
        }
        catch (DllNotFoundException)
        {
            // dlopen does not tell a file that is not there from one that does not fit; where a path is named, it can be seen.
            return new Z3LoadResult(0, File.Exists(name) ? $"it does not fit {RuntimeInformation.ProcessArchitecture}, or it needs something else." : null);
        }
        catch (BadImageFormatException)
        {
            return new Z3LoadResult(0, $"it does not fit {RuntimeInformation.ProcessArchitecture}.");
        }
    }

    private static Z3Candidate Checked(string name, nint handle)
    {
        foreach (var entryPoint in EntryPoints)
        {
            if (!NativeLibrary.TryGetExport(handle, entryPoint, out _))
            {
                return Nothing(Z3Lack.EntryPointMissing, $"{name} has no function {entryPoint}.", Hint);
            }
        }

        return new Z3Candidate(name, handle, Missing: null);
    }

    private static Z3Candidate Nothing(Z3Lack lack, string reason, string hint) => new("", 0, new Z3Missing(lack, reason, hint));
}

/// <summary>What came of loading a library.</summary>
/// <param name="Handle">The library, or 0.</param>
/// <param name="Failure">Why one that is there cannot be loaded; <see langword="null"/> where there is none.</param>
internal readonly record struct Z3LoadResult(nint Handle, string? Failure);

/// <summary>A library that may be Z3, or why there is none.</summary>
internal sealed record Z3Candidate(string Name, nint Handle, Z3Missing? Missing);
