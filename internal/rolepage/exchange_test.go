package rolepage

import (
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/corpus"
)

// exchangeable reports whether a title may stand wherever another does. Recruiters may not, for the
// first talk with one is a screening; nor may two titles of one person, which in a list are those
// of two, nor a title that is long or has a clause of its own.
func exchangeable(title string) bool {
	first, second, apposed := strings.Cut(title, ", ")
	return !recruits(title) && !strings.Contains(title, "Talent") && !strings.Contains(title, " you ") && len(strings.Fields(title)) <= longestTitle &&
		(!apposed || !standsAlone(tokenize(second)) || bareRank(tokenize(first)))
}

// TestExchangedTitles exchanges the titles between the steps of the labelled pages: each must be
// read as it was, but for the title. A plural takes the place of a plural.
func TestExchangedTitles(t *testing.T) {
	type step struct{ words, told, title string }
	var steps []step
	titles := map[bool][]string{}
	goldPages(t, corpus.Root(t), func(gold goldPage, src []byte) {
		for _, proc := range Parse(gold.Page, src).Process {
			for _, s := range proc.Steps {
				words := strings.Join(strings.Fields(s.Text.Text), " ")
				alone := section("* " + words)
				for _, title := range s.With {
					if !exchangeable(title) || strings.Count(words, title) != 1 || toldAll(alone) != told(s) {
						continue
					}
					steps = append(steps, step{words, toldAll(alone), title})
					if kind := isPlural(title); !slices.Contains(titles[kind], title) {
						titles[kind] = append(titles[kind], title)
					}
				}
			}
		}
	})
	if len(steps) < 100 {
		t.Fatalf("only %d titles to exchange", len(steps))
	}
	for i, s := range steps {
		others := titles[isPlural(s.title)]
		for n := i % 5; n < len(others); n += 5 { // each title meets a fifth of the others
			other := others[n]
			if strings.Contains(s.told, other) || strings.Contains(other, s.title) {
				continue
			}
			words, want := strings.Replace(s.words, s.title, other, 1), strings.Replace(s.told, s.title, other, 1)
			if got := toldAll(section("* " + words)); got != want {
				t.Errorf("%s\n got %s\nwant %s", words, got, want)
			}
		}
	}
}

// isPlural reports whether a title names several persons: "Peers from the Data team".
func isPlural(title string) bool {
	ts := tokenize(title)
	_, plural := isPerson(ts[nounEnd(ts)-1].low)
	return plural
}
