package migrate

import (
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// BenchmarkHostile rewrites pages that repeat one thing: what goes over all that came before each
// time is slower by orders of magnitude than on other pages.
func BenchmarkHostile(b *testing.B) {
	const size = 1 << 18
	for name, unit := range map[string]string{
		"open tags":   "<%= ",
		"tags":        "<%= a %> ",
		"marks":       "{: .a} ",
		"comments":    "<!-- {:.a} --> ",
		"links":       "[a](https://about.gitlab.com/handbook/) ",
		"definitions": "[a]: /company/b\n",
		"attributes":  "<a href=\"/company/b\">",
		"backticks":   "` `` ",
		"headings":    "# A\n",
		"contents":    "## On this page\n- TOC\n{:toc}\n",
		"levels":      "### A\n\n#### Job Grade\n\nA grade 6\n\n",
	} {
		b.Run(name, func(b *testing.B) {
			src := []byte("---\nlayout: x\ntitle: T\n---\n\n## Levels\n\n" + strings.Repeat(unit, size/len(unit)))
			p := rolepage.Parse("source/job-families/a/index.html.md.erb", src)
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if _, err := Page(p, to(hiring.ProfileJobDescription)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
