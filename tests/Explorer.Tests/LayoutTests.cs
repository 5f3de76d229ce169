using CoherenceCheck.Transitions;

namespace CoherenceCheck.Explorer.Tests;

public sealed class LayoutTests
{
    [Fact]
    public void Unpacking_gives_what_was_packed()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var system = RandomSystem.Make(seed).System;
            var layout = new Layout(system);
            var words = new ulong[layout.Words];
            var state = RandomStates.Of(system, new Random(seed));
            layout.Pack(state, words);
            Assert.Equal(state, layout.Unpack(words));
        }
    }

    [Fact]
    public void No_two_cells_share_a_bit()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var system = RandomSystem.Make(seed).System;
            var layout = new Layout(system);
            var used = new ulong[layout.Words];
            foreach (var variable in system.Variables.Where(v => v.Role != Role.Frozen))
            {
                for (var cell = 0; cell < variable.CellCount; cell++)
                {
                    var slot = layout[variable, cell];
                    Assert.InRange(slot.Shift + slot.Bits, 0, 64);
                    Assert.Equal(0UL, used[slot.Word] & slot.Mask << slot.Shift);
                    used[slot.Word] |= slot.Mask << slot.Shift;
                }
            }
        }
    }

    [Fact]
    public void The_least_state_is_all_zeros()
    {
        var system = RandomSystem.Make(7).System;
        var words = new ulong[new Layout(system).Words];
        Array.Fill(words, ulong.MaxValue);
        new Layout(system).Pack(new Valuation(system.Variables), words);
        Assert.All(words, w => Assert.Equal(0UL, w));
    }

    [Fact]
    public void A_cell_of_one_value_takes_no_bits()
    {
        var only = new Variable("only", [], new Domain.Range(5, 5), Role.State);
        var layout = new Layout(Systems.Counter() with { Variables = [only, Systems.Count] });
        Assert.Equal((2, 1), (layout.Bits, layout.Words));
        Assert.Equal(5, layout.Unpack([3])[only, 0]);
    }
}
