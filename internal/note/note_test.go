package note_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/note"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	head = "3f2c61ab9d0e4c7f8a1b2c3d4e5f60718293a4b5"
	base = "aa10bb20cc30dd40ee50ff60aa70bb80cc90dd00"
	tpm  = "content/job-families/product/technical-program-manager.md"
)

func at(path, rule string, sev finding.Severity, line int, message, anchor string) finding.Finding {
	return finding.Finding{
		Rule: rule, Severity: sev, Path: path, Message: message, Anchor: anchor,
		Range: hiring.Range{Start: hiring.Pos{Line: line, Column: 1}, End: hiring.Pos{Line: line, Column: 9}},
	}
}

func step(kind hiring.StepKind, words string, with ...string) hiring.Step {
	return hiring.Step{Kind: kind, With: with, Text: hiring.Text{Text: words}, Confidence: 1}
}

func process(scope string, steps ...hiring.Step) []*hiring.Process {
	return []*hiring.Process{{Scope: scope, Steps: steps}}
}

var (
	screening = step(hiring.StepScreening, "Qualified candidates are invited to a 30-minute screening call with a recruiter", "recruiter")
	manager   = step(hiring.StepInterview, "A 50-minute interview with the Director of Product", "Director of Product")
	panel     = step(hiring.StepPanel, "A panel with two Product Managers", "Product Managers")
	vp        = step(hiring.StepInterview, "An interview with the VP of Product", "VP of Product")
	offer     = step(hiring.StepOffer, "Successful candidates get an offer")
)

// page is a page with a new, a fixed and a standing finding and a changed process.
func page() note.Page {
	longer := manager
	longer.Text.Text = "A 60-minute interview with the Director of Product"
	standing := at(tpm, "missing-job-grade", finding.Error, 40, `level "Staff Technical Program Manager" states no job grade; add a "Job Grade" section`, "staff")
	return note.Page{
		Path: tpm, OldPath: tpm, Title: "Technical Program Manager",
		Findings: finding.Sort([]finding.Finding{
			at(tpm, "step-duration", finding.Warning, 81, "step 3 is a meeting without minutes; say how long it takes", "process/3"),
			at(tpm, "misused-word", finding.Error, 12, `"rockstar" puts people off; write "expert"`, "overview"),
			standing,
		}),
		Before: finding.Sort([]finding.Finding{
			at(tpm, "insecure-link", finding.Warning, 22, "the link goes over http; write https", "overview"),
			standing,
		}),
		ProcessBefore: process("", screening, manager, vp, offer),
		ProcessAfter:  process("", screening, longer, panel, offer),
	}
}

func summary(change func(*note.Summary)) note.Summary {
	s := note.Summary{
		ProjectURL: "https://gitlab.example.com/acme/handbook", Head: head, Base: base, State: "opened",
		Pages: []note.Page{page()},
	}
	if change != nil {
		change(&s)
	}
	return s
}

func cleanPage(path string) note.Page {
	return note.Page{Path: path, OldPath: path, Title: "Clean", ProcessBefore: process("", screening), ProcessAfter: process("", screening)}
}

func effects(more int) *note.Effects {
	e := &note.Effects{
		Named: true,
		Openings: []note.Effect{
			{ID: "GHP-1042", Title: "Senior Technical Program Manager", Verb: note.Opens, Details: []string{"create the issue", "create the task \"1. Screening call\""}},
			{ID: "GHP-1007", Title: "Technical Program Manager", URL: "https://gitlab.example.com/acme/handbook/-/issues/7", Verb: note.Changes, Details: []string{"close the task \"3. Interview: VP of Product\""}},
			{ID: "GHP-990", URL: "https://gitlab.example.com/acme/handbook/-/issues/3", Verb: note.Closes},
		},
		Created: note.Amounts{Issues: 1, Tasks: 6, Labels: 3}, Changed: note.Amounts{Issues: 1}, Closed: note.Amounts{Issues: 1, Tasks: 2},
	}
	for i := range more {
		e.Openings = append(e.Openings, note.Effect{ID: fmt.Sprintf("GHP-%d", 2000+i), Verb: note.Opens, Details: []string{"create the issue"}})
	}
	return e
}

var goldens = map[string]note.Summary{
	"findings": summary(nil),
	"clean":    summary(func(s *note.Summary) { s.Pages = []note.Page{cleanPage("a.md")} }),
	"standing": summary(func(s *note.Summary) {
		p := page()
		p.Findings = p.Before
		p.ProcessAfter = p.ProcessBefore
		s.Pages = []note.Page{p}
	}),
	"one standing": summary(func(s *note.Summary) {
		p := cleanPage("a.md")
		p.Findings = page().Before[:1]
		p.Before = p.Findings
		s.Pages = []note.Page{p}
	}),
	"only fixed": summary(func(s *note.Summary) {
		p := page()
		p.Findings, p.Before = nil, p.Before[:1]
		p.ProcessAfter = p.ProcessBefore
		s.Pages = []note.Page{p}
	}),
	"only deleted": summary(func(s *note.Summary) { s.Pages = []note.Page{{Path: "gone.md", OldPath: "gone.md", Deleted: true}} }),
	"commands":     summary(func(s *note.Summary) { s.Commands = "roleplan"; s.Pages[0].ProcessAfter = s.Pages[0].ProcessBefore }),
	"commands, clean": summary(func(s *note.Summary) {
		s.Commands = "hand`book"
		s.Pages = []note.Page{cleanPage("a.md")}
	}),
	"draft with history": summary(func(s *note.Summary) {
		s.Draft = true
		for _, h := range []string{"1111111111", "2222222222", "3333333333", "4444444444", "5555555555", "6666666666"} {
			s.Head = h
			s.Previous = note.Write(*s).String()
		}
		s.Head = head
		s.Pages[0].Findings = s.Pages[0].Findings[1:]
	}),
	"threads": summary(func(s *note.Summary) {
		s.Threads = note.Threads{Standing: 2, Memory: note.Memory{Told: []string{"b2", "a1"}, Refused: []string{"c3"}, Head: head}}
	}),
	"threads wait for a draft": summary(func(s *note.Summary) {
		s.Draft, s.Threads.Waiting = true, true
	}),
	"pages come and go": summary(func(s *note.Summary) {
		fresh := cleanPage("new.md")
		fresh.New, fresh.ProcessBefore = true, nil
		moved := cleanPage("to.md")
		moved.OldPath = "from.md"
		s.Pages = []note.Page{fresh, moved, {Path: "gone.md", OldPath: "gone.md", Deleted: true}, {Path: "link.md", OldPath: "link.md", Unread: "it is larger than 2 MB"}}
	}),
	"broken configuration": summary(func(s *note.Summary) {
		s.ConfigChanges = true
		s.Problems = []note.Problem{
			{File: ".roleplan.yml", Line: 7, Message: `key "profle" is not known; expected one of profile, pages`, Then: note.ThenDefaults},
			{File: ".roleplan.yml", Line: 9, Message: `value "loud" is not known; expected one of always, on_findings, off`, Then: note.ThenAtMerge},
			{File: "hiring/openings.yml", Line: 3, Message: `level "Chief" is not on the page`, Then: note.ThenNoPlan},
		}
	}),
	"broken openings alone": summary(func(s *note.Summary) {
		s.Pages = []note.Page{cleanPage("a.md")}
		s.Problems = []note.Problem{{File: "hiring/openings.yml", Line: 3, Message: `level "Chief" is not on the page`, Then: note.ThenNoPlan}}
	}),
	"on merge": summary(func(s *note.Summary) { s.Pages = []note.Page{cleanPage("a.md")}; s.Plan = effects(0) }),
	"on merge, counts alone": summary(func(s *note.Summary) {
		s.Pages, s.Plan = []note.Page{cleanPage("a.md")}, effects(0)
		s.Plan.Named, s.Plan.Mistakes = false, 2
	}),
	"on merge, many openings": summary(func(s *note.Summary) { s.Plan = effects(30) }),
	"on merge, nothing":       summary(func(s *note.Summary) { s.Pages, s.Plan = []note.Page{cleanPage("a.md")}, &note.Effects{Named: true} }),
	"on merge, unknown": summary(func(s *note.Summary) {
		s.Pages, s.Plan = []note.Page{cleanPage("a.md")}, &note.Effects{Named: true, Trouble: "GitLab did not answer"}
	}),
	"more files than GitLab lists": summary(func(s *note.Summary) { s.Pages, s.Cut = []note.Page{cleanPage("a.md")}, true }),
	"fault of roleplan": summary(func(s *note.Summary) {
		p := cleanPage("a.md")
		p.Findings = append(p.Findings, finding.Finding{Rule: "spelling", Severity: finding.Error, Path: "a.md", Message: "roleplan could not run this rule", Fault: true})
		s.Pages = []note.Page{p}
	}),
	"merged": summary(func(s *note.Summary) {
		s.State, s.Plan = "merged", effects(0)
		s.Plan.Openings[0].URL = "https://gitlab.example.com/acme/handbook/-/issues/19"
	}),
	"merged, pending":      summary(func(s *note.Summary) { s.State, s.Plan = "merged", effects(0); s.Plan.Pending = true }),
	"merged, other branch": summary(func(s *note.Summary) { s.State, s.OtherBranch = "merged", true }),
	"other branch":         summary(func(s *note.Summary) { s.OtherBranch = true }),
	"nothing left":         summary(func(s *note.Summary) { s.Pages, s.NothingLeft = nil, true }),
	"many": summary(func(s *note.Summary) {
		var fs []finding.Finding
		for i := range 400 {
			fs = append(fs, at(tpm, "misused-word", finding.Warning, i+1, "word "+strings.Repeat("x", i%50)+" puts people off", "overview"))
		}
		s.Pages[0].Findings = finding.Sort(fs)
		for _, path := range []string{"b.md", "c.md", "d.md"} {
			p := page()
			p.Path, p.OldPath = path, path
			s.Pages = append(s.Pages, p)
		}
	}),
}

func TestGolden(t *testing.T) {
	for name, s := range goldens {
		t.Run(name, func(t *testing.T) {
			got := note.Write(s).String() + "\n"
			file := filepath.Join("testdata", strings.ReplaceAll(strings.ReplaceAll(name, ",", ""), " ", "-")+".md")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; run with -update and look at it\n%s", file, got)
			}
		})
	}
}

// unfolded counts the lines outside details, as a reader sees them.
func unfolded(text string) int {
	n, depth := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "</details") {
			depth--
		}
		if depth == 0 && !strings.HasPrefix(line, "</details") {
			n++
		}
		if strings.HasPrefix(line, "<details") {
			depth++
		}
	}
	return n
}

func TestSizes(t *testing.T) {
	for name, s := range goldens {
		text := note.Write(s).String()
		if n := unfolded(text); n > 40 {
			t.Errorf("%s: %d lines unfolded", name, n)
		}
		if len(text) > 60<<10 {
			t.Errorf("%s: %d bytes", name, len(text))
		}
		if strings.Count(text, "<details>") != strings.Count(text, "</details>") {
			t.Errorf("%s: details do not close", name)
		}
	}
}

func TestHugeNoteIsCut(t *testing.T) {
	s := summary(func(s *note.Summary) {
		var fs []finding.Finding
		for i := range 5000 {
			fs = append(fs, at(tpm, "misused-word", finding.Warning, i+1, strings.Repeat("`@x|", 500), "overview"))
		}
		s.Pages[0].Findings = finding.Sort(fs)
		s.Pages[0].ProcessAfter = process("", make([]hiring.Step, 500)...)
	})
	text := note.Write(s).String()
	if len(text) > 60<<10 || unfolded(text) > 40 {
		t.Errorf("%d bytes, %d lines", len(text), unfolded(text))
	}
	if !strings.Contains(text, "more; `roleplan check` lists all") {
		t.Error("nothing says that findings were left out")
	}
}

func TestSameInputSameText(t *testing.T) {
	for name, s := range goldens {
		first := note.Write(s).String()
		s.Previous = first
		if second := note.Write(s).String(); name != "draft with history" && second != first {
			t.Errorf("%s: the second note differs from the first\n%s", name, second)
		}
		s.Previous = note.Write(s).String()
		if third := note.Write(s).String(); third != s.Previous {
			t.Errorf("%s: a note written on itself differs", name)
		}
	}
}

func TestHistoryKeepsFive(t *testing.T) {
	s := summary(nil)
	for _, h := range []string{"aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd", "eeeeeeee", "ffffffff", "ffffffff"} {
		s.Head = h
		s.Previous = note.Write(s).String()
	}
	if strings.Contains(s.Previous, "aaaaaaaa") {
		t.Error("a sixth result is still told")
	}
	for _, h := range []string{"`bbbbbbbb`", "`cccccccc`", "`dddddddd`", "`eeeeeeee`", "`ffffffff`"} {
		if strings.Count(s.Previous, "| "+h+" |") != 1 {
			t.Errorf("%s is not told once", h)
		}
	}
}

func TestBrokenHistoryIsDropped(t *testing.T) {
	for _, previous := range []string{
		"", "anything", "<!-- roleplan:summary v1 -->", "<!-- roleplan:summary v1 results=a -->", "<!-- roleplan:summary v1 results=a:1.2,b:-1.0.0.0.0,:1.1.1.1.1,c:x.1.1.1.1 -->",
		"text first\n<!-- roleplan:summary v1 results=abc:1.1.1.1.1 -->",
	} {
		s := summary(func(s *note.Summary) { s.Previous = previous })
		if text := note.Write(s).String(); strings.Contains(text, "results</summary>") {
			t.Errorf("a history came from %q", previous)
		}
	}
}

func TestIsSummary(t *testing.T) {
	for body, want := range map[string]bool{
		note.Write(summary(nil)).String():        true,
		"\n" + note.Write(summary(nil)).String(): true,
		"> " + note.Write(summary(nil)).String(): false,
		"hello <!-- roleplan:summary v1 -->":     false,
		"<!-- roleplan:plan v1 -->":              false,
		"":                                       false,
	} {
		if got := note.IsSummary(body); got != want {
			t.Errorf("IsSummary(%.40q) = %v", body, got)
		}
	}
}

func TestFinalAndPromised(t *testing.T) {
	open := note.Write(goldens["on merge"]).String()
	if note.IsFinal(open) {
		t.Error("an open merge request has a final note")
	}
	want := []note.Effect{{ID: "GHP-1042", Verb: note.Opens}, {ID: "GHP-1007", Verb: note.Changes}, {ID: "GHP-990", Verb: note.Closes}}
	if got := note.Promised(open); !reflect.DeepEqual(got, want) {
		t.Errorf("promised %v, want %v", got, want)
	}
	if got := note.Promised(note.Write(goldens["on merge, counts alone"]).String()); got != nil {
		t.Errorf("a note that names no openings carries %v", got)
	}
	if note.IsFinal(note.Write(goldens["merged, pending"]).String()) {
		t.Error("final while pending")
	}
	if !note.IsFinal(note.Write(goldens["merged"]).String()) {
		t.Error("not final when all is in line")
	}
	if got := note.Promised("<!-- roleplan:summary v1 plans=open:a,steal:b,close:,change:c -->"); len(got) != 2 {
		t.Errorf("promised %v", got)
	}
}

func TestCountsAloneNamesNothing(t *testing.T) {
	text := note.Write(goldens["on merge, counts alone"]).String()
	if strings.Contains(text, "GHP") || strings.Contains(text, "issues/") {
		t.Errorf("names an opening:\n%s", text)
	}
}

func TestRemarkable(t *testing.T) {
	for name, want := range map[string]bool{"findings": true, "clean": false, "standing": false, "broken configuration": true, "on merge": true, "on merge, nothing": false} {
		if got := note.Remarkable(goldens[name]); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
