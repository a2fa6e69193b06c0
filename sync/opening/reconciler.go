package opening

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/directory"
	"gitlab.com/roleplan/roleplan/sync/label"
	"gitlab.com/roleplan/roleplan/sync/plan"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// GitLab are the calls that plans need.
type GitLab interface {
	CurrentUser(ctx context.Context) (forge.User, error)
	UsersByName(ctx context.Context, usernames []string) (map[string]forge.User, error)
	Project(ctx context.Context, idOrPath string) (forge.Project, error)
	ReadFileCommit(ctx context.Context, project int64, path, ref string) (content []byte, commit string, err error)
	directory.GitLab
	Issues(ctx context.Context, project int64, f forge.IssueFilter) ([]forge.Issue, error)
	CreateIssue(ctx context.Context, project int64, w forge.IssueWrite) (forge.Issue, error)
	UpdateIssue(ctx context.Context, project, iid int64, w forge.IssueWrite) (forge.Issue, error)
	IssueNotes(ctx context.Context, project, iid int64) ([]forge.Note, error)
	CreateIssueNote(ctx context.Context, project, iid int64, body safe.Markdown) (forge.Note, error)
	CreateTask(ctx context.Context, projectPath string, parent forge.Issue, w forge.IssueWrite) (forge.Issue, error)
	UpdateTask(ctx context.Context, projectPath string, task forge.Issue, w forge.IssueWrite) (forge.Issue, error)
	LinkIssue(ctx context.Context, project, iid, targetProject, targetIID int64) error
	LinkedIssues(ctx context.Context, project, iid int64) ([]forge.Issue, error)
	Labels(ctx context.Context, project int64) ([]forge.Label, error)
	CreateLabel(ctx context.Context, project int64, w forge.LabelWrite) (forge.Label, error)
	UpdateLabel(ctx context.Context, project, label int64, w forge.LabelWrite) (forge.Label, error)
	Boards(ctx context.Context, project int64) ([]forge.Board, error)
	CreateBoard(ctx context.Context, project int64, name safe.Line) (forge.Board, error)
	CreateBoardList(ctx context.Context, project, board, label int64) (forge.BoardList, error)
	MoveBoardList(ctx context.Context, project, board, list int64, position int) error
}

// A Reconciler keeps plans in step. It is safe for use by several goroutines.
type Reconciler struct {
	gitlab    GitLab
	directory *directory.Reader
}

// New makes a Reconciler.
func New(gitlab GitLab) *Reconciler {
	return &Reconciler{gitlab: gitlab, directory: directory.New(gitlab)}
}

// Plan tells what the files of a project at a branch or commit ask for, compared with what
// GitLab holds. It writes nothing. The configuration is that of the default branch.
func (r *Reconciler) Plan(ctx context.Context, project forge.Project, ref string) (plan.Plan, error) {
	run, err := r.prepare(ctx, project, ref)
	if err != nil {
		return plan.Plan{}, err
	}
	return run.plan, errors.Join(run.errs...)
}

// Apply brings the plans of a project in line with its default branch. Openings that fail do not
// stop the others; the error names each. The plan tells what was to be done, done how much was.
func (r *Reconciler) Apply(ctx context.Context, project forge.Project) (wished plan.Plan, done int, err error) {
	run, err := r.prepare(ctx, project, project.DefaultBranch)
	if err != nil {
		return plan.Plan{}, 0, err
	}
	done, err = run.do(ctx)
	return run.plan, done, errors.Join(append(run.errs, err)...)
}

// Reconcile brings the plans of a project's openings in line.
func (r *Reconciler) Reconcile(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
	if key.Kind != reconcile.Openings {
		return reconcile.Result{}, reconcile.Terminal(fmt.Errorf("keep plans in step: %s names no openings", key))
	}
	project, err := r.gitlab.Project(ctx, strconv.FormatInt(key.Project, 10))
	if err != nil {
		return reconcile.Result{}, terminal(fmt.Errorf("read project %d: %w", key.Project, err))
	}
	if project.Archived || project.DefaultBranch == "" {
		return reconcile.Result{}, nil
	}
	_, done, err := r.Apply(ctx, project)
	return reconcile.Result{Changed: done}, terminal(err)
}

// terminal marks errors that trying again does not mend. Of several that came together, one
// that it may mend is enough to try.
func terminal(err error) error {
	var limit *forge.RateLimitError
	switch {
	case errors.Is(err, forge.ErrUnavailable), errors.Is(err, forge.ErrUnauthorized), errors.Is(err, forge.ErrConflict), errors.As(err, &limit):
		return err
	case errors.Is(err, forge.ErrNotFound), errors.Is(err, forge.ErrForbidden), errors.Is(err, forge.ErrInvalid), errors.Is(err, forge.ErrUnsupported):
		return reconcile.Terminal(err)
	}
	return err
}

// A run is one comparison of what is wished with what is there.
type run struct {
	gitlab GitLab
	wish   wishes
	target forge.Project // that holds the plans
	me     forge.User
	plan   plan.Plan
	works  []work
	errs   []error // of openings that could not be compared
	// noTasks is set when the instance turns out to have no work items, told when people know.
	noTasks, told bool
}

// A work is an action that can be done. Works of one opening depend on each other in their
// order, those of different openings do not.
type work struct {
	action plan.Action
	do     func(ctx context.Context) error
}

func (r *run) add(a plan.Action, do func(ctx context.Context) error) {
	r.works = append(r.works, work{a, do})
	r.plan.Actions = append(r.plan.Actions, a)
}

// prepare reads both sides and makes the works.
func (r *Reconciler) prepare(ctx context.Context, project forge.Project, ref string) (*run, error) {
	wish, err := r.read(ctx, project, ref)
	if err != nil {
		return nil, err
	}
	out := &run{gitlab: r.gitlab, wish: wish, target: project, errs: wish.errs}
	out.plan.Problems = wish.problems
	if wish.conf == nil || len(wish.positions) == 0 && len(wish.declared) == 0 {
		return out, nil
	}
	if wish.conf.Plan.Project != "" {
		if out.target, err = r.gitlab.Project(ctx, wish.conf.Plan.Project); err != nil {
			return nil, fmt.Errorf("read the project of the plans, %q (key plan.project of the configuration): %w", wish.conf.Plan.Project, err)
		}
	}
	if !out.target.IssuesEnabled && len(wish.positions) > 0 {
		out.problem("the project %q has its issues switched off, so that it can hold no plans; switch them on, or name another project under plan.project", out.target.Path)
		return out, nil
	}
	if out.me, err = r.gitlab.CurrentUser(ctx); err != nil {
		return nil, fmt.Errorf("read the token's user: %w", err)
	}
	there, err := out.look(ctx)
	if err != nil {
		return nil, err
	}
	if err := out.labels(ctx); err != nil {
		return nil, err
	}
	if err := out.commits(ctx, there); err != nil {
		return nil, err
	}
	if err := out.staff(ctx, there); err != nil {
		return nil, err
	}
	out.compare(ctx, there)
	if err := out.boards(ctx); err != nil {
		return nil, err
	}
	return out, nil
}

// problem notes what lies in no file.
func (r *run) problem(format string, args ...any) {
	r.plan.Problems = append(r.plan.Problems, plan.Problem{Message: fmt.Sprintf(format, args...), Blocks: true})
}

// labels adds the works for the labels that open positions ask for.
func (r *run) labels(ctx context.Context) error {
	var declared []label.Declared
	for _, p := range r.wish.positions {
		if p.open() {
			declared = append(declared, p.labels...)
		}
	}
	if len(declared) == 0 {
		return nil
	}
	have, err := r.gitlab.Labels(ctx, r.target.ID)
	if err != nil {
		return fmt.Errorf("list the labels of %q: %w", r.target.Path, err)
	}
	for _, w := range label.Diff(declared, have) {
		r.add(w.Action, func(ctx context.Context) error {
			if !w.Create {
				_, err := r.gitlab.UpdateLabel(ctx, r.target.ID, w.ID, w.Fields)
				return err
			}
			_, err := r.gitlab.CreateLabel(ctx, r.target.ID, w.Fields)
			if errors.Is(err, forge.ErrConflict) || errors.Is(err, forge.ErrUnavailable) {
				// Somebody else has made it meanwhile, or the answer was lost.
				if have, lookErr := r.gitlab.Labels(ctx, r.target.ID); lookErr == nil && hasName(have, w.Action.Title) {
					return nil
				}
			}
			return err
		})
	}
	return nil
}

func hasName(labels []forge.Label, name string) bool {
	return slices.ContainsFunc(labels, func(l forge.Label) bool { return strings.EqualFold(l.Name, name) })
}

// do does the works. When one of an opening fails, the later ones of that opening are left for
// the next run.
func (r *run) do(ctx context.Context) (done int, err error) {
	failed := map[string]bool{}
	var errs []error
	for _, w := range r.works {
		if failed[w.action.Opening] || failed[""] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return done, errors.Join(append(errs, err)...)
		}
		if err := w.do(ctx); err != nil {
			name := w.action.Opening
			if name == "" {
				name = string(w.action.Object) + "s" // labels, boards
			}
			// GitLab would make a label that is not there by itself, of any colour. One that
			// looks wrong stops nothing.
			failed[w.action.Opening] = w.action.Object != plan.Label || w.action.Verb == plan.Create
			errs = append(errs, fmt.Errorf("%s: %s %s %q: %w", name, w.action.Verb, w.action.Object, w.action.Title, err))
			continue
		}
		done++
	}
	return done, errors.Join(errs...)
}
