package report

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/chromium"
)

// look is a page that shows reports in frames at both widths, and writes down what the browser
// makes of them.
const look = `<!doctype html><link rel="icon" href="data:,"><pre id="seen"></pre><script>
async function see(path, width) {
  const frame = document.createElement("iframe");
  frame.style = "border:0;height:1200px;width:" + width + "px";
  const loaded = new Promise(done => { frame.onload = done; });
  frame.src = path;
  document.body.append(frame);
  await loaded;
  const doc = frame.contentDocument, root = doc.documentElement;
  const out = [];
  for (const e of doc.body.querySelectorAll("*")) {
    const box = e.getBoundingClientRect();
    if (box.width > 1 && box.right > root.clientWidth + 1 && !e.closest(".scroll, svg")) out.push(e.tagName + " " + e.className);
  }
  const seen = {
    Path: path, Width: width, Sideways: root.scrollWidth - root.clientWidth, Beyond: out.slice(0, 5),
    Charts: [...doc.querySelectorAll(".chart svg")].filter(c => c.getBoundingClientRect().width > 150).length,
  };
  frame.remove();
  return seen;
}
(async () => {
  const all = [];
  for (const path of ["/sample", "/hostile", "/empty"]) for (const width of [1280, 390]) all.push(await see(path, width));
  document.getElementById("seen").textContent = JSON.stringify(all);
})();
</script>`

// TestInBrowser looks at reports in a real browser, wide and narrow: nothing stands out of the
// window, charts are drawn, nothing is loaded, and evil texts do nothing.
func TestInBrowser(t *testing.T) {
	browser := chromium.Find(t)
	pages := map[string]string{"/look": look}
	for name, plans := range map[string][]Plan{"/sample": sample(), "/hostile": hostile(), "/empty": nil} {
		pages[name] = write(t, "html", Compute(now, 365, plans))
	}
	var mu sync.Mutex
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pages[r.URL.Path] == "" {
			mu.Lock()
			t.Errorf("the page loads %s", r.URL)
			mu.Unlock()
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, pages[r.URL.Path])
	}))
	defer site.Close()
	var all []struct {
		Path            string
		Width, Sideways int
		Beyond          []string
		Charts          int
	}
	for _, line := range browser.See(t, site.URL+"/look", &all) {
		t.Errorf("the console says %s", line)
	}
	charts := map[string]int{"/sample": 3, "/hostile": 3}
	for _, s := range all {
		if s.Sideways > 0 || len(s.Beyond) > 0 || s.Charts != charts[s.Path] {
			t.Errorf("%+v", s)
		}
	}
	if dir := os.Getenv("ROLEPLAN_SCREENSHOTS"); dir != "" {
		browser.Draw(t, site.URL+"/sample", filepath.Join(dir, "report-wide.png"), 1100, 1250)
		browser.Draw(t, site.URL+"/sample", filepath.Join(dir, "report-narrow.png"), 390, 1400)
	}
	if len(all) != 6 {
		t.Errorf("%d sights", len(all))
	}
}
