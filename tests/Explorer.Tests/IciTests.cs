using System.Diagnostics;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

public sealed class IciTests(ITestOutputHelper output)
{
    [Fact]
    public void Counts_are_those_of_other_checkers()
    {
        var compiled = CompiledSystem.Compile(IciSystem.Build(2, 3, 2, 2));
        var watch = Stopwatch.StartNew();
        var result = Search.Run(compiled, FrozenValues.None, SearchRequest.For("coherent execute"), TestContext.Current.CancellationToken);
        output.WriteLine($"{compiled.Layout.Bits} bits, {compiled.CodeBytes} bytes of code, {result.Depth} steps, {watch.ElapsedMilliseconds} ms, {result.Bytes / (double)result.States:F1} bytes/state");
        Assert.Equal(Verdict.Holds, result.Verdict);
        Assert.Equal(1_133_217, result.States);
        Assert.Equal(9_997_446, result.Transitions);
        Assert.Equal(result.Transitions, result.Fired.Sum());
    }
}
