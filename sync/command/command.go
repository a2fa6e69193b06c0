// Package command does what people ask of roleplan in comments on a merge request: a line such as
//
//	roleplan: ignore spelling it is the name of a product
//
// GitLab is the memory here, too. What was done is told in an answer below the comment, with a hidden
// mark of the comment and its lines; so a command runs once, however often and in whatever order its
// events come, and an edit of the comment runs only what it added. A command that commits leaves its
// mark in the commit as well, in case the answer never came to be written.
package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// GitLab are the calls that commands need. Without a command only CurrentUser is called, whose answer
// the client remembers.
type GitLab interface {
	CurrentUser(ctx context.Context) (forge.User, error)
	User(ctx context.Context, id int64) (forge.User, error)
	UserByName(ctx context.Context, username string) (forge.User, error)
	Role(ctx context.Context, project, user int64) (forge.Role, error)
	Branch(ctx context.Context, project int64, name string) (forge.Branch, error)
	RecentCommits(ctx context.Context, project int64, branch string) ([]forge.Commit, error)
	ReadFileCommit(ctx context.Context, project int64, path, ref string) (content []byte, commit string, err error)
	ListFiles(ctx context.Context, project int64, dir, ref string) ([]forge.File, error)
	WriteFile(ctx context.Context, project int64, f forge.FileWrite) error
	AwardEmoji(ctx context.Context, project, mr, note int64, name string) error
	AnswerDiscussion(ctx context.Context, project, mr int64, discussion string, body safe.Markdown) error
	ResolveDiscussion(ctx context.Context, project, mr int64, discussion string, resolved bool) error
}

// A Request is a merge request whose comments are looked at.
type Request struct {
	Project      forge.Project
	MergeRequest forge.MergeRequest
	Discussions  []forge.Discussion // all of them, as they stand now
	Config       *repoconf.Config   // of the default branch; a merge request's own says nothing
	Pages        []string           // the role pages that it changes and that are there afterwards
	Check        check.Options      // as the pages are checked
	// Findings are the new findings at the merge request's head. It is called when a command asks.
	Findings func(ctx context.Context) ([]finding.Finding, error)
}

// A Result tells what came of the commands.
type Result struct {
	Rerun  bool // somebody asked to look at everything again
	Pushed bool // there is a commit on the branch, so that the head moves
	Writes int  // to GitLab
}

// mostAnHour is how many commands a person may give an hour. They are counted in this process and
// over all merge requests: the bound is there so that nobody keeps the service busy, and a restart
// that forgets the count does no harm. What is over is refused and not put off.
const mostAnHour = 60

// A Runner runs commands. It is safe for use by several goroutines.
type Runner struct {
	gitlab GitLab
	now    func() time.Time

	mu    sync.Mutex
	given map[int64][]time.Time // commands by person
	bots  map[int64]bool        // accounts that were found to be bots
}

// New makes a Runner. A nil clock is the usual one.
func New(gitlab GitLab, now func() time.Time) *Runner {
	if now == nil {
		now = time.Now
	}
	return &Runner{gitlab: gitlab, now: now, given: map[int64][]time.Time{}, bots: map[int64]bool{}}
}

// A job is the commands of one note.
type job struct {
	*Runner
	Request

	me         forge.User
	discussion forge.Discussion
	note       forge.Note
	author     forge.User
	lines      []line // that did not run yet
	branch     *forge.Branch
	result     Result
}

// An answer is what a command came to.
type answer struct {
	text    safe.Markdown
	refused bool
}

func refuse(m safe.Markdown) (answer, error) { return answer{m, true}, nil }

// told tells the person what GitLab refuses, since waiting would not mend it. A right that can't be read is no right.
func told(a answer, err error) (answer, error) {
	if errors.As(err, new(checkError)) {
		return a, err
	}
	if errors.Is(err, forge.ErrForbidden) || errors.Is(err, forge.ErrNotFound) || errors.Is(err, forge.ErrInvalid) {
		return refuse(safe.Sprintf("This was not done, since GitLab refuses a call that it takes: %s. Write it again when that is mended.", safe.Short(err.Error(), 1000)))
	}
	return a, err
}

// A checkError is one of the check of the pages, which stops the whole answer to the merge request and is tried again.
type checkError struct{ error }

func (e checkError) Unwrap() error { return e.error }

// Run runs the commands that did not run yet, the oldest first. An error is one of GitLab's; what was
// done until then stays done, and the next run goes on from there.
func (r *Runner) Run(ctx context.Context, q Request) (Result, error) {
	me, err := r.gitlab.CurrentUser(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("read the token's user: %w", err)
	}
	var jobs []job
	done := answered(q.Discussions, me)
	for _, d := range q.Discussions {
		for _, n := range d.Notes {
			if n.System || n.Author.ID == me.ID || r.bot(n.Author) {
				continue
			}
			lines := parse(n.Body, me.Username, q.Config.Commands.Name)
			lines = slices.DeleteFunc(lines, func(l line) bool { return done[key{n.ID, l.hash}] })
			if len(lines) > 0 {
				jobs = append(jobs, job{Runner: r, Request: q, me: me, discussion: d, note: n, lines: lines})
			}
		}
	}
	slices.SortFunc(jobs, func(a, b job) int { return cmp.Compare(a.note.ID, b.note.ID) })
	var all Result
	for _, d := range q.Discussions {
		if r.leftOpen(d, me) && !slices.ContainsFunc(jobs, func(j job) bool { return j.discussion.ID == d.ID }) &&
			r.gitlab.ResolveDiscussion(ctx, q.MergeRequest.ProjectID, q.MergeRequest.IID, d.ID, true) == nil {
			all.Writes++
		}
	}
	ctx = forge.Insist(ctx) // the person is told what is refused, and the command is not run again
	for _, j := range jobs {
		err := j.run(ctx)
		all.Rerun, all.Pushed, all.Writes = all.Rerun || j.result.Rerun, all.Pushed || j.result.Pushed, all.Writes+j.result.Writes
		if err != nil {
			return all, fmt.Errorf("commands of note %d in merge request !%d of project %d: %w", j.note.ID, q.MergeRequest.IID, q.MergeRequest.ProjectID, err)
		}
	}
	return all, nil
}

// A key is a line of a note.
type key struct {
	note int64
	hash string
}

// The kinds of roleplan's marks that tell which commands ran.
const (
	markAnswer = "answer"  // in a note
	markCommit = "command" // in the message of a commit
)

// answered are the lines that roleplan's own answers tell of.
func answered(discussions []forge.Discussion, me forge.User) map[key]bool {
	done := map[key]bool{}
	for _, d := range discussions {
		for _, n := range d.Notes {
			if n.Author.ID != me.ID || n.System {
				continue
			}
			for _, m := range safe.FindMarks(n.Body, markAnswer) {
				note, err := strconv.ParseInt(m.Attributes["note"], 10, 64)
				if err != nil {
					continue
				}
				for hash := range strings.SplitSeq(m.Attributes["lines"], ",") {
					done[key{note, hash}] = true
				}
			}
		}
	}
	return done
}

// tokenUser is what GitLab calls the users of access tokens.
var tokenUser = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(project|group)_\d+_bot(_\w+)?$`) })

// bot reports whether an account is known to be a bot's. No bot gives commands: two that answer each
// other would not come to an end.
func (r *Runner) bot(u forge.User) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return u.Bot || r.bots[u.ID] || tokenUser().MatchString(u.Username)
}

// run runs the commands of a note and answers them together.
func (j *job) run(ctx context.Context) error {
	refusal, err := told(j.admit(ctx))
	if err != nil || j.bot(j.author) {
		return err
	}
	answers := []answer{refusal}
	if !refusal.refused {
		if answers, err = j.runLines(ctx); err != nil {
			return err
		}
	}
	refused := slices.ContainsFunc(answers, func(a answer) bool { return a.refused })
	emoji := "white_check_mark"
	if refused {
		emoji = "x"
	}
	// An award is a courtesy: what counts is said in the answer, which must not fail for it.
	if j.gitlab.AwardEmoji(ctx, j.MergeRequest.ProjectID, j.MergeRequest.IID, j.note.ID, emoji) == nil {
		j.result.Writes++
	}
	return j.answer(ctx, answers)
}

// admit asks GitLab who wrote the note and what they may do now. The names in events and notes prove
// nothing, and rights change.
func (j *job) admit(ctx context.Context) (answer, error) {
	u, err := j.gitlab.User(ctx, j.note.Author.ID)
	switch {
	case errors.Is(err, forge.ErrNotFound):
		return refuse(safe.Sprintf("This was not done: your account is gone."))
	case err != nil:
		return answer{}, err
	}
	j.author = u
	if u.Bot || j.bot(u) {
		j.mu.Lock()
		j.bots[u.ID] = true
		j.mu.Unlock()
		j.author.Bot = true
		return answer{}, nil
	}
	if u.State != "" && u.State != "active" {
		return refuse(safe.Sprintf("This was not done: your account is %s.", safe.Text(u.State)))
	}
	role, err := j.gitlab.Role(ctx, j.Project.ID, u.ID)
	if err != nil {
		return answer{}, err
	}
	need, name := forge.Developer, safe.Word("Developer")
	switch j.Config.Commands.Role {
	case repoconf.RoleMaintainer:
		need, name = forge.Maintainer, safe.Word("Maintainer")
	case repoconf.RoleOwner:
		need, name = forge.Owner, safe.Word("Owner")
	}
	if role < need {
		return refuse(safe.Sprintf("This was not done: commands are for people with at least the role %s in this project. Ask one of them to write it.", name))
	}
	return answer{}, nil
}

// runLines runs the lines one by one, as many as the person has left this hour.
func (j *job) runLines(ctx context.Context) ([]answer, error) {
	left := j.left()
	var answers []answer
	for i, l := range j.lines {
		if i >= left {
			over, _ := refuse(safe.Sprintf("%s not done: %s an hour and person is the most. Write what is still wanted again later.",
				safe.Count(len(j.lines)-i, "command was", "commands were"), safe.Num(mostAnHour)))
			return append(answers, over), nil
		}
		a, err := told(j.line(ctx, l))
		if err != nil {
			return nil, err
		}
		if len(j.lines) > 1 {
			a.text = safe.Concat(safe.Sprintf("%s:", safe.Code(shortened(l.text()))), a.text)
		}
		answers = append(answers, a)
	}
	return answers, nil
}

// left is how many more commands the note's author may give this hour.
func (j *job) left() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	recent := slices.DeleteFunc(j.given[j.author.ID], func(t time.Time) bool { return j.now().Sub(t) >= time.Hour })
	j.given[j.author.ID] = recent
	return max(0, mostAnHour-len(recent))
}

// count notes that commands were given. It happens when they are answered, so that a run that GitLab
// cuts short costs the person nothing.
func (j *job) count() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for range j.lines {
		if len(j.given[j.author.ID]) < mostAnHour {
			j.given[j.author.ID] = append(j.given[j.author.ID], j.now())
		}
	}
}

// answer writes the answers below the note, with the mark of what was done.
func (j *job) answer(ctx context.Context, answers []answer) error {
	var b safe.Builder
	for _, a := range answers {
		b.Add(a.text)
	}
	hashes := make([]string, len(j.lines))
	for i, l := range j.lines {
		hashes[i] = l.hash
	}
	own, closes := "", j.opened()
	if closes {
		own = "1"
	}
	b.Add(safe.Mark(markAnswer, safe.Attr("note", strconv.FormatInt(j.note.ID, 10)), safe.Attr("lines", strings.Join(hashes, ",")), safe.Attr("own", own)))
	project, mr := j.MergeRequest.ProjectID, j.MergeRequest.IID
	err := j.gitlab.AnswerDiscussion(ctx, project, mr, j.discussion.ID, b.Markdown())
	switch {
	case err == nil:
		j.result.Writes++
		j.count()
	case !errors.Is(err, forge.ErrUnavailable): // else it may be there, and is not written again
		return err
	}
	// The answer made a thread of a plain comment, which could hold up the merge until somebody
	// resolves it. When the bot may not do that, somebody has to.
	for tries := 0; closes && tries < 2; tries++ {
		failed := j.gitlab.ResolveDiscussion(ctx, project, mr, j.discussion.ID, true)
		if failed == nil {
			j.result.Writes++
		}
		if failed == nil || errors.Is(failed, forge.ErrForbidden) {
			break // any other failure may go by, and no later run looks at this thread again
		}
	}
	return err
}

// opened reports whether the discussion is a thread for roleplan's answers alone.
func (j *job) opened() bool {
	return j.discussion.Individual || j.discussion.Notes[0].ID == j.note.ID && answersOnly(j.discussion, j.me)
}

// answersOnly reports whether a thread is a comment with roleplan's answers to it, which made it a thread.
func answersOnly(d forge.Discussion, me forge.User) bool {
	own := false
	for _, n := range d.Notes[1:] {
		if n.System {
			continue
		}
		if n.Author.ID != me.ID {
			return false
		}
		for _, m := range safe.FindMarks(n.Body, markAnswer) {
			own = own || m.Attributes["own"] != ""
		}
	}
	return own
}

// resolveWithin is how long after its last answer a thread that is open was left so by a run that broke
// off. Later somebody has opened it again, and is not argued with.
const resolveWithin = time.Hour

// leftOpen reports whether a thread for roleplan's answers alone waits to be resolved.
func (r *Runner) leftOpen(d forge.Discussion, me forge.User) bool {
	if d.Individual || len(d.Notes) < 2 || d.Notes[0].Resolved {
		return false
	}
	return r.now().Sub(d.Notes[len(d.Notes)-1].CreatedAt) < resolveWithin && answersOnly(d, me)
}

// shortened bounds what an answer repeats of a command.
func shortened(s string) string {
	const longest = 100
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}
