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
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// wishes are what the files of a repository ask for.
type wishes struct {
	project   forge.Project // of the handbook
	conf      *repoconf.Config
	positions []*position
	problems  []plan.Problem
}

// read reads configuration, openings and their pages. Mistakes in files are problems, errors
// those of GitLab.
func (r *Reconciler) read(ctx context.Context, project forge.Project, ref string) (wishes, error) {
	w := wishes{project: project, conf: repoconf.Default()}
	src, err := r.gitlab.ReadFile(ctx, project.ID, repoconf.Name, project.DefaultBranch)
	switch {
	case errors.Is(err, forge.ErrNotFound):
	case err != nil:
		return w, fmt.Errorf("read %q of %q: %w", repoconf.Name, project.Path, err)
	default:
		conf, err := repoconf.Parse(repoconf.Name, src)
		if err != nil {
			w.complain(err, true)
		} else {
			w.conf = conf
		}
	}
	list, err := r.openings(ctx, &w, ref)
	if err != nil {
		return w, err
	}
	pages := map[string]*hiring.Page{}
	for _, o := range list {
		page, known := pages[o.Page]
		if !known {
			src, err := r.gitlab.ReadFile(ctx, project.ID, o.Page, ref)
			if err != nil && !errors.Is(err, forge.ErrNotFound) {
				return w, fmt.Errorf("read page %q of %q at %q: %w", o.Page, project.Path, ref, err)
			}
			if err == nil {
				page = rolepage.Parse(o.Page, src)
			}
			pages[o.Page] = page
		}
		if err := r.position(ctx, &w, o, page); err != nil {
			return w, err
		}
	}
	return w, nil
}

// openings reads the openings file, or the folder with one file an opening.
func (r *Reconciler) openings(ctx context.Context, w *wishes, ref string) ([]hiring.Opening, error) {
	project := w.project
	if w.conf.Openings.Project != "" {
		var err error
		if project, err = r.gitlab.Project(ctx, w.conf.Openings.Project); err != nil {
			return nil, fmt.Errorf("read the project of the openings, %q (key openings.project of the configuration): %w", w.conf.Openings.Project, err)
		}
		ref = project.DefaultBranch
	}
	src, err := r.gitlab.ReadFile(ctx, project.ID, w.conf.Openings.Path, ref)
	if err == nil {
		return w.parse(w.conf.Openings.Path, src), nil
	}
	if !errors.Is(err, forge.ErrNotFound) {
		return nil, fmt.Errorf("read the openings %q of %q at %q: %w", w.conf.Openings.Path, project.Path, ref, err)
	}
	files, err := r.gitlab.ListFiles(ctx, project.ID, w.conf.OpeningsDir(), ref)
	if errors.Is(err, forge.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the openings in %q of %q at %q: %w", w.conf.OpeningsDir(), project.Path, ref, err)
	}
	var list []hiring.Opening
	seen := map[string]string{}
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".yml") && !strings.HasSuffix(f.Path, ".yaml") || f.Mode == "120000" {
			continue
		}
		src, err := r.gitlab.ReadFile(ctx, project.ID, f.Path, ref)
		if err != nil {
			return nil, fmt.Errorf("read the opening %q of %q at %q: %w", f.Path, project.Path, ref, err)
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
		w.complain(err, true)
	}
	return list
}

// complain notes the mistakes of a file.
func (w *wishes) complain(err error, blocks bool) {
	all, ok := errors.AsType[strictyaml.Errors](err)
	if !ok {
		w.problems = append(w.problems, plan.Problem{Message: err.Error(), Blocks: blocks})
		return
	}
	for _, e := range all {
		message := e.Message
		if e.Key != "" {
			message = e.Key + ": " + e.Message
		}
		w.problems = append(w.problems, plan.Problem{File: e.File, Line: e.Line, Message: message, Blocks: blocks})
	}
}

// position makes the wished positions of an opening. What the opening names and does not exist
// is a problem.
func (r *Reconciler) position(ctx context.Context, w *wishes, o hiring.Opening, page *hiring.Page) error {
	problem := func(blocks bool, format string, args ...any) {
		w.problems = append(w.problems, plan.Problem{File: o.File, Line: o.Pos.Line, Opening: o.ID, Message: fmt.Sprintf(format, args...), Blocks: blocks})
	}
	closing := o.Status == hiring.OpeningFilled || o.Status == hiring.OpeningCancelled
	if page == nil && !closing {
		problem(true, "page: %q does not exist in the repository; give the path of a role page", o.Page)
		return nil
	}
	var level *hiring.Level
	if page != nil {
		var ok bool
		if level, ok = levelOf(page, o.Level); !ok && !closing {
			problem(true, "%s", levelProblem(page, o.Level))
			return nil
		}
	}
	people, err := r.people(ctx, o, problem)
	if err != nil {
		return err
	}
	for n := 1; n <= o.Count; n++ {
		w.positions = append(w.positions, newPosition(w, o, n, page, level, people))
	}
	return nil
}

// levelOf finds the level that an opening names, by heading or slug. A page without levels needs
// none named.
func levelOf(page *hiring.Page, name string) (*hiring.Level, bool) {
	all := slices.Concat(page.Levels, page.Roles)
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
	var names []string
	for _, lv := range slices.Concat(page.Levels, page.Roles) {
		names = append(names, lv.Name)
	}
	list := strings.Join(names, ", ")
	switch near := strictyaml.Nearest(name, names); {
	case name == "":
		return fmt.Sprintf("level: is missing; the page has %s", list)
	case len(names) == 0:
		return fmt.Sprintf("level: %q is none, the page has no levels; take the key away", name)
	case near != "":
		return fmt.Sprintf("level: %q is no level of the page; perhaps %q was meant, or another of %s", name, near, list)
	default:
		return fmt.Sprintf("level: %q is no level of the page; expected one of %s", name, list)
	}
}

// people finds the accounts that an opening names. One that does not exist is a problem that
// stops nothing.
func (r *Reconciler) people(ctx context.Context, o hiring.Opening, problem func(blocks bool, format string, args ...any)) (map[string]forge.User, error) {
	found := map[string]forge.User{}
	look := func(field, name string) error {
		if name == "" || found[name].ID != 0 {
			return nil
		}
		u, err := r.gitlab.UserByName(ctx, name)
		switch {
		case errors.Is(err, forge.ErrNotFound):
			problem(false, "%s: nobody on GitLab is called %q; correct the user name", field, name)
		case err != nil:
			return fmt.Errorf("look up user %q: %w", name, err)
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
	return found, errors.Join(errs...)
}

func sortedKeys(m map[string][]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
