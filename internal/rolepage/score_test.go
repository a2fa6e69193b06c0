package rolepage

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// corpusPages calls f with every role page below a folder.
func corpusPages(t testing.TB, dir string, f func(path string, src []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(strings.TrimSuffix(path, ".erb"), ".md") || d.Name() == "README.md" {
			return err
		}
		src, err := os.ReadFile(path)
		if err == nil {
			f(path, src)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

type goldPage struct {
	Page      string
	Processes []goldProcess
}

type goldProcess struct {
	Scope string
	Line  int
	Steps []goldStep
}

type goldStep struct {
	Line            int
	Kind            hiring.StepKind
	Optional        bool
	Duration, Count []int
	With            []string
}

func goldOf(p *hiring.Page) []goldProcess {
	var all []goldProcess
	for _, proc := range p.Process {
		g := goldProcess{Scope: proc.Scope, Line: p.Line(proc.Section.Line.Start)}
		for _, s := range proc.Steps {
			g.Steps = append(g.Steps, goldStep{p.Line(s.Span.Start), s.Kind, s.Optional, numbers(s.Duration), numbers(s.Count), s.With})
		}
		all = append(all, g)
	}
	return all
}

func numbers(b *hiring.Bounds) []int {
	if b == nil {
		return nil
	}
	return []int{b.Min, b.Max}
}

// countless are words that two writings of a title need not share.
var countless = set("a an the our your their his her its my this that these those one another other additional either both some any each every all different separate")

// titleWords reduces a title to what must agree.
func titleWords(title string) string {
	title = strings.NewReplacer("&", " and ", "’", "", "'", "").Replace(strings.ToLower(title))
	var words []string
	for _, w := range regexp.MustCompile(`\w+`).FindAllString(title, -1) {
		if countless.of(w) {
			continue
		}
		if len(w) > 2 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") {
			w = w[:len(w)-1]
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

func sameTitles(a, b []string) bool {
	x, y := map[string]bool{}, map[string]bool{}
	for _, t := range a {
		x[titleWords(t)] = true
	}
	for _, t := range b {
		y[titleWords(t)] = true
	}
	delete(x, "")
	delete(y, "")
	for t := range x {
		if !y[t] {
			return false
		}
	}
	return len(x) == len(y)
}

func sameScope(a, b string) bool {
	marks := regexp.MustCompile(`\W+`)
	return strings.TrimSpace(marks.ReplaceAllString(strings.ToLower(a), " ")) == strings.TrimSpace(marks.ReplaceAllString(strings.ToLower(b), " "))
}

// pairs aligns lines: the same line first, then the nearest free one within two lines.
func pairs(gold, got []int) map[int]int {
	m, used := map[int]int{}, map[int]bool{}
	for reach := range 3 {
		for i, g := range gold {
			for j, p := range got {
				if _, done := m[i]; !done && !used[j] && max(g-p, p-g) == reach {
					m[i], used[j] = j, true
				}
			}
		}
	}
	return m
}

func lines[T any](list []T, line func(T) int) []int {
	var all []int
	for _, v := range list {
		all = append(all, line(v))
	}
	return all
}

// A score counts how well readings agree with labels.
type score struct {
	gold, got, found, right   int
	processes, procs, inScope int
}

func (s *score) add(t *testing.T, page string, gold, got []goldProcess) {
	line := func(p goldProcess) int { return p.Line }
	s.processes, s.procs = s.processes+len(gold), s.procs+len(got)
	for i, j := range pairs(lines(gold, line), lines(got, line)) {
		if sameScope(gold[i].Scope, got[j].Scope) {
			s.inScope++
		} else {
			t.Logf("%s:%d: scope %q, labelled %q", page, gold[i].Line, got[j].Scope, gold[i].Scope)
		}
	}
	var want, have []goldStep
	for _, p := range gold {
		want = append(want, p.Steps...)
	}
	for _, p := range got {
		have = append(have, p.Steps...)
	}
	s.gold, s.got = s.gold+len(want), s.got+len(have)
	stepLine := func(s goldStep) int { return s.Line }
	m := pairs(lines(want, stepLine), lines(have, stepLine))
	s.found += len(m)
	for i, w := range want {
		j, ok := m[i]
		if !ok {
			t.Logf("%s:%d: no step, labelled %v", page, w.Line, w)
			continue
		}
		h := have[j]
		if h.Kind == w.Kind && h.Optional == w.Optional && slices.Equal(h.Duration, w.Duration) && slices.Equal(h.Count, w.Count) && sameTitles(h.With, w.With) {
			s.right++
		} else {
			t.Logf("%s:%d: read %v, labelled %v", page, w.Line, h, w)
		}
	}
}

// goldPages calls f with every labelled page.
func goldPages(t *testing.T, dir string, f func(gold goldPage, src []byte)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "gold", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no labels in %s: %v", dir, err)
	}
	for _, file := range files {
		var gold goldPage
		data, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(data, &gold)
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, gold.Page)
		if !strings.HasPrefix(gold.Page, "handbook-") {
			path = filepath.Join(dir, "pages", gold.Page)
		}
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f(gold, src)
	}
}

// TestScore holds the grammar to the labelled pages.
func TestScore(t *testing.T) {
	dir := corpus.Root(t)
	var s score
	goldPages(t, dir, func(gold goldPage, src []byte) {
		s.add(t, gold.Page, gold.Processes, goldOf(Parse(gold.Page, src)))
	})
	for _, m := range []struct {
		name     string
		part, of int
		least    float64
	}{
		{"steps fully right", s.right, s.gold, 0.97},
		{"recall", s.found, s.gold, 0.99},
		{"precision", s.found, s.got, 0.99},
		{"scope", s.inScope, s.processes, 0.95},
		{"processes true", s.inScope, s.procs, 0.95},
	} {
		share := float64(m.part) / float64(m.of)
		t.Logf("%s %.3f (%d of %d)", m.name, share, m.part, m.of)
		if share < m.least {
			t.Errorf("%s is %.3f, least is %.2f", m.name, share, m.least)
		}
	}
}

// TestStepsOfCorpus holds every step of every page to what must be true of all. Line ends of
// Windows change nothing.
func TestStepsOfCorpus(t *testing.T) {
	steps := 0
	corpusPages(t, corpus.Root(t), func(path string, src []byte) {
		p := Parse(path, src)
		steps += checkSteps(t, path, p)
		windows := Parse(path, []byte(strings.ReplaceAll(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n", "\r\n")))
		checkSteps(t, path+" (CRLF)", windows)
		if toldAll(p) != toldAll(windows) {
			t.Errorf("%s: other steps with CRLF:\n%s\n%s", path, toldAll(p), toldAll(windows))
		}
	})
	if steps < 500 {
		t.Errorf("only %d steps in the whole corpus", steps)
	}
}

// checkSteps holds what is true of any page, and returns the number of its steps.
func checkSteps(t testing.TB, path string, p *hiring.Page) int {
	t.Helper()
	n := 0
	for _, proc := range p.Process {
		at := proc.Section.Span.Start
		for _, s := range proc.Steps {
			n++
			switch {
			case s.Span.Start < at || s.Span.End > proc.Section.Span.End || s.Span.End <= s.Span.Start:
				t.Errorf("%s: step %q at %v, after %d in section %v", path, s.Text.Text, s.Span, at, proc.Section.Span)
			case !startsAlike(p.Slice(s.Span), s.Text.Text):
				t.Errorf("%s: step %q, but its source is %q", path, s.Text.Text, p.Slice(s.Span))
			case s.Kind == "" || s.With == nil || s.Confidence <= 0 || s.Confidence > 1 || (s.Confidence < 1) != (len(s.Doubts) > 0):
				t.Errorf("%s: step %+v", path, s)
			case s.Duration != nil && (s.Duration.Min < 0 || s.Duration.Max < s.Duration.Min), s.Count != nil && (s.Count.Min < 1 || s.Count.Max < s.Count.Min):
				t.Errorf("%s: step %q lasts %v, %v times", path, s.Text.Text, s.Duration, s.Count)
			}
			at = s.Span.Start
		}
	}
	return n
}

// startsAlike reports whether a source begins with the first word of a text, but for marks, tags, images, and the ends of
// links, whose addresses may have brackets of their own. Words written with escapes are let pass.
func startsAlike(source, text string) bool {
	words := strings.Fields(text)
	if len(words) == 0 || strings.ContainsAny(source, "&\\") {
		return true
	}
	isMark := func(c byte) bool { return strings.IndexByte("*_`[!<", c) >= 0 }
	failed := map[[2]int]bool{}
	var alike func(source, word string) bool
	alike = func(source, word string) bool {
		at := [2]int{len(source), len(word)}
		switch {
		case word == "":
			return true
		case failed[at]:
			return false
		case source != "" && source[0] == word[0] && alike(source[1:], word[1:]),
			source != "" && (isMark(source[0]) || unicode.IsSpace(rune(source[0])) && word == words[0]) && alike(source[1:], word),
			isMark(word[0]) && alike(source, word[1:]):
			return true
		}
		for begin, end := range map[string]byte{"](": ')', "![": ')', "<": '>'} {
			for i := len(begin); strings.HasPrefix(source, begin) && i < len(source); i++ {
				if source[i] == end && alike(source[i+1:], word) {
					return true
				}
			}
		}
		failed[at] = true
		return false
	}
	return alike(source, words[0])
}
