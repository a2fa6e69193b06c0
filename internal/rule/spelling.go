package rule

import (
	"slices"
	"strings"
	"sync"

	"github.com/golangci/misspell"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

var spelling = &Rule{
	Name:     "spelling",
	Group:    GroupWording,
	Doc:      "no word is spelt in one of the ways that are commonly wrong",
	Why:      "A slip of the keyboard distracts readers, and a search for the right word does not find the page. Only common misspellings are known, so that names are let alone; words can be allowed in the configuration.",
	Severity: finding.Warning,
	Index:    true,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Recieve reports\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Receive reports, see `recieve.go`\n",
	Run: func(p *Pass) {
		list := misspellings()
		t := p.prose()
		for i, w := range t.words {
			right, wrong := list[w.low]
			if !wrong {
				continue
			}
			at := p.Page.Slice(w.Span)
			if !plainCase(at) || slices.ContainsFunc(p.Allow, func(allowed string) bool { return strings.EqualFold(allowed, at) }) {
				continue
			}
			right = withCase(at, right)
			p.ReportFix(w.Span, t.anchor(i), []finding.Edit{p.edit(w.Span, right)}, "%q is a misspelling of %q", at, right)
		}
	},
}

// plainCase reports whether a word is in lower case, but for its first letter, or all in
// capitals. Others are names.
func plainCase(w string) bool {
	return w[1:] == strings.ToLower(w[1:]) || w == strings.ToUpper(w)
}

// misspellings are common wrong spellings and the right ones.
var misspellings = sync.OnceValue(func() map[string]string {
	list := make(map[string]string, len(misspell.DictMain)/2)
	for i := 0; i < len(misspell.DictMain); i += 2 {
		list[misspell.DictMain[i]] = misspell.DictMain[i+1]
	}
	return list
})
