package migrate

import (
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// TestSpeed takes pages that repeat one thing. What goes over all that came before each time needs
// minutes for some of them.
func TestSpeed(t *testing.T) {
	const size, most = 1 << 18, 10 * time.Second
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
		src := []byte("---\nlayout: x\ntitle: T\n---\n\n## Levels\n\n" + strings.Repeat(unit, size/len(unit)))
		p := rolepage.Parse("source/job-families/a/index.html.md.erb", src)
		start := time.Now()
		if _, err := Page(p, to(hiring.ProfileJobDescription)); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > most {
			t.Errorf("%s: a page of %d KB takes %s", name, size>>10, took)
		}
	}
}
