using System.CommandLine;
using CoherenceCheck.Report;

namespace CoherenceCheck.Cli.Commands;

/// <summary><c>--trace</c>: how much of traces text shows.</summary>
internal static class TraceOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--trace") { Description = "What text shows of traces: changes (default), core (what the end depends on), full, none.", DefaultValueFactory = _ => "changes" };
        option.AcceptOnlyFromAmong("changes", "core", "full", "none");
        return option;
    }

    public static TraceDetail Read(ParseResult parsed, Option<string> option) => parsed.GetValue(option) switch
    {
        "core" => TraceDetail.Core,
        "full" => TraceDetail.Full,
        "none" => TraceDetail.None,
        _ => TraceDetail.Changes,
    };
}
