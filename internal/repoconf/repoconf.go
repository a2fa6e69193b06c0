// Package repoconf reads .roleplan.yml, in which a repository says what it wishes of roleplan.
package repoconf

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

// Name is the file's name, at the root of a repository.
const Name = ".roleplan.yml"

// The modes of the note in a merge request.
const (
	CommentAlways     = "always"
	CommentOnFindings = "on_findings"
	CommentOff        = "off"
)

// The ways to set the steps of a plan.
const (
	StepsTasks     = "tasks"     // children of the opening's issue
	StepsIssues    = "issues"    // linked issues
	StepsChecklist = "checklist" // boxes to tick in the issue's description
)

// Config is what a repository wishes. Default fills every field.
type Config struct {
	Version   int                `yaml:"version" doc:"version of this format"`
	Profile   string             `yaml:"profile" validate:"omitempty,profile" doc:"layout of the role pages: auto tells it from path and front matter; else one of roleplan's own, or a name under profiles"`
	Profiles  map[string]Profile `yaml:"profiles" validate:"dive,keys,newprofile,endkeys" doc:"layouts of your own, by name"`
	Pages     []string           `yaml:"pages" validate:"dive,glob" doc:"globs of role pages"`
	Ignore    []string           `yaml:"ignore" validate:"dive,glob" doc:"globs of pages that are none"`
	Rules     map[string]Rule    `yaml:"rules" validate:"-" doc:"a severity a rule"`
	Overrides []Override         `yaml:"overrides" validate:"dive" doc:"rules for some pages; where several fit, the later one wins"`
	Comment   Comment            `yaml:"comment" doc:"the note and the threads in merge requests"`
	Openings  Openings           `yaml:"openings" doc:"where the openings are declared"`
	Team      Team               `yaml:"team" doc:"where the team directory is"`
	Plan      Plan               `yaml:"plan" doc:"where and how the plans of openings are kept"`
	Labels    Labels             `yaml:"labels" doc:"names of labels; the fields are .Role, .Level, .Department, .Order and .Name"`
	Commands  Commands           `yaml:"commands" doc:"how roleplan is addressed in comments, and by whom"`
	Status    Status             `yaml:"status" doc:"a status on merge requests"`
}

// A Profile is a layout of a repository's own.
type Profile struct {
	Paths       []string `yaml:"paths" validate:"dive,glob" doc:"globs of the pages that have it while profile is auto; of several that fit, the first by name counts"`
	FrontMatter []string `yaml:"front_matter" validate:"dive,required" doc:"keys of the front matter that have to have a text; title alone where this is left out"`
	Sections    []string `yaml:"sections" validate:"dive,oneof=responsibilities requirements job_grade performance_indicators hiring_process career_ladder" doc:"sections that a page has to have; all of them where this is left out"`
	Grade       string   `yaml:"grade" validate:"omitempty,oneof=job_grade job_level" doc:"what headings call the grade of a level; job_grade where this is left out"`
}

// A Rule is the setting of one rule. What it leaves out stays as it is.
type Rule struct {
	Severity *finding.Severity `yaml:"severity" doc:"how much a finding weighs; off switches the rule off"`
	Allow    []string          `yaml:"allow" doc:"words that are no misspellings"`
	Pos      hiring.Pos        `yaml:"-"`
}

// FromScalar reads the short form, `rule: off`.
func (r *Rule) FromScalar(value string) error {
	r.Severity = new(finding.Severity)
	return r.Severity.UnmarshalText([]byte(value))
}

// An Override sets rules for some pages. Where several fit a page, the later one wins.
type Override struct {
	Paths []string        `yaml:"paths" validate:"required,dive,glob" doc:"globs of the pages"`
	Rules map[string]Rule `yaml:"rules" validate:"-" doc:"a severity a rule"`
}

// Comment says when a note is written, and how many of its remarks stand in threads.
type Comment struct {
	Mode    string `yaml:"mode" validate:"omitempty,oneof=always on_findings off" doc:"when there is a note, and with it threads"`
	Threads int    `yaml:"threads" validate:"min=0,max=100" doc:"new errors and warnings that stand as threads on their lines, at most"`
	Drafts  bool   `yaml:"drafts" doc:"threads on drafts, too"`
}

// The roles that commands in merge requests may ask for.
const (
	RoleDeveloper  = "developer"
	RoleMaintainer = "maintainer"
	RoleOwner      = "owner"
)

// Commands says how roleplan is addressed in comments, and by whom.
type Commands struct {
	Name string `yaml:"name" validate:"omitempty,address" doc:"the word before the colon in a comment, as in roleplan: check"`
	Role string `yaml:"role" validate:"omitempty,oneof=developer maintainer owner" doc:"the least role of those who may give commands"`
}

// addressOK reports whether a text can be the name before a command: one word that is no command
// of GitLab's and no sign of Markdown.
func addressOK(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && (i == 0 || r != '-' && r != '.') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// Status says whether a merge request is held up by a status, too.
type Status struct {
	Commit bool   `yaml:"commit" doc:"true: the answer is a commit status as well"`
	Check  string `yaml:"check" doc:"name of an external status check of the project (GitLab Ultimate) that is answered as well"`
	FailOn string `yaml:"fail_on" validate:"omitempty,oneof=error warning info" doc:"the lightest new finding that fails them"`
}

// Severity is the lightest severity of a new finding that fails the status.
func (s Status) Severity() finding.Severity {
	severity, err := finding.ParseSeverity(s.FailOn)
	if err != nil {
		return finding.Error
	}
	return severity
}

// Openings says where the openings are declared.
type Openings struct {
	Path    string `yaml:"path" validate:"omitempty,inside" doc:"the openings file; the folder of this name without its ending holds one file an opening"`
	Project string `yaml:"project" doc:"full path of another project that holds the openings"`
	// Named says that all who read merge requests of the handbook may know the openings of the other
	// project.
	Named bool `yaml:"named" doc:"true: notes name the openings of the other project, too"`
}

// Team says where the team directory is: a file, or a folder with a file a person.
type Team struct {
	Path string `yaml:"path" validate:"omitempty,inside" doc:"a file that lists all people, or a folder with a file a person"`
}

// Plan says where and how the plans of openings are kept.
type Plan struct {
	Project      string `yaml:"project" doc:"full path of another project that holds the plans"`
	Steps        string `yaml:"steps" validate:"omitempty,oneof=tasks issues checklist" doc:"what a step of a plan is"`
	Confidential bool   `yaml:"confidential" doc:"only members of the project see the plans"`
	Board        bool   `yaml:"board" doc:"an issue board a department, with the stages as lists"`
	StepDays     int    `yaml:"step_days" validate:"min=0,max=60" doc:"working days that a step takes, for due dates back from the target start; 0 for none"`
}

// Labels are the names of labels; templates with the fields of LabelFields.
type Labels struct {
	Opening    string `yaml:"opening" validate:"omitempty,plainlabel" doc:"label of all openings"`
	Role       string `yaml:"role" validate:"omitempty,label" doc:"label of a role page"`
	Level      string `yaml:"level" validate:"omitempty,label" doc:"label of a level"`
	Department string `yaml:"department" validate:"omitempty,label" doc:"label of a department, the folder of the page"`
	Stage      string `yaml:"stage" validate:"omitempty,label" doc:"label of a step of the process"`

	Renamed Renamed `yaml:"renamed" doc:"names that the labels had earlier; labels of these names are renamed"`
}

// Renamed are the names that labels had earlier: labels of these names are renamed, and no second
// ones made.
type Renamed struct {
	Opening    []string `yaml:"opening" validate:"dive,plainlabel" doc:"earlier names"`
	Role       []string `yaml:"role" validate:"dive,label" doc:"earlier names"`
	Level      []string `yaml:"level" validate:"dive,label" doc:"earlier names"`
	Department []string `yaml:"department" validate:"dive,label" doc:"earlier names"`
	Stage      []string `yaml:"stage" validate:"dive,label" doc:"earlier names"`
}

// Default is the configuration of a repository that has none.
func Default() *Config {
	return &Config{
		Version: 1,
		Profile: auto,
		Pages: []string{
			"content/job-families/**/*.md", "content/job-description-library/**/*.md",
			"**/source/job-families/**/*.md", "**/source/job-families/**/*.md.erb",
		},
		Ignore:   []string{"**/_index.md"},
		Comment:  Comment{Mode: CommentAlways, Threads: 10},
		Commands: Commands{Name: "roleplan", Role: RoleDeveloper},
		Status:   Status{FailOn: "error"},
		Openings: Openings{Path: "hiring/openings.yml"},
		Team:     Team{Path: teamFile},
		Plan:     Plan{Steps: StepsTasks, Confidential: true, StepDays: 5},
		Labels: Labels{
			Opening: "opening", Role: "role::{{.Role}}", Level: "level::{{.Level}}", Department: "department::{{.Department}}", Stage: "hiring::{{.Order}} {{.Name}}",
		},
	}
}

// Parse reads a configuration. The error is strictyaml.Errors: every mistake with its place.
// Names of rules are not looked up here; see RulePos.
func Parse(file string, src []byte) (*Config, error) {
	c := Default()
	err := strictyaml.Decode(file, src, c, c.valueRules()...)
	if err == nil && c.Version != 1 {
		err = strictyaml.Errors{{File: file, Line: 1, Column: 1, Key: "version", Message: fmt.Sprintf("\"%d\" is not known; expected 1", c.Version)}}
	}
	if err == nil {
		err = c.misplacedAllow(file)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// valueRules are the validate tags of this file.
func (c *Config) valueRules() []strictyaml.Rule {
	fields := strings.ReplaceAll(strings.Join(LabelFields, "|"), ".", `\.`)
	return []strictyaml.Rule{
		{Tag: "profile", Check: c.knowsProfile, Expected: "one of " + strings.Join(profiles(), ", ") + ", or a name under profiles", Schema: strictyaml.Schema{"type": "string", "anyOf": []any{strictyaml.Schema{"enum": profiles()}, strictyaml.Schema{"pattern": profileName}}}},
		{Tag: "newprofile", Check: newProfileOK, Expected: "a name of small letters, digits and dashes other than " + strings.Join(profiles(), ", "), Schema: strictyaml.Schema{"pattern": profileName, "not": strictyaml.Schema{"enum": profiles()}}},
		{Tag: "glob", Check: doublestar.ValidatePattern, Expected: "a pattern like content/**/*.md"},
		{Tag: "inside", Check: inside, Expected: "a path within the repository, like hiring/openings.yml", Schema: strictyaml.Schema{"pattern": `^[^/]`}},
		{Tag: "label", Check: labelOK, Expected: "a name with fields like role::{{.Role}}; the fields are " + strings.Join(LabelFields, ", "), Schema: strictyaml.Schema{"pattern": `^([^{}]|\{\{ *(` + fields + `) *\}\})+$`}},
		{Tag: "address", Check: addressOK, Expected: "a word of letters, digits, dots and dashes, like roleplan", Schema: strictyaml.Schema{"pattern": `^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$`}},
		{Tag: "plainlabel", Check: func(s string) bool { return labelOK(s) && !strings.Contains(s, "{{") }, Expected: "a plain name, like opening", Schema: strictyaml.Schema{"pattern": `^[^{}]+$`}},
	}
}

// allows is the rule whose words can be allowed.
const allows = "spelling"

// misplacedAllow is an error for allowed words of another rule than that of spelling, nil when
// there are none.
func (c *Config) misplacedAllow(file string) error {
	var errs strictyaml.Errors
	c.eachRule(func(key, name string, r Rule) {
		if len(r.Allow) > 0 && name != allows {
			errs = append(errs, &strictyaml.Error{File: file, Line: max(r.Pos.Line, 1), Column: max(r.Pos.Column, 1), Key: key + ".allow", Message: "is for the rule \"" + allows + "\" only"})
		}
	})
	return sorted(errs)
}

// eachRule calls f for every rule that is set, with its key in the file.
func (c *Config) eachRule(f func(key, name string, r Rule)) {
	for name, r := range c.Rules {
		f("rules."+name, name, r)
	}
	for i, o := range c.Overrides {
		for name, r := range o.Rules {
			f(fmt.Sprintf("overrides[%d].rules.%s", i, name), name, r)
		}
	}
}

// sorted brings errors into the order of the file; nil when there are none.
func sorted(errs strictyaml.Errors) error {
	if len(errs) == 0 {
		return nil
	}
	slices.SortFunc(errs, func(a, b *strictyaml.Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Key, b.Key))
	})
	return errs
}

func inside(p string) bool {
	clean := path.Clean(p)
	return p != "" && !path.IsAbs(p) && clean != ".." && !strings.HasPrefix(clean, "../")
}

// UnknownRule is an error for a rule of the configuration that does not exist; known are those
// that do. nil when all exist.
func (c *Config) UnknownRule(file string, known []string) error {
	var errs strictyaml.Errors
	c.eachRule(func(key, name string, r Rule) {
		if slices.Contains(known, name) {
			return
		}
		expected := "`roleplan rules` lists them"
		if near := strictyaml.Nearest(name, known); near != "" {
			expected = fmt.Sprintf("perhaps %q; `roleplan rules` lists them all", near)
		}
		errs = append(errs, &strictyaml.Error{File: file, Line: max(r.Pos.Line, 1), Column: max(r.Pos.Column, 1), Key: key, Message: "is no rule; " + expected})
	})
	return sorted(errs)
}

// IsPage reports whether a path is that of a role page.
func (c *Config) IsPage(path string) bool {
	return matches(c.Pages, path) && !matches(c.Ignore, path)
}

// PageDirs are the folders that role pages lie in, as far as the patterns begin with one. A pattern for
// all of the repository names none: listing that would take too long.
func (c *Config) PageDirs() []string {
	var dirs []string
	for _, pattern := range c.Pages {
		if dir, _ := doublestar.SplitPattern(pattern); dir != "." && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// IsOpenings reports whether a path is that of an openings file.
func (c *Config) IsOpenings(p string) bool {
	return c.Openings.Project == "" && (p == c.Openings.Path || path.Dir(p) == c.OpeningsDir() && isYAML(p))
}

// NamesOpenings reports whether notes in merge requests may name openings. Those of the handbook
// itself are readable for all who read the merge request.
func (c *Config) NamesOpenings() bool { return c.Openings.Project == "" || c.Openings.Named }

// OpeningsDir is the folder that holds one file an opening: the openings file without its
// ending.
func (c *Config) OpeningsDir() string {
	return strings.TrimSuffix(c.Openings.Path, path.Ext(c.Openings.Path))
}

func isYAML(p string) bool { return strings.HasSuffix(p, ".yml") || strings.HasSuffix(p, ".yaml") }

func matches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return doublestar.MatchUnvalidated(p, path) })
}

// Severities are the severities of the rules that the configuration sets for all pages.
func (c *Config) Severities() map[string]finding.Severity {
	set := make(map[string]finding.Severity, len(c.Rules))
	for name, r := range c.Rules {
		if r.Severity != nil {
			set[name] = *r.Severity
		}
	}
	return set
}

// RulesFor are the severities that the configuration sets for a page, and the words that are no
// misspellings there.
func (c *Config) RulesFor(path string) (set map[string]finding.Severity, allow []string) {
	set, allow = c.Severities(), c.Rules[allows].Allow
	for _, o := range c.Overrides {
		if !matches(o.Paths, path) {
			continue
		}
		for name, r := range o.Rules {
			if r.Severity != nil {
				set[name] = *r.Severity
			}
		}
		allow = slices.Concat(allow, o.Rules[allows].Allow)
	}
	return set, allow
}
