using System.Diagnostics;
using System.Globalization;
using CoherenceCheck.Explorer;
using CoherenceCheck.Shared;
using CoherenceCheck.Transitions;

// Explores the ICI system alone: 'coherencecheck-peers ici P V L K'. Prints states, transitions, and where the time went.
var numbers = args.Skip(1).Select(arg => int.Parse(arg, CultureInfo.InvariantCulture)).ToArray();
var clock = Stopwatch.StartNew();
var system = IciSystem.Build(numbers[0], numbers[1], numbers[2], numbers[3]);
var compiled = CompiledSystem.Compile(system);
var built = clock.Elapsed;
var result = Search.Run(compiled, FrozenValues.None, SearchRequest.For("coherent execute") with { Threads = numbers.Length > 4 ? numbers[4] : 1 });
var process = Process.GetCurrentProcess();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"states {result.States} transitions {result.Transitions} depth {result.Depth} {result.Verdict}; compile {built.TotalSeconds:F2} s, search {(clock.Elapsed - built).TotalSeconds:F2} s, cpu {process.TotalProcessorTime.TotalSeconds:F2} s, peak {process.PeakWorkingSet64 / (double)result.States:F1} B/state, {compiled.Layout.Bits} bits"));
