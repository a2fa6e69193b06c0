package command

import (
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// TestSuppress: the comment stands where the page reads as before. # is the finding's word, and $
// where the comment is to stand, which is left out of the page; no $ means that it can't.
func TestSuppress(t *testing.T) {
	const slip = "rec" + "ieve"
	const head = "---\ntitle: Engineer\ndescription: What engineers do.\n---\n\n## Responsibilities\n\n"
	for name, body := range map[string]string{
		"a paragraph":        "$\nEngineers # mail.\n",
		"within a paragraph": "Engineers\nwrite, $\n# and send.\n",
		"first of a list":    "$\n- # mail\n- b\n",
		"second of a list":   "- a\n  $\n- # mail\n- c\n",
		"a numbered list":    "1. a\n   $\n2. # mail\n",
		"a nested list":      "- a\n  - b\n    $\n  - # mail\n",
		"an item's second":   "- a\n  b\n  $\n  # mail\n",
		"after a blank line": "- a\n\n  $\n- # mail\n",
		"a heading":          "text\n\n$\n### # mail\n\n- a\n",
		"line ends":          "- a\r\n  $\r\n- # mail\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			const comment = "<!-- roleplan-disable-next-line spelling — why -->"
			want := head + strings.ReplaceAll(strings.ReplaceAll(body, "#", slip), strings.Repeat(slip, 3), "###")
			src := ""
			for l := range strings.SplitAfterSeq(want, "\n") {
				switch {
				case strings.TrimSpace(l) == "$":
				case strings.Contains(l, " $"):
					src += strings.Replace(l, " $", "", 1)
				default:
					src += l
				}
			}
			want = strings.Replace(want, "$", comment, 1)
			var target finding.Finding
			for _, f := range check.Page(rolepage.Parse("content/job-families/a.md", []byte(src)), check.Options{}) {
				if f.Rule == "spelling" {
					target = f
				}
			}
			got, _ := suppress(target, []byte(src), "why", check.Options{})
			if string(got) != want {
				t.Errorf("the page is\n%s\nwant\n%s", got, want)
			}
		})
	}
}
