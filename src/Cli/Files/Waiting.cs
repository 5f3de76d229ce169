using System.Runtime.ExceptionServices;

namespace CoherenceCheck.Cli.Files;

/// <summary>What was waited for did not come before the user, or a time limit, ended the wait.</summary>
/// <param name="what">What was waited for, as a sentence without its full stop.</param>
/// <param name="cancellation">What ended it.</param>
internal sealed class WaitEndedException(string what, CancellationToken cancellation) : OperationCanceledException(what, cancellation);

/// <summary>Calls of the system that wait for somebody else: who writes a pipe, or reads it. They cannot be broken off, so they are left behind on a thread of their own.</summary>
internal static class Waiting
{
    /// <summary>Makes a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="ended">What to say where the wait is ended.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="WaitEndedException">The wait was ended.</exception>
    public static T For<T>(Func<T> call, string ended, CancellationToken cancellation) => For(call, ended, TimeSpan.Zero, cancellation);

    /// <summary>Makes a call, which may take a little longer than the wait for it.</summary>
    public static T For<T>(Func<T> call, string ended, TimeSpan grace, CancellationToken cancellation)
    {
        var called = Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            called.Wait(cancellation);
        }
        catch (OperationCanceledException)
        {
            // What ended the wait, not the call: that is waited for below.
        }
        catch (AggregateException e) when (e.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
        }

        try
        {
            return called.Wait(grace) ? called.Result : throw new WaitEndedException(ended, cancellation);
        }
        catch (AggregateException e) when (e.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }

    /// <summary>Ends what takes long where it should end.</summary>
    public static void Check(string ended, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            throw new WaitEndedException(ended, cancellation);
        }
    }
}
