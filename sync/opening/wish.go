package opening

import (
	"fmt"
	"path"
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
	opening hiring.Opening
	number  int
	page    *hiring.Page
	level   *hiring.Level
	process *hiring.Process
	project forge.Project // of the handbook

	title  safe.Line
	role   string
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
	people []forge.User
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
func (p *position) open() bool {
	return p.opening.Status == hiring.OpeningOpen || p.opening.Status == hiring.OpeningOnHold
}

func newPosition(w *wishes, o hiring.Opening, number int, page *hiring.Page, level *hiring.Level, people map[string]forge.User) *position {
	p := &position{opening: o, number: number, page: page, level: level, project: w.project}
	p.role = o.Level
	if level != nil {
		p.role = level.Name
	}
	if p.role == "" && page != nil {
		p.role = page.Title
	}
	if p.role == "" {
		p.role = o.Page
	}
	p.title = safe.Title("Opening %s: %s", safe.Text(p.id()), safe.Text(p.role))
	for _, name := range []string{o.Recruiter, o.HiringManager} {
		if u, ok := people[name]; ok && name != "" && (len(p.owners) == 0 || p.owners[0].ID != u.ID) {
			p.owners = append(p.owners, u)
		}
	}
	if page != nil {
		p.process = processOf(page, level, o)
	}
	p.name(w.conf)
	p.plan(w.conf, people)
	return p
}

// name declares the labels of the issue.
func (p *position) name(conf *repoconf.Config) {
	role := p.role
	if p.page != nil && p.page.Title != "" {
		role = p.page.Title
	}
	fields := map[string]string{"Role": safe.LabelPart(role), "Level": safe.LabelPart(p.role), "Department": safe.LabelPart(department(p.opening.Page))}
	for _, l := range []struct {
		kind label.Kind
		name string
		from string
	}{
		{label.Opening, conf.Labels.Opening, p.opening.File},
		{label.Role, conf.Labels.Role, p.opening.Page},
		{label.Level, conf.Labels.Level, p.opening.Page},
		{label.Department, conf.Labels.Department, p.opening.Page},
	} {
		name := safe.Label(repoconf.Fill(l.name, fields)).String()
		if name == "" || strings.HasSuffix(name, "::") {
			continue
		}
		p.own = append(p.own, name)
		p.labels = append(p.labels, label.Declared{Name: name, Kind: l.kind, Source: l.from})
	}
}

// plan makes the steps.
func (p *position) plan(conf *repoconf.Config, people map[string]forge.User) {
	if p.process == nil {
		return
	}
	for i, s := range p.process.Steps {
		ws := wishedStep{number: i + 1, step: s, name: stepName(s)}
		fields := map[string]string{"Order": strconv.Itoa(ws.number), "Name": safe.LabelPart(ws.name)}
		ws.stage = safe.Label(cutName(repoconf.Fill(conf.Labels.Stage, fields))).String()
		for _, key := range append([]string{strconv.Itoa(ws.number)}, s.With...) {
			for title, names := range p.opening.Interviewers {
				if !strings.EqualFold(title, key) {
					continue
				}
				for _, name := range names {
					if u, ok := people[name]; ok {
						ws.people = append(ws.people, u)
					}
				}
			}
		}
		p.steps = append(p.steps, ws)
		p.labels = append(p.labels, label.Declared{Name: ws.stage, Kind: label.Stage, Source: p.opening.Page, Priority: ws.number})
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
	if o.Location != "" {
		names = append(names, o.Location)
	}
	for _, name := range names {
		for _, p := range page.Process {
			if p.Scope != "" && hiring.Slug(p.Scope) == hiring.Slug(name) {
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

// stepName is what a step's task and stage are called.
func stepName(s hiring.Step) string {
	names := map[hiring.StepKind]string{
		hiring.StepScreening: "Screening call", hiring.StepAssessment: "Assessment", hiring.StepInterview: "Interview", hiring.StepPanel: "Panel interview",
		hiring.StepReferenceCheck: "Reference check", hiring.StepBackgroundCheck: "Background check", hiring.StepOffer: "Offer",
	}
	name, ok := names[s.Kind]
	if !ok {
		words := strings.Fields(s.Text.Text)
		return strings.Join(words[:min(len(words), 8)], " ")
	}
	if (s.Kind == hiring.StepInterview || s.Kind == hiring.StepPanel) && len(s.With) > 0 {
		return name + ": " + strings.Join(s.With, ", ")
	}
	return name
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

// minutes says how long a meeting takes: "30 minutes", "45 to 60 minutes"; "" when it is not
// told.
func minutes(b *hiring.Bounds) string {
	switch {
	case b == nil:
		return ""
	case b.Min == b.Max:
		return fmt.Sprintf("%d minutes", b.Min)
	case b.Min == 0:
		return fmt.Sprintf("up to %d minutes", b.Max)
	}
	return fmt.Sprintf("%d to %d minutes", b.Min, b.Max)
}

// meetings says how many there are: "2 to 3".
func meetings(b *hiring.Bounds) string {
	switch {
	case b == nil:
		return "not said"
	case b.Min == b.Max:
		return strconv.Itoa(b.Min)
	}
	return fmt.Sprintf("%d to %d", b.Min, b.Max)
}
