package opening

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
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
	Issue(ctx context.Context, project, iid int64) (forge.Issue, error)
	IssueByID(ctx context.Context, id int64) (forge.Issue, error)
	CreateIssue(ctx context.Context, project int64, w forge.IssueWrite) (forge.Issue, error)
	UpdateIssue(ctx context.Context, project, iid int64, w forge.IssueWrite) (forge.Issue, error)
	IssueNotes(ctx context.Context, project, iid int64) ([]forge.Note, error)
	CreateIssueNote(ctx context.Context, project, iid int64, body safe.Markdown) (forge.Note, error)
	CreateTask(ctx context.Context, projectPath string, parent forge.Issue, w forge.IssueWrite) (forge.Issue, error)
	CreateTasks(ctx context.Context, projectPath string, parent forge.Issue, ws []forge.IssueWrite) (made []forge.Issue, description string, err error)
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

// A Reconciler keeps plans in step. It is safe for use by several goroutines: plans of one project
// are never worked on by two at once.
type Reconciler struct {
	gitlab    GitLab
	directory *directory.Reader
	labels    labelMemory
	busy      keyedLock
}

// New makes a Reconciler.
func New(gitlab GitLab) *Reconciler {
	return &Reconciler{gitlab: gitlab, directory: directory.New(gitlab)}
}

// Options say how far Apply goes. The zero value is what the service does.
type Options struct {
	// Recreate names the openings whose issues and tasks are made again though a person has deleted
	// them.
	Recreate []string
	// CloseMany lifts the limit on how many plans one run closes.
	CloseMany bool
	// Only is a plan that was made before. Apply does exactly that, or nothing.
	Only *plan.Plan
	// Progress is told how many of how many actions are done: 0 at first, and then every one.
	Progress func(done, total int)

	// told is set for plans that are told and not carried out; conf and known are what was read already.
	told  bool
	conf  *repoconf.Config
	known plan.Known
}

// Plan tells what the files of a project at a branch or commit ask for, compared with what
// GitLab holds. It writes nothing. The configuration is that of the default branch.
func (r *Reconciler) Plan(ctx context.Context, project forge.Project, ref string) (plan.Plan, error) {
	return r.PlanWith(ctx, project, ref, Options{})
}

// PlanWith is Plan for what Apply does with these options.
func (r *Reconciler) PlanWith(ctx context.Context, project forge.Project, ref string, o Options) (plan.Plan, error) {
	run, err := r.prepare(ctx, project, ref, o, func(forge.Project) {})
	if err != nil {
		return plan.Plan{}, err
	}
	return run.plan, run.failures()
}

// Look is Plan with what was read already: the configuration, nil where it was not, and files. It tells
// besides by what Moved finds out whether the plan still holds.
func (r *Reconciler) Look(ctx context.Context, project forge.Project, ref string, conf *repoconf.Config, known plan.Known) (plan.Plan, plan.Sight, error) {
	run, err := r.prepare(ctx, project, ref, Options{told: true, conf: conf, known: known}, func(forge.Project) {})
	if err != nil {
		return plan.Plan{}, plan.Sight{}, err
	}
	return run.plan, run.sight(), run.failures()
}

// sight is that of a plan that depends on nothing but the files at its ref, the configuration and the
// issues of one project.
func (r *run) sight() plan.Sight {
	if r.wish.conf == nil || r.wish.conf.Openings.Project != "" || len(r.projects) != 1 || !r.looked {
		return plan.Sight{}
	}
	slices.SortFunc(r.changed, func(a, b time.Time) int { return b.Compare(a) })
	return plan.Sight{Project: r.target.ID, Changed: r.changed[:min(len(r.changed), plan.SightSize)]}
}

// Moved reports with one call whether issues or tasks have changed, come or gone since a look. Where
// GitLab lists no tasks beside issues it says yes.
func (r *Reconciler) Moved(ctx context.Context, s plan.Sight) (bool, error) {
	me, err := r.gitlab.CurrentUser(ctx)
	if err != nil {
		return false, fmt.Errorf("read the token's user: %w", err)
	}
	latest, err := r.gitlab.Issues(ctx, s.Project, forge.IssueFilter{Author: me.ID, Latest: plan.SightSize})
	if err != nil {
		return false, fmt.Errorf("list the latest changes of plans in project %d: %w", s.Project, err)
	}
	return !slices.EqualFunc(latest, s.Changed, func(i forge.Issue, at time.Time) bool { return i.UpdatedAt.Equal(at) }), nil
}

// ErrTooMany says that a run would close too many plans, and has done nothing.
var ErrTooMany = errors.New("nothing was done")

// ErrMoved says that the world is not that of the plan any more, and nothing was done.
var ErrMoved = errors.New("the plan is out of date, so nothing was done")

// rounds is how often Apply looks again after people were quicker.
const rounds = 3

// Apply brings the plans of a project in line with its default branch. Openings that fail do not
// stop the others; the error names each. The result tells what was to be done and what was.
func (r *Reconciler) Apply(ctx context.Context, project forge.Project, o Options) (plan.Result, error) {
	var result plan.Result
	for round := 1; ; round++ {
		err := r.apply(ctx, project, o, &result)
		if round == rounds || o.Only != nil || !errors.Is(err, errChanged) {
			return result, err
		}
	}
}

func (r *Reconciler) apply(ctx context.Context, project forge.Project, o Options, result *plan.Result) error {
	unlock := func() {}
	defer func() { unlock() }()
	if o.Only != nil {
		o.Recreate = o.Only.Recreate
	}
	run, err := r.prepare(ctx, project, project.DefaultBranch, o, func(target forge.Project) { unlock = r.busy.lock(target.ID) })
	if err != nil {
		return err
	}
	if o.Only != nil {
		if moved := plan.Drift(*o.Only, run.plan); len(moved) > 0 {
			return fmt.Errorf("%w: %s; make a new plan and look at it", ErrMoved, strings.Join(moved, "; "))
		}
	}
	if run.tooMany != "" && !o.CloseMany {
		return fmt.Errorf("%w: %s", ErrTooMany, run.tooMany)
	}
	err = run.do(ctx, o.Progress)
	result.Add(run.plan, run.done, run.failed)
	return errors.Join(err, run.failures())
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
	result, err := r.Apply(ctx, project, Options{})
	return reconcile.Result{Changed: len(result.Done)}, terminal(err)
}

// terminal marks errors that trying again does not mend. Of several that came together, one
// that it may mend is enough to try.
func terminal(err error) error {
	var limit *forge.RateLimitError
	switch {
	case errors.Is(err, forge.ErrUnavailable), errors.Is(err, forge.ErrUnauthorized), errors.Is(err, forge.ErrConflict), errors.As(err, &limit):
		return err
	case errors.Is(err, ErrTooMany), errors.Is(err, forge.ErrNotFound), errors.Is(err, forge.ErrForbidden), errors.Is(err, forge.ErrInvalid), errors.Is(err, forge.ErrUnsupported):
		return reconcile.Terminal(err)
	}
	return err
}

// A run is one comparison of what is wished with what is there.
type run struct {
	gitlab   GitLab
	memory   *labelMemory
	opts     Options
	wish     wishes
	target   forge.Project           // where new plans are made
	projects map[int64]forge.Project // the target, and where people have moved plans to
	me       forge.User
	plan     plan.Plan
	works    []work
	done     []plan.Action
	failed   map[string]error // by opening, "" for the labels
	tooMany  string           // why the run closes too many plans
	ids      map[int64]string // of openings, by their issues
	looked   bool             // at the issues
	changed  []time.Time      // when those of the target last did
	// stageLabels are the names, in small letters, of the labels that say they are a stage.
	stageLabels map[string]bool
	// hasTasks is set when the instance is known to have work items; noTasks when it turns out to have
	// none, told when people know; noOrder when it can't put them in order, oneByOne when it can't make
	// several in one call, oneOwner when it keeps one assignee.
	hasTasks, noTasks, told, noOrder, oneByOne, oneOwner bool

	tooSmall error // the role of the token's user, once that shows
}

// A work is an action that can be done. Works of one opening depend on each other in their
// order, those of different openings do not.
type work struct {
	action plan.Action
	do     func(ctx context.Context) error
}

// add adds an action. What it writes goes into its digest, so that a plan that was printed can be
// told from one that would write something else.
func (r *run) add(a plan.Action, writes string, do func(ctx context.Context) error) {
	a.Digest = digest(string(a.Verb), string(a.Object), a.Opening, a.URL, writes)
	r.works = append(r.works, work{a, do})
	r.plan.Actions = append(r.plan.Actions, a)
}

// fail notes that an opening could not be compared, or not brought in line.
func (r *run) fail(id string, err error) { r.failed[id] = errors.Join(r.failed[id], err) }

// errNotBegun says that an opening waits for what all of them need.
var errNotBegun = errors.New("it was not begun, since its labels could not be made")

// failures are all of them that have a reason of their own, each with its opening.
func (r *run) failures() error {
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(r.failed)) {
		if err := r.failed[id]; !errors.Is(err, errNotBegun) {
			errs = append(errs, fmt.Errorf("%s: %w", or(id, "labels"), err))
		}
	}
	return errors.Join(errs...)
}

// note adds a problem that shows while the works are done.
func (r *run) note(p plan.Problem) {
	if !slices.Contains(r.plan.Problems, p) {
		r.plan.Problems = append(r.plan.Problems, p)
	}
}

// prepare reads both sides and makes the works. It calls lock when it knows where the plans are.
func (r *Reconciler) prepare(ctx context.Context, project forge.Project, ref string, o Options, lock func(forge.Project)) (*run, error) {
	wish, err := r.read(ctx, project, ref, o)
	if err != nil {
		return nil, err
	}
	out := &run{gitlab: r.gitlab, memory: &r.labels, opts: o, wish: wish, target: project, projects: map[int64]forge.Project{}, failed: map[string]error{}, ids: map[int64]string{}, stageLabels: map[string]bool{}}
	out.plan.Problems, out.plan.Recreate = wish.problems, o.Recreate
	for id, err := range wish.errs {
		out.fail(id, err)
	}
	if wish.conf == nil || len(wish.positions) == 0 && len(wish.declared) == 0 {
		return out, nil
	}
	if wish.conf.Plan.Project != "" {
		if out.target, err = r.gitlab.Project(ctx, wish.conf.Plan.Project); err != nil {
			return nil, fmt.Errorf("read the project of the plans, %q (key plan.project of the configuration): %w", wish.conf.Plan.Project, err)
		}
	}
	lock(out.target)
	out.projects[out.target.ID] = out.target
	if !out.target.IssuesEnabled && len(wish.positions) > 0 {
		out.note(plan.Problem{Blocks: true, Message: fmt.Sprintf("the project %q has its issues switched off, so that it can hold no plans; switch them on, or name another project under plan.project", out.target.Path)})
		return out, nil
	}
	if out.me, err = r.gitlab.CurrentUser(ctx); err != nil {
		return nil, fmt.Errorf("read the token's user: %w", err)
	}
	there, err := out.look(ctx)
	if err != nil {
		return nil, err
	}
	if err := out.labels(ctx, there); err != nil {
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
	out.limit(there)
	return out, nil
}

// labels adds the works for the labels that open positions ask for, in each project that holds plans.
func (r *run) labels(ctx context.Context, w world) error {
	declared := map[int64][]label.Declared{}
	for _, p := range r.wish.positions {
		if p.open() {
			project := r.target.ID
			if there := w.plans[p.id()]; there != nil {
				project = there.issue.ProjectID
			}
			declared[project] = append(declared[project], p.labels...)
		}
	}
	for _, project := range slices.Sorted(maps.Keys(declared)) {
		have, err := r.listLabels(ctx, project)
		if err != nil {
			return fmt.Errorf("list the labels of %q: %w", r.projects[project].Path, err)
		}
		for _, l := range have {
			if label.IsStage(l.Description) {
				r.stageLabels[strings.ToLower(l.Name)] = true
			}
		}
		for _, l := range label.Diff(declared[project], have) {
			r.add(l.Action, labelText(l.Fields), func(ctx context.Context) error { return r.writeLabel(ctx, project, l) })
		}
	}
	return nil
}

func (r *run) writeLabel(ctx context.Context, project int64, l label.Write) error {
	r.memory.forget(project)
	if !l.Create {
		_, err := r.gitlab.UpdateLabel(ctx, project, l.ID, l.Fields)
		return err
	}
	_, err := r.gitlab.CreateLabel(ctx, project, l.Fields)
	if errors.Is(err, forge.ErrConflict) || errors.Is(err, forge.ErrUnavailable) {
		// Somebody else has made it meanwhile, or the answer was lost.
		if have, lookErr := r.gitlab.Labels(ctx, project); lookErr == nil && hasName(have, l.Action.Title) {
			return nil
		}
	}
	return err
}

func hasName(labels []forge.Label, name string) bool {
	return slices.ContainsFunc(labels, func(l forge.Label) bool { return strings.EqualFold(l.Name, name) })
}

// do does the works. When one of an opening fails, the later ones of that opening are left for
// the next run.
func (r *run) do(ctx context.Context, progress func(done, total int)) error {
	stopped := map[string]bool{}
	for n, w := range r.works {
		if progress != nil {
			progress(n, len(r.works))
		}
		if stopped[""] && w.action.Opening != "" && r.failed[w.action.Opening] == nil {
			r.fail(w.action.Opening, errNotBegun)
		}
		if stopped[w.action.Opening] || stopped[""] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.do(ctx); err != nil {
			// GitLab would make a label that is not there by itself, of any colour. One that
			// looks wrong stops nothing.
			stopped[w.action.Opening] = w.action.Object != plan.Label || w.action.Verb == plan.Create
			r.fail(w.action.Opening, fmt.Errorf("%s %s %q: %w", w.action.Verb, w.action.Object, w.action.Title, err))
			continue
		}
		r.done = append(r.done, w.action)
	}
	return nil
}

// limit says when a run would close more than a quarter of the open plans, which is more often a
// mistake in a file than meant. One alone may always be closed.
func (r *run) limit(w world) {
	open := 0
	for _, p := range w.plans {
		if p.issue.State == forge.Opened {
			open++
		}
	}
	var closed []string
	for _, a := range r.plan.Actions {
		if a.Object == plan.Issue && a.Verb == plan.Close {
			closed = append(closed, a.Opening)
		}
	}
	if len(closed) <= max(1, open/4) {
		return
	}
	r.tooMany = fmt.Sprintf("it would close %d of the %d open plans (%s), and a run stops at more than a quarter; if that is meant, run `roleplan apply --close-many`", len(closed), open, strings.Join(closed, ", "))
	if !r.opts.CloseMany {
		r.note(plan.Problem{File: r.wish.conf.Openings.Path, Message: r.tooMany, Blocks: true})
	}
}

// A keyedLock lets one at a time work on a key.
type keyedLock struct {
	mu   sync.Mutex
	keys map[int64]*sync.Mutex
}

// lock waits for a key and returns what frees it.
func (l *keyedLock) lock(key int64) (unlock func()) {
	l.mu.Lock()
	if l.keys == nil {
		l.keys = map[int64]*sync.Mutex{}
	}
	if l.keys[key] == nil {
		l.keys[key] = &sync.Mutex{}
	}
	m := l.keys[key]
	l.mu.Unlock()
	m.Lock()
	return m.Unlock
}
