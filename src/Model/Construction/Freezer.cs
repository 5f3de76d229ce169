using System.Text;
using CoherenceCheck.Attributes.Observation;
using CoherenceCheck.Language.Scenarios;
using CoherenceCheck.Language.Vocabulary;
using CoherenceCheck.Model.Cells;
using CoherenceCheck.Transitions;

namespace CoherenceCheck.Model.Construction;

/// <summary>Gives the frozen variables of a model their values in one cell.</summary>
internal sealed class Freezer(SystemBuilder builder, Cell cell)
{
    private readonly Variables _v = builder.Variables;
    private readonly Shape _shape = builder.Shape;
    private readonly Configuration _configuration = cell.Configuration;
    private readonly List<KeyValuePair<Variable, long[]>> _values = [];

    public (FrozenValues Values, string Key) Freeze()
    {
        var frozen = _v.Frozen;
        PerLine(frozen.Idc, line => Caches(line).Idc);
        PerLine(frozen.Snoops, line => Caches(line).Snoops);
        PerLine(frozen.IcIsNop, line => Caches(line).IcIsNop);
        PerLine(frozen.DcIsNop, line => Caches(line) is { NothingToCleanToPoC: true, Idc: true });
        Set(frozen.OneInstant, _configuration.OneInstant);
        Set(frozen.BroadcastsIallu, _configuration.IalluBroadcasts);
        Set(frozen.ForcesBroadcast, _configuration.ForcesBroadcast);
        Set(frozen.GuestBroadcastsIallu, _configuration.IalluBroadcasts || _configuration.ForcesBroadcast);
        Set(frozen.UpgradesBarriers, _configuration.UpgradesBarriers);
        PerLine(frozen.GhostIdc, line => Told(line).Idc);
        PerLine(frozen.GhostSnoops, line => Told(line).Snoops);
        PerLine(frozen.GhostIcIsNop, line => Told(line).IcIsNop);
        Fetches(frozen.Machine, (vcpu, page, mode) => _configuration.OnMachine(vcpu, page.Page, page.Line, mode, _shape.IsBareMetal));
        Fetches(frozen.GhostMachine, (vcpu, page, mode) => _configuration.OnMachine(vcpu, page.Page, page.Line, mode, bareMetal: true));
        PerLine(frozen.GhostMayHoldCopy, MayBeCached);
        PerLine(frozen.MayHoldCopy, line => !_shape.IsBareMetal || MayBeCached(line));
        Set(frozen.InitialMode, [.. _shape.Scenario.Vcpus.Select(vcpu => (long)_shape.VcpuModes[vcpu.Number].Initial(Initially(vcpu)))]);
        Set(frozen.MayRunOn, [.. _shape.Scenario.Vcpus.Select(Placement)]);
        foreach (var (label, variable) in builder.Translator.Switches)
        {
            Set(variable, !cell.Without.Contains(label));
        }

        foreach (var (name, variable) in builder.Translator.Fields)
        {
            Set(variable, Field(name, variable));
        }

        var key = new StringBuilder();
        foreach (var (_, cells) in _values)
        {
            key.AppendJoin(',', cells).Append(';');
        }

        return (new FrozenValues(_values), key.ToString());
    }

    private Func<string, bool> Initially(Vcpu vcpu) => field => _configuration.Initially(vcpu, field);

    /// <summary>The caches that hold a line: the host's, or on bare metal those that its VM is told of.</summary>
    private CacheBehaviour Caches(int line) => _shape.IsBareMetal ? Told(line) : _configuration.Machine;

    private CacheBehaviour Told(int line) => _shape.VmOfLine[line] is { } vm ? _configuration.ToldTo(vm) : _configuration.Machine;

    /// <summary>Whether some vCPU of the VM looks at the line Write-Back from the beginning, as far as its own stage 1 goes: then a clean copy may stay in a cache.</summary>
    private bool MayBeCached(int line) => _shape.Scenario.Vcpus
        .Where(vcpu => vcpu.Vm == _shape.VmOfLine[line])
        .Any(vcpu => _configuration.OnMachine(vcpu, _shape.PageOfLine[line]!, line, InitialFields(vcpu), bareMetal: true).Data.Cacheable);

    private (bool M, bool C, bool I) InitialFields(Vcpu vcpu)
    {
        var modes = _shape.VcpuModes[vcpu.Number];
        return modes.Fields(modes.Initial(Initially(vcpu)), Initially(vcpu));
    }

    private long Placement(Vcpu vcpu) => _shape.IsBareMetal ? 1L << vcpu.Number : vcpu.Placement.Aggregate(0L, (mask, p) => mask | (1L << p));

    private void Fetches(FetchTables tables, Func<Vcpu, (Page Page, int Line), (bool M, bool C, bool I), LineAccess> access)
    {
        var cells = _v.Vcpu.Size * _v.Line.Size * _v.Mode.Size;
        long[] fillPoU = new long[cells], fillPoC = new long[cells], directPoU = new long[cells], directPoC = new long[cells], exec = new long[cells], wb = new long[cells];
        var full = _v.Tracked.FullMask;
        foreach (var vcpu in _shape.Scenario.Vcpus)
        {
            for (var line = 0; line < _v.Line.Size; line++)
            {
                for (var mode = 0; mode < _shape.VcpuModes[vcpu.Number].Count; mode++)
                {
                    if (_shape.VmOfLine[line] != vcpu.Vm)
                    {
                        continue;
                    }

                    var i = (((vcpu.Number * _v.Line.Size) + line) * _v.Mode.Size) + mode;
                    var a = access(vcpu, (_shape.PageOfLine[line]!, line), _shape.VcpuModes[vcpu.Number].Fields(mode, Initially(vcpu)));
                    fillPoU[i] = a.FillsFromPoU ? full : 0;
                    fillPoC[i] = a.FillsFromPoC ? full : 0;
                    directPoU[i] = a.DeliversFromPoU ? full : 0;
                    directPoC[i] = a.DeliversFromPoC ? full : 0;
                    exec[i] = a.Fetch.MayExecute ? full : 0;
                    wb[i] = a.Data.Cacheable ? 1 : 0;
                }
            }
        }

        Set(tables.FillPoU, fillPoU);
        Set(tables.FillPoC, fillPoC);
        Set(tables.DirectPoU, directPoU);
        Set(tables.DirectPoC, directPoC);
        Set(tables.Executable, exec);
        Set(tables.Cacheable, wb);
    }

    /// <summary>The values of a register field that an expression reads, by its variable's name.</summary>
    private long[] Field(string name, Variable variable)
    {
        var dot = name.IndexOf('.');
        var field = name[(dot + 1)..];
        switch (name[..dot])
        {
            case "reg":
                return [_configuration.FieldNumber(field)];
            case "vm":
                return [.. _shape.Scenario.Vms.Select(vm => _configuration.ToldNumber(vm.Number, field))];
            default:
                var values = new long[variable.CellCount];
                foreach (var vcpu in _shape.Scenario.Vcpus)
                {
                    for (var mode = 0; mode < _shape.VcpuModes[vcpu.Number].Count; mode++)
                    {
                        var (m, c, i) = _shape.VcpuModes[vcpu.Number].Fields(mode, Initially(vcpu));
                        values[(vcpu.Number * _v.Mode.Size) + mode] = (field switch { "SCTLR_EL1.M" => m, "SCTLR_EL1.C" => c, "SCTLR_EL1.I" => i, _ => throw new InvalidOperationException($"No value of {field}.") }) ? 1 : 0;
                    }
                }

                return values;
        }
    }

    private void PerLine(Variable variable, Func<int, bool> value) => Set(variable, [.. Enumerable.Range(0, _v.Line.Size).Select(line => value(line) ? 1L : 0)]);

    private void Set(Variable variable, bool value) => Set(variable, [value ? 1 : 0]);

    private void Set(Variable variable, long[] values) => _values.Add(new(variable, values));
}
