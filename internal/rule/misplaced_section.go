package rule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var misplacedSection = &Rule{
	Name:     "misplaced-section",
	Group:    GroupLevels,
	Doc:      "sections stand where they belong: no part of the page stands among its levels",
	Why:      "A section below \"Levels\" reads as a level, and one set too deep as a part of the list above it.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Levels\n\n### Engineer\n\n#### Engineer Responsibilities\n\n- Build\n\n### Performance Indicators\n\n- Uptime\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Levels\n\n### Engineer\n\n#### Engineer Responsibilities\n\n- Build\n\n## Performance Indicators\n\n- Uptime\n",
	Run: func(p *Pass) {
		var all []*misplaced
		type reason struct {
			up, level *hiring.Section
			other     bool
		}
		told := map[reason]*misplaced{}
		sections(p.Page, func(s *hiring.Section) {
			m := p.outOfPlace(s)
			if m == nil {
				return
			}
			key := reason{m.up, m.level, m.other != ""}
			if before := told[key]; before != nil {
				if before.sections[0] != m.sections[0] {
					before.sections = append(before.sections, s) // one slip, told once
				}
				return
			}
			told[key] = m
			all = append(all, m)
		})
		for _, m := range all {
			first := m.sections[0]
			p.Report(first.Heading.Span, anchorOf(first), "%s", m.message())
		}
		p.cutOff()
	},
}

// cutOff reports levels that came to stand below a part of the page, since its heading stands among them.
func (p *Pass) cutOff() {
	if len(p.strays()) == 0 {
		return
	}
	sections(p.Page, func(up *hiring.Section) {
		names := p.strays()[up]
		if len(names) == 0 || p.earlier(up) != nil { // which duplicate-heading tells
			return
		}
		stand, them := "stands", "it"
		if len(names) > 1 {
			stand, them = "stand", "them"
		}
		remedy := fmt.Sprintf("set %q deeper than %s, or move %s", up.Heading.Text, them, them)
		if slices.Contains(lists, up.Kind) { // of the whole page, after which its levels begin
			remedy = fmt.Sprintf("add a heading %q above %s, or raise %s", strings.Repeat("#", up.Rank)+" Levels", them, them)
		}
		p.Report(up.Heading.Span, anchorOf(up), "%s %s below %q, where no level belongs; %s", joinAnd(names), stand, up.Heading.Text, remedy)
	})
}

// strays are the quoted names of the levels and roles that stand below a heading of which they are no part.
func (s *Sheet) strays() map[*hiring.Section][]string {
	if s.below != nil {
		return s.below
	}
	s.below = map[*hiring.Section][]string{}
	var elsewhere map[string]bool // the ladders of which a level stands where levels may; nil until asked for
	for _, steps := range s.ladders() {
		for _, lv := range steps {
			up := lv.Section.Parent
			if mayHoldLevels(up) {
				continue
			}
			if up.Kind == hiring.SectionSpecialties || up.Kind == hiring.SectionSegments {
				if elsewhere == nil {
					elsewhere = s.laddersElsewhere()
				}
				if !elsewhere[lv.ladder] {
					continue // a specialty may have a grade of its own
				}
			}
			s.below[up] = append(s.below[up], quote(lv.Name))
		}
	}
	return s.below
}

// laddersElsewhere are the ladders of which a level stands where levels may.
func (s *Sheet) laddersElsewhere() map[string]bool {
	found := map[string]bool{}
	for _, steps := range s.ladders() {
		for _, lv := range steps {
			if mayHoldLevels(lv.Section.Parent) {
				found[lv.ladder] = true
			}
		}
	}
	return found
}

// mayHoldLevels reports whether levels may stand right below a heading: beside a grade each, too.
func mayHoldLevels(s *hiring.Section) bool {
	return s.Kind == hiring.SectionOther || s.Kind == hiring.SectionLevels || s.Kind == hiring.SectionJobGrade
}

// A misplaced is a run of sections that stand below the wrong heading for one reason.
type misplaced struct {
	sections []*hiring.Section
	up       *hiring.Section // what they stand below
	level    *hiring.Section // the level that they stand beside; nil when they belong beside up
	other    string          // the name of a level that they belong to, where it is not that one
	headless bool            // other has no heading of its own
}

func (m *misplaced) message() string {
	var names []string
	for _, s := range m.sections {
		names = append(names, quote(s.Heading.Text))
	}
	stand, belong, them := "stands", "it does not belong", "it"
	if len(names) > 1 {
		stand, belong, them = "stand", "they do not belong", "them"
	}
	switch {
	case m.headless:
		return fmt.Sprintf("%s %s for %q, which has no heading; add one above, and set %s one level deeper", joinAnd(names), stand, m.other, them)
	case m.other != "":
		return fmt.Sprintf("%s %s beside %q; move %s below the heading of %q", joinAnd(names), stand, m.level.Heading.Text, them, m.other)
	case m.level != nil:
		return fmt.Sprintf("%s %s beside %q; set %s one level deeper, below it", joinAnd(names), stand, m.level.Heading.Text, them)
	}
	return fmt.Sprintf("%s %s below %q, where %s; give %s the level of %q or move %s", joinAnd(names), stand, m.up.Heading.Text, belong, them, m.up.Heading.Text, them)
}

// outOfPlace tells what is wrong with the place of a section, nil when it stands well.
func (p *Pass) outOfPlace(s *hiring.Section) *misplaced {
	up := s.Parent
	if up == nil || up.Rank == 0 || p.risenFrom(up) != nil {
		return nil // a heading that stands too high is told once
	}
	var level *hiring.Section
	switch s.Kind {
	case hiring.SectionResponsibilities, hiring.SectionRequirements, hiring.SectionJobGrade:
		if up.Kind == hiring.SectionLevels {
			level = levelBefore(s)
			m := &misplaced{sections: []*hiring.Section{s}, up: up, level: level}
			if s.Subject == "" {
				return m
			}
			if level == nil {
				return nil
			}
			key := nameKey(s.Subject)
			headed := key != nameKey(level.Heading.Text) && p.named(key) > 0
			if headed || !names(s.Subject, level.Heading.Text) {
				m.other, m.headless = s.Subject, !headed
			}
			return m
		}
	case hiring.SectionPerformanceIndicators, hiring.SectionCareerLadder, hiring.SectionHiringProcess:
		if s.Subject != "" || up.Subject != "" && up.Kind == hiring.SectionSpecialties {
			return nil // a level or a specialty may have parts of its own
		}
		if up.Kind == hiring.SectionLevels || up.Kind == hiring.SectionSpecialties || up.Kind == hiring.SectionSegments {
			if oneEach(s) {
				level = levelBefore(s)
			} else if up.Kind == hiring.SectionLevels && oneEach(up) {
				return nil // a page with several groups of levels may have a section for each
			}
			return &misplaced{sections: []*hiring.Section{s}, up: up, level: level}
		}
	default:
		return nil
	}
	if up.Kind == s.Kind || !slices.Contains(parts, up.Kind) {
		return nil
	}
	if lv, risen := p.leftBehind(up); lv != nil {
		return &misplaced{sections: risen, up: up.Parent, level: lv}
	}
	return &misplaced{sections: []*hiring.Section{s}, up: up}
}

// leftBehind is the level or role that a part stands beside although it has other parts below it, or is named by the
// part, and all parts from there on. Then what stands below the part is right, and the part too high.
func (p *Pass) leftBehind(part *hiring.Section) (*hiring.Section, []*hiring.Section) {
	at := indexOf(part)
	for i := at - 1; i >= max(0, at-mostParts); i-- {
		c := part.Parent.Children[i]
		if slices.Contains(lists, c.Kind) {
			continue
		}
		if c.Kind != hiring.SectionOther || !p.index().described[c] || !slices.Contains(lists, part.Kind) || hasChildOf(c, part.Kind) {
			return nil, nil
		}
		if part.Subject == "" && !slices.ContainsFunc(lists, func(kind hiring.SectionKind) bool { return hasChildOf(c, kind) }) || part.Subject != "" && !names(part.Subject, c.Heading.Text) {
			return nil, nil
		}
		return c, part.Parent.Children[i+1 : at+1]
	}
	return nil, nil
}

func hasChildOf(s *hiring.Section, kind hiring.SectionKind) bool {
	return slices.ContainsFunc(s.Children, func(c *hiring.Section) bool { return c.Kind == kind })
}

// lists are the parts that every level has, and a role.
var lists = []hiring.SectionKind{hiring.SectionResponsibilities, hiring.SectionRequirements, hiring.SectionJobGrade}

// parts are the kinds of section that hold a list or a text, and no other parts.
var parts = []hiring.SectionKind{hiring.SectionResponsibilities, hiring.SectionRequirements, hiring.SectionJobGrade, hiring.SectionPerformanceIndicators}

// levelBefore is the level that a section stands beside.
func levelBefore(s *hiring.Section) *hiring.Section {
	for i := indexOf(s) - 1; i >= 0; i-- {
		if c := s.Parent.Children[i]; c.Kind == hiring.SectionOther {
			return c
		}
	}
	return nil
}

// indexOf is where a section stands among its neighbours.
func indexOf(s *hiring.Section) int {
	at, _ := slices.BinarySearchFunc(s.Parent.Children, s, func(a, b *hiring.Section) int { return cmp.Compare(a.Line.Start, b.Line.Start) })
	return at
}

// oneEach reports whether a section has others like it among its neighbours, as when each
// level has one.
func oneEach(s *hiring.Section) bool {
	return slices.ContainsFunc(s.Parent.Children, func(c *hiring.Section) bool { return c != s && c.Kind == s.Kind })
}
