package rule

import (
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/misspelling"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// TestLexicon holds that the cues of a word are those that a search through all lists gives: of the
// words of real pages, and of each term as it stands, cut short and followed by more.
func TestLexicon(t *testing.T) {
	lexicon := words()
	seen := map[string]bool{}
	wrong := 0
	try := func(text string, length int) {
		if seen[text] {
			return
		}
		seen[text] = true
		var want cue
		for _, term := range lexicon.terms {
			if term.stem && strings.HasPrefix(text, term.text) || !term.stem && text[:length] == term.text {
				want |= term.cue
			}
		}
		if got := cues(lexicon.starting(firstBytes(text[:length])), []byte(text), length); got != want {
			if wrong++; wrong < 10 {
				t.Errorf("the word of %d letters in %q has the cues %b, want %b", length, text, got, want)
			}
		}
	}
	for _, term := range lexicon.terms {
		for _, text := range []string{term.text, term.text[:len(term.text)-1]} {
			for _, more := range []string{"", " ", "s", "s ", "-", "-s"} {
				length := strings.IndexAny(text+more+" ", "- ")
				try(text+more, length)
			}
		}
	}
	for path, src := range corpus.Pages(t) {
		sheet := Sheet{Page: rolepage.Parse(path, src)}
		text := sheet.prose()
		var cued []int32
		for i, w := range text.words {
			try(string(text.lower[w.Start:min(len(src), w.End+20)]), w.End-w.Start)
			if w.cues&misspelt == 0 && misspelling.Find(string(text.word(i))) != nil {
				t.Errorf("%s: %q is not looked for among misspellings", path, text.word(i))
			}
			if w.cues != 0 {
				cued = append(cued, int32(i))
			}
		}
		if !slices.Equal(cued, text.cued) {
			t.Errorf("%s: %d words have a cue, %d are listed", path, len(cued), len(text.cued))
		}
		sheet.Close()
	}
}
