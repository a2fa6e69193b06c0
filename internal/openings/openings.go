// Package openings reads the files that declare openings.
package openings

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

// entry is an opening as it is written.
type entry struct {
	ID            string              `yaml:"id" validate:"required,id" doc:"the hiring-plan id; unique"`
	Page          string              `yaml:"page" validate:"required,page" doc:"path of the role page in the handbook's repository"`
	Level         string              `yaml:"level" doc:"level, by heading or slug; required where the page has several"`
	Specialty     string              `yaml:"specialty" doc:"specialty, by heading or slug"`
	Type          string              `yaml:"type" validate:"omitempty,oneof=new_hire backfill" doc:"new position, or that of somebody who left"`
	Count         *int                `yaml:"count" validate:"omitempty,min=1,max=50" doc:"positions; each gets a plan of its own"`
	Location      string              `yaml:"location" validate:"max=255" doc:"place"`
	HiringManager string              `yaml:"hiring_manager" validate:"omitempty,username" doc:"user name on GitLab"`
	Recruiter     string              `yaml:"recruiter" validate:"omitempty,username" doc:"user name on GitLab"`
	Interviewers  map[string][]string `yaml:"interviewers" validate:"dive,dive,username" doc:"number of a step, or title of an interviewer, to user names"`
	TargetStart   string              `yaml:"target_start" validate:"omitempty,datetime=2006-01-02" doc:"day on which the person is to start"`
	Priority      string              `yaml:"priority" validate:"omitempty,oneof=high medium low" doc:"how urgent it is"`
	Status        string              `yaml:"status" validate:"omitempty,oneof=open on_hold filled cancelled" doc:"filled and cancelled openings close their plan"`
	Pos           hiring.Pos          `yaml:"-" validate:"-"`
}

const (
	idForm   = `^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`
	userForm = `^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}$`
)

var (
	idPattern   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(idForm) })
	userPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(userForm) })
)

var rules = []strictyaml.Rule{
	{Tag: "id", Check: func(s string) bool { return idPattern().MatchString(s) }, Expected: "letters, digits, dots, dashes and underscores, like GHP-1042", Schema: strictyaml.Schema{"pattern": idForm}},
	{Tag: "username", Check: func(s string) bool { return userPattern().MatchString(s) }, Expected: "a GitLab user name without @", Schema: strictyaml.Schema{"pattern": userForm}},
	{Tag: "page", Check: isPage, Expected: "the path of a role page in the repository, like content/job-families/product/product-manager.md", Schema: strictyaml.Schema{"pattern": `^[^/]`}},
}

// isPage reports whether a text is a path within a repository.
func isPage(s string) bool {
	return s != "" && path.Clean(s) == s && !path.IsAbs(s) && s != ".." && !strings.HasPrefix(s, "../")
}

// Parse reads a file of openings: a list of them, or a single one. All mistakes of the file
// are told at once, as strictyaml.Errors; openings without mistakes are returned all the same.
func Parse(file string, src []byte) ([]hiring.Opening, error) {
	var list []entry
	var err error
	if !strictyaml.IsList(src) {
		list = make([]entry, 1)
		err = strictyaml.Decode(file, src, &list[0], rules...)
	} else {
		err = strictyaml.Decode(file, src, &list, rules...)
	}
	errs, _ := err.(strictyaml.Errors) //nolint:errorlint // Decode returns this type and no other
	bad := map[int]bool{}
	for _, e := range errs {
		bad[owner(list, e.Line)] = true
	}
	var found []hiring.Opening
	seen := map[string]int{}
	for i, e := range list {
		if line, twice := seen[e.ID]; twice && e.ID != "" {
			errs = append(errs, &strictyaml.Error{File: file, Line: e.Pos.Line, Column: e.Pos.Column, Key: "id", Message: fmt.Sprintf("%q stands in line %d already; ids are unique", e.ID, line)})
			continue
		}
		seen[e.ID] = e.Pos.Line
		// An item that is empty has no place, and the mistakes in it count as those of another.
		if e.Pos.Line > 0 && !bad[i] && !bad[-1] {
			found = append(found, e.opening(file))
		}
	}
	if len(errs) == 0 {
		return found, nil
	}
	return found, errs
}

// owner is the entry that a line belongs to, -1 when it stands before all.
func owner(list []entry, line int) int {
	last := -1
	for i, e := range list {
		if e.Pos.Line > 0 && e.Pos.Line <= line {
			last = i
		}
	}
	return last
}

func (e entry) opening(file string) hiring.Opening {
	o := hiring.Opening{
		ID: e.ID, Page: e.Page, Level: e.Level, Specialty: e.Specialty, Type: or(e.Type, "new_hire"), Count: 1, Location: e.Location,
		HiringManager: e.HiringManager, Recruiter: e.Recruiter, Interviewers: e.Interviewers, TargetStart: e.TargetStart,
		Priority: or(e.Priority, "medium"), Status: or(e.Status, hiring.OpeningOpen), File: file, Pos: e.Pos,
	}
	if e.Count != nil {
		o.Count = *e.Count
	}
	return o
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
