package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/webhook"
)

// mostTries is how often a job is tried before it counts as failed.
const mostTries = 10

// A playing is a story that is played against a GitLab whose calls may be struck.
type playing struct {
	*stage
	t        *testing.T
	net      *faulty
	client   *gitlab.Client
	roleplan map[string]reconcile.Reconciler
	request  *standin.MergeRequest

	tries  int      // the most that a job has needed
	failed []error  // what jobs said
	more   []string // that belongs to the state
}

// storyConfig asks for everything that is off by default.
const storyConfig = `version: 1
rules:
  missing-career-ladder: off
plan:
  board: true
status:
  commit: true
`

func newPlaying(t *testing.T, o standin.Options, config string) *playing {
	t.Helper()
	o.Strict, o.PageSize = true, 10
	o.Now = ticking()
	d, err := setStage(o)
	if err != nil {
		t.Fatal(err)
	}
	d.gitlab.AddUser("kim", "Kim, who recruits since today", false)
	p := &playing{stage: d, t: t, net: newFaulty(t, d.gitlab)}
	p.client = p.newClient(gitlab.Options{BaseURL: d.gitlab.URL(), Token: botToken})
	p.start()
	p.put(".roleplan.yml", config)
	return p
}

// ticking is a clock that goes on by a second whenever it is looked at, so that no two times are equal.
func ticking() func() time.Time {
	now := time.Now().Add(-24 * time.Hour).Truncate(time.Second)
	return func() time.Time { now = now.Add(10 * time.Millisecond); return now }
}

// newClient makes a client whose calls go through the faulty transport, and that does not wait.
func (p *playing) newClient(o gitlab.Options) *gitlab.Client {
	c, err := p.makeClient(o)
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

func (p *playing) makeClient(o gitlab.Options) (*gitlab.Client, error) {
	o.Transport = p.net
	o.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return gitlab.New(o)
}

// start begins a process anew: what the last one remembered is gone.
func (p *playing) start() { p.roleplan = reconcilers(p.client) }

// try does something until it goes well, as the queue does with a job.
func (p *playing) try(what string, do func() error) {
	p.t.Helper()
	for n := 1; ; n++ {
		err := do()
		p.tries = max(p.tries, n)
		if err == nil {
			return
		}
		p.failed = append(p.failed, err)
		if _, limited := errors.AsType[*forge.RateLimitError](err); limited && len(p.failed) < 2*mostTries {
			// The queue waits until GitLab takes calls again, and counts no try. Here nobody waits: a
			// client that knows nothing of the limit goes on.
			n--
			p.client = p.newClient(gitlab.Options{BaseURL: p.gitlab.URL(), Token: botToken})
			p.start()
		}
		if n == mostTries {
			p.t.Fatalf("%s: not done in %d tries: %v", what, n, err)
		}
	}
}

// work brings something in line, and looks once more whether it is.
func (p *playing) work(kind string, iid int64) {
	p.t.Helper()
	key := reconcile.Key{Kind: kind, Project: p.project.ID, IID: iid}
	p.try(key.String(), func() error {
		for range 3 {
			res, err := p.roleplan[kind].Reconcile(p.t.Context(), key)
			if err != nil {
				return err
			}
			if res.Changed == 0 && res.After == 0 {
				break
			}
		}
		return nil
	})
}

func (p *playing) openings() { p.t.Helper(); p.work(reconcile.Openings, 0) }

func (p *playing) answered() {
	p.t.Helper()
	p.work(reconcile.MergeRequest, p.request.IID)
}

// run runs a command until it ends well.
func (p *playing) run(args ...string) {
	p.t.Helper()
	env := map[string]string{"ROLEPLAN_GITLAB_URL": p.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN": botToken, "ROLEPLAN_PROJECTS": p.project.Path, "ROLEPLAN_WEBHOOK_SECRET": hookSecret, "ROLEPLAN_LOG_LEVEL": "error"}
	p.try(strings.Join(args, " "), func() error {
		var out, errs bytes.Buffer
		a := &App{Stdout: &out, Stderr: &errs, Getenv: func(name string) string { return env[name] }, connectTo: p.makeClient}
		if code := a.Main(p.t.Context(), args); code != ExitOK {
			return fmt.Errorf("exit code %d\n%s%s", code, &out, &errs)
		}
		return nil
	})
}

// main changes a file on the main branch.
func (p *playing) put(path, content string) {
	p.gitlab.Commit(p.project, standin.DefaultBranch, p.ana, "Change "+path, map[string]*string{path: &content})
}

// push changes files on a branch, for which a pipeline begins.
func (p *playing) push(message string, change func(path, src string) string, paths ...string) {
	p.t.Helper()
	if err := p.edit("tpm-panel", message, change, paths...); err != nil {
		p.t.Fatal(err)
	}
}

func (p *playing) pipeline() {
	v := p.request.Versions
	p.gitlab.AddPipeline(p.project, v[len(v)-1].Head, "refs/merge-requests/1/head")
}

func (p *playing) issue(prefix string) *standin.Issue {
	p.t.Helper()
	for _, i := range p.gitlab.WorkItems(p.project) {
		if strings.HasPrefix(i.Title, prefix) {
			return p.gitlab.Issue(p.project, i.IID)
		}
	}
	p.t.Fatalf("no issue %q...", prefix)
	return nil
}

// stories are what is played, the shortest first. Together they make every kind of call.
var stories = []struct {
	name string
	long bool // calls that another story makes, too, are not struck in it once more
	play func(t *testing.T, arm func(*faulty)) *playing
}{
	{"service", false, playService},
	{"threads", false, playThreads},
	{"linked issues", false, playLinked},
	{"plans", true, playPlans},
	{"merge request", true, playRequest},
}

// playRequest is the way of a change of a page: a merge request with remarks, answers and commands, and
// the merge.
func playRequest(t *testing.T, arm func(*faulty)) *playing {
	p := newPlaying(t, standin.Options{Premium: true}, storyConfig)
	arm(p.net)
	p.openings()

	whitelist := "* Has and or creates domain expertise\n* Keeps a whitelist of vendors\n* Is a rockstar at it\n"
	p.push("Add a panel", func(path, src string) string {
		if path == demoOpenings {
			return src + newOpening
		}
		return strings.NewReplacer(lastStep, panelStep+"\n"+lastStep, "* Has and or creates domain expertise\n", whitelist).Replace(src)
	}, demoPage, demoOpenings)
	var err error
	if p.request, err = p.gitlab.OpenMergeRequest(p.project, p.ana, "tpm-panel", standin.DefaultBranch, "Add a panel", ""); err != nil {
		t.Fatal(err)
	}
	p.pipeline()
	p.answered()

	// Ana answers in a thread, and then mends two remarks.
	for _, d := range p.request.Discussions {
		if strings.Contains(d.Notes[0].Body, "whitelist") {
			p.reply(d)
		}
	}
	p.push("Mend", func(_, src string) string {
		return strings.NewReplacer(panelStep, mendedStep, "a whitelist of", "an allowlist of").Replace(src)
	}, demoPage)
	p.pipeline()
	p.answered()

	p.gitlab.Comment(p.request, p.ana, "roleplan: explain step-duration")
	p.answered()
	p.gitlab.Comment(p.request, p.ana, `roleplan: open GHP-1043 page=`+demoPage+` level="Staff Technical Program Manager" recruiter=kim hiring_manager=bo target_start=2027-04-01`)
	p.answered()
	p.pipeline()
	p.gitlab.Comment(p.request, p.ana, "roleplan: check")
	p.answered()

	if err := p.gitlab.Merge(p.request, p.ana); err != nil {
		t.Fatal(err)
	}
	p.openings()
	p.answered()

	p.end()
	return p
}

// playPlans is what becomes of plans: people work on them, pages, openings and names of labels change.
func playPlans(t *testing.T, arm func(*faulty)) *playing {
	p := newPlaying(t, standin.Options{Premium: true}, storyConfig)
	p.change(demoOpenings, func(src string) string { return src + newOpening })
	arm(p.net)
	p.openings()
	plan := p.issue("Opening GHP-1042")
	tasks := p.gitlab.Tasks(p.project, plan.IID)
	if len(tasks) == 0 {
		t.Fatalf("a plan without tasks\n%v", p.failed)
	}
	p.gitlab.CloseIssue(p.gitlab.Issue(p.project, tasks[0].IID), p.cy)
	p.openings()
	p.change(demoPage, func(src string) string {
		return strings.NewReplacer(lastStep, strings.Replace(lastStep, "30", "45", 1), secondStep, mendedStep+"\n"+secondStep).Replace(src)
	})
	p.openings()
	p.put(".roleplan.yml", storyConfig+"labels:\n  opening: vacancy\n  renamed:\n    opening: [opening]\n")
	p.openings()
	p.run("report", "--dashboard")
	p.change(demoOpenings, func(src string) string { return strings.Replace(src, "status: open\n", "status: filled\n", 1) })
	p.openings()
	p.run("report", "--dashboard")
	p.run("doctor", "--fix", "--hook-url", "https://roleplan.example.com/webhooks/gitlab")
	p.end()
	return p
}

// playLinked keeps plans as linked issues, with people from a folder. One plan moves to another project.
func playLinked(t *testing.T, arm func(*faulty)) *playing {
	p := newPlaying(t, standin.Options{}, strings.Replace(storyConfig, "plan:\n", "team:\n  path: data/people\nplan:\n  steps: issues\n", 1))
	p.put("data/people/fay.yml", "slug: fay\ngitlab: fay\njob_title: VP of Security\n")
	other := p.gitlab.AddProject("acme/hiring", "private")
	p.gitlab.AddMember(other, p.bot, standin.Maintainer)
	arm(p.net)
	p.openings()
	p.change(demoOpenings, func(src string) string { return src + newOpening })
	p.openings()
	p.gitlab.MoveIssue(p.issue("Opening GHP-1007"), p.cy, other, false)
	p.openings()
	p.change(demoPage, func(src string) string { return strings.Replace(src, lastStep, mendedStep+"\n"+lastStep, 1) })
	p.openings()
	p.end()
	return p
}

// playThreads is a merge request of an instance that takes no drafts, where one of an earlier time
// is left, and the diff has moved when the threads are begun.
func playThreads(t *testing.T, arm func(*faulty)) *playing {
	p := newPlaying(t, standin.Options{}, storyConfig+"  check: roleplan\n")
	p.gitlab.AddStatusCheck(p.project, "roleplan", "http://127.0.0.1:1/", "")
	p.openings()
	p.push("Use odd words", func(_, src string) string {
		return strings.Replace(src, "* Has and or creates domain expertise\n", "* Keeps a whitelist of vendors\n* Is a rockstar at it\n", 1)
	}, demoPage)
	var err error
	if p.request, err = p.gitlab.OpenMergeRequest(p.project, p.ana, "tpm-panel", standin.DefaultBranch, "Use odd words", ""); err != nil {
		t.Fatal(err)
	}
	p.pipeline()
	// The process ends between the making of drafts and their publishing.
	p.net.refuse = map[string]string{"POST projects/:id/merge_requests/:iid/draft_notes/bulk_publish": "502 "}
	if _, err := p.roleplan[reconcile.MergeRequest].Reconcile(t.Context(), reconcile.Key{Kind: reconcile.MergeRequest, Project: p.project.ID, IID: p.request.IID}); err == nil {
		t.Fatal("drafts were published")
	}
	p.net.refuse = map[string]string{"POST projects/:id/merge_requests/:iid/draft_notes": "403 "}
	p.push("Use other odd words", func(_, src string) string { return strings.Replace(src, "whitelist", "blacklist", 1) }, demoPage)
	p.pipeline()
	p.start()
	arm(p.net)
	p.answered()
	p.net.refuse["POST projects/:id/merge_requests/:iid/discussions"] = `400 {"message":"400 Bad request - Note {:line_code=>[\"can't be blank\"]}"}`
	p.push("Use one more", func(_, src string) string {
		return strings.Replace(src, "* Keeps a blacklist", "* Keeps a whitelist of tools\n* Keeps a blacklist", 1)
	}, demoPage)
	p.pipeline()
	p.answered()
	p.end()
	return p
}

// playService is what the service asks by itself.
func playService(t *testing.T, arm func(*faulty)) *playing {
	p := newPlaying(t, standin.Options{}, storyConfig)
	p.openings()
	p.push("Add a panel", func(_, src string) string { return strings.Replace(src, lastStep, panelStep+"\n"+lastStep, 1) }, demoPage)
	for range 7 { // more than two pages
		mr, err := p.gitlab.OpenMergeRequest(p.project, p.ana, "tpm-panel", standin.DefaultBranch, "Add a panel", "")
		if err != nil {
			t.Fatal(err)
		}
		p.gitlab.CloseMergeRequest(mr, p.ana)
	}
	p.addHook("http://roleplan.example.com" + webhook.Path)
	arm(p.net)
	s, err := new(App).newService(t.Context(), serviceOptions{
		Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0", Database: "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db"), Workers: 1,
		Projects: []string{p.project.Path}, Secrets: []string{hookSecret}, GitLab: p.client, Reconcilers: p.roleplan, Standing: opening.New(p.client).Standing,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = errors.Join(s.listener.Close(), s.admin.Close(), s.queue.Stop(context.Background())) }()
	p.try("learn who the bot is", func() error {
		if !s.learnIdentity(t.Context()) {
			return errors.New("not known")
		}
		return nil
	})
	p.try("sweep", func() error { return s.sweepProject(t.Context(), p.project.Path, time.Now(), 0) })
	p.try("look at the hooks", func() error {
		r := s.lookAtHook(t.Context(), p.project.Path)
		if r.state == hookUnreadable {
			return errors.New(r.detail)
		}
		p.more = append(p.more, string(r.state)+" "+r.detail)
		return nil
	})
	p.try("count the openings", func() error {
		s.countOpenings(t.Context())
		stages, at := s.census.get()
		if at.IsZero() {
			return errors.New("not counted")
		}
		p.more = append(p.more, fmt.Sprint(stages))
		return nil
	})
	status, err := s.queue.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.more = append(p.more, fmt.Sprint(status.Waiting, " subjects wait"))
	return p
}

func (p *playing) change(path string, change func(src string) string) {
	p.t.Helper()
	old := p.gitlab.Files(p.project, standin.DefaultBranch)[path]
	changed := change(old)
	if changed == old {
		p.t.Fatalf("%s: the place to change is not there", path)
	}
	p.put(path, changed)
}

// reply lets Ana answer in a thread.
func (p *playing) reply(d *standin.Discussion) {
	p.gitlab.AddToken(p.ana, "ana", "api")
	c, err := gitlab.New(gitlab.Options{BaseURL: p.gitlab.URL(), Token: "ana", Transport: newFaulty(p.t, p.gitlab)})
	if err != nil {
		p.t.Fatal(err)
	}
	if err := c.AnswerDiscussion(p.t.Context(), p.project.ID, p.request.IID, d.ID, safe.Sprintf("I shall mend it.")); err != nil {
		p.t.Fatal(err)
	}
}

// end is a sweep by a process that has just begun.
func (p *playing) end() {
	p.t.Helper()
	p.start()
	p.openings()
	for _, mr := range p.gitlab.MergeRequests(p.project) {
		p.work(reconcile.MergeRequest, mr.IID)
	}
	for _, e := range p.gitlab.Errors() {
		p.t.Error("GitLab does not know this: ", e)
	}
	if len(p.net.strange) > 0 {
		p.t.Errorf("calls to other hosts: %q", p.net.strange)
	}
}

var (
	itemURL = regexp.MustCompile(`http://gitlab\.test/acme/handbook/-/(?:issues|work_items)/(\d+)`)
	varying = regexp.MustCompile(`\b[0-9a-f]{40}\b|\b[0-9a-f]{8}\b|hash=\S+|revision=\d+|note=\d+|commit=\S+|#note_\d+|process%20\d+|status%20\d+`)
)

// state is all that people can see, without what depends on the number and order of calls.
func (p *playing) state() string {
	titles := map[string]string{}
	items := p.gitlab.WorkItems(p.project)
	for _, i := range items {
		titles[fmt.Sprint(i.IID)] = i.Title
	}
	clean := func(s string) string {
		s = itemURL.ReplaceAllStringFunc(s, func(u string) string { return "<" + titles[itemURL.FindStringSubmatch(u)[1]] + ">" })
		return varying.ReplaceAllString(s, "…")
	}
	var all []string
	add := func(format string, args ...any) { all = append(all, clean(fmt.Sprintf(format, args...))) }
	notes := func(on string, list []*standin.Discussion) {
		for _, d := range list {
			var said []string
			for _, n := range d.Notes {
				// Awards are a courtesy that no run comes back to, and are left out.
				if !n.System {
					said = append(said, fmt.Sprintf("%s (resolved %v): %s", n.Author.Username, n.Resolved, n.Body))
				}
			}
			if len(said) > 0 {
				add("note on %s: %s", on, strings.Join(said, "\n  answer "))
			}
		}
	}
	for _, i := range items {
		parent, links := "", []string{}
		if i.Parent != nil {
			parent = i.Parent.Title
		}
		for _, l := range p.gitlab.LinkedTo(p.project, i.IID) {
			links = append(links, l.Title)
		}
		slices.Sort(links)
		var people []string
		for _, u := range i.Assignees {
			people = append(people, u.Username)
		}
		add("%s %q of %q: %s, labels %q, people %q, due %s, confidential %v, links %q\n%s", i.Type, i.Title, parent, i.State, slices.Sorted(slices.Values(i.Labels)), people, i.DueDate, i.Confidential, links, i.Description)
		notes(i.Type+" "+i.Title, i.Discussions)
	}
	for _, l := range p.gitlab.Labels(p.project) {
		add("label %q %s %q", l.Name, l.Color, l.Description)
	}
	for _, b := range p.gitlab.Boards(p.project) {
		var lists []string
		for _, l := range slices.SortedFunc(slices.Values(b.Lists), func(a, b standin.BoardList) int { return cmp.Compare(a.Position, b.Position) }) {
			lists = append(lists, l.Label)
		}
		add("board %q: %q", b.Name, lists)
	}
	for _, mr := range p.gitlab.MergeRequests(p.project) {
		add("merge request %q: %s, %s", mr.Title, mr.State, mr.Source)
		notes("merge request "+mr.Title, mr.Discussions)
	}
	for _, branch := range []string{standin.DefaultBranch, "tpm-panel"} {
		files := p.gitlab.Files(p.project, branch)
		for _, path := range slices.Sorted(maps.Keys(files)) {
			add("%s:%s: %s", branch, path, files[path])
		}
	}
	for _, one := range p.gitlab.Pipelines(p.project) {
		newest := map[string]standin.Status{} // an earlier one of the same name counts as run again
		for _, s := range one.Statuses {
			newest[s.Name] = *s
		}
		for _, s := range newest {
			add("status %s of %s: %s %s", s.Name, one.Ref, s.State, s.Description)
		}
	}
	slices.Sort(all)
	return strings.Join(append(all, p.more...), "\n")
}
