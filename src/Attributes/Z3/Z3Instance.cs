using System.Runtime.CompilerServices;
using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>A context of Z3. Whoever touches it, or anything made with it, holds <c>lock (Context)</c>.</summary>
/// <remarks>The package frees objects on the finaliser's thread under that lock. Libraries before 4.12 know no other protection.</remarks>
internal sealed class Z3Instance : IDisposable
{
    private readonly Z3Native _native;
    private nint _handle;

    public Z3Instance(Z3Native native)
    {
        _native = native;
        if (OperatingSystem.IsLinux())
        {
            // The package's own constructors call Z3_enable_concurrent_dec_ref, which libraries before 4.12 do not have (Debian 12: 4.8.12).
            _handle = native.MakeContext();
            Context = Adopt(_handle);
        }
        else
        {
            Context = new Context();
        }
    }

    public Context Context { get; }

    /// <summary>A solver that keeps what it learnt from one check to the next. Of small questions by the thousand it is the fastest of Z3's.</summary>
    public Solver NewSolver()
    {
        var solver = Context.MkSimpleSolver();

        // Else Z3 takes Ctrl-C from the process while it checks: what comes then is lost, or is its failure.
        solver.Set("ctrl_c", value: false);
        return solver;
    }

    public void Dispose()
    {
        lock (Context)
        {
            // Objects that still wait for their finaliser see that the context is gone and leave it alone.
            Context.Dispose();
            if (_handle != 0)
            {
                _native.DeleteContext(_handle);
                _handle = 0;
            }
        }
    }

    /// <summary>The package's internal constructor around a native context that somebody else owns.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern Context Adopt(nint handle);
}
