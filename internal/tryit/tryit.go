// Package tryit is a web page to try roleplan on: a role page is pasted, and its findings, its process
// and the plan of an opening are shown. It is made by the code that works in merge requests. Nothing
// is kept, and nothing leaves the machine.
package tryit

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// Path is where the page is, examplePath the page with an example in it.
const (
	Path        = "/try"
	examplePath = Path + "/example"
)

// maxPage is how long a page may be, in bytes; a form takes up to three for one.
const maxPage = 1 << 20

// policy lets the page load what comes from here, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

var (
	//go:embed try.css
	style string
	//go:embed try.js
	script string
	// example is a page to begin with; it has a few findings on purpose.
	//go:embed example.md
	example string
)

// A reading is what roleplan makes of a page.
type reading struct {
	text     string
	layout   hiring.Profile
	page     *hiring.Page
	findings []finding.Finding
	level    string // that the plan is for
	plan     plan.Plan
	problem  string // why there is no plan
}

// paths are where pages of each layout lie; the layout is told by it.
var paths = map[hiring.Profile]string{
	hiring.ProfileJobFamily: "content/job-families/page.md", hiring.ProfileJobDescription: "content/job-description-library/page.md",
	hiring.ProfileJobFamily2022: "source/job-families/page.md",
}

// Mount puts the page into a site, below Path.
func Mount(site *http.ServeMux) {
	h := handler()
	site.Handle(Path, h)
	site.Handle(Path+"/", h)
}

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, _ *http.Request) {
		render(w, document(reading{layout: hiring.ProfileJobFamily}))
	})
	mux.HandleFunc("GET "+examplePath, func(w http.ResponseWriter, r *http.Request) {
		render(w, document(readingOf(r.Context(), example, hiring.ProfileJobFamily, "")))
	})
	mux.HandleFunc("POST "+Path, func(w http.ResponseWriter, r *http.Request) {
		if got, ok := sent(w, r); ok {
			render(w, document(got))
		}
	})
	mux.HandleFunc("POST "+Path+"/part", func(w http.ResponseWriter, r *http.Request) {
		if got, ok := sent(w, r); ok {
			render(w, result(got))
		}
	})
	mux.HandleFunc("GET "+Path+"/try.css", asset("text/css; charset=utf-8", style))
	mux.HandleFunc("GET "+Path+"/try.js", asset("text/javascript; charset=utf-8", script))
	// Other sites have no business here, even if nothing can be changed.
	return http.NewCrossOriginProtection().Handler(mux)
}

// sent reads what was sent, and makes of it what roleplan does.
func sent(w http.ResponseWriter, r *http.Request) (reading, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, 3*maxPage)
	err := r.ParseForm()
	var large *http.MaxBytesError
	text := strings.ReplaceAll(r.PostForm.Get("page"), "\r\n", "\n")
	switch {
	case errors.As(err, &large) || len(text) > maxPage:
		http.Error(w, "the page is longer than 1 MiB", http.StatusRequestEntityTooLarge)
		return reading{}, false
	case err != nil:
		http.Error(w, "the form can't be read", http.StatusBadRequest)
		return reading{}, false
	}
	return readingOf(r.Context(), text, hiring.Profile(r.PostForm.Get("layout")), r.PostForm.Get("level")), true
}

// readingOf reads a text. An unknown layout is that of job families, an unknown level the page's first.
func readingOf(ctx context.Context, text string, layout hiring.Profile, level string) reading {
	path, known := paths[layout]
	if !known {
		layout, path = hiring.ProfileJobFamily, paths[hiring.ProfileJobFamily]
	}
	got := reading{text: text, layout: layout, level: level}
	if strings.TrimSpace(text) == "" {
		return got
	}
	got.page = rolepage.Parse(path, []byte(text))
	got.findings = check.Page(got.page, check.Options{Today: time.Now()})
	if names := levels(got.page); !slices.Contains(names, got.level) {
		got.level = ""
		if len(names) > 0 {
			got.level = names[0]
		}
	}
	var err error
	if got.plan, err = planFor(ctx, got.page, got.level); err != nil {
		got.problem = err.Error()
	}
	return got
}

// levels are the names that an opening may ask for.
func levels(p *hiring.Page) []string {
	var names []string
	for _, l := range slices.Concat(p.Levels, p.Roles) {
		if !slices.Contains(names, l.Name) {
			names = append(names, l.Name)
		}
	}
	return names
}

func asset(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		headers(w, kind)
		_, _ = w.Write([]byte(text)) // a client that has gone needs no answer
	}
}

func headers(w http.ResponseWriter, kind string) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
}
