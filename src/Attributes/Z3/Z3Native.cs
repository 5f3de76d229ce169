using System.Runtime.InteropServices;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The functions of the native library that are called past the package.</summary>
internal sealed unsafe class Z3Native(nint library)
{
    private readonly delegate* unmanaged[Cdecl]<uint*, uint*, uint*, uint*, void> _getVersion =
        (delegate* unmanaged[Cdecl]<uint*, uint*, uint*, uint*, void>)NativeLibrary.GetExport(library, "Z3_get_version");

    private readonly delegate* unmanaged[Cdecl]<nint> _makeConfiguration = (delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "Z3_mk_config");

    private readonly delegate* unmanaged[Cdecl]<nint, nint> _makeContext = (delegate* unmanaged[Cdecl]<nint, nint>)NativeLibrary.GetExport(library, "Z3_mk_context_rc");

    private readonly delegate* unmanaged[Cdecl]<nint, void> _deleteConfiguration = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(library, "Z3_del_config");

    private readonly delegate* unmanaged[Cdecl]<nint, void> _deleteContext = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(library, "Z3_del_context");

    /// <summary>The library's version.</summary>
    public string Version
    {
        get
        {
            uint major, minor, build, revision;
            _getVersion(&major, &minor, &build, &revision);
            return $"{major}.{minor}.{build}";
        }
    }

    /// <summary>A context whose objects are counted by their users, as the package does.</summary>
    /// <exception cref="InvalidOperationException">The library gave none.</exception>
    public nint MakeContext()
    {
        var configuration = _makeConfiguration();
        var context = _makeContext(configuration);
        _deleteConfiguration(configuration);
        return context != 0 ? context : throw new InvalidOperationException("Z3 made no context.");
    }

    /// <summary>Frees a context and all that it holds.</summary>
    public void DeleteContext(nint context) => _deleteContext(context);
}
