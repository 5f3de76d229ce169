using System.Runtime.CompilerServices;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Attributes.Z3;
using static CoherenceCheck.Attributes.Tests.Z3.Comparison;

namespace CoherenceCheck.Attributes.Tests.Z3;

/// <summary>Finalisers free what Z3 made while other threads use it: under the lock of the context, or the process dies.</summary>
public sealed class Z3ThreadTests
{
    private const int Seed = 4;

    [Fact]
    public async Task Finalisers_wait_for_the_lock()
    {
        using var instance = Z3Host.Open();
        var (waited, finalised) = DropUnderLock(instance);
        Assert.True(waited);
        await finalised.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Two_threads_share_a_decider_while_finalisers_run()
    {
        using var z3 = new Z3Decider();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var collecting = Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        await Task.WhenAll(Run(() => Ask(z3, Seed)), Run(() => Ask(z3, Seed + 1)));
        await stop.CancelAsync();
        await collecting;
    }

    [Fact]
    public async Task Deciders_come_and_go_while_finalisers_run()
    {
        await Task.WhenAll(Run(ComeAndGo), Run(ComeAndGo));

        static void ComeAndGo()
        {
            for (var i = 0; i < 20; i++)
            {
                // What it made is left to the finalisers, which run before and after it is gone.
                using (var z3 = new Z3Decider())
                {
                    Ask(z3, i, rows: 20);
                    GC.Collect();
                }

                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
    }

    private static void Ask(Z3Decider z3, int seed, int rows = 1500)
    {
        var random = new Random(seed);
        var question = Question(("CTR_EL0.DIC", Bits), ("CLIDR_EL1.LoC", Levels), Reading("dic_snoops_nc"));
        for (var row = 0; row < rows; row++)
        {
            var (input, readings) = RandomAccess(random);
            Same(z3, input, readings);
            if (row % 20 == 0)
            {
                Same(z3, question, new CacheObservable(ToldTo: null));
            }
        }
    }

    private static Task Run(Action action) => Task.Factory.StartNew(action, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Leaves objects to the finalisers, and says whether they wait while the lock is held.</summary>
    private static (bool Waited, Task Finalised) DropUnderLock(Z3Instance instance)
    {
        lock (instance.Context)
        {
            Drop(instance);
            GC.Collect();
            var finalised = Run(GC.WaitForPendingFinalizers);
            return (!finalised.Wait(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken), finalised);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(Z3Instance instance)
    {
        for (var i = 0; i < 100; i++)
        {
            instance.Context.MkBoolConst($"dropped {i}");
        }
    }
}
