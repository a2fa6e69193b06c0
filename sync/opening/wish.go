package opening

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/label"
)

// A position is one of the `count` positions of an opening, with all that its plan should be.
type position struct {
	opening   hiring.Opening
	number    int
	page      page
	level     *hiring.Level
	specialty *hiring.Level
	process   *hiring.Process
	project   forge.Project // of the handbook

	title  safe.Line
	role   string
	people map[string]forge.User // whom the opening names, by user name
	owners []forge.User
	labels []label.Declared // of the issue, without the stage, and of all stages
	own    []string         // names of the labels that the issue bears besides its stage
	steps  []wishedStep
}

// A wishedStep is a step of the process with its task and its stage.
type wishedStep struct {
	number int
	step   hiring.Step
	name   string // "Interview: VP of Product"
	stage  string // label
	due    string // "2027-01-04", "" where none follows
	people []forge.User
	picks  []pick // of people, those from the team directory
}

// id names the position: "GHP-1042", or "GHP-1042/2" for one of several.
func (p *position) id() string { return positionID(p.opening.ID, p.number) }

func positionID(opening string, number int) string {
	if number <= 1 {
		return opening
	}
	return opening + "/" + strconv.Itoa(number)
}

// open reports whether somebody is still sought.
func (p *position) open() bool { return !over(p.opening) }

func newPosition(w *wishes, o hiring.Opening, number int, pg page, level, specialty *hiring.Level, people map[string]forge.User) *position {
	p := &position{opening: o, number: number, page: pg, level: level, specialty: specialty, project: w.project, people: people}
	p.role = or(pg.Title, o.Page)
	if level != nil {
		p.role = level.Name
	}
	p.title = safe.Title("Opening %s: %s", safe.Text(p.id()), safe.Text(p.role))
	for _, name := range []string{o.Recruiter, o.HiringManager} {
		if u, ok := people[name]; ok && (len(p.owners) == 0 || p.owners[0].ID != u.ID) {
			p.owners = append(p.owners, u)
		}
	}
	p.process = processOf(pg.Page, level, o)
	p.name(w.conf)
	p.plan(w.conf)
	return p
}

// name declares the labels of the issue.
func (p *position) name(conf *repoconf.Config) {
	fields := map[string]string{"Role": safe.LabelPart(or(p.page.Title, p.role)), "Department": safe.LabelPart(department(p.opening.Page))}
	if p.level != nil {
		fields["Level"] = safe.LabelPart(p.level.Name)
	}
	for _, l := range []struct {
		kind    label.Kind
		name    string
		earlier []string
		from    string
	}{
		{label.Opening, conf.Labels.Opening, conf.Labels.Renamed.Opening, p.opening.File},
		{label.Role, conf.Labels.Role, conf.Labels.Renamed.Role, p.opening.Page},
		{label.Level, conf.Labels.Level, conf.Labels.Renamed.Level, p.opening.Page},
		{label.Department, conf.Labels.Department, conf.Labels.Renamed.Department, p.opening.Page},
	} {
		name := safe.Label(repoconf.Fill(l.name, fields)).String()
		if name == "" || strings.HasSuffix(name, "::") {
			continue
		}
		p.own = append(p.own, name)
		p.labels = append(p.labels, label.Declared{Name: name, Kind: l.kind, Source: l.from, Earlier: fill(l.earlier, fields)})
	}
	if p.opening.Status == hiring.OpeningOnHold {
		p.own = append(p.own, label.OnHold)
		p.labels = append(p.labels, label.Declared{Name: label.OnHold, Kind: label.Hold})
	}
}

// fill fills in the earlier names of a label.
func fill(names []string, fields map[string]string) []string {
	var all []string
	for _, name := range names {
		all = append(all, safe.Label(cutName(repoconf.Fill(name, fields))).String())
	}
	return all
}

// plan makes the steps.
func (p *position) plan(conf *repoconf.Config) {
	if p.process == nil {
		return
	}
	for i, s := range p.process.Steps {
		ws := wishedStep{number: i + 1, step: s, name: stepName(s), due: due(p.opening.TargetStart, (len(p.process.Steps)-i)*conf.Plan.StepDays)}
		fields := map[string]string{"Order": strconv.Itoa(ws.number), "Name": safe.LabelPart(ws.name)}
		ws.stage = safe.Label(cutName(repoconf.Fill(conf.Labels.Stage, fields))).String()
		earlier := fill(conf.Labels.Renamed.Stage, fields)
		for _, key := range sortedKeys(p.opening.Interviewers) {
			if !ws.meets(key) {
				continue
			}
			for _, name := range p.opening.Interviewers[key] {
				if u, ok := p.people[name]; ok && !slices.ContainsFunc(ws.people, func(o forge.User) bool { return o.ID == u.ID }) {
					ws.people = append(ws.people, u)
				}
			}
		}
		p.steps = append(p.steps, ws)
		p.labels = append(p.labels, label.Declared{Name: ws.stage, Kind: label.Stage, Step: s.Kind, Source: p.opening.Page, Priority: ws.number, Earlier: earlier})
	}
}

// meets reports whether a key of the opening's interviewers names the step: by its number, or by
// a title of those who meet the candidate.
func (s wishedStep) meets(key string) bool {
	return key == strconv.Itoa(s.number) || slices.ContainsFunc(s.step.With, func(title string) bool { return strings.EqualFold(title, key) })
}

// interviewers tells of keys that name no step.
func (p *position) interviewers(problem func(blocks bool, format string, args ...any)) {
	for _, key := range sortedKeys(p.opening.Interviewers) {
		if slices.ContainsFunc(p.steps, func(s wishedStep) bool { return s.meets(key) }) {
			continue
		}
		var titles []string
		for _, s := range p.steps {
			for _, title := range s.step.With {
				if !slices.Contains(titles, title) {
					titles = append(titles, title)
				}
			}
		}
		problem(false, "interviewers: %q is in no step of the process; expected the number of a step (1 to %d) or one of %s", key, len(p.steps), strings.Join(titles, ", "))
	}
}

// cutName keeps names of labels short enough to be read on a board.
func cutName(s string) string {
	if r := []rune(s); len(r) > 100 {
		return strings.TrimSpace(string(r[:99])) + "…"
	}
	return s
}

// processOf is the process that holds for a level: its own, that of its role or specialty, or
// that of the whole page.
func processOf(page *hiring.Page, level *hiring.Level, o hiring.Opening) *hiring.Process {
	var names []string
	if o.Specialty != "" {
		names = append(names, o.Specialty)
	}
	if level != nil {
		names = append(names, level.Name)
		if level.Role != nil {
			names = append(names, level.Role.Name)
		}
	}
	for part := range strings.SplitSeq(o.Location, ",") {
		names = append(names, strings.TrimSpace(part)) // "Remote, EMEA"
	}
	for _, name := range names {
		for _, p := range page.Process {
			if p.Scope != "" && name != "" && hiring.Slug(p.Scope) == hiring.Slug(name) {
				return p
			}
		}
	}
	for _, p := range page.Process {
		if p.Scope == "" && len(p.Steps) > 0 {
			return p
		}
	}
	if len(page.Process) == 1 {
		return page.Process[0]
	}
	return nil
}

// stepName is what a step's task and stage are called: "Interview: VP of Product".
func stepName(s hiring.Step) string {
	if (s.Kind == hiring.StepInterview || s.Kind == hiring.StepPanel) && len(s.With) > 0 {
		return stepKind(s) + ": " + strings.Join(s.With, ", ")
	}
	return stepKind(s)
}

// stepKind says what happens in a step: "Panel interview". Where no kind says it, the words of
// the page do.
func stepKind(s hiring.Step) string {
	if s.Kind != hiring.StepOther && s.Kind != "" {
		return s.Kind.Name()
	}
	words := strings.Fields(s.Text.Text)
	if len(words) > 8 {
		return strings.Join(words[:8], " ") + "…"
	}
	return strings.Join(words, " ")
}

// department is the folder of a page below the folder of role pages: "product".
func department(page string) string {
	parts := strings.Split(path.Dir(page), "/")
	for i, part := range parts {
		if (part == "job-families" || part == "job-description-library") && i+1 < len(parts) {
			return parts[i+1]
		}
	}
	return ""
}

// bounds writes a range: "30", "45 to 60", "up to 60"; "" when the page does not tell.
func bounds(b *hiring.Bounds) string {
	switch {
	case b == nil:
		return ""
	case b.Min == b.Max:
		return strconv.Itoa(b.Min)
	case b.Min == 0:
		return fmt.Sprintf("up to %d", b.Max)
	}
	return fmt.Sprintf("%d to %d", b.Min, b.Max)
}

// meetings says how many meetings a step has; "" for a step that is none.
func meetings(s hiring.Step) string {
	switch {
	case !s.Kind.Meeting():
		return ""
	case s.Count == nil:
		return "not said"
	}
	return bounds(s.Count)
}
