package opening

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
	"gitlab.com/roleplan/roleplan/internal/team"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// wishes are what the files of a repository ask for.
type wishes struct {
	project   forge.Project    // of the handbook
	ref       string           // branch or commit that its files are read at
	conf      *repoconf.Config // nil when it can't be read
	declared  map[string]bool  // ids of openings, those with mistakes too; nil when the files can't be read in full
	positions []*position
	problems  []plan.Problem
	team      *team.Directory       // nil where there is none
	paths     []string              // of role pages, where a page that an opening names does not exist
	users     map[string]forge.User // whom the openings name, by user name in lower case
	usersErr  error
	errs      map[string]error // by opening: its page or people that GitLab did not tell
}

// A page is a role page with the commit that it is read at.
type page struct {
	*hiring.Page
	commit string // "" while it is not known
	hash   string // of its content
	read   string // the commit that it is known to be changed by; "" when that is to be asked
	err    error
}

// read reads configuration, openings and their pages. Mistakes in files are problems, errors
// those of GitLab.
func (r *Reconciler) read(ctx context.Context, project forge.Project, ref string, o Options) (wishes, error) {
	w := wishes{project: project, ref: ref, conf: o.conf, errs: map[string]error{}}
	if w.conf == nil {
		if err := r.config(ctx, &w); err != nil || w.conf == nil {
			return w, err
		}
	}
	list, err := r.openings(ctx, &w, ref, o.known)
	if err != nil {
		return w, err
	}
	pages, err := r.pages(ctx, &w, list, ref, o.known)
	if err != nil {
		return w, err
	}
	w.users, w.usersErr = r.gitlab.UsersByName(ctx, named(list))
	for _, o := range list {
		if err := r.position(&w, o, pages[o.Page]); err != nil {
			w.errs[o.ID] = err
		}
	}
	return w, nil
}

// config reads the configuration; none when it has a mistake.
func (r *Reconciler) config(ctx context.Context, w *wishes) error {
	src, err := r.gitlab.ReadFile(ctx, w.project.ID, repoconf.Name, w.project.DefaultBranch)
	switch {
	case errors.Is(err, forge.ErrNotFound):
		w.conf = repoconf.Default()
		return nil
	case err != nil:
		return fmt.Errorf("read %q of %q: %w", repoconf.Name, w.project.Path, err)
	}
	if w.conf, err = repoconf.Parse(repoconf.Name, src); err != nil {
		// The defaults would hold here, and might put a confidential plan where all can read it.
		w.conf = nil
		w.complain(err)
	}
	return nil
}

// openings reads the openings file, or the folder with one file an opening.
func (r *Reconciler) openings(ctx context.Context, w *wishes, ref string, known plan.Known) ([]hiring.Opening, error) {
	project := w.project
	if w.conf.Openings.Project != "" {
		var err error
		if project, err = r.gitlab.Project(ctx, w.conf.Openings.Project); err != nil {
			return nil, fmt.Errorf("read the project of the openings, %q (key openings.project of the configuration): %w", w.conf.Openings.Project, err)
		}
		ref, known = project.DefaultBranch, plan.Known{}
	}
	w.declared = map[string]bool{}
	src, err := r.file(ctx, project, w.conf.Openings.Path, ref, known)
	if err == nil {
		return w.parse(w.conf.Openings.Path, src), nil
	}
	if !errors.Is(err, forge.ErrNotFound) {
		return nil, fmt.Errorf("read the openings %q of %q at %q: %w", w.conf.Openings.Path, project.Path, ref, err)
	}
	if there, seen := known.Folders[w.conf.OpeningsDir()]; seen && !there {
		return nil, nil
	}
	files, err := r.gitlab.ListFiles(ctx, project.ID, w.conf.OpeningsDir(), ref)
	if errors.Is(err, forge.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the openings in %q of %q at %q: %w", w.conf.OpeningsDir(), project.Path, ref, err)
	}
	files = slices.DeleteFunc(files, func(f forge.File) bool {
		return !strings.HasSuffix(f.Path, ".yml") && !strings.HasSuffix(f.Path, ".yaml") || f.Mode == "120000"
	})
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Path
	}
	blobs, err := r.together(ctx, project, ref, names)
	if err != nil {
		return nil, err
	}
	var list []hiring.Opening
	seen := map[string]string{}
	for _, f := range files {
		src := blobs[f.Path].Content
		if src == nil {
			if src, err = r.gitlab.ReadFile(ctx, project.ID, f.Path, ref); err != nil {
				return nil, fmt.Errorf("read the opening %q of %q at %q: %w", f.Path, project.Path, ref, err)
			}
		}
		for _, o := range w.parse(f.Path, src) {
			if other, twice := seen[o.ID]; twice {
				w.problems = append(w.problems, plan.Problem{File: f.Path, Line: o.Pos.Line, Opening: o.ID, Message: fmt.Sprintf("the id stands in %q already; ids are unique", other), Blocks: true})
				continue
			}
			seen[o.ID] = f.Path
			list = append(list, o)
		}
	}
	return list, nil
}

func (w *wishes) parse(file string, src []byte) []hiring.Opening {
	list, err := openings.Parse(file, src)
	if err != nil {
		w.complain(err)
		w.declared = nil
	}
	for _, o := range list {
		if w.declared != nil {
			w.declared[o.ID] = true
		}
	}
	return list
}

// complain notes the mistakes of a file.
func (w *wishes) complain(err error) {
	all, ok := errors.AsType[strictyaml.Errors](err)
	if !ok {
		w.problems = append(w.problems, plan.Problem{Message: err.Error(), Blocks: true})
		return
	}
	for _, e := range all {
		message := e.Message
		if e.Key != "" {
			message = e.Key + ": " + e.Message
		}
		w.problems = append(w.problems, plan.Problem{File: e.File, Line: e.Line, Message: message, Blocks: true})
	}
}

// position makes the wished positions of an opening. What the opening names and does not exist
// is a problem.
func (r *Reconciler) position(w *wishes, o hiring.Opening, pg page) error {
	problem := func(blocks bool, format string, args ...any) {
		w.problems = append(w.problems, plan.Problem{File: o.File, Line: o.Pos.Line, Opening: o.ID, Message: fmt.Sprintf(format, args...), Blocks: blocks})
	}
	if over(o) {
		// Its plan is closed, whatever has become of its page.
		for n := 1; n <= o.Count; n++ {
			w.positions = append(w.positions, &position{opening: o, number: n, role: or(o.Level, o.Page)})
		}
		return nil
	}
	if pg.err != nil {
		return pg.err
	}
	if pg.Page == nil {
		problem(true, "%s", NoPage(o.Page, w.paths))
		return nil
	}
	level, ok := find(slices.Concat(pg.Levels, pg.Roles), o.Level)
	if !ok {
		problem(true, "%s", levelProblem(pg.Page, o.Level))
		return nil
	}
	specialty, ok := find(pg.Variants, o.Specialty)
	if o.Specialty == "" {
		specialty, ok = nil, true
	}
	if !ok {
		problem(false, "specialty: %q is none of the page's; %s", o.Specialty, expected(o.Specialty, pg.Variants))
	}
	people, err := w.people(o, problem)
	if err != nil {
		return err
	}
	for n := 1; n <= o.Count; n++ {
		p := newPosition(w, o, n, pg, level, specialty, people)
		w.positions = append(w.positions, p)
		switch {
		case n > 1: // said already
		case p.process == nil && len(pg.Process) > 0:
			problem(false, "level: the page has %d hiring processes, and none of them is for %s; head one of them with its name", len(pg.Process), p.role)
		default:
			p.interviewers(problem)
		}
	}
	return nil
}

// over reports whether nobody is sought any more.
func over(o hiring.Opening) bool {
	return o.Status == hiring.OpeningFilled || o.Status == hiring.OpeningCancelled
}

// find finds the level that an opening names, by heading or slug. Where there is one alone, or
// none, none needs to be named.
func find(all []*hiring.Level, name string) (*hiring.Level, bool) {
	if name == "" {
		if len(all) == 1 {
			return all[0], true
		}
		return nil, len(all) == 0
	}
	for _, lv := range all {
		if strings.EqualFold(lv.Name, name) || hiring.Slug(lv.Name) == hiring.Slug(name) {
			return lv, true
		}
	}
	return nil, false
}

func levelProblem(page *hiring.Page, name string) string {
	all := slices.Concat(page.Levels, page.Roles)
	switch {
	case name == "":
		return "level: is missing; " + expected(name, all)
	case len(all) == 0:
		return fmt.Sprintf("level: %q is none, the page has no levels; take the key away", name)
	}
	return fmt.Sprintf("level: %q is no level of the page; %s", name, expected(name, all))
}

// expected names what could stand in the place of a name.
func expected(name string, all []*hiring.Level) string {
	names := make([]string, len(all))
	for i, lv := range all {
		names[i] = lv.Name
	}
	list := strings.Join(names, ", ")
	switch near := strictyaml.Nearest(name, names); {
	case len(all) == 0:
		return "the page has none"
	case name != "" && near != "":
		return fmt.Sprintf("perhaps %q was meant; expected one of %s", near, list)
	}
	return "expected one of " + list
}

// named are the user names that openings name.
func named(list []hiring.Opening) []string {
	var names []string
	for _, o := range list {
		if over(o) {
			continue
		}
		names = append(names, o.HiringManager, o.Recruiter)
		for _, key := range sortedKeys(o.Interviewers) {
			names = append(names, o.Interviewers[key]...)
		}
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// people finds the accounts that an opening names. One that does not exist is a problem that
// stops nothing.
func (w *wishes) people(o hiring.Opening, problem func(blocks bool, format string, args ...any)) (map[string]forge.User, error) {
	found := map[string]forge.User{}
	look := func(field, name string) error {
		if name == "" || found[name].ID != 0 {
			return nil
		}
		switch u, ok := w.users[strings.ToLower(name)]; {
		case w.usersErr != nil:
			return fmt.Errorf("look up user %q: %w", name, w.usersErr)
		case !ok:
			problem(false, "%s: nobody on GitLab is called %q; correct the user name", field, name)
		case u.State != "" && u.State != "active":
			problem(false, "%s: the account %q is %s; name somebody else", field, name, u.State)
		default:
			found[name] = u
		}
		return nil
	}
	errs := []error{look("hiring_manager", o.HiringManager), look("recruiter", o.Recruiter)}
	for _, key := range sortedKeys(o.Interviewers) {
		for _, name := range o.Interviewers[key] {
			errs = append(errs, look("interviewers."+key, name))
		}
	}
	for _, err := range errs {
		if err != nil {
			return found, err // the same for all
		}
	}
	return found, nil
}

func sortedKeys(m map[string][]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
