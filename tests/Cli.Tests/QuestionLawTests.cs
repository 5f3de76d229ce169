using System.Text.RegularExpressions;

namespace CoherenceCheck.Cli.Tests;

/// <summary>A law of <c>diff</c>, on random specs: whatever makes a spec ask less or something else is a change that fails; what changes nothing is none.</summary>
/// <remarks>All rows are <c>unstated</c>: no expectation can fail in its place.</remarks>
public sealed class QuestionLawTests
{
    private static readonly (string Name, Func<RandomSpec, Random, bool> Edit)[] Weakening =
    [
        ("an operation is dropped", (spec, random) => Removed(spec.Program, random.Next(2, spec.Program.Count))),
        ("the store is dropped", (spec, _) => Removed(spec.Program, 0)),
        ("two operations change places", (spec, random) => Swapped(spec.Program, random)),
        ("an operation becomes another", (spec, _) => Changed(spec.Program.FindIndex(step => step.Text == "dsb ish"), i => spec.Program[i] = ("dsb nsh", null))),
        ("another value is stored", (spec, _) => Changed(0, i => spec.Program[i] = ("str old, [x]", null))),
        ("a letter is dropped", (spec, random) => Removed(spec.Letters, random.Next(spec.Letters.Count))),
        ("another letter takes its place", (spec, _) => Changed(0, i => spec.Letters[i] = "cvau")),
        ("the MMU is toggled", (spec, _) => Done(() => spec.Letters.Add("mmu"))),
        ("another initial value", (spec, _) => Done(() => spec.Initial = "new")),
        ("an open field is fixed", (spec, random) => spec.Dic.Count > 1 && Removed(spec.Dic, random.Next(2))),
        ("a fixed field is fixed otherwise", (spec, _) => spec.Dic.Count == 1 && Done(() => spec.Dic = [spec.Dic[0] == "0" ? "1" : "0"])),
        ("an open reading is fixed", (spec, random) => spec.Reading.Count > 1 && Removed(spec.Reading, random.Next(2))),
        ("an MMU is turned off", (spec, _) => Done(() => spec.MmuOfB = "0")),
        ("stage 1 maps otherwise", (spec, _) => Done(() => spec.TypeOfLine = "nc")),
        ("a vCPU is dropped", (spec, _) => spec.HasThird && Done(() => spec.HasThird = false)),
        ("a vCPU is added", (spec, _) => spec is { HasThird: false, Pcpus.Count: 1 } && Done(() => spec.HasThird = true)),
        ("a cover becomes true", (spec, random) => Changed(random.Next(2), i => spec.Covers[i] = (spec.Covers[i].Name, "true"))),
        ("a cover is of another place", (spec, _) => Changed(1, i => spec.Covers[i] = ("cleaned", "B at end && A.SCTLR_EL1.M == 0"))),
        ("a cover is dropped", (spec, random) => Removed(spec.Covers, random.Next(2))),
        ("a row is dropped", (spec, _) => Removed(spec.Rows, spec.Rows.Count - 1)),
        ("a condition is weakened", (spec, _) => Changed(0, i => (spec.Rows[i], spec.Rows[i + 1]) = ("kvm", "kvm without @sw"))),
        ("a vCPU is placed elsewhere", (spec, _) => spec.Pcpus.Count > 1 && Done(() => spec.PlacementOfA = ["P1"])),
        ("a vCPU has fewer places", (spec, random) => spec.Pcpus.Count > 1 && Removed(spec.PlacementOfB, random.Next(2))),
        ("I-caches are shared", (spec, _) => spec.Pcpus.Count > 1 && Done(() => spec.SharesIcache = true)),
        ("a bound is removed", (spec, _) => spec.Bound is not null && Done(() => spec.Bound = null)),
        ("a bound is lowered", (spec, _) => spec.Bound is not null && Done(() => spec.Bound--)),
        ("a bound is added", (spec, _) => spec.Bound is null && Done(() => spec.Bound = 3)),
        ("a page has another type", (spec, _) => Done(() => spec.TypeOfCode = "RWX nc")),
        ("a page has other permissions", (spec, _) => Done(() => spec.TypeOfData = "RW wb")),
        ("a page's type is open", (spec, _) => Done(() => spec.TypeOfData = "R MemAttr in {1111, 0101}")),
        ("a property is weakened", (spec, _) => spec.Property is not null && Done(() => spec.Property += " || A.pcpu == P0")),
        ("a task does less", (spec, _) => spec.Task.Count > 0 && Removed(spec.Task, 0)),
        ("a task is gone", (spec, _) => spec.Task.Count > 0 && Done(() => spec.Task = [])),
        ("the scenario has another title", (spec, _) => Done(() => spec.Title = "two vCPUs")),
    ];

    private static readonly (string Name, Func<RandomSpec, Random, bool> Edit)[] Strengthening =
    [
        ("a letter is added", (spec, _) => Done(() => spec.Letters.Add("cvau"))),
        ("a field is opened", (spec, _) => spec.Dic.Count == 1 && Done(() => spec.Dic = ["0", "1"])),
        ("a reading is opened", (spec, _) => Done(() => spec.Reading = ["no", "at_store", "coherent_fill"])),
        ("a vCPU has more places", (spec, _) => spec.Pcpus.Count > 1 && Done(() => spec.PlacementOfA = ["P0", "P1"])),
        ("a cover is added", (spec, _) => Done(() => spec.Covers.Add(("starts", "A.pcpu == P0")))),
        ("a row is added", (spec, _) => Done(() => spec.Rows.Add("kvm with HCR_EL2.FB = 0"))),
    ];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 4)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_asks_less_or_something_else_is_a_change_and_fails(int seed)
    {
        using var compared = new Compared(seed);
        foreach (var (name, edit) in Weakening)
        {
            var spec = compared.Spec();
            if (edit(spec, new Random(seed)))
            {
                var run = compared.With(spec.Write());
                Assert.True(run.Code == 1, $"seed {seed}, {name}: {run}");
                Assert.True(run.Output.Contains("asks less: ", StringComparison.Ordinal) || run.Output.Contains("asks something else: ", StringComparison.Ordinal)
                    || run.Output.Contains("disappeared: ", StringComparison.Ordinal), $"seed {seed}, {name}: {run}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_asks_only_more_is_told_and_fails_only_where_a_verdict_changed(int seed)
    {
        using var compared = new Compared(seed);
        foreach (var (name, edit) in Strengthening)
        {
            var spec = compared.Spec();
            if (edit(spec, new Random(seed)))
            {
                var run = compared.With(spec.Write());
                Assert.True(run.Code == (Regex.IsMatch(run.Output, " -> (holds|violated)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) ? 1 : 0), $"seed {seed}, {name}: {run}");
                Assert.True(run.Output.Contains("asks more", StringComparison.Ordinal), $"seed {seed}, {name}: {run}");
                Assert.False(run.Output.Contains("asks less", StringComparison.Ordinal) || run.Output.Contains("something else", StringComparison.Ordinal), $"seed {seed}, {name}: {run}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Layout_comments_order_and_names_of_labels_change_nothing(int seed)
    {
        using var compared = new Compared(seed);
        foreach (var text in new[]
        {
            compared.Spec().Write(),
            compared.Spec().Write(name => name + "_x"),
            compared.Spec().Write(name => name switch { "ic" => "nsh", "nsh" => "ic", _ => name }),
            compared.Spec().Write(shuffle: new Random(seed)),
            compared.Spec().Write(name => "the_" + name, new Random(seed + 1)),
        })
        {
            var run = compared.With(text);
            Assert.True(run.Code == 0 && run.Output.EndsWith(" rows, no change\n", StringComparison.Ordinal), $"seed {seed}: {run}\n{text}");
        }
    }

    private static bool Done(Action change)
    {
        change();
        return true;
    }

    private static bool Changed(int index, Action<int> change)
    {
        if (index >= 0)
        {
            change(index);
        }

        return index >= 0;
    }

    private static bool Removed<T>(List<T> list, int index) => list.Count > 1 && Done(() => list.RemoveAt(index));

    private static bool Swapped(List<(string Text, string? Label)> program, Random random)
    {
        var i = random.Next(program.Count - 1);
        (program[i], program[i + 1]) = (program[i + 1], program[i]);
        return program[i].Text != program[i + 1].Text;
    }

    /// <summary>A stored result of a random spec, and what others are compared with it.</summary>
    private sealed class Compared : IDisposable
    {
        private readonly int _seed;
        private readonly TemporaryFolder _folder = new();
        private readonly string _stored;

        public Compared(int seed)
        {
            _seed = seed;
            _stored = Path.Combine(_folder.Path, "base.json");
            var run = Run.Of("check", _folder.Write("specs/spec.coh", Spec().Write()), "--quiet", "--report", $"json={_stored}");
            Assert.True(run.Code is 0 or 1, $"seed {seed}: {run}\n{Spec().Write()}");
        }

        public RandomSpec Spec() => new(new Random(_seed));

        public Run With(string text)
        {
            _folder.Write("specs/spec.coh", text);
            var run = Run.Of("diff", _stored, Path.Combine(_folder.Path, "specs"), "--quiet");
            return run with { Error = run.Error + (run.Code == 2 ? text : "") };
        }

        public void Dispose() => _folder.Dispose();
    }
}
