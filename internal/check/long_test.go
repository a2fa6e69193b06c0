package check_test

import (
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// TestLongPages holds that the time of the rules grows in line with the page: each of these took
// minutes where something was looked for anew from each place.
func TestLongPages(t *testing.T) {
	const size = 500_000
	for _, unit := range []string{
		"recieve ", "s/he ", "5 years or ", "http://a.b (", "` a `` ", "``` a ", "<!-- roleplan-disable spelling -->", "<!-- roleplan-disable-next-line speling -->\n",
		"# abcd\n\n[x](#abce)\n\n", "#### x\n\n## y\n\n", "### Senior Engineer\n\n#### Requirements\n\n- All requirements of previous roles\n\n",
		"[a]: http://b.c\n", "<a ", "id=\"a ",
	} {
		src := "---\ntitle: Engineer\n---\n\n## Requirements\n\n" + strings.Repeat(unit, size/len(unit)) + "\n"
		p := rolepage.Parse("a.md", []byte(src))
		began := time.Now()
		check.Page(p, check.Options{Today: began})
		if took := time.Since(began); took > 15*time.Second {
			t.Errorf("%q: %v", unit, took)
		}
	}
}
