package rolepage

import (
	"fmt"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func dump(p *hiring.Page) {
	fmt.Println("###", p.Path, p.Profile, p.Title, p.Problems)
	pl := func(l *hiring.Level, ind string) {
		g := "-"
		if l.Grade != nil {
			g = fmt.Sprint(l.Grade.Min, "-", l.Grade.Max)
		}
		r := "-"
		if l.ReportsTo != nil {
			r = l.ReportsTo.Text
		}
		role := ""
		if l.Role != nil {
			role = l.Role.Name
		}
		fmt.Printf("%s%s %q grade %s reports %q role %q resp %d+%d req %d+%d pi %d+%d\n", ind, l.Kind, l.Name, g, r, role, len(l.Responsibilities.Own), len(l.Responsibilities.Inherited), len(l.Requirements.Own), len(l.Requirements.Inherited), len(l.PerformanceIndicators.Own), len(l.PerformanceIndicators.Inherited))
		for _, a := range []hiring.Asks{l.Responsibilities, l.Requirements, l.PerformanceIndicators} {
			for _, e := range a.Extends {
				t := e.Text.Text
				if len(t) > 100 {
					t = t[:100]
				}
				fmt.Printf("      ext %q -> %q %q\n", t, e.Of, e.Resolved)
			}
		}
	}
	for _, l := range p.Levels {
		pl(l, "  ")
	}
	for _, l := range p.Roles {
		pl(l, "  ")
	}
	for _, l := range p.Variants {
		pl(l, "  ")
	}
	p.Root.Walk(func(s *hiring.Section) bool {
		if s.Rank > 0 && os.Getenv("SECT") != "" {
			fmt.Printf("%s%d %q kind=%s subj=%q blocks=%d\n", strings.Repeat("  ", s.Rank), p.Line(s.Line.Start), s.Heading.Text, s.Kind, s.Subject, len(s.Blocks))
		}
		return true
	})
}
func TestZZ(t *testing.T) {
	re := os.Getenv("PAGE")
	filepath.WalkDir("/work/shared/corpus", func(path string, d fs.DirEntry, err error) error {
		if d.IsDir() && (d.Name() == "changes" || d.Name() == "gold" || d.Name() == "rules") {
			return fs.SkipDir
		}
		if !(strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".erb")) || strings.HasSuffix(path, "README.md") {
			return nil
		}
		for _, x := range strings.Fields("fullstack-manager software-engineer-in-test support-readiness-specialist field-marketing-specialist leadership-people-operations-tech-analytics technical-writer ux-fullstack-engineer professional-services-engineer solutions-architect technical-enablement-program-manager") {
			if strings.Contains(path, x) {
				return nil
			}
		}
		if !strings.Contains(path, re) {
			return nil
		}
		src, _ := os.ReadFile(path)
		dump(Parse(path, src))
		return nil
	})
}
