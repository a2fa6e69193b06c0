package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// open commits a new opening. All that it names is looked up before.
func (j *job) open(ctx context.Context, l line) (answer, error) {
	if j.Config.Openings.Project != "" {
		return refuse(safe.Sprintf("Nothing was committed: the openings are kept in another project. Add it there."))
	}
	o, problem := j.declared(l)
	if problem != "" {
		return j.wrong(problem)
	}
	if refusal, err := j.place(ctx); err != nil || refusal.String() != "" {
		return answer{refusal, true}, err
	}
	done, err := j.committed(ctx, l)
	if err != nil {
		return answer{}, err
	}
	said := answer{text: safe.Sprintf("The opening %s is declared, by a commit to %s. Its plan is made when this is merged.", safe.Code(o.ID), safe.Code(j.MergeRequest.SourceBranch))}
	if done {
		return said, nil
	}
	if problem, err = j.lookUp(ctx, &o); err != nil {
		return answer{}, err
	} else if problem != "" {
		return j.wrong(problem)
	}
	file, content, last, err := j.openingsFile(ctx, o)
	var mistakes strictyaml.Errors
	switch {
	case errors.As(err, &mistakes):
		return j.wrong(listed(mistakes))
	case errors.As(err, new(openings.RefusedError)):
		return j.wrong(err.Error())
	case err != nil:
		return answer{}, err
	}
	refusal, err := j.commit(ctx, l, safe.Sprintf("Add an opening"), file, content, last)
	if err != nil || refusal.String() != "" {
		return answer{refusal, true}, err
	}
	return said, nil
}

func (j *job) wrong(problem string) (answer, error) {
	return refuse(safe.Sprintf("Nothing was committed: %s.", safe.Short(strings.TrimSuffix(problem, "."), 1000)))
}

// declared reads the opening of a line.
func (j *job) declared(l line) (o hiring.Opening, problem string) {
	id, rest, _ := strings.Cut(l.args, " ")
	keys, values, ok := pairs(rest)
	if id == "" || strings.Contains(id, "=") || !ok {
		return o, fmt.Sprintf("write it like %s: open GHP-1042 level=\"Senior Product Manager\", with quotes around values that have blanks", j.Config.Commands.Name)
	}
	o.ID = id
	for i, key := range keys {
		if slices.Contains(keys[:i], key) {
			return o, fmt.Sprintf("%q stands twice", key)
		}
		if err := openings.Set(&o, key, values[i]); err != nil {
			return o, err.Error()
		}
	}
	if o.Page == "" && len(j.Pages) == 1 {
		o.Page = j.Pages[0]
	}
	if o.Page == "" {
		return o, "page: is missing; give the path of the role page, which goes without saying only where a merge request changes one page"
	}
	if err := openings.Check(o); err != nil {
		if mistakes, ok := errors.AsType[strictyaml.Errors](err); ok {
			return o, listed(mistakes)
		}
		return o, err.Error()
	}
	return o, ""
}

// listed is what is wrong in words, without the places in a file that nobody sees.
func listed(mistakes strictyaml.Errors) string {
	all := make([]string, len(mistakes))
	for i, m := range mistakes {
		all[i] = m.Message
		if m.Key != "" {
			all[i] = m.Key + ": " + m.Message
		}
		if m.File != "" {
			all[i] = fmt.Sprintf("%s:%d: %s", m.File, m.Line, all[i])
		}
	}
	return strings.Join(all, "; ")
}

// lookUp looks for the page, level and people that an opening names.
func (j *job) lookUp(ctx context.Context, o *hiring.Opening) (problem string, err error) {
	if !j.Config.IsPage(o.Page) {
		return fmt.Sprintf("page: %q is no role page; give the path of one", o.Page), nil
	}
	var page *hiring.Page
	src, _, err := j.gitlab.ReadFileCommit(ctx, j.MergeRequest.ProjectID, o.Page, j.branch.Head)
	switch {
	case err == nil:
		page = rolepage.Parse(o.Page, src)
	case !errors.Is(err, forge.ErrNotFound):
		return "", err
	}
	if o.Level, problem = opening.Check(page, *o); problem != "" {
		return problem, nil
	}
	for _, p := range []struct{ key, name string }{{"hiring_manager", o.HiringManager}, {"recruiter", o.Recruiter}} {
		if p.name == "" {
			continue
		}
		u, err := j.gitlab.UserByName(ctx, p.name)
		switch {
		case errors.Is(err, forge.ErrNotFound):
			return fmt.Sprintf("%s: nobody on GitLab is called %q", p.key, p.name), nil
		case err != nil:
			return "", err
		case u.State != "" && u.State != "active":
			return fmt.Sprintf("%s: the account %q is %s", p.key, p.name, u.State), nil
		}
	}
	return "", nil
}

// openingsFile is the file that an opening goes to, as it will be, with the commit that last changed
// it.
func (j *job) openingsFile(ctx context.Context, o hiring.Opening) (file string, content []byte, last string, err error) {
	project, ref := j.MergeRequest.ProjectID, j.branch.Head
	commits := map[string]string{}
	file, content, err = openings.Add(j.Config.Openings.Path, j.Config.OpeningsDir(), openings.Files{
		List: func() ([]string, error) {
			files, err := j.gitlab.ListFiles(ctx, project, j.Config.OpeningsDir(), ref)
			if err != nil && !errors.Is(err, forge.ErrNotFound) {
				return nil, err
			}
			var paths []string
			for _, f := range files {
				if j.Config.IsOpenings(f.Path) {
					paths = append(paths, f.Path)
				}
			}
			return paths, nil
		},
		Read: func(path string) ([]byte, bool, error) {
			src, commit, err := j.gitlab.ReadFileCommit(ctx, project, path, ref)
			if errors.Is(err, forge.ErrNotFound) {
				return nil, false, nil
			}
			if err == nil && commit == "" {
				err = openings.RefusedError(fmt.Sprintf("this GitLab does not tell when %s was last changed; add the opening by hand", path))
			}
			commits[path] = commit
			return src, true, err
		},
	}, o)
	return file, content, commits[file], err
}
