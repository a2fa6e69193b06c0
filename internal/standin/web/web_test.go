package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/internal/standin/web"
)

// get fetches a page.
func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

// parse reads a page.
func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var out strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			out.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

func TestPages(t *testing.T) {
	s := newSample(t)
	const at = "/acme/handbook/-/"
	for _, c := range []struct {
		path   string
		status int
		want   []string // in the text of the page
		not    []string
	}{
		{"/", 200, []string{"acme/handbook", "1 open merge request · 2 open issues", "acme/empty private"}, nil},
		{"/acme/handbook", 200, []string{"Gardener: a longer walk", "rockstar-gardener → main", "Buy a spade", "1 of 2 tasks done", "roles/", "All about work at ACME."}, []string{"1. Call"}},
		{"/ACME/handbook/", 200, []string{"Gardener: a longer walk"}, nil},
		{"/acme/empty", 200, []string{"No merge request is open.", "No issue is open.", "There are no files yet."}, nil},
		{at + "merge_requests", 200, []string{"Open 1Merged 0Closed 0All 1", "Gardener: a longer walk"}, nil},
		{at + "merge_requests?state=merged", 200, []string{"There are none here."}, []string{"Gardener: a longer walk"}},
		{
			at + "merge_requests/1", 200,
			[]string{
				"Ana Novak asked to merge rockstar-gardener into main", "The walk takes longer now.", "1 thread unresolved", "Plan Bot @planbot Bot", "👍 by Ana Novak",
				"Unresolved Thread on line 8 of roles/gardener.md", "Resolved by Plan Bot Thread on line 14 of roles/gardener.md", "True, I will take it.",
				"roles/baker.md new +3 lines −0 lines", "openings.yml deleted", "3 lines not shown",
			},
			[]string{"mark -->"},
		},
		{at + "issues", 200, []string{"Hire a gardener (A-1)", "Confidential", "due 2026-12-24", "with Ana Novak"}, []string{"1. Call"}},
		{at + "issues?state=closed", 200, []string{"There are none here."}, nil},
		{at + "issues?state=all&label_name[]=urgent", 200, []string{"With the label urgent", "Buy a spade"}, []string{"Hire a gardener"}},
		{
			at + "issues/1", 200,
			[]string{
				"Open Issue Confidential", "Ana Novak @ana", "hiring::active", "2026-12-24", "Child items 1 of 2 closed", "1. Call Closed", "2. Walk through the garden with the head gardener Open",
				"Linked items 1 Buy a spade", "Plan Bot added hiring::active step::interview urgent", "Ana Novak removed urgent", "Somebody wrote.",
			},
			nil,
		},
		{at + "work_items/3", 200, []string{"Open Task", "ParentHire a gardener (A-1) #1", "Step 2."}, nil},
		{at + "labels", 200, []string{"hiring::active Work goes on 1 open", "step::interview An interview is the next step 1 open", "urgent"}, nil},
		{at + "boards", 200, []string{"Hiring", "Open 1 Buy a spade", "hiring::active 1 Hire a gardener", "step::interview 1 Hire a gardener", "Closed 0"}, []string{"1. Call"}},
		{at + "tree/main", 200, []string{"roles/", "openings.yml"}, []string{"gardener.md"}},
		{at + "tree/main/roles", 200, []string{"handbook/ roles", "gardener.md"}, []string{"openings.yml"}},
		{at + "blob/main/roles/gardener.md", 200, []string{"Front matter", "Hiring process", "A walk through the garden"}, []string{"## Hiring"}},
		{at + "blob/rockstar-gardener/roles/gardener.md?plain=1", 200, []string{"1--- 2title: Gardener", "## Hiring process", "241. A 45-minute walk"}, nil},
		{at + "blob/main/openings.yml", 200, []string{"1- id: A-1"}, []string{"Rendered"}},
		{"/acme/nothing", 404, []string{"Page not found", "Go to the projects"}, nil},
		{at + "merge_requests/2", 404, []string{"Go to acme/handbook"}, nil},
		{at + "issues/99", 404, nil, nil},
		{at + "issues/one", 404, nil, nil},
		{at + "boards/99", 404, nil, nil},
		{at + "blob/main/none.md", 404, nil, nil},
		{at + "tree/main/none", 404, nil, nil},
		{at + "pipelines", 404, nil, nil},
		{"/assets/none.js", 404, nil, nil},
	} {
		w := get(t, s, c.path)
		if w.Code != c.status {
			t.Errorf("%s: status %d, want %d", c.path, w.Code, c.status)
		}
		got := text(parse(t, w.Body.String()))
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", c.path, want, got)
			}
		}
		for _, not := range c.not {
			if strings.Contains(got, not) {
				t.Errorf("%s: there is %q in\n%s", c.path, not, got)
			}
		}
	}
}

// TestLabelsOfOneRequest: what one request does to labels is told in one line, what the next does in another,
// however soon it comes.
func TestLabelsOfOneRequest(t *testing.T) {
	s := newSample(t)
	i := s.AddIssue(s.project, s.ana, "Mow", "", "urgent", "hiring::active")
	s.SetIssueLabels(i, s.ana, "step::interview", "urgent")
	s.SetIssueLabels(i, s.ana)
	s.SetIssueLabels(i, s.bot, "urgent")
	var got []string
	for n := range parse(t, get(t, s, fmt.Sprintf("/acme/handbook/-/issues/%d", i.IID)).Body.String()).Descendants() {
		if attr(n, "class") == "event" {
			got = append(got, regexp.MustCompile(` \d+ \w+ \d+, .*`).ReplaceAllString(text(n), ""))
		}
	}
	want := []string{
		"Ana Novak added urgent hiring::active", "Ana Novak added step::interview and removed hiring::active",
		"Ana Novak removed urgent step::interview", "Plan Bot added urgent",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestThreadAtItsLine looks for the thread, with its suggestion, below the line of the diff.
func TestThreadAtItsLine(t *testing.T) {
	s := newSample(t)
	doc := parse(t, get(t, s, "/acme/handbook/-/merge_requests/1").Body.String())
	var line, below *html.Node
	for n := range doc.Descendants() {
		if n.Data == "tr" && attr(n, "id") == "file-2-0-8" {
			line = n
		}
		if n.Data == "tr" && attr(n, "class") == "threads" && below == nil {
			below = n
		}
	}
	if line == nil || below == nil {
		t.Fatalf("no line with a thread: %v, %v", line, below)
	}
	if got, want := text(line), "8+Looks after the garden behind the house, and is a rockstar at it."; got != want {
		t.Errorf("line is %q, want %q", got, want)
	}
	for n := line.NextSibling; n != below; n = n.NextSibling {
		if n == nil || n.Type == html.ElementNode {
			t.Fatal("the thread is not right below its line")
		}
	}
	var changed []string
	for n := range below.Descendants() {
		if n.Data == "del" || n.Data == "ins" {
			changed = append(changed, n.Data+" "+text(n))
		}
	}
	want := []string{"del Looks after the garden behind the house, and is a rockstar at it.", "ins Looks after the garden behind the house, and is an expert at it."}
	if !slices.Equal(changed, want) {
		t.Errorf("suggestion is %q, want %q", changed, want)
	}

	// After a push that takes the line away, the thread says so.
	s.Commit(s.project, "rockstar-gardener", s.ana, "Mend", map[string]*string{gardener: new(strings.Replace(after, "a rockstar", "an expert", 1))})
	got := text(parse(t, get(t, s, "/acme/handbook/-/merge_requests/1").Body.String()))
	if !strings.Contains(got, "Thread on line 8 of roles/gardener.mdOn an older version of the changes.") {
		t.Errorf("the thread does not say that it is outdated:\n%s", got)
	}
	if !strings.Contains(got, "14Leads others. Resolved by Plan Bot 1 comment") {
		t.Errorf("the thread of the line that stayed is not at it:\n%s", got)
	}
}

// TestOutline holds every page against what screen readers need: one main heading, no rank left
// out, one landmark of a kind, unique ids, and links inside the page that lead somewhere.
func TestOutline(t *testing.T) {
	s := newSample(t)
	for _, path := range s.pages() {
		doc := parse(t, get(t, s, path).Body.String())
		count, ids, last := map[string]int{}, map[string]bool{}, 0
		var within []string
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			count[n.Data]++
			if id := attr(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("%s: id %q twice", path, id)
				}
				ids[id] = true
			}
			if to, ok := strings.CutPrefix(attr(n, "href"), "#"); ok {
				within = append(within, to)
			}
			if to := attr(n, "aria-labelledby"); to != "" {
				within = append(within, to)
			}
			if n.Data == "nav" && attr(n, "aria-label") == "" {
				t.Errorf("%s: a nav without a label", path)
			}
			if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
				rank := int(n.Data[1] - '0')
				if rank > last+1 {
					t.Errorf("%s: h%d %q after h%d", path, rank, text(n), last)
				}
				last = rank
			}
		}
		for _, to := range within {
			if !ids[to] {
				t.Errorf("%s: nothing has the id %q", path, to)
			}
		}
		for _, name := range []string{"main", "h1", "title", "footer"} {
			if count[name] != 1 {
				t.Errorf("%s: %d of %s, want 1", path, count[name], name)
			}
		}
	}
}

// hostile is text that tries all that a text can try.
const hostile = `<script>alert(1)</script><img src="https://evil.example/a.png" onerror="alert(2)"><svg onload=alert(3)><a xlink:href="javascript:alert(4)"><circle r=9></a></svg>
<iframe src="https://evil.example"></iframe><style>body{display:none}</style><link rel=stylesheet href="//evil.example/x.css"><base href="//evil.example/"><meta http-equiv=refresh content="0;url=//evil.example">
<form action="//evil.example"><input name=q autofocus onfocus=alert(5)><button>send</button></form><object data="//evil.example"></object><video src="//evil.example"></video>
<a href="javascript:alert(6)">a</a> <a href=" java&#10;script:alert(7)">b</a> <a href="data:text/html,<script>alert(8)</script>">c</a> <p style="position:fixed" id="main" class="bar" onclick="alert(9)">d</p>
<math><mtext></form><form><mglyph><style></math><img src onerror=alert(10)> <noscript><p title="</noscript><img src=x onerror=alert(11)>"> <!--><img src=x onerror=alert(12)>-->

[e](javascript:alert(13)) [f](<vbscript:alert(14)>) ![g](https://evil.example/b.png) ![h](javascript:alert(15)) <javascript:alert(16)>

| x |
| --- |
| <details open ontoggle=alert(17)><summary>s</summary>x |

` + "```mermaid\nflowchart TD\n  a[\"<img src=x onerror=alert(18)>\"] --> b\n  click a \"javascript:alert(19)\"\n```\n\n```\"><script>alert(20)</script>\nx\n```\n\n" + `</div></article></section></main></body>

- [x] <input type=checkbox onclick=alert(21)>`

// newHostile is a GitLab in which everything that people can write is hostile.
func newHostile(t *testing.T) (*sample, []string) {
	t.Helper()
	line := `"><script>alert(1)</script><img src=x onerror=alert(2)>'` + "`" + `{{.}}`
	s := &sample{Server: standin.New(standin.Options{}), t: t}
	t.Cleanup(func() { s.Close() })
	s.SetWeb(web.New(s.Server))
	s.ana = s.AddUser(`eve"><b>`, line, false)
	s.AddToken(s.ana, "ana", "api")
	p := s.AddProject("acme/handbook", "public")
	s.project = p
	s.AddMember(p, s.ana, standin.Maintainer)
	file := `a<script>alert(1)</script>".md`
	s.Commit(p, "main", s.ana, line, map[string]*string{"README.md": new(hostile), "plain.txt": new(hostile), "page.md": new("---\n" + hostile + "\n---\n" + hostile), "old.md": new("x\n")})
	s.Commit(p, "b"+line, s.ana, line, map[string]*string{file: new(hostile), "old.md": new(hostile)})
	m, err := s.OpenMergeRequest(p, s.ana, "b"+line, "main", line, hostile)
	if err != nil {
		t.Fatal(err)
	}
	s.Comment(m, s.ana, hostile)
	v := m.Versions[0]
	s.call("ana", "POST", "merge_requests/1/discussions", map[string]any{
		"body":     hostile + "\n\n```suggestion:-0+9\n" + hostile + "\n```\n",
		"position": map[string]any{"position_type": "text", "base_sha": v.Base, "start_sha": v.Start, "head_sha": v.Head, "old_path": file, "new_path": file, "new_line": 1},
	})
	s.AddLabel(p, line+"::"+line, `red;background:url(//evil.example)`, line)
	s.AddLabel(p, line, `#12345"`, line)
	issue := s.AddIssue(p, s.ana, line, hostile, line+"::"+line, line)
	s.EditIssue(issue, s.ana, func(i *standin.Issue) { i.DueDate, i.Assignees = line, []*standin.User{s.ana} })
	s.AddTask(issue, s.ana, line, hostile)
	s.CommentIssue(issue, s.ana, hostile)
	board := s.call("ana", "POST", "boards", map[string]any{"name": line})
	s.call("ana", "POST", "boards/"+number(board["id"])+"/lists", map[string]any{"label_id": s.Labels(p)[0].ID})
	const at = "/acme/handbook/-/"
	return s, []string{
		"/", "/acme/handbook", at + "merge_requests", at + "merge_requests/1", at + "issues", at + "issues?state=%22%3E%3Cscript%3E&label_name[]=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
		at + "issues/1", at + "work_items/2", at + "labels", at + "boards", at + "tree/main", at + "blob/main/README.md", at + "blob/main/README.md?plain=1", at + "blob/main/page.md", at + "blob/main/plain.txt",
		"/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", at + "blob/%22%3E%3Cscript%3E/x",
	}
}

var (
	chipStyle   = regexp.MustCompile(`^--label: #[0-9a-f]{6}; --on-label: #(000000|ffffff)$`)
	goodAddress = regexp.MustCompile(`^(https?://|mailto:|/|#|\?|[^:]*$)`)
	active      = []string{"iframe", "frame", "object", "embed", "form", "input", "button", "textarea", "select", "style", "base", "svg", "math", "img", "video", "audio", "source", "template", "noscript", "portal"}
)

// TestHostile asserts that nothing active of what people wrote is left on any page, and that no
// text leaves its place.
func TestHostile(t *testing.T) {
	s, pages := newHostile(t)
	for _, path := range pages {
		w := get(t, s, path)
		if w.Code >= 500 {
			t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
		if got := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; script-src 'self';") {
			t.Errorf("%s: content security policy %q", path, got)
		}
		doc := parse(t, w.Body.String())
		count := map[string]int{}
		for n := range doc.Descendants() {
			if n.Type == html.CommentNode {
				t.Errorf("%s: comment %q", path, n.Data)
			}
			if n.Type != html.ElementNode {
				continue
			}
			count[n.Data]++
			if slices.Contains(active, n.Data) {
				t.Errorf("%s: element %s", path, n.Data)
			}
			if n.Data == "a" && n.Parent.Data == "body" && attr(n, "class") != "skip" {
				t.Errorf("%s: a link outside the parts of the page", path)
			}
			for _, a := range n.Attr {
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "srcset", a.Key == "action", a.Key == "formaction", a.Key == "srcdoc", a.Key == "http-equiv":
					t.Errorf("%s: %s has %s=%q", path, n.Data, a.Key, a.Val)
				case a.Key == "src" && !strings.HasPrefix(a.Val, "/assets/"):
					t.Errorf("%s: %s loads %q", path, n.Data, a.Val)
				case a.Key == "href" && n.Data != "link" && !goodAddress.MatchString(a.Val):
					t.Errorf("%s: link to %q", path, a.Val)
				case a.Key == "style" && !chipStyle.MatchString(a.Val):
					t.Errorf("%s: %s has style %q", path, n.Data, a.Val)
				}
			}
		}
		for name, want := range map[string]int{"script": 1, "link": 2, "meta": 2, "main": 1, "footer": 1, "h1": 1} {
			// Files may have headings of their own, from the second rank on.
			if count[name] != want {
				t.Errorf("%s: %d of %s, want %d", path, count[name], name, want)
			}
		}
		body := doc.LastChild.LastChild
		var parts []string
		for n := range body.ChildNodes() {
			if n.Type == html.ElementNode {
				parts = append(parts, n.Data)
			} else if strings.TrimSpace(n.Data) != "" {
				t.Errorf("%s: text outside the parts of the page: %q", path, n.Data)
			}
		}
		if !slices.Equal(parts, []string{"a", "header", "main", "footer"}) {
			t.Errorf("%s: the page has the parts %q", path, parts)
		}
	}
}

func TestAssets(t *testing.T) {
	s := newSample(t)
	packed := httptest.NewRequest(http.MethodGet, "/assets/mermaid.min.js", nil)
	packed.Header.Set("Accept-Encoding", "gzip, br")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, packed)
	if w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" || w.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("headers %v", w.Header())
	}
	r, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	plain := get(t, s, "/assets/mermaid.min.js")
	if plain.Header().Get("Content-Encoding") != "" || !bytes.Equal(plain.Body.Bytes(), unpacked) || len(unpacked) < 1<<20 {
		t.Errorf("unpacked for those who cannot: %d bytes, want %d", plain.Body.Len(), len(unpacked))
	}
	packed.Header.Set("If-None-Match", w.Header().Get("ETag"))
	w = httptest.NewRecorder()
	s.ServeHTTP(w, packed)
	if w.Code != http.StatusNotModified {
		t.Errorf("asked again: %d, want 304", w.Code)
	}
	if got := get(t, s, "/assets/mermaid.txt").Body.String(); !strings.Contains(got, "MIT") {
		t.Errorf("licence of Mermaid: %q", got)
	}
}

func TestOnlyReading(t *testing.T) {
	s := newSample(t)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/acme/handbook", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	w = get(t, s, "/acme/handbook/-/merge_requests/1/diffs")
	if w.Code != http.StatusFound || w.Header().Get("Location") != "/acme/handbook/-/merge_requests/1#changes" {
		t.Errorf("diffs: %d to %q", w.Code, w.Header().Get("Location"))
	}
	w = get(t, s, "/acme/handbook/-/raw/main/roles/gardener.md")
	if w.Body.String() != before || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("raw: %v %q", w.Header(), w.Body)
	}
}

// TestWhileWorking reads pages while the API writes; the race detector watches.
func TestWhileWorking(t *testing.T) {
	s := newSample(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 20 {
			s.Comment(s.request, s.bot, "Another one.")
			s.CommentIssue(s.issue, s.bot, "Another one.")
			s.EditIssue(s.issue, s.ana, func(i *standin.Issue) { i.Title += "!" })
			s.Commit(s.project, "rockstar-gardener", s.ana, "More", map[string]*string{"roles/baker.md": new("# Baker " + s.issue.Title + "\n")})
		}
	}()
	for {
		for _, path := range s.pages() {
			get(t, s, path)
		}
		select {
		case <-done:
			return
		default:
		}
	}
}
