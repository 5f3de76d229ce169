namespace CoherenceCheck.Report.Html;

/// <summary>How the diagrams are to be read, with the switches that hold for all of them.</summary>
internal static class HtmlLegend
{
    public static void Write(Markup page)
    {
        page.Open("div", "legend").Line();
        page.Open("p").Text("Time runs down, a column for each CPU. The coloured band in a column is the vCPU that is loaded there.").Close().Line();
        page.Open("ul").Line();
        Item(page, "guest", "a guest's step");
        Item(page, "host", "a step of the host or of a task");
        Item(page, "hardware", "what the hardware does by itself");
        page.Open("li").Element("span", "*", "mark done").Text(" a guest's maintenance is complete").Close().Line();
        page.Open("li").Element("span", "!", "mark stale").Text(" what must not happen").Close().Line();
        page.Open("li").Element("span", "\u00b7", "mark").Text(" in grey: the violation does not need it, had it done nothing the end would be the same").Close().Line();
        page.Open("li").Element("span", "old", "value differs").Text(" is not what a coherent access sees").Close().Line();
        page.Open("li").Element("span", "new", "value changed").Text(" changed with this step").Close().Line();
        page.Close().Line();
        page.Open("p", "js").Open("button").Attribute("type", "button").Attribute("data-hide", "").Attribute("aria-pressed", "false").Text("Hide what the violation does not need").Close()
            .Text(" ").Open("button").Attribute("type", "button").Attribute("data-all", "").Attribute("aria-pressed", "false").Text("Open all traces").Close()
            .Text(" ").Open("span", "dim").Text("Keys: ");
        foreach (var (key, meaning) in new[] { ("j", "next step"), ("k", "previous"), ("n", "next needed"), ("p", "previous needed"), ("Home", "first"), ("End", "last"), ("Esc", "close"), ("h", "hide what is not needed") })
        {
            page.Element("kbd", key).Text($" {meaning} ");
        }

        page.Close(2).Line();
        page.Close().Line();
    }

    private static void Item(Markup page, string agent, string meaning) =>
        page.Open("li").Element("span", agent, $"act {agent}").Text(" " + meaning).Close().Line();
}
