package app

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// BenchmarkReport reports 500 openings of six steps each, of a GitLab that takes 50 ms an answer.
// "calls" are the requests of one report.
func BenchmarkReport(b *testing.B) {
	const openings = 500
	d, err := newStage(b.Context(), "127.0.0.1:0", standin.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.gitlab.Close() })
	var src strings.Builder
	for n := range openings {
		fmt.Fprintf(&src, "- {id: GHP-%d, page: %s, level: Senior Technical Program Manager, recruiter: cy, target_start: 2027-02-01}\n", n+1, demoPage)
	}
	page := strings.Replace(d.gitlab.Files(d.project, standin.DefaultBranch)[demoPage], lastStep, mendedStep+"\n"+lastStep, 1)
	text := src.String()
	d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "Many openings", map[string]*string{demoOpenings: &text, demoPage: &page})
	client, err := gitlab.New(gitlab.Options{BaseURL: d.gitlab.URL(), Token: botToken})
	if err != nil {
		b.Fatal(err)
	}
	p, err := client.Project(b.Context(), d.project.Path)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := opening.New(client).Apply(b.Context(), p, opening.Options{}); err != nil {
		b.Fatal(err)
	}
	d.gitlab.OnCall(func(*http.Request) *standin.Fault { time.Sleep(50 * time.Millisecond); return nil })
	var out bytes.Buffer
	d.gitlab.ResetCalls()
	for b.Loop() {
		out.Reset()
		a := &App{Stdout: &out, Stderr: io.Discard, Getenv: func(name string) string {
			return map[string]string{"ROLEPLAN_GITLAB_URL": d.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN": botToken, "ROLEPLAN_PROJECTS": d.project.Path}[name]
		}}
		if code := a.Main(b.Context(), []string{"report", "--format", "html"}); code != 0 {
			b.Fatalf("exit code %d", code)
		}
	}
	calls := 0
	for _, n := range d.gitlab.Calls() {
		calls += n
	}
	b.ReportMetric(float64(calls)/float64(b.N), "calls")
	b.ReportMetric(float64(out.Len()), "bytes")
}
