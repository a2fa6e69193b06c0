package rule_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// realPages are the real pages that the properties run over, both sides of the real changes among them.
func realPages(t *testing.T) map[string][]byte {
	t.Helper()
	root := corpus.Root(t)
	pages := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".md") && !strings.HasSuffix(path, ".md.erb") {
			return err
		}
		src, err := os.ReadFile(path)
		pages[path] = src
		return err
	})
	if err != nil || len(pages) == 0 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	return pages
}

func check(p *hiring.Page) []finding.Finding {
	var all []finding.Finding
	for _, r := range rule.All {
		all = append(all, rule.Run(r, p, r.Severity)...)
	}
	return finding.Sort(all)
}

// offset is where a position stands in a source, counted anew.
func offset(src []byte, pos hiring.Pos) int {
	at := 0
	for range pos.Line - 1 {
		at += bytes.IndexByte(src[at:], '\n') + 1
	}
	for range pos.Column - 1 {
		_, size := utf8.DecodeRune(src[at:])
		at += size
	}
	return at
}

// TestCorpusPlaces holds that the source at a finding's range is the text that it speaks of,
// that messages are one line, and that identities are unique.
func TestCorpusPlaces(t *testing.T) {
	for path, src := range realPages(t) {
		p := rolepage.Parse(path, src)
		seen := map[string]bool{}
		for _, f := range check(p) {
			if got := string(src[offset(src, f.Range.Start):offset(src, f.Range.End)]); got != f.Excerpt {
				t.Errorf("%s:%d: %s: the range holds %q, the finding speaks of %q", path, f.Range.Start.Line, f.Rule, got, f.Excerpt)
			}
			if f.Range.End.Line > p.Lines() || strings.Contains(f.Line, "\n") {
				t.Errorf("%s:%d: %s: outside of the page", path, f.Range.Start.Line, f.Rule)
			}
			if seen[f.Fingerprint] {
				t.Errorf("%s:%d: %s: fingerprint stands twice", path, f.Range.Start.Line, f.Rule)
			}
			seen[f.Fingerprint] = true
			if strings.ContainsAny(f.Message, "\n\r\t") || f.Message == "" || f.Anchor == "" {
				t.Errorf("%s:%d: %s: message %q, anchor %q", path, f.Range.Start.Line, f.Rule, f.Message, f.Anchor)
			}
		}
	}
}

var lineNumber = regexp.MustCompile(`\blines? [0-9]+(, [0-9]+)*( and [0-9]+)?`)

// summary are findings with what must not change when a page is shifted by some lines.
func summary(fs []finding.Finding, shift int) []string {
	var list []string
	for _, f := range fs {
		if f.Range.Start.Line == 1 {
			continue // the opening fence does not move
		}
		excerpt := strings.ReplaceAll(f.Excerpt, "\r\n", "\n")
		list = append(list, fmt.Sprintf("%d %s %s %q", f.Range.Start.Line-shift, f.Rule, lineNumber.ReplaceAllString(f.Message, "line N"), excerpt))
	}
	slices.Sort(list)
	return list
}

// TestCorpusShifted holds that the same body gives the same findings with carriage returns, with
// a byte order mark, and below a longer front matter.
func TestCorpusShifted(t *testing.T) {
	for path, src := range realPages(t) {
		if bytes.Contains(src, []byte("\r")) || !bytes.HasPrefix(src, []byte("---\n")) {
			continue
		}
		want := check(rolepage.Parse(path, src))
		compare := func(how string, changed []byte, shift int) {
			got := check(rolepage.Parse(path, changed))
			if a, b := summary(want, 0), summary(got, shift); !slices.Equal(a, b) {
				t.Errorf("%s %s:\n%s\nbecame\n%s", path, how, strings.Join(a, "\n"), strings.Join(b, "\n"))
			}
		}
		compare("with carriage returns", bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")), 0)
		compare("with a byte order mark", append([]byte("\ufeff"), src...), 0)
		// New lines go first, so that all findings move alike.
		compare("with more front matter", append([]byte("---\nx: 1\ny: \"2\"\n"), src[4:]...), 2)
	}
}
