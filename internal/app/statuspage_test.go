package app

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/chromium"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// newFailing is a service that has given up merge request 7, until it may succeed.
func newFailing(t *testing.T) (s *service, mayWork *atomic.Bool) {
	t.Helper()
	mayWork = new(atomic.Bool)
	s, _ = startService(t, workFunc(func(context.Context, reconcile.Key) (reconcile.Result, error) {
		if mayWork.Load() {
			return reconcile.Result{Changed: 2}, nil
		}
		return reconcile.Result{}, reconcile.Terminal(errors.New(`read page "<b>a.md": forbidden`))
	}), nil)
	mustDeliver(t, s.webhookURL(), "one", 7)
	eventually(t, s.adminURL()+"/", "Why")
	return s, mayWork
}

// eventually reads a page until it has a text.
func eventually(t *testing.T, address, want string) string {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		_, page := get(t, address)
		if strings.Contains(page, want) {
			return page
		}
		if time.Now().After(deadline) {
			t.Fatalf("the page never says %q:\n%s", want, page)
		}
	}
}

// press posts the form of a failure, with headers as a browser sets them.
func press(t *testing.T, s *service, form url.Values, header map[string]string) (status int, location string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.adminURL()+"/retry", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for k, v := range header {
		if k == "Host" {
			r.Host = v
		}
		r.Header.Set(k, v)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Location")
}

func TestRetryButton(t *testing.T) {
	t.Parallel()
	s, mayWork := newFailing(t)
	form := url.Values{"kind": {"merge_request"}, "project": {"42"}, "iid": {"7"}}
	for name, test := range map[string]struct {
		form   url.Values
		header map[string]string
		want   int
	}{
		"from another site":       {form, map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		"from a sister site":      {form, map[string]string{"Sec-Fetch-Site": "same-site"}, http.StatusForbidden},
		"from another origin":     {form, map[string]string{"Origin": "https://evil.example"}, http.StatusForbidden},
		"by a name that is lent":  {form, map[string]string{"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, http.StatusMisdirectedRequest},
		"no form":                 {nil, nil, http.StatusBadRequest},
		"a kind that is not ours": {url.Values{"kind": {"x"}, "project": {"42"}, "iid": {"7"}}, nil, http.StatusBadRequest},
		"a number that is none":   {url.Values{"kind": {"merge_request"}, "project": {"42"}, "iid": {"7;"}}, nil, http.StatusBadRequest},
		"not among the failures":  {url.Values{"kind": {"merge_request"}, "project": {"42"}, "iid": {"8"}}, nil, http.StatusNotFound},
		"too long":                {url.Values{"kind": {strings.Repeat("x", 10000)}}, nil, http.StatusBadRequest},
	} {
		if got, _ := press(t, s, test.form, test.header); got != test.want {
			t.Errorf("%s: answer %d, want %d", name, got, test.want)
		}
	}
	if code, _ := get(t, s.adminURL()+"/retry"); code != http.StatusMethodNotAllowed {
		t.Errorf("GET /retry: answer %d, want 405", code)
	}
	mayWork.Store(true)
	if code, to := press(t, s, form, map[string]string{"Sec-Fetch-Site": "same-origin"}); code != http.StatusSeeOther || to != "/?retried" {
		t.Fatalf("answer %d to %q", code, to)
	}
	page := eventually(t, s.adminURL()+"/?retried", "Nothing was given up")
	for _, want := range []string{"It is tried again now", "!7 of acme/handbook", "Merge Request Hook"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	eventually(t, s.adminURL()+"/", "2 changed")
}

// TestStatusPageHeaders: the page may load nothing and be framed by nobody; strangers' names get none.
func TestStatusPageHeaders(t *testing.T) {
	t.Parallel()
	s, _ := newFailing(t)
	resp, err := http.Get(s.adminURL() + "/")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
		if got := resp.Header.Get("Content-Security-Policy"); !strings.Contains(got, want) {
			t.Errorf("policy %q lacks %q", got, want)
		}
	}
	if code, _ := get(t, s.adminURL()+"/nothing"); code != http.StatusNotFound {
		t.Errorf("answer %d to an unknown path", code)
	}
	for host, want := range map[string]int{"localhost:1": 200, "127.0.0.1": 200, "[::1]:8081": 200, "evil.example": 421, "127.0.0.1.evil.example:8081": 421, "10.0.0.1": 421} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		s.adminMux().ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("asked as %q the answer is %d, want %d", host, w.Code, want)
		}
	}
}

func TestWebAddress(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"https://gitlab.example/acme/": "https://gitlab.example/acme/-/merge_requests/7",
		"http://127.0.0.1:1/acme":      "http://127.0.0.1:1/acme/-/merge_requests/7",
		"javascript:alert(1)":          "", "": "", "//evil.example/a": "", "https://\x00": "",
	} {
		if got := webAddress(forge.Project{WebURL: from}, "/-/merge_requests/7"); got != want {
			t.Errorf("webAddress(%q) = %q, want %q", from, got, want)
		}
	}
}

// probe looks at the status page at three widths, presses the button by keyboard alone, and writes
// down what it sees. It is another origin than the service for the browser's rules, so it is served
// beside the page.
const probe = `<!doctype html><link rel="icon" href="data:,"><pre id="seen"></pre><script>
async function load(frame, path) {
  const loaded = new Promise(done => { frame.onload = done; });
  frame.src = path;
  await loaded;
}
(async () => {
  const out = [];
  for (const width of [1280, 390, 320]) {
    const frame = document.createElement("iframe");
    frame.style = "border:0;height:1200px;width:" + width + "px";
    document.body.append(frame);
    await load(frame, "/");
    const win = frame.contentWindow, doc = frame.contentDocument, root = doc.documentElement;
    const beyond = [...doc.body.querySelectorAll("*")].filter(e => { const b = e.getBoundingClientRect(); return b.width > 1 && b.right > root.clientWidth + 1; });
    const button = doc.querySelector("button"), box = button.getBoundingClientRect();
    button.focus();
    out.push({
      Width: width, Title: doc.title, Sideways: root.scrollWidth - root.clientWidth, Beyond: beyond.slice(0, 5).map(e => e.tagName + " " + e.className),
      Styled: win.getComputedStyle(doc.body).maxWidth != "none", Focus: doc.activeElement == button, Button: Math.min(box.width, box.height),
      Outline: win.getComputedStyle(button).outlineStyle, Caption: doc.querySelectorAll("caption").length, Said: "",
    });
    if (width == 320) {
      const again = new Promise(done => { frame.onload = done; });
      button.click();
      await again;
      out.at(-1).Said = frame.contentDocument.querySelector(".notice").textContent;
    }
    frame.remove();
  }
  document.getElementById("seen").textContent = JSON.stringify(out);
})();
</script>`

// TestStatusPageInBrowser lets Chromium show the page and press its button.
func TestStatusPageInBrowser(t *testing.T) {
	t.Parallel()
	browser := chromium.Find(t)
	s, _ := newFailing(t)
	admin := s.adminMux()
	beside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/probe" {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(probe))
			return
		}
		admin.ServeHTTP(framed{w}, r)
	}))
	t.Cleanup(beside.Close)
	var seen []struct {
		Width, Sideways, Caption int
		Title, Outline, Said     string
		Beyond                   []string
		Styled, Focus            bool
		Button                   float64
	}
	for _, line := range browser.See(t, beside.URL+"/probe", &seen) {
		t.Errorf("the console says %s", line)
	}
	if len(seen) != 3 || seen[2].Said != "It is tried again now." {
		t.Errorf("the button was not pressed: %+v", seen)
	}
	for _, s := range seen {
		if s.Sideways > 0 || len(s.Beyond) > 0 {
			t.Errorf("at %d the page is %d too wide; beyond the window are %q", s.Width, s.Sideways, s.Beyond)
		}
		if !s.Styled || !s.Focus || s.Button < 24 || s.Caption == 0 {
			t.Errorf("at %d: %+v", s.Width, s)
		}
	}
}

// framed lets a page of the same origin show the page in a frame, which only a test may.
type framed struct{ http.ResponseWriter }

func (f framed) WriteHeader(code int) {
	f.loosen()
	f.ResponseWriter.WriteHeader(code)
}

func (f framed) Write(p []byte) (int, error) {
	f.loosen()
	return f.ResponseWriter.Write(p)
}

func (f framed) loosen() {
	h := f.Header()
	if p := h.Get("Content-Security-Policy"); p != "" {
		h.Set("Content-Security-Policy", strings.Replace(p, "frame-ancestors 'none'", "frame-ancestors 'self'", 1))
	}
}
