package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/standin"
)

// A recorder notes who is called and which names are looked up.
type recorder struct {
	mu     sync.Mutex
	dialed map[string]int
	asked  map[string]int // answers that would have led elsewhere, by kind
}

func (r *recorder) dial(ctx context.Context, network, address string) (net.Conn, error) {
	r.mu.Lock()
	r.dialed[address]++
	r.mu.Unlock()
	return new(net.Dialer).DialContext(ctx, network, address)
}

func (r *recorder) tempt(kind string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked[kind]++
}

// hostilePage links and shows things of another host in all ways of Markdown and HTML.
const hostilePage = "\n\n[a](%[1]s/a) [b](//%[2]s/b) ![c](%[1]s/c.png) <img src=\"%[1]s/d.png\"> <a href=\"%[1]s/e\">e</a> <%[1]s/f> %[1]s/g [h][h] <script src=\"%[1]s/i.js\"></script>\n\n" +
	"[h]: %[1]s/h\n[j](http://169.254.169.254/latest/meta-data) [k](file:///etc/passwd) [l](http://user:pass@%[2]s/l) [m](/handbook/gone/) {{< include \"%[1]s/n.md\" >}}\n<%%= partial \"%[1]s/o\" %%>\n"

// TestNoConnectionElsewhere plays the story with the real service. The pages link to other hosts, and
// webhooks, answers, their headers and redirects name them, too. Only the configured GitLab is called, and
// no name is looked up.
func TestNoConnectionElsewhere(t *testing.T) {
	stranger := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a stranger was called: %s %s, token %q", r.Method, r.URL, r.Header.Get("Private-Token"))
	}))
	defer stranger.Close()
	away := strings.TrimPrefix(stranger.URL, "http://")
	rec := &recorder{dialed: map[string]int{}, asked: map[string]int{}}
	preferGo, dial := net.DefaultResolver.PreferGo, net.DefaultResolver.Dial
	net.DefaultResolver.PreferGo = true
	net.DefaultResolver.Dial = func(context.Context, string, string) (net.Conn, error) {
		t.Error("a name was looked up")
		return nil, fmt.Errorf("no names here")
	}
	defer func() { net.DefaultResolver.PreferGo, net.DefaultResolver.Dial = preferGo, dial }()

	d, err := newStage(t.Context(), "127.0.0.1:0", standin.Options{PageSize: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer d.gitlab.Close()
	d.out = t.Output()
	for path, src := range d.gitlab.Files(d.project, standin.DefaultBranch) {
		if strings.HasPrefix(path, "content/") {
			for _, host := range []string{away, "elsewhere.test"} {
				src += fmt.Sprintf(hostilePage, "http://"+host, host)
			}
			d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "Links", map[string]*string{path: &src})
		}
	}
	lure := &lure{rec: rec, own: d.gitlab.URL(), away: stranger.URL}
	front := httptest.NewServer(lure.handler(t))
	defer front.Close()

	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: rec.dial}
	defer transport.CloseIdleConnections()
	connect := func(o gitlab.Options) (*gitlab.Client, error) {
		o.Transport = transport
		o.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		return gitlab.New(o)
	}
	env := map[string]string{
		"ROLEPLAN_GITLAB_URL": front.URL, "ROLEPLAN_GITLAB_TOKEN": botToken, "ROLEPLAN_PROJECTS": d.project.Path, "ROLEPLAN_WEBHOOK_SECRET": hookSecret,
		"ROLEPLAN_LISTEN": "127.0.0.1:0", "ROLEPLAN_ADMIN_LISTEN": "127.0.0.1:0", "ROLEPLAN_DATABASE_URL": "sqlite:" + t.TempDir() + "/roleplan.db",
	}
	s := serve(t, env, connect)
	// The payloads of webhooks name the stranger wherever GitLab names itself.
	liar := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		l := letter{r.Header.Clone(), bytes.ReplaceAll(body, []byte(d.gitlab.URL()), []byte(stranger.URL))}
		l.header.Set("X-Gitlab-Instance", stranger.URL)
		if !bytes.Equal(l.body, body) {
			rec.tempt("webhook")
		}
		code, err := l.deliver(s.hook)
		if err != nil {
			code = http.StatusBadGateway
		}
		w.WriteHeader(code)
	}))
	defer liar.Close()
	d.gitlab.AddHook(d.project, standin.HookOptions{URL: liar.URL, Token: hookSecret})
	client, err := gitlab.New(gitlab.Options{BaseURL: d.gitlab.URL(), Token: botToken})
	if err != nil {
		t.Fatal(err)
	}
	d.left = leftToDo(client, d.project.Path)
	if err := d.play(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, s.log)
	}
	// Now each answer leads elsewhere, for those who follow.
	ways := map[string]string{"addresses": "", "refresh": "", "next page": "no end", "redirect": "not sent", "host relative to the scheme": "not sent"}
	for way, said := range ways {
		lure.set(way)
		for _, args := range [][]string{{"plan"}, {"report"}, {"doctor"}, {"apply", "--dry-run"}} {
			var out syncBuffer
			a := &App{Stdout: &out, Stderr: &out, Getenv: func(name string) string { return env[name] }, connectTo: connect}
			code := a.Main(t.Context(), args)
			if args[0] != "doctor" && (code == ExitOK) != (said == "") || !strings.Contains(out.String(), said) {
				t.Errorf("%s, %v: exit code %d, and no word of %q:\n%s", way, args, code, said, &out)
			}
		}
	}
	s.stop()

	configured, err := url.Parse(front.URL)
	if err != nil {
		t.Fatal(err)
	}
	for address := range rec.dialed {
		if address != configured.Host {
			t.Errorf("a connection to %s, which is not the configured GitLab", address)
		}
	}
	for _, kind := range append(slices.Collect(maps.Keys(ways)), "webhook") {
		if rec.asked[kind] == 0 {
			t.Errorf("nothing ever led elsewhere by %s", kind)
		}
	}
	t.Logf("connections %v; led elsewhere %v", rec.dialed, rec.asked)
}

// A lure is a GitLab whose answers lead to another host.
type lure struct {
	rec       *recorder
	own, away string

	mu  sync.Mutex
	way string
}

func (l *lure) set(way string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.way = way
}

func (l *lure) handler(t *testing.T) http.Handler {
	own, err := url.Parse(l.own)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(own)
	proxy.ModifyResponse = func(resp *http.Response) error {
		l.mu.Lock()
		way := l.way
		l.mu.Unlock()
		// Pages are listed by the host that was asked, as with GitLab.
		if link := resp.Header.Get("Link"); link != "" {
			resp.Header.Set("Link", strings.ReplaceAll(link, l.own, "http://"+resp.Request.Header.Get("X-Forwarded-Host")))
		}
		switch way {
		case "addresses":
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				return err
			}
			changed := bytes.ReplaceAll(body, []byte(l.own), []byte(l.away))
			if !bytes.Equal(changed, body) {
				l.rec.tempt(way)
			}
			resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(changed)), int64(len(changed))
			resp.Header.Set("Content-Length", fmt.Sprint(len(changed)))
		case "next page":
			if resp.Request.Method == http.MethodGet {
				l.rec.tempt(way)
				resp.Header.Set("Link", "<"+l.away+resp.Request.URL.RequestURI()+`>; rel="next"`)
				resp.Header.Set("X-Next-Page", "2")
			}
		case "redirect", "host relative to the scheme":
			l.rec.tempt(way)
			to := l.away
			if way != "redirect" {
				to = strings.TrimPrefix(to, "http:")
			}
			resp.StatusCode = http.StatusTemporaryRedirect
			resp.Header.Set("Location", to+resp.Request.URL.RequestURI())
		case "refresh":
			l.rec.tempt(way)
			resp.Header.Set("Refresh", "0; url="+l.away)
			resp.Header.Set("Content-Location", l.away)
			resp.Header.Set("Alt-Svc", `h2="`+strings.TrimPrefix(l.away, "http://")+`"`)
		}
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("X-Forwarded-Host", r.Host)
		proxy.ServeHTTP(w, r)
	})
}
