using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CoherenceCheck.Cli.Tests.Browsing;

/// <summary>A headless Chromium of the machine, spoken to by the Chrome DevTools Protocol.</summary>
/// <remarks>One command at a time: each waits for its answer, and events that come meanwhile are kept.</remarks>
internal sealed class Chromium : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _profile = new();
    private readonly ClientWebSocket _socket = new();
    private readonly Process _process;
    private int _last;

    public Chromium(string path)
    {
        var start = new ProcessStartInfo(path) { RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--remote-debugging-port=0", $"--user-data-dir={_profile.Path}", "about:blank" })
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        try
        {
            _socket.ConnectAsync(Address(), Deadline()).GetAwaiter().GetResult();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the browser reported of its own accord.</summary>
    public List<JsonNode> Events { get; } = [];

    /// <summary>Chromium's path, or <see langword="null"/>: COHERENCECHECK_CHROMIUM, else the first of its names in PATH.</summary>
    public static string? Find() => Environment.GetEnvironmentVariable("COHERENCECHECK_CHROMIUM") switch
    {
        "off" => null,
        { Length: > 0 } path => path,
        _ => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => new[] { "chromium", "chromium-browser" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists),
    };

    /// <summary>A command and its result.</summary>
    public JsonNode Send(string method, JsonObject? parameters = null, string? session = null)
    {
        var id = ++_last;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, Deadline()).GetAwaiter().GetResult();
        while (true)
        {
            var answer = Receive();
            if (answer["id"]?.GetValue<int>() != id)
            {
                Events.Add(answer);
                continue;
            }

            return answer["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : answer["result"]!;
        }
    }

    /// <summary>Waits for an event of a session.</summary>
    public void Await(string method, string session)
    {
        while (!Events.Exists(e => e["method"]?.GetValue<string>() == method && e["sessionId"]?.GetValue<string>() == session))
        {
            Events.Add(Receive());
        }
    }

    public void Dispose()
    {
        try
        {
            // The launcher of some distributions is a script: the browser is its child.
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(10_000);
        }
        finally
        {
            _process.Dispose();
            _socket.Dispose();
            RemoveProfile();
        }
    }

    private static CancellationToken Deadline() => new CancellationTokenSource(Patience).Token;

    private Uri Address()
    {
        const string Announcement = "DevTools listening on ";
        var said = new StringBuilder();
        while (_process.StandardError.ReadLineAsync(Deadline()).AsTask().GetAwaiter().GetResult() is { } line)
        {
            said.AppendLine(line);
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                // Its further complaints must not fill the pipe.
                _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return new Uri(line[Announcement.Length..]);
            }
        }

        throw new InvalidOperationException($"Chromium did not start: {said}");
    }

    private JsonNode Receive()
    {
        using var message = new MemoryStream();
        var buffer = new byte[1 << 16];
        ValueWebSocketReceiveResult part;
        do
        {
            part = _socket.ReceiveAsync(buffer.AsMemory(), Deadline()).AsTask().GetAwaiter().GetResult();
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(message.ToArray()) ?? throw new JsonException("An empty message.");
    }

    private void RemoveProfile()
    {
        try
        {
            _profile.Dispose();
        }
        catch (IOException)
        {
            // A helper of the browser that is still ending may write to it; the folder is a temporary one.
        }
    }
}
