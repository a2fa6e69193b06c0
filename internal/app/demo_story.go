package app

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/internal/standin/web"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

//go:embed all:demodata/handbook
var demoHandbook embed.FS

// What stands in the demo's GitLab.
const (
	botToken   = "demo-bot-token"      //nolint:gosec // of a GitLab that lives in memory
	hookSecret = "demo-webhook-secret" //nolint:gosec // likewise

	demoPage     = "content/job-families/product/technical-program-manager.md"
	demoOpenings = "hiring/openings.yml"

	// The editor's change: a step before the last one, first without its length.
	lastStep   = "* Candidates will be invited to schedule a final 30-minute interview with the CPO."
	panelStep  = "* Candidates will be invited to schedule a panel interview with two Staff Technical Program Managers."
	mendedStep = "* Candidates will be invited to schedule a 60-minute panel interview with two Staff Technical Program Managers."

	newOpening = `
- id: GHP-1042
  page: content/job-families/product/technical-program-manager.md
  level: Senior Technical Program Manager
  location: Remote, EMEA
  hiring_manager: bo
  recruiter: cy
  interviewers:
    "Directors in the Product Division": [dee, eli]
  target_start: 2027-02-01
  priority: high
`
)

// stageTimeout is how long the story waits for roleplan.
const stageTimeout = time.Minute

// A stage is the demo's GitLab with its people and its handbook.
type stage struct {
	gitlab       *standin.Server
	project      *standin.Project
	bot          *standin.User
	ana, cy      *standin.User // an editor and a recruiter
	signingToken string
	out          io.Writer
	left         func(context.Context) (plan.Plan, error) // what roleplan still has to do
}

// leftToDo tells what roleplan would still do in a project.
func leftToDo(client *gitlab.Client, project string) func(context.Context) (plan.Plan, error) {
	return func(ctx context.Context) (plan.Plan, error) {
		p, err := client.Project(ctx, project)
		if err != nil {
			return plan.Plan{}, err
		}
		return opening.New(client).Plan(ctx, p, p.DefaultBranch)
	}
}

func newStage(ctx context.Context, listen string, o standin.Options) (*stage, error) {
	d, err := setStage(o)
	if err == nil {
		_, err = d.gitlab.Start(ctx, listen)
	}
	return d, err
}

// setStage makes a stage that does not listen yet.
func setStage(o standin.Options) (*stage, error) {
	g := standin.New(o)
	g.SetWeb(web.New(g))
	d := &stage{gitlab: g, project: g.AddProject("acme/handbook", "public")}
	member := func(username, name string, bot bool, role int) *standin.User {
		u := g.AddUser(username, name, bot)
		g.AddMember(d.project, u, role)
		return u
	}
	d.bot = member("project_1_bot_demo", "roleplan", true, standin.Maintainer)
	d.ana = member("ana", "Ana, who edits the handbook", false, standin.Maintainer)
	member("bo", "Bo, who hires", false, standin.Developer)
	d.cy = member("cy", "Cy, who recruits", false, standin.Developer)
	member("dee", "Dee, a director", false, standin.Developer)
	member("eli", "Eli, a director", false, standin.Developer)
	// Of these the team directory tells.
	member("fay", "Fay, a senior director", false, standin.Developer)
	member("gus", "Gus, who leads Product", false, standin.Developer)
	member("hal", "Hal, a program manager", false, standin.Developer)
	member("ivy", "Ivy, a program manager", false, standin.Developer)
	g.AddToken(d.bot, botToken, "api")

	files := map[string]*string{}
	root := "demodata/handbook"
	err := fs.WalkDir(demoHandbook, root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		src, err := demoHandbook.ReadFile(path)
		files[strings.TrimPrefix(path, root+"/")] = new(string(src))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the demo's handbook: %w", err)
	}
	g.Commit(d.project, standin.DefaultBranch, d.ana, "The handbook", files)

	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails
	d.signingToken = "whsec_" + base64.StdEncoding.EncodeToString(key)
	return d, nil
}

// addHook tells the stand-in where roleplan waits for webhooks.
func (d *stage) addHook(url string) {
	d.gitlab.AddHook(d.project, standin.HookOptions{URL: url, Token: hookSecret, SigningToken: d.signingToken})
}

// play plays the story, act by act. It breaks off at the first act that fails.
func (d *stage) play(ctx context.Context) error {
	var mr *standin.MergeRequest
	var answer standin.Note
	var issue standin.Issue
	return d.acts(ctx,
		act{"roleplan starts, and finds an opening without a plan", func(ctx context.Context) error {
			found, err := d.plan(ctx, "GHP-1007")
			if err == nil {
				d.say("GHP-1007 has its issue: %s", d.url("issues", found.IID))
			}
			return err
		}},
		act{"Ana changes a role page, and opens a position", func(context.Context) (err error) {
			if mr, err = d.propose(); err != nil {
				return err
			}
			d.say("Merge request !%d, and GitLab sends a webhook: %s", mr.IID, d.url("merge_requests", mr.IID))
			return nil
		}},
		act{"roleplan answers in the merge request", func(ctx context.Context) (err error) {
			if answer, err = d.answer(ctx, mr, ""); err != nil {
				return err
			}
			d.say("One note: %s#note_%d", d.url("merge_requests", mr.IID), answer.ID)
			d.quote(answer.Body)
			return nil
		}},
		act{"Ana mends what she was told, and the note follows", func(ctx context.Context) error {
			if err := d.edit("tpm-panel", "Say how long the panel takes", func(_, src string) string {
				return strings.Replace(src, panelStep, mendedStep, 1)
			}, demoPage); err != nil {
				return err
			}
			mended, err := d.answer(ctx, mr, answer.Body)
			if err != nil {
				return err
			}
			if mended.ID != answer.ID {
				return fmt.Errorf("the answer is note %d and no longer note %d: there should be one note", mended.ID, answer.ID)
			}
			answer = mended
			d.say("The same note, updated in place:")
			d.quote(answer.Body)
			return nil
		}},
		act{"Ana merges, and the opening gets its plan", func(ctx context.Context) (err error) {
			if err := d.gitlab.Merge(mr, d.ana); err != nil {
				return fmt.Errorf("merge: %w", err)
			}
			if issue, err = d.plan(ctx, "GHP-1042"); err != nil {
				return err
			}
			d.say("%s: %s", issue.Title, d.url("issues", issue.IID))
			d.say("Labels: %s", strings.Join(issue.Labels, ", "))
			d.say("A task a step:")
			for _, t := range d.gitlab.Tasks(d.project, issue.IID) {
				d.say("  [ ] %s", t.Title)
			}
			return d.until(ctx, "the note says what was done", func() bool {
				notes := d.answers(mr)
				return len(notes) == 1 && strings.Contains(notes[0].Body, d.url("issues", issue.IID))
			})
		}},
		act{"Cy has had the first call, and the stage moves on", func(ctx context.Context) error {
			before := stageLabel(issue.Labels)
			first := d.gitlab.Tasks(d.project, issue.IID)[0]
			d.gitlab.CloseIssue(d.gitlab.Issue(d.project, first.IID), d.cy)
			after := ""
			err := d.until(ctx, "the issue moves to its next stage", func() bool {
				for _, i := range d.gitlab.Issues(d.project) {
					if i.IID == issue.IID {
						after = stageLabel(i.Labels)
					}
				}
				return after != "" && after != before
			})
			if err == nil {
				d.say("%s -> %s", before, after)
			}
			return err
		}},
	)
}

// propose opens Ana's merge request.
func (d *stage) propose() (*standin.MergeRequest, error) {
	const title = "Add a panel to the hiring of technical program managers"
	if err := d.edit("tpm-panel", title, func(path, src string) string {
		if path == demoOpenings {
			return src + newOpening
		}
		return strings.Replace(src, lastStep, panelStep+"\n"+lastStep, 1)
	}, demoPage, demoOpenings); err != nil {
		return nil, err
	}
	mr, err := d.gitlab.OpenMergeRequest(d.project, d.ana, "tpm-panel", standin.DefaultBranch, title, "GHP-1042 is the first to go through it.")
	if err != nil {
		return nil, fmt.Errorf("open the merge request: %w", err)
	}
	return mr, nil
}

// An act is one part of the story.
type act struct {
	title string
	do    func(context.Context) error
}

func (d *stage) acts(ctx context.Context, acts ...act) error {
	for i, a := range acts {
		fmt.Fprintf(d.out, "\n%d  %s\n", i+1, a.title)
		if err := a.do(ctx); err != nil {
			return fmt.Errorf("act %d, %q: %w", i+1, a.title, err)
		}
	}
	return nil
}

func (d *stage) say(format string, args ...any) { fmt.Fprintf(d.out, "   "+format+"\n", args...) }

// quote prints what is open to the eye in a note: its verdict, its remarks and what merging does.
func (d *stage) quote(body string) {
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "<details"):
			return // what follows is folded, there or further down
		case strings.HasPrefix(line, "<!--"), strings.HasPrefix(line, "| ---"), strings.HasPrefix(line, "|  |"), line == "":
		default:
			d.say("  > %s", strings.Join(strings.FieldsFunc(line, func(r rune) bool { return r == '|' }), "·"))
		}
	}
}

func (d *stage) url(kind string, iid int64) string {
	return fmt.Sprintf("%s/%s/-/%s/%d", d.gitlab.URL(), d.project.Path, kind, iid)
}

// edit changes files on a branch of Ana's.
func (d *stage) edit(branch, message string, change func(path, src string) string, paths ...string) error {
	_, err := d.commit(branch, message, change, paths...)
	return err
}

func (d *stage) commit(branch, message string, change func(path, src string) string, paths ...string) (*standin.Commit, error) {
	from := d.gitlab.Files(d.project, branch)
	if from == nil {
		from = d.gitlab.Files(d.project, standin.DefaultBranch)
	}
	changes := map[string]*string{}
	for _, path := range paths {
		changed := change(path, from[path])
		if changed == from[path] {
			return nil, fmt.Errorf("edit %q: the place to change is not there", path)
		}
		changes[path] = &changed
	}
	return d.gitlab.Commit(d.project, branch, d.ana, message, changes), nil
}

// answers are roleplan's summary notes in a merge request.
func (d *stage) answers(mr *standin.MergeRequest) []standin.Note {
	var own []standin.Note
	for _, n := range d.gitlab.Notes(mr) {
		if n.Author.ID == d.bot.ID && note.IsSummary(n.Body) {
			own = append(own, n)
		}
	}
	return own
}

// answer waits for roleplan's note to say something else than before.
func (d *stage) answer(ctx context.Context, mr *standin.MergeRequest, before string) (found standin.Note, err error) {
	err = d.until(ctx, "roleplan's note stands", func() bool {
		notes := d.answers(mr)
		if len(notes) != 1 || notes[0].Body == before {
			return false
		}
		found = notes[0]
		return true
	})
	return found, err
}

// plan waits until roleplan has nothing more to do, and gives the issue of an opening.
func (d *stage) plan(ctx context.Context, opening string) (issue standin.Issue, err error) {
	err = d.until(ctx, "opening "+opening+" has its whole plan", func() bool {
		for _, i := range d.gitlab.Issues(d.project) {
			if strings.HasPrefix(i.Title, "Opening "+opening+":") {
				issue = i
				left, err := d.left(ctx)
				return err == nil && left.Empty()
			}
		}
		return false
	})
	return issue, err
}

func stageLabel(labels []string) string {
	for _, l := range labels {
		if strings.HasPrefix(l, "hiring::") {
			return l
		}
	}
	return ""
}

// until waits for something to come true.
func (d *stage) until(ctx context.Context, what string, is func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, stageTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited %s until %s: %w", stageTimeout, what, ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}
