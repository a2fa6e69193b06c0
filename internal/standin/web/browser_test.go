package web_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/chromium"
)

// A browser is a real Chromium whose every request goes through a proxy of the test, so that
// nothing it asks for stays unseen. The site stands at http://gitlab.test.
type browser struct {
	chromium.Browser
	proxy   *httptest.Server
	mu      sync.Mutex
	served  []string
	foreign []string // requests to others
}

// newBrowser finds a browser and puts it before a site.
func newBrowser(t *testing.T, site http.Handler, pages []string) *browser {
	t.Helper()
	b := &browser{Browser: chromium.Find(t)}
	list, err := json.Marshal(pages)
	if err != nil {
		t.Fatal(err)
	}
	b.proxy = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		if r.Host == "gitlab.test" {
			b.served = append(b.served, r.URL.Path)
		} else {
			b.foreign = append(b.foreign, r.Method+" "+r.Host+" "+r.URL.String())
		}
		b.mu.Unlock()
		switch {
		case r.Host != "gitlab.test":
			http.Error(w, "not here", http.StatusBadGateway)
		case r.URL.Path == "/walk":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, strings.Replace(walk, "PAGES", string(list), 1))
		default:
			r.URL.Scheme, r.URL.Host = "", ""
			page := httptest.NewRecorder()
			site.ServeHTTP(page, r)
			maps.Copy(w.Header(), page.Header())
			// The walk shows pages in frames, which only it may.
			w.Header().Set("Content-Security-Policy", strings.Replace(page.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors 'self'", 1))
			w.WriteHeader(page.Code)
			_, _ = w.Write(page.Body.Bytes())
		}
	}))
	t.Cleanup(b.proxy.Close)
	return b
}

// walk is a page that shows all pages at both widths in frames, one after the other, and writes
// down what the browser makes of them. A frame can be narrower than a window.
const walk = `<!doctype html><link rel="icon" href="data:,"><pre id="seen"></pre><script>
const sleep = ms => new Promise(done => setTimeout(done, ms));
async function see(path, width) {
  const frame = document.createElement("iframe");
  frame.style = "border:0;height:1200px;width:" + width + "px";
  const loaded = new Promise(done => { frame.onload = done; });
  frame.src = path;
  document.body.append(frame);
  await loaded;
  const doc = frame.contentDocument, root = doc.documentElement;
  const sources = doc.querySelectorAll("code.language-mermaid").length;
  for (let i = 0; sources && !root.dataset.charts && i < 600; i++) await sleep(50);
  for (const d of doc.querySelectorAll("details")) d.open = true;
  await sleep(50);
  const out = [];
  for (const e of doc.body.querySelectorAll("*")) {
    const box = e.getBoundingClientRect();
    if (box.width > 1 && box.right > root.clientWidth + 1 && !e.closest(".scroll, .chart, .board")) out.push(e.tagName + " " + e.className);
  }
  const charts = [...doc.querySelectorAll(".chart svg")];
  const seen = {
    Path: path, Width: width, Room: frame.contentWindow.innerWidth, Title: doc.title, Beyond: out.slice(0, 5), Sideways: root.scrollWidth - root.clientWidth,
    Sources: sources, Charts: charts.filter(c => c.getBoundingClientRect().width > 50).map(c => c.textContent), Failed: doc.querySelectorAll(".chart-error").length,
    Styled: frame.contentWindow.getComputedStyle(doc.querySelector(".bar")).backgroundColor != "rgba(0, 0, 0, 0)",
  };
  frame.remove();
  return seen;
}
(async () => {
  const all = [];
  for (const path of PAGES) for (const width of [1280, 390]) all.push(await see(path, width));
  document.getElementById("seen").textContent = JSON.stringify(all);
})();
</script>`

// A sight is what a browser makes of a page.
type sight struct {
	Path, Title     string
	Width, Room     int
	Sideways        int      // pixels by which the page is wider than the window
	Beyond          []string // elements that stand out of the window
	Sources, Failed int
	Charts          []string // texts of the charts that were drawn
	Styled          bool
}

// walk lets the browser see all pages, and gives what its console said.
func (b *browser) walk(t *testing.T) (seen []sight, console []string) {
	t.Helper()
	console = b.See(t, "http://gitlab.test/walk", &seen, "--proxy-server="+strings.TrimPrefix(b.proxy.URL, "http://"), "--proxy-bypass-list=<-loopback>")
	return seen, console
}

// browserOwn are hosts that a browser asks on its own account, of which no page knows.
var browserOwn = regexp.MustCompile(`^\w+ ([\w.-]+\.)?(google|googleapis|gstatic|gvt1)\.com\b`)

// clean fails when a walk had a word on the console, a request to others, or a page that is wider
// than its window.
func (b *browser) clean(t *testing.T, pages []string, seen []sight, console []string) {
	t.Helper()
	if len(seen) != 2*len(pages) {
		t.Errorf("%d sights of %d pages", len(seen), len(pages))
	}
	for _, line := range console {
		t.Errorf("the console says %s", line)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.foreign {
		if !browserOwn.MatchString(r) {
			t.Errorf("a request to others: %s", r)
		}
	}
	for _, s := range seen {
		if s.Room != s.Width || !s.Styled || !strings.HasSuffix(s.Title, "GitLab stand-in") {
			t.Errorf("%s: not seen as it is: %+v", s.Path, s)
		}
		if s.Sideways > 0 || len(s.Beyond) > 0 {
			t.Errorf("%s at %d: %d pixels too wide; beyond the window are %q", s.Path, s.Width, s.Sideways, s.Beyond)
		}
	}
}

// TestInBrowser looks at every page: charts are drawn, in folded parts too, and nothing else
// happens.
func TestInBrowser(t *testing.T) {
	s := newSample(t)
	pages := s.pages()
	b := newBrowser(t, s, pages)
	seen, console := b.walk(t)
	b.clean(t, pages, seen, console)
	drawn := 0
	for _, p := range seen {
		drawn += len(p.Charts)
		if len(p.Charts) != p.Sources || p.Failed > 0 {
			t.Errorf("%s at %d: %d of %d charts are drawn, %d failed", p.Path, p.Width, len(p.Charts), p.Sources, p.Failed)
		}
		for _, text := range p.Charts {
			if !strings.Contains(text, "1. Call") || !strings.Contains(text, "with the head gardener") {
				t.Errorf("%s: a chart says %q", p.Path, text)
			}
		}
	}
	if drawn != 8 { // two in the merge request, two in the issue, at two widths
		t.Errorf("%d charts, want 8", drawn)
	}
	if !slices.Contains(b.served, "/assets/mermaid.min.js") {
		t.Error("the library of charts came from elsewhere")
	}
}

// TestHostileInBrowser lets a browser run what it can of hostile texts: nothing.
func TestHostileInBrowser(t *testing.T) {
	s, pages := newHostile(t)
	b := newBrowser(t, s, pages)
	seen, console := b.walk(t)
	b.clean(t, pages, seen, console)
}
