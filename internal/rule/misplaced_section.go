package rule

import (
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
		sections(p.Page, func(s *hiring.Section) {
			up := s.Parent
			if up == nil || up.Rank == 0 || s.Subject != "" {
				return
			}
			switch s.Kind {
			case hiring.SectionResponsibilities, hiring.SectionRequirements, hiring.SectionJobGrade:
				if up.Kind != hiring.SectionLevels {
					return
				}
			case hiring.SectionPerformanceIndicators, hiring.SectionCareerLadder, hiring.SectionHiringProcess:
				switch up.Kind {
				case hiring.SectionLevels, hiring.SectionSpecialties, hiring.SectionSegments:
				case hiring.SectionResponsibilities, hiring.SectionRequirements, hiring.SectionJobGrade, hiring.SectionPerformanceIndicators:
				default:
					return
				}
				if up.Subject != "" && up.Kind == hiring.SectionSpecialties {
					return // a specialty has parts of its own
				}
			default:
				return
			}
			p.Report(s.Heading.Span, anchorOf(s), "%q stands below %q, where it does not belong; give it the level of %q or move it", s.Heading.Text, up.Heading.Text, up.Heading.Text)
		})
	},
}
