using System.Text;
using CoherenceCheck.Cli.Tests.Browsing;

namespace CoherenceCheck.Cli.Tests;

/// <summary>A browser and the HTML report of a spec, for all tests of the class.</summary>
public sealed class BrowserFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _html = new(() => Run.Of("check", "specs/kvm/c04-broadcast.coh", "--quiet", "--format", "html").Output);
    private Chromium? _browser;

    /// <summary>The report.</summary>
    internal string Html => _html.Value;

    /// <summary>Opens a page, the report unless another is given; skips the test where no browser is installed.</summary>
    internal Page Open(string fragment = "", bool isDark = false, bool runsScripts = true, string? html = null)
    {
        var path = Chromium.Find();
        if (path is null && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail("Chromium is not installed, and CI=true: run build/install-chromium.");
        }

        Assert.SkipWhen(path is null, "Chromium is not installed (build/install-chromium): the HTML report was not opened in a browser.");
        _browser ??= new Chromium(path);
        return new Page(_browser, $"file://{_folder.Write($"{Guid.NewGuid():N}.html", html ?? Html)}{fragment}", isDark, runsScripts);
    }

    public void Dispose()
    {
        _browser?.Dispose();
        _folder.Dispose();
    }
}

/// <summary>The HTML report in headless Chromium, as a reader uses it.</summary>
public sealed class BrowserTests(BrowserFixture fixture) : IClassFixture<BrowserFixture>
{
    private const string Current = "[...document.querySelectorAll('[aria-current=step]')].map(step => step.id)";
    private const string FirstTrace = "document.querySelector('section.trace').id";

    [Fact]
    public void A_click_on_a_violated_cell_of_the_matrix_opens_its_trace()
    {
        using var page = fixture.Open();
        Assert.Equal("0", page.Ask("document.querySelectorAll('section.trace > details[open]').length"));
        page.Click("tr.violated ul.classes a");
        var id = page.Ask(FirstTrace);
        Assert.Equal($"#{id}", page.Await("location.hash", $"#{id}"));
        Assert.Equal("true", page.Await($"document.querySelector('#{id} details').open", "true"));
        Assert.Equal("true", page.Await($"(rect => rect.top >= -5 && rect.top < innerHeight)(document.querySelector('#{id}').getBoundingClientRect())", "true"));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public void Keys_step_through_a_trace()
    {
        using var page = fixture.Open();
        Assert.Null(WrongWithKeys(page));
        Assert.Empty(page.Complaints);
    }

    [Theory]
    [InlineData("<script>", "<script type=\"text/none\">")]
    [InlineData("j: 'next'", "j: 'last'")]
    [InlineData("setAttribute('aria-current', 'step')", "setAttribute('aria-current', 'page')")]
    public void A_page_whose_script_is_broken_or_was_tampered_with_fails_the_check_of_the_keys(string right, string wrong)
    {
        var html = fixture.Html.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(fixture.Html, html);
        using (var page = fixture.Open(html: html))
        {
            Assert.NotNull(WrongWithKeys(page));
        }

        // The policy refuses a script that was changed; without the policy the fault itself must show.
        using var unprotected = fixture.Open(html: html.Replace("Content-Security-Policy", "x", StringComparison.Ordinal));
        Assert.NotNull(WrongWithKeys(unprotected));
    }

    [Fact]
    public void A_link_to_a_step_opens_the_page_at_that_step()
    {
        string id;
        using (var any = fixture.Open())
        {
            id = any.Ask("document.querySelectorAll('section.trace')[1].querySelectorAll('tr.step')[20].id");
        }

        using var page = fixture.Open("#" + id);
        Assert.Equal(id, page.Await(Current, id));
        Assert.Equal(id, page.Ask("document.activeElement.closest('tr').id"));
        Assert.Contains(page.Ask($"document.querySelector('#{id} .act code').textContent"), page.Ask("document.querySelector('#panel').innerText"), StringComparison.Ordinal);
        Assert.Equal("true", page.Ask($"(rect => rect.top >= 0 && rect.bottom < document.querySelector('#panel').getBoundingClientRect().top)(document.querySelector('#{id}').getBoundingClientRect())"));

        // From there to what had to come before it.
        page.Click("#about a");
        Assert.NotEqual(id, page.Await($"{Current} != '{id}' && {Current}", ""));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public void Steps_that_the_violation_does_not_need_can_be_hidden()
    {
        using var page = fixture.Open("#row-3-step-1");
        page.Click("section.trace summary");
        const string Shown = "[...document.querySelectorAll('tr.step')].filter(step => step.offsetParent && step.classList.contains('spare')).length";
        Assert.NotEqual("0", page.Ask(Shown));
        page.Click("[data-hide]");
        Assert.Equal("0", page.Await(Shown, "0"));
        Assert.Equal("true", page.Ask("document.querySelector('[data-hide]').getAttribute('aria-pressed')"));
        page.Press("h");
        Assert.NotEqual("0", page.Ask(Shown));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public void The_filter_leaves_only_what_is_violated()
    {
        using var page = fixture.Open();
        page.Click("[data-filter=violated]");
        const string Holding = "[...document.querySelectorAll('.verdicts tr.of:not(.violated)')].filter(row => row.offsetParent).length";
        Assert.Equal("0", page.Await(Holding, "0"));
        Assert.NotEqual("0", page.Ask("[...document.querySelectorAll('.verdicts tr.violated')].filter(row => row.offsetParent).length"));
        page.Click("[data-filter=all]");
        Assert.NotEqual("0", page.Ask(Holding));
    }

    [Fact]
    public void The_page_is_dark_where_the_reader_asks_for_it()
    {
        const string Background = "getComputedStyle(document.body).backgroundColor";
        using var light = fixture.Open();
        Assert.Equal("rgb(255, 255, 255)", light.Ask(Background));
        using var dark = fixture.Open(isDark: true);
        Assert.Equal("rgb(13, 17, 23)", dark.Ask(Background));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Texts_have_enough_contrast(bool isDark)
    {
        using var page = fixture.Open("#row-3-step-5", isDark);
        page.Click("[data-all]");
        Assert.Equal("", page.Ask(Contrast));
    }

    [Fact]
    public void A_page_of_pale_texts_fails_the_check_of_contrast()
    {
        using var page = fixture.Open(html: fixture.Html.Replace("--dim: #57606a", "--dim: #a0a0a0", StringComparison.Ordinal).Replace("Content-Security-Policy", "x", StringComparison.Ordinal));
        Assert.NotEqual("", page.Ask(Contrast));
    }

    [Fact]
    public void Without_scripts_everything_is_visible()
    {
        using var page = fixture.Open(runsScripts: false);
        Assert.Equal("false", page.Ask("document.documentElement.classList.contains('with-script')"));
        Assert.Equal("0", page.Ask("[...document.querySelectorAll('tr, .note, .more, .why')].filter(e => !e.checkVisibility()).length"));
        Assert.Equal("0", page.Ask("[...document.querySelectorAll('button')].filter(button => button.checkVisibility()).length"));
    }

    [Fact]
    public void It_can_be_printed_with_every_trace()
    {
        using var page = fixture.Open("#row-3-step-5");
        var pdf = page.Print();
        Assert.Equal("%PDF-", Encoding.ASCII.GetString(pdf, 0, 5));
        Assert.Equal("0", page.Ask("document.querySelectorAll('section.trace > details:not([open])').length"));
    }

    /// <summary>What is wrong with stepping by keys from the top of a page, or <see langword="null"/>.</summary>
    private static string? WrongWithKeys(Page page)
    {
        var trace = page.Ask(FirstTrace);
        var last = page.Ask($"document.querySelector('#{trace} tbody').lastElementChild.id");
        var needed = page.Ask($"document.querySelectorAll('#{trace} tr.step:not(.spare)')[1].id");
        foreach (var (key, expected) in new[]
        {
            ("j", $"{trace}-step-0"), ("j", $"{trace}-step-1"), ("ArrowDown", $"{trace}-step-2"), ("k", $"{trace}-step-1"), ("ArrowUp", $"{trace}-step-0"),
            ("n", needed), ("End", last), ("j", last), ("Home", $"{trace}-step-0"), ("Escape", ""),
        })
        {
            page.Press(key);
            if (page.Ask(Current) is var current && current != expected)
            {
                return $"{key}: '{current}' in place of '{expected}'";
            }

            if (expected.Length > 0 && page.Ask("location.hash") is var hash && hash != "#" + expected)
            {
                return $"{key}: the address says {hash}";
            }
        }

        return null;
    }

    /// <summary>Texts whose contrast with what is behind them is below that of WCAG 2.2, 1.4.3 (AA): 4.5.</summary>
    private const string Contrast = """
        (() => {
          const parse = text => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c > 0.04045 ? ((c + 0.055) / 1.055) ** 2.4 : c / 12.92).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = element => {
            for (let e = element; e; e = e.parentElement) {
              const colour = parse(getComputedStyle(e).backgroundColor);
              if (colour.length < 4 || colour[3] === 1) return colour;
            }
            return [255, 255, 255];
          };
          const weak = new Set();
          for (const element of document.querySelectorAll('body *')) {
            if (!element.checkVisibility() || ![...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
            const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) weak.add(`${element.localName}.${element.className} in ${element.parentElement.className} ${ratio.toFixed(2)}`);
          }
          return [...weak].slice(0, 20).join('\n');
        })()
        """;
}
