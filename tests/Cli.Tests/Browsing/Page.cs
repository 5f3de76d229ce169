using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CoherenceCheck.Cli.Tests.Browsing;

/// <summary>A page that is open in a browser, and what a reader does with it.</summary>
internal sealed class Page : IDisposable
{
    private static readonly Dictionary<string, int> Codes = new(StringComparer.Ordinal)
    {
        ["ArrowDown"] = 40,
        ["ArrowUp"] = 38,
        ["Home"] = 36,
        ["End"] = 35,
        ["Escape"] = 27,
    };

    private readonly Chromium _browser;
    private readonly string _target;
    private readonly string _session;

    public Page(Chromium browser, string address, bool isDark = false, bool runsScripts = true)
    {
        _browser = browser;
        _target = browser.Send("Target.createTarget", new JsonObject { ["url"] = "about:blank" })["targetId"]!.GetValue<string>();
        _session = browser.Send("Target.attachToTarget", new JsonObject { ["targetId"] = _target, ["flatten"] = true })["sessionId"]!.GetValue<string>();
        Send("Page.enable");
        Send("Runtime.enable");
        Send("Log.enable");
        Send("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = 1200, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        Send("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }) });
        Send("Emulation.setScriptExecutionDisabled", new JsonObject { ["value"] = !runsScripts });
        _browser.Events.Clear();
        Send("Page.navigate", new JsonObject { ["url"] = address });
        browser.Await("Page.loadEventFired", _session);
    }

    /// <summary>Exceptions of scripts, and what the browser complained about.</summary>
    public IEnumerable<string> Complaints => _browser.Events
        .Where(e => e["method"]?.GetValue<string>() is "Runtime.exceptionThrown" or "Log.entryAdded").Select(e => e.ToJsonString());

    /// <summary>The value of an expression, as text.</summary>
    public string Ask(string expression)
    {
        var answer = Send("Runtime.evaluate", new JsonObject { ["expression"] = $"String({expression})", ["returnByValue"] = true });
        return answer["exceptionDetails"] is { } wrong ? throw new InvalidOperationException($"{expression}: {wrong.ToJsonString()}") : answer["result"]!["value"]!.GetValue<string>();
    }

    /// <summary>Waits until an expression has a value; the last one that it had.</summary>
    public string Await(string expression, string expected)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            var value = Ask(expression);
            if (value == expected || waited.Elapsed.TotalSeconds > 5)
            {
                return value;
            }

            Thread.Sleep(20);
        }
    }

    /// <summary>Presses and releases a key.</summary>
    public void Press(string key)
    {
        foreach (var type in new[] { key.Length == 1 ? "keyDown" : "rawKeyDown", "keyUp" })
        {
            var parameters = new JsonObject { ["type"] = type, ["key"] = key, ["windowsVirtualKeyCode"] = key.Length == 1 ? char.ToUpperInvariant(key[0]) : Codes[key] };
            if (type == "keyDown")
            {
                parameters["text"] = key;
            }

            Send("Input.dispatchKeyEvent", parameters);
        }
    }

    /// <summary>Clicks into the middle of an element, wherever that is.</summary>
    public void Click(string selector)
    {
        var middle = Ask($"(() => {{ const e = document.querySelector('{selector}'); e.scrollIntoView({{ block: 'center' }}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()")
            .Split(',').Select(double.Parse).ToList();
        foreach (var type in new[] { "mousePressed", "mouseReleased" })
        {
            Send("Input.dispatchMouseEvent", new JsonObject { ["type"] = type, ["x"] = middle[0], ["y"] = middle[1], ["button"] = "left", ["clickCount"] = 1 });
        }
    }

    /// <summary>The page as it is printed: a PDF.</summary>
    public byte[] Print() => Convert.FromBase64String(
        Send("Page.printToPDF", new JsonObject { ["printBackground"] = true, ["preferCSSPageSize"] = true })["data"]!.GetValue<string>());

    public void Dispose() => _browser.Send("Target.closeTarget", new JsonObject { ["targetId"] = _target });

    private JsonNode Send(string method, JsonObject? parameters = null) => _browser.Send(method, parameters, _session);
}
