package main

import (
	"context"
	_ "embed" // of the page
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/standin"
)

//go:embed page.md
var page string

// duty is the line of the page below which the merge request adds what is remarked on.
const duty = "- Choose what is built next\n"

// bad are lines with a remark each, by page; the first ones of each page are mended later.
var bad = map[string][]string{
	"roles/one.md":   {"- Ask the chairman", "- Keep the whitelist", "- Count man hours"},
	"roles/two.md":   {"- Ask the salesman", "- Keep the blacklist", "- Find manpower"},
	"roles/three.md": {"- Ask the guys", "- Serve mankind", "- Ask the chairman", "- Keep the whitelist"},
}

var mended = map[string]int{"roles/one.md": 1, "roles/two.md": 2, "roles/three.md": 2}

const token = "anchors" // of a GitLab that lives in memory

// A world is a strict GitLab with a merge request: three changed pages, ten findings.
type world struct {
	gitlab  *standin.Server
	project *standin.Project
	bot     *standin.User
	ana     *standin.User
	request *standin.MergeRequest
	url     string
	server  *http.Server

	mu    sync.Mutex
	heard []heard
}

// heard is a call with its answer.
type heard struct {
	call   string
	status int
}

func newWorld(ctx context.Context) (*world, error) {
	w := &world{gitlab: standin.New(standin.Options{Strict: true})}
	w.ana, w.bot = w.gitlab.AddUser("ana", "Ana", false), w.gitlab.AddUser("bot", "Bot", true)
	w.gitlab.AddToken(w.bot, token, "api")
	w.project = w.gitlab.AddProject("acme/handbook", "private")
	w.gitlab.AddMember(w.project, w.ana, standin.Maintainer)
	w.gitlab.AddMember(w.project, w.bot, standin.Developer)
	before, after := map[string]*string{"README.md": new("# Handbook\n"), "data/team.yml": new("- {slug: ana, gitlab: ana, job_title: Editor}\n"), ".roleplan.yml": new("version: 1\npages: [\"roles/*.md\"]\n")}, map[string]*string{}
	for path, lines := range bad {
		before[path], after[path] = &page, new(with(lines))
	}
	w.gitlab.Commit(w.project, standin.DefaultBranch, w.ana, "The handbook", before)
	w.gitlab.Commit(w.project, "topic", w.ana, "Change pages", after)
	var err error
	if w.request, err = w.gitlab.OpenMergeRequest(w.project, w.ana, "topic", standin.DefaultBranch, "Change pages", ""); err != nil {
		return nil, err
	}
	if n := len(w.findings()); n != 10 {
		return nil, fmt.Errorf("there are %d findings, %v; expected 10", n, w.findings())
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w.url = "http://" + l.Addr().String()
	w.server = &http.Server{Handler: http.HandlerFunc(w.listen), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = w.server.Serve(l) }() // it ends with close
	return w, nil
}

func (w *world) close() { _ = w.server.Close() }

// with is the page with lines more.
func with(lines []string) string {
	return strings.Replace(page, duty, duty+strings.Join(lines, "\n")+"\n", 1)
}

// mend takes the first lines of each page away, five in all; those that stay move up.
func (w *world) mend() {
	changes := map[string]*string{}
	for path, lines := range bad {
		changes[path] = new(with(lines[mended[path]:]))
	}
	w.gitlab.Commit(w.project, "topic", w.ana, "Mend half", changes)
}

// A remark is a finding as the other clients are told it.
type remark struct {
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Message string `json:"message"`
}

// findings are what roleplan finds on the pages as they are now.
func (w *world) findings() []remark {
	var list []remark
	files := w.gitlab.Files(w.project, "topic")
	for _, path := range slices.Sorted(maps.Keys(bad)) {
		for _, f := range check.Page(rolepage.Parse(path, []byte(files[path])), check.Options{}) {
			list = append(list, remark{path, f.Range.Start.Line, f.Message})
		}
	}
	return list
}

// answered remembers the status of an answer.
type answered struct {
	http.ResponseWriter
	status int
}

func (a *answered) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// listen hands a call on and writes it down.
func (w *world) listen(rw http.ResponseWriter, r *http.Request) {
	a := &answered{rw, http.StatusOK}
	w.gitlab.ServeHTTP(a, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = append(w.heard, heard{r.Method + " " + r.URL.RequestURI(), a.status})
}

func (w *world) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = nil
}

func (w *world) calls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.heard)
}

// failed are the calls that came to nothing. A file that does not exist is an answer.
func (w *world) failed() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []string
	for _, h := range w.heard {
		if h.status >= 400 && (h.status != http.StatusNotFound || !strings.Contains(h.call, "/repository/files/")) {
			list = append(list, fmt.Sprint(h.call, ": ", h.status))
		}
	}
	return list
}

func (w *world) said() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	for _, h := range w.heard {
		fmt.Fprintf(&b, "  %d %s\n", h.status, h.call)
	}
	return b.String()
}

// An end is what a client has left in the merge request.
type end struct {
	threads int // open ones
	right   int // of these, on the line of a finding that stands, and about it
	notes   int
}

func (e end) String() string {
	return fmt.Sprintf("threads: %d, right: %d; notes: %d", e.threads, e.right, e.notes)
}

func (w *world) end() end {
	stands := map[string]string{} // the word that a finding is about, by its place
	for _, f := range w.findings() {
		_, rest, _ := strings.Cut(f.Message, `"`)
		word, _, _ := strings.Cut(rest, `"`)
		stands[fmt.Sprint(f.Path, ":", f.Line)] = word
	}
	var e end
	m := w.gitlab.MergeRequest(w.project, w.request.IID)
	head := m.Versions[len(m.Versions)-1].Head
	for _, d := range m.Discussions {
		n := d.Notes[0]
		switch {
		case n.System || n.Resolved:
		case n.Position == nil:
			e.notes++
		default:
			e.threads++
			word := stands[fmt.Sprint(n.Position.NewPath, ":", n.Position.NewLine)]
			if n.Position.Head == head && word != "" && strings.Contains(n.Body, word) {
				e.right++
			}
		}
	}
	return e
}
