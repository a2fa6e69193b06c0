package team

import (
	"regexp"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

// A Person is an entry of the directory.
type Person struct {
	Slug        string
	Name        string
	Username    string // on GitLab; "" for somebody who can't be assigned
	Title       string
	Departments []string
	ReportsTo   string // slug

	File string
	Line int
}

// A Warning is an entry that could not be read in full.
type Warning struct {
	File    string
	Line    int
	Message string
}

// entry is a person as it is written. Real directories hold many more keys.
type entry struct {
	Slug        string     `yaml:"slug"`
	Type        string     `yaml:"type"` // "person", "vacancy"
	Name        string     `yaml:"name"`
	GitLab      string     `yaml:"gitlab"`
	JobTitle    string     `yaml:"job_title"`
	Role        string     `yaml:"role"`
	Departments []string   `yaml:"departments"`
	ReportsTo   string     `yaml:"reports_to"`
	Pos         hiring.Pos `yaml:"-"`
}

// Parse reads a file of the directory: a list of people, or a single one. Entries with a mistake
// are warned of, and what could be read of them counts.
func Parse(file string, src []byte) ([]Person, []Warning) {
	var list []entry
	var err error
	if strictyaml.IsList(src) {
		err = strictyaml.DecodeKnown(file, src, &list)
	} else {
		list = make([]entry, 1)
		err = strictyaml.DecodeKnown(file, src, &list[0])
	}
	var warnings []Warning
	errs, _ := err.(strictyaml.Errors) //nolint:errorlint // Decode returns this type and no other
	for _, e := range errs {
		message := e.Message
		if e.Key != "" {
			message = e.Key + ": " + e.Message
		}
		warnings = append(warnings, Warning{file, e.Line, message})
	}
	var people []Person
	for _, e := range list {
		if e.Pos.Line == 0 || e.Type != "" && e.Type != "person" {
			continue // it is empty or could not be read, which is told; or nobody yet
		}
		p := Person{
			Slug: e.Slug, Name: e.Name, Username: strings.TrimPrefix(strings.TrimSpace(e.GitLab), "@"), Title: jobTitle(e), Departments: e.Departments,
			ReportsTo: e.ReportsTo, File: file, Line: e.Pos.Line,
		}
		switch {
		case p.Username != "" && !username().MatchString(p.Username):
			warnings = append(warnings, Warning{file, p.Line, "gitlab: " + quoted(p.Username) + " is no user name on GitLab"})
			p.Username = ""
		case p.Slug == "" && p.Username == "":
			warnings = append(warnings, Warning{file, p.Line, "an entry with neither slug nor gitlab names nobody"})
			continue
		}
		people = append(people, p)
	}
	return people, warnings
}

var (
	username = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}$`) })
	htmlLink = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?is)<a\b[^>]*>(.*?)</a>`) })
	mdLink   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\[([^\]]+)\]\([^)]*\)`) })
	htmlTag  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[^>]*>`) })
)

// jobTitle is the job title of an entry: job_title, or the text of the first link in role.
func jobTitle(e entry) string {
	text := e.JobTitle
	if text == "" {
		text = e.Role
		for _, link := range []*regexp.Regexp{htmlLink(), mdLink()} {
			if m := link.FindStringSubmatch(text); m != nil {
				text = m[1]
				break
			}
		}
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(htmlTag().ReplaceAllString(text, " "), "&amp;", "&")), " ")
}

func quoted(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:59]) + "…"
	}
	return `"` + s + `"`
}
