package repoconf

import (
	"maps"
	"regexp"
	"slices"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// auto says that the path and front matter of a page tell its profile.
const auto = "auto"

// profiles are the values of the key profile that need no definition.
func profiles() []string {
	return []string{auto, string(hiring.ProfileJobFamily2022), string(hiring.ProfileJobFamily), string(hiring.ProfileJobDescription)}
}

// profileName is a pattern of the names that a repository may give to layouts of its own.
const profileName = `^[a-z0-9][a-z0-9-]*$`

func newProfileOK(name string) bool {
	ok, err := regexp.MatchString(profileName, name)
	return ok && err == nil && !slices.Contains(profiles(), name)
}

func (c *Config) knowsProfile(name string) bool {
	_, own := c.Profiles[name]
	return own || slices.Contains(profiles(), name)
}

// Layout is what the page of a path is to follow; nil where its own path and front matter tell.
func (c *Config) Layout(path string) *hiring.Layout {
	if own, ok := c.Profiles[c.Profile]; ok {
		return own.layout()
	}
	if c.Profile != auto && c.Profile != "" {
		return new(hiring.Profile(c.Profile).Layout())
	}
	for _, name := range slices.Sorted(maps.Keys(c.Profiles)) {
		if own := c.Profiles[name]; matches(own.Paths, path) {
			return own.layout()
		}
	}
	return nil
}

func (p Profile) layout() *hiring.Layout {
	l := &hiring.Layout{FrontMatter: p.FrontMatter, Grade: hiring.HeadingJobGrade}
	if l.FrontMatter == nil {
		l.FrontMatter = []string{"title"}
	}
	if p.Grade == "job_level" {
		l.Grade = hiring.HeadingJobLevel
	}
	if p.Sections == nil {
		l.Sections = hiring.Askable()
	}
	for _, name := range p.Sections {
		l.Sections = append(l.Sections, hiring.SectionKind(name))
	}
	return l
}
