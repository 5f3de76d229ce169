using System.Runtime.InteropServices;
using Microsoft.Z3;

namespace CoherenceCheck.Attributes.Z3;

/// <summary>The Z3 of this process, tried once.</summary>
internal static class Z3Host
{
    private static readonly Lazy<(Z3Status Status, Z3Native? Native)> Tried = new(Try);

    /// <summary>Whether it can be used; no exception.</summary>
    public static Z3Status Status => Tried.Value.Status;

    /// <summary>A new context.</summary>
    /// <exception cref="InvalidOperationException">Z3 cannot be used: <see cref="Status"/>.</exception>
    public static Z3Instance Open() => Tried.Value is { Status: Z3Found, Native: { } native }
        ? new Z3Instance(native)
        : throw new InvalidOperationException(Status.ToString());

    private static (Z3Status Status, Z3Native? Native) Try()
    {
        var candidate = Z3Search.Find(Environment.GetEnvironmentVariable(Z3Search.Setting), Z3Search.Load);
        if (candidate.Missing is { } missing)
        {
            return (missing, null);
        }

        try
        {
            NativeLibrary.SetDllImportResolver(
                typeof(Context).Assembly,
                (name, _, _) => name.Contains("z3", StringComparison.OrdinalIgnoreCase) ? candidate.Handle : 0);
            var native = new Z3Native(candidate.Handle);
            Prove(native);
            return (new Z3Found(native.Version, candidate.Name), native);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or MissingMethodException)
        {
            return (new Z3Missing(Z3Lack.EntryPointMissing, $"{candidate.Name} does not fit the package Microsoft.Z3: {exception.Message}", Z3Search.Hint), null);
        }
        catch (Exception exception) when (exception is Z3Exception or DllNotFoundException or BadImageFormatException or TypeInitializationException or InvalidOperationException)
        {
            return (new Z3Missing(Z3Lack.DoesNotWork, $"{candidate.Name} does not work: {exception.Message}", Z3Search.Hint), null);
        }
    }

    /// <summary>Makes every kind of call that the decider makes, so that a library without one of them is not taken.</summary>
    private static void Prove(Z3Native native)
    {
        using var instance = new Z3Instance(native);
        var context = instance.Context;
        lock (context)
        {
            var (left, right) = (context.MkBoolConst("left"), context.MkBoolConst("right"));
            using var solver = instance.NewSolver();
            solver.Assert(context.MkImplies(left, context.MkNot(right)), context.MkOr(left, right), context.MkIff(context.MkTrue(), context.MkAnd(left, context.MkNot(right))));
            if (solver.Check(left) != Microsoft.Z3.Status.SATISFIABLE || solver.Model.Eval(right, true).IsTrue
                || solver.Check(right, context.MkNot(left)) != Microsoft.Z3.Status.UNSATISFIABLE || solver.UnsatCore is not { Length: > 0 })
            {
                throw new InvalidOperationException("it solves a small question wrongly.");
            }
        }
    }
}
