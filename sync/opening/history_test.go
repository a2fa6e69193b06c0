package opening_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

var (
	historyCount = flag.Int("histories", 0, "number of random histories (default 10000, 200 with -short)")
	historyFrom  = flag.Uint64("from", 1, "seed of the first random history; the others follow it")
	historySeed  = flag.Uint64("history", 0, "play the history of this seed alone, and tell it")
)

// TestHistories plays random histories: the page and the openings change, people work on the plans,
// GitLab fails, roleplan is restarted in the middle of its work. At the end of each there is one plan
// an opening, no edit is lost, the plans are those that a fresh run makes of the same files, and
// another run writes nothing.
func TestHistories(t *testing.T) {
	if *historySeed > 0 {
		if err := play(*historySeed, t.Logf); err != nil {
			t.Fatal(err)
		}
		return
	}
	count := *historyCount
	switch {
	case count > 0:
	case testing.Short():
		count = 200
	default:
		count = 10_000
	}
	var next atomic.Uint64 // counts from 0
	var failed atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for failed.Load() < 5 {
				n := next.Add(1)
				if n > uint64(count) {
					return
				}
				seed := *historyFrom + n - 1
				if err := play(seed, func(string, ...any) {}); err != nil {
					failed.Add(1)
					t.Errorf("history %d (see it with -history %d -v): %v", seed, seed, err)
				}
			}
		})
	}
	workers.Wait()
	t.Logf("%d histories", min(next.Load(), uint64(count)))
}

// A history is a GitLab with what has happened in it.
type history struct {
	rng    *rand.Rand
	log    func(string, ...any)
	opts   standin.Options
	config string
	now    time.Time
	gitlab *standin.Server
	hb     *standin.Project
	bot    *standin.User
	people []*standin.User

	steps    []stepLine // of the page
	openings []openingEntry
	words    int              // tokens that people have written
	kept     []keptEdit       // what must be there at the end
	closed   map[int64]bool   // tasks that people have closed and not opened again
	renamed  map[int64]string // titles given by people since the files changed last
	stale    bool             // the files have changed since the last run
}

// A stepLine is a step of the page in one of its wordings.
type stepLine struct{ step, wording int }

// wordings are steps in several wordings each.
var wordings = [][]string{
	{"Qualified candidates will be invited to a 30 minute screening call with one of our Recruiters.", "Selected candidates have a 20 minute screening call with a Recruiter."},
	{"Candidates will be invited to schedule a 50-minute interview with the Director of Product.", "Candidates will be invited to schedule a 45-minute interview with the Director of Product.", "Next, a talk of 45 minutes with the Director of Product."},
	{"Candidates will be invited to schedule a 50-minute interview with the VP of Engineering.", "Candidates will be invited to schedule a 30-minute interview with the VP of Engineering."},
	{"Candidates will be invited to schedule 2-3 separate 50-minute interviews with Security Engineers.", "Candidates will be invited to schedule 2 separate 50-minute interviews with Security Engineers."},
	{"Candidates complete a take-home assessment about a data model.", "Candidates complete a short take-home assessment about a data model."},
	{"Candidates will meet a panel of two Designers for 45 minutes.", "Candidates will meet a panel of three Designers for 45 minutes."},
	{"We check references of the candidate.", "We check two references of the candidate."},
	{"Successful candidates get an offer by email.", "Successful candidates get an offer by phone."},
}

type openingEntry struct {
	id, status, due, owner string
	count                  int
}

// A keptEdit is something that a person did to an item, and how to see that it is still there.
type keptEdit struct {
	what string
	iid  int64
	ok   func(standin.Issue) bool
}

const historyPage = "content/job-families/product/engineer.md"

func newHistory(rng *rand.Rand, o standin.Options, config string, log func(string, ...any)) *history {
	h := &history{rng: rng, log: log, opts: o, config: config, closed: map[int64]bool{}, renamed: map[int64]string{}, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	o.Strict = true
	var mu sync.Mutex
	o.Now = func() time.Time { mu.Lock(); defer mu.Unlock(); h.now = h.now.Add(time.Second); return h.now }
	h.gitlab = standin.New(o)
	h.bot = h.gitlab.AddUser("roleplan-bot", "roleplan", true)
	h.gitlab.AddToken(h.bot, "secret", "api")
	h.hb = h.gitlab.AddProject("acme/handbook", "private")
	h.gitlab.AddMember(h.hb, h.bot, standin.Reporter)
	for _, name := range []string{"ana", "bo", "cy"} {
		u := h.gitlab.AddUser(name, strings.ToUpper(name), false)
		h.gitlab.AddMember(h.hb, u, standin.Maintainer)
		h.people = append(h.people, u)
	}
	return h
}

// commit writes the files anew.
func (h *history) commit() {
	var page, list strings.Builder
	page.WriteString("---\ntitle: Engineer\n---\n\n## Responsibilities\n\n* Builds things\n\n## Requirements\n\n* Ability to use GitLab\n\n## Hiring Process\n\n")
	for _, s := range h.steps {
		page.WriteString("* " + wordings[s.step][s.wording] + "\n")
	}
	for _, o := range h.openings {
		fmt.Fprintf(&list, "- id: %s\n  page: %s\n  recruiter: %s\n  count: %d\n  target_start: %s\n  status: %s\n  interviewers: {\"2\": [cy]}\n", o.id, historyPage, o.owner, o.count, o.due, o.status)
	}
	h.gitlab.Commit(h.hb, "main", h.people[0], "change", map[string]*string{historyPage: new(page.String()), openingsPath: new(list.String()), configPath: new(h.config)})
	clear(h.renamed)
	h.stale = true
}

// play plays the history of a seed.
func play(seed uint64, log func(string, ...any)) error {
	rng := rand.New(rand.NewPCG(seed, 7))
	o := standin.Options{Premium: rng.IntN(4) > 0, NoWorkItems: rng.IntN(8) == 0, OldWorkItems: rng.IntN(8) == 0}
	config := []string{"version: 1\n", "version: 1\n", "version: 1\n", asIssues, asBoxes}[rng.IntN(5)]
	h := newHistory(rng, o, config, log)
	log("%+v, %q", o, config)
	for _, s := range rng.Perm(len(wordings))[:2+rng.IntN(4)] {
		h.steps = append(h.steps, stepLine{step: s})
	}
	h.addOpening()
	h.commit()
	for range 3 + rng.IntN(4) {
		h.event()
		if rng.IntN(3) > 0 {
			if err := h.applyBadly(); err != nil {
				return err
			}
		}
	}
	return h.end()
}

func (h *history) addOpening() {
	h.openings = append(h.openings, openingEntry{id: fmt.Sprintf("GHP-%d", len(h.openings)+1), status: "open", due: "2027-02-01", owner: "bo", count: 1 + h.rng.IntN(6)/5})
}

// event lets something happen.
func (h *history) event() {
	switch n := h.rng.IntN(10); {
	case n < 3:
		h.changePage()
		h.commit()
	case n < 5:
		h.changeOpenings()
		h.commit()
	default:
		for range 1 + h.rng.IntN(3) {
			h.work()
		}
	}
}

func (h *history) changePage() {
	var unused []int
	for s := range wordings {
		if !slices.ContainsFunc(h.steps, func(l stepLine) bool { return l.step == s }) {
			unused = append(unused, s)
		}
	}
	at := h.rng.IntN(len(h.steps))
	switch n := h.rng.IntN(5); {
	case n == 0 && len(unused) > 0:
		h.steps = slices.Insert(h.steps, at, stepLine{step: unused[h.rng.IntN(len(unused))]})
	case n == 1 && len(h.steps) > 1:
		h.steps = slices.Delete(h.steps, at, at+1)
	case n == 2:
		moved := h.steps[at]
		h.steps = slices.Delete(h.steps, at, at+1)
		h.steps = slices.Insert(h.steps, h.rng.IntN(len(h.steps)+1), moved)
	case n == 3 && len(unused) > 0:
		h.steps[at] = stepLine{step: unused[h.rng.IntN(len(unused))]}
	default:
		h.steps[at].wording = h.rng.IntN(len(wordings[h.steps[at].step]))
	}
	h.log("page: %v", h.steps)
}

func (h *history) changeOpenings() {
	o := &h.openings[h.rng.IntN(len(h.openings))]
	switch h.rng.IntN(5) {
	case 0:
		if len(h.openings) < 3 {
			h.addOpening()
		}
	case 1:
		o.due = fmt.Sprintf("2027-0%d-01", 1+h.rng.IntN(9))
	case 2:
		o.owner = []string{"ana", "bo", "nobody"}[h.rng.IntN(3)]
	default:
		o.status = []string{"open", "on_hold", "filled", "cancelled"}[h.rng.IntN(4)]
	}
	h.log("openings: %+v", h.openings)
}

// made lists what roleplan has made.
func (h *history) made() []standin.Issue {
	var list []standin.Issue
	for _, i := range h.gitlab.Issues(h.hb) {
		list = append(append(list, i), h.gitlab.Tasks(h.hb, i.IID)...)
	}
	return list
}

// work lets a person do something to an issue or a task.
func (h *history) work() {
	all := h.made()
	if len(all) == 0 {
		return
	}
	i := all[h.rng.IntN(len(all))]
	who := h.people[h.rng.IntN(len(h.people))]
	h.words++
	word := fmt.Sprintf("word%dx", h.words)
	edit := func(f func(*standin.Issue)) { h.gitlab.EditIssue(h.gitlab.Issue(h.hb, i.IID), who, f) }
	keep := func(what string, ok func(standin.Issue) bool) {
		h.log("person: #%d %s", i.IID, what)
		h.kept = append(h.kept, keptEdit{what, i.IID, ok})
	}
	isPlan := strings.Contains(i.Description, "roleplan:opening")
	switch n := h.rng.IntN(9); {
	case n < 3 && !isPlan:
		if i.State == "closed" {
			edit(func(i *standin.Issue) { i.State = "opened" })
			delete(h.closed, i.IID)
		} else {
			edit(func(i *standin.Issue) { i.State = "closed" })
			// One that roleplan had closed, and that was open in between without a run that saw it, can't be told
			// from what it was.
			if marks := safe.FindMarks(i.Description, "step"); len(marks) > 0 && marks[0].Attributes["closed"] == "" {
				h.closed[i.IID] = true
			}
		}
		h.log("person: #%d %q from %s", i.IID, i.Title, i.State)
	case n < 3:
		h.tick(i)
	case n == 3:
		edit(func(i *standin.Issue) { i.Description += "\n\n" + word })
		keep(word, func(i standin.Issue) bool { return strings.Contains(i.Description, word) })
	case n == 4:
		edit(func(i *standin.Issue) { i.Description = word + "\n\n" + i.Description })
		keep(word, func(i standin.Issue) bool {
			return strings.HasPrefix(i.Description, word) || strings.Contains(i.Description, word+"\n\n")
		})
	case n == 5:
		edit(func(i *standin.Issue) {
			i.Description = strings.Replace(i.Description, "\n- **", "\n- "+word+"\n- **", 1)
		})
		if after := h.gitlab.Issue(h.hb, i.IID); strings.Contains(after.Description, word) {
			keep(word+" within", func(i standin.Issue) bool { return strings.Contains(i.Description, word) })
		}
	case n == 6:
		edit(func(i *standin.Issue) { i.Title = "Renamed " + word })
		if !h.stale { // else the new files may ask for another title
			h.renamed[i.IID] = "Renamed " + word
		}
		h.log("person: #%d is called %s", i.IID, word)
	case n == 7 && h.opts.Premium:
		dee := h.people[2]
		if !slices.Contains(i.Assignees, dee) {
			edit(func(i *standin.Issue) { i.Assignees = append(slices.Clone(i.Assignees), dee) })
			h.log("person: #%d is for cy as well", i.IID)
		}
	default:
		edit(func(i *standin.Issue) { i.Labels = append(slices.Clone(i.Labels), "hot") })
		keep("label", func(i standin.Issue) bool { return slices.Contains(i.Labels, "hot") })
	}
}

// tick ticks a box of a checklist, or takes the tick away.
func (h *history) tick(i standin.Issue) {
	lines := strings.Split(i.Description, "\n")
	var boxes []int
	for n, l := range lines {
		if strings.HasPrefix(l, "- [") && strings.Contains(l, "roleplan:item") {
			boxes = append(boxes, n)
		}
	}
	if len(boxes) == 0 {
		return
	}
	n := boxes[h.rng.IntN(len(boxes))]
	sign := "x"
	if lines[n][3] == 'x' {
		sign = " "
	}
	lines[n] = "- [" + sign + lines[n][4:]
	h.gitlab.EditIssue(h.gitlab.Issue(h.hb, i.IID), h.people[0], func(i *standin.Issue) { i.Description = strings.Join(lines, "\n") })
	h.log("person: #%d box %d is %q", i.IID, n, sign)
}

func (h *history) ticks() int {
	n := 0
	for _, i := range h.gitlab.Issues(h.hb) {
		for line := range strings.SplitSeq(i.Description, "\n") {
			if strings.HasPrefix(line, "- [x]") && strings.Contains(line, "roleplan:item") {
				n++
			}
		}
	}
	return n
}

// transport calls the stand-in without a socket, and loses answers.
type transport struct {
	h     *history
	lose  map[int]bool // calls whose answer times out, before (false) or after (true) the effect
	calls int
	ctx   context.CancelFunc
	crash int
}

func (tr *transport) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	n := tr.calls
	tr.calls++
	if tr.crash > 0 && n >= tr.crash {
		tr.ctx()
		return nil, context.Canceled
	}
	if after, lost := tr.lose[n]; lost && !after {
		return nil, context.DeadlineExceeded
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	tr.h.gitlab.ServeHTTP(rec, r)
	if _, lost := tr.lose[n]; lost {
		return nil, context.DeadlineExceeded
	}
	return rec.Result(), nil
}

// apply brings all in line by a roleplan that has just started.
func (h *history) apply(tr *transport) error {
	tr.h = h
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	tr.ctx = cancel
	limits, sleep := hurry()
	c, err := gitlab.New(gitlab.Options{
		BaseURL: h.gitlab.URL(), Token: "secret", Transport: tr, Log: zerolog.Nop(),
		Limits: limits, Sleep: sleep,
	})
	if err != nil {
		return err
	}
	project := forge.Project{ID: h.hb.ID, Path: h.hb.Path, WebURL: h.gitlab.URL() + "/" + h.hb.Path, DefaultBranch: "main", IssuesEnabled: true}
	_, err = opening.New(c).Apply(ctx, project, opening.Options{CloseMany: true})
	return err
}

// applyBadly lets roleplan work while GitLab fails, people work, or roleplan is killed.
func (h *history) applyBadly() error {
	faults := map[int]*standin.Fault{}
	tr := &transport{lose: map[int]bool{}}
	for range h.rng.IntN(3) {
		at := h.rng.IntN(40)
		switch h.rng.IntN(7) {
		case 0:
			tr.lose[at] = false
		case 1:
			tr.lose[at] = true
		case 2:
			faults[at] = &standin.Fault{Status: 429, Body: "Retry later\n", Header: map[string]string{"Retry-After": "2"}}
		case 3:
			faults[at] = &standin.Fault{Status: 502, After: true, Body: "<html>Bad Gateway</html>", Header: map[string]string{"Content-Type": "text/html"}}
		case 4:
			faults[at] = &standin.Fault{Status: 502, Body: "<html>Bad Gateway</html>", Header: map[string]string{"Content-Type": "text/html"}}
		case 5:
			faults[at] = &standin.Fault{Status: 409, Body: `{"message":"409 Conflict"}`}
		case 6:
			tr.crash = 1 + at
		}
	}
	edit := -1
	if h.rng.IntN(3) == 0 {
		edit = h.rng.IntN(30)
	}
	ticks := h.ticks()
	calls := 0
	h.gitlab.OnCall(func(r *http.Request) *standin.Fault {
		n := calls
		calls++
		// What people do between roleplan's last look and its write is lost on any GitLab.
		if edit >= 0 && n >= edit && r.Method == http.MethodGet {
			edit = -1
			before := h.ticks()
			h.work()
			ticks += h.ticks() - before
		}
		return faults[n]
	})
	err := h.apply(tr)
	h.gitlab.OnCall(nil)
	h.stale = h.stale && err != nil
	h.log("apply: %d calls, faults %v, lost %v, crash %d: %v", tr.calls, faults, tr.lose, tr.crash, err)
	if got := h.ticks(); got != ticks {
		return fmt.Errorf("%d boxes are ticked after a run, %d before", got, ticks)
	}
	return h.single()
}

// single checks that there is one plan a position, and one task a step.
func (h *history) single() error {
	seen := map[string]int64{}
	for _, i := range h.made() {
		for _, m := range safe.FindMarks(i.Description, "opening") {
			if other := seen[m.Attributes["id"]]; other != 0 {
				return fmt.Errorf("#%d and #%d are both the plan of %s", other, i.IID, m.Attributes["id"])
			}
			seen[m.Attributes["id"]] = i.IID
		}
	}
	return nil
}

// end brings all in line and checks what must hold.
func (h *history) end() error {
	var err error
	for range 4 {
		if err = h.apply(&transport{}); err == nil {
			break
		}
		h.log("apply: %v", err)
	}
	if err != nil {
		return fmt.Errorf("the end comes to nothing: %w", err)
	}
	h.gitlab.ResetCalls()
	if err := h.apply(&transport{}); err != nil || h.gitlab.Writes() > 0 {
		return fmt.Errorf("another run writes %d times: %v, error %w", h.gitlab.Writes(), h.gitlab.Calls(), err)
	}
	if err := h.single(); err != nil {
		return err
	}
	if errs := h.gitlab.Errors(); len(errs) > 0 && !h.opts.OldWorkItems {
		return fmt.Errorf("calls that GitLab does not know: %q", errs)
	}
	for _, k := range h.kept {
		if i := h.gitlab.Issue(h.hb, k.iid); !k.ok(*i) {
			return fmt.Errorf("#%d has lost %s:\n%s", k.iid, k.what, i.Description)
		}
	}
	for iid := range h.closed {
		if i := h.gitlab.Issue(h.hb, iid); i.State != "closed" {
			return fmt.Errorf("#%d %q was done, and is open", iid, i.Title)
		}
	}
	for iid, title := range h.renamed {
		if i := h.gitlab.Issue(h.hb, iid); i.Title != title {
			return fmt.Errorf("#%d was called %q, and is %q", iid, title, i.Title)
		}
	}
	fresh := newHistory(h.rng, h.opts, h.config, h.log)
	fresh.steps, fresh.openings = h.steps, h.openings
	fresh.commit()
	if err := fresh.apply(&transport{}); err != nil {
		return fmt.Errorf("a fresh run: %w", err)
	}
	over := h.over()
	got, want := h.wished(over), fresh.wished(over)
	for id, w := range want {
		if got[id] != w {
			return fmt.Errorf("the plan of %s is\n%s\nand a fresh one\n%s", id, got[id], w)
		}
	}
	return nil
}

// over are the steps that are done, by opening and number: they stay with those who did them.
func (h *history) over() map[string]bool {
	over := map[string]bool{}
	for _, i := range h.made() {
		for _, m := range safe.FindMarks(i.Description, "step") {
			over[m.Attributes["id"]+" "+m.Attributes["n"]] = i.State == "closed"
		}
		for line := range strings.Lines(i.Description) {
			for _, m := range safe.FindMarks(line, "item") {
				over[m.Attributes["id"]+" "+m.Attributes["n"]] = strings.HasPrefix(line, "- [x]")
			}
		}
	}
	return over
}

// wished is what stands in the plans of open positions because of the files, without people's work and
// without who meets the candidate in steps that are over.
func (h *history) wished(over map[string]bool) map[string]string {
	all := map[string]string{}
	items := h.made()
	for _, i := range items {
		marks := safe.FindMarks(i.Description, "opening")
		if len(marks) == 0 || marks[0].Attributes["status"] == "filled" || marks[0].Attributes["status"] == "cancelled" {
			continue
		}
		a := marks[0].Attributes
		lines := []string{fmt.Sprintf("%s %s due %s owners %s steps %s", a["title"], a["status"], a["due"], a["owners"], a["steps"])}
		for line := range strings.Lines(h.part(i)) {
			for _, m := range safe.FindMarks(line, "item") {
				if n := m.Attributes["n"]; over[a["id"]+" "+n] {
					line = "box " + n + ": " + m.Attributes["title"] + "\n"
				}
			}
			lines = append(lines, line)
		}
		var steps []string
		for _, s := range items {
			for _, m := range safe.FindMarks(s.Description, "step") {
				if b := m.Attributes; b["id"] == a["id"] && b["closed"] != "dropped" && b["closed"] != "gone" {
					people, part := b["people"], h.part(s)
					if over[b["id"]+" "+b["n"]] {
						people, part = "", assigned.ReplaceAllString(part, "")
					}
					steps = append(steps, fmt.Sprintf("%s. %s of %v, for %s\n%s", b["n"], b["title"], s.Parent != nil, people, part))
				}
			}
		}
		if h.opts.OldWorkItems || h.opts.NoWorkItems || h.config == asIssues {
			slices.Sort(steps) // no order but that of their numbers
		}
		all[a["id"]] = strings.Join(append(lines, steps...), "\n")
	}
	return all
}

var assigned = regexp.MustCompile(`(?m)^- \*\*Interviewers:\*\*.*\n|^- \*\*.*:\*\* assigned to .*\n`)

var ofThePast = regexp.MustCompile(`- word\d+x\n|.*\(no longer on the page\).*\n`)

// part is roleplan's part of a description, without what people wrote into it and what was done.
func (h *history) part(i standin.Issue) string {
	_, rest, _ := strings.Cut(i.Description, " -->")
	part, _, _ := strings.Cut(rest, "<!-- roleplan:end")
	return strings.ReplaceAll(ofThePast.ReplaceAllString(commit.ReplaceAllString(part, ""), ""), "- [x]", "- [ ]")
}
