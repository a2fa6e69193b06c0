package tryit

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/chromium"
)

const page = `---
title: Baker
description: Bakes.
---

## Responsibilities

- Bake bread

## Requirements

- Ten years of experience

## Levels

### Junior Baker

### Senior Baker

## Hiring Process

- A 30 minute screening call with a recruiter
- A 50 minute interview with the hiring manager
`

func post(t *testing.T, path string, form url.Values) (int, string, http.Header) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	handler().ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

func TestReading(t *testing.T) {
	t.Parallel()
	for path, whole := range map[string]bool{Path: true, Path + "/part": false} {
		code, body, header := post(t, path, url.Values{"page": {page}, "level": {"Senior Baker"}})
		if code != http.StatusOK || strings.Contains(body, "<form") != whole || header.Get("Content-Security-Policy") != policy {
			t.Fatalf("%s: status %d, %v\n%s", path, code, header, body)
		}
		for _, want := range []string{
			`<p role="status">`, `data-line="12"`, "years-of-experience", "<strong>Screening call</strong>", "30 minutes", "Opening EXAMPLE-1: Senior Baker",
			"<option value=\"Senior Baker\" selected>", "hiring::1 ", "level::Senior Baker",
		} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: it does not hold %q\n%s", path, want, body)
			}
		}
	}
}

// TestExample begins as one who has no page at hand: the empty page leads to an example, and that shows
// all that there is to see.
func TestExample(t *testing.T) {
	t.Parallel()
	get := func(path string) string {
		w := httptest.NewRecorder()
		handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d", path, w.Code)
		}
		return w.Body.String()
	}
	_, rest, _ := strings.Cut(get(Path), `<a href="`)
	link, _, _ := strings.Cut(rest, `"`)
	body := get(link)
	for _, want := range []string{
		"title: &#34;Release Engineer&#34;", "0 errors, 3 warnings, 1 info", "gendered-pronoun", `<strong>Panel interview</strong>`, "<em>optional</em>",
		"<option value=\"Senior Release Engineer\">", "Opening EXAMPLE-1: Release Engineer (Intermediate)", "hiring::5 ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s does not hold %q\n%s", link, want, body)
		}
	}
}

func TestHostileText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"# </textarea><script>alert(1)</script>\n", "---\ntitle: <script>alert(1)</script>\n---\n\n## Levels\n\n### <script>alert(1)</script>\n",
		"## Hiring Process\n\n- A 30 minute call with <script>alert(1)</script>\n", "\x00\xff\n", strings.Repeat("#", 1000), "---\n---\n", " ",
	} {
		code, body, _ := post(t, Path, url.Values{"page": {text}, "layout": {`"><script>alert(1)</script>`}, "level": {"<script>alert(1)"}})
		if code != http.StatusOK || strings.Contains(body, "<script>") || strings.Count(body, "</textarea>") != 1 {
			t.Errorf("%q: status %d\n%s", text, code, body)
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	for _, size := range []int{maxPage + 1, 3*maxPage + 1} {
		if code, _, _ := post(t, Path, url.Values{"page": {strings.Repeat("a", size)}}); code != http.StatusRequestEntityTooLarge {
			t.Errorf("%d bytes: status %d", size, code)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, Path, strings.NewReader("page=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	if handler().ServeHTTP(w, r); w.Code != http.StatusForbidden {
		t.Errorf("from another site: status %d", w.Code)
	}
}

// TestBrowser types into the page in Chromium, and looks at it at both widths.
func TestBrowser(t *testing.T) {
	browser := chromium.Find(t)
	mux := http.NewServeMux()
	Mount(mux)
	// The walk drives the page from a frame, which only it may.
	mux.HandleFunc("GET /walk", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, walk, page)
	})
	var site http.HandlerFunc = func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, r)
		maps.Copy(w.Header(), rec.Header())
		w.Header().Set("Content-Security-Policy", strings.Replace(rec.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'", "frame-ancestors 'self'", 1))
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	}
	s := httptest.NewServer(site)
	t.Cleanup(s.Close)
	var seen []string
	for _, line := range browser.See(t, s.URL+"/walk", &seen) {
		t.Errorf("the console says %s", line)
	}
	for _, want := range []string{"live 1280: Opening EXAMPLE-1: Junior Baker", "live 390: Opening EXAMPLE-1: Junior Baker", "sideways 1280: 0", "sideways 390: 0", "line 1280: - Ten years of experience", "line 390: - Ten years of experience"} {
		if !slices.Contains(seen, want) {
			t.Errorf("it does not say %q: %q", want, seen)
		}
	}
	if dir := os.Getenv("ROLEPLAN_SCREENSHOTS"); dir != "" {
		browser.Draw(t, s.URL+examplePath, filepath.Join(dir, "try-wide.png"), 1280, 1120)
		browser.Draw(t, s.URL+examplePath, filepath.Join(dir, "try-narrow.png"), 500, 2000)
	}
}

const walk = `<!doctype html><body style="margin:0"><pre id="seen"></pre><script>
const page = %q;
const sleep = ms => new Promise(done => setTimeout(done, ms));
async function see(width) {
  const frame = document.createElement("iframe");
  frame.style = "border:0;height:1400px;width:" + width + "px";
  const loaded = new Promise(done => { frame.onload = done; });
  frame.src = "/try"; document.body.append(frame); await loaded;
  const doc = frame.contentDocument, area = doc.getElementById("page");
  area.value = page;
  area.dispatchEvent(new Event("input", {bubbles: true}));
  for (let i = 0; i < 200 && !doc.querySelector(".issue li"); i++) await sleep(50);
  const said = ["live " + width + ": " + doc.querySelector(".issue li")?.textContent];
  said.push("sideways " + width + ": " + (doc.documentElement.scrollWidth - doc.documentElement.clientWidth));
  doc.querySelector("[data-line='12']")?.click();
  said.push("line " + width + ": " + area.value.slice(area.selectionStart, area.selectionEnd));
  frame.remove();
  return said;
}
(async () => {
  const said = await see(1280);
  document.getElementById("seen").textContent = JSON.stringify([...said, ...await see(390)]);
})();
</script>`
