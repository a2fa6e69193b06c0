// Package review keeps roleplan's answer in a merge request: one summary note that says what
// was found on the role pages it changes and what merging would do, and threads on the lines
// that the merge request itself has to mend.
//
// As every reconciler it reads the present state, makes the text that should stand, compares it
// with the text that stands, and writes the difference, which most often is nothing.
package review

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/command"
	"gitlab.com/roleplan/roleplan/sync/directory"
	"gitlab.com/roleplan/roleplan/sync/plan"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/sync/thread"
)

// GitLab are the calls that an answer needs.
type GitLab interface {
	CurrentUser(ctx context.Context) (forge.User, error)
	Project(ctx context.Context, idOrPath string) (forge.Project, error)
	MergeRequest(ctx context.Context, project, iid int64) (forge.MergeRequest, error)
	ChangedFiles(ctx context.Context, project, iid int64) ([]forge.ChangedFile, error)
	directory.GitLab
	Glance(ctx context.Context, project, ref string, g forge.Glance) (forge.Seen, error)
	Discussions(ctx context.Context, project, mr int64) ([]forge.Discussion, error)
	CommitStatus(ctx context.Context, p forge.Pipeline, name string) (forge.CommitStatus, error)
	SetCommitStatus(ctx context.Context, p forge.Pipeline, w forge.StatusWrite) error
	StatusChecks(ctx context.Context, project, mr int64) ([]forge.StatusCheck, error)
	SetStatusCheck(ctx context.Context, project, mr, check int64, head, state string) error
	CreateNote(ctx context.Context, project, mr int64, body safe.Markdown) (forge.Note, error)
	thread.GitLab
}

// A Planner tells what the files of a project at a commit or branch ask of its hiring plans,
// compared with what GitLab holds, and with one call whether that has changed since.
type Planner interface {
	Look(ctx context.Context, project forge.Project, ref string, conf *repoconf.Config, known plan.Known) (plan.Plan, plan.Sight, error)
	Moved(ctx context.Context, s plan.Sight) (bool, error)
	// Pages names the role pages that a look needs, as far as the files that are known tell.
	Pages(conf *repoconf.Config, known plan.Known) []string
}

// A Reconciler answers in merge requests. It is safe for use by several goroutines.
type Reconciler struct {
	gitlab  GitLab
	planner Planner
	now     func() time.Time
	memory  *memory
	teams   *directory.Reader
	// commands does what people ask for in comments; nil leaves comments alone.
	commands Commander
}

// A Commander runs the commands in the comments of a merge request, each once.
type Commander interface {
	Run(ctx context.Context, q command.Request) (command.Result, error)
}

// WithCommands lets c do what people ask for in comments.
func (r *Reconciler) WithCommands(c Commander) *Reconciler {
	r.commands = c
	return r
}

// New makes a Reconciler. With a nil planner the notes say nothing of openings.
func New(gitlab GitLab, planner Planner) *Reconciler {
	return &Reconciler{gitlab: gitlab, planner: planner, now: time.Now, memory: newMemory(), teams: directory.New(gitlab)}
}

// Reconcile brings the summary note and the threads of a merge request in line.
func (r *Reconciler) Reconcile(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
	if key.Kind != reconcile.MergeRequest {
		return reconcile.Result{}, reconcile.Terminal(fmt.Errorf("answer in a merge request: %s is none", key))
	}
	result, err := r.reconcile(ctx, key)
	if refused(err) {
		err = reconcile.Terminal(err)
	}
	return result, err
}

// refused reports whether an error is GitLab's answer, which asking again does not change.
func refused(err error) bool {
	return errors.Is(err, forge.ErrNotFound) || errors.Is(err, forge.ErrForbidden) || errors.Is(err, forge.ErrInvalid) || errors.Is(err, forge.ErrUnsupported)
}

func (r *Reconciler) reconcile(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
	s, err := r.settings(ctx, key.Project)
	if err != nil || s.project.Archived {
		return reconcile.Result{}, err
	}
	files, err := r.gitlab.ChangedFiles(ctx, key.Project, key.IID)
	if err != nil {
		return reconcile.Result{}, fmt.Errorf("list the changes of %s: %w", key, err)
	}
	touched := s.touched(files)
	// The usual case, and the cheapest: a merge request that is none of roleplan's business. An
	// empty list may also mean that GitLab still prepares the diff.
	if !touched.any() && len(files) > 0 && r.memory.absent(key, files, r.now()) {
		return reconcile.Result{}, nil
	}
	var own *standing
	if !touched.any() && len(files) > 0 {
		found, err := r.own(ctx, key, nil)
		if err != nil {
			return reconcile.Result{}, err
		}
		if found.none() {
			r.memory.keepAbsence(key, files, r.now())
			return reconcile.Result{}, nil
		}
		own = &found
	}
	mr, err := r.gitlab.MergeRequest(ctx, key.Project, key.IID)
	if err != nil {
		return reconcile.Result{}, fmt.Errorf("read %s: %w", key, err)
	}
	if wait, ready := r.ready(mr); !ready {
		return reconcile.Result{After: wait}, nil
	}
	if len(files) == 0 && mr.Diff == (forge.DiffRefs{}) {
		zerolog.Ctx(ctx).Warn().Stringer("key", key).Dur("waited", patience).Msg("GitLab does not prepare the diff of a merge request; the next event for it tries again")
		return reconcile.Result{}, nil
	}
	if own == nil {
		all, err := r.discussions(ctx, s, mr, touched)
		if err != nil {
			return reconcile.Result{}, err
		}
		found, err := r.own(ctx, key, all)
		if err != nil {
			return reconcile.Result{}, err
		}
		own = &found
	}
	asked, err := r.obey(ctx, s, mr, touched, *own)
	if err != nil || asked.Pushed {
		// What was pushed is a new head: the answer is for that one.
		return reconcile.Result{Changed: asked.Writes, After: shortestWait}, err
	}
	result, err := r.answer(ctx, key, s, mr, touched, *own)
	result.Changed += asked.Writes
	if mr.MembersOnly && errors.Is(err, forge.ErrForbidden) {
		err = fmt.Errorf("%w; the discussion is locked, so the token's user has to be a member of the project", err)
	}
	return result, err
}

// The waits for GitLab to prepare a diff.
const (
	shortestWait = time.Second
	longestWait  = time.Minute
	patience     = 30 * time.Minute
)

// ready reports whether the merge request's diff can be read, and if not when to look
// again. The wait grows with the time that the merge request has been unready, so it needs
// no counter; after half an hour the next event or sweep has to bring it up again.
func (r *Reconciler) ready(mr forge.MergeRequest) (time.Duration, bool) {
	if mr.State == forge.Locked {
		return shortestWait, false // it is being merged at this moment
	}
	stale := mr.State == forge.Opened && mr.HeadSHA != "" && mr.HeadSHA != mr.Diff.Head
	if mr.Diff != (forge.DiffRefs{}) && !stale {
		return 0, true
	}
	age := r.now().Sub(mr.UpdatedAt)
	if age > patience {
		return 0, true
	}
	return max(shortestWait, min(age/2, longestWait)), false
}

// answer writes the threads and the note that should stand.
func (r *Reconciler) answer(ctx context.Context, key reconcile.Key, s settings, mr forge.MergeRequest, t touched, own standing) (reconcile.Result, error) {
	switch {
	case s.conf.Comment.Mode == repoconf.CommentOff, mr.State == forge.Closed:
		return reconcile.Result{}, nil
	case mr.State == forge.Merged && (len(own.notes) == 0 || note.IsFinal(own.summary())):
		// Nobody asked before the merge, or what was done has been said. A merge request that
		// was over before roleplan came gets no mail from it.
		return reconcile.Result{}, nil
	case !t.any() && own.none():
		return reconcile.Result{}, nil
	}
	summary, pages, after, err := r.summary(ctx, s, mr, t, own.summary())
	if err != nil {
		return reconcile.Result{}, err
	}
	if own.none() && s.conf.Comment.Mode == repoconf.CommentOnFindings && !note.Remarkable(summary) {
		return reconcile.Result{After: after}, nil
	}
	// The threads come first, so that the note can tell what became of them.
	out, err := r.threads(ctx, key, s, mr, pages, own, &summary)
	if err != nil {
		return reconcile.Result{Changed: out.Writes}, err
	}
	result := reconcile.Result{Changed: out.Writes, After: after}
	n, err := r.put(ctx, key, own.notes, note.Write(summary))
	result.Changed += n
	if err != nil {
		return result, err
	}
	if mr.Pipeline != (forge.Pipeline{}) && (len(own.notes) == 0 || len(out.Posted) > 0) {
		result.After = sooner(result.After, secondLook)
	}
	set, wait, err := r.status(ctx, key, s, mr, pages)
	result.Changed, result.After = result.Changed+set, sooner(result.After, wait)
	if err != nil {
		return result, err
	}
	answered, err := r.statusCheck(ctx, key, s, mr, pages)
	result.Changed += answered
	return result, err
}

// secondLook is when a merge request with a pipeline is looked at again in which a note or threads were begun. A job
// of the pipeline may have begun the same meanwhile, and GitLab can't be asked to write only what is not there yet. As
// everybody looks once more who has begun something, the last of them sees all, and closes what is doubled.
const secondLook = time.Second

// sooner is the earlier of two times to look again; 0 is for not at all.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// summary gathers what the note tells, with the pages that it is about, and when to look again if something could not be told
// yet. previous is the note that stands.
func (r *Reconciler) summary(ctx context.Context, s settings, mr forge.MergeRequest, t touched, previous string) (note.Summary, []reading, time.Duration, error) {
	sum := note.Summary{
		ProjectURL: s.project.WebURL, Head: mr.Diff.Head, Base: mr.Diff.Base, State: mr.State, Draft: mr.Draft,
		NothingLeft: !t.any(), ConfigChanges: t.config, Cut: mr.Cut, Previous: previous,
	}
	if sum.NothingLeft {
		return sum, nil, 0, nil
	}
	if r.commands != nil || note.NamesCommands(previous) {
		sum.Commands = s.conf.Commands.Name
	}
	if s.problem != nil {
		sum.Problems = append(sum.Problems, *s.problem)
	}
	pages, _, err := r.readPages(ctx, s, mr, t)
	if err != nil {
		return sum, nil, 0, err
	}
	for _, p := range pages {
		sum.Pages = append(sum.Pages, p.Page)
	}
	if t.config {
		problem, err := r.proposedConfig(ctx, mr)
		if err != nil {
			return sum, nil, 0, err
		}
		if problem != nil {
			sum.Problems = append(sum.Problems, *problem)
		}
	}
	after, err := r.plan(ctx, s, mr, t, &sum)
	return sum, pages, after, err
}

func idOf(project int64) string { return strconv.FormatInt(project, 10) }
